"""What usages cost, exactly.

A usage is what a version of a function used in a month with the same settings; `usages` reads them
from a log. A new kind of charge is a new line of `_Month.lines`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal, localcontext
from itertools import groupby
from math import ceil

from ..engine.rules import LIMIT_TMP
from ..engine.units import KB
from ..engine.world import LATEST
from .prices import (
    ARM,
    ASYNC_SIZE,
    FREE_TIER,
    GB,
    PC_ALLOCATED,
    PC_DURATION,
    PC_STEP,
    REQUEST,
    SNAPSTART,
    SNAPSTART_STEP,
    TMP,
    X86,
    Tiers,
)

EXACT = Context(prec=60)  # our own: the handlers of a run may change the one in force
MILLION = 1_000_000
DURATION = {"x86_64": X86, "arm64": ARM}
FREE_TMP = LIMIT_TMP.value[0]  # MB


@dataclass(frozen=True, slots=True)
class Usage:
    """What a version of a function used in a month, all of it with the same settings."""

    function: str
    memory: int  # MB
    requests: int | Decimal
    ms: int | Decimal  # billed
    architecture: str = "x86_64"
    ephemeral_storage: int = FREE_TMP  # MB
    month: tuple[int, int] = (2026, 1)
    names: tuple[str, ...] = (LATEST,)  # the version, and the aliases that it was used by
    provisioned: bool = False  # in provisioned environments
    units: int = 0  # of provisioned concurrency that were configured
    seconds: Decimal = Decimal(0)  # for how long
    free: bool = True  # the free tier applies
    kept: Decimal = Decimal(0)  # seconds that a snapshot was kept
    restores: int = 0  # from a snapshot that costs

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


# What it costs ----------------------------------------------------------------------------------


def charge(used: Iterable[Usage], free_tier: bool = False) -> list[Line]:
    """Price usages: each month has its free tier, if wanted, and its tiers of duration.

    Where functions share a tier they fill it in the order given.
    """
    return merged(line for _, line in priced(used, free_tier))


def priced(used: Iterable[Usage], free_tier: bool = False) -> Iterator[tuple[Usage, Line]]:
    """Price usages as `charge` does, and yield each line beside what it is for."""
    with localcontext(EXACT):
        lines = [
            (usage, line)
            for _, usages in groupby(sorted(used, key=lambda u: u.month), lambda u: u.month)
            for month in [_Month(free_tier)]
            for usage in usages
            for line in month.lines(usage)
        ]
    yield from lines


def merged(lines: Iterable[Line]) -> list[Line]:
    """Add up the lines of one function, item and price; those of a function stand together."""
    found: dict[tuple[str, str, Decimal], Line] = {}
    for line in lines:
        key = line.function, line.item, line.price
        if before := found.get(key):
            line = replace(
                line,
                quantity=EXACT.add(before.quantity, line.quantity),
                amount=EXACT.add(before.amount, line.amount),
            )
        found[key] = line
    place = {name: k for k, name in enumerate(dict.fromkeys(name for name, *_ in found))}
    return sorted(found.values(), key=lambda line: place[line.function])


class _Month:
    """A month of an account: what is left of its free tier and how full its tiers are."""

    def __init__(self, free_tier: bool) -> None:
        self.free = dict(FREE_TIER.value) if free_tier else {}
        self.filled: dict[str, Decimal] = {}  # architecture -> GB-seconds

    def lines(self, usage: Usage) -> Iterator[Line]:
        """Price what one function used."""
        price = REQUEST.value / MILLION
        free, paid = self.split("requests", Decimal(usage.requests), usage.free)
        yield from _line("free requests", free, "request", Decimal(0), usage)
        yield from _line("requests", paid, "request", price, usage)

        if usage.provisioned:
            item = "provisioned duration" if usage.requests else "provisioned Init"
            price = PC_DURATION.value[usage.architecture]
            yield from _line(item, usage.gb_s, "GB-second", price, usage)
        else:
            yield from self.on_demand(usage)
        allocated = allocated_gb_s(usage.memory, usage.units, usage.seconds)
        price = PC_ALLOCATED.value[usage.architecture]
        yield from _line("provisioned concurrency", allocated, "GB-second", price, usage)

        if usage.kept:
            cached = gb_seconds(usage.memory, max(usage.kept, Decimal(SNAPSTART_STEP)) * 1000)
            price = SNAPSTART.value["GB-second in the cache"]
            yield from _line("snapshot", cached, "GB-second", price, usage)
        restored = Decimal(usage.memory) * usage.restores / GB.value
        yield from _line("restores", restored, "GB", SNAPSTART.value["GB restored"], usage)

        storage = gb_seconds(usage.ephemeral_storage - FREE_TMP, usage.ms)
        yield from _line("ephemeral storage", storage, "GB-second", TMP.value, usage)

    def on_demand(self, usage: Usage) -> Iterator[Line]:
        """Price duration in the tiers of the month."""
        free, paid = self.split("gb_s", usage.gb_s, usage.free)
        yield from _line("free duration", free, "GB-second", Decimal(0), usage)
        before = self.filled.get(usage.architecture, Decimal(0))
        for part, price in in_tiers(paid, before, DURATION[usage.architecture].value):
            yield from _line("duration", part, "GB-second", price, usage)
        self.filled[usage.architecture] = before + paid

    def split(self, kind: str, quantity: Decimal, applies: bool) -> tuple[Decimal, Decimal]:
        """Split a quantity into what the free tier still covers and what is paid."""
        left = self.free.get(kind, Decimal(0))
        free = min(quantity, left) if applies else Decimal(0)
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


# Asynchronous events ----------------------------------------------------------------------------


def requests_of(event: int) -> int:
    """Count the requests that an asynchronous event of so many bytes is billed as."""
    first, each = (int(ASYNC_SIZE.value[part]) * KB for part in ("first", "further"))
    return 1 + ceil(max(0, event - first) / each)


# Provisioned concurrency ------------------------------------------------------------------------


def allocated_gb_s(memory: int, units: int, seconds: int | Decimal) -> Decimal:
    """Count the GB-seconds of provisioned concurrency, whether it is used or not.

    Parameters
    ----------
    memory : int
        MB of one unit.
    units : int
        Configured units.
    seconds : int or Decimal
        For how long; rounded up to five minutes.
    """
    whole = ceil(EXACT.divide(Decimal(seconds), PC_STEP)) * PC_STEP
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
