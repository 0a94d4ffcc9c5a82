"""Code reads a queue itself: it receives messages, deletes them, and gives them back."""

from __future__ import annotations

from typing import ClassVar

from .facts import LoanChanged, MessageAppeared, MessageDeleted, MessageLent
from .kernel import EXPIRIES, Sim, task
from .pollers import next_message
from .queues import dead_letter, spent, wake
from .receipts import record
from .rules import SQS_HIDES, SQS_INFLIGHT, SQS_POLL, Rule
from .services import BY_CODE


def receive(
    sim: Sim, name: str, most: int, visibility: int, because: int | None, given: tuple[int, ...]
) -> list[str]:
    """Lend messages to code, as many as there are and may be; give them as a function gets them."""
    queue, lent, group = sim.world.queues[name], list[str](), ""
    until = sim.now + (queue.settings.visibility_timeout if visibility < 0 else visibility)
    while len(lent) < min(most, SQS_POLL.value) and queue.in_flight < SQS_INFLIGHT.value:
        message = next_message(queue, group)
        if message is None:
            break
        if spent(queue, message):
            dead_letter(sim, queue, message)
            continue
        lent.append(record(queue, message, sim.now, sim.world.starts))
        group = message.group
        fact = MessageLent(message.id, name, until)
        because = sim.emit(fact, SQS_HIDES, because, (queue.entry, message.entry, *given))
        sim.schedule(until, EndLoanToCode(name, message.id, until), because)
    return lent


def delete(sim: Sim, name: str, message: str, rule: Rule, because: int | None) -> None:
    """Delete a message for code; what is gone already stays gone."""
    queue = sim.world.queues[name]
    if message in queue.messages:
        deleted = sim.emit(MessageDeleted(message, name, BY_CODE), rule, because)
        wake(sim, queue, deleted)


def is_lent(sim: Sim, name: str, message: str) -> bool:
    """Say whether somebody holds a message."""
    found = sim.world.queues[name].messages.get(message)
    return found is not None and not found.visible and bool(found.batch)


def lend_until(
    sim: Sim, name: str, message: str, until: int, rule: Rule, because: int | None
) -> None:
    """Lend a message that somebody holds until another time; at once means to give it back."""
    changed = sim.emit(LoanChanged(message, name, until), rule, because)
    end = EndLoanToCode(name, message, until)
    if until > sim.now:
        sim.schedule(until, end, changed)
    else:
        end(sim, changed)


@task
class EndLoanToCode:
    """Show a message again that code has not deleted in time."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = False

    queue: str
    message: str
    until: int

    def __call__(self, sim: Sim, cause: int | None) -> None:
        queue = sim.world.queues[self.queue]
        message = queue.messages.get(self.message)
        if message and message.until == self.until and not message.visible and message.batch:
            appeared = MessageAppeared(self.message, self.queue)
            wake(sim, queue, sim.emit(appeared, SQS_HIDES, message.entry, (queue.entry,)))
