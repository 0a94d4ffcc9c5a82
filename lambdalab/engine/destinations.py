"""Where events end: the record for a destination, the message for a dead-letter target."""

from __future__ import annotations

import json

from .facts import DeliveryFailed, DocumentSent
from .kernel import Document, Sim
from .places import arn
from .rules import (
    DEST_BUS,
    DEST_FAILED,
    DEST_FIFO,
    DEST_KEYS,
    DEST_S3,
    DLQ_FAILED,
    DLQ_MESSAGE,
    FUNCTION_ERROR,
    STATUS,
    THROTTLE,
    Rule,
)
from .shapes import aws_arn, bus_event
from .units import iso_seconds, iso_text, uuid_text
from .world import Request

Attributes = tuple[tuple[str, str], ...]


def record(sim: Sim, request: Request, condition: str) -> str:
    """Write the record that a destination gets."""
    version = sim.world.versions[request.version]
    document = {
        "version": DEST_KEYS.value,
        "timestamp": iso_text(sim.now),
        "requestContext": {
            "requestId": uuid_text(request.id),
            "functionArn": arn(request.function, request.qualifier),
            "condition": condition,
            "approximateInvokeCount": request.attempt,
        },
        "requestPayload": json.loads(request.payload),
    }
    if request.attempt:
        context = {"statusCode": STATUS.value, "executedVersion": version.name}
        if request.error:
            context["functionError"] = FUNCTION_ERROR.value
        document["responseContext"] = context
        document["responsePayload"] = json.loads(request.response)
    return json.dumps(document)


def dead_letter_attributes(request: Request) -> Attributes:
    """Say with an event why it was given up."""
    error = json.loads(request.response).get("errorMessage", "") if request.error else ""
    code = STATUS.value if request.error else THROTTLE.value
    return (
        ("RequestID", uuid_text(request.id)),
        ("ErrorCode", str(code)),
        ("ErrorMessage", error.encode()[: DLQ_MESSAGE.value].decode(errors="ignore")),
    )


def send(
    sim: Sim,
    request: Request,
    target: str,
    kind: str,
    body: str,
    attributes: Attributes,
    rule: Rule,
    because: int,
) -> int:
    """Deliver a document about a request to a target, in the form of that target."""
    service, _, name = target.partition(":")
    message = sim.new_id("msg")
    if service == "bus":
        outcome = "Success" if kind == "on_success" else "Failure"
        said = {
            "detail-type": f"Lambda Function Invocation Result - {outcome}",
            "source": DEST_BUS.value,
            "resources": [
                aws_arn("events", f"event-bus/{name}"),
                arn(request.function, request.qualifier),
            ],
            "detail": json.loads(body),
        }
        event = bus_event(sim.now, "", name, Document(message, json.dumps(said)))
        rule, body = DEST_BUS, json.dumps(event)
    elif service == "bucket":
        rule, attributes = DEST_S3, (("key", s3_name(sim.now, request.function, message)),)
    document = Document(message, body, attributes)
    return post(sim, request.id, target, kind, document, rule, because)


def s3_name(now: int, function: str, message: str) -> str:
    """Name the object that holds a record."""
    at = iso_seconds(now).rstrip("Z").replace(":", ".")
    day = at.partition("T")[0].replace("-", "/")
    return f"aws/lambda/async/{function}/{day}/{at}-{uuid_text(message)}"


def post(
    sim: Sim, about: str, target: str, kind: str, document: Document, rule: Rule, because: int
) -> int:
    """Deliver a document to a target, or note that it could not be delivered."""
    service, _, name = target.partition(":")
    if name.endswith(".fifo"):
        return sim.emit(DeliveryFailed(about, target, kind), DEST_FIFO, because)
    if target in sim.denied:
        failed = DLQ_FAILED if kind == "dead_letter" else DEST_FAILED
        return sim.emit(DeliveryFailed(about, target, kind), failed, because)
    sent = sim.emit(DocumentSent(about, target, kind, *document), rule, because)
    if arrive := sim.arrivals.get(service):
        arrive(sim, name, document, rule, sent)
    return sent
