"""What a run used, and what that costs: usages read from the log, and their exact prices.

A usage is what one function used in a month with the same settings. `charge` prices usages and
knows nothing of runs; a new kind of charge is a new line of `_Month.lines`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal, localcontext
from itertools import groupby

from ..engine import facts
from ..engine.kernel import Log
from ..engine.rules import LIMIT_TMP
from ..engine.units import date
from .invocations import invocations
from .prices import ARM, FREE_TIER, GB, PC_ALLOCATED, PC_DURATION, PC_STEP, REQUEST, TMP, X86, Tiers

EXACT = Context(prec=60)  # our own: the handlers of a run may change the one in force
MILLION = 1_000_000
DURATION = {"x86_64": X86, "arm64": ARM}
FREE_TMP = LIMIT_TMP.value[0]  # MB


@dataclass(frozen=True, slots=True)
class Usage:
    """What a function used in a month, all of it with the same settings."""

    function: str
    memory: int  # MB
    requests: int | Decimal
    ms: int | Decimal  # billed
    architecture: str = "x86_64"
    ephemeral_storage: int = FREE_TMP  # MB
    month: tuple[int, int] = (2026, 1)

    @property
    def gb_s(self) -> Decimal:
        """GB-seconds of memory."""
        return gb_seconds(self.memory, self.ms)


def gb_seconds(mb: int, ms: int | Decimal) -> Decimal:
    """Turn megabytes held for some milliseconds into GB-seconds."""
    return EXACT.divide(EXACT.multiply(Decimal(mb), ms), EXACT.multiply(1000, GB.value))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill, in exact decimals."""

    item: str
    quantity: Decimal
    unit: str
    price: Decimal  # USD per unit
    amount: Decimal  # USD
    function: str


# What was used ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Used:
    """What a run used, and what was still going on when it ended."""

    usages: list[Usage]
    unfinished: dict[str, int]  # function -> requests still at work


def used_by(log: Log) -> Used:
    """Read from a log what each function used, in the order in which the functions ran first.

    Only invocations that are over count. The settings are those that the environment was made with.
    """
    configured: dict[tuple[str, str], facts.FunctionConfigured] = {}
    made: dict[str, facts.FunctionConfigured] = {}  # environment -> the settings it was made with
    flying: dict[str, str] = {}  # request at work -> its function
    for _, fact, *_ in log.rows:
        if isinstance(fact, facts.InvocationStarted):
            flying[fact.request] = made[fact.environment].function
        elif isinstance(fact, facts.InvocationCompleted):
            flying.pop(fact.request, None)
        elif isinstance(fact, facts.InitStarted):
            if fact.phase == "init":
                made[fact.environment] = configured[fact.function, fact.version]
            if fact.request:
                flying[fact.request] = fact.function
        elif isinstance(fact, facts.FunctionConfigured):
            configured[fact.function, fact.version] = fact
    found: Counter[Usage] = Counter()  # settings and month -> billed ms
    times: Counter[Usage] = Counter()
    for x in invocations(log):
        if x.end is not None and x.billed_ms is not None:
            key = _key(made[x.environment], date(x.end)[:2])
            found[key] += x.billed_ms
            times[key] += 1
    return Used(
        [replace(key, requests=times[key], ms=ms) for key, ms in found.items()],
        dict(Counter(flying.values())),
    )


def _key(settings: facts.FunctionConfigured, month: tuple[int, int]) -> Usage:
    """Make the usage of a function's settings in a month, with nothing in it yet."""
    return Usage(
        settings.function,
        settings.memory,
        0,
        0,
        getattr(settings, "architecture", "x86_64"),
        settings.ephemeral_storage,
        month,
    )


# What it costs ----------------------------------------------------------------------------------


def charge(used: Iterable[Usage], free_tier: bool = False) -> list[Line]:
    """Price usages: each month has its free tier, if wanted, and its tiers of duration.

    Where functions share a tier they fill it in the order given.
    """
    merged: dict[tuple[str, str, Decimal], Line] = {}
    with localcontext(EXACT):
        for _, usage_of_month in groupby(sorted(used, key=lambda u: u.month), lambda u: u.month):
            month = _Month(free_tier)
            for usage in usage_of_month:
                for line in month.lines(usage):
                    key = line.function, line.item, line.price
                    if before := merged.get(key):
                        line = replace(
                            line,
                            quantity=before.quantity + line.quantity,
                            amount=before.amount + line.amount,
                        )
                    merged[key] = line
    return list(merged.values())


class _Month:
    """A month of an account: what is left of its free tier and how full its tiers are."""

    def __init__(self, free_tier: bool) -> None:
        self.free = dict(FREE_TIER.value) if free_tier else {}
        self.filled: dict[str, Decimal] = {}  # architecture -> GB-seconds

    def lines(self, usage: Usage) -> Iterator[Line]:
        """Price what one function used."""
        price = REQUEST.value / MILLION
        free, paid = self.split("requests", Decimal(usage.requests))
        yield from _line("free requests", free, "request", Decimal(0), usage)
        yield from _line("requests", paid, "request", price, usage)

        free, paid = self.split("gb_s", usage.gb_s)
        yield from _line("free duration", free, "GB-second", Decimal(0), usage)
        before = self.filled.get(usage.architecture, Decimal(0))
        for part, price in in_tiers(paid, before, DURATION[usage.architecture].value):
            yield from _line("duration", part, "GB-second", price, usage)
        self.filled[usage.architecture] = before + paid

        storage = gb_seconds(usage.ephemeral_storage - FREE_TMP, usage.ms)
        yield from _line("ephemeral storage", storage, "GB-second", TMP.value, usage)

    def split(self, kind: str, quantity: Decimal) -> tuple[Decimal, Decimal]:
        """Split a quantity into what the free tier still covers and what is paid."""
        left = self.free.get(kind, Decimal(0))
        free = min(quantity, left)
        self.free[kind] = left - free
        return free, quantity - free


def in_tiers(quantity: Decimal, before: Decimal, tiers: Tiers) -> Iterator[tuple[Decimal, Decimal]]:
    """Split a quantity over the tiers of a month that saw so much before; yield part and price."""
    for bound, price in tiers:
        part = quantity if bound is None else min(quantity, bound - before)
        if part > 0:
            yield part, price
            quantity, before = quantity - part, before + part


def _line(item: str, quantity: Decimal, unit: str, price: Decimal, usage: Usage) -> Iterator[Line]:
    if quantity:
        yield Line(item, quantity, unit, price, quantity * price, usage.function)


# Provisioned concurrency ------------------------------------------------------------------------


def allocated_gb_s(memory: int, units: int, seconds: int) -> Decimal:
    """Count the GB-seconds of provisioned concurrency, whether it is used or not.

    Parameters
    ----------
    memory : int
        MB of one unit.
    units : int
        Configured units.
    seconds : int
        For how long; rounded up to five minutes.
    """
    whole = -(-seconds // PC_STEP) * PC_STEP
    return gb_seconds(memory, whole * units * 1000)


def allocation_cost(memory: int, units: int, seconds: int, architecture: str = "x86_64") -> Decimal:
    """Price provisioned concurrency in USD, without the requests that it serves."""
    price = PC_ALLOCATED.value[architecture]
    return EXACT.multiply(allocated_gb_s(memory, units, seconds), price)


def provisioned_breakeven(architecture: str = "x86_64") -> Decimal:
    """Find the busy share of the units above which provisioned concurrency is the cheaper one."""
    (_, on_demand), *_ = DURATION[architecture].value
    saved = EXACT.subtract(on_demand, PC_DURATION.value[architecture])
    return EXACT.divide(PC_ALLOCATED.value[architecture], saved)
