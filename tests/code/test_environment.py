"""What an environment has for itself: time, variables, logging, chance, modules, context."""

from __future__ import annotations

import json
import zipfile

import pytest

from lambdalab.code import PythonCode, simulated
from lambdalab.engine.steps import Return


def test_every_clock_is_the_simulated_one(world, handler):
    env = handler(
        """
        import time, datetime
        from datetime import datetime as dt, date, timezone, timedelta
        ----
        return [
            time.time(), time.time_ns(), time.monotonic(), time.monotonic_ns(),
            time.perf_counter(), time.perf_counter_ns(), time.clock_gettime(time.CLOCK_REALTIME),
            list(time.gmtime())[:6], list(time.localtime())[:6], time.strftime("%H:%M:%S"),
            time.ctime(), time.asctime(), dt.now().isoformat(), dt.utcnow().isoformat(),
            dt.today().isoformat(), date.today().isoformat(), dt.now(timezone.utc).isoformat(),
            dt.now(timezone(timedelta(hours=2))).isoformat(), datetime.date.today().isoformat(),
            dt.now().astimezone().isoformat(), dt.fromtimestamp(0).isoformat(), time.mktime(time.gmtime(0)),
        ]
        """
    )
    world.now = 3_661_500_000
    moment, day = "2026-01-01T01:01:01.500000", [2026, 1, 1, 1, 1, 1]
    assert env.returned() == [
        1767229261.5, 1767229261500000000, 3661.5, 3661500000000, 3661.5, 3661500000000,
        1767229261.5, day, day, "01:01:01", "Thu Jan  1 01:01:01 2026", "Thu Jan  1 01:01:01 2026",
        moment, moment, moment, "2026-01-01", moment + "+00:00",
        "2026-01-01T03:01:01.500000+02:00", "2026-01-01", moment + "+00:00",
        "1970-01-01T00:00:00", 0.0,
    ]  # fmt: skip


def test_datetimes_are_plain_ones(handler):
    env = handler(
        """
        import copy, datetime, pickle
        from datetime import date, datetime as dt, timedelta
        class Mine(dt):
            pass
        ----
        now = dt.now()
        assert isinstance(now, dt) and isinstance(now, date) and isinstance(now, datetime.datetime)
        assert not isinstance(date.today(), dt) and issubclass(dt, date) and issubclass(Mine, dt)
        assert isinstance(dt(2026, 1, 1), type(now)) and type(dt(2026, 1, 1)) is type(now)
        assert pickle.loads(pickle.dumps(now)) == copy.deepcopy(now) == now
        assert now - timedelta(days=1) < now and (now - dt(2025, 12, 31)).days == 1
        assert dt.strptime("2026", "%Y").year == dt.fromisoformat("2026-01-01").year == 2026
        assert dt.combine(date(2026, 1, 1), datetime.time()) == now == max(now, dt.min)
        mine = Mine.now()
        assert isinstance(mine, Mine) and mine == now and isinstance(Mine.today(), Mine)
        match now:
            case dt(year=2026):
                pass
        return [repr(now), repr(date.today()), dt.__name__, str(dt), json.dumps(now, default=str)]
        """.replace("import copy", "import json, copy")
    )
    assert env.returned() == [
        "datetime.datetime(2026, 1, 1, 0, 0)",
        "datetime.date(2026, 1, 1)",
        "datetime",
        "<class 'datetime.datetime'>",
        '"2026-01-01 00:00:00"',
    ]


def test_local_time_is_utc_wherever_the_notebook_is(monkeypatch):
    import time

    if not hasattr(time, "tzset"):
        pytest.skip("this system has no tzset")
    from tests.code.conftest import World

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        with simulated():
            env = World().start(
                "import time, datetime\ndef handler(e, c):\n  return [time.strftime('%H'), "
                "datetime.datetime.now().astimezone().utcoffset().seconds, time.tzname[0]]"
            )
            assert env.returned() == ["00", 0, "UTC"]
        assert time.timezone == 18_000
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_library_that_has_copied_a_clock_sees_the_simulated_one(world, tmp_path, monkeypatch):
    (tmp_path / "copied_clock.py").write_text(
        "from time import time\nfrom datetime import datetime\nfrom random import random\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import copied_clock  # type: ignore[import-not-found]

    env = world.start(
        "import copied_clock as c\ndef handler(e, x):\n  return [c.time(), str(c.datetime.now())]"
    )
    assert env.returned() == [1767225600.0, "2026-01-01 00:00:00"]
    assert copied_clock.time() > 1767225600.0


def test_the_variables_of_a_function(world):
    source = "import os\ndef handler(e, c):\n  return [dict(os.environ), os.getenv('MODE'), os.environb[b'MODE'].decode()]"
    env = world.start(source, variables={"MODE": "test"}, memory=512)
    variables, mode, again = env.returned()
    assert mode == again == "test"
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "us-east-1"
    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.14"
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "greet"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "512"
    assert variables["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert variables["_HANDLER"] == "greet.handler"
    assert variables["TZ"] == ":UTC"
    assert "HOME" not in variables


def test_variables_that_a_handler_sets_stay_in_its_process(world, monkeypatch):
    import os

    monkeypatch.setenv("NOTEBOOK", "1")
    source = "import os\ndef handler(e, c):\n  was = os.environ.get('X')\n  os.environ['X'] = str(e)\n  return [was, 'NOTEBOOK' in os.environ]"
    one, two = world.start(source), world.start(source)
    assert one.returned(1) == [None, False]
    assert one.returned(2) == ["1", False]
    assert two.returned(3) == [None, False]
    assert os.environ["NOTEBOOK"] == "1"
    assert "X" not in os.environ
    assert os.getenv("AWS_LAMBDA_FUNCTION_NAME") is None
    one.reboot()
    assert one.returned(4) == [None, False]


def test_logging_is_set_up_as_on_lambda(world, handler):
    env = handler(
        """
        import logging
        logger = logging.getLogger("mine")
        logging.warning("init")
        ----
        logging.basicConfig(level=logging.DEBUG)
        logger.info("not shown")
        logger.setLevel(logging.INFO)
        logger.info("shown %s", 1)
        logging.getLogger().setLevel("DEBUG")
        logging.debug("root")
        return [logging.getLogger().level, len(logging.getLogger().handlers)]
        """
    )
    assert env.text == "[WARNING]\t2026-01-01T00:00:00.000Z\t\tinit\n"
    world.now = 1_234_567
    assert env.returned() == [10, 1]
    assert env.lines == [
        "[INFO]\t2026-01-01T00:00:01.234Z\trequest-1\tshown 1",
        "[DEBUG]\t2026-01-01T00:00:01.234Z\trequest-1\troot",
    ]


def test_logging_of_one_environment_does_not_reach_another_nor_the_notebook(world):
    import logging

    before = logging.getLogger().level, list(logging.getLogger().handlers)
    source = (
        "import logging\nlog = logging.getLogger('shared.name')\ndef handler(e, c):\n"
        "  was = [log.level, logging.getLogger().level, log.isEnabledFor(10), log.propagate]\n"
        "  if e:\n    log.setLevel(10); logging.getLogger().setLevel(40); log.propagate = False\n"
        "    log.addHandler(logging.StreamHandler()); logging.disable(50)\n"
        "    logging.getLogger().handlers[0].setFormatter(logging.Formatter('%(message)s'))\n"
        "  logging.error('x')\n  return was"
    )
    one, two = world.start(source), world.start(source)
    fresh = [0, 30, False, True]
    assert one.returned(1) == fresh
    assert one.returned(1) == [10, 40, False, False]
    assert one.text == ""
    assert two.returned() == fresh
    assert two.text.startswith("[ERROR]\t")
    logger = logging.getLogger("shared.name")
    assert (logger.level, logger.handlers, logger.propagate) == (0, [], True)
    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before
    assert logging.root.manager.disable == 0


def test_a_configured_logging_of_a_handler_leaves_the_notebooks_handlers_alone(world, tmp_path):
    import logging

    kept = logging.FileHandler(tmp_path / "notebook.log")
    logger = logging.getLogger("notebook")
    logger.addHandler(kept)
    try:
        env = world.start(
            "import logging, logging.config\nlogging.config.dictConfig({'version': 1, "
            "'handlers': {'h': {'class': 'logging.StreamHandler', 'stream': 'ext://sys.stdout'}}, "
            "'root': {'level': 'INFO', 'handlers': ['h']}})\n"
            "def handler(e, c):\n  logging.info('hello')\n  logging.shutdown()"
        )
        env.invoke()
        assert env.text == "hello\n"
        logger.warning("still open")
        assert "still open" in (tmp_path / "notebook.log").read_text()
    finally:
        logger.removeHandler(kept)
        kept.close()


def test_records_hold_nothing_of_this_machine(handler):
    env = handler(
        """
        import logging, os
        form = "%(process)d %(thread)d %(threadName)s %(relativeCreated)d %(filename)s:%(lineno)d"
        logging.getLogger().handlers[0].setFormatter(logging.Formatter(form))
        ----
        logging.error("x")
        return os.getpid()
        """
    )
    assert env.returned() == 8
    assert env.text == "8 1 MainThread 0 greet.py:6\n"


def test_json_logging(handler):
    env = handler(
        "import logging\n----\nlogging.info('hi')",
        variables={"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"},
    )
    env.invoke()
    assert json.loads(env.text) == {
        "timestamp": "2026-01-01T00:00:00Z",
        "level": "INFO",
        "message": "hi",
        "logger": "root",
        "requestId": "request-1",
    }


DRAW = """
import os, random, secrets, uuid, tempfile
from random import randint
own = random.Random()
def handler(event, context):
    if event:
        random.seed(event)
    return [
        random.random(), randint(0, 10**9), own.random(), random.Random().random(),
        str(uuid.uuid4()), str(uuid.uuid1()), os.urandom(4).hex(), secrets.token_hex(4),
        random.SystemRandom().random(), tempfile.mktemp(), random.choice("abc"),
    ]
"""


def test_randomness_is_the_same_for_the_same_seed_and_environment():
    import random

    from tests.code.conftest import World

    def draws(seed, number):
        with simulated():
            env = World(seed).start(DRAW, number=number)
            return env.returned(), env.returned()

    state = random.getstate()
    first = draws(1, 1)
    assert first == draws(1, 1)
    assert first[0] != first[1]
    for other in (draws(1, 2), draws(2, 1)):
        assert not set(map(str, first[0][:-1])) & set(map(str, other[0][:-1]))
    assert random.getstate() == state


def test_a_seed_of_the_handlers_own_acts_on_the_module_only(world):
    one, two = world.start(DRAW), world.start(DRAW)
    a, b = one.returned(7), two.returned(7)
    assert a[:2] == b[:2]
    assert a[2:10] != b[2:10]


def test_numpy_style_generators_seeded_from_secrets_are_deterministic(handler):
    env = handler("import secrets\n----\nreturn [secrets.randbits(128), secrets.choice('ab')]")
    assert env.returned() != env.returned()


def test_the_context(world, handler):
    env = handler(
        """
        ----
        context.log("logged")
        context.extra = 1
        return [
            context.aws_request_id, context.function_name, context.function_version,
            context.invoked_function_arn, context.memory_limit_in_mb, context.log_group_name,
            context.log_stream_name, context.get_remaining_time_in_millis(),
            context.client_context, context.identity.cognito_identity_id, repr(context),
        ]
        """,
        memory=256,
    )
    world.now = 500_000
    told = env.returned()
    assert told[:-1] == [
        "request-1", "greet", "$LATEST", "arn:aws:lambda:us-east-1:123456789012:function:greet",
        "256", "/aws/lambda/greet", "2026/01/01/[$LATEST]1", 3000, None, None,
    ]  # fmt: skip
    assert told[-1].startswith("LambdaContext([aws_request_id=request-1,")
    assert "0x" not in told[-1]
    assert env.text == "logged\n"


def test_the_remaining_time_follows_the_clock(handler):
    env = handler(
        "import time\n----\ntime.sleep(1.2345)\na = context.get_remaining_time_in_millis()\n"
        "time.sleep(5)\nreturn [a, context.get_remaining_time_in_millis()]"
    )
    assert env.returned() == [1766, 0]


FOLDER = {
    "app.py": "import helper, pkg.deep\nfrom pkg import inside\nfrom pkg.deep import n\n"
    "data = open('/var/task/data.txt').read() + open('data.txt').read()\n"
    "def handler(e, c):\n  helper.count += 1\n"
    "  return [helper.count, inside.name(), n, data, helper.__file__, helper.__name__]",
    "helper.py": "count = 0\nprint('helper')",
    "pkg/__init__.py": "from . import inside",
    "pkg/inside.py": "def name(): return __name__",
    "pkg/deep.py": "from .inside import name\nn = len(name())",
    "data.txt": "data",
}


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_or_a_zip_with_modules_of_its_own(world, tmp_path, packed):
    import sys

    for name, text in FOLDER.items():
        (tmp_path / "f" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "f" / name).write_text(text)
    path = tmp_path / "f"
    if packed:
        path = tmp_path / "f.zip"
        with zipfile.ZipFile(path, "w") as file:
            for name, text in FOLDER.items():
                file.writestr(name, text)
    code = PythonCode(path, handler="app.handler")
    one, two = world.start(code), world.start(code)
    assert one.text == two.text == "helper\n"
    rest = ["pkg.inside", 10, "datadata", "/var/task/helper.py", "helper"]
    assert one.returned() == [1, *rest]
    assert one.returned() == [2, *rest]
    assert two.returned() == [1, *rest]
    assert not {"app", "helper", "pkg", "pkg.deep"} & set(sys.modules)


def test_a_module_of_the_notebook_of_the_same_name_is_neither_used_nor_lost(
    world, tmp_path, monkeypatch
):
    import sys
    from types import ModuleType

    mine = ModuleType("helper")
    monkeypatch.setitem(sys.modules, "helper", mine)
    (tmp_path / "app.py").write_text("import helper\ndef handler(e, c): return helper.who")
    (tmp_path / "helper.py").write_text("who = 'own'")
    env = world.start(PythonCode(tmp_path, handler="app.handler"))
    assert env.returned() == "own"
    assert sys.modules["helper"] is mine


def test_a_handler_in_a_subfolder_and_in_a_single_file(world, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("def handler(e, c): return __name__")
    for code in (
        PythonCode(tmp_path, handler="src/app.handler"),
        PythonCode(tmp_path, handler="src.app.handler"),
    ):
        assert world.start(code).returned() == "src.app"
    assert world.start(PythonCode(tmp_path / "src" / "app.py")).returned() == "app"


@pytest.mark.parametrize("name", ["json", "random", "queue", "my-function", "v1.2", "lambdalab"])
def test_a_function_may_be_called_as_a_library_is(world, name):
    env = world.start("import json\ndef handler(e, c): return json.loads('1')", name=name)
    assert env.invoke() == Return("1", 2)


def test_a_module_that_waits_while_it_is_imported(world, tmp_path):
    (tmp_path / "app.py").write_text("import slow\ndef handler(e, c): return slow.n")
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(1)\nn = 1")
    code = PythonCode(tmp_path, handler="app.handler")
    one, two = world.boot(code), world.boot(code)
    one.process.init(), two.process.init()
    world.now = 1_000_000
    one.run(one.process.resume()), two.run(two.process.resume())
    assert (one.returned(), two.returned()) == (1, 1)
