"""One example for each rule of dry runs, client contexts, faults and deletion."""

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.check import problems
from lambdalab.views.replay import worlds
from tests.engine.asking import decided, of, starts

NAP = lab.handler("nap", wait=1)
BOOM = lab.handler("boom", fails=True)
CUSTOM = """
def handler(event, context):
    sent = context.client_context
    return sent and [sent.custom, sent.env, sent.client and sent.client.app_title]
"""


# Ways to call -----------------------------------------------------------------------------------


def test_sync_invoke_types_a_dry_run_runs_nothing() -> None:
    run = lab.run({lab.dry_run(NAP): [0], NAP: [1], lab.event(NAP): [2]})
    assert [r.status_code for r in run.responses] == [204, 200, 202]
    assert run.table("requests").door.tolist() == ["dry run", "call", "event"]
    assert run.returned[0] is None
    assert run.attempts() == 2
    assert lab.run(lab.dry_run(NAP), at=[0]).metrics["Invocations"] == 0


def test_sync_invoke_types_a_dry_run_is_checked_like_a_call() -> None:
    off = NAP.with_(reserved_concurrency=0)
    big = (2, "x" * (6 * 1024 * 1024))
    run = lab.run(lab.dry_run(off), at=[0, big, 10], changes=[(5, off, lab.deleted)])
    assert [r.status_code for r in run.responses] == [204, 413, 404]


def test_sync_client_context_reaches_a_call_but_no_event() -> None:
    fn = lab.function(CUSTOM, on_success="done")
    sent = {"custom": {"page": 1}, "env": {"a": "b"}, "client": {"app_title": "shop"}}
    with_context = lab.payload({"n": 0}, client_context=sent)
    run = lab.run({fn: [0, (1, with_context)], lab.event(fn): [(2, with_context)]})
    assert run.returned[:2] == [None, [{"page": 1}, {"a": "b"}, "shop"]]
    assert run.delivered("done")[0]["body"]["responsePayload"] is None


@pytest.mark.parametrize("context", [{"custom": "x" * 3000}, [1], {"custom": object()}])
def test_sync_client_context_has_a_limit(context: object) -> None:
    with pytest.raises(lab.LabError, match=r"sync\.client-context"):
        lab.payload({}, client_context=context)


def test_a_dry_run_is_of_a_function() -> None:
    with pytest.raises(lab.LabError, match="a function, a version or an alias"):
        lab.dry_run("nap")


# Faults -----------------------------------------------------------------------------------------


def test_async_delivery_at_least_once_the_same_event_runs_twice() -> None:
    source = "def handler(event, context): print('id', context.aws_request_id)"
    fn = lab.function(source)
    run = lab.run(lab.event(fn), at=[0, 5], faults=[lab.duplicate(lab.event(fn), k=0, after=2)])
    assert starts(run) == [0, 2, 5]
    first, again, other = (line.text for line in run.logs("^id"))
    assert first == again != other
    assert len(decided(run, "async.delivery.at-least-once")) == 1
    assert (run.count("ran_twice"), run.attempts("req-1")) == (1, 2)
    assert run.metrics["AsyncEventsReceived"] == 2
    assert run.table("requests").attempts.tolist() == [2, 1]
    assert run.table("invocations").request_id.tolist() == ["req-1", "req-1", "req-2"]


def test_async_delivery_at_least_once_each_delivery_has_its_own_retries() -> None:
    fn = BOOM.with_(on_failure="failed", reserved_concurrency=1)
    run = lab.run(lab.event(fn), at=[0], faults=[lab.duplicate(fn)])
    assert run.attempts() == 6
    ids = [r["body"]["requestContext"]["requestId"] for r in run.delivered("failed")]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert all(problems(world) == [] for world in worlds(run.log))


def test_an_event_that_is_refused_is_not_delivered_at_all() -> None:
    run = lab.run(lab.event(NAP), at=[(0, "x" * 2_000_000)], faults=[lab.duplicate(lab.event(NAP))])
    assert run.attempts() == 0


def test_a_process_crashes_at_the_invocation_that_was_named() -> None:
    source = """
import os
n = len(os.listdir("/tmp"))
def handler(event, context):
    open(f"/tmp/{event['n']}", "w").close()
    return n
"""
    fn = lab.function(source, init=1)
    run = lab.run(fn, at=[0, 10, 20], faults=[lab.crash(fn, attempt=2)])
    assert run.returned[0] == 0
    assert run.returned[1].type == "Runtime.ExitError"
    assert run.returned[2] == 1  # Init has run again, and /tmp was kept
    assert "[you]" in repr(run.why("req-2.error"))
    assert run.table("invocations").duration_ms.tolist() == [0, 0, 1000]


def test_a_process_crashes_right_after_an_effect() -> None:
    source = """
import time
import lambdalab as lab
def handler(event, context):
    lab.effect("charge")
    lab.effect("ship")
    time.sleep(1)
    lab.effect("mail")
"""
    fn = lab.function(source)
    for after, made in (
        ("charge", ["charge", "charge", "ship", "mail"]),
        ("ship", ["charge", "ship", "charge", "ship", "mail"]),
        ("mail", ["charge", "ship", "mail"] * 2),
    ):
        run = lab.run(lab.event(fn), at=[0], faults=[lab.crash(fn, attempt=1, after=after)])
        assert run.effects == made
        assert [x.error_type for x in run.invocations] == ["Runtime.ExitError", ""]
        assert run.invocations[0].end == (1_000_000 if after == "mail" else 0)
    never = lab.run(fn, at=[0, 1], faults=[lab.crash(fn, after="refund")])
    assert never.count("errors") == 0


def test_a_crash_counts_the_invocations_of_all_versions() -> None:
    fn = lab.handler("fn")
    one = fn.publish()
    run = lab.run({fn: [0], one: [1, 2]}, faults=[lab.crash(one, attempt=2)])
    assert [isinstance(r, lab.Failure) for r in run.returned] == [False, True, False]


def test_an_event_whose_process_crashed_is_run_again() -> None:
    run = lab.run(lab.event(NAP), at=[0], faults=[lab.crash(NAP)])
    assert starts(run) == [0, 60]
    assert run.count("processed") == 1


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        (lab.crash, {"function": "nap"}),
        (lab.crash, {"function": NAP, "attempt": 0}),
        (lab.crash, {"function": BOOM}),
        (lab.crash, {"function": NAP, "after": ""}),
        (lab.duplicate, {"target": "nap"}),
        (lab.duplicate, {"target": NAP, "k": -1}),
        (lab.duplicate, {"target": NAP, "after": -1}),
        (lab.duplicate, {"target": lab.queue("q")}),
        (lab.duplicate, {"target": lab.event(BOOM)}),
        (str, {}),
    ],
    ids=lambda x: getattr(x, "__name__", str(x)),
)
def test_a_fault_is_about_something_in_the_run(make: object, settings: dict) -> None:
    with pytest.raises(lab.LabError):
        lab.run(NAP, at=[0], faults=[make(**settings)])


# Deletion ---------------------------------------------------------------------------------------


def test_model_deleted_an_event_that_waits_is_discarded_at_its_next_try() -> None:
    fn = NAP.with_(reserved_concurrency=1, on_failure="failed", dead_letter="dead")
    run = lab.run(lab.event(fn), at=[0, 0], changes=[(0.5, fn, lab.deleted)])
    assert run.attempts() == 1
    (dropped,) = of(run, facts.EventDropped)
    assert (dropped.at, dropped.fact.condition) == (1_000_000, "FunctionDeleted")
    assert run.delivered("failed") == run.delivered("dead") == []
    assert run.count("shut_down") == 1


def test_model_deleted_gives_back_what_was_set_aside() -> None:
    alias = NAP.alias("live", provisioned_concurrency=3)
    other = lab.handler("other", reserved_concurrency=5)
    changes = [(5, NAP, lab.deleted), (5, other, lab.deleted)]
    run = lab.run({alias: [0], other: [0]}, until=10, changes=changes)
    assert run.world(4).set_aside == 8
    assert run.world().set_aside == 0
    assert run.world().environments == {}


def test_async_done_an_event_that_was_processed_leaves_the_queue() -> None:
    run = lab.run(lab.event(NAP), at=[0])
    (done,) = decided(run, "async.done")
    assert (type(done.fact), done.at) == (facts.EventSucceeded, 1_000_000)


# Destinations -----------------------------------------------------------------------------------


def test_dest_format_s3_an_object_for_each_record() -> None:
    failed = lab.bucket("failed")
    fn = BOOM.with_(on_failure=failed, maximum_retry_attempts=0)
    run = lab.run(lab.event(fn), at=[90_061], until=90_061)
    (record,) = run.delivered(failed)
    folder, _, name = record["key"].rpartition("/")
    assert folder == "aws/lambda/async/boom/2026/01/02"
    assert name == "2026-01-02T01.01.01-006d7367-0000-4000-8000-000000000001"
    assert record["body"]["requestContext"]["condition"] == "RetriesExhausted"
    assert record["attributes"] == {}
    assert decided(run, "dest.format.s3")


def test_dest_size_sns_a_large_record_loses_its_payloads() -> None:
    fn = BOOM.with_(on_failure=lab.topic("failed"), maximum_retry_attempts=0)
    run = lab.run(lab.event(fn), at=[(0, "x" * 200_000), (1, "x" * 300_000)])
    small, large = (record["body"] for record in run.delivered("failed"))
    assert "requestPayload" in small
    assert large.keys() == {"version", "timestamp", "requestContext", "responseContext"}
    queue = lab.run(lab.event(fn.with_(on_failure="failed")), at=[(0, "x" * 300_000)])
    assert "requestPayload" in queue.delivered("failed")[0]["body"]
