"""What became of each message, in each queue that it was in."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..engine import facts
from ..engine.kernel import Log

IN_THE_QUEUE = ("delayed", "visible", "in_flight")


@dataclass(slots=True)
class Stay:
    """A message in one queue; times are microseconds since the start."""

    message: str
    queue: str
    group: str
    body: str
    attributes: tuple[tuple[str, str, str], ...]
    sent: int  # to its first queue
    arrived: int  # in this one
    moved: bool  # from another queue, which gave it up
    state: str  # delayed, visible, in_flight, deleted, filtered, dead_lettered, expired
    left: int | None = None  # when it left this queue
    received: list[int] = field(default_factory=list)  # when
    runs: list[int] = field(default_factory=list)  # when a handler began to work on it


def stays(log: Log) -> list[Stay]:
    """List every message of a run, once for each queue that it was in, in the order of arrival."""
    reader = _Reader()
    for _, at, fact, *_ in log:
        reader.read(at, fact)
    return reader.found


class _Reader:
    """What has to be remembered of a log from one entry to the next."""

    def __init__(self) -> None:
        self.found: list[Stay] = []
        self.here: dict[tuple[str, str], Stay] = {}  # the last stay of a message in a queue
        self.batches: dict[str, list[Stay]] = {}
        self.requests: dict[str, str] = {}  # request -> its batch

    def read(self, at: int, fact: object) -> None:
        """Follow one entry."""
        match fact:
            case facts.MessageSent():
                state = "delayed" if fact.until > at else "visible"
                where = fact.message, fact.queue, fact.group, fact.body, fact.attributes
                self.add(Stay(*where, at, at, False, state))
            case facts.MessageAppeared():
                self.here[fact.message, fact.queue].state = "visible"
            case facts.MessageReceived():
                stay = self.here[fact.message, fact.queue]
                stay.state = "in_flight"
                stay.received.append(at)
                self.batches.setdefault(fact.batch, []).append(stay)
            case facts.MessageLent():
                stay = self.here[fact.message, fact.queue]
                stay.state = "in_flight"
                stay.received.append(at)
            case facts.MessageDeleted():
                stay = self.here[fact.message, fact.queue]
                self.leave(stay, at, "filtered" if fact.filtered else "deleted")
                if fact.filtered:
                    self.batches[fact.batch].remove(stay)
            case facts.MessageDeadLettered():
                stay = self.here[fact.message, fact.queue]
                self.leave(stay, at, "dead_lettered")
                where = fact.message, fact.target, stay.group, stay.body, stay.attributes
                self.add(Stay(*where, stay.sent, at, True, "visible"))
            case facts.MessageExpired():
                self.leave(self.here[fact.message, fact.queue], at, "expired")
            case facts.RequestReceived() if fact.source in self.batches:
                self.requests[fact.request] = fact.source
            case facts.InvocationStarted() if fact.request in self.requests:
                for stay in self.batches[self.requests[fact.request]]:
                    stay.runs.append(at)

    def add(self, stay: Stay) -> None:
        self.found.append(stay)
        self.here[stay.message, stay.queue] = stay

    def leave(self, stay: Stay, at: int, state: str) -> None:
        if stay.left is None:  # else it was gone already
            stay.state, stay.left = state, at
