"""What a function, a filter and a failure target are told of the records of a stream."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from typing import Any

from .kernel import Sim
from .places import ACCOUNT, REGION, arn
from .rules import (
    FUNCTION_ERROR,
    STATUS,
    STREAM_DEST_AGE,
    STREAM_DEST_ARN,
    STREAM_DEST_CONDITION,
    STREAM_DEST_INFO,
    STREAM_DEST_RECORD,
    STREAM_DEST_S3,
    STREAM_ERROR_NULL,
)
from .shards import Record, Stream, StreamBatch, StreamMapping
from .units import EPOCH, EPOCH_MS, MS, SECOND, iso_seconds, iso_text, uuid_text

FOLLOWS = (
    STREAM_DEST_AGE,
    STREAM_DEST_ARN,
    STREAM_DEST_CONDITION,
    STREAM_DEST_INFO,
    STREAM_ERROR_NULL,
)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/lambda-role"
BYTES = "surrogateescape"  # how what is no text is kept in texts
NO_RECORDS = '"Records": []'


def is_table(stream: str) -> bool:
    """Say whether a stream is that of a table."""
    return stream.startswith("table:")


@cache
def stream_arn(stream: str) -> str:
    """Name a stream as AWS does."""
    name = stream.partition(":")[-1]
    if is_table(stream):
        made = iso_text(EPOCH)[:-1]  # a name, whatever the run's date
        return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}/stream/{made}"
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


@cache
def shard_id(stream: str, shard: int) -> str:
    """Name a shard as AWS does."""
    return f"shardId-{EPOCH_MS:020}-{shard:08x}" if is_table(stream) else f"shardId-{shard:012}"


def sequence_number(stream: str, record: str) -> str:
    """Number a record as AWS does: in digits, and higher than the ones before it."""
    number = int(record.rpartition("-")[-1])
    return f"1{number:020}" if is_table(stream) else f"4966{number:052}"


# Events -----------------------------------------------------------------------------------------


def record_of(stream: Stream, record: Record, starts: int) -> dict[str, Any]:
    """Write a record as a function gets it."""
    number = sequence_number(stream.id, record.id)
    if is_table(stream.id):
        return _change(stream, record, number, starts)
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.key,
            "sequenceNumber": number,
            "data": b64encode(record.data.encode(errors=BYTES)).decode(),
            "approximateArrivalTimestamp": (starts + record.sent) // MS / (SECOND // MS),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard_id(stream.id, record.shard)}:{number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": ROLE,
        "awsRegion": REGION,
        "eventSourceARN": stream_arn(stream.id),
    }


def _change(stream: Stream, record: Record, number: str, starts: int) -> dict[str, Any]:
    """Write a change of a table as a function gets it."""
    return {
        "eventID": f"{int(record.id.rpartition('-')[-1]):032x}",
        "eventName": record.name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": float((starts + record.sent) // SECOND),
            **json.loads(record.data),
            "SequenceNumber": number,
            "SizeBytes": len(record.data.encode()),
            "StreamViewType": stream.view,
        },
        "eventSourceARN": stream_arn(stream.id),
    }


def what_filters_see(sim: Sim, stream: Stream, record: Record) -> tuple[dict[str, Any], str]:
    """Show a record to a filter: of Kinesis what lies under kinesis, with its data as it was."""
    told = record_of(stream, record, sim.world.starts)
    if is_table(stream.id):
        return told, ""
    return {**told, **told["kinesis"], "data": record.data}, "data"


def envelope(sim: Sim, mapping: StreamMapping, lane: int, window: int, final: str) -> str:
    """Write an event without its records; with tumbling windows it tells the state so far."""
    event: dict[str, Any] = {"Records": []}
    if window >= 0:
        settings = mapping.settings
        shard = lane // settings.parallelization_factor
        start = sim.world.starts + window
        end = start + settings.tumbling_window
        event["window"] = {"start": iso_seconds(start), "end": iso_seconds(end)}
        event["state"] = json.loads(mapping.lanes[lane].state or "{}")
        event["shardId"] = shard_id(settings.stream, shard)
        event["eventSourceARN"] = stream_arn(settings.stream)
        event["isFinalInvokeForWindow"] = bool(final)
        event["isWindowTerminatedEarly"] = final == "early"
    return json.dumps(event)


def event_of(sim: Sim, batch: StreamBatch, some: tuple[Record, ...]) -> str:
    """Write an event with records of a batch."""
    mapping = sim.world.stream_mappings[batch.mapping]
    stream, starts = sim.world.streams[mapping.settings.stream], sim.world.starts
    around = envelope(sim, mapping, batch.lane, batch.window, batch.final)
    records = ", ".join(json.dumps(record_of(stream, record, starts)) for record in some)
    return around.replace(NO_RECORDS, f"{NO_RECORDS[:-1]}{records}]", 1)


# Records of failure -----------------------------------------------------------------------------


def failure_record(
    sim: Sim, batch: StreamBatch, records: tuple[Record, ...], condition: str
) -> dict[str, Any]:
    """Write what an on-failure destination is told: where the records lie, not what they hold."""
    settings = sim.world.stream_mappings[batch.mapping].settings
    told: dict[str, Any] = {
        "requestContext": {
            "requestId": uuid_text(batch.request or batch.id),
            "functionArn": arn(settings.function),
            "condition": condition,
            "approximateInvokeCount": max(batch.attempts, 1),
        }
    }
    if condition != "RecordAgeExceeded":
        told["responseContext"] = {
            "statusCode": STATUS.value,
            "executedVersion": batch.version,
            "functionError": FUNCTION_ERROR.value if batch.error else None,
        }
    told["version"], told["timestamp"] = STREAM_DEST_RECORD.value, iso_text(sim.wall)
    table = is_table(settings.stream)
    time = iso_seconds if table else iso_text
    first, last, starts = records[0], records[-1], sim.world.starts
    told["DDBStreamBatchInfo" if table else "KinesisBatchInfo"] = {
        "shardId": shard_id(settings.stream, first.shard),
        "startSequenceNumber": sequence_number(settings.stream, first.id),
        "endSequenceNumber": sequence_number(settings.stream, last.id),
        "approximateArrivalOfFirstRecord": time(starts + first.sent),
        "approximateArrivalOfLastRecord": time(starts + last.sent),
        "batchSize": len(records),
        "streamArn": stream_arn(settings.stream),
    }
    return told


def place_in_bucket(mapping: StreamMapping, shard: int) -> str:
    """Say under which name a bucket keeps what a mapping could not process of a shard."""
    where = shard_id(mapping.settings.stream, shard)
    return f"{STREAM_DEST_S3.value}/{uuid_text(mapping.id)}/{where}"
