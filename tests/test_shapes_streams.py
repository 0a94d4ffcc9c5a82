"""What handlers and failure targets get of streams, key by key, compared with AWS's examples.

The shapes were written down from AWS's pages and from LocalStack's snapshots of AWS.
"""

import base64
import json
from typing import Any

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import of

STREAM_ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
TABLE_ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/trees/stream/2026-01-01T00:00:00.000"
KINESIS_RECORD = {
    "kinesis": {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": "tree-17",
        "sequenceNumber": "49660000000000000000000000000000000000000000000000000001",
        "data": "eyJrZyI6IDQyfQ==",
        "approximateArrivalTimestamp": 1767225610.125,
    },
    "eventSource": "aws:kinesis",
    "eventVersion": "1.0",
    "eventID": "shardId-000000000000:49660000000000000000000000000000000000000000000000000001",
    "eventName": "aws:kinesis:record",
    "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-role",
    "awsRegion": "us-east-1",
    "eventSourceARN": STREAM_ARN,
}
INFO = ("KinesisBatchInfo", "DDBStreamBatchInfo")


def events(run: lab.Run) -> list[dict[str, Any]]:
    return [json.loads(entry.fact.event) for entry in of(run, facts.BatchSent)]


def put(**settings: Any) -> lab.Run:
    work = lab.handler("worker", returns={"state": {"tree-17": 1}})
    stream = lab.stream("clicks").to(work, **settings)
    return lab.run(stream, at=[(10.125, lab.record({"kg": 42}, key="tree-17"))])


def test_a_record_of_kinesis() -> None:
    (event,) = events(put())
    assert json.dumps(event) == json.dumps({"Records": [KINESIS_RECORD]})
    assert base64.b64decode(event["Records"][0]["kinesis"]["data"]) == b'{"kg": 42}'


def test_an_event_of_a_tumbling_window() -> None:
    first, last = events(put(tumbling_window=120))
    around = {
        "window": {"start": "2026-01-01T00:00:00Z", "end": "2026-01-01T00:02:00Z"},
        "state": {},
        "shardId": "shardId-000000000000",
        "eventSourceARN": STREAM_ARN,
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }
    assert json.dumps(first) == json.dumps({"Records": [KINESIS_RECORD], **around})
    changed = {"state": {"tree-17": 1}, "isFinalInvokeForWindow": True}
    assert json.dumps(last) == json.dumps({"Records": [], **around, **changed})


def test_a_change_of_a_table() -> None:
    table = lab.table("trees", key="TreeId").to(lab.handler("worker"))
    items = [{"TreeId": 17, "Kg": 40}, {"TreeId": 17, "Kg": 42}]
    at = [*((10.5 + k, item) for k, item in enumerate(items)), (13, lab.record(None, key=17))]
    inserted, modified, removed = (event["Records"][0] for event in events(lab.run(table, at=at)))
    assert modified == {
        "eventID": f"{2:032x}",
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1767225611.0,
            "Keys": {"TreeId": {"N": "17"}},
            "NewImage": {"TreeId": {"N": "17"}, "Kg": {"N": "42"}},
            "OldImage": {"TreeId": {"N": "17"}, "Kg": {"N": "40"}},
            "SequenceNumber": "100000000000000000002",
            "SizeBytes": modified["dynamodb"]["SizeBytes"],
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": TABLE_ARN,
    }
    assert isinstance(modified["dynamodb"]["SizeBytes"], int)
    assert inserted["eventName"] == "INSERT"
    assert "OldImage" not in inserted["dynamodb"]
    assert removed["eventName"] == "REMOVE"
    assert "NewImage" not in removed["dynamodb"]


def told(source: Any, at: list[Any], **settings: Any) -> dict[str, Any]:
    settings = {"on_failure": "failed", "maximum_retry_attempts": 2, **settings}
    run = lab.run(source.to(lab.handler("worker", fails=True), **settings), at=at)
    (record,) = run.delivered("failed")
    return record["body"]


def test_a_failure_record_of_kinesis() -> None:
    body = told(lab.stream("clicks"), [10.125, 11.9], maximum_batching_window=5)
    number = "4966000000000000000000000000000000000000000000000000000"
    assert json.dumps(body) == json.dumps(
        {
            "requestContext": {
                "requestId": "00726571-0000-4000-8000-000000000003",
                "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:worker",
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 3,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
            "timestamp": "2026-01-01T00:00:16.625Z",
            "KinesisBatchInfo": {
                "shardId": "shardId-000000000000",
                "startSequenceNumber": f"{number}1",
                "endSequenceNumber": f"{number}2",
                "approximateArrivalOfFirstRecord": "2026-01-01T00:00:10.125Z",
                "approximateArrivalOfLastRecord": "2026-01-01T00:00:11.900Z",
                "batchSize": 2,
                "streamArn": STREAM_ARN,
            },
        }
    )


def test_a_failure_record_of_an_old_record() -> None:
    body = told(lab.stream("clicks"), [0], maximum_record_age=60, enabled_at=100)
    assert list(body) == ["requestContext", "version", "timestamp", "KinesisBatchInfo"]
    context = body["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RecordAgeExceeded", 1)


def test_a_failure_record_of_a_table_has_times_without_milliseconds() -> None:
    body = told(lab.table("trees"), [10.125])
    assert list(body)[-1] == "DDBStreamBatchInfo"
    info = body["DDBStreamBatchInfo"]
    assert info["shardId"] == "shardId-00000001767225600000-00000000"
    assert info["approximateArrivalOfFirstRecord"] == "2026-01-01T00:00:10Z"
    assert info["startSequenceNumber"] == "100000000000000000001"
    assert info["streamArn"] == TABLE_ARN
