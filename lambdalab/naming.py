"""By which words things of a run are asked about: ids, names, and states such as throttled."""

from __future__ import annotations

import re
from dataclasses import fields

from .engine import Entry, facts
from .engine.units import TWICE, base_id

ID = re.compile(r"[a-z]+-\d+")
WRITTEN = re.compile(r"[0-9a-f]{8}-0000-4000-8000-\d{12}|\d{20,}")  # an id as handlers get it
COPY = re.compile(rf"[a-z]+-\d+{TWICE}\d+")  # of an id, for another delivery


def words(fact: object) -> list[str]:
    """List the words that a fact holds: ids, names, states."""
    values = (getattr(fact, f.name) for f in fields(fact))  # type: ignore[arg-type]
    return [
        word
        for value in values
        for word in (value if isinstance(value, tuple) else (value,))
        if isinstance(word, str)
    ]


def names(word: str) -> tuple[str, ...]:
    """Say what a word may be called: queue:dead is also dead, req-1_1 is also req-1."""
    return word, word.partition(":")[2], base_id(word) if COPY.fullmatch(word) else word


STATES = {  # what a message or a record is after a fact, if the fact is called otherwise
    facts.MessageAppeared: "visible",
    facts.MessageDeadLettered: "visible",  # in the queue that it has moved to
    facts.MessageReceived: "in_flight",
    facts.MessageLent: "in_flight",
    facts.RecordPut: "waiting",
    facts.BatchProcessed: "done",
}


def states(entry: Entry, thing: str) -> list[str]:
    """Say a fact in single words: RequestThrottled is throttled, a completion also its status."""
    fact = entry.fact
    snake = re.sub(r"(?<!^)([A-Z])", r"_\1", type(fact).__name__).lower()
    words = [snake.partition("_")[2], snake]
    first = isinstance(fact, facts.InitStarted) and fact.phase == "init"
    if first or isinstance(fact, facts.RestoreStarted):
        words.append("cold")
    if status := getattr(fact, "status", ""):
        words.append(status)
    if state := STATES.get(type(fact)):
        words.append(state)
    match fact:
        case facts.MessageSent():
            words.append("delayed" if fact.until > entry.at else "visible")
        case facts.MessageDeleted(filtered=True):
            words.append("filtered")
        case facts.BatchRead():
            words.append("filtered" if thing in fact.skipped else "in_progress")
        case facts.BatchFailed() if thing in fact.records:
            words.append("done")
        case facts.RecordsDiscarded(condition=""):
            words.append("expired")
    return words


def short(name: str) -> str:
    """Name a queue without the end that says that it is a FIFO queue."""
    return name.removesuffix(".fifo")


def called(place: str) -> tuple[str, str, str]:
    """Say what a place may be called: queue:jobs.fifo, jobs.fifo, jobs."""
    name = place.partition(":")[2]
    return place, name, short(name)


def natural(id: str) -> tuple[str, int]:
    """Sort req-10 behind req-2."""
    kind, _, number = id.rpartition("-")
    return kind, int(number)
