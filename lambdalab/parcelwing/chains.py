"""A chain of causes in short: what happened, and what the team had set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..engine.units import SECOND
from ..views.why import Link
from .night import START

MOMENT = re.compile(r"\b(until|at) (\d+\.\d{3,6}) s\b")
LINKS = 8  # of a chain, before its first cause
INDENT = " " * 12


def chain(links: Sequence[Link]) -> Iterator[str]:
    """Write the links nearest to what happened, and the first one of all."""
    lines: list[str] = []
    for link in links:
        if not link.depth:
            lines.append(f"{clock(link.at)}  {_clocked(link.text)} [{link.rule.id}]")
        elif link.label == "you" and "set" in link.text:
            lines.append(f"{INDENT}{link.text}")
    lines = list(dict.fromkeys(lines))
    yield from lines[:LINKS]
    if len(lines) > LINKS + 1:
        yield f"{INDENT}... {len(lines) - LINKS - 1:,} links further:"
    yield from lines[LINKS:][-1:]


def _clocked(text: str) -> str:
    """Turn the seconds of a run that a sentence names into times of the clock."""
    return MOMENT.sub(lambda found: f"{found[1]} {clock(round(float(found[2]) * SECOND))}", text)


def clock(us: int) -> str:
    """Write a moment as the clock shows it, to a tenth of a second."""
    minutes, rest = divmod(us, 60 * SECOND)
    minutes += START
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest / SECOND:04.1f}"
