"""What goes wrong besides the learner's own code: faults that a run is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .engine.rules import ASYNC_AT_LEAST_ONCE
from .mistakes import LabError
from .stack import Alias, EventDoor, Function, Published, Target


@dataclass(frozen=True)
class Denied:
    """A fault: nobody may write to this target."""

    target: Target


@dataclass(frozen=True)
class Crash:
    """A fault: the process of a function dies."""

    function: Function
    attempt: int  # the how-manieth invocation of the function in the run
    after: str = ""  # the effect after which it dies, or "" at once


@dataclass(frozen=True)
class Duplicate:
    """A fault: what was sent to a target is delivered a second time."""

    target: EventDoor
    k: int | None  # the how-manieth that you sent there, from 0; None: all of them
    after: float  # seconds


@dataclass(frozen=True)
class Outage:
    """A fault: Lambda's API takes no events for a while."""

    start: float  # seconds
    end: float


Fault = Denied | Crash | Duplicate | Outage


def denied(target: Any) -> Denied:
    """Let all that is delivered to a target fail, or all that is pushed to a function."""
    if not isinstance(target, Target):
        allowed = "a queue, topic, bus, bucket or function, or the name of a queue"
        raise LabError(f"nobody writes to {target!r}.", allowed, 'lab.denied(lab.queue("failed"))')
    return Denied(target)


def outage(start: float, end: float) -> Outage:
    """Let Lambda's API answer every source that pushes with a server error.

    Parameters
    ----------
    start, end : float
        Seconds; from `start` on and before `end`.
    """
    for name, value in (("start", start), ("end", end)):
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise LabError(
                f"{name}={value!r} is not a time.", "seconds, 0 or more", "lab.outage(0, 60)"
            )
    return Outage(start, end)


def crash(
    function: Function | Published | Alias, attempt: int = 1, after: str | None = None
) -> Crash:
    """Let the process of a function die in one of its invocations.

    Parameters
    ----------
    function : Function, version or alias
        Whose; the invocations of all its versions are counted together.
    attempt : int
        Which invocation of the function in the run, from 1, whatever request it is for. The next
        one lives, so a retry gets further.
    after : str, optional
        The name of an effect: the process dies right after it, and not at all if this invocation
        does not make it. At the very beginning of the invocation by default.

    Examples
    --------
    >>> from lambdalab.stack import handler
    >>> crash(handler("shop"), attempt=2, after="ship").after
    'ship'
    """
    if not isinstance(function, Function | Published | Alias):
        raise LabError(
            f"{function!r} has no process that could crash.", "a function", "lab.crash(fn)"
        )
    if not isinstance(attempt, int) or isinstance(attempt, bool) or attempt < 1:
        raise LabError(f"attempt={attempt!r} is no invocation.", "1 or more, whole", "attempt=1")
    if after is not None and (not isinstance(after, str) or not after):
        raise LabError(f"after={after!r} is no effect.", "the name of one", 'after="ship"')
    owner = function if isinstance(function, Function) else function.function
    return Crash(owner, attempt, after or "")


def duplicate(target: Any, k: int | None = None, after: float = 0) -> Duplicate:
    """Deliver what you send to a target a second time, as Lambda's internal queue may.

    Parameters
    ----------
    target : event door, function, version or alias
        Where you send it; a function means its event door.
    k : int, optional
        Which one, as its payload counts: 0 is the first. All of them by default.
    after : float
        Seconds from the first delivery to the second one.

    Examples
    --------
    >>> from lambdalab.stack import event, handler
    >>> duplicate(event(handler("mail")), k=0, after=2).after
    2
    """
    if isinstance(target, Function | Published | Alias):
        target = EventDoor(target)
    if not isinstance(target, EventDoor):
        raise LabError(
            f"nothing is delivered twice to {target!r}.",
            "an event door",
            "lab.duplicate(lab.event(fn), k=0)",
            ASYNC_AT_LEAST_ONCE,
        )
    if k is not None and (not isinstance(k, int) or isinstance(k, bool) or k < 0):
        raise LabError(f"k={k!r} is none of what is sent.", "0 or more, whole, or None", "k=0")
    return Duplicate(target, k, after)
