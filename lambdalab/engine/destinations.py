"""Where events end: the record for a destination, the message for a dead-letter target."""

from __future__ import annotations

import json

from .chains import passed_on
from .errors import size
from .facts import DeliveryFailed, DocumentSent
from .kernel import Document, Sim
from .places import arn
from .rules import (
    ASYNC_PAYLOAD,
    DEST_BUCKET,
    DEST_BUS,
    DEST_FAILED,
    DEST_FIFO,
    DEST_KEYS,
    DEST_SNS,
    DLQ_FAILED,
    DLQ_MESSAGE,
    FUNCTION_ERROR,
    RECURSION_STATUS,
    SQS_SIZE,
    STATUS,
    THROTTLE,
    Rule,
)
from .shapes import aws_arn, eventbridge_event
from .shards import StreamBatch
from .units import date, iso_text, uuid_text
from .world import Delivery, Request

Attributes = tuple[tuple[str, str], ...]
OBJECT_KEY = "Key"  # the attribute that holds the name of an object
LARGEST = {
    "queue": SQS_SIZE,
    "topic": DEST_SNS,
    "function": ASYNC_PAYLOAD,
    "bus": ASYNC_PAYLOAD,
}  # what an event's record or the event itself may have where it is sent; a bucket takes more


def record(sim: Sim, request: Request, condition: str, payloads: bool = True) -> str:
    """Write the record that a destination gets, with the event and the response if they fit."""
    version = sim.world.versions[request.version]
    document = {
        "version": DEST_KEYS.value,
        "timestamp": iso_text(sim.wall),
        "requestContext": {
            "requestId": uuid_text(request.id),
            "functionArn": arn(request.function, request.qualifier),
            "condition": condition,
            "approximateInvokeCount": request.attempt,
        },
    }
    if payloads:
        document["requestPayload"] = json.loads(request.payload)
    if request.attempt:
        context = {"statusCode": STATUS.value, "executedVersion": version.version}
        if request.error:
            context["functionError"] = FUNCTION_ERROR.value
        document["responseContext"] = context
        if payloads:
            document["responsePayload"] = json.loads(request.response)
    return json.dumps(document)


def dead_letter_attributes(request: Request, condition: str) -> Attributes:
    """Say with an event why it was given up."""
    error = json.loads(request.response).get("errorMessage", "") if request.error else ""
    refused = RECURSION_STATUS if condition == "RecursiveInvocation" else THROTTLE
    code = STATUS.value if request.error else refused.value
    return (
        ("RequestID", uuid_text(request.id)),
        ("ErrorCode", str(code)),
        ("ErrorMessage", error.encode()[: DLQ_MESSAGE.value].decode(errors="ignore")),
    )


def send(
    sim: Sim,
    request: Request | Delivery | StreamBatch,
    target: str,
    kind: str,
    body: str,
    attributes: Attributes,
    rule: Rule,
    because: int,
) -> int:
    """Deliver a document to a target, or note that it could not be delivered."""
    service, _, name = target.partition(":")
    if name.endswith(".fifo"):
        return sim.emit(DeliveryFailed(request.id, target, kind), DEST_FIFO, because)
    gone = service == "function" and sim.world.functions[name].deleted
    if gone or target in sim.denied:
        failed = DLQ_FAILED if kind == "dead_letter" else DEST_FAILED
        return sim.emit(DeliveryFailed(request.id, target, kind), failed, because)
    limit = LARGEST.get(service)
    if limit and isinstance(request, Request) and size(body) > limit.value:
        failed = DLQ_FAILED if kind == "dead_letter" else limit
        return sim.emit(DeliveryFailed(request.id, target, kind), failed, because)
    message = sim.new_id("msg")
    if service == "bus" and isinstance(request, Request):
        body, rule = bus_event(sim, request, message, name, kind, body), DEST_BUS
    elif service == "bucket" and isinstance(request, Request):
        prefix = f"{DEST_BUCKET.value}/{request.function}"
        attributes, rule = ((OBJECT_KEY, object_key(sim.wall, prefix, message)),), DEST_BUCKET
    fact = DocumentSent(request.id, target, kind, message, body, attributes)
    sent = sim.emit(fact, rule, because)
    if arrive := sim.arrivals.get(service):
        chain = passed_on(request) if isinstance(request, Request) else ""
        if isinstance(request, Delivery):
            chain = request.lineage
        arrive(sim, name, Document(message, body, attributes, chain), rule, sent)
    return sent


def object_key(at: int, prefix: str, message: str) -> str:
    """Name an object in a bucket by its day, its second and an id."""
    year, month, day = date(at)
    time = iso_text(at).partition(".")[0].replace(":", ".")
    return f"{prefix}/{year}/{month:02}/{day:02}/{time}-{uuid_text(message)}"


def bus_event(sim: Sim, request: Request, message: str, bus: str, kind: str, record: str) -> str:
    """Wrap a record as EventBridge delivers it."""
    outcome = "Success" if kind == "on_success" else "Failure"
    said = {
        "detail-type": f"Lambda Function Invocation Result - {outcome}",
        "source": DEST_BUS.value,
        "resources": [
            aws_arn("events", f"event-bus/{bus}"),
            arn(request.function, request.qualifier),
        ],
        "detail": json.loads(record),
    }
    event = eventbridge_event(sim.wall, "", bus, Document(message, json.dumps(said)))
    return json.dumps(event)
