"""Code whose process dies because the learner wants it to, at one of its invocations."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.steps import Code, Exit, Invocation, Place, Process, Step


@dataclass(slots=True)
class Crashes:
    """The invocations of a function so far, and those at which its process dies."""

    attempts: set[int]
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
        if self.crashes.begun in self.crashes.attempts:
            return Exit(1, fault=True)
        return self.process.invoke(invocation)

    def resume(self) -> Step:
        """Go on after a step that has been carried out."""
        return self.process.resume()

    def kill(self) -> None:
        """Stop the code where it stands; nothing after that line runs."""
        self.process.kill()
