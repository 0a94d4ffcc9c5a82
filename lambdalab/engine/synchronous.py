"""The call door: the caller waits for the answer, and Lambda itself never tries again."""

from __future__ import annotations

import json
from typing import ClassVar

from .concurrency import refusal
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
    FUNCTION_ERROR,
    PAYLOAD_LIMIT,
    PAYLOAD_TOO_LARGE,
    STATUS,
    STATUS_ERROR,
    THROTTLE,
    YOUR_REQUEST,
    Rule,
)


@task
class Invoke:
    """Call a function and wait for its answer."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    function: str
    payload: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        request = sim.new_id("req")
        fact = RequestReceived(request, self.function, "RequestResponse", self.payload)
        received = sim.emit(fact, YOUR_REQUEST, cause)
        if size(self.payload) > PAYLOAD_LIMIT.value:
            refuse(sim, request, received)
        elif refused := refusal(sim, sim.world.functions[self.function]):
            throttle(sim, request, received, *refused)
        else:
            place(sim, request, received)


def refuse(sim: Sim, request: str, because: int) -> None:
    """Turn a request away that is too large."""
    error = "RequestTooLargeException"
    refused = sim.emit(RequestRefused(request, error), PAYLOAD_LIMIT, because)
    payload = json.dumps({"Type": "User", "message": error})
    sim.emit(
        ResponseSent(request, PAYLOAD_TOO_LARGE.value, "", payload), PAYLOAD_TOO_LARGE, refused
    )


def throttle(
    sim: Sim, request: str, because: int, reason: str, rule: Rule, given: tuple[int, ...]
) -> None:
    """Turn a request away for which there is no room."""
    function = sim.world.requests[request].function
    throttled = sim.emit(RequestThrottled(request, function, reason), rule, because, given)
    payload = json.dumps({"Reason": reason, "Type": "User", "message": "Rate Exceeded."})
    sim.emit(ResponseSent(request, THROTTLE.value, "", payload), THROTTLE, throttled)


def respond(sim: Sim, outcome: InvocationCompleted, because: int) -> None:
    """Give the caller what the function came to."""
    if outcome.status == "success":
        sim.emit(ResponseSent(outcome.request, STATUS.value, "", outcome.payload), STATUS, because)
    else:
        fact = ResponseSent(
            outcome.request, STATUS_ERROR.value, FUNCTION_ERROR.value, outcome.payload
        )
        sim.emit(fact, STATUS_ERROR, because)
