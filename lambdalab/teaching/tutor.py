"""The functions that a lesson calls: lesson, predict, goal, check, hint.

Nothing is stored outside memory: guesses and hints are forgotten when the kernel stops.
"""

from __future__ import annotations

from typing import Any

from ..mistakes import LabError
from ..run import Run
from .cards import Banner, Goals, Hint, Noted, Shown
from .forms import Choice, Unreadable, blank
from .records import Guess, Problem, find_lesson, find_problem
from .verdict import CORRECT, NOT_TRIED, NOT_YET, RAISED, Verdict, broke, raised

guesses: dict[str, Any] = {}  # id of a lesson -> the guess of whoever sits here
hints_seen: dict[str, int] = {}  # id of a problem -> how many hints were asked for


def lesson(id: str) -> Banner:
    """Open a lesson: its version, its seed, its minutes, and what the labels mean.

    Parameters
    ----------
    id : str
        For example "L01".
    """
    from .. import __version__

    return Banner(find_lesson(id), __version__)


def predict(id: str, guess: Any = None, *, run: Run | None = None) -> Noted | Shown:
    """Put a guess on record; after the run, see what it says to each guess.

    Nothing is scored, nothing waits for a guess, and nothing is kept when the kernel stops.

    Parameters
    ----------
    id : str
        The lesson, for example "L01".
    guess : optional
        One of the values that the lesson offers; `...` while there is none.
    run : Run, optional
        The run that answers. Without it the guess is only noted.

    Raises
    ------
    LabError
        If the guess is none of those offered, or the run is about something else.
    """
    found = find_lesson(id)
    asked = found.guess
    if asked is None:
        raise LabError(f"lesson {found.id} asks for no guess.", "a lesson with a guess", "go on")
    if guess is not None:
        _note(found.id, asked, guess)
    noted = guesses.get(found.id)
    if run is None:
        return Noted(found.id, asked, noted)
    if not asked.about(run):
        raise LabError(
            "this run is another experiment than the guess was about.",
            asked.ask,
            f'lab.predict("{found.id}", run=run), with the run of the cells above',
        )
    return Shown(found.id, asked, noted, asked.shown(run))


def goal(id: str, run: Run) -> Goals:
    """Tick what a run shows, each with the entry to step to.

    Parameters
    ----------
    id : str
        The lesson, for example "L01".
    run : Run
        The run to look at.
    """
    found = find_lesson(id)
    if not isinstance(run, Run):
        raise LabError(
            f"{run!r} is not a run.", "what lab.run(...) gives", f'lab.goal("{id}", run)'
        )
    return Goals(run, [(goal.words, goal.met(run)) for goal in found.goals])


def check(id: str, answer: Any) -> Verdict:
    """Judge an answer: not tried, not yet, correct, or your code raised.

    Parameters
    ----------
    id : str
        The problem, for example "L01.A".
    answer
        What the problem asks for; `...` while there is none. A function without parameters is
        called, and what it raises is part of the verdict.
    """
    problem = find_problem(id)
    if blank(answer):
        words = "Put your answer in place of the dots `...` and run this cell."
        return Verdict(id, NOT_TRIED, words, hints=problem.hints)
    try:
        subject = problem.form.read(answer() if callable(answer) else answer)
    except Unreadable as unreadable:
        return Verdict(id, NOT_YET, str(unreadable), hints=problem.hints)
    except Exception as error:  # whatever the learner's code does
        return Verdict(id, RAISED, raised(error), hints=problem.hints)
    return _judge(problem, subject)


def hint(id: str) -> Hint:
    """Give one more hint to a problem: a question, where to look, almost the step.

    Parameters
    ----------
    id : str
        The problem, for example "L01.A".
    """
    problem = find_problem(id)
    number = min(hints_seen.get(id, 0) + 1, len(problem.hints))
    hints_seen[id] = number
    return Hint(id, number, problem.hints)


# How it is judged -------------------------------------------------------------------------------


def _note(id: str, asked: Guess, guess: Any) -> None:
    if blank(guess):
        guesses.pop(id, None)
        return
    values = tuple(option.value for option in asked.options)
    try:
        guesses[id] = Choice(values).read(guess)
    except Unreadable:
        allowed = "; ".join(f"{o.value!r}: {o.words}" for o in asked.options)
        raise LabError(f"{guess!r} is none of the guesses.", allowed, "guess = 1") from None


def _judge(problem: Problem, subject: Any) -> Verdict:
    """Try the goal, then every wrong answer that is known."""
    if problem.goal(subject):
        return Verdict(problem.id, CORRECT, _say(problem.right, subject))
    failed = broke(subject) if isinstance(subject, Run) else ""
    if failed:
        return Verdict(problem.id, RAISED, failed, hints=problem.hints)
    for wrong in problem.wrong:
        if wrong.when(subject):
            words = _say(wrong.words, subject)
            return Verdict(problem.id, NOT_YET, words, wrong.belief, problem.hints)
    return Verdict(problem.id, NOT_YET, problem.otherwise, hints=problem.hints)


def _say(words: Any, subject: Any) -> str:
    return words(subject) if callable(words) else str(words)
