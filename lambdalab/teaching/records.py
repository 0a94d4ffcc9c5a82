"""What a lesson and a problem are: data, with predicates over runs."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ..mistakes import LabError
from ..run import Run
from .forms import Form

BACK = (1, 3, 6)  # lessons: the spacing of what is recalled

Words = str | Callable[[Any], str]  # a text, or one made from what the answer came to


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a guess: what it says, what it believes, where to look next."""

    value: Any
    words: str
    look: str  # what the run shows to somebody who guessed so
    belief: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """A question before a run; the run answers it."""

    ask: str
    options: tuple[Option, ...]
    shown: Callable[[Run], Any]  # the value of the option that a run bears out
    about: Callable[[Run], bool]  # whether a run is the experiment that was asked about


@dataclass(frozen=True, slots=True)
class Question:
    """A short question to recall a lesson by; a run knows the answer."""

    id: str  # such as L01.R1
    ask: str
    options: tuple[Option, ...]
    truth: Callable[[], Any]  # the value of the option that is right, as a run shows it


@dataclass(frozen=True, slots=True)
class Goal:
    """Something to see while stepping; `met` names the first entry that shows it."""

    words: str
    met: Callable[[Run], int | None]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer that is known: how to recognise it, the belief, what to look at next."""

    when: Callable[[Any], bool]
    belief: str  # "M03", or "" for a slip that no belief is behind
    words: Words
    example: str  # the source of an answer like that


@dataclass(frozen=True, slots=True)
class Problem:
    """One exercise.

    An answer is read by its `form`; what that gives (a run, a number, ...) is judged by `goal` and,
    if that is not met, by each `wrong` in turn. All other texts are source code of answers, which
    the tests try; `given` is what stands above them in the lesson.
    """

    id: str
    kind: str  # make it happen, work it out, repair it
    minutes: int
    ask: str
    form: Form
    goal: Callable[[Any], bool]
    right: Words
    wrong: tuple[Wrong, ...]
    otherwise: str  # what a wrong answer that nobody foresaw is told
    hints: tuple[str, str, str]  # a question, where to look, almost the step
    solution: str
    also_right: tuple[str, ...] = ()
    must_fail: tuple[str, ...] = ()
    given: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson and everything that its notebook asks for by an id."""

    id: str
    title: str
    minutes: int
    guess: Guess | None = None
    goals: tuple[Goal, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()  # for later lessons: the first is asked soonest
    kills: tuple[str, ...] = ()  # the beliefs that its experiments contradict


def lessons() -> list[Lesson]:
    """Load all lessons, in order."""
    return [find_lesson(name.upper()) for name in _names()]


def find_lesson(id: str) -> Lesson:
    """Load the lesson that an id such as "L01" or "L01.A" belongs to."""
    name = str(id).partition(".")[0].lower()
    if name not in _names():
        raise LabError(
            f"there is no lesson {id!r}.",
            ", ".join(name.upper() for name in _names()),
            'lab.lesson("L01")',
        )
    lesson: Lesson = import_module(f"{__package__}.course.{name}").LESSON
    return lesson


def to_recall(id: str, wrong: Set[str]) -> list[Question]:
    """Pick what a lesson begins with: from one, three and six lessons back.

    The further back, the further down its list of questions; what went wrong comes first.
    """
    known = lessons()
    here = [lesson.id for lesson in known].index(id)
    picked = []
    for turn, back in enumerate(BACK):
        questions = known[here - back].questions if back <= here else ()
        if questions:
            missed = [question for question in questions if question.id in wrong]
            picked.append(missed[0] if missed else questions[turn % len(questions)])
    return picked


def find_problem(id: str) -> Problem:
    """Load a problem by its id, such as "L01.A"."""
    problems = {problem.id: problem for problem in find_lesson(id).problems}
    if id not in problems:
        raise LabError(
            f"there is no problem {id!r}.",
            ", ".join(problems),
            f'lab.check("{min(problems)}", ...)',
        )
    return problems[id]


def _names() -> list[str]:
    course = import_module(f"{__package__}.course")
    return sorted(module.name for module in iter_modules(course.__path__))
