"""The datapoints of queues and of the mappings that read them, read from the log in one pass.

What is counted is counted for the queue (queue:orders), for the mapping (esm-1) and for the whole
Region. The age of the oldest message is looked at each minute, and whenever that message leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.rules import SQS_POLLER, SQS_REORDER
from ..engine.units import MINUTE, SECOND
from .points import Points

LEVELS = {
    "visible": "ApproximateNumberOfMessagesVisible",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}
AGE = "ApproximateAgeOfOldestMessage"


def queue_points(log: Log, points: Points, until: int = 0) -> Points:
    """Read the datapoints of every queue and mapping, and of the whole Region, up to a time."""
    reader = Reader(points)
    for at, fact, *_ in log.rows:
        if at >= reader.next:
            reader.pass_time(at)
        if read := READ.get(type(fact)):
            read(reader, at, fact)
    reader.pass_time(until)
    return reader.points


class Reader:
    """What has to be remembered of a log from one entry to the next."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self.next = MINUTE  # us: when it is looked at every queue again
        self.fifo: dict[str, bool] = {}
        self.sources: dict[str, str] = {}  # mapping -> its queue
        self.provisioned: set[str] = set()  # mappings
        self.batches: dict[str, str] = {}  # batch -> its mapping
        self.sizes: dict[str, int] = {}  # batch -> how many messages it has
        self.states: dict[tuple[str, str], str] = {}  # message and queue -> delayed, visible, ...
        self.levels: Counter[tuple[str, str]] = Counter()  # queue and state -> how many
        self.received: Counter[tuple[str, str]] = Counter()
        self.ages: dict[str, list[tuple[int, str]]] = {}  # queue -> since when, and which
        self.oldest: dict[str, int] = {}  # queue -> s: how old its oldest message was last

    # One of these for each fact that has a say

    def configured(self, _: int, fact: facts.QueueConfigured) -> None:
        self.fifo[fact.queue] = fact.settings.fifo

    def mapped(self, _: int, fact: facts.QueueMappingConfigured) -> None:
        self.sources[fact.mapping] = fact.queue
        if fact.settings.minimum_pollers:
            self.provisioned.add(fact.mapping)

    def scaled(self, at: int, fact: facts.MappingScaled) -> None:
        if fact.mapping in self.provisioned:
            pollers = fact.concurrency // SQS_POLLER.value["invocations"]
            self.add("ProvisionedPollers", at, pollers, *self.both(fact.mapping))

    def sent(self, at: int, fact: facts.MessageSent) -> None:
        self.add("NumberOfMessagesSent", at, 1, fact.queue)
        self.enter(at, fact.message, fact.queue, "delayed" if fact.until > at else "visible")

    def appeared(self, at: int, fact: facts.MessageAppeared) -> None:
        self.change(at, fact.message, fact.queue, "visible")

    def taken(self, at: int, fact: facts.MessageReceived) -> None:
        key = fact.message, fact.queue
        self.batches[fact.batch] = fact.mapping
        self.add("NumberOfMessagesReceived", at, 1, fact.queue)
        self.add("PolledEventCount", at, 1, fact.queue, fact.mapping)
        self.change(at, *key, "in_flight")
        self.received[key] += 1
        if self.received[key] == SQS_REORDER.value and not self.fifo[fact.queue]:
            self.age(at, fact.queue)

    def lent(self, at: int, fact: facts.MessageLent) -> None:
        self.add("NumberOfMessagesReceived", at, 1, fact.queue)
        self.change(at, fact.message, fact.queue, "in_flight")
        self.received[fact.message, fact.queue] += 1

    def deleted(self, at: int, fact: facts.MessageDeleted) -> None:
        name = "FilteredOutEventCount" if fact.filtered else "DeletedEventCount"
        self.add("NumberOfMessagesDeleted", at, 1, fact.queue)
        if mapping := self.batches.get(fact.batch):  # else by code
            self.add(name, at, 1, fact.queue, mapping)
        self.leave(at, fact.message, fact.queue)

    def dead_lettered(self, at: int, fact: facts.MessageDeadLettered) -> None:
        self.leave(at, fact.message, fact.queue)
        self.enter(at, fact.message, fact.target, "visible")

    def expired(self, at: int, fact: facts.MessageExpired) -> None:
        self.leave(at, fact.message, fact.queue)

    def gathered(self, _: int, fact: facts.BatchGathered) -> None:
        self.sizes[fact.batch] = fact.size

    def invoked(self, at: int, fact: facts.RequestReceived) -> None:
        if fact.source in self.sizes:
            mapping = self.batches[fact.source]
            self.add("InvokedEventCount", at, self.sizes[fact.source], *self.both(mapping))

    def ended(self, at: int, fact: facts.BatchEnded) -> None:
        if fact.failed:
            self.add("FailedInvokeEventCount", at, fact.failed, *self.both(fact.mapping))

    # What they have in common

    def both(self, mapping: str) -> tuple[str, str]:
        return self.sources[mapping], mapping

    def add(self, name: str, at: int, value: int, queue: str, mapping: str = "") -> None:
        for whose in (f"queue:{queue}", *([mapping] if mapping else []), ""):
            self.points[name, whose].append((at, value))

    def enter(self, at: int, message: str, queue: str, state: str) -> None:
        heappush(self.ages.setdefault(queue, []), (at, message))
        self.change(at, message, queue, state)

    def change(self, at: int, message: str, queue: str, state: str) -> None:
        before, self.states[message, queue] = self.states.get((message, queue), ""), state
        for changed, by in ((before, -1), (state, 1)):
            if changed and before != state:
                for whose in (f"queue:{queue}", ""):
                    self.levels[whose, changed] += by
                    point = at, self.levels[whose, changed]
                    self.points[LEVELS[changed], whose].append(point)

    def leave(self, at: int, message: str, queue: str) -> None:
        if self.states.get((message, queue)):
            line = self.ages[queue]
            if line and line[0][1] == message:
                self.age(at, queue)
            self.change(at, message, queue, "")
            self.age(at, queue)

    def age(self, at: int, queue: str) -> None:
        """Write down how old the oldest message of a queue is."""
        line = self.ages[queue]
        while line and self.left_out(line[0][1], queue):
            heappop(line)
        value = (at - line[0][0]) // SECOND if line else 0
        before, self.oldest[queue] = self.oldest.get(queue, 0), value
        if value or before:
            self.points[AGE, f"queue:{queue}"].append((at, value))
            self.points[AGE, ""].append((at, value))

    def left_out(self, message: str, queue: str) -> bool:
        """Say whether a message has left, or was received so often that its age counts no more."""
        often = self.received[message, queue] >= SQS_REORDER.value and not self.fifo[queue]
        return often or not self.states[message, queue]

    def pass_time(self, at: int) -> None:
        """Look at every queue at each full minute up to a time."""
        while self.next <= at:
            for queue in self.ages:
                self.age(self.next, queue)
            self.next += MINUTE


READ: dict[type, Callable[[Reader, int, Any], None]] = {
    facts.QueueConfigured: Reader.configured,
    facts.QueueMappingConfigured: Reader.mapped,
    facts.MappingScaled: Reader.scaled,
    facts.MessageSent: Reader.sent,
    facts.MessageAppeared: Reader.appeared,
    facts.MessageReceived: Reader.taken,
    facts.MessageLent: Reader.lent,
    facts.MessageDeleted: Reader.deleted,
    facts.MessageDeadLettered: Reader.dead_lettered,
    facts.MessageExpired: Reader.expired,
    facts.BatchGathered: Reader.gathered,
    facts.RequestReceived: Reader.invoked,
    facts.BatchEnded: Reader.ended,
}
