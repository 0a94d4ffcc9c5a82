"""How AWS Lambda behaves, as a program: the reference that everything else reads from.

Read it in this order: units (time and sizes), small (how its classes are made), rules (every number
and its page), consequences (what follows from them), known (what else is known, and why it decides
nothing here), outside (the nouns around functions), lines (the nouns of queues), shards (the nouns
of streams), world (all other nouns), patterns (which events are wanted), settings (facts of what a
learner sets up), requests (facts of requests and events), pushes (facts of what pushes), messages
(facts of queues), records (facts of streams), occupancy (who is in flight, who is in line),
environments (facts of execution environments), exchanges (facts around functions), connections
(facts of databases), services (facts of code that uses other services), facts (everything that can
happen, on one page), errors (how an invocation fails), steps (what running code asks for), log
(what is written down), kernel (time and agenda), stimuli (what comes from outside), chains (is it a
loop?), concurrency (is there room?), places (what code finds around it), shapes (what it gets from
what pushes), execution (the code runs), extensions (what runs beside it), creation (Init or Restore
begins), rest (Freeze and Shutdown), lifecycle (Init and Invoke, and what follows), synchronous (the
call door), lanes (what usual requests have in common), warm (the same for them, in short),
destinations (where events end), asynchronous (the event door), calls (functions that call
functions), databases (pools to exhaust), proxies (how an HTTP answer is read), doors (API Gateway
and its kin), clients (who tries again), push (topics, buckets, buses and schedules), queues
(messages wait, are moved and forgotten), scale (how much of a queue is read at once), receipts
(what a function is given of a queue, and how it answers), batches (messages are handed over, and
settled), pollers (messages are borrowed), consumers (code reads a queue itself), mappings (a queue
is read, or not), payloads (what is told of records), answers (how much of a batch is done), readers
(how a shard is read), retries (what becomes of a batch), streams (what is put into a stream),
configuration (what a learner changes during a run), autoscaling (what Application Auto Scaling
changes) and check (what must hold at any moment).

A reader enters here: OUTCOMES says who is told what came of a request, by who sent it and through
which door; ARRIVALS says what a document does that arrives somewhere; SERVICES says who answers
what running code asks for; READERS says who reads the answer of a front door.
"""

from typing import Any

from . import (
    asynchronous,
    batches,
    calls,
    clients,
    databases,
    doors,
    lifecycle,
    push,
    queues,
    retries,
    synchronous,
    warm,
)
from .kernel import Arrival, Ending, EngineBug, Entry, Log, Outcome, Reader, Runaway, Service, Sim
from .rules import Rule


def batch_outcome(sim: Sim, fact: Ending, because: int) -> None:
    """Tell the mapping that sent a batch, on a queue or on a stream, what came of it."""
    batch = sim.world.requests[fact.request].source
    told = retries if batch in sim.world.stream_batches else batches
    told.outcome(sim, fact, because)


OUTCOMES: dict[str, Outcome] = {
    "RequestResponse": synchronous.respond,
    "Event": asynchronous.outcome,
    "batch": batch_outcome,
    "DryRun": synchronous.respond,
    "exchange": doors.outcome,
    "try": clients.outcome,
    "call": calls.outcome,
}
ARRIVALS: dict[str, Arrival] = {
    "function": asynchronous.arrive,
    "queue": queues.arrive,
    "topic": push.arrive_at_topic,
    "bus": push.arrive_at_bus,
    "bucket": push.arrive_at_bucket,
}
SERVICES: dict[str, Service] = {
    "lambda": calls.call,
    "effects": calls.effect,
    "database": databases.ask,
    "patience": calls.stop_waiting,
}
READERS: dict[str, Reader] = {
    "try": clients.read,
}


def fresh(seed: int = 0, assume: dict[str, Any] | None = None) -> Sim:
    """Make a run in which nothing has happened yet."""
    return Sim(OUTCOMES, ARRIVALS, SERVICES, READERS, lifecycle.code_ended, seed, assume)


def hurry(sim: Sim) -> None:
    """Let usual requests of plain code take the short way, which comes to the same."""
    sim.shortcut = warm.Shortcut()


__all__ = ["EngineBug", "Entry", "Log", "Rule", "Runaway", "Sim", "fresh", "hurry"]
