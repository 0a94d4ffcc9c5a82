"""What a run shows, read from its log alone, and how sure one may be of a mean over seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import fmean, stdev
from typing import NamedTuple

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.units import us

SEEDS = range(1, 21)
# How many standard errors are to either side of a mean of 20 seeds, so that one such interval in a
# thousand misses what it should hold (Student's t with 19 degrees of freedom).
STUDENT = 3.883

Count = dict[type, int]
IN_FLIGHT: Count = {facts.RequestReceived: 1, facts.ResponseSent: -1}
EVENTS: Count = {facts.EventQueued: 1, facts.EventSucceeded: -1, facts.EventDropped: -1}
MESSAGES: Count = {facts.MessageSent: 1, facts.MessageDeleted: -1}
ENVIRONMENTS: Count = {facts.InitStarted: 1, facts.EnvironmentShutDown: -1}


class Interval(NamedTuple):
    """A mean over seeds, and how far off the true mean may be."""

    mean: float
    half: float

    def holds(self, value: float) -> bool:
        """Say whether a value may be the true mean; what is exact may be off by rounding."""
        return abs(value - self.mean) <= max(self.half, 1e-6 * abs(value))


def interval(values: Sequence[float]) -> Interval:
    """Say what the mean of one value a seed may be."""
    assert len(values) == len(SEEDS)
    return Interval(fmean(values), STUDENT * stdev(values) / sqrt(len(values)))


def average(run: lab.Run, count: Count, start: float, end: float) -> float:
    """Average over time how many there are, from `start` to `end` in seconds."""
    first, last = us(start), us(end)
    level, since, area = 0, first, 0
    for at, fact, *_ in run.log.rows:
        if at >= last:
            break
        step = count.get(type(fact), 0)
        if step:
            if at > since:
                area += level * (at - since)
                since = at
            level += step
    return (area + level * (last - since)) / (last - first)


def times_at(run: lab.Run, count: Count, start: float, end: float) -> dict[int, float]:
    """Say for which share of the time there are how many."""
    first, last = us(start), us(end)
    level, since = 0, first
    shares: dict[int, float] = {}
    for at, fact, *_ in run.log.rows:
        step = count.get(type(fact), 0)
        if not step:
            continue
        until = min(max(at, first), last)
        shares[level] = shares.get(level, 0) + (until - since) / (last - first)
        level, since = level + step, until
    shares[level] = shares.get(level, 0) + (last - since) / (last - first)
    return shares


def number(run: lab.Run, kind: type, start: float = 0, end: float = float("inf")) -> int:
    """Count the facts of a kind from `start` on and before `end`, in seconds."""
    first, last = us(start), us(end) if end < float("inf") else end
    return sum(type(fact) is kind and first <= at < last for at, fact, *_ in run.log.rows)


def waits(
    run: lab.Run, begins: Callable[..., str], ends: Callable[..., str], start: float
) -> float:
    """Average in seconds how long it takes from one fact to another about the same thing.

    Each function says which thing a fact of its kind is about, or "" of any other fact.
    """
    began: dict[str, int] = {}
    lengths = []
    for at, fact, *_ in run.log.rows:
        if thing := begins(fact):
            began[thing] = at
        elif (thing := ends(fact)) and began[thing] >= us(start):
            lengths.append(at - began[thing])
    return fmean(lengths) / us(1)
