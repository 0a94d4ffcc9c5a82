"""How datapoints are kept: all of them, or what they come to in each minute.

Both answer the same questions alike. Added up, a counter or a level takes as much memory as the run
has minutes; a metric that has percentiles takes eight bytes more for each sample.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..engine.units import MINUTE, SECOND
from ..mistakes import LabError

Point = tuple[int, float]  # us, value
Bins = dict[int, tuple[float, int]]  # period -> sum and number, or maximum and 1


class Listed(list[Point]):
    """All of the datapoints of a metric."""

    def __init__(self, statistic: str) -> None:
        super().__init__()
        self.level = statistic == "Maximum"

    def values(self) -> Sequence[float]:
        """List the values."""
        return [value for _, value in self]

    def bins(self, width: int, end: int) -> Bins:
        """Put them into periods of so many microseconds; a level holds until the next one."""
        found: Bins = {}
        over = (end + 1, 0)  # a level still holds at the last entry
        for (at, value), (until, _) in pairwise([*self, over]):
            if not self.level:
                _add(found, at // width, value, 1)
            elif value:
                _hold(found, range(at // width, max(at, until - 1) // width + 1), value)
        return found


class Tally:
    """What the datapoints of a metric come to."""

    def __init__(self, statistic: str) -> None:
        self.statistic = statistic
        self.total: float = 0
        self.samples = array("q")
        self.minutes: Bins = {}
        self.last: Point = (0, 0)

    def __getitem__(self, index: int) -> Point:
        """Tell the last one; the others are gone."""
        return self.last

    def append(self, point: Point) -> None:
        """Take one more."""
        at, value = point
        if self.statistic == "Maximum":
            since, level = self.last
            if level:
                _hold(self.minutes, _minutes(since, at), level)
            self.total, self.last = max(self.total, value), point
            return
        self.total += value
        _add(self.minutes, at // MINUTE, value, 1)
        if self.statistic == "Average":
            self.samples.append(int(value))

    def add(self, minutes: Mapping[int, tuple[int, int]], samples: Sequence[int]) -> None:
        """Take many at once: for each minute their sum and number, and all of them as samples."""
        for minute, (value, n) in minutes.items():
            self.total += value
            _add(self.minutes, minute, value, n)
        if self.statistic == "Average":
            self.samples.extend(samples)

    def values(self) -> Sequence[float]:
        """List values with the same sum, maximum and percentiles as all of them."""
        return self.samples if self.statistic == "Average" else [self.total]

    def bins(self, width: int, end: int) -> Bins:
        """Put them into periods, which are of whole minutes."""
        if width % MINUTE:
            raise LabError(
                f"period={width / SECOND:g} is finer than what was kept of this run.",
                "whole minutes",
                'period=60, or lab.run(...) without keep="summary"',
            )
        minutes = dict(self.minutes)
        if self.statistic == "Maximum" and self.last[1]:
            since, level = self.last
            _hold(minutes, _minutes(since, max(since, end) + 1), level)
        found: Bins = {}
        for minute, (value, n) in minutes.items():
            period = minute * MINUTE // width
            if self.statistic == "Maximum":
                _hold(found, range(period, period + 1), value)
            else:
                _add(found, period, value, n)
        return found


class Points(dict[tuple[str, str], Any]):
    """The datapoints by metric and by whose they are."""

    def __init__(self, statistics: Mapping[str, str], kind: type[Listed | Tally] = Listed) -> None:
        super().__init__()
        self.statistics, self.kind = statistics, kind  # of each metric; how it is kept

    def __missing__(self, key: tuple[str, str]) -> Listed | Tally:
        self[key] = made = self.kind(self.statistics[key[0]])
        return made


def _add(bins: Bins, period: int, value: float, n: int) -> None:
    total, number = bins.get(period, (0, 0))
    bins[period] = total + value, number + n


def _hold(bins: Bins, periods: range, level: float) -> None:
    for period in periods:
        if period not in bins or bins[period][0] < level:
            bins[period] = level, 1


def _minutes(since: int, until: int) -> range:
    """List the minutes that a level held in."""
    return range(since // MINUTE, max(since, until - 1) // MINUTE + 1)
