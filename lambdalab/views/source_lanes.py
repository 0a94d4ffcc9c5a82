"""What sources and clients have on lanes of their own: messages, batches, shards, calls.

A message has a lane for itself. So has a shard, for the batches that are read from it, and whoever
waits for a front door or tries again. The batches of a queue take the lanes of pollers, one after
the other; where each is a single message, its own lane says as much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..engine import facts
from ..engine.kernel import Entry
from ..engine.rules import HTTP_TIMED_OUT, REST_TIMED_OUT
from .axis import duration_text
from .looks import HELD, LETTER, LOAN, OPENED, QUEUED, RUNS

if TYPE_CHECKING:
    from .lanes import Span, _Drawing

TIMED_OUT = (REST_TIMED_OUT.id, HTTP_TIMED_OUT.id)
BAD = 400  # from this status on an answer is an error


class Sources:
    """What has to be remembered of sources from one entry to the next."""

    def __init__(self, drawing: _Drawing) -> None:
        self.drawing = drawing
        self.spans: dict[tuple[str, str], Span] = {}  # thing and which of its spans -> it goes on
        self.functions: dict[str, str] = {}  # queue or door -> its function
        self.pollers: set[str] = set()  # mappings whose batches have lanes
        self.slots: dict[str, list[str]] = {}  # mapping or group -> who has each of its lanes
        self.held: dict[str, list[str]] = {}  # batch of a queue -> its messages
        self.mappings: dict[str, str] = {}  # batch -> its mapping
        self.requests: dict[str, str] = {}  # request -> the batch that it is about
        self.receives: dict[str, int] = {}  # message -> how often it was received
        self.queues: dict[str, str] = {}  # message -> the queue that it is in
        self.counted: set[int] = set()  # lanes of messages: on loan counts, and not at work
        self.targets: dict[str, str] = {}  # caller -> whom it calls
        self.streams: dict[str, facts.StreamMappingConfigured] = {}  # mapping -> its settings
        self.waits: dict[str, int] = {}  # door -> for how long it waits, in us

    def lane(self, thing: str) -> int:
        """Find the lane of a thing."""
        return self.drawing.chart.lane_of[thing]

    def begin(self, thing: str, which: str, kind: str, entry: Entry, label: str = "") -> Span:
        """Begin a span of a thing; it ends the one of the same sort before it."""
        self.end(thing, which, entry)
        span = self.drawing.begin(self.lane(thing), kind, entry, label)
        self.spans[thing, which] = span
        return span

    def end(self, thing: str, which: str, entry: Entry) -> Span | None:
        """End a span of a thing, if it has one."""
        span = self.spans.pop((thing, which), None)
        if span is not None:
            span.end = entry.at
            if span.kind == LOAN:
                self.drawing.lent.append((span.lane, span.start, span.end))
            elif self.counts(span):
                self.drawing.worked(span.lane, span.start, span.end)
        return span

    def open(self) -> Iterator[tuple[int, int]]:
        """List lane and start of what still goes on when the run ends."""
        for span in self.spans.values():
            if span.kind == LOAN or self.counts(span):
                yield span.lane, span.start

    def counts(self, span: Span) -> bool:
        """Say whether somebody is at work as long as a span lasts."""
        return span.kind in (RUNS, OPENED) and span.lane not in self.counted

    def take(self, thing: str, kind: str, name: str, group: str, owner: str) -> None:
        """Give a thing the first lane that is free."""
        slots = self.slots.setdefault(owner, [])
        slot = slots.index("") if "" in slots else len(slots)
        slots[slot : slot + 1] = [thing]
        number = slot + 1
        lane = self.drawing.lane(kind, f"{name} {number}", group, f"{owner} {name} {number}")
        self.drawing.chart.lane_of[thing] = lane

    def leave(self, thing: str, owner: str) -> None:
        """Let a thing leave its lane to another."""
        slots = self.slots.get(owner, [])
        if thing in slots:
            slots[slots.index(thing)] = ""

    def mark(self, thing: str, kind: str, entry: Entry) -> None:
        """Mark what happens in this moment to a thing."""
        self.drawing.mark(self.lane(thing), kind, entry)


# Messages ---------------------------------------------------------------------------------------

REST, LENT, WORK = "rest", "lent", "work"  # the spans that a message can have at a time


def _queue_mapping(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.functions.setdefault(fact.queue, fact.settings.function)
    if fact.settings.batch_size > 1:
        sources.pollers.add(fact.mapping)


def _sent(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.queue not in sources.functions:
        return  # nobody reads it
    _message(sources, entry)
    delayed = fact.until > entry.at
    label = "delayed" if delayed else fact.group and f"group {fact.group}"
    sources.begin(fact.message, REST, HELD if delayed else QUEUED, entry, label)


def _message(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    group = sources.functions.get(fact.queue, fact.queue)
    sources.queues[fact.message] = fact.queue
    sources.counted.add(sources.drawing.lane("message", fact.message, group))


def _not_queued(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    _message(sources, entry)
    del sources.queues[fact.message]
    sources.mark(fact.message, "refused", entry)


def _appeared(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.message in sources.queues:
        sources.end(fact.message, LENT, entry)
        sources.begin(fact.message, REST, QUEUED, entry)


def _taken(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    _message(sources, entry)
    sources.end(fact.message, REST, entry)
    sources.receives[fact.message] = sources.receives.get(fact.message, 0) + 1
    label = f"receive {sources.receives[fact.message]}"
    sources.begin(fact.message, LENT, LOAN, entry, label).until = fact.until
    if fact.batch not in sources.held:
        sources.held[fact.batch] = []
        sources.mappings[fact.batch] = fact.mapping
        if fact.mapping in sources.pollers:
            group = sources.functions[fact.queue]
            sources.take(fact.batch, "poller", "poller", group, fact.mapping)
            sources.begin(fact.batch, WORK, HELD, entry, fact.batch)
    sources.held[fact.batch].append(fact.message)


def _gone(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    if sources.queues.get(fact.message) != fact.queue:
        return  # it was gone already
    del sources.queues[fact.message]
    for which in (REST, LENT, WORK):
        sources.end(fact.message, which, entry)
    done = isinstance(fact, facts.MessageDeleted)
    sources.mark(fact.message, "deleted" if done else "lost", entry)
    if isinstance(fact, facts.MessageDeadLettered):
        label = fact.target if fact.ran else f"{fact.target}, never ran"
        sources.begin(fact.message, REST, LETTER, entry, label)
        sources.queues[fact.message] = fact.target


# Batches of a queue -----------------------------------------------------------------------------


def _requested(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.source in sources.mappings:
        sources.requests[fact.request] = fact.source
        if fact.source in sources.drawing.chart.lane_of:
            sources.begin(fact.source, WORK, RUNS, entry, _label(sources, fact.source))


def _label(sources: Sources, batch: str) -> str:
    if batch not in sources.held:
        return batch
    number = len(sources.held[batch])
    return f"{batch}: {number:,} message{'' if number == 1 else 's'}"


def _started(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    for message in sources.held.get(sources.requests.get(fact.request, ""), ()):
        if (message, LENT) in sources.spans and (message, WORK) not in sources.spans:
            sources.begin(message, WORK, RUNS, entry, fact.environment)


def _completed(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    for message in sources.held.get(sources.requests.get(fact.request, ""), ()):
        if sources.end(message, WORK, entry) and fact.status != "success":
            sources.mark(message, "error", entry)


def _throttled(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    for message in sources.held[fact.batch]:
        sources.mark(message, "refused", entry)
    if fact.batch in sources.drawing.chart.lane_of:
        sources.mark(fact.batch, "refused", entry)
        sources.begin(fact.batch, WORK, HELD, entry, f"{fact.batch} tries again")


def _ended(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.held.pop(fact.batch)
    if fact.batch in sources.drawing.chart.lane_of:
        sources.end(fact.batch, WORK, entry)
        if fact.failed:
            sources.mark(fact.batch, "error", entry)
        sources.leave(fact.batch, fact.mapping)


# Shards -----------------------------------------------------------------------------------------


def _stream_mapping(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.streams[fact.mapping] = fact


def _read(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.batch:
        mapped = sources.streams[fact.mapping]
        shard, part = divmod(fact.lane, mapped.settings.parallelization_factor)
        name = f"shard {shard}"
        if mapped.settings.parallelization_factor > 1:
            name += f".{part}"
        owner = f"{fact.mapping} {fact.lane}"
        lane = sources.drawing.lane("shard", name, mapped.function, owner, fact.lane)
        sources.drawing.chart.lane_of[fact.batch] = lane
        sources.mappings[fact.batch] = fact.mapping


def _handed(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.begin(fact.batch, WORK, RUNS, entry, fact.batch)


def _processed(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.end(fact.batch, WORK, entry)


def _failed(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.end(fact.batch, WORK, entry)
    sources.mark(fact.batch, "error" if fact.ran else "refused", entry)


def _returned(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.begin(fact.batch, WORK, HELD, entry, f"{fact.batch} waits")


def _bisected(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.end(fact.batch, WORK, entry)
    sources.mark(fact.batch, "split", entry)
    for half in (fact.first, fact.second):
        sources.drawing.chart.lane_of[half] = sources.lane(fact.batch)
        sources.mappings[half] = sources.mappings[fact.batch]


def _discarded(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.end(fact.batch, WORK, entry)
    sources.mark(fact.batch, "lost", entry)


# Events that are handed over ---------------------------------------------------------------------


def _begun(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.functions[fact.delivery] = fact.function


def _put_off(sources: Sources, entry: Entry) -> None:
    """Give a delivery a lane; one that is accepted at once has none, for it takes no time."""
    fact: Any = entry.fact
    sources.drawing.lane("message", fact.delivery, sources.functions[fact.delivery])
    sources.begin(fact.delivery, WORK, HELD, entry, "tried again")
    sources.mark(fact.delivery, "refused", entry)


def _handed_over(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.end(fact.delivery, WORK, entry)
    if isinstance(fact, facts.DeliveryDropped) and fact.delivery in sources.drawing.chart.lane_of:
        sources.mark(fact.delivery, "lost", entry)


# Whoever waits for an answer --------------------------------------------------------------------


def _door(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.functions[fact.door], sources.waits[fact.door] = fact.function, fact.timeout


def _caller(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.targets[fact.caller] = fact.target


def _exchange(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.source:  # its client has a lane
        lane = sources.lane(fact.source)
        sources.drawing.chart.lane_of[fact.exchange] = lane
        return
    group = sources.functions[fact.door]
    sources.take(fact.exchange, "client", "client", group, group)
    sources.begin(fact.exchange, WORK, OPENED, entry, fact.exchange)


def _answered(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    span = sources.end(fact.exchange, WORK, entry)
    if span:
        span.label = f"{fact.exchange}: {fact.status_code}"
        sources.leave(fact.exchange, sources.functions[fact.door])
    if entry.rule in TIMED_OUT:
        label, lane = f"{fact.status_code} after ", sources.lane(fact.exchange)
        waited = sources.waits[fact.door]
        label += duration_text(waited)
        sources.drawing.bracket(lane, entry.at - waited, entry, label)
    elif span and fact.status_code >= BAD:
        span.status = "error"
        sources.mark(fact.exchange, "error", entry)


def _client(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    target = sources.targets[fact.caller]
    group = sources.functions.get(target, target.partition(":")[2])
    sources.take(fact.client, "client", "client", group, group)


def _tried(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.drawing.chart.lane_of[fact.attempt] = sources.lane(fact.client)
    sources.begin(fact.client, WORK, OPENED, entry, fact.attempt)


def _client_failed(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    span = sources.end(fact.client, WORK, entry)
    if fact.status_code:
        if span:
            span.label = f"{fact.attempt}: {fact.status_code}"
            span.status = "error"
        sources.mark(fact.client, "error", entry)
    elif span:
        label = f"read timeout {duration_text(entry.at - span.start)}"
        sources.drawing.bracket(span.lane, span.start, entry, label)


def _postponed(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    sources.begin(fact.client, WORK, HELD, entry, "waits")


def _client_done(sources: Sources, entry: Entry) -> None:
    fact: Any = entry.fact
    span = sources.end(fact.client, WORK, entry)
    if isinstance(fact, facts.ClientGaveUp):
        sources.mark(fact.client, "lost", entry)
    elif span:
        span.label = f"{fact.attempt}: {fact.status_code}"
        if fact.function_error:
            span.status = "error"
            sources.mark(fact.client, "error", entry)
    for slots in sources.slots.values():
        if fact.client in slots:
            slots[slots.index(fact.client)] = ""


def _on_environment(kind: str) -> Callable[[Sources, Entry], None]:
    def show(sources: Sources, entry: Entry) -> None:
        fact: Any = entry.fact
        sources.mark(fact.environment, kind, entry)

    return show


DRAW: dict[type, Callable[[Sources, Entry], None]] = {
    facts.QueueMappingConfigured: _queue_mapping,
    facts.MessageSent: _sent,
    facts.MessageNotQueued: _not_queued,
    facts.MessageAppeared: _appeared,
    facts.MessageReceived: _taken,
    facts.MessageDeleted: _gone,
    facts.MessageDeadLettered: _gone,
    facts.MessageExpired: _gone,
    facts.RequestReceived: _requested,
    facts.InvocationStarted: _started,
    facts.InvocationCompleted: _completed,
    facts.BatchThrottled: _throttled,
    facts.BatchEnded: _ended,
    facts.StreamMappingConfigured: _stream_mapping,
    facts.BatchRead: _read,
    facts.BatchSent: _handed,
    facts.BatchProcessed: _processed,
    facts.BatchFailed: _failed,
    facts.BatchReturned: _returned,
    facts.BatchBisected: _bisected,
    facts.RecordsDiscarded: _discarded,
    facts.DeliveryBegun: _begun,
    facts.DeliveryReturned: _put_off,
    facts.DeliveryAccepted: _handed_over,
    facts.DeliveryDropped: _handed_over,
    facts.DoorConfigured: _door,
    facts.CallerConfigured: _caller,
    facts.ExchangeStarted: _exchange,
    facts.ExchangeAnswered: _answered,
    facts.ClientStarted: _client,
    facts.ClientTried: _tried,
    facts.ClientFailed: _client_failed,
    facts.ClientPostponed: _postponed,
    facts.ClientAnswered: _client_done,
    facts.ClientGaveUp: _client_done,
    facts.EffectMade: _on_environment("effect"),
    facts.ConnectionRefused: _on_environment("refused"),
}
