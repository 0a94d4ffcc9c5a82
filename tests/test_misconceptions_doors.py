"""What people believe about callers, nested calls and connections, each refuted by a run."""

import lambdalab as lab

BOOKING = """
import lambdalab as lab
pool = [lab.database("orders", max_connections=50, idle_cutoff=600).connect() for _ in range(2)]
def handler(event, context):
    pool[0].query(seconds=1)
    return "ok"
"""


def test_m07_a_connection_pool_in_a_global_is_one_for_each_environment() -> None:
    """40 environments want 2 connections each; 25 of them get both of the 50."""
    booking = lab.function(BOOKING, name="booking", timeout=10, init=0.1)
    run = lab.run(booking, at=[0] * 40)
    assert run.returned.count("ok") == 25
    assert run.count("refused_connections") == 30  # 15 environments, and the second Init of each
    assert len(run.table("connections")) == 50


def test_m07_provisioned_environments_connect_before_any_traffic() -> None:
    booking = lab.function(BOOKING, name="booking", timeout=10)
    run = lab.run(booking.alias("live", provisioned_concurrency=30), at=[100], until=101)
    assert (run.table("connections").opened == 0).all()
    assert run.count("refused_connections", before=1) == 5


def test_m07_a_frozen_environment_does_not_notice_that_its_connection_is_cut() -> None:
    booking = lab.function(BOOKING, name="booking", timeout=10)
    idle = {"lifecycle.idle": 2700}
    fine, lost = lab.run(booking, at=[0, 1200], assume=idle).returned
    assert (fine, lost.type) == ("ok", "ConnectionLost")
    assert lab.run(booking, at=[0, 590], assume=idle).returned == ["ok", "ok"]


def test_m07_connections_end_with_their_process() -> None:
    source = """
import lambdalab as lab
kept = lab.database("orders", max_connections=1).connect()
def handler(event, context):
    kept.query(seconds=event)
    return "ok"
"""
    run = lab.run(lab.function(source), at=[(0, 0), (10, 9), (20, 0)])
    assert [getattr(x, "type", x) for x in run.returned] == ["ok", "Sandbox.Timedout", "ok"]
    assert run.table("connections").reason.tolist() == ["process ended", ""]


def test_m07_a_connection_in_a_snapshot_is_closed_in_every_environment_made_from_it() -> None:
    booking = lab.function(BOOKING, name="booking", timeout=10, snap_start=True)
    run = lab.run(booking.publish(), at=[0])
    assert run.returned[0].type == "ConnectionLost"
    assert len(run.table("connections")) == 0


def test_m16_waiting_for_another_function_is_not_free() -> None:
    inner = lab.handler(name="inner", wait=5, timeout=10)
    source = "import lambdalab as lab\ndef handler(event, context): return lab.call('inner', event)"
    run = lab.run(lab.function(source, name="outer", timeout=3), at=[0], also=[inner])
    assert (run.bill.ms, run.peak) == (3_000 + 5_000, 2)
    ends = {x.function: (x.end, x.status) for x in run.invocations}
    assert ends == {"outer": (3_000_000, "timeout"), "inner": (5_000_000, "success")}


def test_m28_the_timeout_of_a_caller_does_not_stop_my_function() -> None:
    """504 for the client, and yet two cards are charged."""
    charge = """
import time
import lambdalab as lab
def handler(event, context):
    time.sleep(40)
    lab.effect("charge card")
    return {"statusCode": 200}
"""
    slow = lab.function(charge, name="slow", timeout=60)
    run = lab.run(lab.caller(lab.api(slow, timeout=29), retries="once"), at=[0])
    assert run.responses[0].status_code == 504
    assert run.count("charge card") == run.count("processed") == 2
    assert run.table("effects")["at"].tolist() == [40, 69]
    assert run.bill.ms == 80_000


def test_m29_a_loop_is_stopped_after_sixteen_unless_nobody_looks() -> None:
    source = """
import time
import lambdalab as lab
def handler(event, context):
    time.sleep(1)
    lab.call(lab.event("thumbnail"), event)
"""
    thumbnail = lab.event(lab.function(source, name="thumbnail"))
    seen = lab.run(thumbnail, at=[0], until=60)
    unseen = lab.run(thumbnail, at=[0], until=60, assume={"recursion.limit": None})
    assert (seen.count("started"), unseen.count("started")) == (16, 61)


def test_m30_a_mark_before_the_work_loses_it_and_a_mark_after_it_repeats_it() -> None:
    """The first attempt dies between the two steps; the event is tried again."""
    source = """
import os, time
import lambdalab as lab
def once(name):
    if not os.path.exists("/tmp/marked"):
        lab.effect(name)
def mark(event):
    open("/tmp/marked", "w").close()
def ship(event):
    once("ship")
def die_once():
    if not os.path.exists("/tmp/died"):
        open("/tmp/died", "w").close()
        time.sleep(9)
def handler(event, context):
    {first}(event)
    die_once()
    {second}(event)
"""
    before = lab.function(source.format(first="mark", second="ship"), name="before")
    after = lab.function(source.format(first="ship", second="mark"), name="after")
    lost, twice = (lab.run(lab.event(fn), at=[0]) for fn in (before, after))
    assert (len(lost.effects), twice.count("ship")) == (0, 2)
    assert twice.table("effects").attempt.tolist() == [1, 2]
    assert lost.count("processed") == twice.count("processed") == 1
