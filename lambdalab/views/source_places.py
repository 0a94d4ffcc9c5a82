"""Where messages, records, batches, clients and connections are: more of the flow of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..engine import facts
from ..engine.kernel import Entry

if TYPE_CHECKING:
    from .flow import Places

CLIENT, SOURCE, QUEUE, POLLER = "client", "source", "queue", "poller"
FUNCTION, ENVIRONMENT, DESTINATION = "function", "environment", "destination"


def named(id: str) -> str:
    """Name a thing by its kind and its name; an api that is called api only once."""
    kind, _, name = id.partition(":")
    return f"{kind} {name}" if kind != name else name


class Sources:
    """What has to be remembered of sources from one entry to the next."""

    def __init__(self) -> None:
        self.feeds: dict[str, int] = {}  # batch, exchange, try or call -> where its request is from
        self.batches: dict[str, list[str]] = {}  # batch -> its records
        self.mappings: dict[str, str] = {}  # batch -> its mapping
        self.readers: dict[str, list[str]] = {}  # stream -> its mappings
        self.unread: dict[str, set[str]] = {}  # record -> the mappings that are not done with it
        self.doors: dict[str, str] = {}  # door -> its function
        self.targets: dict[str, str] = {}  # caller -> whom it calls
        self.callers: dict[str, str] = {}  # client -> its caller
        self.clients: dict[str, str] = {}  # try -> its client
        self.connections: dict[str, int] = {}  # connection -> the environment that has it


# Queues -----------------------------------------------------------------------------------------


def _queue(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    if letters := fact.settings.dead_letter:
        node = places.node(QUEUE, fact.queue)
        target = places.node(QUEUE, letters)
        places.edge(node, target)
        _beside(places, target, places.flow.nodes[node].group)


def _beside(places: Places, node: int, group: str) -> None:
    """Let a node stand beside the function that it belongs to, unless it has one."""
    found = places.flow.nodes[node]
    if found.group == found.name:
        found.group = group


def _queue_mapping(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    function, queue = fact.settings.function, places.node(QUEUE, fact.queue)
    before = places.flow.nodes[queue].group
    for node in places.flow.nodes:  # the queue, and its dead-letter queue
        if node.kind == QUEUE and node.group == before == fact.queue:
            node.group = function
    _mapping(places, fact.mapping, queue, function)


def _mapping(places: Places, mapping: str, source: int, function: str) -> None:
    poller = places.node(POLLER, mapping, group=function)
    places.edge(source, poller)
    places.edge(poller, places.node(FUNCTION, function))


def _sent(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    if entry.cause is not None and (QUEUE, fact.queue) not in places.known:
        return  # nobody reads it: it is a destination
    queue = places.node(QUEUE, fact.queue)
    _from_senders(places, queue, entry)
    if fact.until > entry.at:
        places.put(fact.message, queue, entry, "is delayed", fact.until)
    else:
        places.put(fact.message, queue, entry, "is visible")


def _from_senders(places: Places, node: int, entry: Entry) -> None:
    if entry.cause is None:
        group = places.flow.nodes[node].group
        places.edge(places.node(SOURCE, f"senders of {group}", "senders", group), node, entry)


def _appeared(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    if (before := places.here.get((fact.message, QUEUE))) is None:
        return
    count = before.count
    places.put(fact.message, places.known[QUEUE, fact.queue], entry, "is visible", count=count)


def _taken(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    queue, poller = places.known[QUEUE, fact.queue], places.known[POLLER, fact.mapping]
    before = places.here.get((fact.message, QUEUE))
    count = before.count + 1 if before else 1
    places.put(fact.message, queue, entry, "is in flight", fact.until, count)
    places.edge(queue, poller, entry)
    if fact.batch not in places.sources.mappings:
        places.put(fact.batch, poller, entry, "is gathered")
        _batch(places, fact.batch, fact.mapping)


def _batch(places: Places, batch: str, mapping: str) -> None:
    places.sources.mappings[batch] = mapping
    places.sources.feeds[batch] = node = places.known[POLLER, mapping]
    places.function[batch] = places.flow.nodes[node].group


def _left(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    stay, queue = places.here.get((fact.message, QUEUE)), places.known.get((QUEUE, fact.queue))
    if stay is not None and stay.node == queue:  # else it was gone already
        places.drop(fact.message, QUEUE, entry)


def _dead_lettered(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    queue, target = places.known[QUEUE, fact.queue], places.known[QUEUE, fact.target]
    places.edge(queue, target, entry)
    places.put(fact.message, target, entry, "is visible")


def _with_function(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.put(fact.batch, places.sources.feeds[fact.batch], entry, "is with the function")


def _throttled(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.put(fact.batch, places.sources.feeds[fact.batch], entry, "tries again")


def _ended(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.drop(fact.batch, POLLER, entry)


# Streams ----------------------------------------------------------------------------------------


def _stream(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.node(QUEUE, fact.stream, named(fact.stream))


def _stream_mapping(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    source = places.known[QUEUE, fact.settings.stream]
    _beside(places, source, fact.function)
    _mapping(places, fact.mapping, source, fact.function)
    readers = places.sources.readers.setdefault(fact.settings.stream, [])
    if fact.mapping not in readers:
        readers.append(fact.mapping)


def _put(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    stream = places.known[QUEUE, fact.stream]
    places.sources.unread[fact.record] = set(places.sources.readers.get(fact.stream, ()))
    _from_senders(places, stream, entry)
    places.put(fact.record, stream, entry, f"waits in shard {fact.shard}")


def _read(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    poller = places.known[POLLER, fact.mapping]
    if fact.batch:
        _batch(places, fact.batch, fact.mapping)
        places.sources.batches[fact.batch] = list(fact.records)
        places.put(fact.batch, poller, entry, "is read")
        (start, *_) = (a for a, b in places.flow.edges if b == poller)
        places.edge(start, poller, entry)
    for record in fact.records:
        stay = places.here.get((record, QUEUE))
        if stay is not None:
            places.put(record, stay.node, entry, f"is in {fact.batch}")
    _done(places, fact.mapping, fact.skipped, entry)


def _done(places: Places, mapping: str, records: tuple[str, ...], entry: Entry) -> None:
    """Let records leave the picture of their stream once every mapping is done with them."""
    for record in records:
        unread = places.sources.unread.get(record, set())
        unread.discard(mapping)
        if not unread:
            places.drop(record, QUEUE, entry)


def _batch_done(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    _advance(places, fact.batch, fact.records, entry)
    places.drop(fact.batch, POLLER, entry)


def _advance(places: Places, batch: str, records: tuple[str, ...], entry: Entry) -> None:
    left = places.sources.batches[batch]
    del left[: len(records)]
    _done(places, places.sources.mappings[batch], records, entry)


def _failed(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    _advance(places, fact.batch, fact.records, entry)
    places.put(fact.batch, places.sources.feeds[fact.batch], entry, "has failed")


def _returned(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.put(fact.batch, places.sources.feeds[fact.batch], entry, "waits", fact.until)


def _bisected(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    sources = places.sources
    records = sources.batches.pop(fact.batch)
    places.drop(fact.batch, POLLER, entry)
    halves = records[: fact.size], records[fact.size :]
    for half, own in zip((fact.first, fact.second), halves, strict=True):
        _batch(places, half, sources.mappings[fact.batch])
        sources.batches[half] = own
        places.put(half, sources.feeds[half], entry, "waits its turn")
        for record in own:
            if stay := places.here.get((record, QUEUE)):
                places.put(record, stay.node, entry, f"is in {half}")


def _discarded(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    _advance(places, fact.batch, fact.records, entry)
    if not places.sources.batches[fact.batch]:
        places.drop(fact.batch, POLLER, entry)


def _expired(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    for record in fact.records:
        places.drop(record, QUEUE, entry)


# Doors, clients, calls, databases ---------------------------------------------------------------


def _door(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.sources.doors[fact.door] = fact.function
    door = places.node(SOURCE, fact.door, named(fact.door), fact.function)
    if fact.function:
        places.edge(door, places.node(FUNCTION, fact.function))
    for caller, target in places.sources.targets.items():
        if target == fact.door:
            places.flow.nodes[places.known[CLIENT, caller]].group = fact.function
            places.edge(places.known[CLIENT, caller], door)


def _caller(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.sources.targets[fact.caller] = fact.target
    group = places.sources.doors.get(fact.target, fact.target.partition(":")[2])
    caller = places.node(CLIENT, fact.caller, "clients", group)
    for kind, name in ((SOURCE, fact.target), (FUNCTION, group)):
        if (kind, name) in places.known:
            places.edge(caller, places.known[kind, name])
            break


def _exchange(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    door = places.known[SOURCE, fact.door]
    places.sources.feeds[fact.exchange] = door
    if fact.source in places.sources.feeds:
        places.edge(places.sources.feeds[fact.source], door, entry)
    elif entry.cause is None:
        group = places.sources.doors[fact.door]
        places.edge(places.node(CLIENT, f"clients of {group}", "clients", group), door, entry)
    places.put(fact.exchange, door, entry, "is open")


def _answered(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.drop(fact.exchange, SOURCE, entry)


def _client(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.sources.callers[fact.client] = fact.caller


def _tried(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    node = places.known[CLIENT, places.sources.callers[fact.client]]
    places.sources.feeds[fact.attempt] = node
    places.put(fact.client, node, entry, "waits for an answer", fact.until, fact.number)


def _client_waits(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    stay = places.here[fact.client, CLIENT]
    places.put(fact.client, stay.node, entry, "tries again", fact.until, stay.count)


def _client_done(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.drop(fact.client, CLIENT, entry)


def _called(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    environment = places.known.get((ENVIRONMENT, fact.environment))
    if environment is not None:
        function = places.flow.nodes[environment].group
        places.sources.feeds[fact.call] = places.known[FUNCTION, function]


def _requested(places: Places, entry: Entry) -> None:
    """Let a request come from whoever sent it."""
    fact: Any = entry.fact
    start = places.sources.feeds.get(fact.source)
    if start is None:
        return
    event = fact.invocation_type == "Event"
    function = places.known[FUNCTION, fact.function]
    internal = places.known.get((QUEUE, f"events of {fact.function}"))
    places.edge(start, internal if event and internal is not None else function, entry)
    if fact.source in places.sources.mappings:
        places.put(fact.source, start, entry, "is with the function")


def _opened(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    environment = places.known[ENVIRONMENT, fact.environment]
    group = places.flow.nodes[environment].group
    node = places.node(DESTINATION, fact.database, group=group)
    places.edge(environment, node, entry)
    if isinstance(fact, facts.ConnectionOpened):
        places.sources.connections[fact.connection] = environment
        places.put(fact.connection, node, entry, f"belongs to {fact.environment}")


def _used(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    stay = places.here.get((fact.connection, DESTINATION))
    if stay is not None:
        places.edge(places.sources.connections[fact.connection], stay.node, entry)


def _closed(places: Places, entry: Entry) -> None:
    fact: Any = entry.fact
    places.drop(fact.connection, DESTINATION, entry)


PLACE: dict[type, Callable[[Places, Entry], None]] = {
    facts.QueueConfigured: _queue,
    facts.QueueMappingConfigured: _queue_mapping,
    facts.MessageSent: _sent,
    facts.MessageAppeared: _appeared,
    facts.MessageReceived: _taken,
    facts.MessageDeleted: _left,
    facts.MessageDeadLettered: _dead_lettered,
    facts.MessageExpired: _left,
    facts.BatchThrottled: _throttled,
    facts.BatchEnded: _ended,
    facts.StreamConfigured: _stream,
    facts.StreamMappingConfigured: _stream_mapping,
    facts.RecordPut: _put,
    facts.BatchRead: _read,
    facts.BatchSent: _with_function,
    facts.BatchProcessed: _batch_done,
    facts.BatchFailed: _failed,
    facts.BatchReturned: _returned,
    facts.BatchBisected: _bisected,
    facts.RecordsDiscarded: _discarded,
    facts.RecordsExpired: _expired,
    facts.DoorConfigured: _door,
    facts.CallerConfigured: _caller,
    facts.ExchangeStarted: _exchange,
    facts.ExchangeAnswered: _answered,
    facts.ClientStarted: _client,
    facts.ClientTried: _tried,
    facts.ClientPostponed: _client_waits,
    facts.ClientAnswered: _client_done,
    facts.ClientGaveUp: _client_done,
    facts.CallMade: _called,
    facts.RequestReceived: _requested,
    facts.ConnectionOpened: _opened,
    facts.ConnectionRefused: _opened,
    facts.ConnectionUsed: _used,
    facts.ConnectionClosed: _closed,
}
