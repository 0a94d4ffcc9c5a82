"""Scenarios of code that calls services through boto3, as it would be deployed."""

import json
from pathlib import Path

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import of
from tests.sdk.asking import function

pytest.importorskip("boto3")

# The order pipeline: unmodified AWS code --------------------------------------------------------

ACCEPT = """
import json
from pathlib import Path
import os

import boto3
from botocore.exceptions import ClientError

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
sqs = boto3.client("sqs")
url = sqs.get_queue_url(QueueName=os.environ["QUEUE"])["QueueUrl"]


def handler(event, context):
    order = json.loads(event["body"])
    try:
        table.put_item(
            Item={"id": order["id"], "state": "accepted"},
            ConditionExpression="attribute_not_exists(id)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return {"statusCode": 409, "body": json.dumps({"known": order["id"]})}
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(order))
    return {"statusCode": 202, "body": json.dumps({"accepted": order["id"]})}
"""

SHIP = """
import json
from pathlib import Path
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        if order["kg"] > 30:
            raise ValueError("too heavy")
        table.update_item(
            Key={"id": order["id"]},
            UpdateExpression="SET #state = :shipped",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":shipped": "shipped"},
        )
"""


def pipeline() -> lab.Run:
    names = {"TABLE": "orders", "QUEUE": "work"}
    accept = lab.function(ACCEPT, name="accept", timeout=10, environment=names)
    ship = lab.function(SHIP, name="ship", timeout=10, environment=names)
    work = lab.queue("work", visibility_timeout=30, max_receive_count=2, dead_letter="failed")
    orders = [("7", 2), ("8", 99), ("7", 2)]
    posts = [
        (at, lab.request("POST", "/orders", body={"id": id, "kg": kg}))
        for at, (id, kg) in enumerate(orders)
    ]
    return lab.run(
        lab.api(accept), at=posts, also=[work.to(ship, batch_size=1), lab.table("orders")]
    )


def test_an_order_goes_through_the_pipeline_and_a_bad_one_ends_in_the_dead_letter_queue() -> None:
    run = pipeline()
    assert [response.status_code for response in run.responses] == [202, 202, 409]
    states = {}
    for entry in of(run, facts.ItemWritten):
        item = json.loads(entry.fact.item)
        states[item["id"]["S"]] = item["state"]["S"]
    assert states == {"7": "shipped", "8": "accepted"}
    (letter,) = run.delivered("failed")
    assert letter["body"] == {"id": "8", "kg": 99}
    assert run.count("dead_lettered") == 1


def test_why_a_parcel_was_shipped_leads_to_the_request_at_the_front_door() -> None:
    run = pipeline()
    shipped = next(e for e in of(run, facts.ItemWritten) if "shipped" in e.fact.item)
    why = repr(run.why(shipped))
    assert "asks dynamodb for UpdateItem on table:orders" in why
    assert "asks sqs for SendMessage on queue:work" in why
    assert "POST /orders" in why


def test_the_pipeline_writes_the_same_log_every_time() -> None:
    assert list(pipeline().log) == list(pipeline().log)


# X04 --------------------------------------------------------------------------------------------


def test_x04_recursion_through_a_queue_is_stopped_after_sixteen() -> None:
    loop = function(
        """
        for record in event["Records"]:
            boto3.client("sqs").send_message(
                QueueUrl="https://sqs/1/loop", MessageBody=record["body"])
        """,
        name="loop",
    )
    queue = lab.queue("loop", visibility_timeout=30, max_receive_count=3)
    run = lab.run(queue.to(loop, batch_size=1), at=[0])
    assert run.count("started") == 16
    assert run.count("recursive") == 3  # it goes on being received until the limit
    assert run.metrics["RecursiveInvocationsDropped"] > 0
    assert len(run.delivered("loop-dlq")) == 1


@pytest.mark.parametrize("kind", ["RequestResponse", "Event"])
def test_recursion_through_lambda_itself_is_stopped_after_sixteen(kind: str) -> None:
    again = function(
        f"""
        said = refusal(lambda: boto3.client("lambda").invoke(
            FunctionName=context.function_name, InvocationType="{kind}"))
        """,
        name="again",
    )
    run = lab.run(lab.event(again), at=[0])
    assert run.count("started") == 16
    assert run.count("recursive") == 1


# Chains -----------------------------------------------------------------------------------------


def test_in_a_chain_the_outer_times_out_and_the_inner_goes_on() -> None:
    call = 'boto3.client("lambda").invoke(FunctionName="{}")'
    inner = function("import time; time.sleep(5); print('done')", name="inner", timeout=10)
    middle = function(call.format("inner"), name="middle", timeout=4)
    outer = function(call.format("middle"), name="outer", timeout=2)
    run = lab.run(outer, at=[0], also=[middle, inner])
    ended = {x.function: (x.end / 1e6, x.status) for x in run.invocations}
    assert ended == {"outer": (2, "timeout"), "middle": (4, "timeout"), "inner": (5, "success")}
    assert [line.at for line in run.logs("^done")] == [5_000_000]
    heard = {e.fact.request: e.fact.heard for e in of(run, facts.ResponseSent)}
    assert heard == {"req-1": True, "req-2": False, "req-3": False}


# Idempotency ------------------------------------------------------------------------------------

HEAD = """
import boto3, time
import lambdalab as lab
from boto3.dynamodb.conditions import Attr
table = boto3.resource("dynamodb").Table("done")

def is_new(key, **more):
    try:
        table.put_item(Item={"id": key, **more}, ConditionExpression=Attr("id").not_exists())
        return True
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return False

def claim(key, seconds):
    over = Attr("state").eq("busy") & Attr("until").lte(int(time.time()))
    try:
        table.put_item(
            Item={"id": key, "state": "busy", "until": int(time.time() + seconds)},
            ConditionExpression=Attr("id").not_exists() | over)
        return True
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        if table.get_item(Key={"id": key})["Item"]["state"] == "done":
            return False
        raise RuntimeError("somebody is at it")

def handler(event, context):
    for record in event["Records"]:
        work(record["body"])
"""
VARIANTS = {
    "never": """
def work(key):
    lab.effect("begin")
    lab.effect("ship")
    lab.effect("end")
""",
    "before": """
def work(key):
    lab.effect("begin")
    if is_new(key):
        lab.effect("marked")
        lab.effect("ship")
    lab.effect("end")
""",
    "after": """
def work(key):
    lab.effect("begin")
    if "Item" not in table.get_item(Key={"id": key}):
        lab.effect("ship")
        is_new(key)
    lab.effect("end")
""",
    "claim": """
def work(key):
    lab.effect("begin")
    if claim(key, 25):
        lab.effect("claimed")
        lab.effect("ship")
        table.put_item(Item={"id": key, "state": "done"})
    lab.effect("end")
""",
}


def shipped(variant: str, *, crash: str = "", twice: bool = False, latency: float = 0) -> int:
    """Count the parcels of one order, if the first attempt crashes after an effect."""
    worker = lab.function(HEAD + VARIANTS[variant], name=variant, timeout=20)
    queue = lab.queue("work", visibility_timeout=30, max_receive_count=9)
    run = lab.run(
        queue.to(worker, batch_size=1),
        at=[(0, "order-7")] * (1 + twice),
        also=[lab.table("done")],
        faults=[lab.crash(worker, attempt=1, after=crash)] if crash else [],
        assume={"sdk.latency": latency},
    )
    assert run.depth("work") == 0
    return run.effects.count("ship")


@pytest.mark.parametrize(
    ("variant", "crash", "parcels"),
    [
        ("never", "begin", 1),
        ("never", "ship", 2),
        ("never", "end", 2),
        ("before", "begin", 1),
        ("before", "marked", 0),
        ("before", "ship", 1),
        ("before", "end", 1),
        ("after", "begin", 1),
        ("after", "ship", 2),
        ("after", "end", 1),
        ("claim", "begin", 1),
        ("claim", "claimed", 1),
        ("claim", "ship", 2),  # no mark can undo what was done just before the crash
        ("claim", "end", 1),
    ],
)
def test_parcels_by_where_the_first_attempt_crashes(variant: str, crash: str, parcels: int) -> None:
    assert shipped(variant, crash=crash) == parcels


@pytest.mark.parametrize(
    ("variant", "parcels"), [("never", 2), ("before", 1), ("after", 1), ("claim", 1)]
)
def test_parcels_of_an_order_that_is_sent_twice(variant: str, parcels: int) -> None:
    assert shipped(variant, twice=True) == parcels


@pytest.mark.parametrize(("variant", "parcels"), [("before", 1), ("after", 2), ("claim", 1)])
def test_parcels_of_an_order_that_is_worked_on_twice_at_once(variant: str, parcels: int) -> None:
    """Between a look and a write another environment may look as well; a condition cannot lie."""
    assert shipped(variant, twice=True, latency=0.1) == parcels


# From a template --------------------------------------------------------------------------------


def test_a_template_with_unmodified_code_gives_the_log_of_the_same_stack_by_hand() -> None:
    pytest.importorskip("samtranslator")
    folder = Path(__file__).parent / "templates" / "orders"
    stack = lab.load(folder / "template.yaml")
    settings = {"memory": 512, "timeout": 10, "runtime": "python3.14", "handler": "app.handler"}
    names = {"STAGE": "test", "ORDERS_TABLE": "Orders"}
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/Work"
    accept = lab.function(
        folder / "accept", name="Accept", **settings, environment=names | {"WORK_QUEUE": url}
    )
    fulfil = lab.function(folder / "fulfil", name="Fulfil", **settings, environment=names)
    dead = lab.queue("Dead")
    queue = lab.queue("Work", visibility_timeout=60, dead_letter=dead, max_receive_count=3)
    queue = queue.to(fulfil, batch_size=5, report_batch_item_failures=True)
    shop = lab.api("Shop", kind="http").to(accept, routes=["POST /orders"])
    orders = [("1", "apple"), ("2", "unknown"), ("1", "apple")]
    posts = [
        (at, lab.request("POST", "/orders", body={"id": id, "item": item}))
        for at, (id, item) in enumerate(orders)
    ]
    by_template = lab.run(stack["Shop"], at=posts, also=stack)
    by_hand = lab.run(shop, at=posts, also=[lab.table("Orders"), queue, dead])
    assert [r.status_code for r in by_template.responses] == [202, 202, 200]
    assert [item["body"]["id"] for item in by_template.delivered("Dead")] == ["2"]

    def happened(run: lab.Run) -> list[str]:
        settings = "Configured"  # a template gives more of them
        return [f"{e.at} {e.fact}" for e in run.log if settings not in type(e.fact).__name__]

    assert happened(by_template) == happened(by_hand)
