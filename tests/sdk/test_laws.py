"""Laws of calls, on random handlers: whatever code asks for, the log holds all of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.check import problems
from lambdalab.engine.kernel import Log
from lambdalab.engine.rules import TABLE
from lambdalab.plan import plan
from lambdalab.run import play
from lambdalab.sdk import dynamodb
from lambdalab.views.replay import fold, worlds
from tests.sdk.asking import QUEUE, function

pytest.importorskip("boto3")

PREPARED = """
import time
sqs, url, table = boto3.client("sqs"), "{url}", boto3.resource("dynamodb").Table("t")
client, s3, sns = boto3.client("lambda"), boto3.client("s3"), boto3.client("sns")
handles = []
def receive(**more):
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=3, **more).get("Messages", ())
    handles.extend(message["ReceiptHandle"] for message in got)
def drop():
    handles and sqs.delete_message(QueueUrl=url, ReceiptHandle=handles.pop())
def give_back(seconds):
    handles and sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=handles.pop(), VisibilityTimeout=seconds)
new = {{"ConditionExpression": "attribute_not_exists(id)"}}
""".format(url=QUEUE + "work")
CALLS = (
    'sqs.send_message(QueueUrl=url, MessageBody="a")',
    'sqs.send_message(QueueUrl=url, MessageBody="b", DelaySeconds=2)',
    "receive()",
    "receive(VisibilityTimeout=1)",
    "receive(WaitTimeSeconds=2)",
    "drop()",
    "give_back(0)",
    "give_back(3)",
    'table.put_item(Item={"id": "1", "at": int(time.time())})',
    'table.put_item(Item={"id": "2", "s": {"x", "y"}}, **new)',
    'table.update_item(Key={"id": "1"}, UpdateExpression="ADD n :x",'
    ' ExpressionAttributeValues={":x": 1})',
    'table.delete_item(Key={"id": "2"})',
    'client.invoke(FunctionName="inner")',
    'client.invoke(FunctionName="inner", InvocationType="Event")',
    'client.invoke(FunctionName="full")',
    's3.put_object(Bucket="photos", Key="k", Body=b"x")',
    'sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:news", Message="m")',
    "time.sleep(0.7)",
)


@st.composite
def scenarios(draw: st.DrawFn) -> dict:
    """Draw what two functions ask for, and when they are called."""
    inner = lab.handler("inner", wait=draw(st.sampled_from([0, 1])))
    full = lab.handler("full", reserved_concurrency=0)
    called = {}
    for name in ("one", "two"):
        lines = draw(st.lists(st.sampled_from(CALLS), min_size=1, max_size=8))
        body = PREPARED + "\n".join(f"refusal(lambda: {line})" for line in lines)
        timeout = draw(st.sampled_from([2, 20]))
        called[function(body, name=name, timeout=timeout)] = draw(
            st.lists(st.sampled_from([0, 0.5, 3]), min_size=1, max_size=2)
        )
    work = lab.queue(
        "work", visibility_timeout=4, max_receive_count=draw(st.sampled_from([None, 2]))
    )
    if draw(st.booleans()):
        work = work.to(inner)
    table = lab.table("t")
    if draw(st.booleans()):
        table = table.to(inner)
    return {
        "target": called,
        "also": [
            inner,
            full,
            work,
            table,
            lab.bucket("photos").to(inner),
            lab.topic("news").to(inner),
        ],
        "until": 200,
        "seed": draw(st.integers(0, 2)),
        "assume": {"sdk.latency": draw(st.sampled_from([0, 0.05, 1.5]))},
    }


@settings(max_examples=15)
@given(scenarios())
def test_the_log_rebuilds_the_world_and_nothing_is_out_of_order(scenario: dict) -> None:
    defaults = {"at": None, "faults": (), "account_concurrency": 1000, "changes": ()}
    planned = plan(**(defaults | scenario))
    play(planned)
    rows = planned.sim.rows
    assert fold(Log(rows)) == planned.sim.world
    assert rows == lab.run(**scenario).log.rows
    for world in worlds(Log(rows)):
        assert problems(world) == []
    for entry in Log(rows):
        assert entry.cause is None or entry.cause < entry.seq
        assert all(seq < entry.seq for seq in entry.given)
        assert entry.rule in TABLE


@settings(max_examples=15)
@given(scenarios())
def test_every_call_is_answered_once_unless_its_process_ended(scenario: dict) -> None:
    run = lab.run(**scenario)
    asked = [
        e.fact.call for e in run.log if isinstance(e.fact, facts.ServiceCalled | facts.CallMade)
    ]
    answered = [e.fact.call for e in run.log if isinstance(e.fact, facts.CallAnswered)]
    assert len(answered) == len(set(answered))
    assert set(answered) <= set(asked)
    if not run.count("timeouts"):
        assert set(answered) == set(asked)


@settings(max_examples=15)
@given(scenarios())
def test_moto_and_the_log_agree_on_what_lies_in_a_table(scenario: dict) -> None:
    defaults = {"at": None, "faults": (), "account_concurrency": 1000, "changes": ()}
    planned = plan(**(defaults | scenario))
    play(planned)
    tables = planned.account.parts.get("dynamodb") or dynamodb.Tables(planned.sim)
    tables.catch_up()
    assert list(dynamodb.differences(tables)) == []
