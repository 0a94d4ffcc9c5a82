"""The functions that a lesson calls, from `lesson` to `progress`.

Guesses and solved problems are kept in a small file (see `store`); everything else is forgotten
when the kernel stops.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..mistakes import LabError
from ..run import Run
from . import words
from .cards import Banner, Goals, Hint, Noted, Progress, Recall, Shown, Solution
from .forms import Choice, Unreadable, Untouched, blank
from .records import (
    Guess,
    Problem,
    Question,
    find_lesson,
    find_problem,
    lessons,
    to_recall,
)
from .store import Store
from .verdict import CORRECT, NOT_TRIED, NOT_YET, RAISED, Verdict, broke, raised

TRIES = 2  # before a solution is shown without more ado

store = Store()
tries: Counter[str] = Counter()  # id of a problem -> how often it went wrong here
hints_seen: dict[str, int] = {}  # id of a problem -> how many hints were asked for
opened: list[str] = []  # the lesson that this notebook is about


def lesson(id: str) -> Banner:
    """Open a lesson: its version, its seed, its minutes, and what the labels mean.

    Parameters
    ----------
    id : str
        For example "L01".
    """
    from .. import __version__

    found = find_lesson(id)
    opened[:] = [found.id]
    return Banner(found, __version__, frozenset(store.load().solved))


def recall(*answers: Any) -> Recall:
    """Ask up to three short questions about earlier lessons: one, three and six lessons back.

    What went wrong before comes first.

    Parameters
    ----------
    *answers
        One for each question, in their order; `...` for those that you leave out.
    """
    here = _opened("lab.recall()")
    kept = store.load()
    questions = _asked.setdefault(here, to_recall(here, frozenset(kept.wrong)))
    if len(answers) > len(questions) and not blank(answers[len(questions) :]):
        raise LabError(
            f"there are {len(answers)} answers to {len(questions)} questions.",
            "one answer for each question",
            f"lab.recall({', '.join(['...'] * len(questions))})",
        )
    given = [*answers, *[...] * len(questions)][: len(questions)]
    return Recall([(q, *_recalled(q, answer)) for q, answer in zip(questions, given, strict=True)])


def predict(id: str, guess: Any = None, *, run: Run | None = None) -> Noted | Shown:
    """Put a guess on record; after the run, see what it says to each guess.

    Nothing is scored and nothing waits for a guess.

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
    noted = store.load().guesses.get(found.id)
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
    except Untouched:
        words = "This is the code as the lesson gave it. Change its cell, run it, then this one."
        return Verdict(id, NOT_TRIED, words, hints=problem.hints)
    except Unreadable as unreadable:
        return Verdict(id, NOT_YET, str(unreadable), hints=problem.hints)
    except Exception as error:  # whatever the learner's code does
        return Verdict(id, RAISED, raised(error), hints=problem.hints)
    verdict = _judge(problem, subject)
    if verdict.state == CORRECT:
        store.right(id)
    else:
        tries[id] += 1
        store.not_yet(id)
    return verdict


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


def solution(id: str, now: bool = False) -> Solution:
    """Show a solution of a problem, after two tries or when you ask for it `now`.

    Asking costs nothing and is not noted.

    Parameters
    ----------
    id : str
        The problem, for example "L01.A".
    now : bool
        Show it before there were two tries.
    """
    problem = find_problem(id)
    ready = now or tries[id] >= TRIES or id in store.load().solved
    return Solution(problem, tries[id] if not ready else None)


def progress(code: str | None = None, *, share: bool = False) -> Progress:
    """Show what is solved, with a short code to carry it to another machine.

    Parameters
    ----------
    code : str, optional
        A code that this function showed elsewhere; what it says is added.
    share : bool
        Make one row without a name, for whoever leads a workshop.
    """
    if code is not None:
        store.restore(code)
    here = opened[0] if opened else ""
    return Progress(lessons(), frozenset(store.load().solved), here, share)


def glossary(*names: str) -> words.Glossary:
    """Say what terms mean and what they are not, by name or for a whole lesson.

    Parameters
    ----------
    *names : str
        Terms such as "cold start", or the id of a lesson; by default those of the lesson that is
        open, or all there are.
    """
    if names:
        return words.look_up(*names)
    return words.look_up(*opened) if opened else words.Glossary(words.TERMS)


# How it is judged -------------------------------------------------------------------------------


_asked: dict[str, list[Question]] = {}  # a lesson asks the same questions until the kernel stops


def _opened(what: str) -> str:
    if not opened:
        raise LabError(f"{what} belongs to a lesson.", "an open lesson", 'lab.lesson("L01") first')
    return opened[0]


def _recalled(question: Question, answer: Any) -> tuple[Any, Any]:
    """Judge one answer: what was chosen, and what a run shows; dots for neither."""
    if blank(answer):
        return ..., ...
    values = tuple(option.value for option in question.options)
    try:
        chosen = Choice(values).read(answer)
    except Unreadable:
        allowed = "; ".join(f"{o.value!r}: {o.words}" for o in question.options)
        raise LabError(
            f"{answer!r} is none of the answers.", allowed, "dots, or one of these"
        ) from None
    truth = question.truth()
    (store.right if chosen == truth else store.not_yet)(question.id)
    return chosen, truth


def _note(id: str, asked: Guess, guess: Any) -> None:
    if blank(guess):
        store.guess(id, None)
        return
    values = tuple(option.value for option in asked.options)
    try:
        store.guess(id, Choice(values).read(guess))
    except Unreadable:
        allowed = "; ".join(f"{o.value!r}: {o.words}" for o in asked.options)
        raise LabError(f"{guess!r} is none of the guesses.", allowed, "guess = 1") from None


def _judge(problem: Problem, subject: Any) -> Verdict:
    """Try the goal, then every wrong answer that is known."""
    if problem.goal(subject):
        return Verdict(problem.id, CORRECT, _say(problem.right, subject))
    meant = getattr(problem.form, "fails", False)
    runs = [subject] if isinstance(subject, Run) else getattr(subject, "must_run", ())
    for run in () if meant else runs:
        if failed := broke(run):
            return Verdict(problem.id, RAISED, failed, hints=problem.hints)
    for wrong in problem.wrong:
        if wrong.when(subject):
            words = _say(wrong.words, subject)
            return Verdict(problem.id, NOT_YET, words, wrong.belief, problem.hints)
    return Verdict(problem.id, NOT_YET, problem.otherwise, hints=problem.hints)


def _say(words: Any, subject: Any) -> str:
    return words(subject) if callable(words) else str(words)
