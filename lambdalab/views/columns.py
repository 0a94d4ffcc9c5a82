"""A whole run as columns of numbers and words: what the stepper sends to the browser once.

The browser knows nothing of Lambda. It gets every sentence, every cause, every line and the chart,
and from then on steps without asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.rules import TABLE
from .goals import Found
from .lanes import KINDS, PHASES, Chart, chart
from .logs import lines
from .text import sentence
from .timeline import alt
from .why import LABELS, Setting, setting_text

NONE = -1


def columns(
    log: Log,
    *,
    title: str = "",
    sources: dict[str, str] | None = None,
    seed: int | None = None,
    goals: Sequence[Found] = (),
) -> dict[str, Any]:
    """Turn a run into columns.

    Parameters
    ----------
    log : Log
        The log of the run.
    title : str
        What it is called.
    sources : dict of str to str, optional
        The source text of each function that has one, by name.
    seed : int, optional
        The seed of the run.
    goals : sequence of (str, int or None)
        What there is to see, and the entry that shows it, if any does.

    Returns
    -------
    dict
        JSON can hold it. `entries` has one element per entry in every column; things are numbers
        of a list of names, and -1 is none.
    """
    made = chart(log)
    environments = {name: number for number, name in enumerate(made.lane_of)}
    return {
        "title": title,
        "seed": seed,
        "alt": alt(made, log, title),
        **_entries(log, environments, _spare(made)),
        "environments": _environments(log, made),
        "phases": _phases(made, environments),
        "lines": _lines(log, environments),
        "sources": sources or {},
        "goals": [[words, NONE if seq is None else seq] for words, seq in goals],
        "chart": _chart(made),
    }


# Entries, their causes and their rules ----------------------------------------------------------


def _entries(log: Log, environments: dict[str, int], spare: set[str]) -> dict[str, Any]:
    """Say of every entry when, what, about whom, and why."""
    requests: dict[str, int] = {}
    rules: dict[str, int] = {}
    working: dict[str, str] = {}  # environment -> the request that it works on
    entries: dict[str, list[Any]] = {
        name: [] for name in ("at", "text", "environment", "request", "cause", "rule", "line")
    }
    given, settings, configured, notable = [], [], [], []
    for entry in log:
        seq, at, fact, cause, rested_on, rule = entry
        environment, request = getattr(fact, "environment", ""), getattr(fact, "request", "")
        _follow_work(fact, working)
        request = request or working.get(environment, "")
        entries["at"].append(at)
        entries["text"].append(sentence(fact))
        entries["environment"].append(environments.get(environment, NONE))
        entries["request"].append(requests.setdefault(request, len(requests)) if request else NONE)
        entries["cause"].append(NONE if cause is None else cause)
        entries["rule"].append(rules.setdefault(rule, len(rules)))
        entries["line"].append(getattr(fact, "line", 0))
        if rested_on:
            given.append([seq, list(rested_on)])
            if text := setting_text(log, entry):
                settings.append([seq, text])
        if isinstance(fact, Setting):
            configured.append(seq)
        if word := _notable(fact, spare):
            notable.append([seq, word])
    return {
        "entries": entries,
        "given": given,
        "settings": settings,
        "configured": configured,
        "notable": notable,
        "requests": list(requests),
        "rules": [_rule(id) for id in rules],
    }


def _follow_work(fact: object, working: dict[str, str]) -> None:
    """Remember which request an environment works on."""
    if isinstance(fact, facts.InvocationStarted | facts.InitStarted):
        if isinstance(fact, facts.InvocationStarted) or fact.phase == "invoke":
            working[fact.environment] = fact.request
    elif isinstance(fact, facts.EnvironmentFrozen | facts.EnvironmentShutDown):
        working.pop(fact.environment, None)


def _spare(made: Chart) -> set[str]:
    """Name the environments that were frozen after their Init: nobody waited for them any more."""
    entered: dict[str, list[str]] = {}
    for change in made.phases:
        entered.setdefault(change.environment, []).append(change.phase)
    return {name for name, phases in entered.items() if phases[1:2] == ["Frozen"]}


def _notable(fact: object, spare: set[str]) -> str:
    """Name what a learner looks for: cold starts, refusals and failures."""
    if isinstance(fact, facts.InitStarted):
        if fact.phase == "invoke":
            return "repeated Init"
        if not fact.request:
            return "provisioned"
        return "spare environment" if fact.environment in spare else "cold start"
    if isinstance(fact, facts.RequestThrottled):
        return "throttled"
    if isinstance(fact, facts.EventReturned):
        return "retry"
    if isinstance(fact, facts.EventDropped):
        return "dropped"
    if isinstance(fact, facts.RequestRefused):
        return "refused"
    if isinstance(fact, facts.InvocationCompleted | facts.InitFailed):
        return {"timeout": "timeout", "error": "failure"}.get(fact.status, "")
    return ""


def _rule(id: str) -> list[str]:
    """Say what a rule says, how it is known, and where."""
    rule = TABLE[id]
    return [rule.id, rule.sentence, LABELS[rule.basis], rule.page]


# Environments and what they write ---------------------------------------------------------------


def _environments(log: Log, made: Chart) -> dict[str, list[Any]]:
    """Name the environments, their functions and their lanes."""
    function = {
        fact.environment: fact.function
        for _, _, fact, *_ in log
        if isinstance(fact, facts.InitStarted)
    }
    return {
        "name": list(made.lane_of),
        "function": [function[name] for name in made.lane_of],
        "lane": list(made.lane_of.values()),
    }


def _phases(made: Chart, environments: dict[str, int]) -> dict[str, list[Any]]:
    """List when which environment entered which phase."""
    return {
        "environment": [environments[change.environment] for change in made.phases],
        "phase": [PHASES.index(change.phase) for change in made.phases],
        "seq": [change.seq for change in made.phases],
    }


def _lines(log: Log, environments: dict[str, int]) -> dict[str, list[Any]]:
    """List the log lines with the entries that wrote them."""
    written = lines(log)
    return {
        "seq": [line.seq for line in written],
        "environment": [environments[line.environment] for line in written],
        "text": [line.text for line in written],
    }


# The chart --------------------------------------------------------------------------------------


def _chart(made: Chart) -> dict[str, Any]:
    """Turn what there is to draw into columns."""
    spans, arrivals, brackets, marks = made.spans, made.arrivals, made.brackets, made.marks
    return {
        "lanes": [[lane.name, lane.function, lane.folded] for lane in made.lanes],
        "spans": {
            "lane": [span.lane for span in spans],
            "kind": [KINDS.index(span.kind) for span in spans],
            "start": [span.start for span in spans],
            "end": [span.end for span in spans],
            "seq": [span.seq for span in spans],
            "label": [span.label for span in spans],
            "status": [span.status for span in spans],
        },
        "arrivals": {
            "at": [arrival.at for arrival in arrivals],
            "seq": [arrival.seq for arrival in arrivals],
            "request": [arrival.request for arrival in arrivals],
            "kind": [arrival.kind for arrival in arrivals],
            "lane": [arrival.lane for arrival in arrivals],
            "taken": [arrival.taken for arrival in arrivals],
        },
        "brackets": [[b.lane, b.start, b.end, b.seq, b.label] for b in brackets],
        "marks": [[mark.lane, mark.at, mark.seq, mark.kind] for mark in marks],
        "busy": [list(step) for step in made.busy],
        "pieces": [
            [p.start, p.end, round(p.left, 6), round(p.right, 6), int(p.cut)]
            for p in made.axis.pieces
        ],
        "ticks": [
            [round(tick.x, 6), tick.label, tick.rank, int(tick.cut)] for tick in made.axis.ticks
        ],
    }
