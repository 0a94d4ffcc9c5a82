"""Where things stand on a picture with rows below each other, and its axis of times."""

from __future__ import annotations

from collections.abc import Iterator

from .axis import Axis
from .ink import CHARACTER, GRID, GROUND, MUTED, path, text

WIDTH, EDGE, BEYOND, TOP = 960, 16, 26, 52


class Sheet:
    """A picture with names at the left and times below."""

    def __init__(self, axis: Axis, gutter: int, height: int, beyond: int = BEYOND) -> None:
        self.axis, self.beyond = axis, beyond
        self.left, self.right = EDGE + gutter, WIDTH - EDGE - beyond
        self.foot = TOP + height

    def x(self, at: int | None) -> float:
        """Say where a moment stands, in px; what has no end goes on beyond the axis."""
        if at is None:
            return float(self.right + self.beyond)
        return round(self.left + self.axis.x(at) * (self.right - self.left), 1)


def times(sheet: Sheet) -> Iterator[str]:
    """Draw the times; labels that would overlap are left out."""
    grid = labels = ""
    taken: list[tuple[bool, float, float]] = []
    for tick in sorted(sheet.axis.ticks, key=lambda tick: (tick.rank, tick.x)):
        x = round(sheet.left + tick.x * (sheet.right - sheet.left), 1)
        words = f"{tick.label} later" if tick.cut else tick.label
        half = len(words) * CHARACTER / 2 + 5
        row = (place[1:] for place in taken if place[0] == tick.cut)
        if any(x - half < end and start < x + half for start, end in row):
            continue
        taken.append((tick.cut, x - half, x + half))
        labels += text(min(x, WIDTH - half), sheet.foot + (30 if tick.cut else 16), words, "m c")
        grid += "" if tick.cut else f"M{x:g} {TOP - 6}V{sheet.foot + 4}"
    yield path(grid, f"stroke='{GRID}'") + labels


def cuts(sheet: Sheet) -> Iterator[str]:
    """Mark each stretch that the axis leaves out with a torn edge on either side."""
    steps, teeth = "", "l3 5l-6 10l3 5" * ((sheet.foot - TOP) // 20)
    height = (sheet.foot - TOP) // 20 * 20
    for piece in sheet.axis.pieces:
        if piece.cut:
            middle = (piece.left + piece.right) / 2 * (sheet.right - sheet.left)
            x = round(sheet.left + middle, 1)
            yield path(f"M{x - 5:g} {TOP}h10v{height}h-10z", f"fill='{GROUND}'")
            steps += f"M{x - 5:g} {TOP}{teeth}M{x + 5:g} {TOP}{teeth}"
    yield path(steps, f"fill='none' stroke='{MUTED}'")
