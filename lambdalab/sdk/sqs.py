"""What SQS answers."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from ..engine import Sim
from ..engine.consumers import delete, is_lent, lend_until, receive
from ..engine.facts import MessageNotQueued
from ..engine.kernel import POLLS
from ..engine.lines import Attribute, Queue
from ..engine.queues import Letter, send
from ..engine.receipts import digest, digest_of_attributes
from ..engine.shapes import aws_arn
from ..engine.units import SECOND, us, uuid_text
from .account import Asked, Later, Operation, Result
from .names import last_part, queue_url
from .wire import Refused, reply

Params = dict[str, Any]
LONGEST = 43_200  # seconds that a message is lent at most


def _queue(call: Asked, params: Params) -> tuple[str, Queue]:
    name = last_part(params["QueueUrl"])
    if not call.account.has(f"queue:{name}"):
        raise Refused("QueueDoesNotExist", "The specified queue does not exist.")
    return name, call.sim.world.queues[name]


def _between(params: Params, name: str, least: int, most: int, usual: int) -> int:
    value: int = params.get(name, usual)
    if name in params and not least <= value <= most:
        raise Refused(
            "InvalidParameterValue",
            f"Value {value} for parameter {name} is invalid. Reason: Must be between {least} and "
            f"{most}, if provided.",
        )
    return value


# Sending ----------------------------------------------------------------------------------------


def _attributes(given: dict[str, Params]) -> tuple[Attribute, ...]:
    return tuple(
        (
            name,
            value["DataType"],
            b64encode(value["BinaryValue"]).decode()
            if value["DataType"].startswith("Binary")
            else value["StringValue"],
        )
        for name, value in given.items()
    )


def _send_message(call: Asked, params: Params) -> Result:
    name, queue = _queue(call, params)
    return _send(call, name, queue, params)


def _send(call: Asked, name: str, queue: Queue, params: Params) -> Params:
    sim, body = call.sim, params["MessageBody"]
    group, deduplication = params.get("MessageGroupId", ""), ""
    delay = _between(params, "DelaySeconds", 0, 900, -1)
    if queue.settings.fifo:
        if not group:
            message = "The request must contain the parameter MessageGroupId."
            raise Refused("MissingParameter", message)
        deduplication = params.get("MessageDeduplicationId") or _sha(body)
        if delay > 0:
            message = (
                f"Value {delay} for parameter DelaySeconds is invalid. Reason: The request "
                "include parameter that is not valid for this queue type."
            )
            raise Refused("InvalidParameterValue", message)
    attributes = _attributes(params.get("MessageAttributes", {}))
    waits = delay * SECOND if delay >= 0 else -1
    letter = Letter(
        body, group if queue.settings.fifo else "", deduplication, attributes, waits, call.lineage
    )
    id, before = sim.new_id("msg"), len(sim.rows)
    send(sim, name, id, letter, call.rule, call.because)
    fact = sim.rows[before][1]
    if isinstance(fact, MessageNotQueued) and fact.reason == "too large":
        message = (
            "One or more parameters are invalid. Reason: Message must be shorter than 1048576 "
            "bytes, and not empty."
        )
        raise Refused("InvalidParameterValue", message)
    said = {"MessageId": uuid_text(id), "MD5OfMessageBody": digest(body.encode())}
    if attributes:
        said["MD5OfMessageAttributes"] = digest_of_attributes(attributes)
    if queue.settings.fifo and not isinstance(fact, MessageNotQueued):
        said["SequenceNumber"] = f"{queue.messages[id].sequence:020}"
    return said


def _sha(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _each(
    call: Asked, params: Params, act: Callable[[Asked, str, Queue, Params], Params]
) -> Params:
    """Do the same for each entry of a batch; one that is refused does not stop the others."""
    name, queue = _queue(call, params)
    entries = params.get("Entries", [])
    if not entries:
        message = "There should be at least one SendMessageBatchRequestEntry in the request."
        raise Refused("EmptyBatchRequest", message)
    if len(entries) > 10:
        message = f"Maximum number of entries per request are 10. You have sent {len(entries)}."
        raise Refused("TooManyEntriesInBatchRequest", message)
    if len({entry["Id"] for entry in entries}) < len(entries):
        raise Refused("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.")
    done: dict[str, list[Params]] = {"Successful": [], "Failed": []}
    for entry in entries:
        try:
            done["Successful"].append({"Id": entry["Id"], **act(call, name, queue, entry)})
        except Refused as refused:
            failed = {"Id": entry["Id"], "SenderFault": True, "Code": refused.code}
            done["Failed"].append({**failed, "Message": refused.message})
    return {kind: found for kind, found in done.items() if found}


def _send_message_batch(call: Asked, params: Params) -> Result:
    return _each(call, params, _send)


# Receiving --------------------------------------------------------------------------------------


def _receive_message(call: Asked, params: Params) -> Result:
    name, _ = _queue(call, params)
    _between(params, "MaxNumberOfMessages", 1, 10, 1)
    _between(params, "VisibilityTimeout", 0, LONGEST, -1)
    wait = _between(params, "WaitTimeSeconds", 0, 20, 0)
    got = _received(call, name, params)
    if got or not wait:
        return {"Messages": got} if got else {}
    look = LookAgain(call, name, params, call.sim.now + us(wait))
    call.sim.waiting.setdefault(name, []).append(look)
    call.sim.schedule(look.until, look, call.because)
    return Later()


def _received(call: Asked, name: str, params: Params) -> list[Params]:
    visibility = params.get("VisibilityTimeout", -1)
    lent = receive(
        call.sim,
        name,
        params.get("MaxNumberOfMessages", 1),
        visibility * SECOND if visibility >= 0 else -1,
        call.because,
        (),
    )
    system = {*params.get("AttributeNames", ()), *params.get("MessageSystemAttributeNames", ())}
    own = params.get("MessageAttributeNames", ())
    return [_shown(json.loads(record), system, own) for record in lent]


def _shown(record: Params, system: set[str], own: list[str]) -> Params:
    """Show a message as it is received, with the attributes that were asked for."""
    shown = {
        "MessageId": record["messageId"],
        "ReceiptHandle": record["receiptHandle"],
        "Body": record["body"],
        "MD5OfBody": record["md5OfBody"],
    }
    attributes = {
        name: value
        for name, value in record["attributes"].items()
        if "All" in system or name in system
    }
    wanted = {
        name: value for name, value in record["messageAttributes"].items() if _asks_for(own, name)
    }
    if attributes:
        shown["Attributes"] = attributes
    if wanted:
        shown["MessageAttributes"] = {name: _typed(value) for name, value in wanted.items()}
        shown["MD5OfMessageAttributes"] = record["md5OfMessageAttributes"]
    return shown


def _asks_for(own: list[str], name: str) -> bool:
    return any(
        asked in ("All", ".*", name) or (asked.endswith(".*") and name.startswith(asked[:-2]))
        for asked in own
    )


def _typed(value: Params) -> Params:
    if value["dataType"].startswith("Binary"):
        return {"DataType": value["dataType"], "BinaryValue": b64decode(value["binaryValue"])}
    return {"DataType": value["dataType"], "StringValue": value["stringValue"]}


@dataclass(slots=True)
class LookAgain:
    """Receive what has come meanwhile, for a call that waits for messages."""

    rank: ClassVar[int] = POLLS
    idle: ClassVar[bool] = False

    call: Asked
    queue: str
    params: Params
    until: int
    done: bool = False

    def __call__(self, sim: Sim, cause: int | None) -> None:  # noqa: ARG002
        """Look, and answer if there is something or the time is over."""
        call = self.call
        self.done |= bool(call.id) and call.id not in sim.world.outside.calls  # nobody waits
        if self.done:
            return
        got = _received(call, self.queue, self.params)
        if got or sim.now >= self.until:
            self.done = True
            call.account.deliver(call, reply(call.sent, {"Messages": got} if got else {}))
        else:
            sim.waiting.setdefault(self.queue, []).append(self)


# What becomes of messages -----------------------------------------------------------------------


def _message(params: Params) -> str:
    """Read from a receipt handle which message was received."""
    id, _, number = params["ReceiptHandle"].rpartition("-receive-")
    if not id or not number.isdigit():
        message = (
            f'The input receipt handle "{params["ReceiptHandle"]}" is not a valid receipt handle.'
        )
        raise Refused("ReceiptHandleIsInvalid", message)
    return id


def _delete_message(call: Asked, params: Params) -> Result:
    name, queue = _queue(call, params)
    return _delete(call, name, queue, params)


def _delete(call: Asked, name: str, _queue: Queue, params: Params) -> Params:
    delete(call.sim, name, _message(params), call.rule, call.because)
    return {}


def _change_visibility(call: Asked, params: Params) -> Result:
    name, queue = _queue(call, params)
    return _change(call, name, queue, params)


def _change(call: Asked, name: str, _queue: Queue, params: Params) -> Params:
    sim, message = call.sim, _message(params)
    timeout = _between(params, "VisibilityTimeout", 0, LONGEST, 0)
    if not is_lent(sim, name, message):
        problem = (
            f"Value {params['ReceiptHandle']} for parameter ReceiptHandle is invalid. Reason: "
        )
        raise Refused("MessageNotInflight", problem + "Message is not in flight.")
    lend_until(sim, name, message, sim.now + us(timeout), call.rule, call.because)
    return {}


def _delete_message_batch(call: Asked, params: Params) -> Result:
    return _each(call, params, _delete)


def _change_visibility_batch(call: Asked, params: Params) -> Result:
    return _each(call, params, _change)


def _purge_queue(call: Asked, params: Params) -> Result:
    name, queue = _queue(call, params)
    for message in list(queue.messages):
        delete(call.sim, name, message, call.rule, call.because)
    return {}


# Queues -----------------------------------------------------------------------------------------


def _get_queue_url(call: Asked, params: Params) -> Result:
    name, _ = _queue(call, {"QueueUrl": params["QueueName"]})
    return {"QueueUrl": queue_url(name)}


def _list_queues(call: Asked, params: Params) -> Result:
    prefix = params.get("QueueNamePrefix", "")
    names = [name for name in call.sim.world.queues if name.startswith(prefix)]
    return {"QueueUrls": [queue_url(name) for name in names]} if names else {}


def _get_queue_attributes(call: Asked, params: Params) -> Result:
    name, queue = _queue(call, params)
    known = attributes(name, queue)
    wanted = params.get("AttributeNames", ())
    said = {key: value for key, value in known.items() if "All" in wanted or key in wanted}
    return {"Attributes": said} if said else {}


def attributes(name: str, queue: Queue) -> dict[str, str]:
    """Say everything about a queue, as text."""
    settings = queue.settings
    waiting = sum(message.visible for message in queue.messages.values())
    said = {
        "QueueArn": arn(name),
        "ApproximateNumberOfMessages": waiting,
        "ApproximateNumberOfMessagesNotVisible": queue.in_flight,
        "ApproximateNumberOfMessagesDelayed": len(queue.messages) - waiting - queue.in_flight,
        "VisibilityTimeout": settings.visibility_timeout // SECOND,
        "MessageRetentionPeriod": settings.message_retention // SECOND,
        "DelaySeconds": settings.delay // SECOND,
        "ReceiveMessageWaitTimeSeconds": 0,
    }
    if settings.fifo:
        said |= {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    if settings.dead_letter:
        policy = {
            "deadLetterTargetArn": arn(settings.dead_letter),
            "maxReceiveCount": settings.max_receive_count,
        }
        said["RedrivePolicy"] = json.dumps(policy)
    return {key: str(value) for key, value in said.items()}


def arn(name: str) -> str:
    """Name a queue as AWS does everywhere."""
    return aws_arn("sqs", name)


def _create_queue(call: Asked, params: Params) -> Result:
    name, given = params["QueueName"], params.get("Attributes", {})
    if not call.account.has(f"queue:{name}"):
        call.account.configurer.create_queue(name, given)
    elif any(attributes(name, call.sim.world.queues[name]).get(k) != v for k, v in given.items()):
        message = "A queue already exists with the same name and a different value for attributes."
        raise Refused("QueueNameExists", message)
    return {"QueueUrl": queue_url(name)}


def _set_queue_attributes(call: Asked, params: Params) -> Result:
    name, _ = _queue(call, params)
    call.account.configurer.change_queue(name, params["Attributes"])
    return {}


OPERATIONS: dict[str, Operation] = {
    "SendMessage": _send_message,
    "SendMessageBatch": _send_message_batch,
    "ReceiveMessage": _receive_message,
    "DeleteMessage": _delete_message,
    "DeleteMessageBatch": _delete_message_batch,
    "ChangeMessageVisibility": _change_visibility,
    "ChangeMessageVisibilityBatch": _change_visibility_batch,
    "GetQueueUrl": _get_queue_url,
    "GetQueueAttributes": _get_queue_attributes,
    "SetQueueAttributes": _set_queue_attributes,
    "ListQueues": _list_queues,
    "CreateQueue": _create_queue,
    "PurgeQueue": _purge_queue,
}
