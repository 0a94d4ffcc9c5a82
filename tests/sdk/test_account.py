"""A live account: what an engineer does with boto3 in cells, on the simulated clock."""

import base64
import gc
import io
import json
import time
import zipfile
from typing import Any

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.views.replay import fold
from tests.engine.asking import of

boto3 = pytest.importorskip("boto3")
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError, ReadTimeoutError  # noqa: E402

ROLE = "arn:aws:iam::123456789012:role/lambda-role"
QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:"
APP = """
import os, time
calls = 0
def main(event, context):
    global calls
    calls += 1
    time.sleep(event.get("wait", 0))
    print("call", calls)
    return {"calls": calls, "stage": os.environ.get("STAGE"), "now": time.time() - 1767225600}
"""
EACH = """
def main(event, context):
    for record in event["Records"]:
        if record["body"] == "bad":
            raise ValueError("bad")
"""


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", text)
    return packed.getvalue()


def deploy(account: Any, text: str = APP, name: str = "app", **more: Any) -> Any:
    client = account.client("lambda")
    settings = {"Runtime": "python3.14", "Role": ROLE, "Handler": "app.main", "Timeout": 30}
    client.create_function(FunctionName=name, Code={"ZipFile": zipped(text)}, **settings | more)
    return client


def test_a_function_is_made_from_a_zip_and_invoked_while_time_goes_by() -> None:
    account = lab.account()
    client = deploy(account, MemorySize=256, Environment={"Variables": {"STAGE": "test"}})
    answers = []
    for wait in (1, 2):
        said = client.invoke(FunctionName="app", Payload=json.dumps({"wait": wait}), LogType="Tail")
        answers.append(json.loads(said["Payload"].read()))
    assert answers == [
        {"calls": 1, "stage": "test", "now": 1},
        {"calls": 2, "stage": "test", "now": 3},  # the environment lived on between two cells
    ]
    assert account.now == 3
    assert "call 2" in base64.b64decode(said["LogResult"]).decode()
    account.advance(60)
    assert account.now == 63
    run = account.run
    assert run.count("cold") == 1
    assert run.table("invocations").duration_ms.tolist() == [1000, 2000]
    assert [response.status_code for response in run.responses] == [200, 200]
    assert repr(account) == "<account at 63.000 s; 20 entries>"


def test_a_queue_a_mapping_and_a_dead_letter_queue_are_made_by_calls() -> None:
    account = lab.account()
    client, sqs = deploy(account, EACH), account.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": f"{QUEUE_ARN}dead", "maxReceiveCount": 2})
    attributes = {"VisibilityTimeout": "30", "RedrivePolicy": policy}
    work = sqs.create_queue(QueueName="work", Attributes=attributes)["QueueUrl"]
    made = client.create_event_source_mapping(
        EventSourceArn=f"{QUEUE_ARN}work", FunctionName="app", BatchSize=1
    )
    for body in ("fine", "bad"):
        sqs.send_message(QueueUrl=work, MessageBody=body)
    account.advance(0)
    assert account.run.count("errors") == 1
    account.advance(61)
    (letter,) = sqs.receive_message(QueueUrl=dead)["Messages"]
    assert letter["Body"] == "bad"
    client.update_event_source_mapping(UUID=made["UUID"], Enabled=False)
    sqs.send_message(QueueUrl=work, MessageBody="fine")
    account.advance(10)
    counted = sqs.get_queue_attributes(QueueUrl=work, AttributeNames=["All"])["Attributes"]
    assert counted["ApproximateNumberOfMessages"] == "1"
    client.update_event_source_mapping(UUID=made["UUID"], Enabled=True, BatchSize=10)
    account.advance(0)
    assert account.run.table("messages").query("queue == 'work'").state.tolist() == [
        "deleted",
        "dead_lettered",
        "deleted",
    ]


def test_concurrency_events_versions_and_provisioned_environments() -> None:
    account = lab.account()
    client = deploy(account)
    client.put_function_concurrency(FunctionName="app", ReservedConcurrentExecutions=0)
    began = time.monotonic()
    with pytest.raises(client.exceptions.TooManyRequestsException) as refused:
        client.invoke(FunctionName="app")
    assert refused.value.response["Reason"].startswith("ReservedFunction")
    tries = len(of(account.run, facts.RequestThrottled))
    assert tries in (3, 5)  # botocore's own retries
    assert account.now > 0  # their waits have passed in the account
    assert time.monotonic() - began < 5  # and not here
    client.delete_function_concurrency(FunctionName="app")
    client.put_function_event_invoke_config(FunctionName="app", MaximumRetryAttempts=0)
    client.update_function_code(FunctionName="app", ZipFile=zipped("def main(e, c): 1 / 0"))
    client.invoke(FunctionName="app", InvocationType="Event")
    account.advance(1)
    assert account.run.count("dropped") == 1
    client.update_function_code(FunctionName="app", ZipFile=zipped(APP))
    version = client.publish_version(FunctionName="app")["Version"]
    client.create_alias(FunctionName="app", Name="live", FunctionVersion=version)
    config = {"FunctionName": "app", "Qualifier": "live"}
    client.put_provisioned_concurrency_config(**config, ProvisionedConcurrentExecutions=2)
    assert client.get_provisioned_concurrency_config(**config)["Status"] == "IN_PROGRESS"
    account.advance(600)
    assert client.get_provisioned_concurrency_config(**config)["Status"] == "READY"
    cold = account.run.count("cold")
    said = client.invoke(**config)
    assert said["ExecutedVersion"] == version
    assert account.run.count("cold") == cold
    assert client.get_function(FunctionName="app")["Configuration"]["Handler"] == "app.main"


def test_resources_of_the_lab_are_added_and_asked() -> None:
    account = lab.account(lab.table("orders"))
    thumb = lab.handler("thumb")
    account.add(lab.bucket("photos").to(thumb), lab.queue("work"))
    table = account.resource("dynamodb").Table("orders")
    table.put_item(Item={"id": "1", "n": 1}, ConditionExpression="attribute_not_exists(id)")
    with pytest.raises(ClientError, match="ConditionalCheckFailedException"):
        table.put_item(Item={"id": "1"}, ConditionExpression="attribute_not_exists(id)")
    account.client("s3").put_object(Bucket="photos", Key="cat.jpg", Body=b"meow")
    account.advance(1)
    assert account.run.count("started") == 1
    late = lab.queue("late").to(lab.handler("worker"))
    account.add(late)
    account.client("sqs").send_message(QueueUrl="https://sqs/1/late", MessageBody="x")
    account.advance(1)
    assert account.run.count("started") == 2
    assert fold(account.run.log) == account._sim.world


def test_a_client_waits_no_longer_than_its_read_timeout() -> None:
    account = lab.account()
    deploy(account, Timeout=900)
    patient = Config(read_timeout=5, retries={"total_max_attempts": 1})
    client = account.client("lambda", config=patient)
    with pytest.raises(ReadTimeoutError):
        client.invoke(FunctionName="app", Payload=b'{"wait": 20}')
    assert account.now == 5
    account.advance(20)
    assert account.run.count("processed") == 1  # it went on all the same


def test_long_polling_lets_time_go_on_until_a_message_comes() -> None:
    account = lab.account(lab.queue("work"))
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName="work")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=4)
    (got,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    assert (got["Body"], account.now) == ("later", 4)


def test_mistakes_are_the_services_own_errors_or_the_labs() -> None:
    account = lab.account()
    client = deploy(account)
    with pytest.raises(ClientError, match="ResourceConflictException"):
        deploy(account)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="none")
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.put_function_concurrency(FunctionName="app", ReservedConcurrentExecutions=950)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.delete_function(FunctionName="none")
    with pytest.raises(lab.LabError):
        account.advance(-1)
    with pytest.raises(Exception, match="does not answer TagResource of lambda"):
        client.tag_resource(Resource="arn:aws:lambda:us-east-1:1:function:app", Tags={})


def test_the_same_calls_give_the_same_log() -> None:
    def story() -> list[object]:
        account = lab.account(lab.queue("work"), seed=3)
        client = deploy(
            account, "def main(event, context):\n    import random; return random.random()"
        )
        client.put_function_concurrency(FunctionName="app", ReservedConcurrentExecutions=0)
        with pytest.raises(ClientError):
            client.invoke(FunctionName="app")
        client.delete_function_concurrency(FunctionName="app")
        client.invoke(FunctionName="app")
        return list(account.run.log)

    assert story() == story()


def test_two_accounts_know_nothing_of_each_other_and_leave_nothing_behind() -> None:
    one, two = lab.account(lab.table("orders")), lab.account(lab.table("orders"))
    clock, session = time.time, boto3.DEFAULT_SESSION
    for account in (one, two):
        deploy(account)
        account.client("lambda").invoke(FunctionName="app", Payload=b"{}")
        table = account.resource("dynamodb").Table("orders")
        table.put_item(Item={"id": "1"}, ConditionExpression="attribute_not_exists(id)")
    assert (time.time, boto3.DEFAULT_SESSION) == (clock, session)
    del one, two, account, table
    gc.collect()
    assert lab.run(lab.handler(), at=[0]).returned == [None]
