"""The event door: accepted at once, run later, tried again, and in the end given up.

An event has two budgets. Function errors are retried twice, after one and two minutes; throttles
are tried again and again, ever more slowly, until the event is too old.
"""

from __future__ import annotations

from typing import ClassVar

from .chains import in_a_loop
from .concurrency import Refusal, look_for_room
from .destinations import dead_letter_attributes, record, send
from .errors import RESTORE_LATE, size
from .facts import (
    EventDropped,
    EventDuplicated,
    EventQueued,
    EventReturned,
    EventSucceeded,
    InvocationCompleted,
    RequestReceived,
    RequestRefused,
    RequestThrottled,
    ResponseSent,
)
from .kernel import RETRIES, STIMULI, Document, Ending, Sim, task
from .lifecycle import place
from .rules import (
    ASYNC_ACCEPT,
    ASYNC_ACCEPT_THROTTLED,
    ASYNC_AT_LEAST_ONCE,
    ASYNC_DONE,
    ASYNC_FACTOR,
    ASYNC_KINDS,
    ASYNC_LATE,
    ASYNC_LOOKAHEAD,
    ASYNC_ORIGIN,
    ASYNC_PAYLOAD,
    ASYNC_RETRIES,
    ASYNC_SAME_ID,
    ASYNC_SEPARATE,
    ASYNC_THROTTLE,
    ASYNC_WAITS,
    ASYNC_ZERO,
    DEST_FAILURE,
    DEST_SNS,
    DEST_SUCCESS,
    DLQ_MESSAGE,
    DLQ_ORDER,
    FUNCTION_DELETED,
    RECURSION,
    YOUR_REQUEST,
    Rule,
)
from .synchronous import refused, respond, route
from .units import TWICE
from .world import LATEST, Request

# Rules that need no line of their own: they follow from how an event is kept and tried.
FOLLOWS = (ASYNC_ACCEPT_THROTTLED, ASYNC_KINDS, ASYNC_LATE, ASYNC_SAME_ID, ASYNC_SEPARATE)


@task
class SendEvent:
    """Hand an event to a function and do not wait for what becomes of it."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    function: str
    qualifier: str
    payload: str
    client_context: str = ""  # JSON text, which the function never sees
    again: tuple[int, ...] = ()  # us: when it is delivered once more, by a fault

    def __call__(self, sim: Sim, cause: int | None) -> None:
        asked = (self.function, self.qualifier, self.payload, "", YOUR_REQUEST, cause)
        accept(sim, *asked, again=self.again)


def accept(
    sim: Sim,
    function: str,
    qualifier: str,
    payload: str,
    source: str,
    rule: Rule,
    because: int | None,
    lineage: str = "",
    again: tuple[int, ...] = (),
) -> None:
    """Take an event into the internal queue, whether or not there is room to run it."""
    request, version = sim.new_id("req"), route(sim, function, qualifier)
    fact = RequestReceived(request, function, "Event", payload, version, qualifier, source, lineage)
    received = sim.emit(fact, rule, because)
    if refused(sim, request, ASYNC_PAYLOAD, received):
        return
    queued = sim.emit(EventQueued(request), ASYNC_ACCEPT, received)
    answer = ResponseSent(request, ASYNC_ACCEPT.value, "", "", last=False)
    sim.emit(answer, ASYNC_ACCEPT, queued)
    sim.schedule(sim.now, Try(request), queued)
    for k, later in enumerate(again, 1):
        twice = EventDuplicated(request, f"{request}{TWICE}{k}", sim.now + later)
        duplicated = sim.emit(twice, ASYNC_AT_LEAST_ONCE, queued)
        sim.schedule(twice.until, Try(twice.copy), duplicated)


@task
class Try:
    """Take an event from the internal queue and look whether there is room to run it."""

    rank: ClassVar[int] = RETRIES
    idle: ClassVar[bool] = False

    request: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        assert cause is not None
        request = sim.world.requests[self.request]
        function = sim.world.functions[request.function]
        if function.deleted:  # its destinations are gone as well
            fact = EventDropped(request.id, "FunctionDeleted")
            sim.emit(fact, FUNCTION_DELETED, cause, (function.entry,))
            return
        if function.reserved_concurrency == 0 and not request.attempt:
            give_up(sim, request, "ZeroReservedConcurrency", ASYNC_ZERO, cause, (function.entry,))
            return
        if not request.attempt and in_a_loop(sim, request):
            give_up(sim, request, "RecursiveInvocation", RECURSION, cause, ())
            return
        room = look_for_room(sim, request)
        if isinstance(room, Refusal):
            refusal = RequestThrottled(request.id, request.function, room.reason)
            throttled = sim.emit(refusal, room.rule, cause, room.given)
            wait_for_room(sim, request, throttled)
        else:
            place(sim, request.id, room, cause)


def wait_for_room(sim: Sim, request: Request, because: int) -> None:
    """Put an event back that could not be run, for longer each time."""
    first, most = ASYNC_THROTTLE.value
    wait = min(round(first * sim.value(ASYNC_FACTOR) ** (request.throttles - 1)), most)
    put_back(sim, request, wait, ASYNC_THROTTLE, because)


def put_back(sim: Sim, request: Request, wait: int, rule: Rule, because: int) -> None:
    """Try an event again later, unless it would be too old by then."""
    version = sim.world.versions[request.version]
    if sim.now + wait - request.received >= version.maximum_event_age:
        given = (version.entry,)
        give_up(sim, request, "EventAgeExceeded", ASYNC_LOOKAHEAD, because, given)
    else:
        until = sim.now + wait
        because = sim.emit(EventReturned(request.id, until), rule, because)
        sim.schedule(until, Try(request.id), because)


def outcome(sim: Sim, fact: Ending, because: int) -> None:
    """Send the record of a success, or decide whether a failed event is run again."""
    request = sim.world.requests[fact.request]
    if isinstance(fact, RequestRefused) and fact.error == RESTORE_LATE:
        wait_for_room(sim, request, because)
        return
    if not isinstance(fact, InvocationCompleted):
        respond(sim, fact, because)  # it was not even accepted
        return
    version = sim.world.versions[request.version]
    if fact.status == "success":
        deliver(sim, request, version.on_success, "on_success", "Success", because)
        sim.emit(EventSucceeded(request.id), ASYNC_DONE, because)
    elif request.errors > version.maximum_retry_attempts:
        given = (version.entry,)
        give_up(sim, request, "RetriesExhausted", ASYNC_RETRIES, because, given)
    else:
        wait = ASYNC_WAITS.value * request.errors
        if sim.value(ASYNC_ORIGIN) == "start":
            wait = max(wait - fact.duration, 0)
        put_back(sim, request, wait, ASYNC_WAITS, because)


def give_up(
    sim: Sim, request: Request, condition: str, rule: Rule, because: int, given: tuple[int, ...]
) -> None:
    """Drop an event, but first send it where the learner wants to find it."""
    version = sim.world.versions[request.version]
    last = sim.value(DLQ_ORDER) == "destination"
    if not last:
        bury(sim, request, condition, because)
    deliver(sim, request, version.on_failure, "on_failure", condition, because)
    if last:
        bury(sim, request, condition, because)
    sim.emit(EventDropped(request.id, condition), rule, because, given)


def bury(sim: Sim, request: Request, condition: str, because: int) -> None:
    """Send an event itself to the dead-letter target of its function, if it has one."""
    target = sim.world.functions[request.function].dead_letter
    if target:
        attributes, body = dead_letter_attributes(request, condition), request.payload
        send(sim, request, target, "dead_letter", body, attributes, DLQ_MESSAGE, because)


def deliver(
    sim: Sim, request: Request, target: str, kind: str, condition: str, because: int
) -> None:
    """Send the record of an event to its destination, if it has one."""
    if target:
        rule = DEST_SUCCESS if kind == "on_success" else DEST_FAILURE
        body = record(sim, request, condition)
        if target.startswith("topic:") and size(body) > DEST_SNS.value:
            body, rule = record(sim, request, condition, payloads=False), DEST_SNS
        send(sim, request, target, kind, body, (), rule, because)


def arrive(sim: Sim, function: str, document: Document, rule: Rule, because: int) -> None:
    """Take a document that was sent to a function as an event."""
    message, chain = document.message, document.lineage
    accept(sim, function, LATEST, document.body, message, rule, because, chain)
