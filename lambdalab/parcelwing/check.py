"""Whether an incident is repaired: said of two hours, and never of how it was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..mistakes import LabError
from ..teaching import page
from ..teaching.beliefs import BELIEFS
from ..teaching.verdict import COLOURS, CORRECT, MARKS, NOT_TRIED, NOT_YET, STEPS
from .night import BY_ID
from .parts import code_differences, differences
from .repairs import REPAIRS, late

if TYPE_CHECKING:
    from . import GameDay

SEEDS = (0, 1)
LATE = 20  # that may be late


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to `night.check()`: look at it, or at `state` and `belief`."""

    title: str
    state: str  # not tried, not yet, correct
    words: tuple[str, ...]
    belief: str = ""
    hints: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [f"{MARKS[self.state]} {self.state}: {self.title}"]
        return "\n".join([*lines, *(f"  {page.plain(line)}" for line in self._lines)])

    def _repr_html_(self) -> str:
        body = [page.paragraph(line) for line in self._lines]
        if self.hints:
            body.append(page.folded(STEPS[: len(self.hints)], self.hints))
        pill = f"{MARKS[self.state]} {self.state}"
        return page.card(COLOURS[self.state], pill, self.title, body)

    @property
    def _lines(self) -> Iterator[str]:
        yield from self.words
        if self.belief:
            yield f"It fits a common belief ({self.belief}): *{BELIEFS[self.belief]}*."


def check(night: GameDay) -> Checked:
    """Say whether a game day with one incident is repaired, in each of two hours."""
    if len(night.incidents) != 1:
        raise LabError(
            "a check is about one incident.",
            ", ".join(BY_ID),
            'lab.gameday(incidents=["slow mornings"]).check()',
        )
    (id,) = night.incidents
    title, repair = BY_ID[id].title, REPAIRS[id]
    if not differences(night.config) and not code_differences(night.config):
        untouched = "Nothing is changed yet: this is the stack as you inherited it."
        return Checked(title, NOT_TRIED, (untouched,), "", repair.hints)
    scores = []
    for seed in SEEDS:
        hour = night.with_(seed=seed)
        score = hour.score()
        scores.append(f"{score.points:,.1f}")
        if any(score.of(name) for name in ("lost", "twice", "slow")) or late(hour) > LATE:
            half = next((half for half in repair.half if half.sees(hour)), None)
            words, belief = (half.words, half.belief) if half else (repair.otherwise, "")
            return Checked(title, NOT_YET, (words, _left(hour)), belief, repair.hints)
    said = f"Nothing is lost, twice or slow in two hours. Their scores: {', '.join(scores)}."
    return Checked(title, CORRECT, (said,))


def _left(hour: GameDay) -> str:
    """Say what is still wrong in an hour."""
    score = hour.score()
    said = [f"{name} {score.of(name):,.0f}" for name in ("lost", "twice", "slow") if score.of(name)]
    if late(hour) > LATE:
        said.append(f"{late(hour):,} late")
    bad = hour.lost()
    example = f' For one of them: `night.with_(seed={hour.seed}).why("{bad[0]}")`.' if bad else ""
    return f"Still, with seed {hour.seed}: {', '.join(said)}.{example}"
