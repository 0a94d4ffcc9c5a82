"""A run that was saved and loaded again answers everything as the run itself does."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.run import COUNTS
from lambdalab.views.charted import CHARTS
from lambdalab.views.tables import TABLES
from tests.engine import (
    test_laws,
    test_laws_doors,
    test_laws_life,
    test_laws_push,
    test_laws_sqs,
    test_laws_streams,
)
from tools.golden import SCENARIOS

LAWS = (
    test_laws,
    test_laws_doors,
    test_laws_life,
    test_laws_push,
    test_laws_sqs,
    test_laws_streams,
)


def answers(run: lab.Run) -> dict[str, Any]:
    """Ask a run everything, as text or as values that can be compared."""
    found: dict[str, Any] = {
        "repr": repr(run),
        "log": run.log.rows,
        "rules": [id(rule) for *_, rule in run.log.rows],
        "responses": run.responses,
        "tails": [response and response.log_tail for response in run.responses],
        "returned": repr(run.returned),
        "short": (run.end, run.peak, run.requests, run.effects, run.stopped, run.seed),
        "invocations": run.invocations,
        "concurrency": run.concurrency(),
        "counts": {word: run.count(word) for word in COUNTS},
        "tables": {name: run.table(name).to_csv() for name in TABLES},
        "metrics": dict(run.metrics),
        "series": run.metrics.series().to_csv(),
        "bill": (repr(run.bill), run.bill.cost, run.bill.lines.to_csv()),
        "logs": list(run.logs()),
        "tell": repr(run.tell()),
        "timeline": run.timeline().svg,
        "world": run.world(),
        "graph": dict(run.graph().nodes(data=True)),
        "causes": list(run.causes().edges(data=True)),
        "why": [repr(run.why(seq)) for seq in range(len(run.log))[:: len(run.log) // 9 + 1]],
    }
    for entry in run.log:
        if isinstance(entry.fact, facts.DocumentSent):
            target = entry.fact.target
            found[target] = run.delivered(target)
        elif isinstance(entry.fact, facts.QueueConfigured):
            found[entry.fact.queue] = run.depth(entry.fact.queue)
        elif isinstance(entry.fact, facts.FunctionConfigured):
            found[entry.fact.function] = repr(run.of(entry.fact.function))
    return found


def loaded(run: lab.Run, folder: Path) -> lab.Run:
    """Save a run and load it; what is loaded is saved as the same bytes."""
    file = run.save(folder / "run.jsonl")
    again = lab.load_run(file)
    assert again.save(folder / "again.jsonl").read_bytes() == file.read_bytes()
    for line in file.read_text(encoding="utf-8").splitlines():
        assert isinstance(json.loads(line), dict)
    return again


def check(run: lab.Run, folder: Path) -> lab.Run:
    again = loaded(run, folder)
    before, after = answers(run), answers(again)
    for name in before:
        assert after[name] == before[name], name
    assert "the same happens in both" in run.compare(again).tell()
    return again


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_a_golden_run_is_the_same_when_it_was_loaded(scenario: Path, tmp_path: Path) -> None:
    run = runpy.run_path(str(scenario))["run"]
    again = check(run, tmp_path)
    assert [again.chart(name).svg for name in CHARTS] == [run.chart(name).svg for name in CHARTS]
    if again._lost:
        return  # its page says that it cannot be forked
    pages = [one.page(tmp_path / "page.html").read_bytes() for one in (run, again)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("laws", LAWS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_random_run_is_the_same_when_it_was_loaded(laws: Any, tmp_path: Path) -> None:
    # What fails is looked at as it is drawn: to make it smaller takes longer than to read it.
    @settings(max_examples=5, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(laws.scenarios())
    def law(scenario: dict) -> None:
        run = lab.run(**(scenario | {"until": scenario.get("until") or 100}))
        again = check(run, tmp_path)
        if again._again:
            name = next(iter(again._values))
            change = {"memory": 300}
            forks = [one.fork(1, name, **change) for one in (run, again)]
            assert forks[0].log.rows == forks[1].log.rows

    law()


WAITS = [lab.exponential(0.3), lab.lognormal(0.1, 2), lab.uniform(0, 1), lab.choice([0.1, 3])]
ARRIVALS = [
    lab.poisson(3, 4),
    lab.steady(2, 3),
    lab.ramp(0, 5, 3),
    lab.burst(3, at=1.5),
    lab.replay([0.5, 0, 2.25]),
]


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(WAITS), st.sampled_from(ARRIVALS), st.integers(0, 5))
def test_a_fork_of_what_was_loaded_is_the_fork_of_the_run(
    tmp_path_factory: pytest.TempPathFactory, wait: Any, at: Any, seed: int
) -> None:
    run = lab.run(lab.handler("nap", wait=wait), at=at, seed=seed)
    again = loaded(run, tmp_path_factory.mktemp("saved"))
    change = {"reserved_concurrency": 1}
    assert again.fork(1, **change).log.rows == run.fork(1, **change).log.rows
    assert repr(again.fork(1, **change)) == repr(run.fork(1, **change))


def test_a_cell_is_in_the_file_and_can_be_forked(tmp_path: Path) -> None:
    cell = "import time\nn = 0\ndef handler(event, context):\n    time.sleep(1)\n    return event"
    run = lab.run(lab.function(cell, name="echo"), at=[(0, {"@": "é😀"}), 0.5])
    again = check(run, tmp_path)
    forked = again.fork(0.2, "echo", reserved_concurrency=1)
    assert [r and r.status_code for r in forked.responses] == [200, 429]
    assert check(forked, tmp_path)._title.endswith("reserved_concurrency=1 from 0.2 s")
    with pytest.raises(lab.LabError, match="no function 'echoes'"):
        again.fork(1, "echoes", memory=512)


def test_a_part_of_a_run_and_an_interrupted_one_are_saved_as_they_are(tmp_path: Path) -> None:
    one, two = lab.handler("one", wait=1), lab.handler("two", wait=2)
    part = lab.run({one: [0, 5], two: [0]}, until=1).of("two")
    assert repr(loaded(part, tmp_path)) == repr(part)
    assert loaded(part, tmp_path).bill.cost == part.bill.cost


def test_what_cannot_be_in_the_file_is_said_when_it_is_forked(tmp_path: Path) -> None:
    code = tmp_path / "greet.py"
    code.write_text("def handler(event, context): return 1")
    again = check(lab.run(lab.function(code, name="greet"), 0), tmp_path)
    with pytest.raises(lab.LabError, match=r"the code of greet is in '.*greet.py'"):
        again.fork(0, memory=512)
    again = check(lab.run(lab.handler(fails=lambda event: event["n"] == 0), 0), tmp_path)
    with pytest.raises(lab.LabError, match="a function of yours says when"):
        loaded(again, tmp_path).fork(0, memory=512)


# Files that were damaged, or are none -------------------------------------------------------------


@pytest.fixture
def lines(tmp_path: Path) -> list[str]:
    run = lab.run(lab.handler("nap", wait=1).alias("live"), at=[0, 0.5])
    return run.save(tmp_path / "run.jsonl").read_text(encoding="utf-8").splitlines()


def refused(folder: Path, lines: list[str] | bytes) -> str:
    """Load a file that is none; give what is said."""
    file = folder / "broken.jsonl"
    text = lines if isinstance(lines, bytes) else "".join(f"{x}\n" for x in lines).encode()
    file.write_bytes(text)
    with pytest.raises(lab.LabError) as error:
        lab.load_run(file)
    return error.value.given.removeprefix(f"{file}, ")


def test_a_file_that_is_none_is_refused(tmp_path: Path, lines: list[str]) -> None:
    assert refused(tmp_path, b"").startswith("line 1: this is no JSON")
    assert refused(tmp_path, b"\x80\x04\x95 pickled").startswith("line 1: this is no JSON")
    assert refused(tmp_path, b"seq,at\n1,2\n").startswith("line 1: this is no JSON")
    assert refused(tmp_path, b"[" * 100_000).startswith("line 1: this is no JSON")
    assert refused(tmp_path, b'{"events": []}\n') == "line 1: this is no saved run."
    assert refused(tmp_path, lines[1:]) == "line 1: this is no saved run."
    later = json.dumps(json.loads(lines[0]) | {"format": 2, "lambdalab": "9.0"})
    assert "lambdalab 9.0 wrote this in format 2" in refused(tmp_path, [later, *lines[1:]])
    with pytest.raises(lab.LabError, match="No such file"):
        lab.load_run(tmp_path / "nowhere.jsonl")


def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, lines: list[str]) -> None:
    cut = "".join(f"{line}\n" for line in lines).encode()[:-40]
    assert refused(tmp_path, cut).startswith(f"line {len(lines)}: this is no JSON")
    saved = len(lines) - 1
    assert refused(tmp_path, lines[:-1]) == (
        f"line {saved}: {saved} entries were saved; {saved - 1} are here."
    )
    assert refused(tmp_path, [*lines[:5], *lines[6:]]) == "line 6: entry 4 is not here."
    swapped = [*lines[:5], lines[6], lines[5], *lines[7:]]
    assert refused(tmp_path, swapped) == "line 6: entry 4 is not here."
    other = [line.replace('"timeout":3000000', '"timeout":4000000') for line in lines]
    assert other != lines
    assert "line 1: an entry is not what was saved" in refused(tmp_path, other)


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("at", -1, "at=-1 is no time after"),
        ("at", 0.5, "at=0.5 is no time after"),
        ("fact", "Sim", "'Sim' is no fact"),
        ("fact", ["Sim"], "['Sim'] is no fact"),
        ("cause", 900, "cause=900 is no earlier entry"),
        ("cause", "1", "cause='1' is no earlier entry"),
        ("given", [900], "given=[900] are no earlier entries"),
        ("given", 3, "given=3 are no earlier entries"),
        ("rule", "no.rule", "'no.rule' is no rule"),
        ("rule", {}, "{} is no rule"),
        ("with", {}, "has request, "),
        ("with", [], "has request, "),
        ("more", 1, "an entry has seq, at"),
    ],
    ids=str,
)
def test_an_entry_that_makes_no_sense_is_refused(
    tmp_path: Path, lines: list[str], part: str, value: object, said: str
) -> None:
    place = next(n for n, line in enumerate(lines) if "InvocationStarted" in line)
    lines[place] = json.dumps(json.loads(lines[place]) | {part: value})
    told = refused(tmp_path, lines)
    assert told.startswith(f"line {place + 1}: ")
    assert said in told


def test_what_cannot_happen_is_refused(tmp_path: Path, lines: list[str]) -> None:
    place = next(n for n, line in enumerate(lines) if "InvocationStarted" in line)
    lines[place] = lines[place].replace("env-1", "env-9")
    assert refused(tmp_path, lines) == (
        f"line {place + 1}: this cannot happen after what was before."
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"@": "Popen", "args": ["id"]},
        {"@": "Function", "code": 1},
        {"@": "Function", "code": "x", "memory_mb": 3},
        {"@": "Wire"},
        {"@": ["Function"]},
        {"#": 99},
        {"#": []},
        {"@": "traffic", "as": "__import__('os').system('id')"},
        {"@": "traffic", "as": "poisson(__import__('os'), 1)"},
        {"@": "traffic", "as": "burst(10**9**9)"},
        {"@": "traffic", "as": 3},
        {"@": "distribution", "as": "poisson(1, 2)"},
        {"@": "bytes", "base64": "??"},
        {"@": "replay", "of": ["a"]},
    ],
    ids=str,
)
def test_nothing_that_a_file_names_is_called(
    tmp_path: Path, lines: list[str], asked: dict[str, Any]
) -> None:
    header = json.loads(lines[0])
    header["asked"]["target"] = asked
    lines[0] = json.dumps(header)
    told = refused(tmp_path, lines)
    assert told.startswith("line 1: what the run was asked for cannot be read")


@pytest.mark.parametrize("name", ["seed", "sources", "entries", "asked", "stopped", "functions"])
def test_a_header_that_lacks_something_is_refused(
    tmp_path: Path, lines: list[str], name: str
) -> None:
    header = json.loads(lines[0])
    wrong = dict(header)
    del wrong[name]
    assert refused(tmp_path, [json.dumps(wrong), *lines[1:]]).startswith(f"line 1: {name}=")
    wrong = header | {name: 1.5}
    assert refused(tmp_path, [json.dumps(wrong), *lines[1:]]).startswith(f"line 1: {name}=")


def test_loading_does_not_run_the_code_that_is_in_the_file(tmp_path: Path) -> None:
    cell = f"open({str(tmp_path / 'ran')!r}, 'w')\ndef handler(event, context): return 1"
    file = lab.run(lab.handler("nap"), 0).save(tmp_path / "run.jsonl")
    header, *rest = file.read_text(encoding="utf-8").splitlines()
    changed = json.loads(header)
    changed["asked"]["target"]["code"] = cell
    file.write_text("\n".join([json.dumps(changed), *rest]) + "\n", encoding="utf-8")
    again = lab.load_run(file)
    answers(again)
    assert not (tmp_path / "ran").exists()
