"""Who waits for whom, how long at most, and what goes on when nobody waits for it any more.

One pass over the log. A client, a front door and a function that calls another one wait; functions
and databases work. What nobody asked an answer of, such as an event, stands at the top of a chain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..engine import facts
from ..engine.kernel import Entry, Log
from ..engine.rules import HTTP_TIMED_OUT, REST_TIMED_OUT
from ..engine.units import base_id

CLIENT, DOOR, FUNCTION, SDK, DATABASE = "client", "door", "function", "SDK", "database"
TIMED_OUT = (REST_TIMED_OUT.id, HTTP_TIMED_OUT.id)
GAVE_UP, STOPPED, ANSWERED = "gave up", "stopped", "answered"
LEFT = (GAVE_UP, STOPPED)  # how it ends if the answer is not heard


@dataclass(slots=True, eq=False)
class Wait:
    """Somebody who waits or works, as long as that lasts; times are microseconds."""

    kind: str
    id: str  # try-1, exchange-1, req-1, call-1, connection-1
    name: str  # of the client, the door, the function, the database
    function: str  # the one that works, or that is reached, or ""
    above: Wait | None  # whoever waits for it
    start: int
    limit: int | None = None  # when its patience ends, or its time to work
    end: int | None = None  # None: it goes on after the last entry
    ended: str = ""  # answered, gave up, stopped; of work: success, error, timeout
    alone: int | None = None  # from when on nobody waits for it
    left_by: Wait | None = None  # who went then
    busy: list[tuple[int, int]] = field(default_factory=list)  # of a database: its queries
    effects: list[tuple[int, str]] = field(default_factory=list)
    depth: int = 0  # in its chain

    @property
    def shown(self) -> bool:
        """Whether it is more than what a function does anyhow while it waits for another one."""
        return self.kind != SDK or self.ended == GAVE_UP

    @property
    def struck(self) -> bool:
        """Whether it lasted as long as it could."""
        return self.limit is not None and self.end is not None and self.end >= self.limit

    def orphaned(self, last: int) -> int:
        """Say how long a function worked although nobody waited, up to the last entry."""
        if self.alone is None or self.kind != FUNCTION:
            return 0
        return (last if self.end is None else self.end) - self.alone


def waits(log: Log) -> list[Wait]:
    """List everybody who waits or works: chain by chain, from the top of each one down."""
    reading = _Reading()
    for entry in log:
        if note := NOTE.get(type(entry.fact)):
            note(reading, entry)
    last = log[-1].at if len(log) else 0
    for wait in reading.found:
        if wait.kind == DATABASE and wait.end is not None:
            wait.end = min(wait.end, last)
        _leave_alone(wait)
    return list(_in_chains(reading.found))


def orphaned(log: Log, requests: Collection[str] | None = None) -> int:
    """Add up how long functions worked although nobody waited; for some requests, or for all."""
    last = log[-1].at if len(log) else 0
    return sum(w.orphaned(last) for w in waits(log) if requests is None or w.id in requests)


def _leave_alone(wait: Wait) -> None:
    """Note from when on nobody waits: whoever went first, of all above, counts."""
    above = wait.above
    if above is None:
        return
    gone = []
    if above.alone is not None:
        gone.append((above.alone, above.left_by))
    if above.ended in LEFT and above.end is not None:
        gone.append((above.end, above if above.shown else above.above))
    if gone:
        at, who = min(gone, key=lambda one: one[0])
        if wait.end is None or wait.end > at:
            wait.alone, wait.left_by = max(at, wait.start), who


def _in_chains(found: list[Wait]) -> Iterator[Wait]:
    """Put each below whoever waits for it."""
    below: dict[int, list[Wait]] = {}
    for wait in found:
        while wait.above is not None and not wait.above.shown:
            wait.above = wait.above.above
        below.setdefault(id(wait.above), []).append(wait)
    ahead = [(wait, 0) for wait in reversed(below.get(id(None), []))]
    while ahead:
        wait, depth = ahead.pop()
        if wait.shown:
            wait.depth = depth
            yield wait
        ahead += [(other, depth + 1) for other in reversed(below.get(id(wait), []))]


# What is noted of each fact ---------------------------------------------------------------------


class _Reading:
    """What has to be remembered from one entry to the next."""

    def __init__(self) -> None:
        self.found: list[Wait] = []
        self.waiting: dict[str, Wait] = {}  # try-1, exchange-1, call-1, or the request at work
        self.doors: dict[str, facts.DoorConfigured] = {}
        self.callers: dict[str, str] = {}  # client -> the name of its kind
        self.received: dict[str, facts.RequestReceived] = {}
        self.calls: dict[str, list[Wait]] = {}  # environment -> what it waits for
        self.queries: dict[str, list[Wait]] = {}  # environment -> what its database does for it
        self.databases: dict[str, str] = {}  # connection -> its database

    def begin(self, kind: str, id: str, name: str, function: str, above: str, at: int) -> Wait:
        wait = Wait(kind, id, name, function, self.waiting.get(above), at)
        self.found.append(wait)
        self.waiting[id] = wait
        return wait

    def end(self, id: str, at: int, how: str) -> None:
        if wait := self.waiting.pop(id, None):
            wait.end, wait.ended = at, how

    def stop(self, environment: str, at: int) -> None:
        """Let a process be gone, with all that it waits for."""
        for call in self.calls.pop(environment, []):
            self.end(call.id, at, STOPPED)
        for query in self.queries.pop(environment, []):
            if query.end is not None and query.end > at:
                query.end, query.ended = at, STOPPED
                query.busy = [(start, min(end, at)) for start, end in query.busy]


def _door(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    reading.doors[fact.door] = fact


def _client(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    reading.callers[fact.client] = fact.caller


def _tried(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    name = f"{fact.client}, try {fact.number}"
    reading.begin(CLIENT, fact.attempt, name, "", "", entry.at).limit = fact.until


def _try_ended(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    reading.end(fact.attempt, entry.at, ANSWERED if fact.status_code else GAVE_UP)


def _exchange(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    door = reading.doors[fact.door]
    kind, _, name = fact.door.partition(":")
    name = name if name == kind else f"{kind} {name}"
    wait = reading.begin(DOOR, fact.exchange, name, door.function, fact.source, entry.at)
    wait.limit = entry.at + door.timeout if door.timeout else None


def _exchange_ended(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    how = GAVE_UP if entry.rule in TIMED_OUT else ANSWERED
    reading.end(fact.exchange, entry.at, how)


def _received(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    reading.received[fact.request] = fact


def _works(reading: _Reading, entry: Entry) -> None:
    """Let an environment turn to a request, be it with an Init first."""
    fact: Any = entry.fact
    if not fact.request:
        return  # nobody waits for this Init
    wait = reading.waiting.get(fact.request)
    if wait is None:
        sent = reading.received[base_id(fact.request)]
        source = sent.source if sent.invocation_type == "RequestResponse" else ""
        wait = reading.begin(FUNCTION, fact.request, sent.function, sent.function, source, entry.at)
        if wait.above is not None and not wait.above.function:
            wait.above.function = sent.function
    if isinstance(fact, facts.InvocationStarted) or getattr(fact, "phase", "") == "invoke":
        wait.limit = fact.deadline


def _worked(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.status != "success":
        reading.stop(fact.environment, entry.at)
    reading.end(fact.request, entry.at, fact.status)


def _ended(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    reading.stop(fact.environment, entry.at)


def _called(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.invocation_type == "RequestResponse":
        call = reading.begin(SDK, fact.call, "SDK", fact.function, fact.request, entry.at)
        reading.calls.setdefault(fact.environment, []).append(call)


def _call_answered(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.call in reading.waiting:
        call = reading.waiting[fact.call]
        reading.end(fact.call, entry.at, ANSWERED if fact.status_code else GAVE_UP)
        call.limit = None if fact.status_code else entry.at
        reading.calls[fact.environment].remove(call)


def _connected(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    reading.databases[fact.connection] = fact.database


def _asked(reading: _Reading, entry: Entry) -> None:
    """Note a query; all that one invocation asks of a database is one row."""
    fact: Any = entry.fact
    above = reading.waiting.get(fact.request)
    if fact.lost or fact.until == entry.at or above is None:
        return
    name = reading.databases[fact.connection]
    own = reading.queries.setdefault(fact.environment, [])
    wait = next((w for w in own if w.above is above and w.name == name), None)
    if wait is None:
        wait = Wait(DATABASE, fact.connection, name, above.function, above, entry.at)
        reading.found.append(wait)
        own.append(wait)
    wait.busy.append((fact.begins or entry.at, fact.until))
    wait.end, wait.ended = max(wait.end or 0, fact.until), ANSWERED


def _effect(reading: _Reading, entry: Entry) -> None:
    fact: Any = entry.fact
    if wait := reading.waiting.get(fact.request):
        wait.effects.append((entry.at, fact.effect))


NOTE: dict[type, Callable[[_Reading, Entry], None]] = {
    facts.DoorConfigured: _door,
    facts.ClientStarted: _client,
    facts.ClientTried: _tried,
    facts.ClientFailed: _try_ended,
    facts.ClientAnswered: _try_ended,
    facts.ExchangeStarted: _exchange,
    facts.ExchangeAnswered: _exchange_ended,
    facts.RequestReceived: _received,
    facts.InitStarted: _works,
    facts.RestoreStarted: _works,
    facts.InvocationStarted: _works,
    facts.InvocationCompleted: _worked,
    facts.InitFailed: _ended,
    facts.EnvironmentReset: _ended,
    facts.EnvironmentShutDown: _ended,
    facts.CallMade: _called,
    facts.CallAnswered: _call_answered,
    facts.ConnectionOpened: _connected,
    facts.ConnectionUsed: _asked,
    facts.EffectMade: _effect,
}
