"""Usual requests that begin and end in one stretch of a run: all of them are added up at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from ..engine.lanes import ENTRIES, Lane, unfold_begun, unfold_ended
from ..engine.units import DAY, MINUTE, ceil_ms
from .invocations import Environment

Level = tuple[int, int]  # us, and how many more requests are in flight than before


class Usual:
    """What some of them come to, one after the other, of one caller and on one day."""

    def __init__(self, flying: dict[Any, int], environments: dict[str, Environment]) -> None:
        self.flying, self.environments = flying, environments
        self.lane: Lane | None = None
        self.environment = ""  # one of those that they ran in
        self.day = self.at = 0  # when the last of them began or ended, us
        self.levels: list[Level] = []
        self.change = 0  # of the requests in flight
        self.durations: list[int] = []  # us, of those that have ended
        self.minutes: dict[int, tuple[int, int]] = {}  # let in when -> us of work, how many
        self.begun = self.ms = 0  # how many began; milliseconds that are billed

    def add(self, rows: list[Any], place: int, whole: set[int], begun: set[int]) -> int:
        """Add what stands from a place on, as far as it is usual; say how many entries it was.

        `whole` are the blocks that end in this stretch, `begun` those of them that have not yet.
        """
        start, flying = place, self.flying
        for place in range(start, len(rows), ENTRIES):
            row = rows[place]
            if row[0] is unfold_begun and id(row) in whole:
                _, lane, finish, _, number, _, at, _, _ = row
                if not self.fits(lane, at) or not self.warm(finish.id):
                    break
                begun.add(id(row))
                flying[number] = at
                self.change += 1
                self.begun += 1
            elif row[0] is unfold_ended and id(row[1]) in begun:
                _, lane, finish, at, number, _, since, _, _ = row[1]
                if not self.fits(lane, at):
                    break
                begun.discard(id(row[1]))
                del flying[number]
                self.change -= 1
                work, n = self.minutes.get(since // MINUTE, (0, 0))
                self.minutes[since // MINUTE] = work + at - since, n + 1
                self.durations.append(at - since)
                self.ms += ceil_ms(at - since)
            else:
                break
            self.environment, self.at = finish.id, at
            self.levels.append((at, self.change))
        else:
            return len(rows) - start
        return place - start

    def fits(self, lane: Lane, at: int) -> bool:
        """Say whether a request is like the first one."""
        if self.lane is None:
            self.lane, self.day = lane, at // DAY
        alike = lane is self.lane or (lane.calls, lane.version.id) == (
            self.lane.calls,
            self.lane.version.id,
        )
        return alike and at // DAY == self.day

    def warm(self, environment: str) -> bool:
        """Say whether nothing of an Init is still to be told of an environment."""
        env = self.environments[environment]
        return not env.fresh and env.init_duration is None and env.restore is None

    def marks(self) -> Iterator[Level]:
        """List the first, the highest and the last level of each minute: all that is kept of it."""
        for _, levels in groupby(self.levels, lambda level: level[0] // MINUTE):
            those = list(levels)
            yield from (those[0], max(those, key=lambda level: level[1]), those[-1])
