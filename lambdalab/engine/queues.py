"""SQS: messages are sent, lent for a while, shown again, moved to a dead-letter queue, forgotten.

Who receives them is the next chapter; here they only wait, and tell the pollers of them.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from .errors import size
from .facts import (
    MessageAppeared,
    MessageDeadLettered,
    MessageExpired,
    MessageNotQueued,
    MessageSent,
    QueueConfigured,
)
from .kernel import CHANGES, EXPIRIES, STIMULI, VISIBILITY, Document, Sim, task
from .lines import Attribute, Message, Queue, QueueSettings
from .rules import (
    SQS_DEDUP,
    SQS_DELAY,
    SQS_REDRIVE,
    SQS_RETENTION,
    SQS_SIZE,
    YOUR_REQUEST,
    YOUR_SETTING,
    Rule,
)


class Letter(NamedTuple):
    """What somebody sends to a queue."""

    body: str
    group: str = ""
    deduplication: str = ""
    attributes: tuple[Attribute, ...] = ()
    delay: int = -1  # us, or -1 for the delay of the queue
    lineage: str = ""  # who ran before in its chain of requests


@task
class ConfigureQueue:
    """Give a queue other settings."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    queue: str
    settings: QueueSettings
    chosen: tuple[str, ...]

    def __call__(self, sim: Sim, cause: int | None) -> None:
        fact = QueueConfigured(self.queue, self.settings, self.chosen)
        configured, queue = sim.emit(fact, YOUR_SETTING, cause), sim.world.queues[self.queue]
        if "message_retention" in self.chosen:
            for message in queue.messages.values():
                _expect_to_expire(sim, queue, message, configured)


# Sending ----------------------------------------------------------------------------------------


@task
class Send:
    """Send a message to a queue."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    queue: str
    letter: Letter

    def __call__(self, sim: Sim, cause: int | None) -> None:
        send(sim, self.queue, sim.new_id("msg"), self.letter, YOUR_REQUEST, cause)


def send(sim: Sim, name: str, id: str, letter: Letter, rule: Rule, because: int | None) -> None:
    """Put a message into a queue, unless it is too large or was sent before."""
    queue = sim.world.queues[name]
    body, group, deduplication, attributes, delay, lineage = letter
    weight = size(body) + sum(size(text) for attribute in attributes for text in attribute)
    before = queue.recent.get((group, deduplication), sim.now - SQS_DEDUP.value)
    if not 0 < weight <= SQS_SIZE.value:
        sim.emit(MessageNotQueued(id, name, "too large"), SQS_SIZE, because)
    elif sim.now - before < SQS_DEDUP.value:
        sim.emit(MessageNotQueued(id, name, "duplicate"), SQS_DEDUP, because)
    else:
        until = sim.now + (queue.settings.delay if delay < 0 else delay)
        fact = MessageSent(id, name, body, group, deduplication, attributes, until, lineage)
        sent = sim.emit(fact, rule, because)
        _expect_to_expire(sim, queue, queue.messages[id], sent)
        if until > sim.now:
            sim.schedule(until, Appear(name, id), sent)
        else:
            wake(sim, queue, sent)


def arrive(sim: Sim, name: str, document: Document, rule: Rule, because: int) -> None:
    """Take a document that was sent to a queue as a message."""
    attributes = tuple(
        (key, "Number" if key == "ErrorCode" else "String", value)
        for key, value in document.attributes
    )
    group = document.message if sim.world.queues[name].settings.fifo else ""
    letter = Letter(document.body, group, document.message, attributes, -1, document.lineage)
    send(sim, name, document.message, letter, rule, because)


@task
class Appear:
    """Let a message be received after its delay."""

    rank: ClassVar[int] = VISIBILITY
    idle: ClassVar[bool] = False

    queue: str
    message: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        queue = sim.world.queues[self.queue]
        if self.message in queue.messages:
            given = (queue.entry,)
            appeared = sim.emit(MessageAppeared(self.message, self.queue), SQS_DELAY, cause, given)
            wake(sim, queue, appeared)


def wake(sim: Sim, queue: Queue, because: int) -> None:
    """Let everybody who reads a queue look what there is."""
    for mapping in queue.mappings:
        sim.pollers[mapping].wake(sim, sim.now, because)
    for waiting in sim.waiting.pop(queue.name, ()):
        sim.schedule(sim.now, waiting, because)


# Leaving ----------------------------------------------------------------------------------------


def spent(queue: Queue, message: Message) -> bool:
    """Say whether a message has been received as often as it may be."""
    return 0 < queue.settings.max_receive_count <= message.receives


def dead_letter(sim: Sim, queue: Queue, message: Message) -> None:
    """Move a message to the dead-letter queue instead of lending it once more."""
    target = sim.world.queues[queue.settings.dead_letter]
    ran = message.id in sim.handled
    to = queue.settings.dead_letter
    fact = MessageDeadLettered(message.id, message.queue, to, message.receives, ran)
    moved = sim.emit(fact, SQS_REDRIVE, message.entry, (queue.entry,))
    _expect_to_expire(sim, target, target.messages[message.id], moved)
    wake(sim, target, moved)


def _expect_to_expire(sim: Sim, queue: Queue, message: Message, because: int) -> None:
    """Plan the end of a message that nobody takes."""
    at = max(sim.now, message.kept_from + queue.settings.message_retention)
    sim.schedule(at, Expire(message.queue, message.id), because)


@task
class Expire:
    """Forget a message that has been kept for long enough."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True

    queue: str
    message: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        queue = sim.world.queues[self.queue]
        message = queue.messages.get(self.message)
        if message is None:
            return
        if sim.now - message.kept_from < queue.settings.message_retention:
            _expect_to_expire(sim, queue, message, message.entry)
        else:
            fact = MessageExpired(message.id, self.queue)
            wake(sim, queue, sim.emit(fact, SQS_RETENTION, message.entry, (queue.entry,)))
