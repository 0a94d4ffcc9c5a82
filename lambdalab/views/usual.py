"""Usual requests that begin and end in one stretch of a run: all of them are added up at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from ..engine.lanes import AT, ENTRIES, LANE, UNTIL, Block, Lane, unfold_begun, unfold_ended
from ..engine.units import DAY, MINUTE, MS

Level = tuple[int, int]  # us, and how many more requests are in flight than before
LET_IN, OVER = 1, -1  # what an entry of them changes of the requests in flight


class Who(NamedTuple):
    """Whose requests they are."""

    function: str
    version: str
    qualifier: str


class Usual:
    """What requests come to that stand in the log one after the other, with nothing in between."""

    def __init__(self) -> None:
        self.begun: list[Block] = []
        self.ats: list[int] = []  # us: when one began or ended
        self.changes: list[int] = []  # of the requests in flight, likewise
        self.turns: list[tuple[Who, int]] = []  # whose the next ones are, and from where on

    def add(self, rows: list[Any], place: int, whole: set[int]) -> int:
        """Add what stands from a place on, as far as it is usual; say how many entries it was.

        `whole` are the numbers of the requests that both begin and end here.
        """
        start, turn = place, None
        begun, ats, changes = self.begun, self.ats, self.changes
        for place in range(start, len(rows), ENTRIES):
            row = rows[place]
            if row[0] is unfold_begun:
                _, lane, _, _, number, _, at, _, _ = row
                change = LET_IN
            elif row[0] is unfold_ended:
                _, lane, _, at, number, _, _, _, _ = row[1]
                change = OVER
            else:
                break
            if number not in whole:
                break
            if lane is not turn:
                self.turns.append((who(lane), len(ats)))
                turn = lane
            if change is LET_IN:
                begun.append(row)
            ats.append(at)
            changes.append(change)
        else:
            return len(rows) - start
        return place - start

    @property
    def whose(self) -> list[Who]:
        """Say whose they are."""
        return list(dict.fromkeys(who for who, _ in self.turns))

    def of(self, whose: Collection[Who]) -> Usual:
        """Pick those of some."""
        if all(who in whose for who, _ in self.turns):
            return self
        found = Usual()
        found.begun = [block for block in self.begun if who(block[LANE]) in whose]
        ends = [place for _, place in self.turns[1:]] + [len(self.ats)]
        for (own, place), end in zip(self.turns, ends, strict=True):
            if own in whose:
                found.turns.append((own, len(found.ats)))
                found.ats += self.ats[place:end]
                found.changes += self.changes[place:end]
        return found

    @cached_property
    def marks(self) -> list[Level]:
        """List the first, the highest and the last level of each minute: all that is kept of it."""
        levels, found = list(accumulate(self.changes)), list[Level]()
        for _, start, end in minutes(self.ats):
            highest = levels.index(max(levels[start:end]), start)
            found += ((self.ats[i], levels[i]) for i in (start, highest, end - 1))
        return found

    @cached_property
    def durations(self) -> list[int]:
        """Say how long each one that begins here works, in us."""
        return [block[UNTIL] - block[AT] for block in self.begun]

    @property
    def change(self) -> int:
        """Say how many more are in flight in the end than before."""
        return sum(self.changes)

    @cached_property
    def work(self) -> dict[int, tuple[int, int]]:
        """Say of each minute for how many us those let in then work, and how many they are."""
        begun = [block[AT] for block in self.begun]
        return {
            minute: (sum(self.durations[start:end]), end - start)
            for minute, start, end in minutes(begun)
        }

    def billed(self) -> Iterator[tuple[int, int, int]]:
        """Say of each day when one ended on it, how many ended, and their billed milliseconds."""
        ends = [block[UNTIL] for block in self.begun]
        for day in range(min(ends) // DAY, max(ends) // DAY + 1) if ends else ():
            those = [
                -(-length // MS)
                for end, length in zip(ends, self.durations, strict=True)
                if end // DAY == day
            ]
            if those:
                yield day * DAY, len(those), sum(those)


def who(lane: Lane) -> Who:
    """Say whose the requests of a lane are."""
    return Who(lane.version.function, lane.version.version, lane.calls.qualifier)


def minutes(ats: list[int]) -> Iterator[tuple[int, int, int]]:
    """Find each minute that has any of these times, and where in their order it begins and ends."""
    start = 0
    while start < len(ats):
        minute = ats[start] // MINUTE
        end = bisect_left(ats, (minute + 1) * MINUTE, start)
        yield minute, start, end
        start = end
