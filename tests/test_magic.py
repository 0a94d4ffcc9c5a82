"""The cell magic, in a real IPython shell."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

import lambdalab as lab
from lambdalab import magic

CELL = """%%lambda greet --memory 512 --timeout 7 --environment STAGE=test --environment NAME=Ada
import os
count = 0

def handler(event, context):
    global count
    count += 1
    return [count, os.environ["STAGE"], os.environ["NAME"], context.memory_limit_in_mb]
"""


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # IPython warns if it names another one
    shell = InteractiveShell.instance()
    shell.run_cell("%load_ext lambdalab")
    shell.run_cell("import lambdalab as lab")
    return shell


def test_a_cell_becomes_a_function(shell: InteractiveShell) -> None:
    shell.run_cell(CELL)
    greet = shell.user_ns["greet"]
    assert (greet.name, greet.memory, greet.timeout) == ("greet", 512, 7)
    assert lab.run(greet, at=[0, 1]).returned == [
        [1, "test", "Ada", "512"],
        [2, "test", "Ada", "512"],
    ]
    assert "count" not in shell.user_ns
    assert "os" not in shell.user_ns


def test_lines_are_those_of_the_cell_below_the_magic(shell: InteractiveShell) -> None:
    shell.run_cell("%%lambda bad\ndef handler(event, context):\n    raise ValueError('no')\n")
    run = lab.run(shell.user_ns["bad"], at=[0])
    assert 'File "/var/task/bad.py", line 2, in handler' in run.responses[0].payload.replace(
        "\\", ""
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "name of a function"),
        ("two-words", "'two-words'"),
        ("greet --memory 96", "memory=96"),
        ("greet --memory lots", "memory='lots'"),
        ("greet --memroy 512", "'--memroy'"),
        ("greet --memory", "has no value"),
    ],
)
def test_a_first_line_that_cannot_be_read(shell: InteractiveShell, line: str, says: str) -> None:
    result = shell.run_cell(f"%%lambda {line}\ndef handler(event, context): pass\n")
    assert isinstance(result.error_in_exec, lab.LabError)
    assert says in str(result.error_in_exec)


def test_flags_and_lists_are_read() -> None:
    line = "greet --snap-start true --vpc false --layers a,b --extensions x --package-size 12.5"
    assert magic.read(line)[1] == {
        "snap_start": True,
        "vpc": False,
        "layers": ("a", "b"),
        "extensions": ("x",),
        "package_size": 12.5,
    }
