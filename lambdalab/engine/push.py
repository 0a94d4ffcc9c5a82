"""What pushes: topics, buckets, buses and schedules hand events to functions.

Each tries until Lambda accepts the event with 202, and is then done with it: what the function
makes of it is the business of the event door.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from .asynchronous import accept
from .destinations import OBJECT_KEY, Attributes, send
from .errors import size
from .facts import (
    DeliveryAccepted,
    DeliveryBegun,
    DeliveryDropped,
    DeliveryReturned,
    EventPublished,
    EventUnmatched,
    ResponseSent,
)
from .kernel import RETRIES, STIMULI, Document, Sim, task
from .patterns import matches
from .places import arn
from .rules import (
    ASYNC_ACCEPT,
    BUS_BACKOFF,
    BUS_DEAD_LETTER,
    BUS_NO_RETRY,
    BUS_POLICY,
    DEST_SHAPE,
    EVENTBRIDGE_SCHEDULED,
    EVENTBRIDGE_SHAPE,
    FILTER_OPERATORS,
    ONE_TRIGGER,
    PUSH_LAYERS,
    PUSHED,
    S3_NAME,
    S3_RETRIES,
    SCHEDULE,
    SNS_CLIENT_ERROR,
    SNS_ENVELOPE,
    SNS_POLICY,
    UPSTREAM,
    UPSTREAM_S3,
    YOUR_REQUEST,
    Rule,
)
from .shapes import aws_arn, eventbridge_event, s3_event, scheduled_event, sns_event
from .world import Delivery, Trigger

FOLLOWS = (PUSH_LAYERS, PUSHED)


class Service(NamedTuple):
    """What is peculiar to a kind of source."""

    counted: str  # its events are msg-1, msg-2, ...
    shape: Callable[[int, str, str, Document], dict[str, Any]]  # what a function gets
    shaped: Rule
    policy: Rule  # how it tries again
    gone: Rule  # what it does if trying again is of no use


SERVICES = {
    "topic": Service("msg", sns_event, SNS_ENVELOPE, SNS_POLICY, SNS_CLIENT_ERROR),
    "bucket": Service("object", s3_event, S3_NAME, S3_RETRIES, UPSTREAM_S3),
    "bus": Service("event", eventbridge_event, EVENTBRIDGE_SHAPE, BUS_POLICY, BUS_NO_RETRY),
    "schedule": Service("event", scheduled_event, EVENTBRIDGE_SCHEDULED, BUS_POLICY, BUS_NO_RETRY),
}


CARRY = ("topic", "bucket")  # what hands on who ran so far in a chain of requests


def service(source: str) -> Service:
    """Find what is peculiar to a source such as topic:news."""
    return SERVICES[source.partition(":")[0]]


# What comes -------------------------------------------------------------------------------------


@task
class Publish:
    """Publish a message to a topic, store an object in a bucket, or put an event onto a bus."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    source: str
    body: str
    attributes: tuple[tuple[str, ...], ...] = ()

    def __call__(self, sim: Sim, cause: int | None) -> None:
        event = sim.new_id(service(self.source).counted)
        publish(sim, self.source, Document(event, self.body, self.attributes), YOUR_REQUEST, cause)


@task
class Fire:
    """Let a schedule fire, again and again."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = True

    source: str
    every: int  # us

    def __call__(self, sim: Sim, cause: int | None) -> None:
        publish(sim, self.source, Document(sim.new_id("event"), ""), SCHEDULE, cause)
        sim.schedule(sim.now + self.every, self, None)


def publish(sim: Sim, source: str, document: Document, rule: Rule, because: int | None) -> None:
    """Begin a delivery to each function that wants an event."""
    event, body = document.message, document.body
    fact = EventPublished(source, event, body, document.attributes)
    published = sim.emit(fact, rule, because)
    kind, _, name = source.partition(":")
    for id in sim.world.listeners.get(source, ()):
        trigger = sim.world.triggers[id]
        payload = json.dumps(SERVICES[kind].shape(sim.wall, id, name, document))
        seen = payload if kind != "bucket" else about(body)
        if trigger.pattern and not matches(trigger.pattern, seen):
            unmatched = EventUnmatched(id, trigger.function, event)
            sim.emit(unmatched, FILTER_OPERATORS, published, (trigger.entry,))
            continue
        delivery = sim.new_id("delivery")
        chain = document.lineage if kind in CARRY else ""
        begun = DeliveryBegun(delivery, id, source, trigger.function, event, payload, chain)
        cause = sim.emit(begun, SERVICES[kind].shaped, published, (trigger.entry,))
        attempt(sim, sim.world.deliveries[delivery], cause)


def about(object: str) -> dict[str, str]:
    """Say what a notification looks at: what happened, and how the key begins and ends."""
    said = json.loads(object)
    return {"event": said["event"], "prefix": said["key"], "suffix": said["key"]}


# How it gets to Lambda --------------------------------------------------------------------------


@task
class Redeliver:
    """Try again to hand an event to Lambda."""

    rank: ClassVar[int] = RETRIES
    idle: ClassVar[bool] = False

    delivery: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        assert cause is not None
        attempt(sim, sim.world.deliveries[self.delivery], cause)


def attempt(sim: Sim, delivery: Delivery, because: int) -> None:
    """Hand an event to Lambda; what Lambda will never take is not tried again."""
    trigger = sim.world.triggers[delivery.trigger]
    if any(start <= sim.now < end for start, end in sim.outages):
        try_later(sim, delivery, trigger, because)
        return
    error = "AccessDeniedException"
    if f"function:{trigger.function}" not in sim.denied:
        where = trigger.function, trigger.qualifier
        payload, chain = delivery.payload, delivery.lineage
        accept(sim, *where, payload, delivery.id, ONE_TRIGGER, because, chain)
        because = sim.world.seq  # what Lambda answered
        answer = sim.fact(because)
        assert isinstance(answer, ResponseSent)
        if answer.status_code == ASYNC_ACCEPT.value:
            sim.emit(DeliveryAccepted(delivery.id), UPSTREAM, because)
            return
        error = json.loads(answer.payload)["message"]
    drop(sim, delivery, trigger, error, "", service(trigger.source).gone, because)


def try_later(sim: Sim, delivery: Delivery, trigger: Trigger, because: int) -> None:
    """Wait, as the source does when Lambda's API fails, or give up."""
    error, rule = "ServiceException", service(trigger.source).policy
    spent = ""
    if rule is SNS_POLICY:
        wait = sns_wait(delivery.tries)
        spent = "" if wait >= 0 else "MaximumRetryAttempts"
    else:
        first, most = BUS_BACKOFF.value
        wait = min(first << delivery.tries, most)
        if delivery.tries >= trigger.maximum_retry_attempts:
            spent = "MaximumRetryAttempts"
        elif sim.now + wait - delivery.since > trigger.maximum_event_age:
            spent = "MaximumEventAgeInSeconds"
    if spent:
        drop(sim, delivery, trigger, error, spent, rule, because)
        return
    returned = DeliveryReturned(delivery.id, error, sim.now + wait)
    because = sim.emit(returned, rule, because, (trigger.entry,))
    sim.schedule(sim.now + wait, Redeliver(delivery.id), because)


def sns_wait(tries: int) -> int:
    """Say how long a topic waits after so many tries that failed; -1 if that was the last."""
    for count, first, last in SNS_POLICY.value:
        if tries < count:
            share = tries / (count - 1)
            wait: float = first ** (1 - share) * last**share
            return round(wait)
        tries -= count
    return -1


def drop(
    sim: Sim,
    delivery: Delivery,
    trigger: Trigger,
    error: str,
    spent: str,
    rule: Rule,
    because: int,
) -> None:
    """Give an event up, but first put it where the learner wants to find it."""
    if target := trigger.dead_letter:
        dead, known = SNS_CLIENT_ERROR, Attributes()
        if not trigger.source.startswith("topic:"):
            dead, known = BUS_DEAD_LETTER, failure(delivery, trigger, error, spent)
        payload = delivery.payload
        because = send(sim, delivery, target, "dead_letter", payload, known, dead, because)
    sim.emit(DeliveryDropped(delivery.id, error), rule, because, (trigger.entry,))


def failure(delivery: Delivery, trigger: Trigger, error: str, spent: str) -> Attributes:
    """Say with an event of a bus or a schedule why it was given up."""
    kind, _, name = trigger.source.partition(":")
    path = f"{name}/{trigger.id}" if kind == "bus" else name
    return (
        ("RULE_ARN", aws_arn("events", f"rule/{path}")),
        ("TARGET_ARN", arn(trigger.function)),
        ("ERROR_CODE", error),
        ("ERROR_MESSAGE", error),
        ("EXHAUSTED_RETRY_CONDITION", spent),
        ("RETRY_ATTEMPTS", str(delivery.tries)),
    )


# What arrives from elsewhere --------------------------------------------------------------------


def arrive_at_topic(sim: Sim, topic: str, document: Document, _: Rule, because: int) -> None:
    """Hand a record or a dead letter on to those who subscribe to a topic."""
    if (source := f"topic:{topic}") in sim.world.listeners:
        publish(sim, source, document, DEST_SHAPE, because)


def arrive_at_bus(sim: Sim, bus: str, document: Document, rule: Rule, because: int) -> None:
    """Match a record that arrives on a bus against its rules."""
    if (source := f"bus:{bus}") in sim.world.listeners:
        publish(sim, source, document, rule, because)


def arrive_at_bucket(sim: Sim, bucket: str, document: Document, rule: Rule, because: int) -> None:
    """Store a record under the name that it was sent with."""
    if (source := f"bucket:{bucket}") in sim.world.listeners:
        keys = [value for name, value in document.attributes if name == OBJECT_KEY]
        key = keys[0] if keys else document.message
        said = {"event": "ObjectCreated:Put", "key": key, "size": size(document.body)}
        object = Document(sim.new_id("object"), json.dumps(said))
        publish(sim, source, object, rule, because)
