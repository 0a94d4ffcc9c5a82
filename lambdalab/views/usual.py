"""Usual requests of a run: many of them are added up at once, without being unfolded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from ..engine.lanes import AT, ENTRIES, UNTIL, Block, Lane, unfold_begun, unfold_ended
from ..engine.units import DAY, MINUTE, MS

Level = tuple[int, int]  # us, and how many more requests are in flight than before
LET_IN, DONE = 1, -1  # what a block changes of the requests in flight


class Who(NamedTuple):
    """Whose requests they are."""

    function: str
    version: str
    qualifier: str


class Flight:
    """How many usual requests are in flight, from one entry of another kind to the next."""

    def __init__(self) -> None:
        self.begun: list[Block] = []
        self.ats: list[int] = []  # us: when one began or ended
        self.changes: list[int] = []  # of the requests in flight, likewise
        self.turns: list[tuple[Who, int]] = []  # whose the next ones are, and from where on

    def add(self, rows: list[Any], place: int, open: dict[int, Block]) -> int:
        """Add what stands from a place on, as far as it is usual; say where it ends.

        `open` are the requests that have not ended, by their numbers.
        """
        turn, begun, ats, changes = None, self.begun, self.ats, self.changes
        for here in range(place, len(rows), ENTRIES):
            block = rows[here]
            if block[0] is unfold_begun:
                _, lane, _, _, number, _, at, _, _ = block
                open[number] = block
                begun.append(block)
                changes.append(LET_IN)
            elif block[0] is unfold_ended:
                _, lane, _, at, number, _, _, _, _ = block[1]
                del open[number]
                changes.append(DONE)
            else:
                return here
            if lane is not turn:
                self.turns.append((who(lane), len(ats)))
                turn = lane
            ats.append(at)
        return len(rows)

    @property
    def whose(self) -> list[Who]:
        """Say whose they are."""
        return list(dict.fromkeys(who for who, _ in self.turns))

    @property
    def change(self) -> int:
        """Say how many more are in flight in the end than before."""
        return sum(self.changes)

    def of(self, whose: Collection[Who]) -> Flight:
        """Pick those of some."""
        if all(who in whose for who, _ in self.turns):
            return self
        found = Flight()
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


class Ended:
    """What usual requests come to that have ended, in the order in which they began."""

    def __init__(self, blocks: list[Block]) -> None:
        self.ends = [block[UNTIL] for block in blocks]
        self.begun = [block[AT] for block in blocks]
        self.durations = [end - at for end, at in zip(self.ends, self.begun, strict=True)]  # us

    def work(self) -> dict[int, tuple[int, int]]:
        """Say of each minute for how many us those let in then worked, and how many they were."""
        return {
            minute: (sum(self.durations[start:end]), end - start)
            for minute, start, end in minutes(self.begun)
        }

    def billed(self) -> Iterator[tuple[int, list[int]]]:
        """List the days on which some of them ended, and the milliseconds billed of each of those.

        A day is told as its first microsecond.
        """
        for day in range(min(self.ends) // DAY, max(self.ends) // DAY + 1):
            ended = zip(self.ends, self.durations, strict=True)
            if lengths := [-(-length // MS) for end, length in ended if end // DAY == day]:
                yield day * DAY, lengths


def who(lane: Lane) -> Who:
    """Say whose the requests of a lane are."""
    return Who(lane.version.function, lane.version.version, lane.calls.qualifier)


def number_of(fact: Any) -> int:
    """Find the number of the request that a fact is about, or 0."""
    kind, _, number = getattr(fact, "request", "").rpartition("-")
    return int(number) if kind == "req" and number.isdecimal() else 0


def minutes(ats: list[int]) -> Iterator[tuple[int, int, int]]:
    """Find each minute that has any of these times, and where in their order it begins and ends."""
    start = 0
    while start < len(ats):
        minute = ats[start] // MINUTE
        end = bisect_left(ats, (minute + 1) * MINUTE, start)
        yield minute, start, end
        start = end
