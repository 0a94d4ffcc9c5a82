"""Print the whole log of a few runs; test_pythons.py compares it between Pythons.

A scenario is a function that returns a run. Put into each whatever might differ from one Python to
another: sets and hashes, random draws, tracebacks, floating-point arithmetic, text of errors.
"""

import lambdalab as lab

HANDLER = """
import random
import time
import uuid

seen = set()

def handler(event, context):
    seen.add(str(uuid.uuid4()))
    print(sorted(seen), hash(event["n"]))
    time.sleep(random.expovariate(10))
    if event["n"] % 4 == 3:
        raise ValueError({"n": event["n"], "left": context.get_remaining_time_in_millis()})
    return {"n": event["n"], "seen": len(seen), "third": event["n"] / 3}
"""


def real_handler():
    """Run code of the learner's kind, with dice, output and an error."""
    function = lab.function(HANDLER, name="worker", memory=512, timeout=3)
    return lab.run(function, at=[0, 0.01, 0.02, 1, 2.5, 2.5], seed=7)


def modelled_handler():
    """Run a model under random traffic, with throttles."""
    model = lab.handler(wait=lab.exponential(0.3), fails=0.1, reserved_concurrency=4)
    return lab.run(model, at=lab.poisson(20, 10), seed=7)


SCENARIOS = (real_handler, modelled_handler)

if __name__ == "__main__":
    for scenario in SCENARIOS:
        print(f"# {scenario.__name__}")
        for entry in scenario().log:
            print(entry)
