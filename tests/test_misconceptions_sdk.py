"""Beliefs about code that calls services, as experiments with real boto3."""

import pytest

import lambdalab as lab
from tests.sdk.asking import function

pytest.importorskip("boto3")


def test_m07_a_pool_in_a_global_just_works() -> None:
    """Each environment has a pool of its own, and the database counts them all."""
    booking = lab.function(
        """
import boto3
import lambdalab as lab
database = lab.database("orders", max_connections=50, idle_cutoff=600)
pool = [database.connect() for _ in range(2)]
table = boto3.resource("dynamodb").Table("bookings")
def handler(event, context):
    pool[0].query(seconds=1)
    table.put_item(Item={"id": str(event["n"])})
    return "ok"
""",
        name="booking",
        timeout=10,
    )
    run = lab.run(booking, at=[0] * 40, also=[lab.table("bookings")])
    assert run.count("refused_connections") >= 15  # of 80 that were wanted, 50 are there
    assert run.returned.count("ok") == 25
    later = lab.run(
        booking, at=[0, 1000], also=[lab.table("bookings")], assume={"lifecycle.idle": 2000}
    )
    assert later.returned[0] == "ok"
    assert later.returned[1].type.endswith("ConnectionLost")


def test_m29_aws_will_stop_my_recursion() -> None:
    """Only through services that carry the chain on, and only after about sixteen rounds."""
    thumbnail = function(
        """
        import time
        time.sleep(0.1)
        boto3.client("s3").put_object(Bucket="photos", Key="small-cat.jpg", Body=b"...")
        """,
        name="thumbnail",
    )
    started = {}
    for guard in (16, None):
        run = lab.run(
            lab.bucket("photos").to(thumbnail),
            at=[(0, "cat.jpg")],
            until=60,
            assume={"recursion.limit": guard},
        )
        started[guard] = run.count("started")
    assert started == {16: 16, None: 601}
    unseen = function(
        """
        import time
        time.sleep(1)
        boto3.resource("dynamodb").Table("t").put_item(Item={"id": str(time.time())})
        """
    )
    run = lab.run(lab.table("t").to(unseen, batch_size=1), at=[0], until=40)
    assert run.count("started") > 16  # a loop through a table is not seen


def test_m30_i_log_the_id_first_so_i_am_idempotent() -> None:
    """Marked before the work, a crash loses it; marked after, a crash repeats it."""
    head = """
import boto3
import lambdalab as lab
from botocore.exceptions import ClientError
table = boto3.resource("dynamodb").Table("orders")
def mark(key):
    try:
        table.put_item(Item={"id": key}, ConditionExpression="attribute_not_exists(id)")
        return True
    except ClientError:
        return False
"""
    bodies = {
        "never": "lab.effect('pack'); lab.effect('ship')",
        "before": "mark(key) and (lab.effect('pack'), lab.effect('ship'))",
        "after": (
            "'Item' in table.get_item(Key={'id': key}) or "
            "(lab.effect('pack'), lab.effect('ship'), mark(key))"
        ),
    }
    parcels = {}
    for name, body in bodies.items():
        lines = "def handler(event, context):\n    key = event['Records'][0]['body']\n    "
        code = f"{head}\n{lines}{body}\n"
        worker = lab.function(code, name=name, timeout=10)
        queue = lab.queue(visibility_timeout=30, max_receive_count=5).to(worker, batch_size=1)
        for point in ("pack", "ship"):
            run = lab.run(
                queue,
                at=[(0, "order-7")],
                also=[lab.table("orders")],
                faults=[lab.crash(worker, attempt=1, after=point)],
            )
            parcels[name, point] = run.effects.count("ship")
    assert parcels == {
        ("never", "pack"): 1,
        ("never", "ship"): 2,
        ("before", "pack"): 0,  # lost
        ("before", "ship"): 1,
        ("after", "pack"): 1,
        ("after", "ship"): 2,  # twice
    }
