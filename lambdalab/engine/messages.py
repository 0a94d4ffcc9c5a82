"""Facts of queues: their settings, their messages, and the batches that pollers make of them."""

from __future__ import annotations

from .lines import (
    Attribute,
    Batch,
    Group,
    MappingSettings,
    Message,
    Queue,
    QueueMapping,
    QueueSettings,
)
from .rules import SQS_REORDER
from .world import World, fact

# Settings ---------------------------------------------------------------------------------------


@fact
class QueueConfigured:
    """A queue has these settings."""

    queue: str
    settings: QueueSettings
    chosen: tuple[str, ...]  # those that the learner gave

    def apply(self, world: World) -> None:
        queue = world.queues.setdefault(
            self.queue, Queue(self.settings, world.seq, name=self.queue)
        )
        queue.settings, queue.entry = self.settings, world.seq


@fact
class QueueMappingConfigured:
    """A function is fed from a queue; the mapping can get new settings."""

    mapping: str
    queue: str
    settings: MappingSettings
    chosen: tuple[str, ...]  # those that the learner gave
    enabled: bool

    def apply(self, world: World) -> None:
        if self.mapping not in world.queue_mappings:
            made = QueueMapping(self.queue, self.settings, self.enabled, world.seq)
            world.queue_mappings[self.mapping] = made
            world.queues[self.queue].mappings.append(self.mapping)
        mapping = world.queue_mappings[self.mapping]
        mapping.settings, mapping.enabled, mapping.entry = self.settings, self.enabled, world.seq


@fact
class MappingScaled:
    """A mapping may have so many batches in flight."""

    mapping: str
    concurrency: int

    def apply(self, world: World) -> None:
        world.queue_mappings[self.mapping].concurrency = self.concurrency


# Messages ---------------------------------------------------------------------------------------


@fact
class MessageSent:
    """A message was put into a queue."""

    message: str
    queue: str
    body: str
    group: str  # its message group, or ""
    deduplication: str  # its deduplication id, or ""
    attributes: tuple[Attribute, ...]
    until: int  # us: it is delayed until then
    lineage: str = ""  # who ran before in its chain of requests

    def apply(self, world: World) -> None:
        queue, seq, now = world.queues[self.queue], world.seq, world.now
        message = queue.messages[self.message] = Message(
            self.message,
            self.queue,
            self.body,
            self.group,
            self.deduplication,
            self.attributes,
            now,
            now,
            self.until,
            *(seq, seq, seq),
            lineage=self.lineage,
        )
        if queue.settings.fifo:
            queue.groups.setdefault(self.group, Group())
            queue.recent[self.group, self.deduplication] = now
        if self.until <= now:
            queue.show(message)


@fact
class MessageNotQueued:
    """A message was sent and did not get into the queue."""

    message: str
    queue: str
    reason: str  # duplicate, too large

    def apply(self, world: World) -> None:
        """The queue is as it was."""


@fact
class MessageAppeared:
    """A message can be received: its delay or its loan is over."""

    message: str
    queue: str

    def apply(self, world: World) -> None:
        queue = world.queues[self.queue]
        message = queue.messages[self.message]
        message.entry = world.seq
        settings = queue.settings
        late = message.receives >= SQS_REORDER.value < settings.max_receive_count
        if late and not settings.fifo:
            message.order = world.seq
        if message.batch:
            queue.in_flight -= 1
            queue.away(message.group, -1)
        queue.show(message)


@fact
class MessageReceived:
    """A poller received a message; the queue lends it until a time."""

    message: str
    queue: str
    batch: str
    mapping: str
    until: int  # us

    def apply(self, world: World) -> None:
        queue, mapping = world.queues[self.queue], world.queue_mappings[self.mapping]
        message = queue.messages[self.message]
        if self.batch not in world.batches:
            world.batches[self.batch] = Batch(self.batch, self.mapping, self.until)
            mapping.busy, mapping.open = mapping.busy + 1, self.batch
        batch = world.batches[self.batch]
        batch.messages.append(message.id)
        if message.group not in batch.groups and queue.settings.fifo:
            batch.groups.append(message.group)
            queue.away(message.group, 1)
        message.receives, message.until = message.receives + 1, self.until
        if message.first_received < 0:
            message.first_received = world.now
        message.batch, message.entry = self.batch, world.seq
        queue.in_flight += 1
        queue.away(message.group, 1)
        queue.hide(message)


@fact
class MessageDeleted:
    """A message is done with, or no filter wanted it; it may have been gone already."""

    message: str
    queue: str
    batch: str
    filtered: bool = False

    def apply(self, world: World) -> None:
        queue = world.queues[self.queue]
        if self.message in queue.messages:
            queue.remove(self.message)
        if self.filtered:
            world.batches[self.batch].messages.remove(self.message)


@fact
class MessageDeadLettered:
    """A message was received as often as it may be, and moves to the dead-letter queue."""

    message: str
    queue: str
    target: str  # the name of the dead-letter queue
    receives: int
    ran: bool  # a handler has worked on it

    def apply(self, world: World) -> None:
        moved, target = world.queues[self.queue].remove(self.message), world.queues[self.target]
        kept_from = world.now if target.settings.fifo else moved.kept_from
        place = (self.target, moved.body, moved.group, moved.deduplication, moved.attributes)
        now, seq = world.now, world.seq
        message = Message(moved.id, *place, moved.sent, kept_from, now, seq, seq, seq)
        message.lineage = moved.lineage
        target.messages[moved.id] = message
        target.groups.setdefault(moved.group, Group())
        target.show(message)


@fact
class MessageExpired:
    """A message was kept for as long as its queue keeps any, and is gone."""

    message: str
    queue: str

    def apply(self, world: World) -> None:
        world.queues[self.queue].remove(self.message)


# Batches ----------------------------------------------------------------------------------------


@fact
class BatchGathered:
    """A poller has a batch together and hands it to the function."""

    batch: str
    mapping: str
    size: int  # messages

    def apply(self, world: World) -> None:
        world.queue_mappings[self.mapping].open = ""
        batch = world.batches[self.batch]
        batch.entry = batch.last = world.seq


@fact
class BatchThrottled:
    """There was no room for a batch; the poller keeps it and tries again while the loan lasts."""

    batch: str
    request: str

    def apply(self, world: World) -> None:
        del world.requests[self.request]
        world.batches[self.batch].last = world.seq


@fact
class BatchEnded:
    """A poller is done with a batch, well or badly."""

    batch: str
    mapping: str
    request: str  # the one that settled it, or ""
    outcome: str  # success, partial, error, refused, throttled, filtered
    failed: int  # messages that come back

    def apply(self, world: World) -> None:
        world.requests.pop(self.request, None)
        batch, mapping = world.batches.pop(self.batch), world.queue_mappings[self.mapping]
        mapping.busy -= 1
        mapping.open = "" if mapping.open == self.batch else mapping.open
        queue = world.queues[mapping.queue]
        for message in map(queue.messages.get, batch.messages):
            if message is not None and message.batch == self.batch:
                message.entry = world.seq
        for group in batch.groups:
            queue.away(group, -1)
