"""Which CloudWatch metrics there are, and their datapoints, read from the log in one pass.

Invocations, Errors and Duration are stamped with the moment at which the invocation was let in; AWS
says so of Errors. Concurrency is a level: each datapoint holds until the next one. A new fact of
the log becomes a new line of `READ`, a new metric a new entry of `METRICS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.rules import DG, Rule

REGION = ""  # whose datapoints: of all functions together

Points = dict[tuple[str, str], list[tuple[int, int]]]  # (metric, whose) -> (us, value)
PAGE = DG + "monitoring-metrics-types.html"


@dataclass(frozen=True, slots=True)
class Metric:
    """One CloudWatch metric: how its datapoints are put together, and what it counts."""

    name: str
    statistic: str  # Sum, Average (of microseconds, shown as ms), Maximum (of a level)
    rule: Rule
    always: bool  # shown even without a datapoint


def _metric(
    name: str, statistic: str, id: str, sentence: str, page: str = PAGE, always: bool = True
) -> Metric:
    return Metric(name, statistic, Rule(id, sentence, page), always)


RESOLUTION = Rule(
    "metric.resolution",
    "Metrics are kept per minute: sums for counters, averages and percentiles for durations, "
    "maxima for concurrency.",
    PAGE,
    value=60,
)
METRICS = {
    metric.name: metric
    for metric in (
        _metric(
            "Invocations",
            "Sum",
            "metric.invocations",
            "Invocations counts how often the code ran, function errors included; it equals the "
            "billed requests.",
        ),
        _metric(
            "Errors",
            "Sum",
            "metric.errors",
            "Errors counts invocations that end in a function error, timeouts included, at the "
            "time of the call and not of the failure.",
        ),
        _metric(
            "Throttles",
            "Sum",
            "metric.throttles",
            "Throttles counts refused requests, which are in neither Invocations nor Errors.",
        ),
        _metric(
            "Duration",
            "Average",
            "metric.duration",
            "Duration is the time of the handler, with a repeated Init and without the Init of a "
            "cold start.",
        ),
        _metric(
            "ConcurrentExecutions",
            "Maximum",
            "metric.concurrent",
            "ConcurrentExecutions is how many requests are at work at once.",
        ),
        _metric(
            "UnreservedConcurrentExecutions",
            "Maximum",
            "metric.unreserved",
            "UnreservedConcurrentExecutions is how many requests are at work, in the whole Region, "
            "on functions without reserved concurrency.",
            always=False,
        ),
        _metric(
            "ClaimedAccountConcurrency",
            "Maximum",
            "metric.claimed",
            "ClaimedAccountConcurrency is what on-demand requests can no longer have: all "
            "reservations and the unreserved requests at work.",
            DG + "monitoring-concurrency.html",
            always=False,
        ),
    )
}


# What the log says of them ------------------------------------------------------------------------


def datapoints(log: Log) -> Points:
    """Read the datapoints of every metric, of each function and of the whole Region."""
    reader = _Reader()
    for at, fact, *_ in log.rows:
        if read := READ.get(type(fact)):
            read(reader, at, fact)
    return reader.points


class _Reader:
    """What has to be remembered of a log from one entry to the next."""

    def __init__(self) -> None:
        self.points: Points = {}
        self.homes: dict[str, str] = {}  # environment -> its function
        self.flying: dict[str, tuple[str, int]] = {}  # request -> function, and let in when
        self.busy: Counter[str] = Counter()  # function -> requests in flight
        self.reserved: dict[str, int] = {}  # function -> its reservation, or -1
        self.claimed = 0

    # One of these for each fact that has a say

    def configured(self, at: int, fact: facts.FunctionConfigured) -> None:
        self.reserved[fact.function] = fact.reserved_concurrency
        self.claim(at)

    def init_started(self, at: int, fact: facts.InitStarted) -> None:
        self.homes[fact.environment] = fact.function
        if fact.request:
            self.let_in(at, fact.request, fact.function)

    def started(self, at: int, fact: facts.InvocationStarted) -> None:
        self.let_in(at, fact.request, self.homes[fact.environment])

    def completed(self, at: int, fact: facts.InvocationCompleted) -> None:
        function, let_in = self.flying.pop(fact.request)
        self.busy[function] -= 1
        self.concurrency(at, function)
        self.add("Invocations", let_in, 1, function)
        self.add("Duration", let_in, fact.duration, function)
        if fact.status != "success":
            self.add("Errors", let_in, 1, function)

    def throttled(self, at: int, fact: facts.RequestThrottled) -> None:
        self.add("Throttles", at, 1, fact.function)

    # What they have in common

    def add(self, name: str, at: int, value: int, function: str) -> None:
        for whose in (function, REGION):
            self.points.setdefault((name, whose), []).append((at, value))

    def level(self, name: str, at: int, value: int, whose: str) -> None:
        self.points.setdefault((name, whose), []).append((at, value))

    def let_in(self, at: int, request: str, function: str) -> None:
        """Count a request as at work, from the Init that it waits for on."""
        if request not in self.flying:
            self.flying[request] = (function, at)
            self.busy[function] += 1
            self.concurrency(at, function)

    def concurrency(self, at: int, function: str) -> None:
        self.level("ConcurrentExecutions", at, self.busy[function], function)
        self.level("ConcurrentExecutions", at, len(self.flying), REGION)
        if self.reserved[function] < 0:
            self.level("UnreservedConcurrentExecutions", at, self.unreserved(), REGION)
            self.claim(at)

    def unreserved(self) -> int:
        return sum(self.busy[name] for name, units in self.reserved.items() if units < 0)

    def claim(self, at: int) -> None:
        claimed = self.unreserved() + sum(max(units, 0) for units in self.reserved.values())
        if claimed != self.claimed:
            self.claimed = claimed
            self.level("ClaimedAccountConcurrency", at, claimed, REGION)


READ: dict[type, Callable[[_Reader, int, Any], None]] = {
    facts.FunctionConfigured: _Reader.configured,
    facts.InitStarted: _Reader.init_started,
    facts.InvocationStarted: _Reader.started,
    facts.InvocationCompleted: _Reader.completed,
    facts.RequestThrottled: _Reader.throttled,
}
