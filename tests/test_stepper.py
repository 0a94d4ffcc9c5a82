"""The stepper as Python sees it: what it sends, what it falls back to, and what it is made of."""

import json
import re
import subprocess
import sys
import zlib

import lambdalab as lab
from lambdalab.run import Run
from lambdalab.views.columns import columns
from lambdalab.widgets.bundle import STATIC
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
    assert sent == columns(run.log, title="greet: 2 requests", sources={"greet": SOURCE}, seed=5)


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
    assert sorted(f"{name}.js" for name in MODULES) == sorted(p.name for p in STATIC.glob("*.js"))
    for place, name in enumerate(MODULES):
        wanted = re.findall(r'from "\./(\w+)\.js"', (STATIC / f"{name}.js").read_text())
        assert set(wanted) <= set(MODULES[:place])


def test_the_joined_script_is_one_module_that_asks_nobody() -> None:
    joined = script()
    assert not re.search(r"^import ", joined, re.MULTILINE)
    assert re.findall(r"^export .*", joined, re.MULTILINE) == ["export default { render };"]
    program = re.sub(r"/\*.*?\*/", "", joined + style(), flags=re.DOTALL)
    assert not re.search(r"https?://|fetch\(|import\(", program)


def test_the_style_touches_nothing_but_the_stepper() -> None:
    rules = re.sub(r"/\*.*?\*/", "", style(), flags=re.DOTALL)
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
