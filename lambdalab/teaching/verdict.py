"""What a check says: one of four outcomes, in words, with a mark and a colour."""

from __future__ import annotations

from dataclasses import dataclass

from ..mistakes import LabError
from ..run import Failure, Run
from . import page
from .beliefs import BELIEFS

NOT_TRIED, NOT_YET, CORRECT, RAISED = "not tried", "not yet", "correct", "your code raised"

MARKS = {NOT_TRIED: "○", NOT_YET: "◐", CORRECT: "●", RAISED: "✕"}
COLOURS = {
    NOT_TRIED: page.GREY,
    NOT_YET: page.AMBER,
    CORRECT: page.GREEN,
    RAISED: page.RED,
}
STEPS = ("Hint 1: a question", "Hint 2: where to look", "Hint 3: almost the step")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to `lab.check`: compare `verdict.state` and `verdict.belief`, or just look."""

    id: str
    state: str  # not tried, not yet, correct, your code raised
    words: str
    belief: str = ""  # of a "not yet": what it may come from, such as "M03"
    hints: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [f"{MARKS[self.state]} {self.state}: {self.id}"]
        lines += [f"  {page.plain(line)}" for line in self._lines]
        if self.hints:
            lines.append(f'  Stuck? lab.hint("{self.id}"), and then lab.solution("{self.id}")')
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        body = [page.paragraph(line) for line in self._lines]
        if self.hints:
            body.append(page.folded(STEPS[: len(self.hints)], self.hints))
        pill = f"{MARKS[self.state]} {self.state}"
        return page.card(COLOURS[self.state], pill, self.id, body)

    @property
    def _lines(self) -> list[str]:
        lines = self.words.split("\n")
        if self.belief:
            lines.append(f"It fits a common belief ({self.belief}): *{BELIEFS[self.belief]}*.")
        return lines


# When the learner's code raises -----------------------------------------------------------------


def raised(error: Exception) -> str:
    """Say what an exception of the learner's code means, and what to do."""
    if isinstance(error, LabError):
        return f"{error.given}\nAllowed: {error.allowed}. Try: `{error.attempt}`."
    kind = type(error).__name__
    advice = next((say for known, say in MEANINGS.items() if isinstance(error, known)), "")
    return f"{kind}: {error}.".replace("..", ".") + (f"\n{advice}" if advice else "")


MEANINGS: dict[type[Exception], str] = {
    NameError: "Python does not know this name. Run the cells above, and compare the spelling.",
    AttributeError: "The value has nothing of this name. Compare the spelling.",
    TypeError: "A value has another type than the code expects. Look at what you pass in.",
    IndexError: "A list is shorter than the code expects.",
    KeyError: "A dict has no such key.",
    ZeroDivisionError: "Something was divided by zero.",
}


def broke(run: Run) -> str:
    """Say how a handler failed in a run, or "" if none did."""
    failed = next((x for x in run.invocations if x.status == "error"), None)
    if failed is None:
        return ""
    answers = {}
    if len(run.requests) == len(run.returned):  # all were sent by calls, none through a source
        answers = dict(zip(run.requests, run.returned, strict=True))
    answer = answers.get(failed.request)
    message = f": {answer.message}" if isinstance(answer, Failure) and answer.message else ""
    return (
        f"Your handler failed on {failed.request} with {failed.error_type}{message}.\n"
        f'Read its log: `run.logs()`. Ask for the cause: `run.why("{failed.request}")`.'
    )
