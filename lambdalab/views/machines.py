"""Small state machines: which states a thing can be in, and when it entered which.

`MACHINES` draws each on a grid whose places never change; `ENTER` says what kind of fact lets a
thing enter a state. The machine of an environment is that of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.world import PHASES

Where = tuple[float, float]  # column and row


@dataclass(frozen=True, slots=True)
class Machine:
    """The states of a kind of thing, and the steps between them."""

    name: str
    thing: str  # what goes through it: a kind that can be followed
    places: dict[str, Where]
    edges: tuple[tuple[str, str], ...]  # "" is where it comes from
    ends: tuple[str, ...] = ()  # states that nothing leaves


ENVIRONMENT, EVENT, MESSAGE, RECORD = "environment", "event", "message", "record"
MACHINES: dict[str, Machine] = {
    ENVIRONMENT: Machine(
        "Phases of an environment",
        "environment",
        {
            "Init": (0, 0),
            "Invoke": (1, 0),
            "Frozen": (1, 1),
            "Shutdown": (0, 1),
            "Restore": (2, 0),
        },
        PHASES,
        ("Shutdown",),
    ),
    EVENT: Machine(
        "States of an event",
        "request",
        {"Queued": (0, 0), "Tried": (1, 0), "Waiting": (0, 1), "Done": (2, 0), "Dropped": (2, 1)},
        (
            ("", "Queued"),
            ("Queued", "Tried"),
            ("Queued", "Waiting"),
            ("Tried", "Waiting"),
            ("Waiting", "Tried"),
            ("Tried", "Done"),
            ("Tried", "Dropped"),
            ("Waiting", "Dropped"),
        ),
        ("Done", "Dropped"),
    ),
    MESSAGE: Machine(
        "States of a message",
        "message",
        {
            "Delayed": (0, 1),
            "Visible": (0, 0),
            "In flight": (1, 0),
            "Deleted": (2, 0),
            "Dead-lettered": (1, 1),
            "Expired": (2, 1),
        },
        (
            ("", "Visible"),
            ("", "Delayed"),
            ("Delayed", "Visible"),
            ("Visible", "In flight"),
            ("In flight", "Visible"),
            ("In flight", "Deleted"),
            ("Visible", "Deleted"),
            ("Visible", "Dead-lettered"),
            ("Dead-lettered", "In flight"),
            ("Visible", "Expired"),
            ("Delayed", "Expired"),
            ("In flight", "Expired"),
            ("Dead-lettered", "Expired"),
        ),
        ("Deleted", "Expired"),
    ),
    RECORD: Machine(
        "States of a record",
        "record",
        {
            "In shard": (0, 0),
            "In a batch": (1, 0),
            "Done": (2, 0),
            "Waits": (1, 1),
            "Given up": (2, 1),
            "Expired": (0, 1),
        },
        (
            ("", "In shard"),
            ("In shard", "In a batch"),
            ("In shard", "Expired"),
            ("In a batch", "Done"),
            ("In a batch", "Waits"),
            ("Waits", "In a batch"),
            ("In a batch", "Given up"),
            ("Waits", "Given up"),
        ),
        ("Done", "Given up", "Expired"),
    ),
}


RARE = {"Restore", "Delayed"}  # states that are drawn only where something enters them


def with_states(id: str, entered: set[str]) -> Machine:
    """Find a machine as it is drawn for a run in which these states were entered."""
    machine = MACHINES[id]
    hidden = RARE - entered
    places = {name: place for name, place in machine.places.items() if name not in hidden}
    edges = tuple(edge for edge in machine.edges if hidden.isdisjoint(edge))
    return replace(machine, places=places, edges=edges)


@dataclass(slots=True)
class Change:
    """A thing enters a state of its machine."""

    machine: str
    thing: str
    state: str
    seq: int


Entered = Iterator[tuple[str, str, str]]  # machine, thing, state


@dataclass(slots=True)
class Known:
    """What has to be remembered from one entry to the next."""

    events: set[str] = field(default_factory=set)  # requests that came through the event door
    messages: dict[str, str] = field(default_factory=dict)  # message -> its queue
    readers: dict[str, str] = field(default_factory=dict)  # stream -> the first that reads it
    unread: set[str] = field(default_factory=set)  # records
    batches: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of records

    def left(self, batch: str, done: tuple[str, ...]) -> None:
        """Take records off the front of a batch."""
        self.batches[batch] = self.batches.get(batch, ())[len(done) :]


def _init_started(fact: Any, known: Known) -> Entered:
    if fact.phase == "init":
        yield ENVIRONMENT, fact.environment, "Init"
    else:
        yield from _started(fact, known)


def _started(fact: Any, known: Known) -> Entered:
    yield ENVIRONMENT, fact.environment, "Invoke"
    if fact.request in known.events:
        yield EVENT, fact.request, "Tried"


def _queued(fact: Any, known: Known) -> Entered:
    known.events.add(fact.request)
    yield EVENT, fact.request, "Queued"


def _message_left(fact: Any, known: Known) -> Entered:
    if known.messages.get(fact.message) == fact.queue:  # else it was gone already
        del known.messages[fact.message]
        state = "Deleted" if isinstance(fact, facts.MessageDeleted) else "Expired"
        yield MESSAGE, fact.message, state


def _dead_lettered(fact: Any, known: Known) -> Entered:
    known.messages[fact.message] = fact.target
    yield MESSAGE, fact.message, "Dead-lettered"


def _stream_mapping(fact: Any, known: Known) -> Entered:
    known.readers.setdefault(fact.settings.stream, fact.mapping)
    yield from ()


def _record_put(fact: Any, known: Known) -> Entered:
    known.unread.add(fact.record)
    yield RECORD, fact.record, "In shard"


def _records_read(fact: Any, known: Known) -> Entered:
    if fact.mapping in known.readers.values():  # what others make of it is not drawn
        known.batches[fact.batch] = fact.records
        known.unread.difference_update(fact.records, fact.skipped)
        for record in (*fact.records, *fact.skipped):
            yield RECORD, record, "In a batch"
        for record in fact.skipped:
            yield RECORD, record, "Done"


def _batch_sent(fact: Any, known: Known) -> Entered:
    for record in known.batches.get(fact.batch, ()):
        yield RECORD, record, "In a batch"


def _records_left(fact: Any, known: Known) -> Entered:
    given_up = isinstance(fact, facts.RecordsDiscarded)
    if fact.batch in known.batches:
        known.left(fact.batch, fact.records)
        for record in fact.records:
            yield RECORD, record, "Given up" if given_up else "Done"


def _batch_returned(fact: Any, known: Known) -> Entered:
    for record in known.batches.get(fact.batch, ()):
        yield RECORD, record, "Waits"


def _bisected(fact: Any, known: Known) -> Entered:
    yield from _batch_returned(fact, known)
    if fact.batch in known.batches:
        records = known.batches.pop(fact.batch)
        known.batches[fact.first] = records[: fact.size]
        known.batches[fact.second] = records[fact.size :]


def _records_expired(fact: Any, known: Known) -> Entered:
    for record in fact.records:
        if record in known.unread:
            known.unread.discard(record)
            yield RECORD, record, "Expired"


ENTER: dict[type, Callable[[Any, Known], Entered]] = {
    facts.InitStarted: _init_started,
    facts.RestoreStarted: lambda f, known: iter([(ENVIRONMENT, f.environment, "Restore")]),
    facts.InvocationStarted: _started,
    facts.EnvironmentFrozen: lambda f, known: iter([(ENVIRONMENT, f.environment, "Frozen")]),
    facts.ShutdownStarted: lambda f, known: iter([(ENVIRONMENT, f.environment, "Shutdown")]),
    facts.EnvironmentShutDown: lambda f, known: iter([(ENVIRONMENT, f.environment, "Shutdown")]),
    facts.EventQueued: _queued,
    facts.EventReturned: lambda f, known: iter([(EVENT, f.request, "Waiting")]),
    facts.EventSucceeded: lambda f, known: iter([(EVENT, f.request, "Done")]),
    facts.EventDropped: lambda f, known: iter([(EVENT, f.request, "Dropped")]),
    facts.MessageAppeared: lambda f, known: iter([(MESSAGE, f.message, "Visible")]),
    facts.MessageReceived: lambda f, known: iter([(MESSAGE, f.message, "In flight")]),
    facts.MessageDeleted: _message_left,
    facts.MessageExpired: _message_left,
    facts.MessageDeadLettered: _dead_lettered,
    facts.StreamMappingConfigured: _stream_mapping,
    facts.RecordPut: _record_put,
    facts.BatchRead: _records_read,
    facts.BatchSent: _batch_sent,
    facts.BatchProcessed: _records_left,
    facts.BatchFailed: _records_left,
    facts.RecordsDiscarded: _records_left,
    facts.BatchReturned: _batch_returned,
    facts.BatchBisected: _bisected,
    facts.RecordsExpired: _records_expired,
}


def changes(log: Log) -> list[Change]:
    """List when which thing entered which state, in order."""
    known = Known()
    now: dict[tuple[str, str], str] = {}
    found = []
    for seq, (at, fact, *_) in enumerate(log.rows):
        enter = ENTER.get(type(fact))
        if isinstance(fact, facts.MessageSent):
            known.messages[fact.message] = fact.queue
            state = "Delayed" if fact.until > at else "Visible"
            found.append(Change(MESSAGE, fact.message, state, seq))
        for machine, thing, state in enter(fact, known) if enter else ():
            if now.get((machine, thing)) != state:  # an Init inside an invocation begins it
                now[machine, thing] = state
                found.append(Change(machine, thing, state, seq))
    return found
