"""Clients that try again: what an SDK in front of a function or a front door does.

After a read timeout the request is sent once more, while the first invocation still runs. So one
call of a client may become several invocations.
"""

from __future__ import annotations

from typing import Any, ClassVar

from . import rules
from .asynchronous import accept
from .doors import exchange
from .exchanges import Headers
from .facts import (
    CallerConfigured,
    ClientAnswered,
    ClientFailed,
    ClientGaveUp,
    ClientPostponed,
    ClientStarted,
    ClientTried,
    ExchangeAnswered,
    ResponseSent,
)
from .kernel import CHANGES, EXPIRIES, RETRIES, STIMULI, Ending, Sim, task
from .outside import Caller, Client
from .rules import Rule
from .synchronous import invoke, response_at, send_response

MODES = {
    "none": rules.SDK_NONE,
    "once": rules.SDK_ONCE,
    "legacy": rules.SDK_LEGACY,
    "standard": rules.SDK_STANDARD,
}
NO_ANSWER = "ReadTimeoutError"


@task
class ConfigureCaller:
    """Let clients behave otherwise."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    fact: CallerConfigured

    def __call__(self, sim: Sim, cause: int | None) -> None:
        sim.emit(self.fact, rules.YOUR_SETTING, cause)


@task
class Start:
    """Let a client want an answer."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    caller: str
    payload: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        client = sim.new_id("client")
        started = sim.emit(
            ClientStarted(client, self.caller, self.payload), rules.YOUR_REQUEST, cause
        )
        mode = MODES[sim.world.outside.callers[self.caller].retries]
        send(sim, sim.world.outside.clients[client], mode, started)


def send(sim: Sim, client: Client, rule: Rule, because: int) -> None:
    """Send the request of a client, for the first time or again."""
    caller = sim.world.outside.callers[client.caller]
    attempt, until = sim.new_id("try"), sim.now + caller.read_timeout
    tried = ClientTried(client.id, attempt, client.tries + 1, until)
    because = sim.emit(tried, rule, because)
    sim.schedule(until, StopReading(attempt), because)
    mode = MODES[caller.retries]
    kind, _, name = caller.target.partition(":")
    if kind == "function":
        invoke(sim, name, caller.qualifier, client.payload, attempt, mode, because)
    elif kind == "event":
        accept(sim, name, caller.qualifier, client.payload, attempt, mode, because)
        settle(sim, client, response_at(sim, sim.world.seq), rules.STATUS, sim.world.seq)
    else:
        exchange(sim, caller.target, client.payload, attempt, mode, because)


# What came back -----------------------------------------------------------------------------------


def outcome(sim: Sim, fact: Ending, because: int) -> None:
    """Take what the request of a client came to, if it still waits for it."""
    source = sim.world.requests[fact.request].source
    client = sim.world.outside.attempts.get(source)
    because = send_response(sim, fact, because, client is not None)
    said = response_at(sim, because)
    if client:
        rule = rules.SDK_FUNCTION_ERROR if said.function_error else rules.STATUS
        settle(sim, sim.world.outside.clients[client], said, rule, because)


def read(sim: Sim, attempt: str, fact: ExchangeAnswered, because: int) -> None:
    """Take the answer of a front door, if the client still waits for it."""
    client = sim.world.outside.attempts.get(attempt)
    if client:
        settle(sim, sim.world.outside.clients[client], fact, rules.STATUS, because)


def settle(
    sim: Sim, client: Client, said: ResponseSent | ExchangeAnswered, rule: Rule, because: int
) -> None:
    """Take an answer, or try again for a better one."""
    caller = sim.world.outside.callers[client.caller]
    headers: Headers
    if isinstance(said, ResponseSent):
        error, headers, payload = said.function_error, (), said.payload
    else:
        error, headers, payload = "", said.headers, said.body
    status = said.status_code
    if status in habits(caller)["statuses"]:
        throttled = status == rules.THROTTLE.value
        error = "TooManyRequestsException" if throttled else str(status)
        failed = ClientFailed(client.id, client.attempt, status, error, payload, headers)
        rule = rules.SDK_THROTTLE if throttled else MODES[caller.retries]
        try_again(sim, client, caller, sim.emit(failed, rule, because))
        return
    low, high = rules.SDK_STANDARD.value["success"]
    gain = client.cost or habits(caller).get("gain", 0)
    gain = gain if low <= status <= high else 0
    fact = ClientAnswered(client.id, client.attempt, status, error, headers, payload, gain)
    sim.emit(fact, rule, because)


def habits(caller: Caller) -> dict[str, Any]:
    """Look up how a client of that kind tries again."""
    found: dict[str, Any] = MODES[caller.retries].value
    return found


@task
class StopReading:
    """Let a client stop waiting for the answer to a try."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True  # the function itself keeps the run going

    attempt: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        client = sim.world.outside.clients.get(sim.world.outside.attempts.get(self.attempt, ""))
        if client and cause is not None:
            caller = sim.world.outside.callers[client.caller]
            failed = ClientFailed(client.id, self.attempt, 0, NO_ANSWER, "")
            because = sim.emit(failed, rules.SDK_TIMEOUT, cause, (caller.entry,))
            try_again(sim, client, caller, because)


def try_again(sim: Sim, client: Client, caller: Caller, because: int) -> None:
    """Plan the next try of a client, or let it give up."""
    rule, how = MODES[caller.retries], habits(caller)
    cost = how.get("timeout_cost" if client.error == NO_ANSWER else "cost", 0)
    if client.tries >= how["attempts"] or cost > caller.tokens:
        status, error, reply = client.status_code, client.error, client.reply
        gave_up = ClientGaveUp(client.id, status, error, reply, client.headers)
        sim.emit(gave_up, rule, because, (caller.entry,))
        return
    wait = 0
    if rule in (rules.SDK_LEGACY, rules.SDK_STANDARD):
        wait = rules.SDK_FIRST_WAIT.value << client.tries - 1
        wait = min(wait, how.get("most", wait))
    postponed = ClientPostponed(client.id, sim.now + wait, cost)
    because = sim.emit(postponed, rule, because, (caller.entry,))
    sim.schedule(sim.now + wait, TryAgain(client.id), because)


@task
class TryAgain:
    """Send the request of a client again."""

    rank: ClassVar[int] = RETRIES
    idle: ClassVar[bool] = False

    client: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        client = sim.world.outside.clients[self.client]
        assert cause is not None
        late = client.error == NO_ANSWER
        mode = MODES[sim.world.outside.callers[client.caller].retries]
        send(sim, client, rules.SDK_DUPLICATES if late else mode, cause)
