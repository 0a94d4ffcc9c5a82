"""Calls from code: a handler calls a function and waits, or hands an event to it.

Whoever waits goes on running: both functions hold concurrency and both are billed.
"""

from __future__ import annotations

import json
from typing import Any

from .asynchronous import accept
from .chains import passed_on
from .exchanges import Headers
from .execution import Deliver
from .facts import CallAnswered, CallMade, EffectMade, ResponseSent
from .kernel import Ending, Sim
from .rules import (
    ASYNC_ACCEPT,
    FUNCTION_GONE,
    NESTED_CALL,
    SDK_DUPLICATES,
    SDK_LATENCY,
    STATUS,
    YOUR_CODE,
    Rule,
)
from .steps import Answer, Call
from .synchronous import invoke, response_at, send_response
from .units import uuid_text
from .world import LATEST, Environment, version_id


def call(sim: Sim, env: Environment, asked: Call, because: int) -> None:
    """Call a function for running code; what comes back is delivered later."""
    begin(sim, env, asked, json.loads(asked.payload), because)


def begin(sim: Sim, env: Environment, asked: Call, wanted: dict[str, Any], because: int) -> None:
    """Call the function that is wanted."""
    function, _, qualifier = wanted["FunctionName"].partition(":")
    qualifier, kind = wanted.get("Qualifier") or qualifier or LATEST, wanted["InvocationType"]
    id = asked.id = sim.new_id("call")
    fact = CallMade(id, env.id, env.request, function, qualifier, kind, asked.line)
    because = sim.emit(fact, YOUR_CODE, because)
    sim.asked[id] = asked
    chain = passed_on(sim.world.requests[env.request]) if env.request else ""
    callee = function, qualifier, wanted["Payload"], id, NESTED_CALL, because, chain
    if not _known(sim, function, qualifier):
        error = "ResourceNotFoundException"
        message = f"Function not found: {function}:{qualifier}"
        document = json.dumps({"Type": "User", "message": message})
        answer = Answer(FUNCTION_GONE.value, document, error)
        _answer(sim, id, answer, FUNCTION_GONE, because)
    elif kind == "Event":
        accept(sim, *callee)
        _deliver(sim, id, sim.world.seq)
    else:
        invoke(sim, *callee)


def _known(sim: Sim, function: str, qualifier: str) -> bool:
    """Say whether there is such a function, version or alias."""
    id = version_id(function, qualifier)
    return id in sim.world.versions or id in sim.world.aliases


def outcome(sim: Sim, fact: Ending, because: int) -> None:
    """Give the code that called what its request came to, if it still waits."""
    request = sim.world.requests[fact.request]
    answered = send_response(sim, fact, because, request.source in sim.world.outside.calls)
    _deliver(sim, request.source, answered, sim.world.versions[request.version].version)


def _deliver(sim: Sim, call: str, because: int, version: str = "") -> None:
    """Plan to hand over an answer; as a task of its own, since a callee may take no time."""
    said = response_at(sim, because)
    error = said.function_error or _refusal(said)
    headers: Headers = ()
    if sim.asked[call].service == "aws":
        headers += (("x-amzn-RequestId", uuid_text(said.request)),)
    if version and said.status_code == STATUS.value:
        headers += (("X-Amz-Executed-Version", version),)
    if said.function_error:
        headers += (("X-Amz-Function-Error", said.function_error),)
    answer = Answer(said.status_code, said.payload, error, headers)
    _answer(sim, call, answer, NESTED_CALL, because)


def _answer(sim: Sim, call: str, answer: Answer, rule: Rule, because: int) -> None:
    """Plan to hand over an answer; through the SDK it takes as long as a run assumes."""
    by_sdk = sim.asked[call].service == "aws"
    delay = sim.value(SDK_LATENCY) if by_sdk else 0
    sim.schedule(sim.now + delay, Deliver(call, answer, rule), because)


def stop_waiting(sim: Sim, env: Environment, asked: Call, because: int) -> Answer:
    """Let code wait no longer for the answer to a call; what it has set off goes on."""
    if asked.payload in sim.world.outside.calls:
        fact = CallAnswered(asked.payload, env.id, 0, "ReadTimeoutError")
        sim.emit(fact, SDK_DUPLICATES, because, ())
    return Answer(0, "null")


def _refusal(said: ResponseSent) -> str:
    """Name the error of a request that did not run; "" for one that did, or will."""
    if said.status_code in (STATUS.value, ASYNC_ACCEPT.value):
        return ""
    document = json.loads(said.payload)
    return str(document.get("Reason", document["message"]))


def effect(sim: Sim, env: Environment, asked: Call, because: int) -> Answer:
    """Write what code did outside into the ledger."""
    request = sim.world.requests.get(env.request)
    attempt = request.attempt if request else 0
    fact = EffectMade(asked.operation, env.id, env.request, attempt, asked.line)
    sim.emit(fact, YOUR_CODE, because)
    return Answer(0, "null")
