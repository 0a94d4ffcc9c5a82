"""The account that answers: one for each run, as it is at that moment of simulated time.

What the engine models (functions, queues, topics, streams, buses) is answered from its world.
Objects and the expressions of DynamoDB are evaluated by moto, on a copy that is kept up from the
log; what a call has changed goes into the log as a fact.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ..code.current import NotSimulated
from ..engine import Rule, Sim
from ..engine.chains import passed_on
from ..engine.execution import Deliver
from ..engine.facts import CallAnswered, ServiceCalled
from ..engine.rules import SDK_LATENCY, YOUR_CODE
from ..engine.steps import Answer, Call
from ..engine.world import Environment

if TYPE_CHECKING:
    from .wire import Reply, Sent


@dataclass(slots=True)
class Asked:
    """One call, as the operations of services see it."""

    account: Account
    sent: Sent
    rule: Rule  # your code, or your request
    because: int | None
    lineage: str = ""  # who ran before in its chain of requests
    environment: Environment | None = None
    call: Call | None = None
    id: str = ""  # call-1

    @property
    def sim(self) -> Sim:
        """The run."""
        return self.account.sim


class Later(NamedTuple):
    """There is no answer yet: a task of the run gives it."""


Result = dict[str, Any] | Later
Operation = Callable[[Asked, dict[str, Any]], Result]


class Account:
    """Answers what code asks for in one run."""

    def __init__(self, sim: Sim, configurer: Any) -> None:
        self.sim = sim
        self.configurer = configurer  # who changes what there is; see wiring
        self.log_tail: Callable[[str], str] = lambda request: ""
        self.parts: dict[str, Any] = {}  # what services keep: the tables of moto
        self.late: dict[int, Reply] = {}  # answers to calls from a cell that were not there at once

    def has(self, resource: str) -> bool:
        """Say whether there is a topic:news, a bucket:photos."""
        return bool(resource in self.configurer.resources())

    def answer(self, sim: Sim, env: Environment, asked: Call, because: int) -> Answer | None:
        """Answer a call from code; None if the answer comes later."""
        from . import functions, services
        from .wire import Sent

        if asked.operation == "lambda.LogTail":
            return Answer(200, self.log_result(f"req-{int(asked.payload[-12:])}"))
        sent = Sent.unpacked(asked.payload)
        if problem := services.problem(sent):
            return Answer(0, problem)
        request = sim.world.requests.get(env.request)
        lineage = passed_on(request) if request else ""
        call = Asked(self, sent, YOUR_CODE, because, lineage, env, asked)
        if (sent.service, sent.operation) == ("lambda", "Invoke") and functions.begins(call):
            return None
        call.id = asked.id = sim.new_id("call")
        resource = services.resource_of(sent)
        fact = ServiceCalled(
            call.id, env.id, env.request, sent.service, sent.operation, resource, asked.line
        )
        call.because = sim.emit(fact, YOUR_CODE, because)
        sim.asked[call.id] = asked
        try:
            return self._finish(call, services.reply_to(call))
        except NotSimulated as error:
            del sim.asked[call.id]
            sim.emit(CallAnswered(call.id, env.id, 501, "NotSimulated"), SDK_LATENCY, call.because)
            return Answer(0, str(error))

    def log_result(self, request: str) -> str:
        """Give the end of what a request left in the log, as an answer carries it."""
        return b64encode(self.log_tail(request).encode()).decode()

    def _finish(self, call: Asked, reply: Reply | None) -> Answer | None:
        """Give an answer at once, or after as long as a run assumes."""
        if reply is None:
            return None
        answer = as_answer(reply)
        sim, env = self.sim, call.environment
        assert env is not None
        delay = sim.value(SDK_LATENCY)
        if delay:
            sim.schedule(sim.now + delay, Deliver(call.id, answer, SDK_LATENCY), call.because)
            return None
        del sim.asked[call.id]
        answered = CallAnswered(call.id, env.id, reply.status_code, reply.error)
        sim.emit(answered, SDK_LATENCY, call.because)
        return answer

    def deliver(self, call: Asked, reply: Reply) -> None:
        """Give an answer that was not there at once."""
        if call.environment is None:
            self.late[id(call)] = reply
            return
        at = self.sim.now + self.sim.value(SDK_LATENCY)
        self.sim.schedule(at, Deliver(call.id, as_answer(reply), SDK_LATENCY), call.because)


def as_answer(reply: Reply) -> Answer:
    """Make a reply into what the engine carries: text, of which each character is a byte."""
    return Answer(reply.status_code, reply.body.decode("latin-1"), reply.error, reply.headers)


def refusal(sent: Sent, answered: list[str]) -> str:
    """Say that nobody answers an operation, and what is answered."""
    return (
        f"the simulated account does not answer {sent.operation} of {sent.service}. "
        f"It answers: {', '.join(answered)}."
    )
