"""The page that a team takes home, in Markdown: the same configuration gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .judge import LOST, Outcome
from .night import BY_ID, clock_of
from .parts import BASELINE, code_differences, differences
from .score import EACH_AGAIN, EACH_LOST, Final

if TYPE_CHECKING:
    from . import GameDay

WORST = 3  # kinds of loss whose chain is shown
CODE_LINES = 60  # of a difference
QUESTIONS = (
    "Which signal did you trust first?",
    "Which signal misled you first?",
    "Which of the five questions would have found it? Which environment? Whose clock? "
    "Is there room? Who called, so who retries? Who acknowledged?",
    "Which line do you change at work on Monday?",
)


class Report:
    """The answer to `night.report()`.

    Attributes
    ----------
    text : str
        The page, in Markdown.
    """

    def __init__(self, night: GameDay, final: Final | None) -> None:
        self.text = "\n".join(_page(night, final)) + "\n"

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text

    def save(self, path: str | Path) -> Path:
        """Write the page into a file."""
        written = Path(path)
        written.write_text(self.text, encoding="utf-8")
        return written


def _page(night: GameDay, final: Final | None) -> Iterator[str]:
    team = f": {night.team}" if night.team else ""
    before = night.with_(**_undone(night))
    worst, where = night, f"the hour {_what(night)}"
    if final:
        worst = min(final.hours, key=lambda hour: hour.score().points)
        where = f"hour {final.hours.index(worst) + 1} of the final"
    yield f"# The night shift at Parcelwing{team}"
    yield "\n## What we changed\n"
    yield from _changes(night)
    yield "\n## What it was worth\n"
    ours, theirs = night.score(), before.score()
    yield from _table(
        ("term", "baseline", "ours", "counted"),
        [
            (a.name, f"{b.points:,.1f}", f"{a.points:,.1f}", a.counted)
            for a, b in zip(ours.terms, theirs.terms, strict=True)
        ]
        + [("**score**", f"**{theirs.points:,.1f}**", f"**{ours.points:,.1f}**", _what(night))],
    )
    if final:
        points = ", ".join(f"{score.points:,.1f}" for _, score in final.scores)
        yield f"\nThe final hour: {points}. The worst counts: **{final.points:,.1f}**."
    yield "\n## Why the worst losses happened\n"
    if groups := _groups(worst.outcomes):
        yield f"In {where}."
        yield from _chains(worst, groups)
    else:
        yield "Nothing was lost or done too often. These are the losses of the baseline."
        yield from _chains(before, _groups(before.outcomes))
    yield "\n## Debrief\n"
    yield from (f"{n}. {question}\n" for n, question in enumerate(QUESTIONS, 1))


def _what(night: GameDay) -> str:
    """Name an hour."""
    several = len(night.incidents) == len(BY_ID)
    names = "all six incidents" if several else ", ".join(night.incidents) or "no incident"
    return f"with {names}, seed {night.seed}"


def _undone(night: GameDay) -> dict[str, dict[str, object]]:
    """Say what brings every part back to the baseline."""
    return {
        name: {**dict.fromkeys(settings), **BASELINE[name]}
        for name, settings in night.config.items()
    }


def _changes(night: GameDay) -> Iterator[str]:
    rows = [(f"`{p}`", f"`{k}`", a, b) for p, k, a, b in differences(night.config)]
    if rows:
        yield from _table(("part", "setting", "baseline", "ours"), rows)
    for name, difference in code_differences(night.config).items():
        lines = difference.splitlines()
        more = [f"... and {len(lines) - CODE_LINES} more lines"] if len(lines) > CODE_LINES else []
        yield "\n".join([f"\nThe code of `{name}`:\n\n```diff", *lines[:CODE_LINES], *more, "```"])
    if not rows and not code_differences(night.config):
        yield "Nothing: this is the baseline."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


# Losses -----------------------------------------------------------------------------------------


def _groups(found: Sequence[Outcome]) -> list[tuple[str, float, list[Outcome]]]:
    """Group what was lost, or done too often, by its kind; the dearest first."""
    groups: dict[str, list[Outcome]] = {}
    points: dict[str, float] = {}
    for one in found:
        for word, price in (
            ("lost", EACH_LOST * (one.state == LOST)),
            ("done too often", EACH_AGAIN * one.again),
        ):
            if price:
                name = f"{one.asked.kind} {word}"
                groups.setdefault(name, []).append(one)
                points[name] = points.get(name, 0) + price
    dearest = sorted(groups, key=lambda name: (points[name], name))
    return [(name, points[name], groups[name]) for name in dearest[:WORST]]


def _chains(hour: GameDay, groups: Sequence[tuple[str, float, list[Outcome]]]) -> Iterator[str]:
    for name, points, some in groups:
        example = some[len(some) // 2].asked
        asked = f"For example `{example.name}`, asked for at {clock_of(example.at)}:"
        yield f"\n**{name}, {len(some):,} in all: {points:,.0f} points.** {asked}\n"
        yield "\n".join(["```text", *hour.links(example.name), "```"])
