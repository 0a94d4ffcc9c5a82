"""Where a moment stands on a picture: a time axis that skips long stretches of nothing.

Three requests within a second and a shutdown six minutes later do not fit on one scale. So a
stretch in which nothing is written to the log is cut out if it would leave no room for the rest.
Whoever draws the axis marks each cut and says how long it is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..engine.units import DAY, HOUR, MINUTE, MS, SECOND

MOST_CUTS = 12
CUT_WIDTH = 0.05  # share of the axis, as long as there are few cuts
CUT_WIDTHS = 0.4  # share of the axis that all cuts may take together
LEAST_WIDTH = 0.03  # of what stands between two cuts, be it a mere moment
TICKS = 11  # about so many on a whole axis

# A stretch is cut if it is longer than so many times all that is shown.
PATIENCE_WORKING = 100  # some code is at work; only what would make all else invisible is cut
PATIENCE_IDLE = 2.5  # every environment is idle
PATIENCE_SETTLED = 0.15  # nothing but shutdowns is to come

STEPS: tuple[int, ...] = (
    *(digit * 10**power for power in range(7) for digit in (1, 2, 5)),
    *(n * SECOND for n in (10, 20, 30)),
    *(n * MINUTE for n in (1, 2, 5, 10, 20, 30)),
    *(n * HOUR for n in (1, 2, 3, 6, 12)),
    *(n * DAY for n in (1, 2, 5, 10)),
)
UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the axis: a stretch of time and where it stands, from 0 to 1."""

    start: int  # us
    end: int
    left: float
    right: float
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment with a label, or a cut with its length; the lower rank keeps its place."""

    x: float
    label: str
    rank: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """The whole axis."""

    pieces: tuple[Piece, ...]
    ticks: tuple[Tick, ...]

    def x(self, at: int) -> float:
        """Say where a moment stands, from 0 to 1."""
        place = bisect_left(self.pieces, at, key=lambda piece: piece.end)
        piece = self.pieces[min(place, len(self.pieces) - 1)]
        if piece.end == piece.start:
            return piece.left
        share = min(max((at - piece.start) / (piece.end - piece.start), 0), 1)
        return piece.left + share * (piece.right - piece.left)


def axis(moments: Sequence[int], working: Sequence[tuple[int, int]], settled: int) -> Axis:
    """Lay out an axis.

    Parameters
    ----------
    moments : sequence of int
        When entries were written, in order, in microseconds.
    working : sequence of (int, int)
        From when to when some environment was at work.
    settled : int
        From when on nothing but shutdowns happens.
    """
    times = sorted({0, *moments})
    gaps = list(pairwise(times))
    pieces = _place(_join(gaps, _cuts(gaps, _merge(working), settled)))
    return Axis(pieces, _ticks(pieces))


# Which stretches are cut out --------------------------------------------------------------------


def _merge(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans of time that overlap or touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _cuts(
    gaps: list[tuple[int, int]], working: list[tuple[int, int]], settled: int
) -> set[tuple[int, int]]:
    """Choose the stretches that would leave no room for the rest."""
    kinds: dict[float, list[tuple[int, int]]] = {
        PATIENCE_WORKING: [],
        PATIENCE_IDLE: [],
        PATIENCE_SETTLED: [],
    }
    for gap in gaps:
        place = bisect_right(working, gap[0], key=lambda span: span[0]) - 1
        if place >= 0 and gap[1] <= working[place][1]:
            kinds[PATIENCE_WORKING].append(gap)
        else:
            kinds[PATIENCE_SETTLED if gap[0] >= settled else PATIENCE_IDLE].append(gap)
    shown, left, cuts = 0, len(gaps), set()
    for patience, some in kinds.items():
        for gap in sorted(some, key=lambda gap: (gap[1] - gap[0], gap)):
            length = gap[1] - gap[0]
            # Where all stretches are alike, as with a ping every five minutes, cutting a few of
            # them would mislead: all but the longest twelve are always shown.
            if not shown or left > MOST_CUTS or length <= patience * shown:
                shown += length
            else:
                cuts.add(gap)
            left -= 1
    return cuts


def _join(gaps: list[tuple[int, int]], cuts: set[tuple[int, int]]) -> list[Piece]:
    """Make one piece of all stretches between two cuts; it may be a mere moment."""
    pieces: list[Piece] = []
    start = end = 0
    for gap in gaps:
        if gap in cuts:
            pieces += [Piece(start, end, 0, 0), Piece(*gap, 0, 0, cut=True)]
            start = gap[1]
        end = gap[1]
    return [*pieces, Piece(start, end, 0, 0)]


def _place(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Give every cut the same width and share the rest by length."""
    cuts = sum(piece.cut for piece in pieces)
    width = min(CUT_WIDTH, CUT_WIDTHS / cuts) if cuts else 0
    least = min(LEAST_WIDTH, CUT_WIDTHS / cuts) if cuts else 0
    shown = sum(piece.end - piece.start for piece in pieces if not piece.cut)
    to_share = 1 - cuts * width - (cuts + 1) * least
    placed, x = [], 0.0
    for piece in pieces:
        share = (piece.end - piece.start) / shown if shown else 0
        right = x + (width if piece.cut else least + share * to_share)
        placed.append(Piece(piece.start, piece.end, x, right, piece.cut))
        x = right
    return tuple(placed)


# What is written below --------------------------------------------------------------------------


def _ticks(pieces: tuple[Piece, ...]) -> tuple[Tick, ...]:
    """Label round moments, the moment after each cut, and the cuts themselves."""
    ticks = []
    longest = max((piece for piece in pieces if not piece.cut), key=lambda p: p.right - p.left)
    for piece in pieces:
        if piece.cut:
            middle = (piece.left + piece.right) / 2
            ticks.append(Tick(middle, duration_text(piece.end - piece.start), 2, cut=True))
            continue
        step = _step(piece) if piece.end > piece.start else _step(longest)
        ticks.append(Tick(piece.left, moment_text(piece.start, 1 if piece.start else step), 0))
        first = piece.start // step + 1
        for n in range(first, piece.end // step + 1):
            share = (n * step - piece.start) / (piece.end - piece.start)
            x = piece.left + share * (piece.right - piece.left)
            ticks.append(Tick(x, moment_text(n * step, step), 1))
    return tuple(ticks)


def _step(piece: Piece) -> int:
    """Choose a round distance between two ticks."""
    if piece.end == piece.start:
        return SECOND
    count = max(TICKS * (piece.right - piece.left), 1)
    least = (piece.end - piece.start) / count
    return next((step for step in STEPS if step >= least), STEPS[-1])


def moment_text(at: int, step: int) -> str:
    """Write a moment as precisely as the distance between two ticks asks for."""
    if at == 0:
        return "0 ms" if step < MS else "0 s"
    if step >= MINUTE:
        return duration_text(at, parts=3)
    if at < SECOND / 10 and step < 10 * MS:
        return f"{_number(at, MS)} ms"
    return f"{_number(at, SECOND)} s"


def duration_text(length: int, parts: int = 2) -> str:
    """Write a length of time in its largest units: 5 min 57 s.

    Examples
    --------
    >>> duration_text(357_400_000), duration_text(1_900_000), duration_text(7_200_000_000)
    ('5 min 57 s', '1.9 s', '2 h')
    """
    if length < SECOND:
        return f"{_number(length, MS)} ms"
    if length < MINUTE:
        return f"{_number(round(length, -5), SECOND)} s"
    words, left = [], round(length / SECOND) * SECOND
    for unit, name in UNITS:
        n, left = divmod(left, unit)
        if n:
            words.append(f"{n} {name}")
    return " ".join(words[:parts])


def _number(value: int, unit: int) -> str:
    """Write a quotient exactly, without trailing zeros."""
    whole, part = divmod(value, unit)
    decimals = f"{part:0{len(str(unit)) - 1}}".rstrip("0")
    return f"{whole:,}.{decimals}" if decimals else f"{whole:,}"
