"""The pool: the concurrency of an account as one bar, at the moments that matter.

The bar is split into what is reserved, what is provisioned and what all others share. In it is who
is at work, below it what was refused since the moment before, and on it how far a function may
have grown by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..engine import facts, rules
from ..engine.kernel import Log
from ..engine.units import SECOND
from ..engine.world import TOKEN, Function, World
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
    ORANGE,
    ORANGE_TINT,
    PINK,
    PINK_TINT,
    head,
    path,
    text,
)
from .replay import worlds

WIDTH, EDGE, GUTTER, BEYOND = 960, 16, 112, 112
TOP, HEADER, BAR, LINE, GAP = 44, 26, 26, 17, 14
LEAST = 84  # px of a part, however small its share is
CROSS, CEILING = "cross", "ceiling"
RESERVED, PROVISIONED, SHARED = "reserved", "provisioned", "unreserved"
FRAMES = {RESERVED: BLUE, PROVISIONED: GREEN, SHARED: MUTED}
COLOURS = ((BLUE, BLUE_TINT), (ORANGE, ORANGE_TINT), (PINK, PINK_TINT), (GREEN, GREEN_TINT))
LINES = ("", "M0 6L6 0", "M0 3H6", "M3 0V6")  # of the patterns, one for each colour
WHY = {
    rules.RESERVED.id: "its reservation is full",
    rules.RESERVED_ZERO.id: "its reservation is 0",
    rules.ACCOUNT_LIMIT.id: "the unreserved pool is full",
    rules.SCALING_RATE.id: "it grows too fast",
    rules.SCALING_RPS.id: "too many requests a second",
}
ROWS = ("at", "", "part", "of", "at work", "refused since")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the account's concurrency."""

    kind: str  # reserved, provisioned, unreserved
    function: str  # whose it is, or ""
    units: int
    work: dict[str, int]  # function -> requests at work in it
    grown: dict[str, int]  # function -> how many may be at work in it now, as fast as it may grow

    @property
    def name(self) -> str:
        """Say what it is, and whose."""
        return f"{self.kind} for {self.function}" if self.function else f"{self.kind} pool"

    def stacked(self) -> Iterator[tuple[str, int]]:
        """List who is at work in it, each with how many are at work before."""
        place = 0
        for name, n in self.work.items():
            if n:
                yield name, place
            place += n


@dataclass(frozen=True, slots=True)
class Moment:
    """The pool at a moment, and what was refused since the one before."""

    at: int  # us
    words: str
    parts: list[Part]
    refused: Counter[tuple[str, str]]  # function, id of the rule

    @property
    def work(self) -> int:
        """Count the requests at work."""
        return sum(sum(part.work.values()) for part in self.parts)


def pool(log: Log, title: str) -> Chart:
    """Draw what an account's concurrency is split into, and who uses it and is refused when."""
    every = moments(log)
    words = f"{title}, {_words(every)}" if title else _words(every)
    heading = "the account's concurrency, and who uses it"
    paper = Paper(every)
    parts = [
        head(WIDTH, paper.height, f"{title} · {heading}" if title else heading, words, _patterns()),
        *(piece for n in range(len(every)) for piece in _moment(paper, n)),
        *_legend(paper),
        "</svg>",
    ]
    told = [row for moment in every for row in _told(moment)]
    return Chart("".join(parts), words, [ROWS, *told], "rllrll")


# What is read from the log ----------------------------------------------------------------------


def moments(log: Log) -> list[Moment]:
    """Choose the moments that matter, and say what the pool is like at each."""
    chosen = _chosen(log)
    refusals = list(_refusals(log))
    made: list[Moment] = []
    for seq, world in enumerate(worlds(log)):
        if seq in chosen:
            before = made[-1].at if made else -1
            refused = Counter((who, why) for at, who, why in refusals if before < at <= world.now)
            made.append(Moment(world.now, chosen[seq], _parts(world), refused))
    return made


def _chosen(log: Log) -> dict[int, str]:
    """Choose entries by number: on the way up, at the most, at the first and last refusal."""
    found: list[tuple[int, int, int]] = []  # time, how many are at work at most, which entry
    for seq, world in enumerate(worlds(log)):
        work = sum(len(function.in_flight) for function in world.functions.values())
        if not found or found[-1][0] != world.now:
            found.append((world.now, work, seq))
        elif work >= found[-1][1]:
            found[-1] = (world.now, work, seq)
    if not found:
        return {}
    refused = [at for at, *_ in _refusals(log)]
    most = max(work for _, work, _ in found)
    peaks = [at for at, work, _ in found if work == most]
    words = {found[-1][0]: "the end"}
    if not refused or refused[0] not in peaks:
        words[peaks[0]] = "most at once" if most else "nobody came"
    if refused:
        words[refused[-1]] = "last refusal"
        words[refused[0]] = "refusals" if refused[0] == refused[-1] else "first refusal"
    first = min(words)
    half = next((at for at, work, _ in found if at < first and work * 2 >= most), None)
    if half is not None:
        words[half] = "on the way up"
    last = {len(log) - 1: words[found[-1][0]]} if words[found[-1][0]] == "the end" else {}
    return {seq: words[at] for at, _, seq in found if at in words and words[at] != "the end"} | last


def _refusals(log: Log) -> Iterator[tuple[int, str, str]]:
    """List what was refused for want of room: when, of which function, by which rule."""
    function: dict[str, str] = {}
    for at, fact, _, _, rule in log.rows:
        if isinstance(fact, facts.RequestReceived):
            function[fact.request] = fact.function
        elif isinstance(fact, facts.RequestThrottled):
            yield at, function.get(fact.request, ""), rule.id


def _parts(world: World) -> list[Part]:
    """Split the account's concurrency as it is split at a moment."""
    made = []
    for name, function in world.functions.items():
        provisioned = sum(v.provisioned for v in world.versions.values() if v.function == name)
        on_demand = len(function.in_flight) - function.on_provisioned
        reserved = function.reserved_concurrency
        if reserved >= 0:
            on_demand_part = {name: on_demand}
            grown = {name: _grown(world, function, on_demand)}
            if provisioned:
                work = {name: function.on_provisioned}
                made.append(Part(PROVISIONED, name, min(provisioned, reserved), work, {}))
            rest = max(reserved - provisioned, 0)
            made.append(Part(RESERVED, name, rest, on_demand_part, grown))
        elif provisioned:
            made.append(Part(PROVISIONED, name, provisioned, {name: function.on_provisioned}, {}))
    held = Counter(_holder(world, holder) for holder in world.unreserved_in_flight)
    work = {name: held[name] for name in world.functions if held[name]}
    grown = {name: _grown(world, world.functions[name], n) for name, n in work.items()}
    units = world.account_concurrency - world.set_aside
    return [*made, Part(SHARED, "", units, work, grown)]


def _holder(world: World, holder: str) -> str:
    """Say whose a unit is that a request holds, or an environment whose request is answered."""
    if holder in world.requests:
        return world.requests[holder].function
    return world.environments[holder].function


def _grown(world: World, function: Function, work: int) -> int:
    """Say how many environments a function has, with those that it may add at this moment."""
    idle = sum(len(v.idle) for v in world.versions.values() if v.function == function.name)
    lacks = function.scaling.lacks(world.now, world.scaling_refill)
    burst: int = rules.SCALING_BURST.value
    return work + idle + burst - -(-lacks // TOKEN)


def _words(every: Sequence[Moment]) -> str:
    """Say in one sentence what the picture shows."""
    if not every:
        return "nothing happened"
    most = max(every, key=lambda moment: moment.work)
    split = [f"{part.name} {part.units:,}" for part in most.parts]
    refused = sum((moment.refused for moment in every), Counter())
    busy = f"{_times(most.work, 'request')} at work at {_clock(most.at)}"
    return "; ".join([", ".join(split), busy, *_why(refused)])


def _why(refused: Counter[tuple[str, str]], since: str = "") -> list[str]:
    """Say how many requests of whom were refused, and why."""
    why: dict[str, list[str]] = {}
    for (function, rule), n in sorted(refused.items()):
        why.setdefault(rule, []).append(f"{n:,} of {function}")
    return [
        f"{' and '.join(whose)} refused{since}: {WHY.get(rule, 'no room')}"
        for rule, whose in why.items()
    ]


def _clock(at: int) -> str:
    return f"{at / SECOND:,.6g} s"


def _times(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _told(moment: Moment) -> Iterator[tuple[str, ...]]:
    for part in moment.parts:
        work = ", ".join(f"{n:,} {name}" for name, n in part.work.items() if n) or "nobody"
        refused = "; ".join(_why(_of(moment, part)))
        yield _clock(moment.at), moment.words, part.name, f"{part.units:,}", work, refused


def _of(moment: Moment, part: Part) -> Counter[tuple[str, str]]:
    """Count what a part refused."""
    own = {part.function for part in moment.parts if part.kind == RESERVED}
    return Counter(
        {
            who: n
            for who, n in moment.refused.items()
            if (part.kind == RESERVED and part.function == who[0])
            or (part.kind == SHARED and who[0] not in own)
        }
    )


# Drawing ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """Words below a bar, and where on it they belong."""

    x: float
    words: str
    mark: str


class Paper:
    """Where things stand on the picture."""

    def __init__(self, every: Sequence[Moment]) -> None:
        self.every = every
        self.left, self.right = EDGE + GUTTER, WIDTH - EDGE - BEYOND
        self.looks: dict[str, int] = {}  # function -> its colour
        self.tops: list[int] = []
        self.split: list[bool] = []  # whether the parts of a bar are named above it
        self.notes: list[list[Note]] = []
        y, before = TOP, None
        for n, moment in enumerate(every):
            for name in (name for part in moment.parts for name in (part.function, *part.work)):
                if name:
                    self.looks.setdefault(name, len(self.looks) % len(COLOURS))
            named = [(part.name, part.units) for part in moment.parts]
            self.split.append(named != before)
            y += HEADER if named != before else 0
            before = named
            self.tops.append(y)
            since = f" since {_clock(every[n - 1].at)}" if moment.words == "last refusal" else ""
            self.notes.append(list(_notes(self, moment, since)))
            y += BAR + LINE * len(self.notes[-1]) + GAP
        self.height = y + 26

    def places(self, parts: Sequence[Part]) -> list[tuple[float, float]]:
        """Say from where to where each part goes, in px: to scale, but for those too small."""
        whole, width = sum(part.units for part in parts) or 1, self.right - self.left
        small = [part.units * width < LEAST * whole for part in parts]
        free = width - LEAST * sum(small)
        large = sum(p.units for p, little in zip(parts, small, strict=True) if not little) or 1
        x, placed = float(self.left), []
        for part, little in zip(parts, small, strict=True):
            end = x + (LEAST if little else free * part.units / large)
            placed.append((round(x, 1), round(end, 1)))
            x = end
        return placed


def _notes(paper: Paper, moment: Moment, since: str) -> Iterator[Note]:
    """Say below a bar how far whoever works there may have grown, and what was refused."""
    for part, (x, end) in zip(moment.parts, paper.places(moment.parts), strict=True):
        fall, step = end, (end - x) / max(part.units, 1)
        for name, place in part.stacked():
            if part.grown.get(name, part.units) < part.units - place:
                fall = x + (place + part.grown[name]) * step
                yield Note(fall, f"growth limit of {name}: {part.grown[name]:,} by now", CEILING)
        for words in _why(_of(moment, part), since):
            yield Note(fall if words.endswith(WHY[rules.SCALING_RATE.id]) else end, words, CROSS)


def _patterns() -> str:
    return "".join(
        f"<pattern id='of{n}' width='6' height='6' patternUnits='userSpaceOnUse'>"
        f"<path d='M0 0H6V6H0z' fill='{tint}'/><path d='{lines or 'M0 0'}' stroke='{colour}' "
        f"stroke-width='.8' opacity='.6'/></pattern>"
        for n, ((colour, tint), lines) in enumerate(zip(COLOURS, LINES, strict=True))
    )


def _moment(paper: Paper, n: int) -> Iterator[str]:
    """Draw the bar of one moment, and what falls off it."""
    moment, y = paper.every[n], paper.tops[n]
    yield text(EDGE, y + 11, _clock(moment.at), "b") + text(EDGE, y + 24, moment.words, "m")
    whole = sum(part.units for part in moment.parts)
    yield text(WIDTH - EDGE, y + 17, f"{moment.work:,} of {whole:,}", "b e")
    for part, (x, end) in zip(moment.parts, paper.places(moment.parts), strict=True):
        if paper.split[n]:
            yield from _name(part, x, end, y)
        yield from _part(paper, part, x, end, y)
    for line, note in enumerate(paper.notes[n]):
        below = y + BAR + LINE * line + 13
        if note.mark == CROSS:
            fall = f"M{note.x - 9:g} {y - 4}q13 0 13 12V{below - 9}"
            yield path(fall, f"fill='none' stroke='{ALARM}' stroke-width='1.8'")
            cross = f"M{note.x:g} {below - 8}l8 8m0-8l-8 8"
            yield path(cross, f"stroke='{ALARM}' stroke-width='2.2'")
        else:
            line_down = f"M{note.x:g} {y - 5}V{below + 1}"
            yield path(line_down, f"stroke='{ALARM}' stroke-width='2' stroke-dasharray='3 2'")
        if note.x - len(note.words) * CHARACTER - 8 > paper.left:
            yield text(note.x - 8, below, note.words, "a b g e")
        else:
            yield text(note.x + 14, below, note.words, "a b g")


def _name(part: Part, x: float, end: float, y: int) -> Iterator[str]:
    """Name a part above its bar."""
    for words in (
        f"{part.name}: {part.units:,}",
        f"{part.kind}: {part.units:,}",
        f"{part.units:,}",
    ):
        if len(words) * CHARACTER < end - x - 4:
            yield text(x + 2, y - 7, words, "b" if part.kind != SHARED else "")
            return


def _part(paper: Paper, part: Part, x: float, end: float, y: int) -> Iterator[str]:
    """Draw a part, with who is at work in it."""
    look = f"fill='{GROUND}' stroke='{FRAMES[part.kind]}' stroke-width='1.6'"
    yield path(f"M{x + 1:g} {y}H{end - 1:g}v{BAR}H{x + 1:g}z", look)
    step = (end - x - 2) / max(part.units, 1)
    for name, place in part.stacked():
        left, width = round(x + 1 + place * step, 1), max(round(part.work[name] * step, 1), 1.5)
        look = f"fill='url(#of{paper.looks[name]})' stroke='{COLOURS[paper.looks[name]][0]}'"
        yield path(f"M{left:g} {y + 3}h{width:g}v{BAR - 6}H{left:g}z", look)
        for words in (f"{name} {part.work[name]:,}", f"{part.work[name]:,}"):
            if len(words) * CHARACTER + 8 < width:
                yield text(round(left + width / 2, 1), y + 17, words, "c g")
                break


def _legend(paper: Paper) -> Iterator[str]:
    """Name the functions."""
    x, y = float(paper.left), paper.height - 12
    for name, n in paper.looks.items():
        look = f"fill='url(#of{n})' stroke='{COLOURS[n][0]}'"
        yield path(f"M{x:g} {y - 9}h18v11h-18z", look) + text(x + 24, y, name, "m")
        x += 24 + len(name) * CHARACTER + 16
