"""What the same traffic would cost on Fargate and on EC2: where Lambda is the wrong tool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from math import ceil, isfinite
from typing import TYPE_CHECKING

from ..engine.kernel import Log
from ..engine.units import SECOND, us
from ..mistakes import LabError
from .charges import EXACT, charge
from .datapoints import datapoints
from .prices import (
    EC2,
    EC2_SIZES,
    FARGATE,
    FARGATE_MINIMUM,
    FARGATE_SIZES,
    PUBLISHED,
    X86,
)
from .usages import Used, used_by

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
    until: int | None = None,
    whose: str = "",
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

    Each repetition begins as the run did, cold starts included. Provisioned concurrency goes on:
    its units cost for the whole month, or for the share of the span for which they are configured.

    Not counted, although they cost: for the others the time to start, spare capacity beyond the
    peak, the operating system's memory, load balancer, disks and the people who look after them;
    for Lambda what stands in front of it. A t3 has only a share of its vCPUs all the time. Savings
    plans and spot prices lower each of them. A small function has less CPU on Lambda than the whole
    vCPU that it gets elsewhere.

    Parameters
    ----------
    log : Log
        The log of the run.
    until : int, optional
        Microseconds at which the run ended; those of the last entry by default.
    whose : str
        The only function, version or alias that is looked at; all of them by default.
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

    end = EXACT.divide(log[-1].at if until is None else until, SECOND)
    seconds = _span(end, span)
    end = max(end, seconds)
    used = _used(log, us(float(end)), whose, at_once)
    peak = int(max(level for _, level in datapoints(log)["ConcurrentExecutions", whose]))
    with localcontext(EXACT):
        times = MONTH * HOUR / seconds
        idle, at_work = _lambda(used, times, MONTH * HOUR / end, free_tier)
        here = idle + at_work
        busy = Decimal(sum(ms for _, ms in used.billed)) / 1000 / (peak * seconds)
        options: list[Option] = [("Lambda", peak, here, PUBLISHED, False)]
        slots = ceil(Decimal(peak) / at_once)
        options += _elsewhere(used, slots, times)
        rows = [
            (
                option,
                count,
                round(float(usd), 2),
                float(busy),
                float(max(busy * (usd - idle) / at_work, Decimal(0)))
                if at_work and always
                else float("nan"),
                dated,
            )
            for option, count, usd, dated, always in options
        ]
    return pandas.DataFrame(rows, columns=list(COLUMNS))


@dataclass(frozen=True, slots=True)
class Steady:
    """What steady requests like those of a run cost in a month, by their rate."""

    idle: Decimal  # USD on Lambda without any request, for what is kept ready
    each: Decimal  # USD on Lambda for one request a second
    task: str  # what runs elsewhere
    task_usd: Decimal  # USD for one, always on
    task_rate: Decimal  # requests a second that one serves

    @property
    def breakeven(self) -> Decimal | None:
        """The least rate at which tasks cost no more than Lambda; None if there is none.

        With each further task Lambda may be cheaper again for a while, and less so each time.
        """
        with localcontext(EXACT):
            if self.idle + self.task_rate * self.each < self.task_usd:
                return None
            return max((self.task_usd - self.idle) / self.each, Decimal(0))

    def here(self, rate: Decimal) -> Decimal:
        """Price a month on Lambda, in USD."""
        with localcontext(EXACT):
            return self.idle + rate * self.each

    def tasks(self, rate: Decimal) -> int:
        """Count the tasks that are on; one is, even without requests."""
        return max(ceil(EXACT.divide(rate, self.task_rate)), 1)


def steady(log: Log, until: int | None = None, whose: str = "", at_once: int = 1) -> Steady:
    """Price requests like those of a run, at a steady rate, by the prices of the first tier.

    The parameters, and what is not counted, are those of `compare`.
    """
    end = _span(EXACT.divide(log[-1].at if until is None else until, SECOND), None)
    used = _used(log, until, whose, at_once)
    memory = max(usage.memory for usage in used.usages)
    vcpu, gb = fargate_size(memory)
    architecture = _architecture(used)
    with localcontext(EXACT):
        idle, at_work = _lambda(used, Decimal(1), MONTH * HOUR / end, False)
        n = len(used.billed)
        ms = max(Decimal(sum(ms for _, ms in used.billed)) / n, Decimal(1))
        return Steady(
            idle,
            at_work / n * MONTH * HOUR,
            f"Fargate, {vcpu} vCPU and {gb} GB",
            fargate_hour(vcpu, gb, architecture) * MONTH,
            at_once * 1000 / ms,
        )


def _used(log: Log, until: int | None, whose: str, at_once: int) -> Used:
    """Read what was billed, and refuse what cannot be compared."""
    if isinstance(at_once, bool) or not isinstance(at_once, int) or at_once < 1:
        raise LabError(
            f"at_once={at_once!r} is no number of requests.",
            "a whole number, 1 or more",
            "at_once=1",
        )
    used = used_by(log, until).of(whose)
    if not used.billed:
        raise LabError(
            "no invocation was completed, so there is nothing to compare.",
            "a run that is billed",
            "a longer run",
        )
    return used


def _architecture(used: Used) -> str:
    return "arm64" if all(usage.architecture == "arm64" for usage in used.usages) else "x86_64"


def _span(end: Decimal, span: float | None) -> Decimal:
    """Find for how long the traffic went on, in seconds."""
    if span is None and end:
        return end
    if isinstance(span, int | float) and isfinite(span) and span > 0:
        return Decimal(str(span))
    given = "this run took no time." if span is None else f"span={span!r} is no length of time."
    raise LabError(given, "seconds, above 0, that the traffic stands for", "compare(span=3600)")


def _lambda(
    used: Used, times: Decimal, longer: Decimal, free_tier: bool
) -> tuple[Decimal, Decimal]:
    """Price a month on Lambda, what is kept ready and the traffic, all of it in one month."""
    month = [
        replace(
            usage,
            requests=usage.requests * times,
            ms=usage.ms * times,
            seconds=usage.seconds * longer,
            month=(0, 0),
        )
        for usage in used.usages
    ]
    idle = [replace(usage, requests=0, ms=0) for usage in month]
    total, at_rest = (
        sum((line.amount for line in charge(usages, free_tier)), Decimal(0))
        for usages in (month, idle)
    )
    return at_rest, total - at_rest


def _elsewhere(used: Used, slots: int, times: Decimal) -> Iterator[Option]:
    """Price a month of the same traffic where it can run as well."""
    memory = max(usage.memory for usage in used.usages)
    architecture = _architecture(used)

    vcpu, gb = fargate_size(memory)
    hourly = fargate_hour(vcpu, gb, architecture)
    task = f"Fargate, {vcpu} vCPU and {gb} GB"
    yield f"{task}, always on", slots, slots * hourly * MONTH, FARGATE.date, True
    billed = [max(FARGATE_MINIMUM, -(-ms // 1000)) for _, ms in used.billed]
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
