"""What SNS answers."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from ..engine.errors import size
from ..engine.kernel import Document
from ..engine.push import publish
from ..engine.shapes import aws_arn
from ..engine.units import uuid_text
from .account import Asked, Operation, Result
from .names import found
from .wire import Refused

Params = dict[str, Any]
LARGEST = 262_144  # bytes of a message


def _topic(call: Asked, params: Params) -> str:
    name = params.get("TopicArn") or params.get("TargetArn")
    if not name:
        message = "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter"
        raise Refused("InvalidParameter", message)
    return found(call, "topic", name, "NotFound", "Topic does not exist")


def _publish(call: Asked, params: Params) -> Params:
    return _send(call, _topic(call, params), params)


def _send(call: Asked, topic: str, params: Params) -> Params:
    body = params["Message"]
    if not 0 < size(body) <= LARGEST:
        problem = "Message too long" if body else "Empty message"
        raise Refused("InvalidParameter", f"Invalid parameter: {problem}")
    attributes = tuple(
        (
            name,
            value["DataType"],
            value.get("StringValue") or b64encode(value.get("BinaryValue", b"")).decode(),
        )
        for name, value in params.get("MessageAttributes", {}).items()
    )
    id = call.sim.new_id("msg")
    document = Document(id, body, attributes, call.lineage, params.get("Subject", ""))
    publish(call.sim, topic, document, call.rule, call.because)
    return {"MessageId": uuid_text(id)}


def _publish_batch(call: Asked, params: Params) -> Result:
    topic, entries = _topic(call, params), params["PublishBatchRequestEntries"]
    if not entries:
        raise Refused("EmptyBatchRequest", "The batch request doesn't contain any entries.")
    if len(entries) > 10:
        raise Refused("TooManyEntriesInBatchRequest", "The batch request contains more entries.")
    if len({entry["Id"] for entry in entries}) < len(entries):
        raise Refused("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.")
    done: dict[str, list[Params]] = {"Successful": [], "Failed": []}
    for entry in entries:
        try:
            done["Successful"].append({"Id": entry["Id"], **_send(call, topic, entry)})
        except Refused as refused:
            failed = {"Id": entry["Id"], "SenderFault": True, "Code": refused.code}
            done["Failed"].append({**failed, "Message": refused.message})
    return done


def _create_topic(call: Asked, params: Params) -> Result:
    if not call.account.has(f"topic:{params['Name']}"):
        call.account.configurer.create("topic", params["Name"])
    return {"TopicArn": aws_arn("sns", params["Name"])}


OPERATIONS: dict[str, Operation] = {
    "Publish": _publish,
    "PublishBatch": _publish_batch,
    "CreateTopic": _create_topic,
}
