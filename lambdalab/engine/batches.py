"""A batch of messages: it is handed to the function, tried again, and settled.

Its messages are on loan from their receive until the visibility timeout is over. A throttled batch
is tried again within the loan, a failed one is not: its messages come back when the loan is over.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any, ClassVar

from .chains import joined
from .facts import BatchEnded, BatchThrottled, MessageAppeared, MessageDeleted, RequestThrottled
from .kernel import EXPIRIES, RETRIES, Ending, Sim, Task, task
from .queues import wake
from .receipts import Settlement, settlement
from .rules import (
    SQS_HIDES,
    SQS_INTERVAL,
    SQS_MODE,
    SQS_THROTTLE,
    SQS_WHEN_VISIBLE,
    STALE_RECEIPT,
)
from .scale import back_off
from .small import noun
from .synchronous import invoke


@noun
class QueuePoller:
    """The pollers of a mapping, with what they have in their memory."""

    mapping: str
    poll: Task
    planned: int = -1  # us: the next poll, or -1
    free: int = 0  # us: when provisioned pollers can poll again
    growing: bool = False  # whether the concurrency is looked at again
    records: dict[str, list[str]] = field(default_factory=dict)  # batch -> its records as JSON
    size: dict[str, int] = field(default_factory=dict)  # batch -> bytes of its event
    lineages: dict[str, list[str]] = field(default_factory=dict)  # batch -> who ran before
    loans: dict[str, list[EndLoan]] = field(default_factory=dict)  # batch -> when they end
    close: Any = None  # what ends the window of the open batch
    waiting: set[str] = field(default_factory=set)  # batches that are tried again

    def wake(self, sim: Sim, at: int, because: int | None) -> None:
        """Plan to look for messages at a time, unless that is planned already."""
        at = max(at, self.free)
        if self.planned < 0 or at < self.planned:
            self.planned = at
            sim.schedule(at, self.poll, because)


def poller_of(sim: Sim, mapping: str) -> QueuePoller:
    """Find the pollers of a mapping."""
    poller = sim.pollers[mapping]
    assert isinstance(poller, QueuePoller)
    return poller


# Handing over -----------------------------------------------------------------------------------

BETWEEN = ", "


def payload(records: list[str]) -> str:
    """Write the event of a batch."""
    return f'{{"Records": [{BETWEEN.join(records)}]}}'


@task
class Try:
    """Invoke the function with a batch."""

    rank: ClassVar[int] = RETRIES
    idle: ClassVar[bool] = False

    mapping: str
    batch: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        poller = poller_of(sim, self.mapping)
        settings = sim.world.queue_mappings[self.mapping].settings
        poller.waiting.discard(self.batch)
        event = payload(poller.records[self.batch])
        if settings.report_batch_item_failures:
            sim.reporting.add(self.batch)
        callee = settings.function, settings.qualifier
        batch = sim.world.batches[self.batch]
        chain = joined(poller.lineages[self.batch])
        invoke(sim, *callee, event, self.batch, SQS_MODE, cause, chain)
        if batch.id in sim.world.batches and batch.id not in poller.waiting:
            sim.handled.update(batch.messages)  # it runs


def outcome(sim: Sim, ending: Ending, because: int) -> None:
    """Try a throttled batch again within its loan, or settle what came of an invocation."""
    batch = sim.world.batches[sim.world.requests[ending.request].source]
    poller, mapping = poller_of(sim, batch.mapping), sim.world.queue_mappings[batch.mapping]
    if isinstance(ending, RequestThrottled):
        fact = BatchThrottled(batch.id, ending.request)
        because = sim.emit(fact, SQS_THROTTLE, because)
        back_off(sim, batch.mapping, True, because)
        again = sim.now + sim.value(SQS_INTERVAL)
        poller.waiting.add(batch.id)
        if again < batch.until:
            sim.schedule(again, Try(batch.mapping, batch.id), because)
        elif sim.now >= batch.until:
            settle(sim, poller, batch.id, "", LET_GO, because)
        return
    reports = mapping.settings.report_batch_item_failures
    settled = settlement(reports, batch.messages, ending)
    if settled.outcome != "success":
        back_off(sim, batch.mapping, False, because)
    settle(sim, poller, batch.id, ending.request, settled, because)


LET_GO = Settlement("throttled", (), SQS_THROTTLE)


def settle(
    sim: Sim,
    poller: QueuePoller,
    batch: str,
    request: str,
    settled: Settlement,
    because: int | None,
) -> None:
    """End a batch: delete what went well; what did not comes back when its loan is over."""
    held, mapping = sim.world.batches[batch], sim.world.queue_mappings[poller.mapping]
    queue = sim.world.queues[mapping.queue]
    given = (queue.entry if settled is LET_GO else mapping.entry,)
    fact = BatchEnded(batch, poller.mapping, request, settled.outcome, len(settled.failed))
    because = sim.emit(fact, settled.rule, because, given)
    del poller.records[batch], poller.size[batch], poller.lineages[batch]
    poller.waiting.discard(batch)
    sim.reporting.discard(batch)
    if settled.outcome in ("partial", "error"):
        sim.handled.update(settled.failed)
    back = set(settled.failed) if settled is not LET_GO else set(held.messages)
    for id in dict.fromkeys(held.messages):
        message = queue.messages.get(id)
        stale = message is None or message.visible or message.batch != batch
        if id not in back and (not stale or sim.value(STALE_RECEIPT)):
            deleted = MessageDeleted(id, mapping.queue, batch)
            sim.emit(deleted, STALE_RECEIPT if stale else settled.rule, because)
    if not back:
        for loan in poller.loans.pop(batch, ()):
            sim.let_rest(loan)
    wake(sim, queue, because)


# Coming back ------------------------------------------------------------------------------------


@noun
class EndLoan:
    """Show messages again that were not deleted in time, and let go of what was only throttled."""

    rank: ClassVar[int] = EXPIRIES

    mapping: str
    batch: str
    messages: list[str]
    until: int
    idle: bool = False

    def __call__(self, sim: Sim, cause: int | None) -> None:
        poller, batch = poller_of(sim, self.mapping), sim.world.batches.get(self.batch)
        name = sim.world.queue_mappings[self.mapping].queue
        queue, waiting = sim.world.queues[name], self.batch in poller.waiting
        rule = SQS_THROTTLE if waiting else SQS_HIDES if batch else SQS_WHEN_VISIBLE
        loans = poller.loans.get(self.batch, [])
        if self in loans:
            loans.remove(self)
        for id in self.messages:
            message = queue.messages.get(id)
            if message and message.batch == self.batch and message.until == self.until:
                because = batch.last if batch and batch.last >= 0 else message.entry
                appeared = MessageAppeared(id, name)
                cause = sim.emit(appeared, rule, because, (queue.entry,))
        if batch and waiting and self.until == batch.until:
            settle(sim, poller, self.batch, "", LET_GO, cause)
        if cause is not None:
            wake(sim, queue, cause)
