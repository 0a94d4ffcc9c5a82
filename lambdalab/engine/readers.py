"""How a mapping works through a stream: what it reads, what it does when the function fails.

Each lane of a mapping is read in order and has one batch at work. A batch that fails blocks its
lane: it is tried again, split, or given up, and only then the lane goes on.
"""

from __future__ import annotations

import json
from itertools import takewhile
from typing import ClassVar

from .destinations import OBJECT_KEY, Attributes, object_key, send
from .facts import (
    BatchRead,
    BatchSent,
    DocumentSent,
    RecordsDiscarded,
)
from .kernel import POLLS, Sim, task
from .patterns import passes
from .payloads import (
    envelope,
    event_of,
    failure_record,
    is_table,
    place_in_bucket,
    what_filters_see,
)
from .rules import (
    KINESIS_RETENTION,
    STREAM_AGE_EACH,
    STREAM_AGE_FIRST,
    STREAM_AT_LEAST_ONCE,
    STREAM_BATCH_SIZE,
    STREAM_BATCH_WINDOW,
    STREAM_CATCH_UP,
    STREAM_DEST_RECORD,
    STREAM_FILTER,
    STREAM_MODE,
    STREAM_ONE_AT_A_TIME,
    STREAM_PARALLELIZATION,
    STREAM_TRIGGERS,
    TABLE_RETENTION,
    WINDOW_BOUNDARIES,
    WINDOW_FINAL,
    WINDOW_STATE,
    WINDOW_WAIT,
    Rule,
)
from .shards import Lane, Record, StreamBatch, StreamMapping
from .synchronous import invoke

# Rules that need no line of their own: they follow from how a lane is worked through.
FOLLOWS = (
    STREAM_AT_LEAST_ONCE,
    STREAM_BATCH_SIZE,
    STREAM_BATCH_WINDOW,
    STREAM_CATCH_UP,
    WINDOW_BOUNDARIES,
)


@task
class Poll:
    """Go on with a lane: read the records that wait there."""

    rank: ClassVar[int] = POLLS
    idle: ClassVar[bool] = False

    mapping: str
    lane: int

    def __call__(self, sim: Sim, cause: int | None) -> None:
        assert cause is not None
        go_on(sim, sim.world.stream_mappings[self.mapping], self.lane, cause)


def go_on(sim: Sim, mapping: StreamMapping, number: int, because: int) -> None:
    """Try the batch that a lane is at, or read the next one."""
    lane = mapping.lanes[number]
    if not mapping.settings.enabled or sim.now < lane.until:
        return
    if lane.batches:
        batch = sim.world.stream_batches[lane.batches[0]]
        if not batch.running:
            offer(sim, mapping, batch, because)
    elif final := closing(sim, mapping, lane):
        fact = BatchRead(sim.new_id("batch"), mapping.id, number, (), (), lane.window, final)
        read = sim.emit(fact, WINDOW_STATE if final == "early" else WINDOW_FINAL, because)
        offer(sim, mapping, sim.world.stream_batches[fact.batch], read)
    elif lane.waiting:
        read_batch(sim, mapping, number, because)


def plan(sim: Sim, mapping: StreamMapping, number: int, because: int) -> None:
    """See to it that a lane goes on: at once, or when its tumbling window is over."""
    lane = mapping.lanes[number]
    at = sim.now
    if lane.window >= 0 and not (lane.batches or lane.waiting or closing(sim, mapping, lane)):
        at = lane.window + mapping.settings.tumbling_window + sim.value(WINDOW_WAIT)
    if lane.batches or lane.waiting or lane.window >= 0:
        sim.schedule(at, Poll(mapping.id, number), because)


# What is read -----------------------------------------------------------------------------------


def is_full(mapping: StreamMapping, records: int, size: int) -> bool:
    """Say whether so many records of so many bytes are as much as one batch may hold."""
    return records >= mapping.settings.batch_size or size >= STREAM_TRIGGERS.value


def read_batch(sim: Sim, mapping: StreamMapping, number: int, because: int) -> None:
    """Read the next batch of a lane, unless its batching window lets it wait for more."""
    lane, settings = mapping.lanes[number], mapping.settings
    stream, window = sim.world.streams[settings.stream], window_of(mapping, lane.waiting[0])
    ready = lane.since + settings.maximum_batching_window
    if window >= 0:
        ready = min(ready, window + settings.tumbling_window)
    if sim.now < ready and not is_full(mapping, len(lane.waiting), lane.size):
        sim.schedule(ready, Poll(mapping.id, number), because)
        return
    room = STREAM_TRIGGERS.value - len(envelope(sim, mapping, number, window, ""))
    wanted: list[str] = []
    skipped: list[str] = []
    for record in lane.waiting:
        room -= record.size
        taken = len(wanted) + len(skipped)
        full = taken and (taken == settings.batch_size or room < 0)
        if full or window_of(mapping, record) != window:
            break
        seen = what_filters_see(sim, stream, record) if settings.filter else None
        chosen = seen is None or passes(settings.filter, *seen)
        (wanted if chosen else skipped).append(record.id)
    batch = sim.new_id("batch") if wanted else ""
    fact = BatchRead(batch, mapping.id, number, tuple(wanted), tuple(skipped), window)
    rule = STREAM_TRIGGERS if wanted else STREAM_FILTER
    read = sim.emit(fact, rule, because, (mapping.entry,))
    if wanted:
        offer(sim, mapping, sim.world.stream_batches[batch], read)
    else:
        plan(sim, mapping, number, read)


def window_of(mapping: StreamMapping, record: Record) -> int:
    """Say when the tumbling window began that a record belongs to; -1 if there are none."""
    length = mapping.settings.tumbling_window
    return record.sent // length * length if length else -1


def closing(sim: Sim, mapping: StreamMapping, lane: Lane) -> str:
    """Say why the tumbling window of a lane is over: end, early; or "" if it is not."""
    if lane.window < 0:
        return ""
    if len(lane.state) > WINDOW_STATE.value:
        return "early"
    if lane.waiting:
        return "end" if window_of(mapping, lane.waiting[0]) != lane.window else ""
    end = lane.window + mapping.settings.tumbling_window + sim.value(WINDOW_WAIT)
    return "end" if sim.now >= end else ""


# What is sent -----------------------------------------------------------------------------------


def offer(sim: Sim, mapping: StreamMapping, batch: StreamBatch, because: int) -> None:
    """Hand a batch to the function, without the records that are too old for it."""
    settings, stream = mapping.settings, sim.world.streams[mapping.settings.stream]
    lost = tuple(takewhile(lambda r: r.sent + stream.retention <= sim.now, batch.records))
    if lost:
        fact = RecordsDiscarded(batch.id, tuple(record.id for record in lost), "", False)
        rule = TABLE_RETENTION if is_table(stream.id) else KINESIS_RETENTION
        because = sim.emit(fact, rule, because, (stream.entry,))
    oldest = sim.now - settings.maximum_record_age
    old = tuple(takewhile(lambda r: r.sent < oldest, batch.records))
    if old and settings.maximum_record_age >= 0:
        rule = STREAM_AGE_EACH if batch.tries else STREAM_AGE_FIRST
        because = give_up(sim, mapping, batch, old, "RecordAgeExceeded", rule, because)
    if batch.id not in sim.world.stream_batches:
        plan(sim, mapping, batch.lane, because)
        return
    one = settings.parallelization_factor == 1
    rule = STREAM_ONE_AT_A_TIME if one else STREAM_PARALLELIZATION
    event = batch.event or event_of(sim, batch, batch.records)
    because = sim.emit(BatchSent(batch.id, event), rule, because)
    if settings.report_batch_item_failures:
        sim.reporting.add(batch.id)
    callee = settings.function, settings.qualifier
    invoke(sim, *callee, event, batch.id, STREAM_MODE, because)


def give_up(
    sim: Sim,
    mapping: StreamMapping,
    batch: StreamBatch,
    records: tuple[Record, ...],
    condition: str,
    rule: Rule,
    because: int,
) -> int:
    """Discard records, but first tell the on-failure destination of them."""
    target, delivered = mapping.settings.on_failure, False
    if target:
        told = failure_record(sim, batch, records, condition)
        attributes: Attributes = ()
        if target.startswith("bucket:"):
            told["payload"] = json.loads(event_of(sim, batch, records))
            prefix = place_in_bucket(mapping, records[0].shard)
            attributes = ((OBJECT_KEY, object_key(sim.wall, prefix, batch.id)),)
        body = json.dumps(told)
        sent = send(sim, batch, target, "on_failure", body, attributes, STREAM_DEST_RECORD, because)
        delivered = isinstance(sim.fact(sent), DocumentSent)
    ids = tuple(record.id for record in records)
    fact = RecordsDiscarded(batch.id, ids, condition, delivered)
    return sim.emit(fact, rule, because, (mapping.entry,))
