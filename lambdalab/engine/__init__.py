"""How AWS Lambda behaves, as a program: the reference that everything else reads from.

Read it in this order: units (time and sizes), rules (every number and its page), known (what else
is known, and why it decides nothing here), world (the nouns), patterns (which events are wanted),
settings (facts of what a learner sets up), requests (facts of requests and events), pushes (facts
of what pushes), occupancy (who is in flight, who is in line), environments (facts of execution
environments), facts (everything that can happen, on one page), errors (how an invocation fails),
steps (what running code asks for), kernel (time, agenda, log), concurrency (is there room?), places
(what code finds around it), shapes (what it gets from what pushes), execution (the code runs),
extensions (what runs beside it), creation (Init or Restore begins), rest (Freeze and Shutdown),
lifecycle (Init and Invoke, and what follows), synchronous (the call door), destinations (where
events end), asynchronous (the event door), push (topics, buckets, buses and schedules),
configuration (what a learner changes during a run) and check (what must hold at any moment).

A reader enters here: OUTCOMES says who is told what came of a request, by who sent it and through
which door; ARRIVALS says what a document does that arrives somewhere.
"""

from typing import Any

from . import asynchronous, lifecycle, push, synchronous
from .kernel import Arrival, EngineBug, Entry, Log, Outcome, Runaway, Sim
from .rules import Rule

OUTCOMES: dict[str, Outcome] = {
    "RequestResponse": synchronous.respond,
    "Event": asynchronous.outcome,
}
ARRIVALS: dict[str, Arrival] = {
    "function": asynchronous.arrive,
    "topic": push.arrive_at_topic,
    "bus": push.arrive_at_bus,
    "bucket": push.arrive_at_bucket,
}


def fresh(seed: int = 0, assume: dict[str, Any] | None = None) -> Sim:
    """Make a run in which nothing has happened yet."""
    return Sim(OUTCOMES, ARRIVALS, lifecycle.code_ended, seed, assume)


__all__ = ["EngineBug", "Entry", "Log", "Rule", "Runaway", "Sim", "fresh"]
