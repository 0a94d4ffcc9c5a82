"""What a run takes of the memory is given back when nobody holds the run any more."""

import gc
import weakref

import pytest

import lambdalab as lab
from lambdalab.engine.kernel import Sim

HANDLERS = {
    "returns": "def handler(event, context):\n    return event",
    "waits": "import time\ndef handler(event, context):\n    time.sleep(1)",
    "raises": "def handler(event, context):\n    raise ValueError",
    "times out": "import time\ndef handler(event, context):\n    time.sleep(9)",
    "exits": "import os\ndef handler(event, context):\n    os._exit(1)",
    "leaves a thread": (
        "import threading, time\ndef handler(event, context):\n"
        "    threading.Thread(target=time.sleep, args=(9,)).start()"
    ),
    "is async inside": (
        "import asyncio\ndef handler(event, context):\n    asyncio.run(asyncio.sleep(1))"
    ),
    "calls a service": (
        "import boto3\nsns = boto3.client('sns')\ndef handler(event, context):\n"
        "    sns.publish(TopicArn='arn:aws:sns:eu-central-1:123456789012:news', Message='m')"
    ),
}


def simulations() -> int:
    return sum(isinstance(thing, Sim) for thing in gc.get_objects())


@pytest.mark.parametrize("source", HANDLERS.values(), ids=HANDLERS)
def test_a_run_that_nobody_holds_is_let_go(source):
    """All but the last one, of which the libraries that a handler sees know until the next."""
    before = simulations()
    for _ in range(3):
        run = lab.run(lab.function(source, name="fn"), at=[0, 0.5, 4])
        assert run.count("requests") == 3
        gone = weakref.ref(run)
        del run
        gc.collect()
        assert gone() is None
    assert simulations() <= before + 1
