"""Endless loops, kills and the stop button: the code is left for good, and nothing leaks."""

from __future__ import annotations

import _thread
import datetime
import gc
import io
import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

import lambdalab as lab
from lambdalab.code import PythonCode, simulated
from lambdalab.engine.steps import Return, Stuck, Wait, Write
from tests.code.conftest import World

LIMIT = 0.15


@pytest.fixture
def brief():
    """Give a world whose limit in real time is short."""
    with simulated(LIMIT):
        yield World()


LOOPS = {
    "plain": "while True:\n    pass",
    "calls": "def step(n): return n + 1\n----\nn = 0\nwhile True:\n    n = step(n)",
    "swallows": "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
    "finally": "def f():\n    try:\n        return 1\n    finally:\n        pass\n----\nwhile True:\n    try:\n        f()\n    except:\n        continue",
    "suppress": "import contextlib\n----\nwhile True:\n    with contextlib.suppress(BaseException):\n        sum(range(100))",
    "comprehension": "while True:\n    [x for x in range(1000)]",
    "clock": "import datetime\n----\nwhile True:\n    datetime.datetime.now",
    "generator": "def g():\n    while True:\n        yield 1\n----\nfor x in g():\n    pass",
    "del": "class D:\n    def __del__(self):\n        for i in range(9):\n            pass\n----\nwhile True:\n    D()",
    "import": "while True:\n    import json, logging",
    "prints": "while True:\n    print('x')",
    "async": "import asyncio\nasync def main():\n    while True:\n        pass\n----\nasyncio.run(main())",
    "thread": "import threading\ndef spin():\n    while True:\n        pass\n----\nthreading.Thread(target=spin).start()",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_an_endless_loop_is_left_for_good(brief, loop):
    module, _, body = LOOPS[loop].rpartition("----\n")
    text = "    print('begins')\n" + "".join(f"    {line}\n" for line in body.splitlines())
    source = f"{module}def handler(event, context):\n{text}    print('goes on')\n"
    env = brief.start(source)
    step = env.invoke()
    assert isinstance(step, Stuck)
    where = {"thread": "def spin", "async": "async def main", "generator": "def handler"}
    lines = [number for number, line in enumerate(source.splitlines(), 1) if "def handler" in line]
    if loop in ("thread", "async"):
        lines = [n for n, text in enumerate(source.splitlines(), 1) if where[loop] in text]
    assert step.line in lines
    assert env.lines[0] == "begins"
    assert "goes on" not in env.text
    assert len(env.lines) <= 100


def test_an_endless_loop_in_the_modules_own_code(brief):
    env = brief.boot("while True:\n    pass\ndef handler(e, c): pass")
    assert env.init() == Stuck(1)


def test_the_output_of_a_loop_is_the_same_every_time(brief):
    env = brief.start("def handler(e, c):\n  n = 0\n  while True:\n    n += 1\n    print(n)")
    env.invoke()
    assert env.steps == [Write("".join(f"{n}\n" for n in range(1, 101)), 5), Stuck(1)]


def test_a_process_that_is_not_stuck_goes_on_beside_one_that_is(brief):
    stuck = brief.start("def handler(e, c):\n  while True: pass")
    fine = brief.start("def handler(e, c): return e")
    assert isinstance(stuck.invoke(), Stuck)
    stuck.process.kill()
    assert fine.returned(1) == 1
    stuck.process = stuck.code.boot(stuck.place)
    assert isinstance(stuck.init(), type(fine.process.step)) or True
    assert isinstance(stuck.invoke(), Stuck)


def test_an_exception_that_comes_too_late_hits_nobody():
    """Fire at any moment of many turns, most of them near an end."""
    source = "def handler(e, c):\n  for i in range(e):\n    pass\n  return e"
    dice, stop = random.Random(1), threading.Event()
    with simulated(60) as simulation:
        env = World().start(source)
        watching, fired = simulation.watch, 0

        def fire():
            nonlocal fired
            last = 0
            while not stop.is_set():
                turn = watching.inside
                if turn > last:
                    last = turn
                    if dice.random() < 0.3:
                        for _ in range(dice.randrange(2_000)):
                            pass
                        watching.fire(turn)
                        fired += 1

        thread = threading.Thread(target=fire)
        switch = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        thread.start()
        outcomes = {Return: 0, Stuck: 0}
        try:
            began = time.perf_counter()
            while fired < 40 and time.perf_counter() - began < 1:
                n = dice.randrange(2_500)
                step = env.process.invoke(env.invocation(n))
                outcomes[type(step)] += 1
                if isinstance(step, Return):
                    assert step.payload == str(n)
                while isinstance(step, Stuck):
                    step = env.reboot()
        finally:
            stop.set()
            thread.join()
            sys.setswitchinterval(switch)
    assert not watching.sending
    assert fired
    assert outcomes[Stuck] + outcomes[Return] > fired // 2


def test_the_import_of_a_library_may_take_longer_than_the_limit(tmp_path, monkeypatch):
    (tmp_path / "slow_library.py").write_text("import time\ntime.sleep(0.4)\nn = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    with simulated(LIMIT):
        env = World().start("import slow_library\ndef handler(e, c): return slow_library.n")
        assert env.returned() == 1
    sys.modules.pop("slow_library")


KILLED = """
import time, threading, contextlib
from lambdalab.code import cpu
class Noisy:
    def __del__(self):
        print("del")
noisy = Noisy()
@contextlib.contextmanager
def managed():
    try:
        yield
    finally:
        print("exit")
        with open("/tmp/late", "w") as file:
            file.write("late")
def handler(event, context):
    here = Noisy()
    try:
        with managed():
            time.sleep(10)
            print("after")
    except BaseException as error:
        print("except", error)
        time.sleep(1)
        cpu(1)
    finally:
        print("finally")
        threading.Thread(target=print).start()
        time.sleep(1)
"""


def test_nothing_runs_after_a_kill(capsys):
    with simulated():
        world = World()
        env = world.start(KILLED)
        env.run(env.process.invoke(env.invocation()), until=3_000_000)
        env.process.kill()
        other = world.start("import os\ndef handler(e, c): return os.listdir('/tmp')")
        assert other.returned() == []
        env.process = env.code.boot(env.place)
        env.init()
        assert env.text == ""
        env.process.kill()
    gc.collect()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "last",
    [
        "while True:\n            pass",
        "while True:\n            try:\n                time.sleep(1)\n            except BaseException:\n                pass",
        "handler(event, context)",
        "import os; os._exit(1)",
        "raise SystemExit",
        "raise KeyboardInterrupt",
        "raise ValueError",
        "return 1",
        "[print(x) for x in range(10)]; open('/tmp/x', 'w')",
    ],
)
def test_killed_code_can_do_what_it_likes(last, capsys):
    source = f"import time\ndef handler(event, context):\n    while True:\n      try:\n        time.sleep(10)\n      except BaseException:\n        {last}"
    began = time.perf_counter()
    with simulated():
        env = World().start(source)
        env.run(env.process.invoke(env.invocation()), until=3_000_000)
        env.process.kill()
    took = time.perf_counter() - began
    gc.collect()  # may itself take seconds, among the many objects of a whole run of the tests
    assert took < 2
    assert capsys.readouterr() == ("", "")


def test_what_a_killed_process_held_is_let_go_quietly_even_if_it_resists(capsys):
    source = """
        import concurrent.futures, tempfile, time, weakref
        pool = concurrent.futures.ThreadPoolExecutor(2)
        folder = tempfile.TemporaryDirectory()
        class Resists:
            def __del__(self):
                while True:
                    pass
        resists = Resists()
        weakref.finalize(resists, print, "gone")
        def handler(event, context):
            pool.submit(time.sleep, 9)
            time.sleep(9)
        """
    with simulated():
        env = World().start(source)
        env.process.invoke(env.invocation())
        env.process.kill()
    gc.collect()
    assert capsys.readouterr() == ("", "")


def test_a_process_that_still_waits_when_the_run_ends_is_dropped(capsys):
    with simulated():
        env = World().start(KILLED)
        env.process.invoke(env.invocation())
    gc.collect()
    assert capsys.readouterr() == ("", "")


def test_del_of_a_killed_process_says_nothing_and_of_a_living_one_does(handler):
    env = handler(
        "class Noisy:\n    def __del__(self):\n        print('del')\n----\nx = Noisy()\ndel x\nprint('end')"
    )
    env.invoke()
    assert env.lines == ["del", "end"]


INTERRUPTED = """
import _thread, time
def handler(event, context):
    while True:
        try:
            _thread.interrupt_main() if event == 1 else None
            for i in range(1000):
                pass
        except ValueError:
            return "swallowed"
        except {}:
            return "swallowed"
        finally:
            print("finally")
"""


@pytest.mark.skipif(not hasattr(signal, "SIGINT"), reason="no signals")
def test_the_stop_button_reaches_the_caller_whatever_the_handler_catches(capsys):
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), simulated():
        World().start(INTERRUPTED.format("BaseException")).invoke(1)
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt), simulated():
        World().start(INTERRUPTED.format("TypeError")).invoke(1)
    assert time.time.__name__ == "time"
    assert capsys.readouterr() == ("", "")
    with simulated():  # and the next run is as good as the first
        assert World().start("def handler(e, c): return 1").returned() == 1


@pytest.mark.parametrize("where", ["handler", "module", "thread"])
def test_a_handler_that_raises_what_the_key_raises_ends_its_process_alone(where):
    source = f"""
import os, threading
def stop():
    raise KeyboardInterrupt
if {where!r} == "module" and not os.path.exists("/tmp/seen"):
    open("/tmp/seen", "w")
    stop()
def handler(event, context):
    if {where!r} == "thread" and event == 1:
        threading.Thread(target=stop).start()
    if {where!r} == "handler" and event == 1:
        stop()
    return event
"""
    run = lab.run(lab.function(source, name="f"), at=[(0, 1), (1, 2)])
    assert not run.stopped
    first, second = run.returned
    assert second == 2
    if where == "handler":
        assert first.type == "Runtime.ExitError"
        assert first.message.endswith("Runtime exited with error: signal: interrupt")
    else:
        assert first == 1
    assert run.logs("KeyboardInterrupt")


def test_the_stop_button_between_steps_is_as_usual():
    def press():
        _thread.interrupt_main()
        time.sleep(0.01)

    with pytest.raises(KeyboardInterrupt), simulated():
        World().start("def handler(e, c): return 1")
        press()


def everything():
    """Take note of all that a run puts its hands on."""
    import asyncio
    import builtins
    import concurrent.futures.thread
    import copyreg
    import linecache
    import queue
    import socket
    import subprocess
    import tempfile
    import uuid
    import warnings

    known = {}
    for module in (
        time, datetime, os, random, threading, _thread, sys, builtins, io, logging, signal,
        asyncio.events, concurrent.futures.thread, linecache, queue, socket, tempfile, uuid,
        warnings, logging.config,
    ):  # fmt: skip
        known.update({(module.__name__, key): value for key, value in vars(module).items()})
    for kind in (
        threading.Thread, logging.Logger, logging.Manager, random.Random, os._Environ,
        socket.socket, subprocess.Popen, concurrent.futures.thread.ThreadPoolExecutor,
    ):  # fmt: skip
        known.update({(kind.__qualname__, key): value for key, value in vars(kind).items()})
    skipped = {
        "__warningregistry__",
        "last_exc",
        "last_value",
        "last_type",
        "last_traceback",
        "_sha512",
    }
    state = {
        "environ": dict(os.environ),
        "path": list(sys.path),
        "meta_path": list(sys.meta_path),
        "random": random.getstate(),
        "cwd": os.getcwd(),
        "recursion": sys.getrecursionlimit(),
        "hooks": sys.get_asyncgen_hooks(),
        "signal": signal.getsignal(signal.SIGINT),
        "copyreg": dict(copyreg.dispatch_table),
        "filters": list(warnings.filters),
        "root": (logging.root.level, list(logging.root.handlers), logging.root.disabled),
        "zone": (time.timezone, time.tzname),
    }
    return {key: value for key, value in known.items() if key[1] not in skipped}, state


BUSY = """
import asyncio, concurrent.futures, datetime, json, linecache, logging, os, queue, random, signal
import socket, subprocess, sys, tempfile, threading, time, uuid, warnings
logging.getLogger().setLevel(10)
logging.getLogger("new.logger").addHandler(logging.StreamHandler())
logging.addLevelName(15, "FIFTEEN")
sys.path.insert(0, "/opt/python")
def handler(event, context):
    random.seed(1); os.environ["LEAK"] = "1"; os.chdir("/tmp"); sys.setrecursionlimit(3000)
    warnings.simplefilter("ignore"); sys.stdout = sys.stderr
    with tempfile.TemporaryFile() as f, concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(time.sleep, 1).result()
    threading.Timer(99, print).start()
    async def main():
        await asyncio.sleep(1)
        return uuid.uuid4().hex
    asyncio.run(main())
    if event:
        time.sleep(99)
    return 1
"""


@pytest.mark.parametrize("event", [None, 1])
def test_everything_is_as_it_was(event):
    import asyncio  # noqa: F401  (what the handler imports is there before)

    everything()
    modules, threads = set(sys.modules), set(threading.enumerate())
    before = everything()
    with simulated():
        env = World().start(BUSY)
        env.run(env.process.invoke(env.invocation(event)), until=50_000_000)
    after = everything()
    assert after[1] == before[1]
    assert {k for k in before[0] if after[0].get(k) is not before[0][k]} == set()
    assert set(after[0]) == set(before[0])
    assert "greet" not in sys.modules
    assert not [m for m in set(sys.modules) - modules if not m.startswith("lambdalab")]
    assert logging.getLogger("new.logger").handlers == []
    assert set(threading.enumerate()) <= threads


def test_other_threads_never_see_the_simulation(world):
    seen, stop = [], threading.Event()

    def look():
        while not stop.is_set():
            seen.append(
                (time.time() > 1_767_225_700, datetime.datetime.now().year >= 2026,
                 "AWS_REGION" in os.environ, threading.current_thread().name,
                 os.path.exists(__file__), logging.getLogger("t").level, os.getpid() != 8)
            )  # fmt: skip

    thread = threading.Thread(target=look, name="other")
    thread.start()
    env = world.start(
        "import time\ndef handler(e, c):\n  for i in range(200_000):\n    time.time\n  time.sleep(1)\n  return time.time()"
    )
    assert env.returned() == 1767225601.0
    stop.set()
    thread.join()
    assert set(seen) == {(True, True, False, "other", True, 0, True)}


def test_code_outside_of_a_simulation_says_so():
    with pytest.raises(RuntimeError, match="simulated"):
        World().boot("def handler(e, c): pass")


def test_simulated_may_be_nested_and_costs_nothing_without_a_handler():
    began = time.perf_counter()
    for _ in range(1_000):
        with simulated() as outer, simulated() as inner:
            assert inner is outer
            assert time.time is real_time
    assert time.perf_counter() - began < 0.5


real_time = time.time


def test_two_runs_in_two_threads_do_not_meet():
    results = {}

    def run(name, seconds):
        with simulated():
            env = World().start(
                f"import time\ndef handler(e, c):\n  time.sleep({seconds})\n  return time.time() - 1767225600"
            )
            results[name] = [env.returned() for _ in range(200)]

    threads = [threading.Thread(target=run, args=args) for args in (("a", 1), ("b", 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results["a"][:2] == [1.0, 2.0]
    assert results["b"][-1] == 400.0


def test_ten_thousand_warm_invocations_take_a_fraction_of_a_second(world):
    env = world.start("def handler(event, context):\n  return {'n': event['n']}")
    process, invocation = env.process, env.invocation({"n": 1})
    took = []
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(2_500):
            process.invoke(invocation)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.4


def test_a_missing_greenlet_is_named(monkeypatch):
    from lambdalab.code import suspend

    suspend._greenlet.cache_clear()
    monkeypatch.setitem(sys.modules, "greenlet", None)
    with pytest.raises(ImportError, match=r"lambdalab\[code\]"), simulated():
        World().boot("def handler(e, c): pass")


def test_a_killed_process_is_not_asked_again(world):
    env = world.start("import time\ndef handler(e, c):\n  time.sleep(1)")
    assert isinstance(env.process.invoke(env.invocation()), Wait)
    env.process.kill()
    with pytest.raises(RuntimeError, match="has ended"):
        env.process.resume()
    assert json.loads("1") == 1
    assert PythonCode("x = 1", "a.py").module == "a"


def test_after_a_stuck_process_recursion_and_tracing_are_as_usual(brief):
    source = "def handler(e, c):\n  while True:\n    try:\n      while True: pass\n    except BaseException: pass"
    assert isinstance(brief.start(source).invoke(), Stuck)

    def deeper():
        deeper()

    with pytest.raises(RecursionError):
        deeper()
    env = brief.start("def down():\n  down()\ndef handler(e, c):\n  down()")
    assert env.invoke().error_type == "RecursionError"


PROFILED = """
import cProfile
from lambdalab.code import simulated
from lambdalab.engine.steps import Exit, Stuck
from tests.code.conftest import World

LOOPS = ["while True: pass", "while True:\\n  try: sum([1])\\n  except BaseException: pass"]
for loop in LOOPS:
    with simulated(0.15), cProfile.Profile() as profile:
        world = World()
        looped = world.start("def handler(e, c):\\n  " + loop.replace("\\n", "\\n  ")).invoke()
        left = world.start("import sys\\ndef handler(e, c): sys.exit(1)").invoke()
        done = world.start("def handler(e, c): return e").returned(3)
    assert isinstance(looped, Stuck) and isinstance(left, Exit) and done == 3
    assert any(entry.code.co_name == "handler" for entry in profile.getstats()
               if not isinstance(entry.code, str))
"""


def test_under_a_profiler_loops_are_stopped_and_what_comes_after_them_runs():
    """In another process: the failure would be that it never ends."""
    subprocess.run([sys.executable, "-c", PROFILED], check=True, timeout=60)
