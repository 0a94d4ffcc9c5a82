"""What a handler does, as the steps that the engine sees."""

from __future__ import annotations

import json
import time

import pytest

from lambdalab import LabError
from lambdalab.code import cpu
from lambdalab.engine.steps import (
    Answer,
    Await,
    Call,
    Compute,
    Exit,
    Raise,
    Ready,
    Return,
    Stuck,
    Wait,
    Write,
)


def test_the_modules_own_code_runs_once_and_its_globals_stay(world):
    env = world.start(
        "count = 0\nprint('once')\ndef handler(e, c):\n  global count\n  count += 1\n  return count"
    )
    assert env.steps == [Write("once\n", 2), Ready()]
    assert [env.returned() for _ in range(3)] == [1, 2, 3]


def test_each_environment_has_its_own_globals(world):
    source = "seen = []\ndef handler(e, c):\n  seen.append(e)\n  return seen"
    one, two = world.start(source), world.start(source)
    assert one.returned(1) == [1]
    assert two.returned(2) == [2]
    assert one.returned(3) == [1, 3]


def test_sleep_waits_at_its_line_and_time_passes(handler):
    env = handler(
        """
        import time
        ----
        before = time.time()
        time.sleep(1.5)
        return time.time() - before
        """
    )
    assert env.invoke() == Return("1.5", 6)
    assert env.steps[0] == Wait(1_500_000, 5)


def test_cpu_computes_and_is_counted(handler):
    env = handler(
        """
        import time
        from lambdalab.code import cpu
        ----
        cpu(0.25)
        return time.process_time()
        """
    )
    assert env.returned() == 0.25
    assert env.steps[0] == Compute(250_000, 5)


def test_cpu_outside_of_a_handler_says_so():
    with pytest.raises(LabError, match="inside of a handler only"):
        cpu(1)


def test_lines_are_those_of_the_learners_own_file(handler):
    env = handler(
        """
        import time
        def pause(seconds):
            time.sleep(seconds)
        ----
        pause(1)
        sorted([1, 2], key=lambda x: time.sleep(x))
        """
    )
    env.invoke()
    assert [step.line for step in env.steps if isinstance(step, Wait)] == [4, 7, 7]


def test_the_line_of_the_return_that_was_reached(handler):
    env = handler(
        """
        if event == 1:
            return "one"
        if event == 2:
            return
        while event == 3:
            return [lambda: 1, 2][1]
        event
        """
    )
    assert [env.invoke(event).line for event in (1, 2, 3, 4)] == [4, 6, 8, 9]


def test_one_write_for_each_source_line(handler):
    env = handler(
        """
        for i in range(3):
            print(i)
        print("a", end="")
        print("b", 1, sep="-")
        print()
        """
    )
    env.invoke()
    assert env.steps[:-1] == [Write("0\n1\n2\n", 4), Write("ab-1\n", 5), Write("\n", 7)]


def test_writes_between_waits_are_not_joined(handler):
    env = handler(
        """
        import time
        ----
        for i in range(2):
            print(i); time.sleep(1)
        """
    )
    env.invoke()
    assert [type(step) for step in env.steps] == [Write, Wait, Write, Wait, Return]


def test_stdout_stderr_and_their_bytes_go_to_the_log(handler):
    env = handler(
        """
        import sys, os
        ----
        sys.stdout.write("one\\n")
        print("two", file=sys.stderr)
        sys.stdout.buffer.write(b"three\\n"); sys.stdout.flush()
        os.write(1, b"four\\n")
        sys.stderr.writelines(["five\\n", "six\\n"])
        print("seven", file=sys.__stdout__)
        return sys.stdout.isatty()
        """
    )
    assert env.returned() is False
    assert env.lines == ["one", "two", "three", "four", "five", "six", "seven"]


def test_a_stream_that_the_handler_redirects_stays_redirected_for_it_alone(world, handler):
    body = """
        import contextlib, io, time
        ----
        with contextlib.redirect_stdout(io.StringIO()) as text:
            print("held")
            time.sleep(1)
            print("back")
        print("free")
        return text.getvalue()
        """
    one, two = handler(body), handler(body)
    first = one.process.invoke(one.invocation())
    assert isinstance(first, Wait)
    assert two.returned() == "held\nback\n"
    assert json.loads(one.run(one.process.resume()).payload) == "held\nback\n"
    assert one.text == "free\n"


def test_a_megabyte_of_output_is_at_most_a_thousand_writes(handler):
    env = handler(
        """
        for i in range(10_000):
            print("x" * 49)
            print("y" * 49)
        """
    )
    began = time.perf_counter()
    env.invoke()
    assert time.perf_counter() - began < 2
    assert len(env.text) == 1_000_000
    assert len([step for step in env.steps if isinstance(step, Write)]) == 1_000
    assert env.lines[0] == "x" * 49
    assert env.lines[-1] == "y" * 49


def test_what_is_returned_is_marshalled_as_on_lambda(handler):
    env = handler(
        """
        import decimal, collections
        Point = collections.namedtuple("Point", "x y")
        values = {
            "text": "grüße ☃", "tuple": (1, 2), "decimal": decimal.Decimal("1.10"),
            "point": [Point(1, 2)], "bytes": {"b": b"raw"}, "nan": float("nan"), "keys": {1: None},
        }
        ----
        return values[event] if event else None
        """
    )
    told = {event: env.invoke(event).payload for event in ("", "text", "tuple", "decimal", "point")}
    assert told == {
        "": "null",
        "text": '"grüße ☃"',
        "tuple": "[1, 2]",
        "decimal": "1.10",
        "point": '[{"x": 1, "y": 2}]',
    }
    assert env.invoke("bytes").payload == '{"b": "raw"}'
    assert env.invoke("nan").payload == "NaN"
    assert env.invoke("keys").payload == '{"1": null}'


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{1, 2}", "Object of type set is not JSON serializable"),
        ("{(1, 2): 3}", "keys must be str, int, float, bool or None, not tuple"),
        ("circle()", "Circular reference detected"),
        ("object", "Object of type type is not JSON serializable"),
        ("wait()", "Object of type coroutine is not JSON serializable"),
    ],
)
def test_what_json_cant_hold_is_a_marshal_error(handler, value, message):
    env = handler(
        f"""
        def circle():
            a = []
            a.append(a)
            return a
        async def wait():
            pass
        ----
        return {value}
        """
    )
    step = env.invoke()
    assert isinstance(step, Raise)
    assert step.error_type == "Runtime.MarshalError"
    told = json.loads(step.payload)
    assert told == {
        "errorMessage": f"Unable to marshal response: {message}",
        "errorType": "Runtime.MarshalError",
        "requestId": "request-1",
        "stackTrace": [],
    }


def test_an_async_handler_returns_a_coroutine_which_json_cant_hold(world):
    env = world.start("async def handler(event, context):\n    return 1")
    assert env.invoke().error_type == "Runtime.MarshalError"


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ("sys.exit(3)", 3),
        ("sys.exit()", 0),
        ("sys.exit('so long')", 1),
        ("exit(4)", 4),
        ("quit(5)", 5),
        ("os._exit(6)", 6),
        ("raise SystemExit(263)", 7),
        ("deeper(sys.exit, 8)", 8),
        ("os.kill(os.getpid(), 9)", -9),
        ("os.abort()", -6),
    ],
)
def test_a_process_that_ends_itself(handler, ending, status):
    env = handler(
        f"""
        import os, sys
        def deeper(function, value):
            return list(map(function, [value]))
        ----
        {ending}
        """
    )
    step = env.invoke()
    assert isinstance(step, Exit)
    signal = {-9: "killed", -6: "aborted"}.get(status, "")
    assert step == Exit(status, 4 if "deeper" in ending else 6, signal=signal)
    assert env.text == ("so long\n" if "so long" in ending else "")
    with pytest.raises(RuntimeError, match="has ended"):
        env.invoke()


def test_exit_at_once_runs_no_finally_but_sys_exit_does(handler):
    body = """
        import os, sys
        ----
        try:
            {}(1)
        finally:
            print("finally")
        """
    for ending, text in (("os._exit", ""), ("sys.exit", "finally\n")):
        env = handler(body.format(ending))
        assert isinstance(env.invoke(), Exit)
        assert env.text == text


def test_python_as_usual_works(world):
    env = world.start(
        """
        from __future__ import annotations
        import dataclasses, enum, functools, typing, pickle
        import lambdalab as lab

        @dataclasses.dataclass(order=True, slots=True)
        class Item:
            name: str
            price: float = 0.0
            tags: typing.ClassVar[list[str]] = []

        class Colour(enum.Enum):
            RED = 1

        def numbers():
            yield from range(3)

        @functools.lru_cache
        def fibonacci(n):
            return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

        if __name__ == "__main__":
            raise AssertionError

        class Handler:
            def __call__(self, event, context):
                match event:
                    case {"deep": int(n)}:
                        return fibonacci(n)
                    case _:
                        item = pickle.loads(pickle.dumps(Item("a", 1.5)))
                        return [dataclasses.asdict(item), Colour.RED.name, *numbers(), __name__, __file__]

        handler = Handler()
        """
    )
    assert env.returned() == [
        {"name": "a", "price": 1.5},
        "RED",
        0,
        1,
        2,
        "greet",
        "/var/task/greet.py",
    ]
    assert env.returned({"deep": 60}) == 1548008755920


def test_a_keyboard_is_not_there(handler):
    env = handler("return input('name? ')")
    assert env.invoke().error_type == "EOFError"
    assert env.text.startswith("name? ")
    assert handler("breakpoint()").invoke().error_type == "NotSimulated"


def test_names_of_ipython_are_not_there(handler, monkeypatch):
    import builtins

    monkeypatch.setattr(builtins, "get_ipython", lambda: None, raising=False)
    assert handler("return get_ipython()").invoke().error_type == "NameError"


def test_memory_is_the_runtimes_own(handler):
    assert handler("return 1").process.memory_used == 36


def test_a_loop_on_the_clock_spends_time(handler):
    env = handler(
        """
        import time
        ----
        end = time.time() + 0.5
        while time.time() < end:
            pass
        return time.time() - end
        """
    )
    assert 0 <= env.returned() < 0.02
    assert all(isinstance(step, Compute) for step in env.steps[:-1])
    assert 100 < len(env.steps) < 1_000


def test_sleeping_for_nothing_again_and_again_spends_time(handler):
    env = handler(
        """
        import time
        ----
        while time.time() < 1767225601:
            time.sleep(0)
        """
    )
    assert isinstance(env.invoke(), Return)


def test_other_steps_can_be_performed_and_answered(world):
    env = world.start(
        """
        from lambdalab.code import perform
        from lambdalab.engine.steps import Call
        def handler(event, context):
            return perform(Call("sqs", "SendMessage", "{}")).payload
        """
    )
    asked = env.process.invoke(env.invocation())
    assert asked == Call("sqs", "SendMessage", "{}", 5)
    assert env.process.resume() == Await(5)  # it is under way
    env.process.take(asked, Answer(200, "answer"))
    assert env.process.resume() == Return('"answer"', 5)


def test_other_threads_go_on_while_one_waits_for_an_answer(world):
    env = world.start(
        """
        import threading, time
        from lambdalab.code import perform
        from lambdalab.engine.steps import Call
        def handler(event, context):
            seen = []
            def nap():
                time.sleep(1)
                seen.append("nap")
            threading.Thread(target=nap).start()
            seen.append(perform(Call("sqs", "SendMessage", "{}")).payload)
            return seen
        """
    )
    asked = env.process.invoke(env.invocation())
    assert isinstance(asked, Call)
    assert env.process.resume() == Wait(1_000_000, 8)
    world.now += 1_000_000
    assert env.process.resume() == Await(11)
    env.process.take(asked, Answer(200, "answer"))
    assert env.process.resume() == Return('["nap", "answer"]', 12)


def test_a_runaway_of_output_is_stuck_at_once(handler):
    env = handler("while True:\n    print('x' * 1_000_000)")
    assert isinstance(env.invoke(), Stuck)
    assert len(env.lines) <= 100
