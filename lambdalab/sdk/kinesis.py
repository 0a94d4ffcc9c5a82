"""What Kinesis answers."""

from __future__ import annotations

from typing import Any

from ..engine.payloads import BYTES, sequence_number, shard_id
from ..engine.places import ACCOUNT
from ..engine.streams import put
from .account import Asked, Operation, Result
from .names import found, last_part
from .wire import Refused

Params = dict[str, Any]
LARGEST, MOST = 10_485_760, 500  # bytes of a record, records of a request


def _stream(call: Asked, params: Params) -> str:
    name = last_part(params.get("StreamName") or params.get("StreamARN", ""))
    message = f"Stream {name} under account {ACCOUNT} not found."
    return found(call, "stream", name, "ResourceNotFoundException", message)


def _put(call: Asked, stream: str, record: Params) -> Params:
    sim = call.sim
    data = record["Data"]
    if len(data) > LARGEST:
        message = "1 validation error detected: Value at 'data' failed to satisfy constraint."
        raise Refused("ValidationException", message)
    text = data.decode(errors=BYTES)
    put(sim, stream, record["PartitionKey"], "", text, call.rule, call.because)
    lying = sim.world.streams[stream].records[-1]
    shard, number = shard_id(stream, lying.shard), sequence_number(stream, lying.id)
    return {"ShardId": shard, "SequenceNumber": number}


def _put_record(call: Asked, params: Params) -> Result:
    return _put(call, _stream(call, params), params)


def _put_records(call: Asked, params: Params) -> Result:
    stream, records = _stream(call, params), params["Records"]
    if not 0 < len(records) <= MOST:
        message = f"1 validation error detected: records must be between 1 and {MOST}."
        raise Refused("ValidationException", message)
    done = [_put(call, stream, record) for record in records]
    return {"FailedRecordCount": 0, "Records": done}


def _create_stream(call: Asked, params: Params) -> Result:
    name = params["StreamName"]
    if call.account.has(f"stream:{name}"):
        message = f"Stream {name} under account {ACCOUNT} already exists."
        raise Refused("ResourceInUseException", message)
    call.account.configurer.create("stream", name, shards=params.get("ShardCount", 1))
    return {}


OPERATIONS: dict[str, Operation] = {
    "PutRecord": _put_record,
    "PutRecords": _put_records,
    "CreateStream": _create_stream,
}
