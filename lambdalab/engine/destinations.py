"""Where events end: the record for a destination, the message for a dead-letter target."""

from __future__ import annotations

import json

from .facts import DeliveryFailed, DocumentSent
from .kernel import Document, Sim
from .places import ACCOUNT, REGION, arn
from .rules import (
    DEST_BUS,
    DEST_FAILED,
    DEST_FIFO,
    DEST_KEYS,
    DLQ_FAILED,
    DLQ_MESSAGE,
    FUNCTION_ERROR,
    STATUS,
    THROTTLE,
    Rule,
)
from .units import iso_text, uuid_text
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
    """Deliver a document to a target, or note that it could not be delivered."""
    service, _, name = target.partition(":")
    if name.endswith(".fifo"):
        return sim.emit(DeliveryFailed(request.id, target, kind), DEST_FIFO, because)
    if target in sim.denied:
        failed = DLQ_FAILED if kind == "dead_letter" else DEST_FAILED
        return sim.emit(DeliveryFailed(request.id, target, kind), failed, because)
    message = sim.new_id("msg")
    if service == "bus":
        body, rule = bus_event(sim, request, message, name, kind, body), DEST_BUS
    fact = DocumentSent(request.id, target, kind, message, body, attributes)
    sent = sim.emit(fact, rule, because)
    if arrive := sim.arrivals.get(service):
        arrive(sim, name, Document(message, body, attributes), rule, sent)
    return sent


def bus_event(sim: Sim, request: Request, message: str, bus: str, kind: str, record: str) -> str:
    """Wrap a record as EventBridge delivers it."""
    outcome = "Success" if kind == "on_success" else "Failure"
    resources = [
        f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{bus}",
        arn(request.function, request.qualifier),
    ]
    event = {
        "version": "0",
        "id": uuid_text(message),
        "detail-type": f"Lambda Function Invocation Result - {outcome}",
        "source": DEST_BUS.value,
        "account": ACCOUNT,
        "time": iso_text(sim.now),
        "region": REGION,
        "resources": resources,
        "detail": json.loads(record),
    }
    return json.dumps(event)
