"""Where everything is: what stands at which node of the system, from which entry to which.

One pass over the log. The graph of the system, the contents of the queues and the charts of their
depth and age are all read from it. `PLACE` is the table to extend: what a kind of fact moves where;
what queues, streams, doors and clients move is in `source_places.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

from ..engine import facts
from ..engine.kernel import Entry, Log
from .source_places import PLACE as SOURCES
from .source_places import Sources, named

OPEN = -1  # the end of a stay that goes on after the last entry

# The kinds of nodes, from left to right; a kind that a run does not have takes no room.
CLIENT, SOURCE, QUEUE, POLLER, FUNCTION, ENVIRONMENT, DESTINATION = KINDS = (
    "client",
    "source",
    "queue",
    "poller",
    "function",
    "environment",
    "destination",
)


@dataclass(slots=True)
class Node:
    """A place where things can be."""

    kind: str
    name: str
    label: str
    group: str  # what it stands beside: the name of a function, or of a source


@dataclass(slots=True)
class Stay:
    """A thing at a node, in one state, from one entry to another."""

    thing: str
    node: int
    start: int  # seq
    end: int = OPEN  # seq, or OPEN
    since: int = 0  # us: when it came to the node, whatever its state was then
    state: str = ""
    until: int = OPEN  # us: when the state ends by itself, or OPEN
    count: int = 0  # how often it was tried or received


@dataclass(slots=True)
class Flow:
    """The system, and everything that was anywhere in it."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[tuple[int, int]] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    moves: list[tuple[int, int]] = field(default_factory=list)  # seq, and the edge it goes along


class Places:
    """The flow so far; the functions of `PLACE` call these."""

    def __init__(self) -> None:
        self.flow = Flow()
        self.known: dict[tuple[str, str], int] = {}
        self.edges: dict[tuple[int, int], int] = {}
        self.here: dict[tuple[str, str], Stay] = {}  # thing and kind of node -> where it is now
        self.function: dict[str, str] = {}  # request -> its function
        self.events: set[str] = set()  # requests that came through the event door
        self.sources = Sources()

    def node(self, kind: str, name: str, label: str = "", group: str = "") -> int:
        """Find a node, or make it."""
        key = kind, name
        if key not in self.known:
            self.known[key] = len(self.flow.nodes)
            self.flow.nodes.append(Node(kind, name, label or name, group or name))
        return self.known[key]

    def edge(self, start: int, end: int, entry: Entry | None = None) -> None:
        """Join two nodes; an entry says that something goes along there."""
        edge = self.edges.setdefault((start, end), len(self.edges))
        if edge == len(self.flow.edges):
            self.flow.edges.append((start, end))
        if entry is not None:
            self.flow.moves.append((entry.seq, edge))

    def put(
        self,
        thing: str,
        node: int,
        entry: Entry,
        state: str = "",
        until: int = OPEN,
        count: int = 0,
    ) -> None:
        """Let a thing be at a node from now on, and at no other one of its kind."""
        key = thing, self.flow.nodes[node].kind
        before = self.here.get(key)
        stayed = before is not None and before.node == node
        since = before.since if before is not None and stayed else entry.at
        self.drop(*key, entry)
        self.here[key] = Stay(thing, node, entry.seq, OPEN, since, state, until, count)
        self.flow.stays.append(self.here[key])

    def drop(self, thing: str, kind: str, entry: Entry) -> None:
        """Let a thing be at no node of a kind any more."""
        stay = self.here.pop((thing, kind), None)
        if stay is not None:
            stay.end = entry.seq


def flow(log: Log) -> Flow:
    """Read from a log where everything was."""
    places = Places()
    for entry in log:
        place = PLACE.get(type(entry.fact))
        if place:
            place(places, entry)
        if show := SOURCES.get(type(entry.fact)):
            show(places, entry)
    return places.flow


def internal(name: str) -> str:
    """Name the internal queue of a function."""
    return f"events of {name}"


# What each kind of fact moves -------------------------------------------------------------------


def _configured(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.node(FUNCTION, fact.function)


def _received(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.function[fact.request] = fact.function
    function = places.node(FUNCTION, fact.function)
    target = function
    if fact.invocation_type == "Event":
        places.events.add(fact.request)
        target = places.node(QUEUE, internal(fact.function), "internal queue", fact.function)
        places.edge(target, function)
    if entry.cause is None:
        door = "senders" if fact.invocation_type == "Event" else "callers"
        places.edge(places.node(SOURCE, door, group=fact.function), target, entry)
    if target == function:
        places.put(fact.request, function, entry, "waits")


def _trigger(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    source = places.node(SOURCE, fact.source, named(fact.source), fact.function)
    places.function[fact.trigger] = fact.function
    places.edge(source, _queue(places, fact.trigger))
    places.edge(_queue(places, fact.trigger), places.node(FUNCTION, fact.function))


def _delivery(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    source = places.known[SOURCE, fact.source]
    places.function[fact.delivery] = places.function[fact.trigger]
    places.edge(source, _queue(places, fact.delivery), entry)
    places.put(fact.delivery, source, entry, "is delivered")


def _delivered_later(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    before = places.here[fact.delivery, SOURCE]
    places.put(fact.delivery, before.node, entry, "waits", fact.until, before.count + 1)


def _delivered(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.drop(fact.delivery, SOURCE, entry)


def _queued(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.put(fact.request, _queue(places, fact.request), entry, "waits")


def _duplicated(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.function[fact.copy] = places.function[fact.request]
    places.events.add(fact.copy)
    places.put(fact.copy, _queue(places, fact.copy), entry, "waits", fact.until)


def _queue(places: Places, request: str) -> int:
    function = places.function[request]
    return places.node(QUEUE, internal(function), "internal queue", function)


def _returned(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    tried = places.here.get((fact.request, QUEUE))
    count = tried.count if tried else 0
    places.put(fact.request, _queue(places, fact.request), entry, "waits", fact.until, count)


def _init_started(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    node = places.node(ENVIRONMENT, fact.environment, group=fact.function)
    function = places.node(FUNCTION, fact.function)
    places.edge(function, node)
    if fact.request:
        phase = "Init" if isinstance(fact, facts.InitStarted) else "Restore"
        places.put(fact.request, node, entry, phase)


def _started(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    node = places.known[ENVIRONMENT, fact.environment]
    function = places.known[FUNCTION, places.function[fact.request]]
    places.edge(function, node, entry)
    places.drop(fact.request, FUNCTION, entry)
    places.put(fact.request, node, entry, "runs")
    if fact.request in places.events:
        before = places.here.get((fact.request, QUEUE))
        count = before.count + 1 if before else 1
        queue = _queue(places, fact.request)
        places.edge(queue, function, entry)
        places.put(fact.request, queue, entry, "is tried", count=count)


def _completed(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.drop(fact.request, ENVIRONMENT, entry)


def _turned_away(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    for kind in (FUNCTION, ENVIRONMENT):
        places.drop(fact.request, kind, entry)


def _left(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    for kind in (QUEUE, FUNCTION, ENVIRONMENT):
        places.drop(fact.request, kind, entry)


def _sent(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    service, _, name = fact.target.partition(":")
    pushed = places.here.get((fact.request, SOURCE)) or places.here.get((fact.request, POLLER))
    start = pushed.node if pushed else places.known[FUNCTION, places.function[fact.request]]
    if service == "function":
        places.edge(start, places.node(FUNCTION, name), entry)
        return
    if service == "queue" and (QUEUE, name) in places.known:
        places.edge(start, places.known[QUEUE, name], entry)
        return
    node = places.node(DESTINATION, fact.target, name, places.function[fact.request])
    places.edge(start, node, entry)
    places.put(f"{fact.message} of {fact.request}", node, entry, fact.kind.replace("_", " "))


PLACE: dict[type, Callable[[Places, Entry], None]] = {
    facts.FunctionConfigured: _configured,
    facts.TriggerConfigured: _trigger,
    facts.DeliveryBegun: _delivery,
    facts.DeliveryReturned: _delivered_later,
    facts.DeliveryAccepted: _delivered,
    facts.DeliveryDropped: _delivered,
    facts.RequestReceived: _received,
    facts.RequestRefused: _turned_away,
    facts.RequestThrottled: _turned_away,
    facts.EventQueued: _queued,
    facts.EventDuplicated: _duplicated,
    facts.EventReturned: _returned,
    facts.EventSucceeded: _left,
    facts.EventDropped: _left,
    facts.DocumentSent: _sent,
    facts.InitStarted: _init_started,
    facts.RestoreStarted: _init_started,
    facts.InvocationStarted: _started,
    facts.InvocationCompleted: _completed,
}


# What charts draw -------------------------------------------------------------------------------

Series = list[tuple[int, float]]  # us, and the value from then on


def depths(log: Log, made: Flow, kind: str = QUEUE) -> dict[str, Series]:
    """Say how many things are at each node of a kind, from each moment on."""
    changes: dict[str, list[tuple[int, int]]] = _nodes(made, kind)
    for stay in made.stays:
        node = made.nodes[stay.node]
        if node.kind == kind:
            changes[node.name].append((stay.start, 1))
            if stay.end != OPEN:
                changes[node.name].append((stay.end, -1))
    return {name: _running(log, sorted(some)) for name, some in changes.items()}


def _running(log: Log, changes: list[tuple[int, int]]) -> Series:
    series: Series = [(0, 0)]
    level = 0
    for seq, change in changes:
        level += change
        at = log.rows[seq][0]
        if series[-1][0] == at:
            series[-1] = at, level
        else:
            series.append((at, level))
    return _changing(series)


def ages(log: Log, made: Flow, kind: str = QUEUE) -> dict[str, Series]:
    """Say when the oldest thing at each node of a kind had come, from each moment on; or -1."""
    coming: dict[str, list[tuple[int, int, int]]] = _nodes(made, kind)
    for number, stay in enumerate(made.stays):
        node = made.nodes[stay.node]
        if node.kind == kind:
            coming[node.name].append((stay.start, 1, number))
            if stay.end != OPEN:
                coming[node.name].append((stay.end, 0, number))
    return {name: _oldest(log, made, sorted(some)) for name, some in coming.items()}


def _oldest(log: Log, made: Flow, changes: list[tuple[int, int, int]]) -> Series:
    series: Series = [(0, OPEN)]
    waiting: list[tuple[int, int]] = []
    gone: set[int] = set()
    for seq, comes, number in changes:
        if comes:
            heappush(waiting, (made.stays[number].since, number))
        else:
            gone.add(number)
        while waiting and waiting[0][1] in gone:
            heappop(waiting)
        at, oldest = log.rows[seq][0], waiting[0][0] if waiting else OPEN
        if series[-1][0] == at:
            series[-1] = at, oldest
        else:
            series.append((at, oldest))
    return _changing(series)


def _changing(series: Series) -> Series:
    """Leave out what is as it was before."""
    return [series[0], *(now for before, now in pairwise(series) if now[1] != before[1])]


def _nodes(made: Flow, kind: str) -> dict[str, list[Any]]:
    return {node.name: [] for node in made.nodes if node.kind == kind}
