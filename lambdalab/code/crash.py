"""Code whose process dies because the learner wants it to, at one of its invocations."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..engine.steps import Answer, Call, Code, Exit, Invocation, Place, Process, Step
from ..engine.world import Kept


@dataclass(slots=True)
class Crashes:
    """The invocations of a function so far, and those at which its process dies."""

    after: dict[int, str] = field(default_factory=dict)  # which one -> the effect, or "" at once
    begun: int = 0


class CrashingCode:
    """The code of one version of a function, with the crashes that all of them share."""

    def __init__(self, code: Code, crashes: Crashes) -> None:
        self.code, self.crashes = code, crashes

    def boot(self, place: Place) -> CrashingProcess:
        """Start a runtime process in an environment."""
        return CrashingProcess(self.code.boot(place), self.crashes)

    def close(self, place: Place) -> None:
        """Throw away what an environment had stored."""
        self.code.close(place)


class CrashingProcess:
    """Hands everything on to the process of the code, until that is to die."""

    def __init__(self, process: Process, crashes: Crashes) -> None:
        self.process, self.crashes = process, crashes
        self.effect: str | None = None  # the one after which it dies in this invocation
        self.dying = False

    @property
    def memory_used(self) -> int:
        """Say how much memory it has used at most, in MB."""
        return self.process.memory_used

    def init(self) -> Step:
        """Run the module's own code up to its first step."""
        return self.process.init()

    def invoke(self, invocation: Invocation) -> Step:
        """Hand an event to the handler, or die."""
        self.crashes.begun += 1
        self.effect = self.crashes.after.get(self.crashes.begun)
        if self.effect == "":
            return Exit(1, fault=True, signal="killed")
        return self._watched(self.process.invoke(invocation))

    def resume(self) -> Step:
        """Go on after a step that has been carried out, or die."""
        if self.dying:
            return Exit(1, fault=True, signal="killed")
        return self._watched(self.process.resume())

    def take(self, call: Call, answer: Answer) -> None:
        """Take the answer to what was asked."""
        self.process.take(call, answer)

    def kill(self) -> None:
        """Stop the code where it stands; nothing after that line runs."""
        self.process.kill()

    def plain(self) -> None:
        """Say that invocations differ."""

    def kept(self) -> Kept:
        """Tell what is kept between invocations."""
        return self.process.kept()

    def put_back(self, draw: float) -> None:
        """Take no draw back: none is made ahead."""

    def _watched(self, step: Step) -> Step:
        """Look whether a step is the effect after which the process dies."""
        if isinstance(step, Call) and step.service == "effects":
            self.dying = step.operation == self.effect
        return step
