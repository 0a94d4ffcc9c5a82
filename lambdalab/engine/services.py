"""Facts of code that uses other services of AWS, and reads a queue itself."""

from __future__ import annotations

from .world import World, fact

BY_CODE = "code"  # who holds a message that no poller received


@fact
class ServiceCalled:
    """The code asks another service of AWS for something."""

    call: str
    environment: str
    request: str  # the request it works on, or "" in Init
    service: str  # sqs
    operation: str  # SendMessage
    resource: str  # queue:orders, or "" for none
    line: int = 0

    def apply(self, world: World) -> None:
        world.reach(self.environment, self.line)
        world.outside.ask(self.environment, self.call)


@fact
class MessageLent:
    """Code received a message; the queue lends it until a time."""

    message: str
    queue: str
    until: int  # us

    def apply(self, world: World) -> None:
        queue = world.queues[self.queue]
        message = queue.messages[self.message]
        message.receives, message.until = message.receives + 1, self.until
        if message.first_received < 0:
            message.first_received = world.now
        message.batch, message.entry = BY_CODE, world.seq
        queue.in_flight += 1
        queue.away(message.group, 1)
        queue.hide(message)


@fact
class LoanChanged:
    """Code asked for a message to be lent until another time."""

    message: str
    queue: str
    until: int  # us

    def apply(self, world: World) -> None:
        message = world.queues[self.queue].messages[self.message]
        message.until, message.entry = self.until, world.seq
