"""Code whose Init takes longer by some simulated seconds."""

from __future__ import annotations

from ..engine.steps import Answer, Call, Code, Invocation, Place, Plain, Process, Step, Wait
from ..engine.world import Kept


class SlowInit:
    """Any code, after a wait in Init."""

    def __init__(self, code: Code, us: int) -> None:
        self.code, self.us = code, us

    def boot(self, place: Place) -> SlowProcess:
        """Start a runtime process in an environment."""
        return SlowProcess(self.code.boot(place), self.us)

    def close(self, place: Place) -> None:
        """Throw away what an environment had stored."""
        self.code.close(place)


class SlowProcess:
    """Waits once, then passes everything on."""

    def __init__(self, process: Process, us: int) -> None:
        self.process, self.us = process, us
        self.waited = False

    @property
    def memory_used(self) -> int:
        """Say how much memory it has used at most, in MB."""
        return self.process.memory_used

    def init(self) -> Step:
        """Wait, before the module's own code runs."""
        return Wait(self.us)

    def invoke(self, invocation: Invocation) -> Step:
        """Hand an event to the handler."""
        return self.process.invoke(invocation)

    def resume(self) -> Step:
        """Go on: the first time with the module's own code."""
        if self.waited:
            return self.process.resume()
        self.waited = True
        return self.process.init()

    def take(self, call: Call, answer: Answer) -> None:
        """Take the answer to what was asked."""
        self.process.take(call, answer)

    def kill(self) -> None:
        """Stop the code where it stands."""
        self.process.kill()

    def plain(self) -> Plain | None:
        """Say what each invocation does, if that is always the same."""
        return self.process.plain()

    def kept(self) -> Kept:
        """Tell what is kept between invocations."""
        return self.process.kept()

    def put_back(self, draw: float) -> None:
        """Take back a draw that was made for the next invocation."""
        self.process.put_back(draw)
