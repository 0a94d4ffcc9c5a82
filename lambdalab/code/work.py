"""A modelled handler: it waits, computes, and returns or fails as it was told to."""

from __future__ import annotations

import json

from ..engine.steps import (
    Answer,
    Call,
    Compute,
    Invocation,
    Place,
    Raise,
    Ready,
    Return,
    Step,
    Wait,
)
from ..engine.units import us
from ..stack import Distribution, Seconds, Work

FAILED = "WorkFailed"


class WorkCode:
    """The code of a function that is modelled."""

    def __init__(self, work: Work) -> None:
        self.work = work

    def boot(self, place: Place) -> WorkProcess:
        """Start a runtime process in an environment."""
        return WorkProcess(self, place)

    def close(self, place: Place) -> None:
        """Throw away what an environment had stored: nothing."""


class WorkProcess:
    """Plays the steps of one modelled handler."""

    def __init__(self, code: WorkCode, place: Place) -> None:
        self.work, self.place = code.work, place
        self.memory_used = code.work.memory_used or place.memory_baseline
        self.steps: list[Step] = []  # still to come, the next one last

    def init(self) -> Step:
        """Spend what Init takes."""
        self.steps = [Ready()]
        if spent := self._draw(self.work.init, "init"):
            self.steps.append(Wait(spent))
        return self.steps.pop()

    def invoke(self, invocation: Invocation) -> Step:
        """Wait, compute, then return or fail."""
        self.steps = [self._result(invocation)]
        cpu, wait = self._draw(self.work.cpu, "cpu"), self._draw(self.work.wait, "wait")
        if cpu:
            self.steps.append(Compute(cpu))
        if wait:
            self.steps.append(Wait(wait))
        return self.steps.pop()

    def resume(self) -> Step:
        """Go on to the next step."""
        return self.steps.pop()

    def take(self, call: Call, answer: Answer) -> None:
        """Take an answer: a modelled handler asks nothing."""

    def kill(self) -> None:
        """Stop: nothing is left to do."""
        self.steps = []

    def _draw(self, seconds: Seconds, stream: str) -> int:
        if isinstance(seconds, Distribution):
            return us(seconds.at(self.place.random(f"work:{stream}")))
        return us(seconds)

    def _result(self, invocation: Invocation) -> Step:
        fails, returns = self.work.fails, self.work.returns
        if callable(fails):
            fails = bool(fails(json.loads(invocation.payload)))
        elif fails not in (True, False):
            fails = self.place.random("work:fails") < fails
        if fails:
            document = {
                "errorMessage": "the modelled handler fails",
                "errorType": FAILED,
                "requestId": invocation.request_id,
                "stackTrace": [],
            }
            return Raise(FAILED, json.dumps(document))
        return Return("null" if returns is None else json.dumps(returns))
