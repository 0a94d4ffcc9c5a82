"""What a function gets from what pushes: the documents of SNS, S3 and EventBridge."""

from __future__ import annotations

import json
from hashlib import md5
from typing import Any

from .kernel import Document
from .places import ACCOUNT, REGION
from .rules import (
    EVENTBRIDGE_SCHEDULED,
    EVENTBRIDGE_SHAPE,
    S3_KEY,
    S3_SEQUENCER,
    S3_SHAPE,
    SNS_SHAPE,
)
from .units import SECOND, iso_seconds, iso_text, uuid_text

FOLLOWS = (S3_SEQUENCER,)


def aws_arn(service: str, name: str) -> str:
    """Name anything but a function as AWS does."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def sns_event(now: int, trigger: str, topic: str, document: Document) -> dict[str, Any]:
    """Wrap a message as a subscription to a topic delivers it."""
    arn = aws_arn("sns", topic)
    subscription = f"{arn}:{uuid_text(trigger)}"
    host = f"https://sns.{REGION}.amazonaws.com/"
    notification = {
        "Type": "Notification",
        "MessageId": uuid_text(document.message),
        "TopicArn": arn,
        "Subject": document.subject or None,
        "Message": document.body,
        "Timestamp": iso_text(now),
        "SignatureVersion": "1",
        "Signature": "EXAMPLE",
        "SigningCertUrl": f"{host}SimpleNotificationService.pem",
        "UnsubscribeUrl": f"{host}?Action=Unsubscribe&SubscriptionArn={subscription}",
        "MessageAttributes": {
            name: {"Type": "".join(kind) or usual_type(name), "Value": value}
            for name, *kind, value in document.attributes
        },
    }
    version, source = SNS_SHAPE.value
    record = {"EventVersion": version, "EventSubscriptionArn": subscription, "EventSource": source}
    return {"Records": [record | {"Sns": notification}]}


def usual_type(attribute: str) -> str:
    """Say of what type an attribute of a dead letter is."""
    return "Number" if attribute == "ErrorCode" else "String"


def s3_event(now: int, trigger: str, bucket: str, document: Document) -> dict[str, Any]:
    """Say of an object what a notification of its bucket says."""
    said, number = json.loads(document.body), int(document.message.rpartition("-")[-1])
    about: dict[str, Any] = {"key": encoded(said["key"])}
    if said["event"].startswith("ObjectCreated"):
        tag = md5(document.message.encode(), usedforsecurity=False).hexdigest()
        about |= {"size": said["size"], "eTag": tag}
    about["sequencer"] = f"00{now // SECOND:08X}{number:08X}"
    version, source, schema = S3_SHAPE.value
    record = {
        "eventVersion": version,
        "eventSource": source,
        "awsRegion": REGION,
        "eventTime": iso_text(now),
        "eventName": said["event"],
        "userIdentity": {"principalId": "AWS:AIDAEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "198.51.100.1"},
        "responseElements": {"x-amz-request-id": f"{number:016X}", "x-amz-id-2": "EXAMPLE"},
        "s3": {
            "s3SchemaVersion": schema,
            "configurationId": trigger,
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": "AEXAMPLE"},
                "arn": f"arn:aws:s3:::{bucket}",
            },
            "object": about,
        },
    }
    return {"Records": [record]}


def encoded(key: str) -> str:
    """Write the key of an object as a form in a URL would: a space is a plus."""
    plain = (chr(byte) if chr(byte) in S3_KEY.value else f"%{byte:02X}" for byte in key.encode())
    return "".join(plain).replace("%20", "+")


def eventbridge_event(now: int, _trigger: str, _bus: str, document: Document) -> dict[str, Any]:
    """Complete what was put onto a bus as EventBridge does."""
    said = json.loads(document.body)
    return {
        "version": EVENTBRIDGE_SHAPE.value,
        "id": uuid_text(document.message),
        "detail-type": said["detail-type"],
        "source": said["source"],
        "account": ACCOUNT,
        "time": iso_seconds(now),
        "region": REGION,
        "resources": said["resources"],
        "detail": said["detail"],
    }


def scheduled_event(now: int, trigger: str, schedule: str, document: Document) -> dict[str, Any]:
    """Say that the time of a schedule has come."""
    source, detail_type = EVENTBRIDGE_SCHEDULED.value
    said = {
        "detail-type": detail_type,
        "source": source,
        "resources": [aws_arn("events", f"rule/{schedule}")],
        "detail": {},
    }
    return eventbridge_event(now, trigger, schedule, Document(document.message, json.dumps(said)))
