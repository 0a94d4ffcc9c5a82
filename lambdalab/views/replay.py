"""The world at any moment, made again from the log alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from ..engine.kernel import Log
from ..engine.world import World


def fold(log: Log, upto: int | None = None) -> World:
    """Apply the entries before number `upto`, all of them by default."""
    world = World()
    for world in worlds(log, upto):  # noqa: B007  (only the last one is wanted)
        pass
    return world


def worlds(log: Log, upto: int | None = None) -> Iterator[World]:
    """Yield the world after each entry; it is one object that keeps changing."""
    world = World()
    for seq, (at, fact, *_) in enumerate(log.rows[:upto]):
        world.now, world.seq = at, seq
        fact.apply(world)
        yield world


def seq_at(log: Log, at: int) -> int:
    """Count the entries up to a time in microseconds, those of that very microsecond included."""
    return bisect_right(log.rows, at, key=lambda row: row[0])
