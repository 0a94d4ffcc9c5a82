"""Streams and tables: what is put there, how long it stays, and who reads it."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import ClassVar

from .facts import ItemWritten, RecordPut, RecordsExpired, StreamMappingConfigured
from .kernel import CHANGES, EXPIRIES, STIMULI, Sim, task
from .payloads import is_table, record_of
from .readers import Poll, is_full, plan
from .rules import (
    ESM_ACTIVATION,
    KINESIS_RETENTION,
    STREAM_EVENTUAL,
    STREAM_PAUSE,
    STREAM_PHASE,
    STREAM_POLL_DYNAMODB,
    STREAM_POLL_KINESIS,
    STREAM_START,
    TABLE_ORDER,
    TABLE_RETENTION,
    TABLE_VIEWS,
    YOUR_REQUEST,
    YOUR_SETTING,
    Rule,
)
from .shards import Record, StreamMapping, StreamSettings, lane_of, place_of_key
from .units import NEVER

FOLLOWS = (STREAM_EVENTUAL, STREAM_PAUSE, STREAM_START)


@task
class PutRecord:
    """Put a record into a stream."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    stream: str
    data: str
    key: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        put(sim, self.stream, self.key, "", self.data, YOUR_REQUEST, cause)


@task
class WriteItem:
    """Put an item into a table, or delete it."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    table: str
    key: str  # JSON, with its keys sorted: the same content has the same text
    item: str  # likewise, or "" to delete it

    def __call__(self, sim: Sim, cause: int | None) -> None:
        write(sim, self.table, self.key, self.item, YOUR_REQUEST, cause)


def write(sim: Sim, table: str, key: str, item: str, rule: Rule, because: int | None) -> None:
    """Change an item of a table; the stream tells of it, if anything changed."""
    stream = sim.world.streams[table]
    before = stream.items.get(key, "")
    because = sim.emit(ItemWritten(table, key, item), rule, because)
    if item == before:
        return
    name = "MODIFY" if item and before else "INSERT" if item else "REMOVE"
    images = f'{{"Keys": {key}'
    if item and stream.view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
        images += f', "NewImage": {item}'
    if before and stream.view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        images += f', "OldImage": {before}'
    rule = TABLE_ORDER if stream.view == "KEYS_ONLY" else TABLE_VIEWS
    put(sim, table, key, name, f"{images}}}", rule, because)


def put(
    sim: Sim, stream_id: str, key: str, name: str, data: str, rule: Rule, because: int | None
) -> None:
    """Lay a record into the shard of its key and let mappings know."""
    stream, id = sim.world.streams[stream_id], sim.new_id("rec")
    shard = place_of_key(key, stream.shards)
    record = Record(id, shard, key, name, data, sim.now, 0)
    size = len(json.dumps(record_of(stream, record, sim.world.starts))) + len(", ")
    given = (stream.entry,) if is_table(stream_id) else ()
    fact = RecordPut(id, stream_id, shard, key, name, data, size)
    because = sim.emit(fact, rule, because, given)
    if len(stream.records) == 1:
        sim.schedule(sim.now + stream.retention, Expire(stream_id), because)
    record = stream.records[-1]
    for mapping in stream.mappings:
        notice(sim, sim.world.stream_mappings[mapping], record, because)


def notice(sim: Sim, mapping: StreamMapping, record: Record, because: int) -> None:
    """Plan to read a lane, if a record is the first that waits there or makes a batch full."""
    number = lane_of(mapping, record)
    lane = mapping.lanes[number]
    first, before = len(lane.waiting) == 1, lane.size - record.size
    full = is_full(mapping, len(lane.waiting), lane.size)
    if not lane.batches and (
        first or (full and not is_full(mapping, len(lane.waiting) - 1, before))
    ):
        sim.schedule(next_poll(sim, mapping), Poll(mapping.id, number), because)


def next_poll(sim: Sim, mapping: StreamMapping) -> int:
    """Say when a mapping looks for records again."""
    if sim.value(STREAM_PHASE) == "none":
        return sim.now
    table = is_table(mapping.settings.stream)
    every = STREAM_POLL_DYNAMODB.value if table else STREAM_POLL_KINESIS.value
    wait: int = (mapping.enabled - sim.now) % every
    return sim.now + wait


@task
class Expire:
    """Let records leave a stream that have been there for its retention."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True

    stream: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        stream = sim.world.streams[self.stream]
        old = tuple(
            record.id
            for record in takewhile(lambda r: r.sent + stream.retention <= sim.now, stream.records)
        )
        rule = TABLE_RETENTION if is_table(self.stream) else KINESIS_RETENTION
        because = sim.emit(RecordsExpired(self.stream, old), rule, cause, (stream.entry,))
        if stream.records:
            due = stream.records[0].sent + stream.retention
            sim.schedule(due, Expire(self.stream), because)


@task
class ConfigureStreamMapping:
    """Make a mapping, or give it new settings; disabled, it keeps its place."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    mapping: str
    settings: StreamSettings
    start: int = NEVER  # us: a new one reads what was put from then on
    active: bool = False  # whether the wait until it has an effect is over

    def __call__(self, sim: Sim, cause: int | None) -> None:
        wait = sim.value(ESM_ACTIVATION)
        if wait and not self.active:
            again = ConfigureStreamMapping(self.mapping, self.settings, self.start, True)
            sim.schedule(sim.now + wait, again, cause)
            return
        fact = StreamMappingConfigured(
            self.mapping, self.settings.function, self.settings, self.start
        )
        because = sim.emit(fact, YOUR_SETTING, cause)
        mapping = sim.world.stream_mappings[self.mapping]
        for number in range(len(mapping.lanes)):
            plan(sim, mapping, number, because)
