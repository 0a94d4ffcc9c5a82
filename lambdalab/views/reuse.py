"""What each environment keeps from one invocation to the next, below its lane.

A strip for each global variable that an invocation changed, for /tmp, for background threads and
for connections: grey while the environment is frozen, and at an end when the environment is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.units import seconds_text
from ..engine.world import Kept
from .charts import Chart
from .ink import (
    BLUE,
    BLUE_TINT,
    CHARACTER,
    GREEN,
    GREEN_TINT,
    GRID,
    GROUND,
    MUTED,
    ORANGE,
    ORANGE_TINT,
    head,
    path,
    text,
)
from .lanes import chart as lanes
from .sheet import EDGE, TOP, WIDTH, Sheet, cuts, times

GUTTER = 128
LANE, BAR, ROW, STRIP, GAP = 24, 14, 20, 16, 10
BEYOND = 76  # px for what is kept at the end
MOST_ROWS = 24
SHORT = 12  # characters of what is returned
ENDED = {"success": "", "error": "fails", "timeout": "times out"}
NAMED = 3  # environments in the sentence
INIT, INVOKE, FROZEN, GONE = "Init", "Invoke", "frozen", "shut down"
TMP, THREADS, CONNECTIONS = "/tmp", "threads", "connections"
OTHERS = {TMP: ("file", "file"), THREADS: ("thread", "thread"), CONNECTIONS: ("", "connection")}
NO_BYTES = "0 B"
ROWS = ("environment", "from", "to", "", "keeps")
PATTERNS = (
    "<pattern id='frozen' width='6' height='6' patternUnits='userSpaceOnUse' "
    f"patternTransform='rotate(45)'><path d='M0 0H6V6H0z' fill='{GRID}'/>"
    f"<path d='M1 0V6' stroke='{GROUND}' stroke-width='2'/></pattern>"
)
LOOKS = {
    INIT: f"fill='{ORANGE_TINT}' stroke='{ORANGE}'",
    INVOKE: f"fill='{BLUE_TINT}' stroke='{BLUE}'",
}
FOUND = f"fill='{GREEN_TINT}' stroke='{GREEN}'"
COLD = f"fill='url(#frozen)' stroke='{MUTED}'"
FRESH = f"fill='none' stroke='{MUTED}' stroke-dasharray='3 3'"


Words = tuple[str, ...]  # of one thing, from the fullest to the shortest


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the life of an environment in which it keeps the same."""

    start: int  # us
    end: int | None  # or None if it goes on
    phase: str  # Init, Invoke, frozen, shut down
    request: str  # that it works on, or ""
    kept: dict[str, Words]  # row -> what it holds


@dataclass(slots=True)
class Life:
    """An environment, and what it keeps when."""

    id: str
    function: str
    kept: Kept = ()
    connections: list[str] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    came: dict[str, str] = field(default_factory=dict)  # request -> what it came to

    def begin(self, at: int, phase: str = "", request: str = "") -> None:
        """Begin a stretch, and end the one before."""
        before = self.stretches[-1] if self.stretches else None
        if before:
            self.stretches[-1] = replace(before, end=at)
            phase, request = (phase, request) if phase else (before.phase, before.request)
        holds = _rows_of(self.kept, self.connections) if phase != GONE else {}
        self.stretches.append(Stretch(at, None, phase, request, holds))

    def close(self, at: int, connection: str) -> None:
        """Let a connection be gone; it may have gone with the process."""
        if connection in self.connections:
            self.connections.remove(connection)
            self.begin(at)

    def lose_memory(self, at: int) -> None:
        """Let everything but the files be gone."""
        self.kept = tuple(one for one in self.kept if one[0] == "file")
        self.connections.clear()
        self.begin(at)


def reuse(log: Log, title: str) -> Chart:
    """Draw what each environment keeps from one invocation to the next."""
    every = lives(log)
    words = f"{title}, {_words(every)}" if title else _words(every)
    paper = Paper(every, log)
    heading = "what each environment keeps from one invocation to the next"
    heading = f"{title} · {heading}" if title else heading
    parts = [head(WIDTH, paper.height, heading, words, PATTERNS), *times(paper)]
    for life in paper.shown:
        parts += [*_lane(paper, life), *_strips(paper, life)]
    parts += [*cuts(paper), *_foot(paper, len(every)), "</svg>"]
    told = [row for life in every for row in _told(life)]
    return Chart("".join(parts), words, [ROWS, *told], "lrrll")


# What is read from the log ----------------------------------------------------------------------


def lives(log: Log) -> list[Life]:
    """Follow every environment through its life, in the order in which they were created."""
    found: dict[str, Life] = {}
    opened: dict[str, Life] = {}  # connection -> the environment that has it
    at: int
    fact: Any
    for _, at, fact, *_ in log:
        match fact:
            case facts.ConnectionOpened():
                life = opened[fact.connection] = found[fact.environment]
                life.connections.append(fact.connection)
                life.begin(at)
            case facts.ConnectionClosed():
                opened.pop(fact.connection).close(at, fact.connection)
            case facts.InitStarted() | facts.RestoreStarted():
                life = found.setdefault(fact.environment, Life(fact.environment, fact.function))
                life.begin(at, INIT, fact.request)
            case facts.InitFailed() | facts.EnvironmentReset():
                found[fact.environment].lose_memory(at)
            case _ if type(fact) in LIVED:
                _go_on(found[fact.environment], at, fact)
    return list(found.values())


def _go_on(life: Life, at: int, fact: Any) -> None:
    """Let an environment enter another phase, or say what it keeps."""
    match fact:
        case facts.InvocationStarted():
            life.begin(at, INVOKE, fact.request)
        case facts.InvocationCompleted():
            short = fact.status == "success" and len(fact.payload) < SHORT
            life.came[fact.request] = f"returns {fact.payload}" if short else ENDED[fact.status]
        case facts.StateKept():
            life.kept = fact.kept
        case facts.EnvironmentFrozen():
            life.begin(at, FROZEN)
        case _ if life.stretches[-1].phase != GONE:
            life.begin(at, GONE)


LIVED = (
    facts.InvocationStarted,
    facts.InvocationCompleted,
    facts.StateKept,
    facts.EnvironmentFrozen,
    facts.ShutdownStarted,
    facts.EnvironmentShutDown,
)


def _rows_of(kept: Kept, connections: Sequence[str]) -> dict[str, Words]:
    """Sort what is kept into rows."""
    rows: dict[str, Words] = {}
    for kind, name, what in kept:
        if kind == "global":
            rows[name or "more globals"] = (what,)
    for row, (kind, noun) in OTHERS.items():
        things = [(name, what) for one, name, what in kept if one == kind]
        things += [(name, "") for name in connections if row == CONNECTIONS]
        if things:
            rows[row] = _all(things, noun)
    return rows


def _all(things: list[tuple[str, str]], noun: str) -> Words:
    """Name some things, and count them."""
    empty = all(what in ("", NO_BYTES) for _, what in things)
    names = [
        name.removeprefix("/tmp/")
        if empty or not what
        else f"{name.removeprefix('/tmp/')} ({what})"
        for name, what in things
    ]
    last, more = things[-1]
    count = len(things) if last else len(things) - 1 + int(more.split()[0].replace(",", ""))
    words = f"{count:,} {noun}{'' if count == 1 else 's'}"
    sizes = {what for _, what in things} if noun == "file" and not empty else set()
    each = [f"{words} of {sizes.pop()}"] if len(sizes) == 1 else []
    return (", ".join(names), *each, words)


def _words(every: Sequence[Life]) -> str:
    """Say in one sentence what the environments keep at the end of their lives."""
    last = [(life.id, _last(life)) for life in every]
    some = [f"{name} keeps {_said(kept, 1)}" for name, kept in last if kept]
    more = [f"{len(some) - NAMED:,} more keep something"] if len(some) > NAMED else []
    return "; ".join([*some[:NAMED], *more]) or "no environment keeps anything of an invocation"


def _last(life: Life) -> dict[str, Words]:
    """Say what an environment kept last, before it was gone."""
    alive = [stretch for stretch in life.stretches if stretch.phase != GONE]
    return alive[-1].kept


def _said(kept: dict[str, Words], least: int = 0) -> str:
    """Write what is kept on one line: all of it, or what is in /tmp and the like in number."""
    parts = []
    for row, words in kept.items():
        if row not in OTHERS:
            parts.append(f"{row} = {words[0]}")
        elif least:
            parts.append(f"{words[-1]}{' in /tmp' if row == TMP else ''}")
        else:
            parts.append(f"{row}: {words[0]}")
    if not least:
        return "; ".join(parts)
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _told(life: Life) -> Iterator[tuple[str, ...]]:
    for s in life.stretches:
        if s.phase != GONE and s.end != s.start:
            end = "" if s.end is None else f"{seconds_text(s.end)} s"
            doing = s.request or s.phase
            yield life.id, f"{seconds_text(s.start)} s", end, doing, _said(s.kept) or "nothing"


# Drawing ----------------------------------------------------------------------------------------


class Paper(Sheet):
    """Where things stand on the picture."""

    def __init__(self, every: Sequence[Life], log: Log) -> None:
        self.rows: dict[str, list[str]] = {}  # function -> what its environments keep
        for life in every:
            names = {name for stretch in life.stretches for name in stretch.kept}
            self.rows[life.function] = sorted(
                names | set(self.rows.get(life.function, ())), key=_place
            )
        self.shown: list[Life] = []
        self.top: dict[str, int] = {}  # environment -> where its lane begins
        y, left = TOP + 8, MOST_ROWS
        for life in every:
            left -= 1 + len(self.rows[life.function])
            if left < 0 and self.shown:
                break
            self.shown.append(life)
            self.top[life.id] = y
            y += LANE + ROW * len(self.rows[life.function]) + GAP
        super().__init__(lanes(log).axis, GUTTER, y - TOP, BEYOND)
        self.height = self.foot + 62 + 16 * (len(self.shown) < len(every))


def _place(row: str) -> tuple[int, str]:
    """Say where a row stands: what is in memory comes first."""
    return (list(OTHERS).index(row) if row in OTHERS else -1), row


def _lane(paper: Paper, life: Life) -> Iterator[str]:
    """Draw what an environment does."""
    y = paper.top[life.id]
    yield text(EDGE, y + 11, life.id, "b")
    if len(paper.rows) > 1:
        yield text(EDGE + 46, y + 11, life.function[:12], "m")
    for (phase, request), some in groupby(life.stretches, key=lambda s: (s.phase, s.request)):
        stretches = list(some)
        x, end = paper.x(stretches[0].start), paper.x(stretches[-1].end)
        if phase == FROZEN:
            look = f"stroke='{MUTED}' stroke-width='1.5' stroke-dasharray='1.5 4.5'"
            yield path(f"M{x:g} {y + BAR / 2:g}H{end:g}", look)
        elif phase == GONE:
            cross = f"M{x + 2:g} {y + 2}l10 10m0-10l-10 10"
            yield path(cross, f"stroke='{MUTED}' stroke-width='1.8'")
            yield text(x + 17, y + 11, phase, "m")
        elif end > x or phase == INVOKE:
            width = max(end - x, 1.5)
            yield path(f"M{x:g} {y}h{width:g}v{BAR}H{x:g}z", LOOKS[phase])
            labels = (f"{request} {life.came.get(request, '')}", request or phase)
            yield from _fitting(labels, x, x + width, y - 1, "c")


def _strips(paper: Paper, life: Life) -> Iterator[str]:
    """Draw what it keeps: found by an invocation, frozen, or not there yet."""
    for n, row in enumerate(paper.rows[life.function]):
        y = paper.top[life.id] + LANE - 4 + ROW * n
        most = int((GUTTER - 20) / CHARACTER)
        name = row if len(row) <= most else f"{row[: most - 1]}…"
        yield text(EDGE + 12, y + 12, name, "" if row in OTHERS else "b")
        alive = [(s.kept.get(row), s) for s in life.stretches if s.phase in (INVOKE, FROZEN)]
        for (what, phase, _), some in groupby(
            alive, key=lambda x: (x[0], x[1].phase, x[1].request)
        ):
            alike = [stretch for _, stretch in some]
            x, end = paper.x(alike[0].start), paper.x(alike[-1].end)
            if what is None and row in (THREADS, CONNECTIONS):
                continue
            look = FRESH if what is None else FOUND if phase == INVOKE else COLD
            if end - x >= 1:
                yield path(f"M{x:g} {y}H{end:g}v{STRIP}H{x:g}z", look)
                said = what or (("empty",) if row == TMP else ("as Init left it", "new"))
                yield from _fitting(said, x, end, y)


def _fitting(said: Sequence[str], x: float, end: float, y: int, kind: str = "c g") -> Iterator[str]:
    """Write what there is room for."""
    for words in said:
        if len(words) * CHARACTER + 8 < end - x:
            yield text((x + end) / 2, y + 12, words, kind)
            return


def _foot(paper: Paper, every: int) -> Iterator[str]:
    """Say what is left out, and name what the picture shows."""
    if hidden := every - len(paper.shown):
        words = f"and {hidden:,} more environments, which are not drawn"
        yield text(EDGE, paper.height - 32, words, "m")
    x, y = float(EDGE), paper.height - 14
    for look, words in (
        (LOOKS[INVOKE], "Invoke"),
        (FOUND, "found there by the invocation"),
        (COLD, "kept while frozen"),
        (FRESH, "nothing of an earlier invocation"),
    ):
        yield path(f"M{x:g} {y - 9}h18v11h-18z", look) + text(x + 24, y, words, "m")
        x += 24 + len(words) * CHARACTER + 16
