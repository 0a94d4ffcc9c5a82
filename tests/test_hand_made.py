"""Runs of one function whose numbers were worked out by hand, from the rules alone."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

import lambdalab as lab


def column(run: lab.Run, name: str) -> list[Any]:
    """Give a column of the invocations, with None where there is no number."""
    values = run.table("invocations")[name].tolist()
    return [None if isinstance(x, float) and math.isnan(x) else x for x in values]


def records(run: lab.Run, queue: str) -> list[tuple[float, str, int]]:
    """Say when each record came, its condition, and how many attempts it counts."""
    found = []
    for document in run.delivered(queue):
        context = document["body"]["requestContext"]
        found.append((document["at"], context["condition"], context["approximateInvokeCount"]))
    return found


def reasons(run: lab.Run) -> set[str]:
    """Name the limits that throttled calls."""
    return {json.loads(x.payload)["Reason"] for x in run.responses if x and x.status_code == 429}


BROKEN = "def handler(event, context): raise RuntimeError('no ladder')"


def test_an_init_of_12_s_runs_twice_and_the_second_one_eats_the_time_of_the_handler() -> None:
    body = "import time\ntime.sleep(12)\ndef handler(event, context):\n    time.sleep(1)\n"
    body += "    return context.get_remaining_time_in_millis()"
    run = lab.run(lab.function(body, timeout=30), at=[0, 50])
    assert column(run, "start") == [22, 50]  # 10 given up + 12
    assert column(run, "duration_ms") == [13_000, 1_000]  # the second Init and the handler
    assert column(run, "billed_ms") == [13_000, 1_000]
    assert run.bill.ms == 14_000
    assert column(run, "init_ms") == [None, None]
    assert column(run, "cold") == [True, False]
    assert run.returned == [17_000, 29_000]  # 30 - 12 - 1 and 30 - 1
    (report,) = run.logs("^INIT_REPORT")
    assert report.text == "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout"

    doomed = lab.run(lab.function(body), at=[0, 50])  # 12 s do not fit into 3
    assert column(doomed, "start") == [None, None]
    assert column(doomed, "end") == [13, 53]
    assert column(doomed, "duration_ms") == [3_000, 3_000]
    assert set(column(doomed, "environment")) == {"env-1"}


def test_a_process_that_ends_loses_its_memory_keeps_tmp_and_pays_for_the_next_init() -> None:
    body = """
import os, signal, sys, time
time.sleep(1)
calls = 0
def handler(event, context):
    global calls
    calls += 1
    with open("/tmp/seen", "a") as file:
        file.write(str(event["n"]))
    if event["n"] == 0: sys.exit(0)
    if event["n"] == 2: os._exit(3)
    if event["n"] == 3: os.kill(os.getpid(), signal.SIGTERM)
    return [calls, open("/tmp/seen").read(), context.get_remaining_time_in_millis()]
"""
    run = lab.run(lab.function(body, timeout=5), at=[0, 10, 20, 30, 40])
    assert run.returned[1] == [1, "01", 4_000]
    assert run.returned[4] == [1, "01234", 4_000]
    failures = [x for x in run.returned if isinstance(x, lab.Failure)]
    assert [failure.message.partition("Runtime exited ")[2] for failure in failures] == [
        "without providing a reason",
        "with error: exit status 3",
        "with error: signal: terminated",
    ]
    assert column(run, "init_ms") == [1_000, None, None, None, None]
    assert column(run, "duration_ms") == [0, 1_000, 0, 1_000, 1_000]  # 2 comes to a live process
    assert set(column(run, "environment")) == {"env-1"}


def test_a_modelled_handler_runs_out_of_memory_after_its_init() -> None:
    run = lab.run(lab.handler(wait=1, init=2, memory=128, memory_used=200), at=[0, 10])
    assert column(run, "error_type") == ["Runtime.OutOfMemory"] * 2
    assert column(run, "max_memory_mb") == [128, 128]
    assert column(run, "init_ms") == [2_000, None]
    assert column(run, "duration_ms") == [0, 2_000]  # a suppressed Init
    assert not run.logs("^INIT_REPORT")


def test_a_modelled_handler_draws_how_much_memory_it_needs() -> None:
    needs = lab.choice([60, 100.5, 200])
    run = lab.run(lab.handler(wait=1, memory=128, memory_used=needs), at=range(0, 100, 10))
    killed = column(run, "error_type").index("Runtime.OutOfMemory")
    assert set(column(run, "max_memory_mb")[:killed]) <= {60, 101}
    assert column(run, "max_memory_mb")[killed:] == [128] * (10 - killed)
    assert set(column(run, "status")) == {"success", "error"}


def test_an_event_is_throttled_fails_is_throttled_again_and_both_budgets_hold() -> None:
    body = "import time\ndef handler(event, context):\n    time.sleep(event['busy'])\n"
    body += "    if not event['busy']: raise ValueError('x')"
    keeper = lab.function(
        body, timeout=60, reserved_concurrency=1, on_failure="lost", dead_letter="dead"
    )
    calls = [(0, {"busy": 10}), (74, {"busy": 5})]
    run = lab.run({keeper: calls, lab.event(keeper): [(1, {"busy": 0})]})
    # Tried at 1, 2, 4, 8 and run at 16; tried at 76, 77 and run at 79, when the call makes room.
    starts = zip(column(run, "start"), column(run, "attempt"), column(run, "source"), strict=True)
    assert [(at, n) for at, n, source in starts if source != "call"] == [(16, 1), (79, 2), (199, 3)]
    assert run.metrics["Throttles"] == 6
    assert records(run, "lost") == [(199, "RetriesExhausted", 3)]
    (dead,) = run.delivered("dead")
    assert (dead["at"], dead["body"]) == (199, {"busy": 0})
    assert dead["attributes"]["ErrorCode"] == "200"
    assert dead["attributes"]["ErrorMessage"] == "x"
    ages = [0, 1, 3, 7, 15, 75, 76, 78, 198]
    assert run.metrics["AsyncEventAge"] == pytest.approx(sum(ages) * 1000 / len(ages))


@pytest.mark.parametrize(
    ("age", "at", "condition", "count"),
    [
        (60, 0, "EventAgeExceeded", 1),  # 0 + 60 reaches 60
        (61, 60, "EventAgeExceeded", 2),
        (180, 60, "EventAgeExceeded", 2),  # 60 + 120 reaches 180
        (181, 180, "RetriesExhausted", 3),
    ],
)
def test_an_event_is_given_up_when_the_next_try_would_reach_its_maximum_age(
    age: int, at: float, condition: str, count: int
) -> None:
    run = lab.run(lab.event(lab.function(BROKEN, on_failure="q", maximum_event_age=age)), at=0)
    assert records(run, "q") == [(at, condition, count)]


def test_claimed_concurrency_of_the_guide_leaves_room_for_100_more() -> None:
    reserved = lab.handler("reserved", wait=10, reserved_concurrency=600)
    ready = lab.handler("ready", wait=10)
    live = ready.publish().alias("live", provisioned_concurrency=200)
    other = lab.handler("other", wait=10)
    run = lab.run(other, at=lab.burst(100), also=[reserved, live])
    assert run.metrics["ClaimedAccountConcurrency"] == 900
    assert run.metrics["UnreservedConcurrentExecutions"] == 100
    more = lab.run(other, at=lab.burst(201), also=[reserved, live])
    assert more.metrics["Throttles"] == 1
    assert reasons(more) == {"ConcurrentInvocationLimitExceeded"}


def test_provisioned_first_then_the_reservation_then_429() -> None:
    worker = lab.handler("worker", wait=1, init=2, reserved_concurrency=3)
    live = worker.publish().alias("live", provisioned_concurrency=2)
    run = lab.run(live, at=[0, 0, 0, 0, 5])
    assert [x.status_code for x in run.responses if x] == [200, 200, 200, 429, 200]
    assert column(run, "cold") == [False, False, True, False]
    assert run.table("requests")["done"].tolist() == [1, 1, 3, 0, 6]
    assert reasons(run) == {"ReservedFunctionConcurrentInvocationLimitExceeded"}
    metrics = run.metrics
    assert metrics["ProvisionedConcurrencyInvocations"] == 3
    assert metrics["ProvisionedConcurrencySpilloverInvocations"] == 1
    assert metrics["ProvisionedConcurrencyUtilization"] == 1
    assert column(run, "billed_ms") == [1_000, 1_000, 3_000, 1_000]


def test_a_burst_of_1_500_meets_a_budget_of_1_000_that_gets_back_100_a_second() -> None:
    slow = lab.handler(wait=100)
    run = lab.run(slow, at=[*[0] * 1_500, *[5] * 1_500], account_concurrency=10_000)
    codes = [x.status_code for x in run.responses if x]
    assert (codes[:1_500].count(200), codes[1_500:].count(200)) == (1_000, 500)
    rested = lab.run(slow, at=[*[0] * 1_000, *[50] * 1_500], account_concurrency=10_000)
    assert rested.metrics["Throttles"] == 500  # 50 s have not saved up more than 1,000


@pytest.mark.parametrize(
    ("rate", "seconds", "times"),
    [(4, 1, [0, 0.25, 0.5, 0.75]), (2, 1.2, [0, 0.5, 1]), (0.5, 1, [0]), (0.1, 30, [0, 10, 20])],
)
def test_steady_traffic_sends_what_comes_before_its_end(
    rate: float, seconds: float, times: list[float]
) -> None:
    run = lab.run(lab.handler(), at=lab.steady(rate, seconds))
    assert run.table("requests")["sent"].tolist() == times


def test_the_bill_adds_up_by_hand() -> None:
    body = "import time\ntime.sleep(.25006)\ndef handler(event, context): time.sleep(.10077)"
    made = lab.function(body, memory=1024, ephemeral_storage=1024)
    bill = lab.run(made, at=[0, 1]).bill
    assert bill.ms == 351 + 101  # one rounding of 250.06 + 100.77
    storage = 0.5 * 0.452 * 0.0000000309
    assert float(bill.cost) == pytest.approx(2 * 2e-7 + 0.452 * 0.0000166667 + storage)
    live = lab.handler(wait=1, memory=1024).publish().alias("live", provisioned_concurrency=1)
    ready = lab.run(live, at=0, until=301).bill  # 301 s count as 600
    assert float(ready.cost) == pytest.approx(2e-7 + 0.0000097222 + 600 * 0.0000041667)
    text = "a" * (256 * 1024 - 2)  # with its quotes 256 KB
    sizes = [lab.run(lab.event(lab.handler()), at=[(0, text + x)]).bill.requests for x in ("", "b")]
    assert sizes == [1, 2]


def test_each_line_that_is_printed_is_a_line_of_the_log_and_a_record_is_one() -> None:
    body = """
import logging
def handler(event, context):
    for n in range(3):
        print("tick", n)
    print("two\\nlines")
    for word in ("one", "more"):
        logging.warning(word)
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception("caught")
    return context.invoked_function_arn
"""
    made = lab.function(body, name="talker")
    run = lab.run(made, at=1.5)
    written = [line.text for line in run.logs(None) if line.text.split()[0] not in SERVICE]
    assert written[:5] == ["tick 0", "tick 1", "tick 2", "two", "lines"]
    said = [text.split("\t")[-1].split("\n")[0] for text in written[5:]]
    assert said == ["one", "more", "caught"]
    assert "ZeroDivisionError" in written[-1]
    assert [line.at for line in run.logs("tick")] == [1.5, 1.5, 1.5]
    assert lab.run(made.alias("live"), at=0).returned == [
        "arn:aws:lambda:us-east-1:123456789012:function:talker:live"
    ]


SERVICE = ("INIT_START", "START", "END", "REPORT")


def test_half_of_a_surrogate_pair_comes_back_as_it_was_sent() -> None:
    echo = lab.function("def handler(event, context):\n    return event", name="echo")
    assert lab.run(echo, at=[(0, "é\ud800")]).returned == ["é\ud800"]
