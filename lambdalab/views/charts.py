"""Charts: a few series of numbers over time, or a bar for each of some values, as still pictures.

`over_time` and `bars` know nothing of Lambda. The same numbers give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

from ..engine.units import seconds_text
from .axis import Axis, Piece, Tick
from .grid import aligned
from .ink import (
    ALARM,
    BLUE,
    BLUE_TINT,
    CHARACTER,
    GREEN,
    GRID,
    GROUND,
    INK,
    MUTED,
    ORANGE,
    PINK,
    figure,
    head,
    path,
    text,
)

WIDTH, EDGE, GUTTER, BEYOND = 960, 16, 60, 22
TOP, PLOT = 64, 190
LOOKS = (  # of the series of one chart, in their order: colour, and dashes besides
    (BLUE, ""),
    (ORANGE, "7 3"),
    (GREEN, "2 3"),
    (PINK, "9 3 2 3"),
    (MUTED, "4 2"),
)
PAIR = (  # of two bars side by side
    f"fill='{BLUE_TINT}' stroke='{BLUE}' stroke-width='1.4'",
    f"fill='{GROUND}' stroke='{ORANGE}' stroke-width='1.4' stroke-dasharray='7 3'",
)
SHAPES = ("warm", "cold", "failed", "refused")  # of dots
STEPS = (1, 2, 2.5, 5, 10)
MILLION = 1_000_000
LINES = 40  # of numbers that are told one by one


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers by time: what holds from a time on, what grows until the next, or single dots."""

    name: str
    points: Sequence[tuple[int, float]]  # us, value
    kind: str = "steps"  # steps, slopes (with a value before each jump), dots
    shape: str = "warm"  # of dots: warm, cold, failed, refused


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, and what stands on it."""

    label: str
    value: float
    words: str


class Chart:
    """A chart: an image in a notebook, its numbers in `tell()`, one line of text elsewhere.

    Attributes
    ----------
    svg : str
        An SVG document of its own.
    alt : str
        What it shows, in a sentence.
    """

    def __init__(
        self, svg: str, alt: str, rows: Sequence[tuple[str, ...]], right: str = ""
    ) -> None:
        self.svg, self.alt = svg, alt
        self.rows, self._right = rows, right

    def __repr__(self) -> str:
        return f"<Chart: {self.alt}>"

    def _repr_html_(self) -> str:
        return figure(self.svg, self.alt)

    def tell(self) -> str:
        """Say every number of the chart; of very many, those at the ends."""
        top, *rows = self.rows
        if len(rows) > LINES:
            dots = ("…",) * len(top)
            rows = [*rows[: LINES // 2], dots, *rows[-LINES // 2 :]]
        return "\n".join([self.alt, *aligned([top, *rows], self._right)])


def over_time(
    title: str,
    alt: str,
    unit: str,
    axis: Axis,
    series: Sequence[Series],
    limits: Sequence[tuple[float, str]] = (),
) -> Chart:
    """Draw series over a time axis.

    Parameters
    ----------
    title : str
        What stands above it.
    alt : str
        What it shows, in a sentence.
    unit : str
        What is counted: requests, ms, s.
    axis : Axis
        Of the run, so that a chart can be held against the timeline.
    series : sequence of Series
        At most five lines, and any dots.
    limits : sequence of (float, str)
        Levels to mark, each with its words.
    """
    values = [v for s in series for _, v in s.points] + [level for level, _ in limits]
    rows = any(tick.cut for tick in axis.ticks) + (len(series) > 1)
    paper = Paper(axis, max(values, default=0), rows)
    parts = [head(WIDTH, paper.height, title, alt), *_grid(paper, unit), *_labels(paper)]
    parts += [*_limits(paper, limits), *_lines(paper, series), *_dots(paper, series)]
    if not values:
        middle = (GUTTER + WIDTH - BEYOND) / 2
        parts.append(text(middle, TOP + PLOT / 2, alt.rpartition(", ")[2], "m c"))
    parts += [*_cuts(paper), *_legend(paper, series), "</svg>"]
    told: list[tuple[str, ...]] = [("time", *([""] if len(series) > 1 else []), unit)]
    for at, name, value in sorted((at, s.name, v) for s in series for at, v in s.points):
        told.append((f"{seconds_text(at)} s", *([name] if len(series) > 1 else []), f"{value:,g}"))
    return Chart("".join(parts), alt, told, "rlr" if len(series) > 1 else "rr")


def against(
    title: str,
    alt: str,
    unit: str,
    name: str,
    series: Sequence[Series],
    mark: tuple[int, str] | None = None,
) -> Chart:
    """Draw lines against a number from zero on, which is counted in millionths.

    Parameters
    ----------
    title, alt, unit : str
        As for `over_time`.
    name : str
        What the number is, below it.
    series : sequence of Series
        At most five, each of slopes, and with values at the same places.
    mark : (int, str), optional
        A place to mark from top to bottom, with its words.
    """
    places = sorted({at for s in series for at, _ in s.points})
    paper = Paper(_scale(places[-1]), max(v for s in series for _, v in s.points), 2)
    parts = [head(WIDTH, paper.height, title, alt), *_grid(paper, unit), *_labels(paper)]
    parts += [text((paper.left + paper.right) / 2, paper.foot + 36, name, "m c")]
    parts += [*_mark(paper, mark), *_lines(paper, series), *_legend(paper, series), "</svg>"]
    told: list[tuple[str, ...]] = [(name, *(f"{s.name}, {unit}" for s in series))]
    for at in places:
        values = [next(v for x, v in s.points if x == at) for s in series]
        told.append((f"{at / MILLION:,.6g}", *(f"{v:,.2f}" for v in values)))
    return Chart("".join(parts), alt, told, "r" * len(told[0]))


def bars(title: str, alt: str, unit: str, name: str, some: Sequence[Bar]) -> Chart:
    """Draw a bar for each of some values.

    Parameters
    ----------
    title, alt, unit : str
        As for `over_time`.
    name : str
        What the bars stand for, below them.
    some : sequence of Bar
        The bars, from left to right.
    """
    paper = Paper(None, max((bar.value for bar in some), default=0), 1)
    parts = [head(WIDTH, paper.height, title, alt), *_grid(paper, unit)]
    width = (paper.right - paper.left) / max(len(some), 1)
    for n, bar in enumerate(some):
        middle = round(paper.left + (n + 0.5) * width, 1)
        half, y = round(min(width * 0.32, 60), 1), paper.y(bar.value)
        box = f"M{middle - half:g} {paper.foot}V{y:g}H{middle + half:g}V{paper.foot}z"
        parts.append(path(box, f"fill='{BLUE_TINT}' stroke='{BLUE}' stroke-width='1.4'"))
        parts.append(text(middle, y - 6, bar.words, "b c"))
        parts.append(text(middle, paper.foot + 16, bar.label, "c"))
    parts += [text((paper.left + paper.right) / 2, paper.foot + 38, name, "m c"), "</svg>"]
    rows = [(name, unit), *((bar.label, bar.words) for bar in some)]
    return Chart("".join(parts), alt, rows, "rr")


def pairs(
    title: str,
    alt: str,
    unit: str,
    name: str,
    some: Sequence[tuple[str, float, float]],
    two: tuple[str, str],
) -> Chart:
    """Draw two bars for each of some values, side by side.

    Parameters
    ----------
    title, alt, unit, name
        As for `bars`.
    some : sequence of (str, float, float)
        A label and two values, from left to right.
    two : (str, str)
        What the first and the second bars are.
    """
    paper = Paper(None, max((max(a, b) for _, a, b in some), default=0), 2)
    parts = [head(WIDTH, paper.height, title, alt), *_grid(paper, unit)]
    width = (paper.right - paper.left) / max(len(some), 1)
    half = round(min(width * 0.2, 44), 1)
    for n, (label, *values) in enumerate(some):
        middle = round(paper.left + (n + 0.5) * width, 1)
        for x, value, look in zip((middle - 2 * half, middle), values, PAIR, strict=True):
            y = paper.y(value)
            box = f"M{x:g} {paper.foot}V{y:g}H{round(x + 2 * half, 1):g}V{paper.foot}z"
            parts.append(path(box, look))
            parts.append(text(x + half, y - 6, f"{value:,.6g}", "b c"))
        parts.append(text(middle, paper.foot + 16, label, "c"))
    x = float(paper.left)
    for words, look in zip(two, PAIR, strict=True):
        parts.append(path(f"M{x:g} {paper.height - 22}h18v10h-18z", look))
        parts.append(text(x + 24, paper.height - 12, words, "m"))
        x += 24 + len(words) * CHARACTER + 18
    parts += [text((paper.left + paper.right) / 2, paper.foot + 38, name, "m c"), "</svg>"]
    rows = [(name, *two), *((label, f"{a:,.6g}", f"{b:,.6g}") for label, a, b in some)]
    return Chart("".join(parts), alt, rows, "rrr")


# Drawing ----------------------------------------------------------------------------------------


class Paper:
    """Where things stand on a chart."""

    def __init__(self, axis: Axis | None, most: float, rows: int) -> None:
        self.axis = axis
        self.left, self.right = EDGE + GUTTER, WIDTH - EDGE - BEYOND
        self.foot = TOP + PLOT
        self.height = self.foot + 34 + 16 * rows
        self.step = _step(most)
        self.top = max(ceil(round(most / self.step, 9)), 1) * self.step

    def x(self, at: int) -> float:
        """Say where a moment stands, in px."""
        share = self.axis.x(at) if self.axis else 0.0
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, value: float) -> float:
        """Say where a value stands, in px."""
        return round(self.foot - PLOT * value / self.top, 1)


def _step(most: float) -> float:
    """Choose a round distance between the lines of a grid: about five of them."""
    if most <= 0:
        return 1.0
    unit = 10.0 ** floor(log10(most / 5))
    return float(next(step * unit for step in STEPS if step * unit * 5 >= most * 0.999))


def _grid(paper: Paper, unit: str) -> Iterator[str]:
    """Draw the lines of the values, and say what is counted."""
    steps = labels = ""
    for n in range(round(paper.top / paper.step) + 1):
        value = n * paper.step
        if unit not in FRACTIONS and value != round(value):
            continue  # there is no half request
        y = paper.y(value)
        steps += f"M{paper.left} {y:g}H{paper.right + BEYOND / 2:g}"
        labels += text(paper.left - 8, y + 4, f"{value:,.6g}", "m e")
    yield path(steps, f"stroke='{GRID}'") + labels + text(EDGE, TOP - 14, unit, "m")


FRACTIONS = ("ms", "s", "USD", "GB-s")


def _scale(most: int) -> Axis:
    """Lay out an axis of plain numbers from zero on."""
    step = round(_step(most / MILLION) * MILLION)
    ticks = [Tick(x / most, f"{x / MILLION:,.6g}", 0) for x in range(0, most + 1, step)]
    return Axis((Piece(0, most, 0, 1),), tuple(ticks))


def _labels(paper: Paper) -> Iterator[str]:
    """Write the times or numbers below; labels that would overlap are left out."""
    labels, ticks = "", ""
    taken: list[tuple[int, float, float]] = []
    assert paper.axis
    for tick in sorted(paper.axis.ticks, key=lambda tick: (tick.rank, tick.x)):
        x = round(paper.left + tick.x * (paper.right - paper.left), 1)
        words = f"{tick.label} later" if tick.cut else tick.label
        half = len(words) * CHARACTER / 2 + 5
        row = int(tick.cut)
        if any(r == row and x - half < end and start < x + half for r, start, end in taken):
            continue
        taken.append((row, x - half, x + half))
        labels += text(min(x, WIDTH - half), paper.foot + (32 if tick.cut else 17), words, "m c")
        ticks += "" if tick.cut else f"M{x:g} {paper.foot}v4"
    yield path(ticks, f"stroke='{MUTED}'") + labels


def _mark(paper: Paper, mark: tuple[int, str] | None) -> Iterator[str]:
    if mark:
        x = paper.x(mark[0])
        yield path(f"M{x:g} {TOP - 8}V{paper.foot}", f"stroke='{ALARM}' stroke-width='1.4'")
        yield text(x + 6, TOP - 2, mark[1], "a b g")


def _limits(paper: Paper, limits: Sequence[tuple[float, str]]) -> Iterator[str]:
    for level, words in limits:
        y = paper.y(level)
        yield path(f"M{paper.left} {y:g}H{WIDTH - EDGE}", f"stroke='{ALARM}' stroke-width='1.4'")
        yield text(WIDTH - EDGE, y - 5, words, "a b e g")


def _lines(paper: Paper, series: Sequence[Series]) -> Iterator[str]:
    """Draw what holds or grows over time; a single line stands on a tint."""
    lines = [s for s in series if s.kind != "dots"]
    for s, (colour, dashes) in zip(lines, LOOKS, strict=False):
        steps = "".join(_corners(paper, s))
        if not steps:
            continue
        if len(lines) == 1:
            yield path(f"{steps}V{paper.foot}H{paper.x(s.points[0][0]):g}z", f"fill='{BLUE_TINT}'")
        look = f"stroke-dasharray='{dashes}'" if dashes else ""
        yield path(steps, f"fill='none' stroke='{colour}' stroke-width='1.8' {look}".rstrip())


def _corners(paper: Paper, series: Series) -> Iterator[str]:
    """Write a line; what falls onto the same tenth of a px is written once."""
    last = ""
    for n, (at, value) in enumerate(series.points):
        x, y = paper.x(at), paper.y(value)
        if not n:
            step = f"M{x:g} {y:g}"
        else:
            step = f"H{x:g}V{y:g}" if series.kind == "steps" else f"L{x:g} {y:g}"
        if step != last:
            yield step
        last = step
    if series.points and series.kind == "steps":
        yield f"H{WIDTH - EDGE}"


def _dots(paper: Paper, series: Sequence[Series]) -> Iterator[str]:
    """Draw single values, each kind with a shape of its own."""
    for s in series:
        if s.kind != "dots":
            continue
        places = dict.fromkeys((paper.x(at), paper.y(value)) for at, value in s.points)
        yield _shape(s.shape, list(places))


def _shape(shape: str, places: Sequence[tuple[float, float]]) -> str:
    """Draw filled or hollow dots, filled diamonds, or crosses."""
    if shape == "refused":
        steps = "".join(f"M{x - 4:g} {y - 4:g}l8 8m0-8l-8 8" for x, y in places)
        return path(steps, f"stroke='{ALARM}' stroke-width='2.2'")
    if shape == "failed":
        steps = "".join(f"M{x:g} {y - 5.5:g}l5.5 5.5l-5.5 5.5l-5.5-5.5z" for x, y in places)
        return path(steps, f"fill='{ALARM}'")
    steps = "".join(
        f"M{x - 3.6:g} {y:g}a3.6 3.6 0 1 1 7.2 0a3.6 3.6 0 1 1-7.2 0z" for x, y in places
    )
    fill = GROUND if shape == "cold" else INK
    return path(steps, f"fill='{fill}' stroke='{INK}' stroke-width='1.6'")


def _cuts(paper: Paper) -> Iterator[str]:
    """Mark each stretch that the axis leaves out with a torn edge on either side."""
    assert paper.axis
    steps = ""
    for piece in paper.axis.pieces:
        if piece.cut:
            middle = round(
                paper.left + (piece.left + piece.right) / 2 * (paper.right - paper.left), 1
            )
            teeth = "l3 5l-6 10l3 5" * (PLOT // 20)
            yield path(f"M{middle - 5:g} {TOP}h10v{PLOT}h-10z", f"fill='{GROUND}'")
            steps += f"M{middle - 5:g} {TOP}{teeth}M{middle + 5:g} {TOP}{teeth}"
    yield path(steps, f"fill='none' stroke='{MUTED}'")


def _legend(paper: Paper, series: Sequence[Series]) -> Iterator[str]:
    """Name the series, if there are several."""
    if len(series) < 2:
        return
    x, y = float(paper.left), paper.height - 12
    lines = [s for s in series if s.kind != "dots"]
    for s in series:
        if s.kind == "dots":
            yield _shape(s.shape, [(x + 9, y - 4)])
        elif lines.index(s) < len(LOOKS):
            colour, dashes = LOOKS[lines.index(s)]
            look = f"stroke='{colour}' stroke-width='2' stroke-dasharray='{dashes}'"
            yield path(f"M{x:g} {y - 4}h18", look)
        yield text(x + 24, y, s.name, "m")
        x += 24 + len(s.name) * CHARACTER + 18


# What a chart needs of numbers ------------------------------------------------------------------


def slopes(points: Sequence[tuple[int, float]], end: int) -> list[tuple[int, float]]:
    """Turn the moments since when something waits (or -1) into how long it has waited, in s."""
    drawn: list[tuple[int, float]] = []
    for (at, since), (until, _) in pairwise([*points, (end, -1)]):
        if since < 0:
            drawn += [(at, 0), (until, 0)]
        else:
            drawn += [(at, (at - since) / 1e6), (until, (until - since) / 1e6)]
    return drawn
