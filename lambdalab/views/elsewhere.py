"""What the same traffic would cost on Fargate and on EC2: where Lambda is the wrong tool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from math import ceil, isfinite
from typing import TYPE_CHECKING

from ..engine.kernel import Log
from ..engine.units import SECOND
from ..mistakes import LabError
from .charges import EXACT, Usage, charge
from .datapoints import datapoints
from .invocations import invocations
from .prices import (
    EC2,
    EC2_SIZES,
    FARGATE,
    FARGATE_MINIMUM,
    FARGATE_SIZES,
    PUBLISHED,
    X86,
)

if TYPE_CHECKING:
    import pandas

MONTH = 730  # hours, as AWS's own calculators count
HOUR = 3600  # seconds
GB = 1024  # MB

COLUMNS = ("option", "count", "usd_per_month", "busy", "break_even", "prices_of")

# What, how many, USD a month, date of the price, and whether it costs the same without traffic.
Option = tuple[str, int, Decimal, str, bool]


def compare(
    log: Log,
    used: Sequence[Usage],
    function: str = "",
    span: float | None = None,
    at_once: int = 1,
    free_tier: bool = False,
) -> pandas.DataFrame:
    """Compare a month of a run's traffic on Lambda, on Fargate and on EC2.

    The traffic of the span is repeated until it fills a month of 730 hours. What runs elsewhere
    runs all month and is sized for the peak of requests at once, each as large as the largest
    function; one vCPU serves `at_once` of them, in the memory of one environment. "A task for each
    request" starts a Fargate task for every invocation instead and lets it run as long as Lambda
    billed, a minute at least; each request then waits for its task to start.

    Not counted, although they cost: for the others the time to start, spare capacity beyond the
    peak, the operating system's memory, load balancer, disks and the people who look after them;
    for Lambda what stands in front of it. A t3 has only a share of its vCPUs all the time. Savings
    plans and spot prices lower each of them. A small function has less CPU on Lambda than the whole
    vCPU that it gets elsewhere.

    Parameters
    ----------
    log : Log
        The log of the run.
    used : sequence of Usage
        What Lambda bills for.
    function : str
        The only function that is looked at; all of them by default.
    span : float, optional
        Seconds that the traffic stands for; the length of the run by default.
    at_once : int
        Requests that one vCPU elsewhere serves at the same time.
    free_tier : bool
        Whether Lambda's free tier is taken off.

    Returns
    -------
    pandas.DataFrame
        `option`, `count` (at the peak; tasks in the month where each request has one),
        `usd_per_month`, `busy`, `break_even` (not for what costs by the request) and `prices_of`.
    """
    import pandas

    seconds = _span(log, span)
    if isinstance(at_once, bool) or not isinstance(at_once, int) or at_once < 1:
        raise LabError(
            f"at_once={at_once!r} is no number of requests.",
            "a whole number, 1 or more",
            "at_once=1",
        )
    if not used:
        raise LabError(
            "no invocation was completed, so there is nothing to compare.",
            "a run that is billed",
            "a longer run",
        )
    peak = max(level for _, level in datapoints(log)["ConcurrentExecutions", function])
    with localcontext(EXACT):
        times = MONTH * HOUR / seconds
        here = _lambda(used, times, free_tier)
        busy = sum((Decimal(u.ms) for u in used), Decimal(0)) / 1000 / (peak * seconds)
        options: list[Option] = [("Lambda", peak, here, PUBLISHED, False)]
        slots = ceil(Decimal(peak) / at_once)
        options += _elsewhere(log, used, function, slots, times)
        rows = [
            (
                option,
                count,
                round(float(usd), 2),
                float(busy),
                float(busy * usd / here) if here and always else float("nan"),
                dated,
            )
            for option, count, usd, dated, always in options
        ]
    return pandas.DataFrame(rows, columns=list(COLUMNS))


def _span(log: Log, span: float | None) -> Decimal:
    """Find for how long the traffic went on, in seconds."""
    if span is None and (length := log[-1].at):
        return EXACT.divide(length, SECOND)
    if isinstance(span, int | float) and isfinite(span) and span > 0:
        return Decimal(str(span))
    given = "this run took no time." if span is None else f"span={span!r} is no length of time."
    raise LabError(given, "seconds, above 0, that the traffic stands for", "compare(span=3600)")


def _lambda(used: Sequence[Usage], times: Decimal, free_tier: bool) -> Decimal:
    """Price a month of the traffic on Lambda: all of it in one month, so that tiers count."""
    month = [replace(u, requests=u.requests * times, ms=u.ms * times, month=(0, 0)) for u in used]
    return sum((line.amount for line in charge(month, free_tier)), Decimal(0))


def _elsewhere(
    log: Log, used: Sequence[Usage], function: str, slots: int, times: Decimal
) -> Iterator[Option]:
    """Price a month of the same traffic where it can run as well."""
    memory = max(u.memory for u in used)
    arm = all(u.architecture == "arm64" for u in used)
    architecture = "arm64" if arm else "x86_64"

    vcpu, gb = fargate_size(memory)
    hourly = fargate_hour(vcpu, gb, architecture)
    task = f"Fargate, {vcpu} vCPU and {gb} GB"
    yield f"{task}, always on", slots, slots * hourly * MONTH, FARGATE.date, True
    billed = [
        max(FARGATE_MINIMUM, -(-x.billed_ms // 1000))
        for x in invocations(log)
        if x.billed_ms is not None and function in ("", x.function)
    ]
    usd = sum(billed) * times * hourly / HOUR
    yield f"{task}, a task for each request", ceil(len(billed) * times), usd, FARGATE.date, False
    for size, (vcpus, size_gb, made_for) in EC2_SIZES.items():
        holds = min(vcpus, size_gb * GB // memory)
        if holds and made_for == architecture:
            servers = -(-slots // holds)
            usd = servers * EC2.value[size] * MONTH
            yield f"EC2, {size}, always on", servers, usd, EC2.date, True


def fargate_size(memory: int) -> tuple[int, int]:
    """Choose the smallest Fargate task, in vCPU and GB, that holds so many MB."""
    for vcpu, least, most in FARGATE_SIZES:
        gb = max(least, ceil(memory / GB))
        if gb <= most:
            return vcpu, gb
    raise ValueError(f"no task holds {memory} MB")


def fargate_hour(vcpu: int, gb: int, architecture: str = "x86_64") -> Decimal:
    """Price an hour of a Fargate task in USD."""
    prices = FARGATE.value
    return EXACT.add(
        EXACT.multiply(vcpu, prices[f"{architecture} vCPU"]),
        EXACT.multiply(gb, prices[f"{architecture} GB"]),
    )


def fargate_breakeven(gb: int = 2) -> Decimal:
    """Find the busy share of a Lambda function of so many GB above which a task is cheaper.

    The task has 1 vCPU and as much memory, and always runs; requests are not counted.
    """
    (_, a_gb_second), *_ = X86.value
    return EXACT.divide(fargate_hour(1, gb), EXACT.multiply(a_gb_second, gb * HOUR))
