"""Queues and what waits in them: the nouns of SQS, and nothing about how they came about."""

from __future__ import annotations

from dataclasses import field
from heapq import heappop, heappush

from .small import noun

Attribute = tuple[str, str, str]  # name, String or Number, value


@noun
class QueueSettings:
    """What a learner decides about a queue."""

    fifo: bool
    visibility_timeout: int  # us
    max_receive_count: int  # or 0 for no limit
    dead_letter: str  # another queue, or ""
    message_retention: int  # us
    delay: int  # us


@noun
class MappingSettings:
    """What a learner decides about a mapping that reads a queue."""

    function: str
    qualifier: str
    batch_size: int
    maximum_batching_window: int  # us
    maximum_concurrency: int  # or 0 for no limit of its own
    report_batch_item_failures: bool
    filter: tuple[str, ...]  # patterns as JSON
    minimum_pollers: int  # or 0 if none are provisioned
    maximum_pollers: int


@noun
class Message:
    """One message while it is in a queue."""

    id: str
    queue: str
    body: str
    group: str
    deduplication: str
    attributes: tuple[Attribute, ...]
    sent: int  # us
    kept_from: int  # us: from when on its retention counts
    until: int  # us: before that nobody can receive it
    sequence: int  # the entry that put it into the queue
    order: int  # its place in the line
    entry: int  # the entry that made it what it is
    visible: bool = False
    receives: int = 0
    first_received: int = -1  # us, or -1
    batch: str = ""  # the one that received it last
    lineage: str = ""  # who ran before in its chain of requests


@noun
class Group:
    """A message group of a FIFO queue: while any of its messages is away, none can be received."""

    line: list[tuple[int, str]] = field(default_factory=list)  # its visible messages
    away: int = 0  # messages in flight, and batches that hold some


@noun
class Queue:
    """An SQS queue."""

    settings: QueueSettings
    entry: int  # the entry that configured it
    messages: dict[str, Message] = field(default_factory=dict)
    line: list[tuple[int, str]] = field(default_factory=list)  # what can be received, a heap
    groups: dict[str, Group] = field(default_factory=dict)
    in_flight: int = 0
    mappings: list[str] = field(default_factory=list)
    name: str = ""
    recent: dict[tuple[str, str], int] = field(default_factory=dict)  # group and id -> when sent

    def show(self, message: Message) -> None:
        """Let a message be received."""
        message.visible = True
        place = (message.order, message.id)
        heappush(self.groups[message.group].line if self.settings.fifo else self.line, place)
        self.settle(message.group)

    def hide(self, message: Message) -> None:
        """Let nobody else receive a message that is taken away or removed."""
        message.visible = False
        self.settle(message.group)

    def settle(self, group: str) -> None:
        """Put the first message of a free group into the line, and take out what is outdated."""
        if self.settings.fifo:
            own = self.groups[group]
            while own.line and not self._stands(own.line[0]):
                heappop(own.line)
            if own.line and not own.away:
                heappush(self.line, own.line[0])
        while self.line and not self._is_next(self.line[0]):
            heappop(self.line)

    def _stands(self, place: tuple[int, str]) -> bool:
        message = self.messages.get(place[1])
        return message is not None and message.visible and message.order == place[0]

    def _is_next(self, place: tuple[int, str]) -> bool:
        if not self._stands(place):
            return False
        if not self.settings.fifo:
            return True
        group = self.groups[self.messages[place[1]].group]
        return not group.away and group.line[0] == place

    def away(self, group: str, change: int) -> None:
        """Count a message or a batch that holds up its group."""
        if self.settings.fifo:
            self.groups[group].away += change
            self.settle(group)

    def remove(self, id: str) -> Message:
        """Take a message out of the queue, wherever it is in its life."""
        message = self.messages.pop(id)
        if message.visible:
            self.hide(message)
        elif message.batch:
            self.in_flight -= 1
            self.away(message.group, -1)
        return message


@noun
class Batch:
    """Messages that a poller has received and hands to a function together."""

    id: str
    mapping: str
    until: int  # us: when the loan of its first messages is over
    messages: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    entry: int = -1  # the entry that gathered it, or -1 while it is being gathered
    last: int = -1  # the entry that says what came of it last


@noun
class QueueMapping:
    """An event source mapping that reads a queue."""

    queue: str
    settings: MappingSettings
    enabled: bool
    entry: int  # the entry that configured it
    concurrency: int = 0  # batches that it may have in flight
    busy: int = 0  # batches that it has
    open: str = ""  # the batch that is being gathered
