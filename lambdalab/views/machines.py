"""Small state machines: which states a thing can be in, and when it entered which.

`MACHINES` draws each on a grid whose places never change; `ENTER` says what kind of fact lets a
thing enter a state. The machine of an environment is that of the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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


ENVIRONMENT, EVENT = "environment", "event"
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
}


RARE = {"Restore"}  # states that are drawn only where something enters them


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


def _init_started(fact: Any, events: set[str]) -> Entered:
    if fact.phase == "init":
        yield ENVIRONMENT, fact.environment, "Init"
    else:
        yield from _started(fact, events)


def _started(fact: Any, events: set[str]) -> Entered:
    yield ENVIRONMENT, fact.environment, "Invoke"
    if fact.request in events:
        yield EVENT, fact.request, "Tried"


def _queued(fact: Any, events: set[str]) -> Entered:
    events.add(fact.request)
    yield EVENT, fact.request, "Queued"


ENTER: dict[type, Callable[[Any, set[str]], Entered]] = {
    facts.InitStarted: _init_started,
    facts.RestoreStarted: lambda f, events: iter([(ENVIRONMENT, f.environment, "Restore")]),
    facts.InvocationStarted: _started,
    facts.EnvironmentFrozen: lambda f, events: iter([(ENVIRONMENT, f.environment, "Frozen")]),
    facts.ShutdownStarted: lambda f, events: iter([(ENVIRONMENT, f.environment, "Shutdown")]),
    facts.EnvironmentShutDown: lambda f, events: iter([(ENVIRONMENT, f.environment, "Shutdown")]),
    facts.EventQueued: _queued,
    facts.EventReturned: lambda f, events: iter([(EVENT, f.request, "Waiting")]),
    facts.EventSucceeded: lambda f, events: iter([(EVENT, f.request, "Done")]),
    facts.EventDropped: lambda f, events: iter([(EVENT, f.request, "Dropped")]),
}


def changes(log: Log) -> list[Change]:
    """List when which thing entered which state, in order."""
    events: set[str] = set()
    now: dict[tuple[str, str], str] = {}
    found = []
    for seq, (_, fact, *_) in enumerate(log.rows):
        enter = ENTER.get(type(fact))
        for machine, thing, state in enter(fact, events) if enter else ():
            if now.get((machine, thing)) != state:  # an Init inside an invocation begins it
                now[machine, thing] = state
                found.append(Change(machine, thing, state, seq))
    return found
