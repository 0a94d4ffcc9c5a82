"""What handlers get from SNS, S3 and EventBridge has the keys and types that AWS's pages show."""

import json
from typing import Any

import pytest

import lambdalab as lab

ECHO = lab.function("def handler(event, context):\n    return event", name="echo")

# Keys and types as the pages of the rules sns, s3_put, eventbridge and eventbridge_scheduled show.
SNS = """
Records[]: object; Records[].EventVersion: string; Records[].EventSubscriptionArn: string;
Records[].EventSource: string; Records[].Sns: object; Records[].Sns.Type: string;
Records[].Sns.MessageId: string; Records[].Sns.TopicArn: string; Records[].Sns.Subject: null;
Records[].Sns.Message: string; Records[].Sns.Timestamp: string;
Records[].Sns.SignatureVersion: string; Records[].Sns.Signature: string;
Records[].Sns.SigningCertUrl: string; Records[].Sns.UnsubscribeUrl: string;
Records[].Sns.MessageAttributes: object; Records[].Sns.MessageAttributes.kind: object;
Records[].Sns.MessageAttributes.kind.Type: string;
Records[].Sns.MessageAttributes.kind.Value: string
"""
S3 = """
Records[]: object; Records[].eventVersion: string; Records[].eventSource: string;
Records[].awsRegion: string; Records[].eventTime: string; Records[].eventName: string;
Records[].userIdentity: object; Records[].userIdentity.principalId: string;
Records[].requestParameters: object; Records[].requestParameters.sourceIPAddress: string;
Records[].responseElements: object; Records[].responseElements.x-amz-request-id: string;
Records[].responseElements.x-amz-id-2: string; Records[].s3: object;
Records[].s3.s3SchemaVersion: string; Records[].s3.configurationId: string;
Records[].s3.bucket: object; Records[].s3.bucket.name: string;
Records[].s3.bucket.ownerIdentity: object; Records[].s3.bucket.ownerIdentity.principalId: string;
Records[].s3.bucket.arn: string; Records[].s3.object: object; Records[].s3.object.key: string;
Records[].s3.object.size: integer; Records[].s3.object.eTag: string;
Records[].s3.object.sequencer: string
"""
BUS = """
version: string; id: string; detail-type: string; source: string; account: string; time: string;
region: string; resources: array; detail: object; detail.tree: integer; detail.kg: integer
"""
SCHEDULED = """
version: string; id: string; detail-type: string; source: string; account: string; time: string;
region: string; resources: array; resources[]: string; detail: object
"""
NAMES = {dict: "object", list: "array", str: "string", int: "integer", type(None): "null"}


class Message:
    """A message with attributes."""

    body, attributes = "tree 17 picked", (("kind", "String", "pick"),)


def types(value: Any, path: str = "") -> dict[str, str]:
    """Say of every place in a document what stands there."""
    found = {path: NAMES[type(value)]} if path else {}
    if isinstance(value, dict):
        for key, inside in value.items():
            found |= types(inside, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inside in value:
            found |= types(inside, f"{path}[]")
    return found


@pytest.mark.parametrize(
    ("source", "payload", "shape"),
    [
        (lab.topic("news"), Message(), f"Records: array; {SNS}"),
        (lab.bucket("photos"), lab.object("trees/red apple.jpg", 20_480), f"Records: array; {S3}"),
        (lab.bus("orchard"), {"tree": 17, "kg": 42}, BUS),
        (lab.schedule(60, name="orchard-every-minute"), None, SCHEDULED),
    ],
    ids=["sns", "s3_put", "eventbridge", "eventbridge_scheduled"],
)
def test_a_handler_gets_what_the_page_of_its_source_shows(
    source: Any, payload: Any, shape: str
) -> None:
    at = None if isinstance(source, type(lab.schedule(60))) else [(9, payload)]
    run = lab.run(source.to(ECHO), at=at, until=9)
    expected = dict(line.strip().split(": ") for line in shape.replace("\n", " ").split(";"))
    got = json.loads(run.invocations[-1].payload)
    assert types(got) == expected
    # in the order of the page, too
    assert list(types(got)) == list(expected)


def test_the_shape_of_a_record_on_a_bus() -> None:
    boom = lab.handler("boom", fails=True, maximum_retry_attempts=0)
    bus = lab.bus("orchard").to(ECHO)
    run = lab.run(lab.event(boom.with_(on_failure=bus)), at=[0])
    (got,) = (event for event in (json.loads(x.payload) for x in run.invocations) if "id" in event)
    assert list(got) == [line.split(":")[0].strip() for line in BUS.split(";")[:9]]
    assert got["time"] == "2026-01-01T00:00:00Z"
    assert (got["source"], got["detail"]["version"]) == ("lambda", "1.0")
