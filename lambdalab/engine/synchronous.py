"""The call door: the caller waits for the answer, and Lambda itself never tries again."""

from __future__ import annotations

import json
from typing import ClassVar

from .concurrency import Refusal, look_for_room
from .errors import size
from .facts import (
    InvocationCompleted,
    RequestReceived,
    RequestRefused,
    RequestThrottled,
    ResponseSent,
)
from .kernel import STIMULI, Sim, task
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
        request, version = sim.new_id("req"), route(sim, self.function, self.qualifier)
        fact = RequestReceived(
            request, self.function, "RequestResponse", self.payload, version, self.qualifier
        )
        received = sim.emit(fact, YOUR_REQUEST, cause)
        if error := unavailable(sim, request):
            refuse(sim, request, error, received)
        elif size(self.payload) > PAYLOAD_LIMIT.value:
            refuse(sim, request, "RequestTooLargeException", received)
        else:
            room = look_for_room(sim, sim.world.requests[request])
            if isinstance(room, Refusal):
                throttle(sim, request, room, received)
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


def unavailable(sim: Sim, request: str) -> str:
    """Name the error of a request for a function that is gone or a version that failed, or ""."""
    asked = sim.world.requests[request]
    if sim.world.functions[asked.function].deleted:
        return "ResourceNotFoundException"
    return (
        "ResourceConflictException" if sim.world.versions[asked.version].snapshot == FAILED else ""
    )


REFUSALS = {
    "ResourceNotFoundException": FUNCTION_GONE,
    "ResourceConflictException": SNAPSHOT_FAILED,
    "RequestTooLargeException": PAYLOAD_TOO_LARGE,
    RESTORE_ERROR.value[0]: RESTORE_ERROR,
}


def refuse(sim: Sim, request: str, error: str, because: int) -> None:
    """Turn a request away that cannot be run."""
    rule = REFUSALS[error]
    refused = sim.emit(
        RequestRefused(request, error),
        PAYLOAD_LIMIT if rule is PAYLOAD_TOO_LARGE else rule,
        because,
    )
    payload = json.dumps({"Type": "User", "message": error})
    code = rule.value[1] if rule is RESTORE_ERROR else rule.value
    sim.emit(ResponseSent(request, code, "", payload), rule, refused)


def throttle(sim: Sim, request: str, refusal: Refusal, because: int) -> None:
    """Turn away a request for which there is no room."""
    reason, rule, given = refusal
    function = sim.world.requests[request].function
    throttled = sim.emit(RequestThrottled(request, function, reason), rule, because, given)
    payload = json.dumps({"Reason": reason, "Type": "User", "message": "Rate Exceeded."})
    sim.emit(ResponseSent(request, THROTTLE.value, "", payload), THROTTLE, throttled)


def respond(sim: Sim, outcome: InvocationCompleted, because: int) -> None:
    """Give the caller what the function came to."""
    if outcome.status == "success":
        sim.emit(ResponseSent(outcome.request, STATUS.value, "", outcome.payload), STATUS, because)
    elif outcome.status == "failure":
        refuse(sim, outcome.request, outcome.error_type, because)
    else:
        fact = ResponseSent(
            outcome.request, STATUS_ERROR.value, FUNCTION_ERROR.value, outcome.payload
        )
        sim.emit(fact, STATUS_ERROR, because)
