"""Who reads a queue: pollers borrow messages and put them together in batches."""

from __future__ import annotations

from typing import ClassVar

from .batches import BETWEEN, EndLoan, QueuePoller, Try, payload, poller_of, settle
from .facts import BatchGathered, MessageDeleted, MessageReceived
from .kernel import EXPIRIES, POLLS, Sim, task
from .lines import Message, Queue, QueueMapping
from .patterns import passes
from .queues import dead_letter, spent
from .receipts import Settlement, record
from .rules import (
    SQS_FILTER,
    SQS_HIDES,
    SQS_INFLIGHT,
    SQS_LOW_TRAFFIC,
    SQS_POLL,
    SQS_POLLER,
    SQS_TRIGGERS,
    SQS_WINDOW,
    Rule,
)
from .scale import expect_growth
from .small import noun
from .units import SECOND


@task
class Poll:
    """Receive messages for as long as there are any, and pollers to take them."""

    rank: ClassVar[int] = POLLS
    idle: ClassVar[bool] = False

    mapping: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        mapping, poller = sim.world.queue_mappings[self.mapping], poller_of(sim, self.mapping)
        queue = sim.world.queues[mapping.queue]
        poller.planned = -1
        while queue.line and _may_receive(mapping, queue):
            if poller.free > sim.now:
                poller.wake(sim, sim.now, cause)
                break
            _receive(sim, mapping, poller, cause)
        expect_growth(sim, self.mapping, cause)


def _may_receive(mapping: QueueMapping, queue: Queue) -> bool:
    """Say whether a mapping has a poller that is free, and its queue lends anything."""
    free = bool(mapping.open) or mapping.busy < mapping.concurrency
    return mapping.enabled and free and queue.in_flight < SQS_INFLIGHT.value


def _receive(sim: Sim, mapping: QueueMapping, poller: QueuePoller, cause: int | None) -> None:
    """Take up to ten messages into the batch that is being gathered, or into a new one."""
    queue, batch, group = sim.world.queues[mapping.queue], mapping.open, ""
    most = min(SQS_POLL.value, mapping.settings.batch_size - len(poller.records.get(batch, ())))
    taken, read, full, last = list[str](), 0, False, cause
    until = sim.now + queue.settings.visibility_timeout
    while len(taken) < most and queue.in_flight < SQS_INFLIGHT.value:
        message = next_message(queue, group)
        if message is None:
            break
        if spent(queue, message):
            dead_letter(sim, queue, message)
            continue
        text = record(queue, message, sim.now, sim.world.starts)
        full = bool(batch) and poller.size[batch] + len(text) > SQS_TRIGGERS.value
        if full:
            break
        if not batch:
            batch = sim.new_id("batch")
            poller.records[batch], poller.size[batch] = [], len(payload([]))
            poller.lineages[batch] = []
        group, read = message.group, read + len(text)
        taken.append(message.id)
        fact = MessageReceived(message.id, message.queue, batch, poller.mapping, until)
        given = (queue.entry,) if cause is None else (queue.entry, cause)
        last = sim.emit(fact, SQS_HIDES, message.entry, given)
        if passes(mapping.settings.filter, {"body": message.body}, "body"):
            poller.records[batch].append(text)
            poller.lineages[batch].append(message.lineage)
            poller.size[batch] += len(text) + len(BETWEEN)
        else:
            dropped = MessageDeleted(message.id, message.queue, batch, filtered=True)
            last = sim.emit(dropped, SQS_FILTER, last, (mapping.entry,))
    if taken:
        loan = EndLoan(poller.mapping, batch, taken, until)
        poller.loans.setdefault(batch, []).append(loan)
        sim.schedule(until, loan, last)
        _pause(sim, mapping, poller, read)
    if batch:
        _go_on(sim, mapping, poller, batch, full, last)


def next_message(queue: Queue, group: str) -> Message | None:
    """Find the message that is received next; a FIFO queue goes on with the group it began."""
    own = queue.groups[group].line if queue.settings.fifo and group else []
    line = own or queue.line
    return queue.messages[line[0][1]] if line else None


def _pause(sim: Sim, mapping: QueueMapping, poller: QueuePoller, read: int) -> None:
    """Let provisioned pollers rest until their polls and bytes of a second allow another poll."""
    if mapping.settings.minimum_pollers:
        pollers = mapping.concurrency // SQS_POLLER.value["invocations"]
        poll = SECOND // (pollers * SQS_POLLER.value["polls"])
        reading = read * SECOND // (pollers * SQS_POLLER.value["bytes"])
        poller.free = sim.now + max(poll, reading)


def _go_on(
    sim: Sim, mapping: QueueMapping, poller: QueuePoller, batch: str, full: bool, last: int | None
) -> None:
    """Send a batch that is full or has no window, or plan when its window is over."""
    window, size = mapping.settings.maximum_batching_window, mapping.settings.batch_size
    if full or len(poller.records[batch]) >= size:
        gather(sim, poller, batch, SQS_TRIGGERS, last)
    elif not window:
        gather(sim, poller, batch, SQS_POLL, last)
    elif poller.close is None:
        poller.close = Close(poller.mapping, batch)
        at = sim.now + max(window, sim.value(SQS_LOW_TRAFFIC))
        sim.schedule(at, poller.close, last)


@noun
class Close:
    """Send what has been gathered when the batching window is over."""

    rank: ClassVar[int] = EXPIRIES

    mapping: str
    batch: str
    idle: bool = False

    def __call__(self, sim: Sim, cause: int | None) -> None:
        poller = poller_of(sim, self.mapping)
        if poller.close is self:
            poller.close = None
            gather(sim, poller, self.batch, SQS_WINDOW, cause)


def gather(sim: Sim, poller: QueuePoller, batch: str, rule: Rule, because: int | None) -> None:
    """Hand a batch over, unless no filter has left anything of it."""
    mapping = sim.world.queue_mappings[poller.mapping]
    if poller.close:
        sim.let_rest(poller.close)
        poller.close = None
    if poller.records[batch]:
        fact = BatchGathered(batch, poller.mapping, len(poller.records[batch]))
        gathered = sim.emit(fact, rule, because, (mapping.entry,))
        sim.schedule(sim.now, Try(poller.mapping, batch), gathered)
    else:
        settle(sim, poller, batch, "", Settlement("filtered", (), SQS_FILTER), because)
