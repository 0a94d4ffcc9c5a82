"""What the night brings: who asks for what at which time, and the six incidents.

An hour, from 07:30 to 08:30. Everything is drawn from the seed by name, so that no incident moves
what another one draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from ..traffic import poisson

HOUR, LAST = 3600, 3300  # seconds: how long it lasts, and when the last request comes
START = 7 * 60 + 30  # minutes after midnight
DEPOTS = ("Hamburg", "Kiel", "Bremen", "Rostock")
COUNTRIES = 50
INVOICES_EVERY, CUSTOMERS = 1200, 10  # seconds: at 07:30, 07:50 and 08:10


def seconds_of(clock: str) -> int:
    """Turn a time of the clock into seconds of the run."""
    hours, _, minutes = clock.partition(":")
    return (int(hours) * 60 + int(minutes) - START) * 60


def clock_of(seconds: float) -> str:
    """Write a second of the run as the clock shows it."""
    minutes = START + int(seconds // 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


KINDS = ("quote", "buy", "order", "label", "scan", "garbled", "invoice", "report")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that Parcelwing is asked to do, and that it is to do once."""

    at: float  # seconds
    kind: str  # one of KINDS
    name: str  # what the effect is to name: quote-17
    body: dict[str, Any]


class Dice:
    """Random numbers of one seed and one purpose."""

    def __init__(self, seed: int, purpose: str) -> None:
        self.draw = Random(f"parcelwing:{seed}:{purpose}").random

    def between(self, low: float, high: float) -> float:
        """Draw a number, to a tenth."""
        return round(low + (high - low) * self.draw(), 1)

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number; both ends may come."""
        return low + int(self.draw() * (high - low + 1))

    def arrivals(self, rate: float, begin: float = 0, end: float = LAST) -> list[float]:
        """Draw when somebody comes, to a tenth of a second."""
        return [round(begin + at, 1) for at in poisson(rate, end - begin).times(self.draw)]


# The calm hour ----------------------------------------------------------------------------------


def calm(seed: int) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Yield what every night brings."""
    dice = Dice(seed, "quotes")
    for at in dice.arrivals(0.2):
        yield "quote", at, _parcel(dice)
    dice = Dice(seed, "buys")
    for at in dice.arrivals(0.015):
        yield "buy", at, {**_parcel(dice), "bank": dice.between(1, 3)}
    dice = Dice(seed, "orders")
    for at in dice.arrivals(0.03):
        yield "order", at, {"seconds": 1.5}
    dice = Dice(seed, "labels")
    for at in dice.arrivals(0.03):
        yield "label", at, {}
    dice = Dice(seed, "scans")
    for at in dice.arrivals(0.06):
        yield "scan", at, {"depot": DEPOTS[dice.whole(0, 3)]}
    for _ in range(8):
        yield "report", float(seconds_of("08:05")), {}


def _parcel(dice: Dice) -> dict[str, Any]:
    return {"country": dice.whole(0, COUNTRIES - 1), "kg": dice.whole(1, 20)}


# The incidents ----------------------------------------------------------------------------------


def slow_mornings(dice: Dice) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Let whole offices ask at the same moment, from eight o'clock on."""
    for wave in range(8):
        at = seconds_of("08:00") + 60 * wave + dice.between(0, 20)
        for _ in range(dice.whole(20, 32)):
            yield "quote", at, _parcel(dice)


def vanished(dice: Dice) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Let a big customer send all labels of the night at once."""
    at = seconds_of("07:38") + dice.between(0, 60)
    for _ in range(dice.whole(50, 64)):
        yield "label", at, {}


def charged_twice(dice: Dice) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Let the bank take longer than the gateway waits, at the peak."""
    for at in dice.arrivals(0.04, seconds_of("08:02"), seconds_of("08:12")):
        bank = dice.between(31, 40) if dice.draw() < 0.5 else dice.between(2, 8)
        yield "buy", at, {**_parcel(dice), "bank": bank}


def scanner_silence(dice: Dice) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Let a scanner of a busy depot send what nobody can read, three times."""
    depot = DEPOTS[dice.whole(0, 3)]
    at = seconds_of("07:44") + dice.between(0, 120)
    for after in (0, dice.between(300, 600), dice.between(900, 1500)):
        yield "garbled", at + after, {"depot": depot}
    for scan in dice.arrivals(0.04, at):
        yield "scan", scan, {"depot": depot}


def throttled(dice: Dice) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Let two departments start all reports of the month, each in one go."""
    for clock in ("08:05", "08:10"):
        at = seconds_of(clock) + dice.between(0, 60)
        for _ in range(dice.whole(138, 150)):
            yield "report", at, {}


def database(dice: Dice) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Let a partner send its orders in one go, and some very large ones a few minutes later."""
    at = seconds_of("07:48") + dice.between(30, 90)
    for _ in range(dice.whole(44, 52)):
        yield "order", at, {"seconds": 1.5}
    for _ in range(3):
        yield "order", seconds_of("07:57") + dice.between(0, 240), {"seconds": 5}


@dataclass(frozen=True, slots=True)
class Incident:
    """One of the six incidents of the night."""

    id: str
    title: str
    page: str  # what whoever is on call gets to read
    beliefs: tuple[str, ...]
    brings: Callable[[Dice], Iterator[tuple[str, float, dict[str, Any]]]]


INCIDENTS = (
    Incident(
        "slow mornings",
        "Slow mornings",
        "08:00. The site feels slow. The p95 of the quotes has more than doubled.",
        ("M03", "M04"),
        slow_mornings,
    ),
    Incident(
        "vanished parcels",
        "The parcels that vanished",
        "07:38. Labels are missing. `Errors` of label is 0, and its log shows nothing.",
        ("M22", "M14"),
        vanished,
    ),
    Incident(
        "charged twice",
        "Charged twice",
        "08:02. Customers saw an error, and their bank shows two payments.",
        ("M28", "M30"),
        charged_twice,
    ),
    Incident(
        "scanner silence",
        "Scanner silence",
        "07:44. One depot scans and scans, and nobody sees its parcels.",
        ("M26", "M27"),
        scanner_silence,
    ),
    Incident(
        "everything throttled",
        "Everything is throttled",
        "08:05. Every function is throttled, and none of them was changed.",
        ("M13", "M12"),
        throttled,
    ),
    Incident(
        "database says no",
        "The database says no, and then never recovers",
        "07:49. Too many connections, they say. Ten minutes later: nothing but timeouts.",
        ("M07", "M09"),
        database,
    ),
)
BY_ID = {incident.id: incident for incident in INCIDENTS}


def asked(seed: int, incidents: tuple[str, ...]) -> list[Asked]:
    """List what Parcelwing is asked to do in an hour, in order, each with a name of its own."""
    some = list(calm(seed))
    for incident in INCIDENTS:
        if incident.id in incidents:
            some += incident.brings(Dice(seed, incident.id))
    counts: dict[str, int] = {}
    found = []
    for kind, at, body in sorted(some, key=lambda one: one[1]):
        counts[kind] = counts.get(kind, 0) + 1
        found.append(Asked(at, kind, f"{kind}-{counts[kind]}", body))
    for at in range(0, LAST, INVOICES_EVERY):  # the run's own clock starts at midnight
        names = [f"00:{at // 60:02d}-{customer}" for customer in range(CUSTOMERS)]
        found += [Asked(at, "invoice", name, {}) for name in names]
    return found
