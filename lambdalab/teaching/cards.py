"""What `lab.lesson`, `lab.predict`, `lab.goal` and `lab.hint` show, in text and in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from ..engine.units import seconds_text
from ..run import Run
from . import page
from .beliefs import BELIEFS
from .store import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .records import Guess, Lesson, Option, Problem, Question

LABELS = {  # what stands behind a sentence or a number of this course
    "documented": "AWS says so on a page that is named",
    "measured": "somebody measured it on AWS and wrote it down",
    "assumed": "AWS does not say; we chose, and a run may choose otherwise",
    "you": "your code, your setting or your request",
}


def marks(lesson: Lesson, solved: frozenset[str]) -> str:
    """Say which exercises of a lesson are solved."""
    return "  ".join(
        f"{'●' if problem.id in solved else '○'} {problem.id.partition('.')[2]}"
        for problem in lesson.problems
    )


@dataclass(frozen=True, slots=True)
class Banner:
    """The answer to `lab.lesson`."""

    lesson: Lesson
    version: str
    solved: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        labels = [f"  {label:<10}  {words}" for label, words in LABELS.items()]
        return "\n".join([f"{self._title}", *self._lines, "What the labels mean:", *labels])

    def _repr_html_(self) -> str:
        labels = "".join(
            f'<div style="{page.LINE}"><code>{label}</code>&nbsp; {words}</div>'
            for label, words in LABELS.items()
        )
        lines = [page.paragraph(line) for line in self._lines]
        body = [*lines, page.paragraph("What the labels mean:"), labels]
        return page.card(page.BLUE, self.lesson.id, self.lesson.title, body)

    @property
    def _title(self) -> str:
        return f"{self.lesson.id}  {self.lesson.title}"

    @property
    def _lines(self) -> list[str]:
        return [
            f"About {self.lesson.minutes} minutes. lambdalab {self.version}.",
            "Every run starts from seed 0, so you see the numbers that are printed here.",
            f"Exercises: {marks(self.lesson, self.solved)}",
        ]


@dataclass(frozen=True, slots=True)
class Noted:
    """A guess on record, or the options while there is none."""

    id: str
    guess: Guess
    noted: Any

    def __repr__(self) -> str:
        return "\n".join([self._head, *(f"  {page.plain(line)}" for line in self._lines)])

    def _repr_html_(self) -> str:
        pill, _, title = self._head.partition(": ")
        return page.card(page.BLUE, pill, title, [page.paragraph(line) for line in self._lines])

    @property
    def _head(self) -> str:
        if self.noted is None:
            return f"○ no guess yet: {self.guess.ask}"
        return f"● noted: {self.noted}"

    @property
    def _lines(self) -> list[str]:
        if self.noted is None:
            values = ", ".join(str(option.value) for option in self.guess.options)
            return [f"Put one of {values} in place of the dots. It is never scored."]
        option = next(o for o in self.guess.options if o.value == self.noted)
        return [
            f"You say: {option.words}",
            "Go on. The run answers, and the lesson comes back to it.",
        ]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a run says to each guess."""

    id: str
    guess: Guess
    noted: Any
    shown: Any

    def __repr__(self) -> str:
        lines = [self._head]
        for option in self.guess.options:
            lines.append(f"  {self._mark(option)} {option.value}  {option.words}")
            lines += [f"       {page.plain(line)}" for line in self._about(option)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        body = []
        for option in self.guess.options:
            words = f"<b>{self._mark(option)} {option.value}</b>&nbsp; {page.inline(option.words)}"
            about = "".join(page.paragraph(line) for line in self._about(option))
            below = f'<div style="margin-left:26px">{about}</div>'
            body.append(f'<div style="margin:8px 0">{words}{below}</div>')
        pill, _, title = self._head.partition(": ")
        return page.card(page.BLUE, pill, title, body)

    @property
    def _head(self) -> str:
        yours = "you made no guess" if self.noted is None else f"your guess was {self.noted}"
        return f"the run shows {self.shown}: {yours}"

    def _mark(self, option: Option) -> str:
        return "●" if option.value == self.shown else "○"

    def _about(self, option: Option) -> list[str]:
        if not option.belief:
            return [option.look]
        return [f"The belief ({option.belief}): *{BELIEFS[option.belief]}*.", option.look]


@dataclass(frozen=True, slots=True)
class Goals:
    """What there is to see in a run, each with the entry that shows it."""

    run: Run
    goals: list[tuple[str, int | None]]

    def __iter__(self) -> Iterator[tuple[str, int | None]]:
        """Give the goals to `run.step(goals=...)`."""
        return iter(self.goals)

    def __repr__(self) -> str:
        return "\n".join(
            f"{self._mark(seq)} {words}  {self._where(seq)}" for words, seq in self.goals
        )

    def _repr_html_(self) -> str:
        met = sum(seq is not None for _, seq in self.goals)
        body = [
            page.paragraph(f"{self._mark(seq)} {words} *{self._where(seq)}*")
            for words, seq in self.goals
        ]
        return page.card(page.BLUE, "to see", f"{met} of {len(self.goals)} are in this run", body)

    @staticmethod
    def _mark(seq: int | None) -> str:
        return "☐" if seq is None else "☑"

    def _where(self, seq: int | None) -> str:
        if seq is None:
            return "not in this run"
        return f"entry #{seq}, at {seconds_text(self.run.log[seq].at)} s"


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint, and how many are left."""

    id: str
    number: int
    hints: tuple[str, ...]

    def __repr__(self) -> str:
        return f"{self._head}: {page.plain(self.hints[self.number - 1])}\n  {self._more}"

    def _repr_html_(self) -> str:
        body = [page.paragraph(self.hints[self.number - 1]), page.paragraph(self._more)]
        return page.card(page.BLUE, self._head, self.id, body)

    @property
    def _head(self) -> str:
        return f"hint {self.number} of {len(self.hints)}"

    @property
    def _more(self) -> str:
        if self.number == len(self.hints):
            return "That was the last one."
        return "Run this again for the next one."


@dataclass(frozen=True, slots=True)
class Recall:
    """Short questions about earlier lessons, and what runs say to the answers."""

    asked: list[tuple[Question, Any, Any]]  # the question, what was chosen, what is right

    def __repr__(self) -> str:
        if not self.asked:
            return NOTHING_YET
        lines = []
        for number, (question, chosen, truth) in enumerate(self.asked, 1):
            lines.append(f"{number}. {_state(chosen, truth)} {page.plain(question.ask)}")
            lines += [f"     {self._option(o, chosen, truth)}" for o in question.options]
            lines += [f"     {page.plain(line)}" for line in _told(question, chosen)]
        return "\n".join([*lines, self._how])

    def _repr_html_(self) -> str:
        if not self.asked:
            return page.card(page.BLUE, "recall", "", [page.paragraph(NOTHING_YET)])
        body = []
        for number, (question, chosen, truth) in enumerate(self.asked, 1):
            head = f"<b>{number}. {_state(chosen, truth)}</b>&nbsp; {page.inline(question.ask)}"
            options = "".join(
                page.paragraph(self._option(option, chosen, truth)) for option in question.options
            )
            told = "".join(page.paragraph(line) for line in _told(question, chosen))
            below = f'<div style="margin-left:22px">{options}{told}</div>'
            body.append(f'<div style="margin:8px 0">{head}{below}</div>')
        return page.card(page.BLUE, "recall", self._how, body)

    @property
    def _how(self) -> str:
        dots = ", ".join(["..."] * len(self.asked))
        return f"Answer with letters in place of the dots: `lab.recall({dots})`. Never scored."

    @staticmethod
    def _option(option: Option, chosen: Any, truth: Any) -> str:
        mark = "●" if option.value == truth else "◐" if option.value == chosen else "○"
        return f"{mark} {option.value}  {option.words}"


NOTHING_YET = "There is nothing to recall yet."


def _state(chosen: Any, truth: Any) -> str:
    """Give a word for how an answer did; nothing for a question that was left out."""
    if chosen is ...:
        return ""
    return "● right:" if chosen == truth else "◐ not yet:"


def _told(question: Question, chosen: Any) -> list[str]:
    """Say what there is to say to an option that was chosen."""
    option = next((o for o in question.options if o.value == chosen), None)
    if option is None:
        return []
    if not option.belief:
        return [option.look]
    return [
        option.look,
        f"It fits a common belief ({option.belief}): *{BELIEFS[option.belief]}*.",
    ]


@dataclass(frozen=True, slots=True)
class Solution:
    """One right answer of a problem; before two tries, how to see it all the same."""

    problem: Problem
    tries: int | None  # so far, if there were too few

    def __repr__(self) -> str:
        return "\n".join([f"{self._head}: {self.problem.id}", *self._lines])

    def _repr_html_(self) -> str:
        if self.tries is not None:
            body = [page.paragraph(line) for line in self._lines]
        else:
            body = [
                f'<pre style="margin:6px 0;white-space:pre-wrap">'
                f"{escape(self.problem.solution)}</pre>",
                page.paragraph(OTHERS),
            ]
        return page.card(page.BLUE, self._head, self.problem.id, body)

    @property
    def _head(self) -> str:
        return "solution" if self.tries is None else "not shown yet"

    @property
    def _lines(self) -> list[str]:
        if self.tries is None:
            return [self.problem.solution, OTHERS]
        tries = f"{self.tries} {'try' if self.tries == 1 else 'tries'}"
        return [
            f"You had {tries}. After two you see a solution here.",
            f'To see it now: `lab.solution("{self.problem.id}", now=True)`.',
        ]


OTHERS = (
    "Put it into the cell of your answer, and read what the check says. Often there are others."
)


@dataclass(frozen=True, slots=True)
class Progress:
    """What is solved, and a code to carry it away."""

    lessons: list[Lesson]
    solved: frozenset[str]
    here: str
    share: bool = False

    def __repr__(self) -> str:
        if self.share:
            counts = " ".join(
                f"{lesson.id}:{sum(p.id in self.solved for p in lesson.problems)}"
                f"/{len(lesson.problems)}"
                for lesson in self.lessons
            )
            return f"{self._code}  {counts}"
        return "\n".join(page.plain(line) for line in self._lines)

    def _repr_html_(self) -> str:
        if self.share:
            return f"<code>{escape(repr(self))}</code>"
        title = self._code if self.solved else "nothing solved yet"
        body = [page.paragraph(line) for line in self._lines]
        return page.card(page.BLUE, "progress", title, body)

    @property
    def _code(self) -> str:
        return encode(set(self.solved))

    @property
    def _lines(self) -> list[str]:
        shown = [x for x in self.lessons if x.problems and self.here in ("", x.id)]
        lines = [f"{x.id}: {marks(x, self.solved)}" for x in shown]
        if not self.solved:
            return [*lines, "Solve an exercise, and a code stands here to carry it away."]
        return [*lines, f'On another machine: `lab.progress("{self._code}")`.']
