"""What running code does, one step at a time, as the engine sees it.

The engine asks a process for its next step and knows nothing of how the code is suspended
in between. No simulated time passes inside a step; only `Wait` and `Compute` spend any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import NamedTuple, Protocol

from .small import noun
from .units import EPOCH
from .world import Kept


@noun
class Wait:
    """The code waits for some microseconds and uses no CPU."""

    us: int
    line: int = 0


@noun
class Compute:
    """The code computes for some microseconds of one full vCPU."""

    us: int
    line: int = 0


@noun
class Write:
    """The code wrote text to its output."""

    text: str
    line: int = 0


@noun
class Stuck:
    """The code was stopped in an endless loop: it would go on for ever."""

    line: int = 0


@noun
class Ready:
    """The module's own code has run and the runtime asks for its first event."""

    line: int = 0


@noun
class Return:
    """The handler returned; the payload is JSON text."""

    payload: str
    line: int = 0


@noun
class Raise:
    """The runtime caught an error and reports it; the payload is the error document as JSON."""

    error_type: str
    payload: str
    line: int = 0


@noun
class Exit:
    """The process ended by itself, with an exit status or by a signal; or it was let crash."""

    status: int
    line: int = 0
    fault: bool = False  # the learner let it crash
    signal: str = ""  # that ended it


@noun
class Answer:
    """What a service answered."""

    status_code: int
    payload: str  # JSON text
    error: str = ""  # the type of the error, if it is one
    headers: tuple[tuple[str, str], ...] = ()


@noun
class Call:
    """The code asks a service for something; the thread that asked waits for the answer."""

    service: str  # lambda, database, effects: a key of the engine's table SERVICES
    operation: str  # Invoke
    payload: str  # JSON text
    line: int = 0
    answer: Answer | None = None  # once it is there
    id: str = ""  # call-1, once the engine knows of it


@noun
class Await:
    """The code waits for answers to what it has asked, and for nothing else."""

    line: int = 0


Step = Wait | Compute | Write | Call | Await | Stuck | Ready | Return | Raise | Exit


@noun
class Invocation:
    """What the runtime is given with an event."""

    request_id: str  # as the handler sees it: a UUID
    payload: str  # JSON text
    deadline: int  # us since the start of the run
    arn: str  # as it was invoked
    client_context: str = ""  # JSON text
    reports: bool = False  # a mapping sent it that takes lists of what failed


@noun
class Place:
    """What an execution environment offers the code that runs in it."""

    environment: str  # env-1
    function: str
    version: str  # $LATEST
    memory: int  # MB
    timeout: int  # us
    ephemeral_storage: int  # MB
    initialization_type: str
    runtime: str
    handler: str
    log_group: str
    log_stream: str
    variables: dict[str, str]
    now: Callable[[], int]  # us since the start of the run
    random: Callable[[str], float]  # one draw in [0, 1) from the stream of that name
    memory_baseline: int  # MB that the runtime itself uses
    starts: int = EPOCH  # us from 1970 to the start of the run
    tags: dict[str, object] = field(default_factory=dict)  # the code's own, kept over resets


class Plain(NamedTuple):
    """Code whose invocations all do the same: they wait once, and then return the same."""

    length: Callable[[float], float]  # of the wait in seconds, by a draw in [0, 1)
    stream: str  # that the draw is of, or "" for none
    payload: str  # JSON text
    memory: int  # MB


class Process(Protocol):
    """The runtime process of one environment: it runs the module once, then one event at a time."""

    @property
    def memory_used(self) -> int:
        """Say how much memory it has used at most, in MB."""

    def init(self) -> Step:
        """Run the module's own code up to its first step."""

    def invoke(self, invocation: Invocation) -> Step:
        """Hand an event to the handler and run it up to its first step."""

    def resume(self) -> Step:
        """Go on after a step that has been carried out, or is under way."""

    def take(self, call: Call, answer: Answer) -> None:
        """Take the answer to what was asked; the code goes on when it is resumed."""

    def kill(self) -> None:
        """Stop the code where it stands; nothing after that line runs."""

    def plain(self) -> Plain | None:
        """Say what each invocation does, if that is always the same, or None."""

    def kept(self) -> Kept:
        """Say what it and its /tmp hold besides what Init made, in a few words each."""

    def put_back(self, draw: float) -> None:
        """Take a draw back that was made for the next invocation of plain code."""


class Code(Protocol):
    """The code of one version of a function."""

    def boot(self, place: Place) -> Process:
        """Start a runtime process in an environment."""

    def close(self, place: Place) -> None:
        """Throw away what an environment had stored."""
