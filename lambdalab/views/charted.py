"""The charts that people expect of a run; `CHARTS` names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from ..engine import facts
from ..engine.kernel import Log
from ..engine.units import MS, seconds_text
from ..mistakes import LabError
from .charts import Bar, Chart, Series, against, bars, over_time, slopes
from .datapoints import METRICS, datapoints
from .elsewhere import Steady
from .flow import Series as Points
from .flow import ages, depths, flow
from .invocations import invocations
from .lanes import chart as lanes
from .metrics import Metrics
from .pool import pool
from .reuse import reuse
from .staircase import staircase

MILLION = 1_000_000
BEYOND, TINY = 4, Decimal("1e-9")  # how far past its break-even a chart goes; a step to the right
NEAR = 2  # a limit that is more than so many times away is not drawn


def chart(log: Log, name: str, title: str = "") -> Chart:
    """Draw a chart of a run: one of `CHARTS`, or a CloudWatch metric by its name."""
    if name in CHARTS:
        return CHARTS[name](log, title)
    if name in METRICS:
        return _metric(log, title, name)
    raise LabError(
        f"there is no chart {name!r}.",
        ", ".join([*CHARTS, "bill", *METRICS]),
        'run.chart("concurrency")',
    )


def concurrency(log: Log, title: str) -> Chart:
    """Draw how many requests are at work at once, for each function, with the limits near it."""
    flying = flights(log)
    total = max((n for points in flying.values() for _, n in points), default=0)
    series = [Series(name, points) for name, points in flying.items()]
    at, most = max(
        (point for s in series for point in s.points), key=lambda p: (p[1], -p[0]), default=(0, 0)
    )
    alt = f"{_lead(title)}at most {most:,g} requests at work at once, first at {seconds_text(at)} s"
    return over_time(
        _head(title, "requests at work at once"),
        alt,
        "requests",
        lanes(log).axis,
        series,
        _limits(log, total),
    )


def latency(log: Log, title: str) -> Chart:
    """Draw how long each caller waited, and who of them met a cold start."""
    sent: dict[str, int] = {}
    answered: dict[str, tuple[int, bool]] = {}
    refused: set[str] = set()
    for entry in log:
        fact = entry.fact
        if isinstance(fact, facts.RequestReceived) and fact.invocation_type != "Event":
            sent[fact.request] = entry.at
        elif isinstance(fact, facts.RequestThrottled | facts.RequestRefused):
            refused.add(fact.request)
        elif isinstance(fact, facts.ResponseSent):
            answered[fact.request] = entry.at, bool(fact.function_error)
    cold = {x.request for x in invocations(log) if x.cold}
    kinds: dict[str, list[tuple[int, float]]] = {
        "warm": [],
        "cold": [],
        "failed": [],
        "refused": [],
    }
    for request, at in sent.items():
        if request in answered:
            end, failed = answered[request]
            kind = "failed" if failed else "cold" if request in cold else "warm"
            kinds["refused" if request in refused else kind].append((at, (end - at) / MS))
    words = {"warm": "warm", "cold": "cold start", "failed": "failed", "refused": "refused"}
    series = [Series(words[k], points, "dots", k) for k, points in kinds.items() if points]
    served = sorted(v for k in ("warm", "cold") for _, v in kinds[k])
    half = f"half of those served within {served[(len(served) - 1) // 2]:,g} ms" if served else ""
    counts = [f"{len(points):,} {words[k]}" for k, points in kinds.items() if points]
    alt = f"{_lead(title)}{', '.join([*counts, half] if half else counts) or 'nobody was answered'}"
    axis = lanes(log).axis
    return over_time(_head(title, "how long each caller waited"), alt, "ms", axis, series)


def cold(log: Log, title: str) -> Chart:
    """Draw how many cold and warm starts there have been so far."""
    counts = {"cold starts": [(0, 0.0)], "warm starts": [(0, 0.0)]}
    started = sorted((x.start, x.cold) for x in invocations(log) if x.start is not None)
    for at, was_cold in started:
        points = counts["cold starts" if was_cold else "warm starts"]
        points.append((at, points[-1][1] + 1))
    series = [Series(name, points) for name, points in counts.items()]
    words = ", ".join(f"{points[-1][1]:,g} {name}" for name, points in counts.items())
    axis = lanes(log).axis
    return over_time(
        _head(title, "starts so far"), f"{_lead(title)}{words}", "starts", axis, series
    )


def queue(log: Log, title: str) -> Chart:
    """Draw how much is in each queue."""
    series = [Series(name, points) for name, points in depths(log, flow(log)).items()]
    most = ", ".join(f"{max(v for _, v in s.points):,g} in {s.name}" for s in series)
    alt = f"{_lead(title)}{f'at most {most}' if most else 'there is no queue in this run'}"
    axis = lanes(log).axis
    return over_time(_head(title, "in the queues"), alt, "waiting", axis, series)


def age(log: Log, title: str) -> Chart:
    """Draw how long the oldest thing in each queue has been in it."""
    end = log[-1].at if len(log) else 0
    series = [
        Series(name, slopes(points, end), "slopes") for name, points in ages(log, flow(log)).items()
    ]
    most = ", ".join(f"{max(v for _, v in s.points):,g} s in {s.name}" for s in series)
    alt = f"{_lead(title)}{f'at most {most}' if most else 'there is no queue in this run'}"
    axis = lanes(log).axis
    return over_time(_head(title, "age of the oldest in the queues"), alt, "s", axis, series)


CHARTS: dict[str, Callable[[Log, str], Chart]] = {
    "concurrency": concurrency,
    "latency": latency,
    "cold": cold,
    "queue": queue,
    "age": age,
    "pool": pool,
    "waits": staircase,
    "reuse": reuse,
}


def bill(title: str, costs: Sequence[tuple[int, float, float]]) -> Chart:
    """Draw what the same requests cost by memory size.

    Parameters
    ----------
    title : str
        What stands above it.
    costs : sequence of (int, float, float)
        Memory in MB, USD, and the average duration in ms.
    """
    some = [
        Bar(f"{memory:,} MB, {duration:,.6g} ms", cost * MILLION, f"${cost * MILLION:,.2f}")
        for memory, cost, duration in costs
    ]
    cheapest = min(costs, key=lambda cost: cost[1])
    alt = f"{_lead(title)}the cheapest of {len(costs)} sizes is {cheapest[0]:,} MB"
    return bars(
        _head(title, "the bill of a million such runs, by memory size"),
        alt,
        "USD",
        "memory, average duration",
        some,
    )


def breakeven(title: str, found: Steady) -> Chart:
    """Draw what steady requests cost in a month, on Lambda and on tasks that are always on."""
    even = found.breakeven
    most = BEYOND * (even or found.task_rate)
    stairs = [found.task_rate * n for n in range(1, 1 + int(most / found.task_rate))]
    places = sorted({Decimal(0), even or most, *stairs, most})
    series = [
        Series("Lambda", [(_millionths(x), float(found.here(x))) for x in places], "slopes"),
        Series(
            f"{found.task}, always on",
            [
                (_millionths(x), float(n * found.task_usd))
                for x in places
                for n in dict.fromkeys((found.tasks(x), found.tasks(x + TINY)))
            ],
            "slopes",
        ),
    ]
    words = "at no rate does a task cost less than Lambda"
    if even is not None:
        words = f"from {even:,.3g} requests a second on, a task costs less than Lambda"
    mark = None if even is None else (_millionths(even), f"break-even: {even:,.3g} a second")
    name = "steady requests a second"
    head = _head(title, "what a month costs at a steady rate")
    return against(head, f"{_lead(title)}{words}", "USD", name, series, mark)


def _millionths(rate: Decimal) -> int:
    return round(rate * MILLION)


# What they are drawn from -----------------------------------------------------------------------


BEGINNINGS = (facts.InitStarted, facts.RestoreStarted, facts.InvocationStarted)


def flights(log: Log) -> dict[str, Points]:
    """Say how many requests of each function are at work, from each moment on."""
    owner: dict[str, str] = {}
    flying: dict[str, set[str]] = {}
    series: dict[str, Points] = {}
    for _, at, fact, *_ in log:
        if isinstance(fact, facts.FunctionConfigured):
            series.setdefault(fact.function, [(0, 0)])
            flying.setdefault(fact.function, set())
            continue
        if isinstance(fact, facts.InitStarted | facts.RestoreStarted):
            owner[fact.environment] = fact.function
        if isinstance(fact, BEGINNINGS) and fact.request:
            flying[owner[fact.environment]].add(fact.request)
        elif isinstance(fact, facts.InvocationCompleted | facts.RestoreFailed):
            flying[owner[fact.environment]].discard(fact.request)
        else:
            continue
        points, n = series[owner[fact.environment]], len(flying[owner[fact.environment]])
        if points[-1][1] != n:
            points.append((at, n))
    return {name: list(_tops(points)) for name, points in series.items()}


def _tops(points: Points) -> Iterator[tuple[int, float]]:
    """Say of each moment how it ends, and how high it was if that was more; leave out dips."""
    before = 0.0
    for at, levels in groupby(points, key=itemgetter(0)):
        several = [level for _, level in levels]
        if max(several) > max(before, several[-1]):
            yield at, max(several)
        if not at or several[-1] != before or max(several) > before:
            yield at, several[-1]
        before = several[-1]


def _limits(log: Log, most: float) -> list[tuple[float, str]]:
    """List the limits of a run that are near what was reached; a limit that changed is left out."""
    found: dict[str, set[int]] = {}
    for _, _, fact, *_ in log:
        if isinstance(fact, facts.AccountConfigured):
            found.setdefault("the account's limit", set()).add(fact.concurrency)
        elif isinstance(fact, facts.ConcurrencyReserved):
            found.setdefault(f"reserved for {fact.function}", set()).add(fact.units)
    return [
        (min(levels), f"{words}: {min(levels):,}")
        for words, levels in found.items()
        if len(levels) == 1 and 0 <= min(levels) <= NEAR * most
    ]


def _metric(log: Log, title: str, name: str) -> Chart:
    """Draw the datapoints of a CloudWatch metric of the whole Region."""
    metric = METRICS[name]
    points = datapoints(log).get((name, ""), [])
    if metric.statistic == "Maximum":
        unit, series = "at once", [Series(name, points or [(0, 0)])]
    elif metric.statistic == "Average":
        unit, series = "ms", [Series(name, [(at, v / MS) for at, v in points], "dots")]
    else:
        sums: Points = [(0, 0)]
        for at, n in sorted(points):
            sums.append((at, sums[-1][1] + n))
        unit, series = "so far", [Series(name, sums)]
    said = {"Maximum": "at most", "Average": "on average", "Sum": "in all"}[metric.statistic]
    value = f"{Metrics(log)[name]:,.6g}{' ms' if unit == 'ms' else ''}"
    alt = f"{_lead(title)}{name} {said} {value}"
    return over_time(_head(title, name), alt, unit, lanes(log).axis, series)


def _lead(title: str) -> str:
    return f"{title}, " if title else ""


def _head(title: str, what: str) -> str:
    return f"{title} · {what}" if title else what
