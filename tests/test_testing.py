"""Assertions about runs, the fixture for pytest, and the command line."""

import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import lambdalab as lab
from lambdalab.__main__ import main
from lambdalab.testing import (
    assert_at_least,
    assert_at_most,
    assert_cost_below,
    assert_delivered,
    assert_never,
    assert_p99_below,
    assert_succeeded,
)

ROOT = Path(__file__).parent.parent
STACK = ROOT / "tests" / "templates" / "ci"
PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
pytest.importorskip("samtranslator")

# Assertions -------------------------------------------------------------------------------------


def failing(do: object) -> str:
    with pytest.raises(AssertionError) as caught:
        do()
    return str(caught.value)


def test_what_holds_passes() -> None:
    run = lab.run(lab.handler(wait=0.5), at=[0, 1, 2])
    assert_never(run, "throttled", "errors")
    assert_at_most(run, 3, "requests")
    assert_at_least(run, 3, "requests")
    assert_succeeded(run)
    assert_p99_below(run, 0.6)
    assert_cost_below(run, 0.001)


def test_a_failing_assertion_says_why() -> None:
    fn = lab.handler(name="slow", wait=1, reserved_concurrency=1)
    run = lab.run(fn, at=[0, 2, 2, 2])
    text = failing(lambda: assert_never(run, "errors", "throttled"))
    assert text.startswith("throttled: 2 times, never was asserted.")
    assert "2.000 s  req-3" in text  # the first of the two, with the chain of its causes
    assert "concurrency.reserved" in text
    assert "2.000 s  req-4" in failing(lambda: assert_at_most(run, 1, "throttled"))
    assert "429" in failing(lambda: assert_succeeded(run))
    text = failing(lambda: assert_at_least(run, 5, "processed"))
    assert text.startswith("processed: 2 times, at least 5 times was asserted. The run ends so:")


def test_an_error_and_a_missing_answer_are_no_success() -> None:
    run = lab.run(lab.handler(wait=1, fails=True), at=[0])
    assert "a caller got no result: Failure(" in failing(lambda: assert_succeeded(run))
    cut = lab.run(lab.handler(wait=1), at=[0], until=0.5)
    assert "no answer" in failing(lambda: assert_succeeded(cut))
    assert "is inf s" in failing(lambda: assert_p99_below(cut, 10))


def test_a_front_door_is_a_caller_too() -> None:
    door = lab.api(lab.handler(wait=2, returns={"statusCode": 500, "body": "no"}))
    run = lab.run(door, at=[0])
    assert "500" in failing(lambda: assert_succeeded(run))
    assert "p99 of 1 answers is 2 s" in failing(lambda: assert_p99_below(run, 2))
    assert_p99_below(run, 2.1)


def test_a_percentile_is_the_nearest_rank() -> None:
    run = lab.run(lab.handler(wait=0.1, init=1), at=range(0, 200, 2))  # one cold start
    assert_p99_below(run, 0.2)
    text = failing(lambda: assert_p99_below(run, 0.2, percentile=100))
    assert text.startswith("p100 of 100 answers is 1.1 s, below 0.2 s was asserted.")
    with pytest.raises(lab.LabError):
        assert_p99_below(run, 1, percentile=0)
    nobody = lab.run(lab.event(lab.handler()), at=[0])
    assert "nobody waited" in failing(lambda: assert_p99_below(nobody, 1))


def test_deliveries_are_counted() -> None:
    fn = lab.handler(fails=True, maximum_retry_attempts=0)
    fn = fn.with_(on_failure="failed", on_success="elsewhere")
    run = lab.run(lab.event(fn), at=[0, 1])
    assert [document["at"] for document in assert_delivered(run, "failed", times=2)] == [0, 1]
    assert_delivered(run, "failed")
    assert_delivered(run, "elsewhere", times=0)
    assert "2 times, 3 times was asserted" in failing(
        lambda: assert_delivered(run, "failed", times=3)
    )
    text = failing(lambda: assert_delivered(run, "failed", times=1))
    assert "1.000 s" in text  # the second one
    assert "never, at least once was" in failing(lambda: assert_delivered(run, "elsewhere"))
    with pytest.raises(lab.LabError, match="nothing in this run is called 'misspelt'"):
        assert_delivered(run, "misspelt", times=0)


def test_a_bill_that_is_too_high_is_shown() -> None:
    run = lab.run(lab.handler(wait=1), at=[0])
    assert "GB-s" in failing(lambda: assert_cost_below(run, 0.00001))


# The fixture ------------------------------------------------------------------------------------


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a project of its own."""
    installed = any(e.name == "lambdalab.pytest_plugin" for e in entry_points(group="pytest11"))
    plugin = [] if installed else ["-p", "lambdalab.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-p", "no:nbval", "-p", "no:cacheprovider"]
    command += [*plugin, "-q", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make the project that docs/testing.md shows."""
    folder = tmp_path / "project"
    shutil.copytree(STACK, folder)
    (folder / "ci_stack.py").rename(folder / "test_stack.py")
    settings = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    return folder


def test_the_project_of_the_page_is_tested_as_the_page_says(project: Path) -> None:
    tests = (project / "test_stack.py").read_text(encoding="utf-8").partition('"""\n\n')[2]
    shown = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    assert shown == tests
    done = pytest_in(project)
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "test_three_calls_at_once_are_served" in done.stdout
    (failure,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    lines = [line.removeprefix("E").strip() for line in done.stdout.splitlines()]
    for line in failure.splitlines():
        assert line.strip() in lines


def test_a_mark_names_another_template(project: Path) -> None:
    (project / "test_stack.py").write_text(
        "import lambdalab as lab, pytest\n"
        "seen = []\n"
        "@pytest.mark.lambda_template('template.yaml', code={'Resize': lab.work(wait=2)})\n"
        "def test_marked(lambda_lab):\n"
        "    assert lambda_lab.run({'Resize': [0]}).end == 2\n"
        "def test_first(lambda_lab): seen.append(lambda_lab)\n"
        "def test_loaded_once(lambda_lab): assert lambda_lab is seen[0]\n"
        "def test_resource(lambda_lab): lambda_lab.run(lambda_lab['Resize'], at=0)\n",
        encoding="utf-8",
    )
    done = pytest_in(project, "--strict-markers")
    assert "4 passed" in done.stdout, done.stdout + done.stderr
    (project / "pyproject.toml").write_text("", encoding="utf-8")
    assert "lambda_lab does not know the template" in pytest_in(project).stdout


# The command line -------------------------------------------------------------------------------


@dataclass
class Done:
    """What a command has printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Done]:
    """Give what runs a command line in the folder of the stack."""
    monkeypatch.chdir(STACK)

    def call(*arguments: str, given: str = "") -> Done:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        try:
            code = main(arguments)
        except SystemExit as ended:  # argparse
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return call


def test_a_template_is_run_from_the_command_line(command: Callable[..., Done]) -> None:
    done = command("run", "template.yaml", "--target", "Resize", "--at", "0,0.2,3")
    stack = lab.load(STACK / "template.yaml")
    run = lab.run(stack["Resize"], at=[0, 0.2, 3], also=stack)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(str(run.tell()))
    assert "answer 2: 200 1" in done.stdout
    assert repr(run.bill) in done.stdout


def test_what_is_sent_stands_in_a_file_or_comes_from_stdin(command: Callable[..., Done]) -> None:
    payload = json.dumps({"broken": True})
    done = command("run", "template.yaml", "--target", "Uploads", "--payload", "-", given=payload)
    assert "msg-1 goes from Uploads to Failed after 2 receives." in done.stdout
    failed = command("run", "template.yaml", "--payload", "-", "--never", "errors", given=payload)
    assert failed.returncode == 1
    assert "errors: once, never was asserted." in failed.stderr
    assert "this is no picture" in failed.stdout


def test_a_file_of_code_is_run_from_the_command_line(
    command: Callable[..., Done], tmp_path: Path
) -> None:
    file = tmp_path / "greet.py"
    file.write_text("import time\ndef lambda_handler(event, context):\n    time.sleep(1)\n")
    done = command("run", str(file), "--at", "0,1", "--memory", "512", "--logs")
    assert done.returncode == 0
    assert "greet has 512 MB" in done.stdout
    assert "REPORT RequestId" in done.stdout
    assert "answer 1: 200 null" in done.stdout
    done = command("run", str(file), "--event", "--seed", "3", "--until", "0.5")
    assert "arrives as an event for greet" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "nothing.yaml"], "cannot be read"),
        (["run", "nothing.py"], "no code"),
        (["run", "template.yaml", "--target", "Nobody"], "'Nobody'"),
        (["run", "template.yaml", "--at", "soon"], "--at soon"),
        (["run", "template.yaml", "--at", "-1"], "at=-1"),
        (["run", "template.yaml", "--payload", "nothing.json"], "--payload nothing.json"),
        (["run", "template.yaml", "--memory", "512"], "--memory is given with a template"),
        (["run", "template.yaml", "--parameter", "X=1"], "no parameter 'X'"),
        (["run", "src/resize.py", "--target", "Resize"], "--target and --parameter"),
        (["run", "template.yaml", "--target", "Failed", "--event"], "no event door"),
        (["run", "template.yaml", "--never", "cats"], "'cats' cannot be counted"),
        (["walk"], "invalid choice"),
        ([], "required"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(
    command: Callable[..., Done], arguments: list[str], says: str
) -> None:
    done = command(*arguments)
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_explains_itself(command: Callable[..., Done]) -> None:
    assert "run a template or a handler" in command("--help").stdout
    assert "--target NAME" in command("run", "--help").stdout


def test_the_module_is_a_command() -> None:
    line = [sys.executable, "-m", "lambdalab", "run", "nothing.py"]
    assert subprocess.run(line, capture_output=True, cwd=STACK).returncode == 2
