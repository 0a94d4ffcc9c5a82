"""The staircase of timeouts: a bracket for each clock of a chain, and what works below it.

A bar is what was waited or worked, the bracket above it how long it might have lasted. What works
on when nobody waits for it any more is hatched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..engine.kernel import Log
from ..engine.units import SECOND, seconds_text
from .axis import Axis, axis
from .charts import Chart
from .ink import (
    ALARM,
    BLUE,
    BLUE_TINT,
    CHARACTER,
    GREEN,
    GREEN_TINT,
    GROUND,
    MUTED,
    PINK,
    head,
    path,
    text,
)
from .sheet import EDGE, TOP, WIDTH, Sheet, cuts, times
from .waits import DATABASE, FUNCTION, Wait, waits

GUTTER = 168
ROW, BAR, STEP = 34, 14, 12
MOST_ROWS = 24
NEAR = 10  # a clock that would run on for so many times the whole run is drawn to scale
ALONE = (
    "<pattern id='alone' width='5' height='5' patternUnits='userSpaceOnUse' "
    f"patternTransform='rotate(45)'><path d='M0 0H5V5H0z' fill='{GROUND}'/>"
    f"<path d='M1 0V5' stroke='{ALARM}' stroke-width='1.8'/></pattern>"
)
WORKS = f"fill='{BLUE_TINT}' stroke='{BLUE}'"
QUERIES = f"fill='{BLUE}' stroke='{BLUE}'"
WAITS = f"fill='{GREEN_TINT}' stroke='{GREEN}'"
LEFT_ALONE = f"fill='url(#alone)' stroke='{ALARM}'"
LOOKS = {FUNCTION: WORKS, DATABASE: QUERIES}
ROWS = ("chain", "from", "to", "at most until", "ended", "nobody waits from")


def staircase(log: Log, title: str) -> Chart:
    """Draw who waits for whom, and what goes on when nobody waits for it any more."""
    every, last = waits(log), log[-1].at if len(log) else 0
    shown = _chosen(every)
    words = _words(every, last, title)
    paper = Paper(shown, last, len(every) - len(shown))
    heading = f"{title} · who waits for whom" if title else "who waits for whom"
    parts = [head(WIDTH, paper.height, heading, words, ALONE), *times(paper), *_left(paper)]
    parts += [*_rows(paper), *cuts(paper), *_clocks(paper), *_foot(paper), "</svg>"]
    return Chart("".join(parts), words, [ROWS, *(_told(wait) for wait in every)], "lrrrlr")


def _chosen(every: Sequence[Wait]) -> list[Wait]:
    """Choose whole chains until the picture is full: first those in which somebody went away."""
    chains: list[list[Wait]] = []
    for wait in every:
        if not wait.depth:
            chains.append([])
        chains[-1].append(wait)
    order = sorted(range(len(chains)), key=lambda n: all(w.alone is None for w in chains[n]))
    room = MOST_ROWS
    kept: set[int] = set()
    for n in order:
        if len(chains[n]) > room and kept:
            break
        kept.add(n)
        room -= len(chains[n])
    return [wait for n, chain in enumerate(chains) if n in kept for wait in chain][:MOST_ROWS]


def _words(every: Sequence[Wait], last: int, title: str) -> str:
    """Say in one sentence what the picture shows."""
    brackets = sum(wait.kind not in (FUNCTION, DATABASE) for wait in every)
    work = sum(wait.kind == FUNCTION for wait in every)
    alone = sum(wait.orphaned(last) for wait in every)
    counts = [f"{n:,} {noun}" for n, noun in ((brackets, "waiting"), (work, "at work")) if n]
    counts.append(f"{alone / SECOND:,.6g} s of work that nobody waited for")
    return f"{title}, {', '.join(counts)}" if title else ", ".join(counts)


def _told(wait: Wait) -> tuple[str, ...]:
    moments = [
        "" if at is None else f"{seconds_text(at)} s"
        for at in (wait.start, wait.end, wait.limit, wait.alone)
    ]
    name = f"{'  ' * wait.depth}{_name(wait)}"
    return name, *moments[:3], wait.ended or "goes on", moments[3]


def _name(wait: Wait) -> str:
    """Name whoever waits or works."""
    return f"{wait.name}, {wait.id}" if wait.kind == FUNCTION else wait.name


# Drawing ----------------------------------------------------------------------------------------


class Paper(Sheet):
    """Where things stand on the picture."""

    def __init__(self, shown: Sequence[Wait], last: int, hidden: int) -> None:
        super().__init__(_scale(shown, last), GUTTER, 8 + ROW * len(shown))
        self.shown, self.last, self.hidden = shown, last, hidden
        self.height = self.foot + 62 + 16 * bool(hidden)
        self.row = {id(wait): n for n, wait in enumerate(shown)}

    def y(self, wait: Wait) -> int:
        """Say where the bar of a row begins, in px."""
        return TOP + 20 + ROW * self.row[id(wait)]


def _scale(shown: Sequence[Wait], last: int) -> Axis:
    """Lay out the axis, with room for clocks that would have run on."""
    ends = [last if wait.end is None else wait.end for wait in shown]
    moments = {wait.start for wait in shown} | set(ends)
    moments |= {wait.limit for wait in shown if wait.limit is not None}
    moments |= {at for wait in shown for at, _ in wait.effects}
    return axis(sorted(moments), [(0, NEAR * last)], max(moments, default=0))


def _rows(paper: Paper) -> Iterator[str]:
    """Draw who waits and who works, each with its clock."""
    for wait in paper.shown:
        y = paper.y(wait)
        most = int((GUTTER - 6 - STEP * wait.depth) / CHARACTER)
        name = _name(wait)
        name = name if len(name) <= most else f"{name[: most - 1]}…"
        yield text(EDGE + STEP * wait.depth, y + 11, name, "" if wait.depth else "b")
        for start, end in wait.busy:
            yield from _bar(paper, wait, start, end)
        if not wait.busy:
            yield from _bar(paper, wait, wait.start, wait.end)
        if wait.limit is not None:
            left, right = paper.x(wait.start), paper.x(wait.limit)
            look = f"stroke='{ALARM}' stroke-width='1.8'" if wait.struck else f"stroke='{MUTED}'"
            yield path(f"M{left:g} {y - 4}v-4H{right:g}v4", f"fill='none' {look}")
        for at, effect in wait.effects:
            x = paper.x(at)
            disc = f"<circle cx='{x:g}' cy='{y + BAR / 2:g}' r='6.5' fill='{PINK}' stroke='#fff'/>"
            yield disc + text(x, y + 11, "★", "w b c") + text(x + 10, y + 11, effect, "g")


def _bar(paper: Paper, wait: Wait, start: int, end: int | None) -> Iterator[str]:
    """Draw a stretch of waiting or work; what nobody waits for is hatched."""
    y, last = paper.y(wait), paper.last if end is None else end
    heard = wait.alone is None or (end is not None and wait.alone >= end)
    alone = last if heard else max(wait.alone or 0, start)
    x, right = paper.x(start), paper.x(end)
    middle = right if heard else paper.x(alone)
    if middle > x or middle == right:
        width = max(middle - x, 1.5)
        yield path(f"M{x:g} {y}h{width:g}v{BAR}H{x:g}z", LOOKS.get(wait.kind, WAITS))
    if right > middle:
        yield path(f"M{middle:g} {y}H{right:g}v{BAR}H{middle:g}z", LEFT_ALONE)
        words = f"{_seconds(last - alone)} alone"
        width = len(words) * CHARACTER + 8
        if wait.kind == FUNCTION and right - middle > width + 20:
            plate = f"M{middle + 5:g} {y + 1}h{width:g}v{BAR - 2}h{-width:g}z"
            yield path(plate, f"fill='{GROUND}'")
            yield text(middle + 9, y + 11, words, "a b")


def _seconds(length: int) -> str:
    """Write a length of time as settings have it."""
    return f"{length / SECOND:,.4g} s"


def _clocks(paper: Paper) -> Iterator[str]:
    """Write at the end of each bracket how long it is."""
    for wait in paper.shown:
        if wait.limit is None:
            continue
        end, y = paper.x(wait.limit), paper.y(wait) - 1
        words, kind = _seconds(wait.limit - wait.start), "a b g" if wait.struck else "m g"
        if end + 6 + len(words) * CHARACTER < WIDTH - EDGE / 2:
            yield text(end + 6, y, words, kind)
        else:
            yield text(end - 6, y + 4, words, f"{kind} e")


def _left(paper: Paper) -> Iterator[str]:
    """Lead from where somebody went away down to what went on alone."""
    steps = ""
    for wait in paper.shown:
        left = wait.left_by
        if left is not None and left.end == wait.alone and id(left) in paper.row:
            steps += f"M{paper.x(wait.alone):g} {paper.y(left) + BAR}V{paper.y(wait)}"
    look = f"fill='none' stroke='{ALARM}' stroke-width='1.4' stroke-dasharray='4 3'"
    yield path(steps, look)


def _foot(paper: Paper) -> Iterator[str]:
    """Say what is left out, and name what the picture shows."""
    if paper.hidden:
        words = f"and {paper.hidden:,} more, which are not drawn"
        yield text(EDGE, paper.height - 32, words, "m")
    kinds = {wait.kind for wait in paper.shown}
    used = [
        (WAITS, "waits", bool(kinds - {FUNCTION, DATABASE})),
        (WORKS, "works", FUNCTION in kinds),
        (QUERIES, "the database works", DATABASE in kinds),
        (LEFT_ALONE, "goes on, and nobody waits", any(w.alone is not None for w in paper.shown)),
    ]
    x, y = float(EDGE), paper.height - 14
    for look, words, there in used:
        if there:
            yield path(f"M{x:g} {y - 9}h18v11h-18z", look) + text(x + 24, y, words, "m")
            x += 24 + len(words) * CHARACTER + 16
    yield path(f"M{x:g} {y - 1}v-5h18v5", f"fill='none' stroke='{MUTED}'")
    yield text(x + 24, y, "how long it may last", "m")
