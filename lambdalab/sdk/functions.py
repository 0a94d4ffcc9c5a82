"""What Lambda answers to calls from code, and what STS says of who calls."""

from __future__ import annotations

import json
from typing import Any

from ..engine import synchronous
from ..engine.asynchronous import accept
from ..engine.calls import begin
from ..engine.facts import RequestReceived, ResponseSent
from ..engine.places import ACCOUNT, REGION
from ..engine.rules import ASYNC_ACCEPT, DRY_RUN, STATUS, THROTTLE
from ..engine.world import LATEST, version_id
from . import configuring
from .account import Asked, Operation, Result
from .names import function_name
from .wire import Refused, Reply, reply

Params = dict[str, Any]


def begins(call: Asked) -> bool:
    """Begin to invoke a function for code; False if nothing is to run."""
    try:
        wanted = checked(call.sent.params)
    except Refused:
        return False
    if wanted["InvocationType"] == "DryRun":
        return False
    assert call.environment is not None
    assert call.call is not None
    assert call.because is not None
    begin(call.sim, call.environment, call.call, wanted, call.because)
    return True


def _without_a_run(call: Asked, params: Params) -> Result:
    """Answer an Invoke for which nothing runs: a dry run, or one that is refused."""
    known(call, checked(params))
    return {"StatusCode": DRY_RUN.value}


def begin_from_cell(call: Asked) -> tuple[RequestReceived | None, Reply | None]:
    """Begin to invoke a function for a cell: what was received, or an answer if nothing was."""
    sim = call.sim
    try:
        wanted = checked(call.sent.params)
        known(call, wanted)
    except Refused as refused:
        return None, reply(call.sent, refused)
    before = len(sim.rows)
    where = wanted["FunctionName"], wanted["Qualifier"], wanted["Payload"]
    match wanted["InvocationType"]:
        case "DryRun":
            synchronous.DryRun(*where)(sim, None)
        case "Event":
            accept(sim, *where, "", call.rule, None)
        case _:
            synchronous.invoke(sim, *where, "", call.rule, None)
    received = sim.rows[before][1]
    assert isinstance(received, RequestReceived)
    return received, None


def replied(call: Asked, received: RequestReceived, said: ResponseSent) -> Reply:
    """Write what an invocation from a cell came to as Lambda would."""
    document = json.loads(said.payload) if said.payload else {}
    if said.status_code == THROTTLE.value:
        reason = document["Reason"]
        message = document["message"]
        refused = Refused("TooManyRequestsException", message, Reason=reason, Type="User")
        return reply(call.sent, refused)
    if said.status_code not in (STATUS.value, ASYNC_ACCEPT.value, DRY_RUN.value):
        return reply(call.sent, Refused(document["message"], document["message"], Type="User"))
    result: Params = {"StatusCode": said.status_code, "Payload": said.payload.encode()}
    if said.status_code == STATUS.value:
        result["ExecutedVersion"] = received.version
    if said.function_error:
        result["FunctionError"] = said.function_error
    if call.sent.params.get("LogType") == "Tail":
        result["LogResult"] = call.account.log_result(received.request)
    return reply(call.sent, result)


def checked(params: Params) -> Params:
    """Read what is to be invoked, and refuse what is no JSON."""
    function, qualifier = function_name(params["FunctionName"])
    text = (params.get("Payload") or b"{}").decode(errors="replace")
    try:
        json.loads(text)
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise Refused("InvalidRequestContentException", message) from None
    return {
        "FunctionName": function,
        "Qualifier": params.get("Qualifier") or qualifier or LATEST,
        "InvocationType": params.get("InvocationType", "RequestResponse"),
        "Payload": text,
    }


def known(call: Asked, wanted: Params) -> None:
    """Refuse what is for no function that there is."""
    id, world = version_id(wanted["FunctionName"], wanted["Qualifier"]), call.sim.world
    if id not in world.versions and id not in world.aliases:
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{id.removesuffix(':' + LATEST)}"
        raise Refused("ResourceNotFoundException", f"Function not found: {arn}", Type="User")


def _who(_call: Asked, _params: Params) -> Result:
    role = f"arn:aws:sts::{ACCOUNT}:assumed-role/lambda-role/session"
    return {"Account": ACCOUNT, "UserId": "AROAEXAMPLE:session", "Arn": role}


STS: dict[str, Operation] = {"GetCallerIdentity": _who}
OPERATIONS: dict[str, Operation] = {"Invoke": _without_a_run, **configuring.OPERATIONS}
