"""The pictures of docs/proven.md: differences with their intervals, and figures over the rate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

from lambdalab.views.charts import EDGE, WIDTH
from lambdalab.views.ink import (
    BLUE,
    FRAME,
    GRID,
    GROUND,
    INK,
    MUTED,
    ORANGE,
    head,
    path,
    text,
)

TOP, ROW, FOOT = 56, 15, 46
COLOURS = (BLUE, ORANGE, INK)


@dataclass(frozen=True)
class Difference:
    """How far a figure is from what it is held against, and how far it may be by chance."""

    name: str
    mean: float  # 0.01: one per cent more than expected
    half: float
    kind: int = 0  # of mark


@dataclass(frozen=True)
class Group:
    """Differences under one heading."""

    name: str
    rows: Sequence[Difference]


def forest(
    title: str, alt: str, groups: Sequence[Group], most: float, kinds: Sequence[str] = ()
) -> str:
    """Draw a row for each difference: a dot, its interval, and a line where there is none.

    Parameters
    ----------
    title, alt : str
        What stands above it, and what it shows in a sentence.
    groups : sequence of Group
        From top to bottom.
    most : float
        The difference at either edge; an interval that goes on beyond ends in a chevron.
    kinds : sequence of str
        What the kinds of marks stand for, if there are several.
    """
    rows = sum(len(group.rows) + 1 for group in groups)
    foot = TOP + rows * ROW + 6
    left, right = 420, WIDTH - EDGE - 14
    middle = (left + right) / 2

    def x(value: float) -> float:
        share = min(max(value / most, -1), 1)
        return round(middle + share * (right - left) / 2, 1)

    ticks = [k * most / 4 for k in range(-4, 5)]
    grid = "".join(f"M{x(tick):g} {TOP - 10}V{foot}" for tick in ticks)
    parts = [head(WIDTH, foot + FOOT, title, alt), path(grid, f"stroke='{GRID}'")]
    parts.append(path(f"M{middle:g} {TOP - 10}V{foot}", f"stroke='{INK}' stroke-width='1.2'"))
    parts += [text(x(tick), foot + 15, f"{tick:+.1%}", "m c")
              for tick in ticks]  # fmt: skip
    y = TOP + ROW / 2
    for group in groups:
        parts.append(text(EDGE, y + 4, group.name, "b"))
        y += ROW
        for row in group.rows:
            parts += [text(EDGE + 12, y + 4, row.name), _mark(row, x, y, most)]
            y += ROW
    parts += [*_key(kinds, left, foot + 36), "</svg>"]
    return "".join(parts)


def _mark(row: Difference, x: Callable[[float], float], y: float, most: float) -> str:
    """Draw a dot and its interval."""
    colour = COLOURS[row.kind]
    low, high = row.mean - row.half, row.mean + row.half
    line = f"M{x(low):g} {y:g}H{x(high):g}"
    for end, tip in ((low, 1), (high, -1)):
        if abs(end) > most:
            line += f"M{x(end) + 4 * tip:g} {y - 4:g}l{-4 * tip} 4l{4 * tip} 4"
        else:
            line += f"M{x(end):g} {y - 3:g}v6"
    drawn = path(line, f"fill='none' stroke='{colour}' stroke-width='1.4'") if row.half else ""
    return drawn + _dot(x(row.mean), y, row.kind)


def _dot(x: float, y: float, kind: int) -> str:
    """Draw a filled dot, a hollow one or a diamond."""
    colour = COLOURS[kind]
    if kind == 2:
        return path(f"M{x:g} {y - 4:g}l4 4l-4 4l-4 -4z", f"fill='{colour}'")
    fill = GROUND if kind else colour
    circle = f"M{x - 3:g} {y:g}a3 3 0 1 1 6 0a3 3 0 1 1 -6 0z"
    return path(circle, f"fill='{fill}' stroke='{colour}' stroke-width='1.4'")


def _key(kinds: Sequence[str], x: float, y: float) -> Iterator[str]:
    """Name the kinds of marks."""
    for kind, words in enumerate(kinds):
        yield _dot(x, y - 4, kind) + text(x + 10, y, words, "m")
        x += 24 + 6.2 * len(words)


@dataclass(frozen=True)
class Points:
    """Figures over the rate, with how far off each may be; or a line through them."""

    name: str
    points: Sequence[tuple[float, float]]
    errors: Sequence[float] = field(default=())
    kind: int = 0
    line: bool = False


def over_rate(title: str, alt: str, unit: str, series: Sequence[Points]) -> str:
    """Draw figures over the rate of requests, both on a scale of powers of ten."""
    plot, left, right = 300, EDGE + 60, WIDTH - EDGE - 14
    foot = TOP + plot
    rates = [rate for s in series for rate, _ in s.points]
    values = [value for s in series for _, value in s.points]
    across, up = _decades(rates), _decades(values)

    def x(rate: float) -> float:
        return round(left + _share(rate, across) * (right - left), 1)

    def y(value: float) -> float:
        return round(foot - _share(value, up) * plot, 1)

    parts = [head(WIDTH, foot + 62, title, alt)]
    for power in range(across[0], across[1] + 1):
        parts.append(path(f"M{x(10.0**power):g} {TOP}V{foot}", f"stroke='{GRID}'"))
        parts.append(text(x(10.0**power), foot + 16, f"{10.0**power:g}", "m c"))
    for power in range(up[0], up[1] + 1):
        parts.append(path(f"M{left} {y(10.0**power):g}H{right}", f"stroke='{GRID}'"))
        parts.append(text(left - 8, y(10.0**power) + 4, f"{10.0**power:g}", "m e"))
    parts.append(path(f"M{left} {TOP}V{foot}H{right}", f"fill='none' stroke='{FRAME}'"))
    parts += [text(EDGE, TOP - 10, unit, "m"), text(right, foot + 32, "requests a second", "m e")]
    for s in series:
        if s.line:
            steps = "L".join(f"{x(rate):g} {y(value):g}" for rate, value in s.points)
            parts.append(path(f"M{steps}", f"fill='none' stroke='{MUTED}' stroke-width='1.4'"))
            continue
        bars = ""
        for (rate, value), error in zip(s.points, s.errors, strict=False):
            low = max(value - error, 10.0 ** up[0])
            bars += f"M{x(rate):g} {y(low):g}V{y(value + error):g}"
        parts.append(path(bars, f"stroke='{COLOURS[s.kind]}' stroke-width='1.2'"))
        parts += [_dot(x(rate), y(value), s.kind) for rate, value in s.points]
    at = float(left)
    for s in series:
        if s.line:
            parts.append(path(f"M{at - 6:g} {foot + 46}h14", f"stroke='{MUTED}' stroke-width='2'"))
        else:
            parts.append(_dot(at, foot + 46, s.kind))
        parts.append(text(at + 12, foot + 50, s.name, "m"))
        at += 34 + 6.2 * len(s.name)
    return "".join([*parts, "</svg>"])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Choose the powers of ten around some values."""
    return floor(log10(min(values))), ceil(log10(max(values)))


def _share(value: float, ends: tuple[int, int]) -> float:
    """Say where a value stands between two powers of ten."""
    return (log10(value) - ends[0]) / (ends[1] - ends[0])
