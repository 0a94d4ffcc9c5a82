"""What there is to see in a run: each goal with the entry that shows it.

A goal is looked for once, in Python; a picture of the run then ticks it without asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from ..engine.kernel import Entry, Log
from ..engine.units import seconds_text
from ..mistakes import LabError

MOST = 8
Found = tuple[str, int | None]  # the words, and the entry that shows it, if any does
Goals = Mapping[str, Any] | Iterable[Any]

ALLOWED = (
    'a text such as "req-2.throttled", a function of the run that gives an entry, its number or '
    "None, or a number"
)
TRY = 'goals={"A request is refused.": "req-2.throttled"}'


def found(goals: Goals, run: Any, first: Callable[[str], int | None]) -> list[Found]:
    """Look for each goal in a run.

    Parameters
    ----------
    goals : dict of str to goal, or iterable
        Pairs of words and a goal, or objects with `words` and `met`.
    run : Run
        What a goal that is a function is asked about.
    first : callable
        Finds the first entry of "req-2.throttled", or None.

    Raises
    ------
    LabError
        For what is no goal, and for more than eight.
    """
    if isinstance(goals, str):
        raise _no_goal(goals)
    listed = list(goals.items() if isinstance(goals, Mapping) else goals)
    if len(listed) > MOST:
        raise LabError(f"{len(listed)} goals are too many to keep in mind.", f"at most {MOST}", TRY)
    return [_found(goal, run, first) for goal in listed]


def _found(goal: Any, run: Any, first: Callable[[str], int | None]) -> Found:
    if hasattr(goal, "words") and hasattr(goal, "met"):
        goal = goal.words, goal.met
    if not isinstance(goal, tuple | list) or len(goal) != 2 or not isinstance(goal[0], str):
        raise _no_goal(goal)
    words, what = goal
    if callable(what):
        what = what(run)
    if isinstance(what, str):
        what = first(what)
    return words, _seq(what, run.log, words)


def _seq(what: Any, log: Log, words: str) -> int | None:
    """Turn what a goal gave into the number of an entry."""
    if what is None or what is False:
        return None
    if what is True:
        return len(log) - 1
    if isinstance(what, Entry):
        return what.seq
    if not isinstance(what, int) or not 0 <= what < len(log):
        raise LabError(f"the goal {words!r} gave {what!r}, which is no entry.", ALLOWED, TRY)
    return what


def _no_goal(goal: Any) -> LabError:
    return LabError(f"{goal!r} is no goal.", f"words, and {ALLOWED}", TRY)


def where(log: Log, seq: int | None) -> str:
    """Say where a goal is to be seen."""
    return "not in this run" if seq is None else f"#{seq}, at {seconds_text(log[seq].at)} s"


def goal_lines(goals: list[Found], log: Log) -> list[str]:
    """Write the goals as plain text, not ticked yet."""
    return [f"☐ {words}  ({where(log, seq)})" for words, seq in goals]


def goal_list(goals: list[Found], log: Log) -> str:
    """Write the goals as HTML; nothing for none."""
    items = "".join(f"<li>{escape(line)}</li>" for line in goal_lines(goals, log))
    return f"<p>To see:</p><ul>{items}</ul>" if items else ""
