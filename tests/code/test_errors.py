"""What goes wrong in a handler, and how the runtime tells it."""

from __future__ import annotations

import json

import pytest

from lambdalab.code import CodeProblem, PythonCode, check
from lambdalab.engine.steps import Exit, Raise, Return, Write

NB = "\u00a0"


def document(step):
    assert isinstance(step, Raise), step
    told = json.loads(step.payload)
    assert list(told) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert told["errorType"] == step.error_type
    return told


def test_an_error_is_written_to_the_log_and_told_to_the_caller(world):
    env = world.start(
        """
        def check(order):
            if not order:
                raise ValueError("bad")

        def handler(event, context):
            check(
                event
            )
        """
    )
    step = env.invoke()
    assert document(step) == {
        "errorMessage": "bad",
        "errorType": "ValueError",
        "requestId": "request-1",
        "stackTrace": [
            '  File "/var/task/greet.py", line 7, in handler\n    check(\n',
            '  File "/var/task/greet.py", line 4, in check\n    raise ValueError("bad")\n',
        ],
    }
    assert step.line == 4
    assert env.steps[0] == Write(
        "[ERROR] ValueError: bad\n"
        "Traceback (most recent call last):\n"
        f'{NB}{NB}File "/var/task/greet.py", line 7, in handler\n'
        f"{NB * 4}check(\n"
        f'{NB}{NB}File "/var/task/greet.py", line 4, in check\n'
        f'{NB * 4}raise ValueError("bad")\n',
        4,
    )


def test_the_process_lives_on_after_an_error(world):
    env = world.start("n = 0\ndef handler(e, c):\n  global n\n  n += 1\n  return 1 / e + n")
    assert document(env.invoke(0))["errorMessage"] == "division by zero"
    assert env.returned(1) == 3


def test_frames_of_libraries_and_of_lambdalab_are_left_out(handler):
    env = handler(
        """
        import json, time
        ----
        if event:
            time.sleep(-1)
        json.loads("{")
        """
    )
    told = document(env.invoke(1))
    assert told["errorMessage"] == "sleep length must be non-negative"
    assert told["stackTrace"] == [
        '  File "/var/task/greet.py", line 5, in handler\n    time.sleep(-1)\n'
    ]
    told = document(env.invoke())
    assert told["errorType"] == "JSONDecodeError"
    assert told["stackTrace"] == [
        '  File "/var/task/greet.py", line 6, in handler\n    json.loads("{")\n'
    ]


def test_endless_recursion_is_told_the_same_everywhere(world):
    env = world.start(
        "deepest = 0\ndef down(n):\n  global deepest\n  deepest = n\n  down(n + 1)\n"
        "def handler(e, c):\n  if e:\n    return deepest\n  down(0)"
    )

    def deeper(depth):
        return deeper(depth - 1) if depth else env.invoke()

    told = document(deeper(100))
    assert told["errorMessage"] == "maximum recursion depth exceeded"
    assert told["stackTrace"][-1] == "  [Previous line repeated 896 more times]\n"
    assert 960 < env.returned(1) < 985


def test_recursion_goes_as_deep_from_any_depth_of_the_caller(world):
    source = (
        "def down(n):\n  try:\n    return down(n + 1)\n  except RecursionError:\n    return n\n"
    )
    source += "def handler(e, c):\n  return down(0)"

    def deeper(depth):
        return deeper(depth - 1) if depth else world.start(source).returned()

    assert deeper(0) == deeper(50) == deeper(200)


def test_a_traceback_that_the_handler_prints_has_source_lines_and_no_marks(handler):
    env = handler(
        """
        import traceback, logging
        ----
        try:
            {}["a"] + {}["b"]
        except KeyError:
            traceback.print_exc()
            logging.exception("oh")
        """
    )
    env.invoke()
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/var/task/greet.py", line 5, in handler\n'
        '    {}["a"] + {}["b"]\n'
        "KeyError: 'a'\n"
    )
    assert env.text == (trace + "[ERROR]\t2026-01-01T00:00:00.000Z\trequest-1\toh\n" + trace)


def test_an_error_without_a_message_and_one_that_cant_be_written(handler):
    env = handler(
        """
        class Odd(Exception):
            def __str__(self):
                raise ValueError
        ----
        raise (Odd if event else KeyError)
        """
    )
    assert document(env.invoke())["errorMessage"] == ""
    assert env.lines[0] == "[ERROR] KeyError"
    assert isinstance(env.invoke(1), Exit)


def test_what_is_no_exception_ends_the_runtime(handler):
    env = handler("raise GeneratorExit")
    assert env.invoke() == Exit(1, 2)


def test_code_that_cant_be_loaded(world, tmp_path):
    def init(text, handler="app.handler"):
        (tmp_path / "app.py").write_text(text)
        env = world.boot(PythonCode(tmp_path, handler=handler))
        return document(env.init())

    told = init("x = 1")
    assert (told["errorType"], told["requestId"]) == ("Runtime.HandlerNotFound", "")
    assert told["errorMessage"] == "Handler 'handler' missing on module 'app'"
    told = init("import nothing_of_that_name")
    assert told["errorType"] == "Runtime.ImportModuleError"
    assert told["errorMessage"] == (
        "Unable to import module 'app': No module named 'nothing_of_that_name'"
    )
    told = init("def handler(:\n  pass")
    assert told["errorType"] == "Runtime.UserCodeSyntaxError"
    assert told["stackTrace"] == ['  File "/var/task/app.py" Line 1\n    def handler(:\n']
    told = init("x = 1", "handler")
    assert told["errorType"] == "Runtime.MalformedHandlerName"
    assert told["errorMessage"].startswith("Bad handler 'handler': not enough values")
    assert init("x = 1", "other.handler")["errorMessage"] == (
        "Unable to import module 'other': No module named 'other'"
    )
    assert init("", "sys.handler")["errorType"] == "Runtime.BuiltInModuleConflict"
    told = init("x = 1\ny = x / 0")
    assert told["errorType"] == "ZeroDivisionError"
    assert told["stackTrace"] == ['  File "/var/task/app.py", line 2, in <module>\n    y = x / 0\n']


def test_a_cell_whose_import_fails_fails_in_the_model(world):
    env = world.boot("import nothing_of_that_name\ndef handler(e, c): pass")
    assert document(env.init())["errorType"] == "Runtime.ImportModuleError"
    assert env.lines[0].startswith("[ERROR] Runtime.ImportModuleError: Unable to import module")


def test_a_module_that_exits(world):
    assert world.boot("raise SystemExit(3)\ndef handler(e, c): pass").init() == Exit(3, 1)


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("def handler(event, context)\n    pass", 1, "expected ':'"),
        ("def f():\n  x = (\n", 2, "was never closed"),
        ("return 1", 1, "outside function"),
        ("x = 1", 0, "defines no function named handler."),
        ("def hander(e, c):\n  pass", 1, "Did you mean hander?"),
    ],
)
def test_source_is_checked_at_once(source, line, words):
    with pytest.raises(CodeProblem, match=r".") as caught:
        check(source, "greet.py")
    assert words in str(caught.value)
    assert caught.value.line == line
    if line:
        assert caught.value.text == source.splitlines()[line - 1]


@pytest.mark.parametrize(
    "source",
    [
        "handler = lambda e, c: 1",
        "async def handler(e, c): pass",
        "class handler: pass",
        "if True:\n  def handler(e, c): pass",
        "from os import getcwd as handler",
        "from somewhere import *",
        "for handler in []: pass",
        "(handler := print)",
        "import handler.inside",
        "x = '\\d'\ndef handler(e, c): pass",
    ],
)
def test_a_handler_may_be_defined_in_any_way(source):
    check(source, "greet.py")


def test_a_local_name_is_no_handler():
    with pytest.raises(CodeProblem):
        check("def f():\n  handler = 1", "greet.py")


def test_errors_after_steps_keep_their_order(handler):
    env = handler("print('a', end='')\nraise KeyError('k')")
    env.invoke()
    assert env.steps[0] == Write("a\n", 2)
    assert isinstance(env.invoke(), Raise)


def test_a_return_value_is_marshalled_after_all_output(handler):
    env = handler("print('out')\nreturn 1")
    env.invoke()
    assert env.steps == [Write("out\n", 2), Return("1", 3)]
