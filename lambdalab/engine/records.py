"""Facts of streams: what was put there, what was read, and what became of it."""

from __future__ import annotations

from dataclasses import replace

from .shards import Lane, Record, Stream, StreamBatch, StreamMapping, StreamSettings, lane_of
from .world import World, fact


@fact
class StreamConfigured:
    """There is a stream, or a table with its stream."""

    stream: str  # stream:clicks, table:orders
    shards: int
    retention: int  # us
    key: str = ""  # of a table
    stream_view: str = ""
    chosen: tuple[str, ...] = ()

    def apply(self, world: World) -> None:
        world.streams[self.stream] = Stream(
            self.stream, self.shards, self.retention, self.key, self.stream_view, world.seq
        )


@fact
class StreamMappingConfigured:
    """A mapping reads a stream with these settings; with new ones it goes on where it was."""

    mapping: str
    function: str
    settings: StreamSettings
    start: int  # us: a new mapping reads what was put from then on

    def apply(self, world: World) -> None:
        known = world.stream_mappings.get(self.mapping)
        if known:
            known.settings, known.entry = self.settings, world.seq
            return
        stream, settings = world.streams[self.settings.stream], self.settings
        lanes = [Lane() for _ in range(stream.shards * settings.parallelization_factor)]
        mapping = StreamMapping(self.mapping, settings, world.seq, world.now, lanes)
        world.stream_mappings[mapping.id] = mapping
        stream.mappings.append(mapping.id)
        for record in stream.records:
            if record.sent >= self.start:
                _wait(mapping, record, world.now)


@fact
class ItemWritten:
    """An item of a table has this content now, or is gone."""

    table: str
    key: str  # JSON
    item: str  # JSON, or "" if it was deleted

    def apply(self, world: World) -> None:
        items = world.streams[self.table].items
        items.pop(self.key, None)
        if self.item:
            items[self.key] = self.item


@fact
class RecordPut:
    """A record lies in a shard, behind all others."""

    record: str
    stream: str
    shard: int
    key: str
    name: str  # INSERT, MODIFY, REMOVE; "" in Kinesis
    data: str
    size: int  # bytes that it takes in an event

    def apply(self, world: World) -> None:
        stream = world.streams[self.stream]
        record = Record(
            self.record, self.shard, self.key, self.name, self.data, world.now, self.size
        )
        stream.records.append(record)
        for mapping in stream.mappings:
            _wait(world.stream_mappings[mapping], record, world.now)


@fact
class BatchRead:
    """A mapping has read records of a shard; those that its filter does not want are skipped."""

    batch: str  # or "" if none is wanted
    mapping: str
    lane: int
    records: tuple[str, ...]
    skipped: tuple[str, ...]
    window: int = -1  # us: when their tumbling window began
    final: str = ""  # end, early: nothing was read, the window is to be closed

    def apply(self, world: World) -> None:
        lane = world.stream_mappings[self.mapping].lanes[self.lane]
        skipped, read = set(self.skipped), []
        for _ in range(len(self.records) + len(skipped)):
            record = lane.waiting.popleft()
            lane.size -= record.size
            if record.id not in skipped:
                read.append(record)
        lane.since = world.now
        if self.batch:
            lane.batches.append(self.batch)
            lane.window = self.window
            world.stream_batches[self.batch] = StreamBatch(
                self.batch, self.mapping, self.lane, tuple(read), self.window, self.final
            )


@fact
class BatchSent:
    """A batch is handed to the function."""

    batch: str
    event: str

    def apply(self, world: World) -> None:
        batch = world.stream_batches[self.batch]
        batch.running, batch.event = True, self.event if batch.window < 0 else ""


@fact
class BatchProcessed:
    """The function has processed a batch; the shard goes on behind it."""

    batch: str
    request: str
    records: tuple[str, ...]
    state: str = ""  # of a tumbling window, as JSON

    def apply(self, world: World) -> None:
        del world.requests[self.request]
        batch = world.stream_batches[self.batch]
        lane = world.stream_mappings[batch.mapping].lanes[batch.lane]
        lane.state = "" if batch.final else self.state
        lane.window = -1 if batch.final else lane.window
        _done(world, batch)


@fact
class BatchFailed:
    """The function has not processed a batch, or not all of it."""

    batch: str
    request: str
    version: str  # that was to run it: $LATEST, 1
    error: str  # Unhandled, a reason why it never ran, or "" if only its answer was bad
    ran: bool
    records: tuple[str, ...] = ()  # that count as processed
    failed: int = 0  # records that did not do
    state: str = ""  # of a tumbling window, as JSON

    def apply(self, world: World) -> None:
        del world.requests[self.request]
        batch = world.stream_batches[self.batch]
        batch.running, batch.request = False, self.request
        batch.version, batch.error = self.version, self.error
        batch.attempts, batch.tries = batch.attempts + self.ran, batch.tries + 1
        if self.records:
            batch.records, batch.event = batch.records[len(self.records) :], ""
            batch.attempts = batch.tries = 0
            world.stream_mappings[batch.mapping].lanes[batch.lane].state = self.state


@fact
class BatchReturned:
    """A batch is tried again later; its shard waits for it."""

    batch: str
    until: int  # us

    def apply(self, world: World) -> None:
        batch = world.stream_batches[self.batch]
        world.stream_mappings[batch.mapping].lanes[batch.lane].until = self.until


@fact
class BatchBisected:
    """A batch is split in two, which are tried one after the other."""

    batch: str
    first: str
    second: str
    size: int  # of the first

    def apply(self, world: World) -> None:
        batch = world.stream_batches.pop(self.batch)
        lane = world.stream_mappings[batch.mapping].lanes[batch.lane]
        lane.batches[:1] = [self.first, self.second]
        halves = batch.records[: self.size], batch.records[self.size :]
        for id, records in zip((self.first, self.second), halves, strict=True):
            world.stream_batches[id] = replace(
                batch, id=id, records=records, event="", attempts=batch.attempts - 1, tries=0
            )


@fact
class RecordsDiscarded:
    """Records of a batch are given up."""

    batch: str
    records: tuple[str, ...]
    condition: str  # RetryAttemptsExhausted, RecordAgeExceeded; "" if the stream lost them
    delivered: bool  # the on-failure destination knows of them

    def apply(self, world: World) -> None:
        batch = world.stream_batches[self.batch]
        batch.records, batch.event = batch.records[len(self.records) :], ""
        if not batch.records:
            _done(world, batch)


@fact
class RecordsExpired:
    """The oldest records have left a stream; who has not read them never will."""

    stream: str
    records: tuple[str, ...]

    def apply(self, world: World) -> None:
        stream = world.streams[self.stream]
        for _ in self.records:
            record = stream.records.popleft()
            for id in stream.mappings:
                mapping = world.stream_mappings[id]
                lane = mapping.lanes[lane_of(mapping, record)]
                if lane.waiting and lane.waiting[0].id == record.id:
                    lane.size -= lane.waiting.popleft().size


# What several facts do --------------------------------------------------------------------------


def _wait(mapping: StreamMapping, record: Record, now: int) -> None:
    """Let a record wait to be read by a mapping."""
    lane = mapping.lanes[lane_of(mapping, record)]
    if not lane.waiting:
        lane.since = now
    lane.waiting.append(record)
    lane.size += record.size


def _done(world: World, batch: StreamBatch) -> None:
    """Take away a batch that is done with."""
    del world.stream_batches[batch.id]
    lane = world.stream_mappings[batch.mapping].lanes[batch.lane]
    lane.batches.remove(batch.id)
    lane.since, lane.until = world.now, 0
