"""A whole run as columns of numbers and words: what the stepper sends to the browser once.

The browser knows nothing of Lambda. It gets every sentence, every cause, every line and the chart,
and from then on steps without asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.occupancy import PROVISIONED
from ..engine.rules import TABLE, YOUR_SETTING
from ..engine.units import SECOND
from ..engine.world import LATEST
from .flow import KINDS as NODE_KINDS
from .flow import Flow, flow
from .goals import Found
from .ink import PALETTE
from .lanes import Chart, chart
from .logs import lines
from .looks import KINDS, SIGNS, SPANS
from .machines import ENVIRONMENT, EVENT, MACHINES, changes, with_states
from .places import places
from .text import sentence
from .timeline import alt
from .why import IN_MICROSECONDS, LABELS, Setting, setting_text

NONE = -1

# What can be followed: the field of a fact that names it, and what they are called together. An
# entry is about the first of them that it names.
THINGS = {
    "environment": "Environments",
    "request": "Requests",
    "delivery": "Deliveries",
    "message": "Messages",
    "record": "Records",
    "batch": "Batches",
    "client": "Clients",
    "exchange": "Exchanges",
}


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
    environments = {name: number for number, name in enumerate(made.environments)}
    entries, things = _entries(log, made, environments)
    return {
        "title": title,
        "seed": seed,
        "alt": alt(made, log, title),
        **entries,
        "environments": {"name": list(environments), "function": list(made.environments.values())},
        "machines": _machines(log, things),
        "system": _system(made, flow(log)),
        "lines": _lines(log, environments),
        "sources": sources or {},
        "several": len({owner for owner, *_ in settable(log)}) > 1,
        "settable": [],
        "palette": [list(pair) for pair in PALETTE],
        "goals": [[words, NONE if seq is None else seq] for words, seq in goals],
        "chart": _chart(made),
    }


SETTABLE = ("memory", "timeout", "maximum_retry_attempts", "maximum_event_age")


def settable(log: Log) -> list[list[str]]:
    """List the settings that a fork may change: of which function, the name, the value."""
    found: dict[tuple[str, str], str] = {}
    for entry in log:
        fact = entry.fact
        if entry.rule != YOUR_SETTING.id:  # all that follows was not set up at the start
            break
        if isinstance(fact, facts.FunctionConfigured) and fact.version == LATEST:
            found.setdefault((fact.function, "reserved_concurrency"), "None")
            for name in SETTABLE:
                value = getattr(fact, name)
                shown = f"{value / SECOND:g}" if name in IN_MICROSECONDS else str(value)
                found.setdefault((fact.function, name), shown)
        elif isinstance(fact, facts.ConcurrencyReserved):
            found[fact.function, "reserved_concurrency"] = str(fact.units)
    return [[owner, name, value] for (owner, name), value in found.items()]


# Entries, their causes and their rules ----------------------------------------------------------


def _entries(
    log: Log, made: Chart, environments: dict[str, int]
) -> tuple[dict[str, Any], dict[str, dict[str, int]]]:
    """Say of every entry when, what, about whom, and why; and number the things."""
    things: dict[str, dict[str, int]] = {kind: {} for kind in THINGS}
    things["environment"] = environments
    spare = _spare(log)
    rules: dict[str, int] = {}
    working: dict[str, str] = {}  # environment -> the request that it works on
    columns = ("at", "text", "cause", "rule", "kind", "line", "lane")
    kinds: dict[type, int] = {}
    entries: dict[str, list[Any]] = {name: [] for name in (*columns, *THINGS)}
    given, settings, configured, notable = [], [], [], []
    for entry in log:
        seq, at, fact, cause, rested_on, rule = entry
        named = {kind: getattr(fact, kind, "") for kind in THINGS}
        _follow_work(fact, working)
        named["request"] = named["request"] or working.get(named["environment"], "")
        lane = next((made.lane_of[name] for name in named.values() if name in made.lane_of), NONE)
        entries["at"].append(at)
        entries["text"].append(sentence(fact))
        entries["lane"].append(lane)
        for kind, name in named.items():
            numbers = things[kind]
            entries[kind].append(numbers.setdefault(name, len(numbers)) if name else NONE)
        entries["cause"].append(NONE if cause is None else cause)
        entries["rule"].append(rules.setdefault(rule, len(rules)))
        entries["kind"].append(kinds.setdefault(type(fact), len(kinds)))
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
        "things": [[kind, words, list(things[kind])] for kind, words in THINGS.items()],
        "rules": [_rule(id) for id in rules],
    }, things


def _follow_work(fact: object, working: dict[str, str]) -> None:
    """Remember which request an environment works on."""
    if isinstance(fact, facts.InvocationStarted | facts.InitStarted):
        if isinstance(fact, facts.InvocationStarted) or fact.phase == "invoke":
            working[fact.environment] = fact.request
    elif isinstance(fact, facts.EnvironmentFrozen | facts.EnvironmentShutDown):
        working.pop(fact.environment, None)


def _spare(log: Log) -> set[str]:
    """Name the environments that were frozen after their Init: nobody waited for them any more."""
    entered: dict[str, list[str]] = {}
    for change in changes(log):
        if change.machine == ENVIRONMENT:
            entered.setdefault(change.thing, []).append(change.state)
    return {name for name, phases in entered.items() if phases[1:2] == ["Frozen"]}


NOTABLE: dict[type, str] = {
    facts.ClientFailed: "failed try",
    facts.ClientGaveUp: "given up",
    facts.ConnectionRefused: "refused",
    facts.EffectMade: "effect",
    facts.MessageDeadLettered: "dead-lettered",
    facts.MessageExpired: "dropped",
    facts.MessageNotQueued: "refused",
    facts.MessageAppeared: "back in the queue",
}


FAILED = 400  # from this status on an answer is none that a client wanted


def _notable(fact: object, spare: set[str]) -> str:
    """Name what a learner looks for: cold starts, refusals and failures."""
    if isinstance(fact, facts.InitStarted):
        if fact.phase == "invoke":
            return "repeated Init"
        if not fact.request:
            return "provisioned" if fact.initialization_type == PROVISIONED else "ahead"
        return "spare environment" if fact.environment in spare else "cold start"
    if isinstance(fact, facts.RestoreStarted):
        return "cold start" if fact.request else "ahead"
    if isinstance(fact, facts.RestoreFailed):
        return "timeout"
    if isinstance(fact, facts.ExchangeAnswered):
        return "failed answer" if fact.status_code >= FAILED else ""
    if isinstance(fact, facts.RequestThrottled):
        return "throttled"
    if type(fact) in NOTABLE:
        return NOTABLE[type(fact)]
    if isinstance(fact, facts.EventReturned | facts.DeliveryReturned):
        return "retry"
    if isinstance(fact, facts.EventDropped | facts.DeliveryDropped):
        return "dropped"
    if isinstance(fact, facts.BatchReturned):
        return "retry"
    if isinstance(fact, facts.BatchBisected):
        return "split"
    if isinstance(fact, facts.RecordsDiscarded):
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


def _machines(log: Log, things: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Draw the machines, and list when which thing entered which state."""
    entered = changes(log)
    found = []
    present = {change.machine for change in entered} | {ENVIRONMENT, EVENT}
    for id in (id for id in MACHINES if id in present):
        own = [change for change in entered if change.machine == id]
        machine = with_states(id, {change.state for change in own})
        kind = machine.thing
        states = list(machine.places)
        found.append(
            {
                "kind": kind,
                "name": machine.name,
                "states": [[name, *place] for name, place in machine.places.items()],
                "ends": [states.index(name) for name in machine.ends],
                "edges": [
                    [states.index(a) if a else NONE, states.index(b)] for a, b in machine.edges
                ],
                "thing": [things[kind][change.thing] for change in own],
                "state": [states.index(change.state) for change in own],
                "seq": [change.seq for change in own],
            }
        )
    return found


def _system(made: Chart, moved: Flow) -> dict[str, Any]:
    """Draw the system, and say what was where from when to when."""
    folded = places(moved, made)
    stays = moved.stays
    return {
        "kinds": list(NODE_KINDS),
        "nodes": [[node.kind, node.label, *place] for node, place in folded.nodes],
        "edges": [list(edge) for edge in folded.edges],
        "moves": [[seq, folded.edge_of[edge]] for seq, edge in moved.moves],
        "stays": {
            "thing": [stay.thing for stay in stays],
            "node": [folded.node_of[stay.node] for stay in stays],
            "start": [stay.start for stay in stays],
            "end": [stay.end for stay in stays],
            "since": [stay.since for stay in stays],
            "state": [stay.state for stay in stays],
            "until": [stay.until for stay in stays],
            "count": [stay.count for stay in stays],
        },
    }


def _lines(log: Log, environments: dict[str, int]) -> dict[str, list[Any]]:
    """List the log lines with the entries that wrote them."""
    written = lines(log)
    return {
        "seq": [line.seq for line in written],
        "environment": [environments.get(line.environment, NONE) for line in written],
        "text": [line.text for line in written],
    }


# The chart --------------------------------------------------------------------------------------


def _chart(made: Chart) -> dict[str, Any]:
    """Turn what there is to draw into columns."""
    spans, arrivals, brackets, marks = made.spans, made.arrivals, made.brackets, made.marks
    return {
        "looks": [
            [kind, look.words, look.said, look.colour, look.pattern, int(look.inside)]
            for kind, look in SPANS.items()
        ],
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
        "left": [[n, round(span.left, 3)] for n, span in enumerate(spans) if span.left],
        "signs": [[kind, sign.glyph, sign.colour, sign.words] for kind, sign in SIGNS.items()],
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
        "busy": [[lane, levels] for lane, levels in made.busy.items()],
        "pieces": [
            [p.start, p.end, round(p.left, 6), round(p.right, 6), int(p.cut)]
            for p in made.axis.pieces
        ],
        "ticks": [
            [round(tick.x, 6), tick.label, tick.rank, int(tick.cut)] for tick in made.axis.ticks
        ],
    }
