"""The whole run as one still picture: a lane for each environment, time to the right.

The picture is an SVG text that needs nothing else: its own light ground, no script, no font, no
address. The same log gives the same bytes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from ..engine import facts
from ..engine.kernel import Log
from ..engine.units import SECOND
from .ink import (
    ALARM,
    BLUE,
    BLUE_TINT,
    CHARACTER,
    GREEN,
    GREEN_TINT,
    GRID,
    GROUND,
    INK,
    MUTED,
    ORANGE,
    ORANGE_TINT,
    PINK,
    PINK_TINT,
    figure,
    head,
    path,
    text,
)
from .lanes import OPEN, Chart, Span, chart
from .looks import AGAIN, CPU, DEAD, HELD, IDLE, INIT, INVOKE, LOAN, RESTORE, SIGNS, SPANS, WAIT

WIDTH = 960
EDGE = 16  # around everything
GUTTER = 74  # for the names of the lanes
BEYOND = 16  # right of the last entry: what goes on from there
TOP, ARRIVALS, LANE, BAR = 48, 22, 36, 18
APART = 10  # px between requests, on average, below which they are drawn as an amount
BIN = 4  # px, for amounts
SIGN = 14  # px, of a sign where something failed
LEGEND_ROW = 18  # px

PATTERNS = (
    "<pattern id='init' width='6' height='6' patternUnits='userSpaceOnUse' "
    f"patternTransform='rotate(45)'><path d='M0 0H6V6H0z' fill='{ORANGE_TINT}'/>"
    f"<path d='M1 0V6' stroke='{ORANGE}' stroke-width='1.6'/></pattern>"
    "<pattern id='dead' width='7' height='7' patternUnits='userSpaceOnUse'>"
    f"<path d='M0 0L7 7M7 0L0 7' stroke='{MUTED}' stroke-width='.7' opacity='.6'/></pattern>"
)
HELD_PATTERN = (  # where something is held back
    "<pattern id='held' width='6' height='6' patternUnits='userSpaceOnUse' "
    f"patternTransform='rotate(-45)'><path d='M0 0H6V6H0z' fill='{PINK_TINT}'/>"
    f"<path d='M1 0V6' stroke='{PINK}' stroke-width='1.6'/></pattern>"
)
COLOURS = {  # of the looks: a line, and a tint for a ground
    "blue": (BLUE, BLUE_TINT),
    "orange": (ORANGE, ORANGE_TINT),
    "green": (GREEN, GREEN_TINT),
    "pink": (PINK, PINK_TINT),
    "muted": (MUTED, GRID),
    "alarm": (ALARM, ORANGE_TINT),
}
# In the order in which they are drawn; then all others.
BARS = (INIT, RESTORE, INVOKE, AGAIN, CPU, DEAD)
READYING = (INIT, RESTORE, AGAIN)  # what comes before the handler
LEGEND = {kind: look.words for kind, look in SPANS.items() if look.words} | {
    "warm": "warm request",
    "cold": "cold request",
    "throttled": "refused",
}
SIGN_WORDS = {kind: sign.words for kind, sign in SIGNS.items() if sign.words}


def _look(kind: str) -> str:
    """Say how the bars of a kind are filled and framed."""
    look = SPANS[kind]
    colour, tint = COLOURS[look.colour]
    if look.pattern == "crossed":
        return "fill='url(#dead)'"
    if look.pattern == "hatched":
        return f"fill='url(#{'held' if look.colour == 'pink' else 'init'})' stroke='{colour}'"
    return f"fill='{colour if look.pattern == 'solid' else tint}' stroke='{colour}'"


class Picture:
    """The answer to `run.timeline()`: an image in a notebook, one line of text elsewhere.

    Parameters
    ----------
    log : Log
        The log of the run.
    title : str
        What stands above it.
    """

    def __init__(self, log: Log, title: str = "") -> None:
        self.title = title
        self.chart = chart(log)
        self.alt = alt(self.chart, log, title)
        self.svg = _draw(self.chart, title, self.alt)

    def __repr__(self) -> str:
        return f"<Timeline: {self.alt}>"

    def _repr_html_(self) -> str:
        return figure(self.svg, self.alt)


def svg(log: Log, title: str = "") -> str:
    """Draw a run.

    Parameters
    ----------
    log : Log
        The log of the run.
    title : str
        What stands above the picture.

    Returns
    -------
    str
        An SVG document of its own; the same log gives the same bytes.
    """
    return Picture(log, title).svg


def alt(made: Chart, log: Log, title: str) -> str:
    """Say in one sentence what the picture shows."""
    last = log[-1].at if len(log) else 0
    kinds = [arrival.kind for arrival in made.arrivals]
    environments = len(made.environments)
    counts = [
        f"{len(kinds):,} request{'' if len(kinds) == 1 else 's'}",
        f"{environments:,} environment{'' if environments == 1 else 's'}",
        *(f"{kinds.count(kind):,} {kind}" for kind in ("cold", "warm") if kind in kinds),
    ]
    refused = kinds.count("throttled") + kinds.count("refused")
    counts += [f"{refused:,} refused"] if refused else []
    counts += _failures(made)
    counts += _of_sources(log)
    said = title.rpartition(": ")[2].split(" and ")
    counts = [count for count in counts if count not in said]
    lead = f"{title}, " if title else ""
    return f"{lead}{', '.join(counts)}, in {last / SECOND:,.6g} s"


SOURCES: dict[type, str] = {
    facts.MessageSent: "message",
    facts.RecordPut: "record",
    facts.MessageDeadLettered: "dead-lettered",
    facts.RecordsDiscarded: "given up",
}


def _of_sources(log: Log) -> list[str]:
    """Count what was in queues and streams, and what became of it."""
    found = dict.fromkeys(SOURCES, 0)
    for _, fact, *_ in log.rows:
        if type(fact) in found:
            found[type(fact)] += len(getattr(fact, "records", (fact,)))
    nouns = ("message", "record")
    return [
        f"{n:,} {SOURCES[kind]}{'s' if n != 1 and SOURCES[kind] in nouns else ''}"
        for kind, n in found.items()
        if n
    ]


def _failures(made: Chart) -> list[str]:
    """Count what went wrong on the lanes."""
    own = {n for n, lane in enumerate(made.lanes) if lane.kind == "environment"}
    errors = sum(mark.kind == "error" and mark.lane in own for mark in made.marks)
    limits = sum(bracket.lane in own for bracket in made.brackets)
    counts = ((errors, "failed"), (limits, "timed out"))
    return [f"{n:,} {word}" for n, word in counts if n]


# Drawing ----------------------------------------------------------------------------------------


class Paper:
    """Where things stand on the picture."""

    def __init__(self, made: Chart) -> None:
        self.chart = made
        self.left, self.right = EDGE + GUTTER, WIDTH - EDGE - BEYOND
        self.lanes = TOP + ARRIVALS + 8  # top of the first lane
        self.foot = self.lanes + LANE * len(made.lanes) + 4
        places = {self.x(arrival.at) for arrival in made.arrivals}
        self.crowded = len(places) > (self.right - self.left) / APART
        self.begins: dict[int, list[int]] = {}  # lane -> when something new begins on it
        self.ends: dict[int, list[tuple[int, int]]] = {}  # lane -> from when to when it is taken
        self.signed: dict[tuple[int, int], float] = {}  # lane and end of a bar -> where it begins
        signs = {(mark.lane, mark.at) for mark in made.marks if mark.kind in SIGNS}
        for span in made.spans:
            if (place := (span.lane, span.end)) in signs:
                x = self.x(span.start)
                self.signed[place] = min(x, self.signed.get(place, x))
            if span.kind not in (IDLE, *READYING, WAIT, CPU):
                self.begins.setdefault(span.lane, []).append(span.start)
                self.ends.setdefault(span.lane, []).append((span.start, span.end))
        self.signs = _placed(self)

    def x(self, at: int) -> float:
        """Say where a moment stands, in px; what has no end goes on beyond the last entry."""
        if at == OPEN:
            return float(self.right + BEYOND)
        return round(self.left + self.chart.axis.x(at) * (self.right - self.left), 1)

    def y(self, lane: int) -> int:
        """Say where the bars of a lane begin, in px."""
        return self.lanes + lane * LANE + (LANE - BAR) // 2


def _draw(made: Chart, title: str, words: str) -> str:
    """Put the whole picture together, from back to front."""
    paper = Paper(made)
    legend, end = _legend(_used(made), paper.foot + 46)
    begin = head(WIDTH, end + EDGE, title, words, _patterns([made]))
    return "".join([begin, *_axis(paper), *_lanes(paper), *legend, "</svg>"])


def draw_two(
    charts: Sequence[Chart], titles: Sequence[str], parting: int | None, words: str
) -> str:
    """Draw runs below each other on the axis that they share, and mark where they part."""
    parts, top = [], 0
    for made, title in zip(charts, titles, strict=True):
        paper = Paper(made)
        own = [text(EDGE, 30, title, "t"), *_axis(paper)]
        if parting is not None:
            x = paper.x(parting)
            look = f"fill='none' stroke='{ALARM}' stroke-width='1.6' stroke-dasharray='5 3'"
            own.append(path(f"M{x:g} {TOP - 4}V{paper.foot + 4}", look))
            beside = (x - 6, "a b g e") if x > WIDTH / 2 else (x + 6, "a b g")
            own.append(text(beside[0], TOP - 6, "they part here", beside[1]))
        own += _lanes(paper)
        parts.append(f"<g transform='translate(0 {top})'>{''.join(own)}</g>")
        top += paper.foot + 38
    kinds = {kind for made in charts for kind in _used(made)}
    legend, end = _legend(kinds, top + 8)
    begin = head(WIDTH, end + EDGE, "", words, _patterns(charts))
    return "".join([begin, *parts, *legend, "</svg>"])


def _lanes(paper: Paper) -> Iterator[str]:
    """Draw the requests and the lanes, from back to front."""
    for part in (_names, _drops, _bars, _folded, _labels, _limits, _arrivals, _cuts):
        yield from part(paper)


def _axis(paper: Paper) -> Iterator[str]:
    """Draw the ticks with their labels and grid lines; labels that would overlap are left out."""
    grid = labels = ""
    taken: list[tuple[float, float]] = []
    for tick in sorted(paper.chart.axis.ticks, key=lambda tick: (tick.rank, tick.x)):
        x = round(paper.left + tick.x * (paper.right - paper.left), 1)
        half = (len(tick.label) + 6 * tick.cut) * CHARACTER / 2 + 5
        row = 1000 * tick.cut  # the lengths of cuts have a row of their own
        if any(x - half + row < end and start < x + half + row for start, end in taken):
            continue
        taken.append((x - half + row, x + half + row))
        if tick.cut:
            labels += text(x, paper.foot + 30, f"{tick.label} later", "m c")
        else:
            grid += f"M{x:g} {TOP}V{paper.foot + 4}"
            labels += text(x, paper.foot + 16, tick.label, "m c")
    yield path(grid, f"stroke='{GRID}'")
    yield labels


def _names(paper: Paper) -> Iterator[str]:
    """Name the rows, and draw the line on which each lane's bars stand."""
    yield text(EDGE, TOP + 15, "requests", "m")
    several = len({lane.function for lane in paper.chart.lanes if lane.function}) > 1
    for number, lane in enumerate(paper.chart.lanes):
        middle = paper.y(number) + BAR / 2
        below = lane.function if several else ""
        yield text(EDGE, middle + (0 if below else 4), lane.name, "b")
        yield text(EDGE, middle + 12, _short(below), "m")


def _short(name: str) -> str:
    """Cut a name so that it fits before the lanes."""
    most = int(GUTTER / CHARACTER)
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _bars(paper: Paper) -> Iterator[str]:
    """Draw the spans, one path for each kind."""
    dots = ""
    for lane, x, end, _ in _runs(paper, IDLE):
        dots += f"M{x:g} {paper.y(lane) + BAR / 2:g}H{end:g}"
    yield path(dots, f"stroke='{MUTED}' stroke-width='1.5' stroke-dasharray='1.5 4.5'")
    for kind in dict.fromkeys((*BARS, *SPANS)):
        if kind in (IDLE, WAIT):  # drawn above; what is left of an invocation
            continue
        steps = ""
        for lane, x, end, left in _runs(paper, kind):
            steps += f"M{x:g} {paper.y(lane)}{_bar(kind, round(end - x, 1), left)}"
        yield path(steps, f"{_look(kind)} stroke-linejoin='round'")


def _patterns(charts: Sequence[Chart]) -> str:
    held = any(span.kind == HELD for made in charts for span in made.spans)
    return PATTERNS + HELD_PATTERN if held else PATTERNS


def _bar(kind: str, width: float, left: float) -> str:
    """Draw a bar, or a wedge for what runs out; it is cut off where some of it was left."""
    if SPANS[kind].pattern == "shrinking":
        return f"v{BAR}h{width:g}v{round(-BAR * left, 1):g}z"
    return f"h{width:g}v{BAR}h{-width:g}z"


def _runs(paper: Paper, kind: str) -> Iterator[tuple[int, float, float, float]]:
    """Place the spans of a kind; those too small to be told apart are joined."""
    last: dict[int, tuple[float, float, float]] = {}
    for span in paper.chart.spans:
        if span.kind != kind:
            continue
        x, end = paper.x(span.start), paper.x(span.end)
        end = max(end, round(x + 1.5, 1))
        if span.lane in last:
            before = last[span.lane]
            if x - before[1] < 1 and (end - x < 3 or before[1] - before[0] < 3):
                last[span.lane] = before[0], max(end, before[1]), span.left
                continue
            yield span.lane, *_rounded(before)
        last[span.lane] = x, end, span.left
    for lane, run in last.items():
        yield lane, *_rounded(run)


def _rounded(run: tuple[float, float, float]) -> tuple[float, float, float]:
    return round(run[0], 1), round(run[1], 1), run[2]


def _folded(paper: Paper) -> Iterator[str]:
    """Draw how many of the folded environments are at work, as an area."""
    for lane, busy in paper.chart.busy.items():
        if busy:
            yield from _area(paper, lane, busy)


def _area(paper: Paper, lane: int, busy: list[tuple[int, int]]) -> Iterator[str]:
    most = max(n for _, n in busy) or 1
    floor = paper.y(lane) + BAR
    steps, last = f"M{paper.x(busy[0][0]):g} {floor}", 0.0
    for at, n in busy:
        x = paper.x(at)
        if x != last:
            steps += f"H{x:g}"
        steps += f"V{round(floor - BAR * n / most, 1):g}"
        last = x
    yield path(f"{steps}H{paper.x(OPEN):g}V{floor}z", f"fill='{BLUE_TINT}' stroke='{BLUE}'")
    words = f"at most {most:,} at once"
    yield text(paper.right, paper.y(lane) - 3, words, "m e g")


def _labels(paper: Paper) -> Iterator[str]:
    """Write into the bars what they are, where there is room."""
    due: dict[int, str] = {}  # lane -> the request whose name is still to be written
    for span in paper.chart.spans:
        if span.kind in OTHERS and _fits(paper, span, span.label) and _is_free(paper, span):
            look = "w" if SPANS[span.kind].pattern == "solid" else "g"
            yield text(paper.x(span.start) + 6, paper.y(span.lane) + 13, span.label, look)
        if span.kind == INVOKE:
            due[span.lane] = span.label
        label = span.label if span.kind in READYING else due.get(span.lane, "")
        if span.kind == AGAIN and _fits(paper, span, f"Init, {due[span.lane]}"):
            label, due[span.lane] = f"Init, {due[span.lane]}", ""
        if span.kind not in (*READYING, WAIT, CPU) or not _fits(paper, span, label):
            continue
        look = {CPU: "w", WAIT: ""}.get(span.kind, "h")
        yield text(paper.x(span.start) + 6, paper.y(span.lane) + 13, label, look)
        if span.kind in (WAIT, CPU):
            due[span.lane] = ""


OTHERS = set(SPANS) - {*READYING, INVOKE, WAIT, CPU, IDLE, DEAD}


def _is_free(paper: Paper, span: Span) -> bool:
    """Tell whether nothing is drawn over the label of a span."""
    x = paper.x(span.start)
    end = x + len(span.label) * CHARACTER + 10
    covered = paper.begins[span.lane]
    place = bisect_right(covered, span.start)
    after = paper.x(covered[place]) if place < len(covered) else end
    twice = span.kind == LOAN and covered.count(span.start) > 1
    signs = (at for lane, at, _ in paper.signs if lane == span.lane)
    return after >= end and not twice and not any(x - 3 < at < end for at in signs)


def _fits(paper: Paper, span: Span, label: str) -> bool:
    """Tell whether a label has room in its span."""
    sign = 18 if (span.lane, span.end) in paper.signed else 0  # it stands there, in the bar
    return paper.x(span.end) - paper.x(span.start) - sign > len(label) * CHARACTER + 10


def _limits(paper: Paper) -> Iterator[str]:
    """Draw a bracket below what was stopped at its limit, and a sign where something failed."""
    steps, words, taken = "", "", dict[int, float]()
    for bracket in paper.chart.brackets:
        x, end, y = paper.x(bracket.start), paper.x(bracket.end), paper.y(bracket.lane) + BAR + 3
        steps += f"M{x:g} {y}v4H{end:g}v-4"
        width = len(bracket.label) * CHARACTER
        if _room_after(paper, bracket.lane, bracket.end) > width + 8:
            if taken.get(bracket.lane, 0) < end:
                words += text(end + 6, y - 8, bracket.label, "a b g")
            taken[bracket.lane] = end + width
    yield path(steps, f"fill='none' stroke='{ALARM}' stroke-width='1.6'")
    yield words
    yield from _signs(paper)


def _signs(paper: Paper) -> Iterator[str]:
    """Draw what happens in a moment."""
    for lane, x, kind in paper.signs:
        yield _sign(kind, x, paper.y(lane) + BAR // 2, 3)


def _placed(paper: Paper) -> list[tuple[int, float, str]]:
    """Give signs a lane and a place; of those that would overlap only the weightiest is drawn."""
    weights = list(SIGNS)
    placed: list[tuple[int, float, str]] = []
    last: dict[int, int] = {}  # lane -> its latest sign
    for mark in paper.chart.marks:
        if mark.kind not in SIGNS:
            continue
        x = paper.x(mark.at)
        wide = x - paper.signed.get((mark.lane, mark.at), x) > 24
        x -= 9 * wide  # inside its bar, if there is room
        n = last.get(mark.lane, -1)
        if n >= 0 and x - placed[n][1] < SIGN:
            kind = max(placed[n][2], mark.kind, key=weights.index)
            placed[n] = mark.lane, placed[n][1], kind
            continue
        last[mark.lane] = len(placed)
        placed.append((mark.lane, x, mark.kind))
    return placed


def _sign(kind: str, x: float, y: float, half: int = 4) -> str:
    """Draw a disc with what it stands for, or a bare cross."""
    sign = SIGNS[kind]
    colour = COLOURS[sign.colour][0]
    if not sign.glyph:
        return path(_cross(x, y, half), f"stroke='{colour}' stroke-width='{half / 2 + 0.2:g}'")
    disc = f"<circle cx='{x:g}' cy='{y:g}' r='6.5' fill='{colour}' stroke='#fff'/>"
    return disc + text(x, y + 4, sign.glyph, "w b c")


def _room_after(paper: Paper, lane: int, at: int) -> float:
    """Measure how much of a lane is free after a moment, in px."""
    ends = paper.ends.get(lane, [])
    if any(start < at and (end == OPEN or end > at) for start, end in ends):
        return 0
    begins = paper.begins.get(lane, [])
    place = bisect_left(begins, at)
    return paper.x(begins[place] if place < len(begins) else OPEN) - paper.x(at)


def _drops(paper: Paper) -> Iterator[str]:
    """Let each request fall onto the lane that takes it."""
    if paper.crowded:
        return
    lines = heads = ""
    seen = set()
    for arrival in paper.chart.arrivals:
        x, taken = paper.x(arrival.at), paper.x(arrival.taken)
        if arrival.lane < 0 or (x, taken, arrival.lane) in seen:
            continue
        seen.add((x, taken, arrival.lane))
        y = paper.y(arrival.lane) - 1
        if taken - x < 1:
            lines += f"M{x:g} {TOP + ARRIVALS - 5}V{y - 4}"
        else:  # it waits until its lane is there
            lines += f"M{x:g} {TOP + ARRIVALS - 5}V{y - 8}H{taken:g}V{y - 4}"
        heads += f"M{taken:g} {y}l-3.5-6h7z"
    yield path(lines, f"fill='none' stroke='{MUTED}' stroke-width='1.2' opacity='.55'")
    yield path(heads, f"fill='{MUTED}'")


def _arrivals(paper: Paper) -> Iterator[str]:
    """Draw the requests: filled if warm, hollow if cold, crossed if refused."""
    shapes = {"warm": "", "cold": "", "refused": ""}
    places: dict[float, dict[str, int]] = {}
    for arrival in paper.chart.arrivals:
        x = paper.x(arrival.at)
        kinds = places.setdefault(x // BIN * BIN if paper.crowded else x, {})
        kind = "refused" if arrival.kind == "throttled" else arrival.kind
        kinds[kind] = kinds.get(kind, 0) + 1
    yield _amounts(places, shapes) if paper.crowded else _each(places, shapes)
    yield path(shapes["refused"], f"stroke='{ALARM}' stroke-width='2.4'")
    yield path(shapes["warm"], f"fill='{INK}' stroke='{INK}' stroke-width='1.6'")
    yield path(shapes["cold"], f"fill='{GROUND}' stroke='{INK}' stroke-width='1.8'")


def _each(places: dict[float, dict[str, int]], shapes: dict[str, str]) -> str:
    """Draw every request; those of one moment are counted."""
    y, words = TOP + 11, ""
    for x, after in pairwise([*sorted(places), float("inf")]):
        counts = {kind: f"×{n:,}" if n > 1 else "" for kind, n in places[x].items()}  # noqa: RUF001
        widths = [13 + (len(n) * CHARACTER + 4 if n else 0) for n in counts.values()]
        roomy, left = x + sum(widths) + 4 < after, x
        for (kind, n), width in zip(counts.items(), widths, strict=True):
            shapes[kind] += _cross(left, y) if kind == "refused" else _dot(left, y)
            words += text(left + 7, y + 4, n, "b") if roomy else ""
            left = round(left + (width if roomy else 4), 1)
    return words


def _amounts(places: dict[float, dict[str, int]], shapes: dict[str, str]) -> str:
    """Draw how many come when, and above it where some are cold or refused."""
    steps, floor, last = "", TOP + ARRIVALS, {"cold": -9.0, "refused": -9.0}
    most = max(sum(kinds.values()) for kinds in places.values())
    for x, kinds in sorted(places.items()):
        steps += f"M{x:g} {floor}v{-12 * sum(kinds.values()) / most:.1f}h{BIN - 1}V{floor}z"
        for kind in ("cold", "refused"):
            if kind in kinds and x - last[kind] >= 9:
                shapes[kind] += (_cross if kind == "refused" else _dot)(x + 1.5, TOP + 5)
                last[kind] = x
    return path(steps, f"fill='{MUTED}'")


def _dot(x: float, y: float) -> str:
    return f"M{x - 4.5:g} {y:g}a4.5 4.5 0 1 1 9 0a4.5 4.5 0 1 1-9 0z"


def _cross(x: float, y: float, half: int = 4) -> str:
    whole = 2 * half
    return f"M{x - half:g} {y - half:g}l{whole} {whole}m0-{whole}l-{whole} {whole}"


def _cuts(paper: Paper) -> Iterator[str]:
    """Mark each stretch that the axis leaves out with a torn edge on either side."""
    for piece in paper.chart.axis.pieces:
        if not piece.cut:
            continue
        middle = paper.left + (piece.left + piece.right) / 2 * (paper.right - paper.left)
        half = min((piece.right - piece.left) * (paper.right - paper.left) * 0.28, 9)
        down = "l3 5l-6 10l3 5" * ((paper.foot - TOP) // 20)
        height = (paper.foot - TOP) // 20 * 20
        edge = f"M{middle - half:.1f} {TOP + 2}{down}"
        other = f"M{middle + half:.1f} {TOP + 2}{down}"
        yield (
            f"<rect x='{middle - half:.1f}' y='{TOP + 2}' width='{2 * half:.1f}' "
            f"height='{height}' fill='{GROUND}'/>"
        )
        yield path(edge + other, f"fill='none' stroke='{MUTED}' stroke-width='1'")


def _used(made: Chart) -> set[str]:
    """List the patterns and shapes that a chart needs."""
    used = {span.kind for span in made.spans} | {a.kind for a in made.arrivals}
    used |= {INIT} if AGAIN in used else set()
    used |= {mark.kind for mark in made.marks if mark.kind in SIGNS}
    if WAIT in used or all(s.start != s.end for s in made.spans if s.kind == INVOKE):
        used.discard(INVOKE)  # what is inside it says what it is
    return used | ({"throttled"} if "refused" in used else set())


def _legend(used: Collection[str], top: int) -> tuple[list[str], int]:
    """Name patterns and shapes, in as many rows as that takes; say where they end."""
    parts, y = [], top
    x = left = float(EDGE + GUTTER)
    for kind, words in (LEGEND | SIGN_WORDS).items():
        if kind not in used:
            continue
        width = 24 + len(words) * CHARACTER + 16
        if x > left and x + width - 16 > WIDTH - EDGE:
            x, y = left, y + LEGEND_ROW
        parts += [_swatch(kind, x, y - 9), text(x + 24, y, words, "m")]
        x += width
    return parts, y


def _swatch(kind: str, x: float, y: int) -> str:
    """Draw a sample of a pattern, shape or sign."""
    if kind in SIGNS:
        return _sign(kind, x + 9, y + 5)
    bar = f"M{x:g} {y}h18v11h-18z"
    if kind in ("warm", "cold"):
        fill = INK if kind == "warm" else GROUND
        return path(_dot(x + 9, y + 5), f"fill='{fill}' stroke='{INK}' stroke-width='1.8'")
    if kind == "throttled":
        return path(_cross(x + 9, y + 5), f"stroke='{ALARM}' stroke-width='2.4'")
    if kind == IDLE:
        look = f"stroke='{MUTED}' stroke-width='1.5' stroke-dasharray='1.5 4.5'"
        return path(f"M{x:g} {y + 5.5:g}h18", look)
    if SPANS[kind].pattern == "shrinking":
        bar = f"M{x:g} {y}v11h18z"
    return path(bar, f"{_look(kind)} stroke-linejoin='round'")
