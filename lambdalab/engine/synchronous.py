"""The call door: the caller waits for the answer, and Lambda itself never tries again."""

from __future__ import annotations

import json
from typing import ClassVar

from .chains import in_a_loop
from .concurrency import Refusal, look_for_room
from .errors import RESTORE_LATE, size
from .facts import (
    InvocationCompleted,
    RequestReceived,
    RequestRefused,
    RequestThrottled,
    ResponseSent,
)
from .kernel import STIMULI, Ending, Sim, task
from .lifecycle import place
from .rules import (
    ALIAS_WEIGHT,
    CALLER_GONE,
    DRY_RUN,
    FUNCTION_ERROR,
    FUNCTION_GONE,
    PAYLOAD_LIMIT,
    PAYLOAD_TOO_LARGE,
    RECURSION,
    RECURSION_STATUS,
    RESERVED_ZERO_SYNC,
    RESTORE_ERROR,
    SNAPSHOT_FAILED,
    STATUS,
    STATUS_ERROR,
    THROTTLE,
    YOUR_REQUEST,
    Rule,
)
from .world import FAILED, version_id

FOLLOWS = (ALIAS_WEIGHT, RESERVED_ZERO_SYNC)


@task
class Invoke:
    """Call a function and wait for its answer."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    function: str
    qualifier: str
    payload: str
    client_context: str = ""  # JSON text

    def __call__(self, sim: Sim, cause: int | None) -> None:
        asked = (self.function, self.qualifier, self.payload, "", YOUR_REQUEST, cause)
        invoke(sim, *asked, client_context=self.client_context)


@task
class DryRun:
    """Ask whether a function could be called; nothing runs."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    function: str
    qualifier: str
    payload: str
    client_context: str = ""

    def __call__(self, sim: Sim, cause: int | None) -> None:
        request, version = sim.new_id("req"), route(sim, self.function, self.qualifier)
        called = (request, self.function, "DryRun", self.payload, version, self.qualifier)
        fact = RequestReceived(*called, client_context=self.client_context)
        received = sim.emit(fact, YOUR_REQUEST, cause)
        if not refused(sim, request, PAYLOAD_LIMIT, received):
            sim.emit(ResponseSent(request, DRY_RUN.value, "", ""), DRY_RUN, received)


def invoke(
    sim: Sim,
    function: str,
    qualifier: str,
    payload: str,
    source: str,
    rule: Rule,
    because: int | None,
    lineage: str = "",
    client_context: str = "",
) -> None:
    """Run a request at once or turn it away; its source is told what came of it."""
    request, version = sim.new_id("req"), route(sim, function, qualifier)
    called = (request, function, "RequestResponse", payload, version, qualifier)
    fact = RequestReceived(*called, source, lineage, client_context)
    received = sim.emit(fact, rule, because)
    if refused(sim, request, PAYLOAD_LIMIT, received):
        return
    if lineage and stopped(sim, request, received):
        return
    room = look_for_room(sim, sim.world.requests[request])
    if isinstance(room, Refusal):
        throttled = RequestThrottled(request, function, room.reason)
        sim.tell(throttled, sim.emit(throttled, room.rule, received, room.given))
    else:
        place(sim, request, room, received)


def route(sim: Sim, function: str, qualifier: str) -> str:
    """Find the version that a qualifier stands for; a weighted alias draws one."""
    alias = sim.world.aliases.get(version_id(function, qualifier))
    if alias is None:
        return qualifier
    if not alias.other:
        return alias.version
    drawn = sim.random(f"alias:{function}:{qualifier}")
    return alias.other if drawn * ALIAS_WEIGHT.value < alias.weight else alias.version


def refused(sim: Sim, request: str, limit: Rule, because: int) -> bool:
    """Turn away a request that is too large, or for what is gone or failed."""
    asked = sim.world.requests[request]
    if sim.world.functions[asked.function].deleted:
        fact, rule = RequestRefused(request, "ResourceNotFoundException"), FUNCTION_GONE
    elif sim.world.versions[asked.version].snapshot == FAILED:
        fact, rule = RequestRefused(request, "ResourceConflictException"), SNAPSHOT_FAILED
    elif size(asked.payload) > limit.value:
        fact, rule = RequestRefused(request, "RequestTooLargeException"), limit
    else:
        return False
    sim.tell(fact, sim.emit(fact, rule, because))
    return True


def stopped(sim: Sim, request: str, because: int) -> bool:
    """Turn away a request that would go on with a recursive loop."""
    if not in_a_loop(sim, sim.world.requests[request]):
        return False
    fact = RequestRefused(request, "RecursiveInvocationException")
    sim.tell(fact, sim.emit(fact, RECURSION, because))
    return True


REFUSALS = {
    "ResourceConflictException": SNAPSHOT_FAILED,
    RESTORE_LATE: RESTORE_ERROR,
    "ResourceNotFoundException": FUNCTION_GONE,
    "RequestTooLargeException": PAYLOAD_TOO_LARGE,
    "RecursiveInvocationException": RECURSION_STATUS,
}


def respond(sim: Sim, outcome: Ending, because: int) -> None:
    """Give the caller what the request came to."""
    send_response(sim, outcome, because)


def send_response(sim: Sim, outcome: Ending, because: int, heard: bool = True) -> int:
    """Answer a request, whether or not its caller still listens."""
    error = ""
    match outcome:
        case InvocationCompleted(status="success", payload=payload):
            rule = STATUS
        case InvocationCompleted(payload=payload):
            rule, error = STATUS_ERROR, FUNCTION_ERROR.value
        case RequestRefused(error=reason):
            rule = REFUSALS[reason]
            payload = json.dumps({"Type": "User", "message": reason})
        case RequestThrottled(reason=reason):
            rule = THROTTLE
            payload = json.dumps({"Reason": reason, "Type": "User", "message": "Rate Exceeded."})
    fact = ResponseSent(outcome.request, rule.value, error, payload, heard=heard)
    return sim.emit(fact, rule if heard else CALLER_GONE, because)


def response_at(sim: Sim, seq: int) -> ResponseSent:
    """Look up the response that an entry wrote down."""
    fact = sim.fact(seq)
    assert isinstance(fact, ResponseSent)
    return fact
