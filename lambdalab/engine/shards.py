"""The nouns of streams: what lies in a shard, who reads it, and how far it is.

A DynamoDB table stands here for its stream, which has one shard. A mapping reads each shard through
a lane, or through several if its parallelization factor says so; a lane has one batch at work.
"""

from __future__ import annotations

from collections import deque
from dataclasses import field
from hashlib import md5

from .small import noun
from .units import HASHES


@noun
class Record:
    """One record of a stream."""

    id: str  # rec-1
    shard: int
    key: str  # the partition key, or the key of the item as JSON
    name: str  # INSERT, MODIFY, REMOVE; "" in Kinesis
    data: str  # what was put; of a table, keys and images as JSON
    sent: int  # us
    size: int  # bytes that it takes in an event


@noun
class Stream:
    """A Kinesis stream, or a DynamoDB table with its stream."""

    id: str  # stream:clicks, table:orders
    shards: int
    retention: int  # us
    key: str  # of a table: the attribute that is its key
    view: str  # of a table: which images its stream shows
    entry: int  # the entry that configured it
    records: deque[Record] = field(default_factory=deque)  # that can still be read
    items: dict[str, str] = field(default_factory=dict)  # of a table: key -> item, as JSON
    mappings: list[str] = field(default_factory=list)


@noun
class StreamSettings:
    """How a mapping reads a stream and hands it to a function."""

    stream: str
    function: str
    qualifier: str
    enabled: bool
    batch_size: int
    maximum_batching_window: int  # us
    parallelization_factor: int
    starting_position: str  # TRIM_HORIZON, LATEST, AT_TIMESTAMP
    bisect_batch_on_function_error: bool
    maximum_retry_attempts: int  # or -1 for no limit
    maximum_record_age: int  # us, or -1 for no limit
    on_failure: str  # a target such as queue:failed, or ""
    tumbling_window: int  # us, or 0 for none
    report_batch_item_failures: bool
    filter: tuple[str, ...]  # patterns as JSON
    chosen: tuple[str, ...]  # the settings that the learner gave


@noun
class Lane:
    """A shard, or a part of its keys, as one mapping reads it: in order, one batch at a time."""

    waiting: deque[Record] = field(default_factory=deque)  # not read yet
    size: int = 0  # bytes that they take in an event
    since: int = 0  # us: when the first of them could have been read
    batches: list[str] = field(default_factory=list)  # read and not done with; the first is next
    until: int = 0  # us: the next try is not before
    window: int = -1  # us: when the tumbling window that is open began, or -1
    state: str = ""  # what the function returned as its state, as JSON


@noun
class StreamMapping:
    """An event source mapping on a stream."""

    id: str  # esm-1
    settings: StreamSettings
    entry: int  # the entry that configured it
    enabled: int  # us: when it was made
    lanes: list[Lane]


@noun
class StreamBatch:
    """Records that go to the function together."""

    id: str  # batch-1
    mapping: str
    lane: int
    records: tuple[Record, ...]
    window: int  # us: when its tumbling window began, or -1
    final: str  # why it closes that window: end, early; or "" if it does not
    running: bool = False
    event: str = ""  # as it was sent, if it would be sent so again
    attempts: int = 0  # that the function failed, of those that count
    tries: int = 0  # since it last got on, throttled ones included
    request: str = ""  # the last one that was sent for it
    version: str = ""  # that ran it: $LATEST, 1
    error: str = ""  # of the last one: Unhandled, or "" if only its answer was bad


def place_of_key(key: str, places: int) -> int:
    """Say where a key belongs: the range of MD5 hashes is cut into equal parts."""
    digest = md5(key.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest) * places // HASHES


def lane_of(mapping: StreamMapping, record: Record) -> int:
    """Say through which lane of a mapping a record goes."""
    if mapping.settings.parallelization_factor == 1:
        return record.shard
    return place_of_key(record.key, len(mapping.lanes))
