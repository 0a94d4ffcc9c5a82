"""The stepper as Python sees it: what it sends, what it falls back to, and what it is made of."""

import json
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

import lambdalab as lab
from lambdalab.run import Run
from lambdalab.teaching.records import find_lesson
from lambdalab.views.columns import columns, settable
from lambdalab.widgets import sandbox
from lambdalab.widgets.bundle import STATIC, joined, styled
from lambdalab.widgets.stepper import MODULES, Stepper, script, style

SOURCE = "import time\n\ndef handler(event, context):\n    time.sleep(1)\n    return 'done'\n"


def greet() -> Run:
    """Two requests for a real handler, three seconds apart."""
    return lab.run(lab.function(SOURCE, name="greet"), at=[0, 3], seed=5)


def test_it_says_what_it_is_in_one_stable_line() -> None:
    run = greet()
    assert repr(run.step()) == f"<Stepper: greet: 2 requests, {len(run.log)} entries>"
    assert repr(Stepper(log=run.log)) == f"<Stepper: {len(run.log)} entries>"


def test_it_sends_the_columns_of_the_run() -> None:
    run = greet()
    sent = json.loads(zlib.decompress(run.step().packed))
    assert sent.pop("settable") == settable(run.log)
    own = columns(run.log, title="greet: 2 requests", sources={"greet": SOURCE}, seed=5)
    assert own.pop("settable") == []  # who has only a log cannot run again
    assert sent == own


def test_it_takes_a_run_or_a_log() -> None:
    run = greet()
    assert Stepper(run).packed == Stepper(run.log).packed == Stepper(log=run.log).packed


def test_whoever_cannot_show_it_gets_the_still_picture() -> None:
    run = greet()
    stepper = run.step()
    data, _ = stepper._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert data["text/plain"] == repr(stepper)
    assert data["text/html"] == run.timeline()._repr_html_()


def test_what_a_notebook_compares_is_the_same_each_time() -> None:
    first, second = (greet().step()._repr_mimebundle_()[0] for _ in range(2))
    for kind in ("text/html", "text/plain"):
        assert first[kind] == second[kind]
    assert not re.search(r"0x[0-9a-f]{6}", first["text/html"] + first["text/plain"])


def test_a_step_stays_within_the_run() -> None:
    run = greet()
    stepper = run.step()
    assert stepper.step == 2  # the first request
    assert run.step(0).step == 0
    assert run.step("req-2.started").step == run.why("req-2.started").chain[0].seq
    stepper.step = 10_000
    assert stepper.step == len(run.log) - 1
    stepper.step = -3
    assert stepper.step == 0


def test_a_run_without_requests_can_be_shown() -> None:
    assert repr(lab.run(lab.handler("f"), at=[]).step()).endswith("2 entries>")


# What it is made of -----------------------------------------------------------------------------


def test_every_module_is_joined_after_those_that_it_imports() -> None:
    modules = {*MODULES, *sandbox.MODULES, "types"}  # that one is for the type checker
    assert {f"{name}.js" for name in modules} == {path.name for path in STATIC.glob("*.js")}
    for bundle in (MODULES, sandbox.MODULES):
        for place, name in enumerate(bundle):
            wanted = re.findall(r'from "\./(\w+)\.js"', (STATIC / f"{name}.js").read_text())
            assert set(wanted) <= set(bundle[:place])


def test_the_type_checker_knows_what_is_sent() -> None:
    text = (STATIC / "types.js").read_text(encoding="utf-8")
    typed = {
        name: set(re.findall(r"@property \{.*?\} (\w+)", own, re.DOTALL))
        for name, own in re.findall(r"@typedef \{object\} (\w+)(.*?)\*/", text, re.DOTALL)
    }
    handler = lab.handler("f", wait=1)
    sent = columns(lab.run(lab.queue("q").to(handler), at=[0]).log)
    assert typed["Payload"] == set(sent)
    assert typed["SystemSent"] == set(sent["system"])
    assert typed["ChartSent"] == set(sent["chart"])
    assert typed["MachineSent"] == set(sent["machines"][0])


def test_the_joined_script_is_one_module_that_asks_nobody() -> None:
    for text in (script(), joined(sandbox.MODULES)):
        assert not re.search(r"^import ", text, re.MULTILINE)
        assert re.findall(r"^export .*", text, re.MULTILINE) == ["export default { render };"]
        program = re.sub(r"/\*.*?\*/", "", text + style(), flags=re.DOTALL)
        assert not re.search(r"https?://|fetch\(|import\(", program)


def test_the_script_is_small_and_each_file_is_short() -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}
    assert [name for name, text in files.items() if len(text.splitlines()) > 400] == []
    assert len(zlib.compress((script() + style()).encode())) < 40_000


def test_the_style_touches_nothing_but_the_stepper() -> None:
    rules = re.sub(r"/\*.*?\*/", "", styled("stepper", "sandbox"), flags=re.DOTALL)
    groups = re.findall(r"([^{};]+)\{", rules)
    selectors = [s for g in groups if "@" not in g for s in re.split(r",(?![^(]*\))", g)]
    assert len(selectors) > 50
    assert [s for s in selectors if ".lambdalab-stepper" not in s] == []


def test_importing_lambdalab_loads_no_widget() -> None:
    code = "import sys, lambdalab; print('anywidget' in sys.modules, 'ipywidgets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_what_is_worth_a_look_is_marked() -> None:
    boom = lab.handler("boom", fails=True)
    event = columns(lab.run(lab.event(boom), at=[0]).log, title="", sources={}, seed=0)
    words = ["cold start", "failure", "retry", "failure", "retry", "failure", "dropped"]
    assert [word for _, word in event["notable"]] == words
    alias = lab.handler("nap", wait=1).alias("live", provisioned_concurrency=1)
    spilled = columns(lab.run(alias, at=[0, 0]).log, title="", sources={}, seed=0)
    assert [word for _, word in spilled["notable"]] == ["provisioned", "cold start"]


# Goals ------------------------------------------------------------------------------------------


def test_goals_are_found_in_python() -> None:
    run = lab.run(lab.handler("one", wait=1, reserved_concurrency=1), at=[0, 0.5, 0.6])
    throttled = [e.seq for e in run.log if type(e.fact).__name__ == "RequestThrottled"]
    stepper = run.step(
        goals={
            "by a word": "req-2.throttled",
            "by a function": lambda run: run.log[throttled[1]],
            "by a number": 4,
            "never": "req-1.throttled",
            "if it is so": lambda run: run.peak > 1,
        }
    )
    sent = json.loads(zlib.decompress(stepper.packed))["goals"]
    assert sent == [
        ["by a word", throttled[0]],
        ["by a function", throttled[1]],
        ["by a number", 4],
        ["never", -1],
        ["if it is so", -1],
    ]
    assert stepper.seen == [False] * 5


def test_goals_are_said_to_whoever_cannot_show_the_widget() -> None:
    run = greet()
    data, _ = run.step(
        goals=[("It starts.", "req-1.invocation_started"), ("<Never>", None)]
    )._repr_mimebundle_()
    first, *lines = data["text/plain"].split("\n")
    assert first == repr(run.step())
    seq = next(e.seq for e in run.log if type(e.fact).__name__ == "InvocationStarted")
    assert lines == [f"☐ It starts.  (#{seq}, at 0.000 s)", "☐ <Never>  (not in this run)"]
    assert "☐ &lt;Never&gt;" in data["text/html"]


@pytest.mark.parametrize(
    "goals",
    [
        "req-1.throttled",
        ["no words"],
        {"too far": 999},
        {"a thing": object()},
        {str(n): 0 for n in range(9)},
    ],
)
def test_what_is_no_goal_is_refused(goals: object) -> None:
    with pytest.raises(lab.LabError):
        greet().step(goals=goals)  # type: ignore[arg-type]


def test_a_lesson_s_goals_can_be_stepped_to() -> None:
    goals = find_lesson("L01").goals
    run = lab.run(lab.handler("greet", init=0.4, wait=0.5), at=[0, 0.2, 3])
    sent = json.loads(zlib.decompress(run.step(goals=goals).packed))["goals"]
    assert [words for words, _ in sent] == [goal.words for goal in goals]
    assert all(seq >= 0 for _, seq in sent)


# Forks ------------------------------------------------------------------------------------------


def test_a_fork_is_made_for_the_browser() -> None:
    run = lab.run(lab.handler("checkout", wait=4, timeout=3), at=[0, 10])
    stepper = run.step()
    stepper.asked = {"at": 5_000_000, "owner": "checkout", "name": "timeout", "value": "10"}
    assert "they part at 5.000 s" in stepper.forked["told"]
    assert stepper.forked["svg"].startswith("<svg")
    assert (run.count("timeouts"), stepper.fork.count("timeouts")) == (2, 1)


@pytest.mark.parametrize(
    ("name", "value"), [("timeout", "long"), ("timeout", "-1"), ("memory", "1")]
)
def test_a_fork_that_cannot_be_made_is_explained(name: str, value: str) -> None:
    stepper = greet().step()
    stepper.asked = {"at": 0, "owner": "greet", "name": name, "value": value}
    assert stepper.forked["error"]
    assert stepper.fork is None


# A page of its own ------------------------------------------------------------------------------


def test_a_page_holds_everything_and_ends_no_script_early(tmp_path: Path) -> None:
    source = "def handler(event, context):\n    return '</script><b>'\n"
    run = lab.run(lab.function(source, name="tricky"), at=[0])
    page = run.page(tmp_path / "run.html").read_text(encoding="utf-8")
    assert page.count("<script") == page.count("</script>") == 3
    assert not re.search(r"""(?:src|href)=["']https?:""", page)
    assert "<img" in page  # for whoever runs no scripts


# Elsewhere --------------------------------------------------------------------------------------


def shop(limit: int) -> Run:
    """Send two requests at once."""
    return lab.run(lab.handler("shop", wait=1, reserved_concurrency=limit), at=[0, 0])


@pytest.mark.parametrize(
    "make",
    [
        lambda: greet().step(goals={"It starts.": 2}),
        lambda: lab.sandbox(shop, limit=[1, 2], headline="throttled"),
        lambda: greet().compare(greet()),
        lambda: greet().chart("latency"),
    ],
    ids=["stepper", "sandbox", "comparison", "chart"],
)
def test_a_notebook_made_into_html_shows_the_picture(make: Callable[[], Any]) -> None:
    shown = make()
    if hasattr(shown, "_repr_mimebundle_"):
        data, _ = shown._repr_mimebundle_()
        data.pop("application/vnd.jupyter.widget-view+json")  # without its state nobody can show it
    else:
        data = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
    output = nbformat.v4.new_output("execute_result", data, execution_count=1)
    cell = nbformat.v4.new_code_cell("shown", execution_count=1, outputs=[output])
    body, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    found = re.search(r'<img alt="([^"]+)" src="data:image/svg\+xml,', body)
    assert found
    assert found[1] in body.split("<figcaption>")[1]
