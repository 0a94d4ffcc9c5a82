"""Facts of what pushes: what was published, stored or put, and how it reached Lambda."""

from __future__ import annotations

from .world import Delivery, Trigger, World, fact


@fact
class TriggerConfigured:
    """A topic, bucket, bus or schedule hands its events to a function."""

    trigger: str
    source: str  # topic:news, bucket:photos, bus:orders, schedule:hourly
    function: str
    qualifier: str
    pattern: str  # the events that are wanted, as JSON, or "" for all
    dead_letter: str  # a target, or ""
    maximum_retry_attempts: int
    maximum_event_age: int  # us

    def apply(self, world: World) -> None:
        world.triggers[self.trigger] = Trigger(
            self.trigger,
            self.source,
            self.function,
            self.qualifier,
            self.pattern,
            self.dead_letter,
            self.maximum_retry_attempts,
            self.maximum_event_age,
            world.seq,
        )
        world.listeners.setdefault(self.source, []).append(self.trigger)


@fact
class EventPublished:
    """A message came to a topic, an object to a bucket, an event to a bus, a schedule's time."""

    source: str  # topic:news
    event: str  # msg-1, object-1, event-1
    body: str  # the message; or JSON of what else it is
    attributes: tuple[tuple[str, ...], ...]  # name and value, or name, type and value

    def apply(self, world: World) -> None:
        """What pushes keeps nothing but what it still owes."""


@fact
class EventUnmatched:
    """A function does not get an event, for it is not one of those that were asked for."""

    trigger: str
    function: str
    event: str

    def apply(self, world: World) -> None:
        """It was never on its way."""


@fact
class DeliveryBegun:
    """An event is on its way to a function."""

    delivery: str
    trigger: str
    source: str  # topic:news
    function: str
    event: str
    payload: str
    lineage: str = ""  # who ran before in its chain of requests

    def apply(self, world: World) -> None:
        found = Delivery(self.delivery, self.trigger, self.payload, world.now, self.lineage)
        world.deliveries[self.delivery] = found


@fact
class DeliveryAccepted:
    """Lambda accepted an event, so its source is done with it."""

    delivery: str

    def apply(self, world: World) -> None:
        del world.deliveries[self.delivery]


@fact
class DeliveryReturned:
    """Lambda could not take an event, and its source tries again later."""

    delivery: str
    error: str
    until: int  # us

    def apply(self, world: World) -> None:
        world.deliveries[self.delivery].tries += 1


@fact
class DeliveryDropped:
    """A source gives an event up; its dead-letter queue has it, if there is one."""

    delivery: str
    error: str

    def apply(self, world: World) -> None:
        del world.deliveries[self.delivery]
