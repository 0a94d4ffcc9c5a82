"""Front doors: API Gateway, load balancers and function URLs call a function for an HTTP client.

Each has its own words for what went wrong, and none of them tries again. When a door has waited
long enough its client is answered, and the function runs on.
"""

from __future__ import annotations

import json
from typing import ClassVar

from . import rules
from .exchanges import flooded
from .facts import (
    DoorConfigured,
    ExchangeAnswered,
    ExchangeStarted,
    InvocationCompleted,
    RequestThrottled,
)
from .kernel import CHANGES, EXPIRIES, STIMULI, Ending, Sim, task
from .outside import Door, Exchange
from .proxies import HTML, JSON, TEXT, Reply, read
from .rules import Rule
from .synchronous import invoke, response_at, send_response

MODES = {"rest": rules.APIGW_MODE, "http": rules.APIGW_MODE, "load_balancer": rules.ALB_MODE}
LIMITS = {
    "rest": (rules.APIGW_PAYLOAD, rules.APIGW_TOO_LARGE),
    "http": (rules.APIGW_PAYLOAD, rules.APIGW_TOO_LARGE),
    "load_balancer": (rules.ALB_LIMITS, rules.ALB_TOO_LARGE),
}  # of the body of a request, and what is answered above
TIMED_OUT = {"rest": rules.REST_TIMED_OUT, "http": rules.HTTP_TIMED_OUT}
FAILED = {
    "rest": rules.REST_ERROR,
    "http": rules.HTTP_ERROR,
    "load_balancer": rules.ALB_ERROR,
    "function_url": rules.URL_ERROR,
}

# Rules that need no line of their own: they are about the shapes of events.
FOLLOWS = (
    rules.SHAPE_REST,
    rules.SHAPE_HTTP,
    rules.SHAPE_URL,
    rules.SHAPE_ALB,
    rules.ALB_BASE64,
    rules.ALB_MULTIVALUE,
)


@task
class ConfigureDoor:
    """Give a front door other settings."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    fact: DoorConfigured

    def __call__(self, sim: Sim, cause: int | None) -> None:
        sim.emit(self.fact, rules.YOUR_SETTING, cause)


@task
class SendHttp:
    """Send an HTTP request to a front door."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    door: str
    http: str  # JSON

    def __call__(self, sim: Sim, cause: int | None) -> None:
        exchange(sim, self.door, self.http, "", rules.YOUR_REQUEST, cause)


def exchange(sim: Sim, door: str, http: str, source: str, rule: Rule, because: int | None) -> None:
    """Let a front door call its function for a client, unless it turns the request away."""
    there, asked = sim.world.outside.doors[door], json.loads(http)
    id = sim.new_id("exchange")
    fact = ExchangeStarted(id, door, asked["method"], asked["path"], http, source)
    too_many = flooded(sim.world, there.kind, sim.now)
    started = sim.emit(fact, rule, because)
    if too_many:
        status, message = rules.APIGW_THROTTLE.value["answer"]
        answer(sim, id, _say(there, status, message, rules.APIGW_THROTTLE), started)
    elif there.kind in LIMITS and asked["bytes"] > LIMITS[there.kind][0].value:
        answer(sim, id, refusal(there, LIMITS[there.kind][1]), started)
    elif not there.function:
        answer(sim, id, refusal(there, rules.ALB_NO_TARGET), started)
    else:
        if there.timeout:
            sim.schedule(sim.now + there.timeout, StopWaiting(id), started)
        event = sim.shapes[door](http, id, sim.wall)
        mode = MODES.get(there.kind, rules.URL_FORMAT)
        invoke(sim, there.function, there.qualifier, event, id, mode, started)


def outcome(sim: Sim, fact: Ending, because: int) -> None:
    """Turn what a request came to into an answer, if the client still waits for one."""
    source = sim.world.requests[fact.request].source
    waiting = sim.world.outside.exchanges.get(source)
    because = send_response(sim, fact, because, waiting is not None)
    if waiting:
        door = sim.world.outside.doors[waiting.door]
        answer(sim, source, reply_to(sim, door, fact, because), because)


def reply_to(sim: Sim, door: Door, fact: Ending, because: int) -> Reply:
    """Say in the words of a door what a request came to."""
    if isinstance(fact, InvocationCompleted):
        reply = read(door.kind, fact.payload) if fact.status == "success" else None
        return reply or refusal(door, FAILED[door.kind])
    if door.kind == "rest":
        return refusal(door, rules.REST_REJECTED)
    if door.kind == "http":
        return _say(
            door, sim.value(rules.HTTP_REJECTED), rules.HTTP_ERROR.value[1], rules.HTTP_REJECTED
        )
    if door.kind == "load_balancer":
        return refusal(door, rules.ALB_ERROR)
    said = response_at(sim, because)
    rule = rules.URL_THROTTLE if isinstance(fact, RequestThrottled) else rules.URL_FORMAT
    return Reply(said.status_code, JSON, said.payload, rule)


def refusal(door: Door, rule: Rule) -> Reply:
    """Say what a rule makes a door answer."""
    status_code, message = rule.value
    return _say(door, status_code, message, rule)


def _say(door: Door, status_code: int, message: str, rule: Rule) -> Reply:
    """Put a message into the form that a door answers in."""
    if door.kind == "load_balancer":
        title = f"{status_code} {message}"
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
        return Reply(status_code, HTML, page, rule)
    if door.kind == "function_url":
        return Reply(status_code, TEXT, message, rule)
    return Reply(status_code, JSON, json.dumps({"message": message}), rule)


def answer(
    sim: Sim, exchange: str, reply: Reply, because: int, given: tuple[int, ...] = ()
) -> None:
    """Answer the client of a front door; it may be one that tries again."""
    waiting: Exchange = sim.world.outside.exchanges[exchange]
    fact = ExchangeAnswered(exchange, waiting.door, reply.status_code, reply.headers, reply.body)
    answered = sim.emit(fact, reply.rule, because, given)
    if waiting.source:
        kind = waiting.source.rpartition("-")[0]
        sim.readers[kind](sim, waiting.source, fact, answered)


@task
class StopWaiting:
    """Answer the client of a front door that has waited for its function long enough."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True  # the function itself keeps the run going

    exchange: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        waiting = sim.world.outside.exchanges.get(self.exchange)
        if waiting:
            door = sim.world.outside.doors[waiting.door]
            reply = refusal(door, TIMED_OUT[door.kind])
            answer(sim, waiting.id, reply, waiting.entry, (door.entry,))
