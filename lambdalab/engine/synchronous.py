"""The call door: the caller waits for the answer, and Lambda itself never tries again."""

from __future__ import annotations

import json
from typing import ClassVar

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
    FUNCTION_ERROR,
    FUNCTION_GONE,
    PAYLOAD_LIMIT,
    PAYLOAD_TOO_LARGE,
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

    def __call__(self, sim: Sim, cause: int | None) -> None:
        invoke(sim, self.function, self.qualifier, self.payload, "", YOUR_REQUEST, cause)


def invoke(
    sim: Sim,
    function: str,
    qualifier: str,
    payload: str,
    source: str,
    rule: Rule,
    because: int | None,
) -> None:
    """Run a request at once or turn it away; its source is told what came of it."""
    request, version = sim.new_id("req"), route(sim, function, qualifier)
    fact = RequestReceived(
        request, function, "RequestResponse", payload, version, qualifier, source
    )
    received = sim.emit(fact, rule, because)
    if refused(sim, request, PAYLOAD_LIMIT, received):
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


REFUSALS = {
    "ResourceNotFoundException": FUNCTION_GONE,
    "ResourceConflictException": SNAPSHOT_FAILED,
    "RequestTooLargeException": PAYLOAD_TOO_LARGE,
    RESTORE_LATE: RESTORE_ERROR,
}


def respond(sim: Sim, outcome: Ending, because: int) -> None:
    """Give the caller what the request came to."""
    match outcome:
        case RequestRefused(request, error):
            rule = REFUSALS[error]
            payload = json.dumps({"Type": "User", "message": error})
            fact = ResponseSent(request, rule.value, "", payload)
        case RequestThrottled(request, _, reason):
            rule = THROTTLE
            payload = json.dumps({"Reason": reason, "Type": "User", "message": "Rate Exceeded."})
            fact = ResponseSent(request, rule.value, "", payload)
        case InvocationCompleted(request, _, "success", _, payload):
            rule, fact = STATUS, ResponseSent(request, STATUS.value, "", payload)
        case InvocationCompleted(request, _, _, _, payload):
            rule = STATUS_ERROR
            fact = ResponseSent(request, rule.value, FUNCTION_ERROR.value, payload)
    sim.emit(fact, rule, because)
