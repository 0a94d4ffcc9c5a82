"""The hour as a picture: a row for each kind of work, a field for each minute."""

from __future__ import annotations

from collections.abc import Sequence

from ..views.ink import (
    ALARM,
    BLUE_TINT,
    FRAME,
    GRID,
    ORANGE_TINT,
    PINK,
    PINK_TINT,
    head,
    path,
    text,
)
from .judge import LATE, LOST, RIGHT, Outcome, p95s
from .night import HOUR, clock_of
from .score import TARGET

WIDTH, LEFT, TOP, ROW, FIELD = 960, 96, 92, 24, 14  # px
MINUTE = 60  # seconds
TEN = 10  # minutes
ROWS = ("quote", "buy", "order", "label", "scan", "invoice", "report")
TWICE, NOTHING = "twice", ""
WORST = (LOST, TWICE, LATE, RIGHT, NOTHING)  # what a minute shows if there are several
SIGNS = {RIGHT: "o", LATE: "~", LOST: "x", TWICE: "2", NOTHING: "·"}
WORDS = {
    RIGHT: "all done right",
    LATE: "some late",
    LOST: "some lost",
    TWICE: "some done twice",
    NOTHING: "nothing asked",
}
LOOKS = {
    RIGHT: f"fill='{BLUE_TINT}'",
    LATE: f"fill='{ORANGE_TINT}'",
    LOST: f"fill='{ALARM}'",
    TWICE: f"fill='{PINK_TINT}' stroke='{PINK}'",
    NOTHING: f"fill='none' stroke='{GRID}'",
}
LETTERS = {LATE: "c b", LOST: "c b w", TWICE: "c b"}


def minutes(found: Sequence[Outcome]) -> dict[str, list[str]]:
    """Say for each kind of work what was the worst in each minute."""
    fields = {kind: [NOTHING] * (HOUR // MINUTE) for kind in ROWS}
    for one in found:
        row = fields["scan" if one.asked.kind == "garbled" else one.asked.kind]
        minute = int(one.asked.at) // MINUTE
        state = TWICE if one.again and one.state != LOST else one.state
        row[minute] = min(row[minute], state, key=WORST.index)
    return fields


def letters(found: Sequence[Outcome]) -> list[str]:
    """Write the picture as text: a sign for each minute."""
    clocks = "".join(f"{clock_of(TEN * MINUTE * n):<{TEN}}" for n in range(HOUR // MINUTE // TEN))
    p95 = "".join(f"{f'{p95:.2f} s':<{TEN}}" for _, p95 in p95s(found))
    lines = [f"{'':8}{clocks}".rstrip(), f"{'p95':8}{p95}".rstrip()]
    for kind, row in minutes(found).items():
        lines.append(f"{kind:8}{''.join(SIGNS[state] for state in row)}")
    signs = ", ".join(f"{SIGNS[state]} {WORDS[state]}" for state in reversed(WORST))
    return [*lines, signs]


def draw(title: str, alt: str, found: Sequence[Outcome]) -> str:
    """Draw the hour as an SVG document."""
    foot = TOP + ROW * len(ROWS)
    parts = [head(WIDTH, foot + 40, title, alt), text(16, TOP - 14, "p95", "m")]
    for n, (start, p95) in enumerate(p95s(found)):
        x = LEFT + n * TEN * FIELD
        parts.append(text(x, TOP - 32, clock_of(start), "m"))
        parts.append(text(x, TOP - 14, f"{p95:.2f} s", "a b" if p95 > TARGET else ""))
        parts.append(path(f"M{x - 1.5} {TOP - 4}V{foot}", f"stroke='{FRAME}'"))
    for n, (kind, row) in enumerate(minutes(found).items()):
        y = TOP + n * ROW
        parts.append(text(16, y + 15, kind, "b"))
        parts += _fields(row, y)
    return "".join([*parts, *_legend(foot + 24), "</svg>"])


def _fields(row: list[str], y: int) -> list[str]:
    """Draw one row: the fields of a state in one path, and their letters on them."""
    parts = []
    for state, look in LOOKS.items():
        places = [LEFT + n * FIELD for n, found in enumerate(row) if found == state]
        parts.append(path("".join(f"M{x} {y + 2}h11v18h-11z" for x in places), look))
        if state in LETTERS:
            kind = LETTERS[state]
            parts += [text(x + 5.5, y + 15, SIGNS[state], kind) for x in places]
    return parts


def _legend(y: int) -> list[str]:
    parts, x = [], LEFT
    for state in reversed(WORST):
        parts.append(path(f"M{x} {y - 11}h11v14h-11z", LOOKS[state]))
        if state in LETTERS:
            parts.append(text(x + 5.5, y, SIGNS[state], LETTERS[state]))
        parts.append(text(x + 18, y, WORDS[state], "m"))
        x += 138
    return parts
