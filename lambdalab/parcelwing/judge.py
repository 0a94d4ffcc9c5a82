"""What became of each thing that was asked: read from the log alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from ..engine import Log, facts
from ..engine.units import SECOND
from .night import CUSTOMERS, HOUR, KINDS, Asked

RIGHT, LATE, LOST = "right", "late", "lost"
EFFECTS = {  # what the ledger has to show for it
    "buy": ("charge",),
    "order": ("book",),
    "label": ("label",),
    "scan": ("track",),
    "garbled": ("set aside",),
    "invoice": ("invoice",),
    "report": ("report",),
}
HARMLESS = ("scan", "garbled")  # to see a parcel twice does no harm
IN_TIME = {"order": 900, "label": 900, "scan": 600}  # seconds; the others have the whole hour
WINDOW, SHARE = 600, 95  # seconds, percent
NAME = re.compile(rf"\b(?:{'|'.join(KINDS)}|\d\d:\d\d)-\d+\b")
TIME = re.compile(r'"time": "[^"]*T(\d\d:\d\d)')


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing that was asked."""

    asked: Asked
    state: str  # right, late, lost
    again: int  # how often too often it was done
    seconds: float | None  # from the asking to the doing, or to the answer
    seq: int | None  # the entry to ask about: how it was done (again), or what went wrong last


def outcomes(log: Log, asked: Sequence[Asked]) -> list[Outcome]:
    """Judge everything that was asked in an hour."""
    page = _Page(log)
    return [_judge(page, one) for one in asked]


def p95s(found: Sequence[Outcome]) -> list[tuple[int, float]]:
    """Give the p95 of the answered quotes for each ten minutes: when they begin, and seconds."""
    windows: dict[int, list[float]] = {start: [] for start in range(0, HOUR, WINDOW)}
    for one in found:
        if one.asked.kind == "quote" and one.seconds is not None:
            windows[int(one.asked.at) // WINDOW * WINDOW].append(one.seconds)
    return [
        (start, sorted(some)[ceil(SHARE * len(some) / 100) - 1] if some else 0.0)
        for start, some in windows.items()
    ]


# One by one -------------------------------------------------------------------------------------


class _Page:
    """What the log says by the names of what was asked."""

    def __init__(self, log: Log) -> None:
        self.done: dict[str, list[tuple[int, int]]] = {}  # effect -> (us, seq) each time
        self.answered: dict[str, tuple[int, int, int, str]] = {}  # us, seq, status, payload
        self.begun: dict[str, int] = {}  # name -> the entry with which it came
        self.wrong: dict[str, int] = {}  # name -> the last entry with which it went wrong
        self.aside: set[str] = set()  # an on-failure destination was told of them
        self._of: dict[str, tuple[str, ...]] = {}  # req-1, msg-1, rec-1, client-1 -> names
        self.shard: dict[str, int] = {}  # name -> where its record lies
        self.blocked: dict[int, int] = {}  # shard -> the last entry with which a batch failed
        self._batches: dict[str, tuple[str, ...]] = {}  # batch-1 -> records
        for seq, (at, fact, *_) in enumerate(log.rows):
            self._read(seq, at, fact)

    def _read(self, seq: int, at: int, fact: Any) -> None:
        match fact:
            case facts.EffectMade():
                self.done.setdefault(fact.effect, []).append((at, seq))
            case facts.ClientStarted():
                self._came(seq, fact.client, fact.payload)
            case facts.MessageSent():
                self._came(seq, fact.message, fact.body)
            case facts.RecordPut():
                self._came(seq, fact.record, fact.data)
                self.shard.update(dict.fromkeys(self._of[fact.record], fact.shard))
            case facts.BatchRead():
                self._batches[fact.batch] = fact.records
            case facts.BatchBisected():
                records = self._batches[fact.batch]
                self._batches[fact.first] = records[: fact.size]
                self._batches[fact.second] = records[fact.size :]
            case facts.BatchFailed():
                for record in self._batches[fact.batch]:
                    self.wrong.update(dict.fromkeys(self._of[record], seq))
                    self.blocked.update({self.shard[name]: seq for name in self._of[record]})
            case facts.RequestReceived(function="invoice"):
                self._came(seq, fact.request, invoices(fact.payload))
            case facts.RequestReceived():
                self._came(seq, fact.request, fact.payload)
            case facts.ClientAnswered() | facts.ClientGaveUp():
                for name in self._of[fact.client]:
                    self.answered[name] = at, seq, fact.status_code, fact.payload
                    if not _fine(fact.status_code):
                        self.wrong[name] = seq
            case facts.RecordsDiscarded(delivered=True):
                self.aside.update(*(self._of.get(record, ()) for record in fact.records))
            case _:
                for id in _went_wrong(fact):
                    self.wrong.update(dict.fromkeys(self._of.get(id, ()), seq))

    def _came(self, seq: int, id: str, text: str) -> None:
        names = self._of[id] = tuple(dict.fromkeys(NAME.findall(text)))
        for name in names:
            self.begun.setdefault(name, seq)


def _went_wrong(fact: Any) -> Iterator[str]:
    """Name whatever a fact takes a step further from being done."""
    match fact:
        case facts.RequestThrottled() | facts.EventDropped():
            yield fact.request
        case facts.InvocationCompleted() if fact.status != "success":
            yield fact.request
        case facts.MessageDeadLettered():
            yield fact.message
        case facts.RecordsDiscarded():
            yield from fact.records


def invoices(payload: str) -> str:
    """Name the invoices that a scheduled event is about."""
    found = TIME.search(payload)
    return " ".join(f"{found[1]}-{n}" for n in range(CUSTOMERS)) if found else ""


def _fine(status: int) -> bool:
    return status // 100 == 2


def _judge(page: _Page, one: Asked) -> Outcome:
    """Say what became of one thing."""
    done = [
        at for verb in EFFECTS.get(one.kind, ()) for at in page.done.get(f"{verb} {one.name}", ())
    ]
    answered = page.answered.get(one.name)
    blocked = page.blocked.get(page.shard.get(one.name, -1), page.begun.get(one.name))
    seq = page.wrong.get(one.name, blocked)
    if one.kind == "quote":
        right = answered is not None and _fine(answered[2]) and _price(answered[3]) == price(one)
        if answered and right:
            return Outcome(one, RIGHT, 0, round(answered[0] / SECOND - one.at, 6), answered[1])
        return Outcome(one, LOST, 0, None, seq)
    if one.kind == "garbled" and one.name in page.aside:
        return Outcome(one, RIGHT, 0, None, seq)
    if not done:
        return Outcome(one, LOST, 0, None, seq)
    seconds = round(done[0][0] / SECOND - one.at, 6)
    state = RIGHT if seconds <= IN_TIME.get(one.kind, HOUR) else LATE
    if one.kind == "buy" and not (answered and _fine(answered[2])):
        state = LATE  # it is paid for, and the customer does not know
    again = 0 if one.kind in HARMLESS else len(done) - 1
    return Outcome(one, state, again, seconds, done[min(again, 1)][1])


def price(one: Asked) -> float:
    """Say what a quote should be, by the price list of the outside world."""
    return float(3 + one.body["country"] % 7 + 2 * one.body["kg"])


def _price(payload: str) -> float | None:
    try:
        said = json.loads(payload).get("price")
    except (ValueError, AttributeError):
        return None
    return said if isinstance(said, int | float) else None
