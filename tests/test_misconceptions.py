"""What many people believe of Lambda, as experiments: each shows what is true instead.

Two beliefs are left to later: connection pools (M07) and functions that call functions (M16, M17).
"""

import pytest

import lambdalab as lab
from tests.engine.asking import starts

NAP = lab.handler("nap", wait=1)
BOOM = lab.handler("boom", fails=True)


def words(returned: list) -> list:
    """Show what was returned, a failure by its type."""
    return [getattr(value, "type", value) for value in returned]


# Environments and what survives -----------------------------------------------------------------


def test_m01_not_each_invocation_starts_clean() -> None:
    source = """
import time
n = 0
def handler(event, context):
    global n; n += 1; time.sleep(0.5); return n
"""
    assert lab.run(lab.function(source), at=[0, 1, 2, 2]).returned == [1, 2, 3, 1]


def test_m02_tmp_is_not_empty_when_i_start() -> None:
    source = """
def handler(event, context):
    with open(f"/tmp/{context.aws_request_id}", "wb") as file:
        file.truncate(100 * 1024 * 1024)  # as long as if it were written, and at once
"""
    *five, sixth = lab.run(lab.function(source), at=range(6)).returned
    assert five == [None] * 5
    assert sixth == lab.Failure("OSError", "[Errno 28] No space left on device")


def test_m02_tmp_survives_a_timeout_that_globals_do_not() -> None:
    source = """
import os, time
n = 0
def handler(event, context):
    global n; n += 1
    found = os.listdir("/tmp")
    open(f"/tmp/{event['n']}", "w").close()
    time.sleep(9 if event["n"] == 0 else 0)
    return [n, found]
"""
    run = lab.run(lab.function(source), at=[0, 10])
    assert words(run.returned) == ["Sandbox.Timedout", [1, ["0"]]]


def test_m03_one_warm_instance_does_not_serve_everybody() -> None:
    run = lab.run(NAP, at=[0, 10, 20, 20, 20, 20, 20])
    assert run.count("cold") == 5
    assert [run.count("cold", before=20), run.count("cold", after=20)] == [1, 4]


def test_m04_a_five_minute_ping_keeps_one_environment_warm() -> None:
    ping = [300 * k for k in range(12)]
    run = lab.run(NAP, at=ping + [1807] * 10)
    assert run.count("cold", after=1800) == 9
    assert run.count("cold", before=1800) == 1
    # The ping itself is in the way of a burst at the same moment.
    assert lab.run(NAP, at=ping + [1800] * 10).count("cold", after=1800) == 10


def test_m05_no_idle_lifetime_is_promised_and_answers_do_not_depend_on_it() -> None:
    nap = lab.handler(wait=1, returns="ok")
    runs = [
        lab.run(nap, at=[0, 500, 1400, 2300], assume={"lifecycle.idle": idle})
        for idle in (300, 600, 2700)
    ]
    assert [run.count("cold") for run in runs] == [4, 3, 1]
    assert [run.returned for run in runs] == [["ok"] * 4] * 3


def test_m06_background_work_stops_when_i_return_and_goes_on_in_the_next_invocation() -> None:
    source = """
import threading
def handler(event, context):
    threading.Timer(5, lambda: print("email sent")).start()
    return "accepted"
"""
    hasty = lab.function(source)
    run = lab.run(hasty, at=[0, 60])
    assert run.returned == ["accepted"] * 2
    (sent,) = run.logs("email")
    assert sent.at == 60
    second = [line.text.partition(" ")[0] for line in run.logs() if line.at == 60]
    assert second == ["START", "email", "END", "REPORT"]
    assert run.log[sent.seq].fact.request == "req-2"
    assert list(lab.run(hasty, at=[0]).logs("email")) == []


# Clocks: Init, timeout, failure -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("init", "timeout", "returned", "billed"),
    [
        (4, 3, "ok", 4_100),  # a normal Init has a clock of its own, and costs
        (11, 3, "Sandbox.Timedout", 3_000),  # the second Init does not fit into 3 s
        (11, 15, "ok", 11_100),  # the second one fits: 11 + 0.1; the first 10 s are not billed
    ],
)
def test_m08_init_is_neither_free_nor_under_my_timeout(
    init: int, timeout: int, returned: str, billed: int
) -> None:
    run = lab.run(lab.handler(wait=0.1, returns="ok", init=init, timeout=timeout), at=[0])
    assert words(run.returned) == [returned]
    assert run.bill.ms == billed


def test_m09_after_a_timeout_the_next_call_is_no_normal_warm_call() -> None:
    source = """
import time
def handler(event, context):
    if event["n"] == 1: raise ValueError("bad record")
    time.sleep(9 if event["n"] == 2 else 1.5); return "ok"
"""
    run = lab.run(lab.function(source, init=2, timeout=3), at=[0, 10, 20, 30, 40])
    assert words(run.returned) == ["ok", "ValueError"] + ["Sandbox.Timedout"] * 3
    assert run.count("environments") == 1
    reports = [line.text for line in run.logs("^REPORT")]
    assert ["Init Duration" in text for text in reports] == [True] + [False] * 4


def test_m09_after_an_exception_it_is() -> None:
    source = """
n = 0
def handler(event, context):
    global n; n += 1
    if event["n"] == 0: raise ValueError("bad record")
    return n
"""
    assert words(lab.run(lab.function(source), at=[0, 10]).returned) == ["ValueError", 2]


# Capacity ---------------------------------------------------------------------------------------


def test_m10_reserved_is_the_cap_and_provisioned_is_what_is_warm() -> None:
    targets = (NAP.with_(reserved_concurrency=5), NAP.alias("live", provisioned_concurrency=5))
    runs = [lab.run(target, at=[0] * 8) for target in targets]
    assert [(run.count("cold"), run.count("throttled")) for run in runs] == [(5, 3), (3, 0)]


def test_m11_provisioned_concurrency_does_not_end_cold_starts() -> None:
    live = NAP.alias("live", provisioned_concurrency=5)
    spilled = lab.run(live, at=[0] * 8)
    assert spilled.metrics["ProvisionedConcurrencySpilloverInvocations"] == 3
    assert spilled.count("cold") == 3
    assert lab.run(NAP, at=[0] * 8, also=[live]).count("cold") == 8  # $LATEST has none of it
    # Scaling by a target that starts from zero stays at zero: there is nothing to measure.
    scaled = NAP.alias("live").auto_scaled(1, 10, target=0.7)
    from_zero = lab.run(scaled, at=[60 * k for k in range(10) for _ in range(5)])
    assert from_zero.metrics["ProvisionedConcurrencyInvocations"] == 0


def test_m12_lambda_does_not_scale_without_limit() -> None:
    pool = lab.run(lab.handler(wait=5), at=[0] * 1500)
    assert (pool.count("started"), pool.count("throttled")) == (1000, 500)
    at_once = lab.run(lab.handler(wait=5), at=[0] * 3000, account_concurrency=10_000)
    assert (at_once.count("started"), at_once.count("throttled")) == (1000, 2000)
    # Little's law asks for 200 x 0.05 = 10 units, which it has; but 10 units allow 100 a second.
    short = lab.handler(wait=0.05).with_(reserved_concurrency=10)
    run = lab.run(short, lab.steady(200, seconds=5))
    assert run.peak == 10
    assert run.count("throttled") == 401  # of 1,000: 100 at once, and one each 10 ms up to 4.99 s


def test_m13_other_functions_take_my_concurrency() -> None:
    report = lab.handler("report", wait=60)
    checkout = lab.handler("checkout", wait=0.2)

    def throttled(report: lab.Function) -> int:
        calls = {report: [0] * 200, checkout: lab.steady(5, seconds=20)}
        return lab.run(calls, account_concurrency=200).of(checkout).count("throttled")

    assert throttled(report) == 100
    assert throttled(report.with_(reserved_concurrency=100)) == 0
    with pytest.raises(lab.LabError, match=r"concurrency\.unreserved\.minimum"):
        throttled(report.with_(reserved_concurrency=101))


def test_m14_a_throttle_is_no_error_in_my_logs() -> None:
    run = lab.run(NAP.with_(reserved_concurrency=1), at=[0, 0, 0])
    shown = {name: run.metrics[name] for name in ("Invocations", "Errors", "Throttles")}
    assert shown == {"Invocations": 1, "Errors": 0, "Throttles": 2}
    assert len(run.logs("^START")) == 1
    switched_off = lab.run(lab.event(NAP.with_(reserved_concurrency=0)), at=[0])
    assert "Throttles" not in switched_off.metrics


# Money ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("memory", "seconds", "gb_s"),
    [(128, 13.82, 1.728), (512, 3.455, 1.728), (1769, 1, 1.728), (3538, 1, 3.455)],
)
def test_m15_more_memory_does_not_cost_more_until_there_is_a_whole_vcpu(
    memory: int, seconds: float, gb_s: float
) -> None:
    run = lab.run(lab.handler(cpu=1, memory=memory, timeout=60), at=[0])
    assert run.table("invocations").duration_ms[0] / 1000 == pytest.approx(seconds, abs=0.001)
    assert run.bill.gb_s == pytest.approx(gb_s, abs=0.001)


def test_m15_waiting_only_gets_dearer() -> None:
    cost = {
        memory: lab.run(lab.handler(wait=1, memory=memory), at=[0]).bill.gb_s
        for memory in (128, 1024)
    }
    assert cost == {128: 0.125, 1024: 1}


# Doors: who called decides who retries ----------------------------------------------------------


def test_m18_neither_202_nor_200_means_that_it_worked() -> None:
    event = lab.run(lab.event(BOOM), at=[0]).responses[0]
    assert event == lab.Response(202, None, "", None)
    call = lab.run(BOOM, at=[0]).responses[0]
    assert (call.status_code, call.function_error) == (200, "Unhandled")


def test_m19_returning_status_code_500_is_a_success() -> None:
    polite = lab.handler(returns={"statusCode": 500})
    assert [lab.run(lab.event(fn), at=[0]).attempts() for fn in (polite, BOOM)] == [1, 3]


def test_m20_events_may_wait_for_hours_and_then_be_dropped() -> None:
    slow = lab.handler(wait=60, timeout=90, reserved_concurrency=1, maximum_event_age=3600)
    run = lab.run(lab.event(slow), at=[0] * 500, until=7200)
    assert (run.count("processed"), run.count("dropped")) == (15, 485)
    # All that wait try again in step, and one of them finds room: at 63 s after six throttles,
    # then after 64, 128 and 256 s, and from then on every 300 s.
    assert starts(run) == [0, 63, 127, 255, 511, *range(811, 3600, 300)]
    assert run.count("dropped", before=3511) == 0
    assert run.count("dropped", after=3512) == 0


def test_m20_a_successful_event_may_arrive_twice() -> None:
    charge = lab.event(lab.handler("charge", wait=1))
    run = lab.run(charge, at=[0], faults=[lab.duplicate(charge)])
    assert (run.count("ran_twice"), run.metrics["Errors"]) == (1, 0)


def test_m21_the_functions_dead_letter_queue_is_for_events_only() -> None:
    boom = BOOM.with_(dead_letter="fn-dlq")
    assert lab.run(boom, at=[0], until=600).delivered("fn-dlq") == []
    (letter,) = lab.run(lab.event(boom), at=[0], until=600).delivered("fn-dlq")
    assert (letter["at"], letter["body"]) == (180, {"n": 0})


# Queues -----------------------------------------------------------------------------------------


def test_m22_a_queue_does_not_wait_for_room() -> None:
    queue = lab.queue("labels", visibility_timeout=30, max_receive_count=1)
    one = lab.handler(wait=10, reserved_concurrency=1)
    run = lab.run(queue.to(one, batch_size=1), at=[0] * 12)
    assert (run.depth("labels-dlq"), run.count("processed"), run.count("errors")) == (4, 8, 0)
    assert run.attempts("msg-4") == 0
    held = lab.run(queue.to(one, batch_size=1, maximum_concurrency=2), at=[0] * 12)
    assert (held.depth("labels-dlq"), held.count("processed")) == (0, 12)


def test_m23_a_loan_as_long_as_the_timeout_is_not_long_enough() -> None:
    slow = lab.handler(wait=50, timeout=60, reserved_concurrency=2)
    twice = {}
    for visibility in (60, 360):
        queue = lab.queue(visibility_timeout=visibility, max_receive_count=5)
        run = lab.run(queue.to(slow, batch_size=1), at=[0] * 6)
        twice[visibility] = (run.count("ran_twice"), run.count("errors"))
    assert twice == {60: (3, 0), 360: (0, 0)}


def test_m24_a_batch_fails_as_a_whole_unless_the_failures_are_listed() -> None:
    torn = lab.handler(fails=lambda body: body == "m7")
    queue = lab.queue("mail", visibility_timeout=30, max_receive_count=3)
    sent = [(0, f"m{k}") for k in range(10)]
    whole = lab.run(queue.to(torn), at=sent)
    assert whole.table("messages").receives[:10].tolist() == [3] * 10
    assert whole.depth("mail-dlq") == 10
    partial = lab.run(queue.to(torn, report_batch_item_failures=True), at=sent)
    assert partial.table("messages").receives[:10].tolist() == [1] * 7 + [3, 1, 1]
    assert [letter["body"] for letter in partial.delivered("mail-dlq")] == ["m7"]


def test_m25_fifo_is_neither_one_at_a_time_nor_exactly_once() -> None:
    queue = lab.queue("steps", fifo=True, visibility_timeout=30, max_receive_count=3)
    sent = [(0, lab.message(body, group=body[0])) for body in ("a1", "a2", "b1", "b2", "c1")]
    step = lab.handler(wait=1, fails=lambda body: body == "a1")
    run = lab.run(queue.to(step, batch_size=1), at=sent)
    messages = run.table("messages")
    assert messages.left[:5].tolist() == [90, 91, 1, 2, 1]
    assert messages.receives[:5].tolist() == [3, 1, 1, 1, 1]
    assert run.peak == 3


# Streams ----------------------------------------------------------------------------------------


def test_m26_a_bad_record_hurts_those_behind_it() -> None:
    torn = lab.handler(fails=lambda data: data == "r13")
    sent = [(0, f"r{k}") for k in range(40)]
    stream = lab.stream("scans", shards=2)

    def ends(**settings: object) -> tuple[int, int]:
        run = lab.run(stream.to(torn, batch_size=10, **settings), at=sent, until=3600)
        return run.count("processed"), run.count("discarded")

    assert ends() == (28, 0)
    assert ends(maximum_retry_attempts=3) == (30, 10)
    assert ends(bisect_batch_on_function_error=True) == (28, 0)
    assert ends(bisect_batch_on_function_error=True, maximum_retry_attempts=3) == (39, 1)


def test_m27_neither_shards_nor_a_factor_help_one_busy_key() -> None:
    peaks = {}
    for keys in (1, 8):
        sent = [(0, lab.record(f"r{k}", key=f"k{k % keys}")) for k in range(80)]
        mapped = lab.stream(shards=4).to(
            lab.handler(wait=1), batch_size=1, parallelization_factor=2
        )
        peaks[keys] = lab.run(mapped, at=sent).peak
    assert peaks == {1: 1, 8: 8}


# When not Lambda --------------------------------------------------------------------------------


def test_m31_lambda_is_not_always_the_cheaper_one() -> None:
    track = lab.handler(wait=0.1, memory=1024)

    def months(at: object) -> list[float]:
        return list(lab.run(track, at).bill.compare(span=2, at_once=10).usd_per_month[:2])

    here, there = months(lab.steady(50, seconds=2))
    assert there < here / 6
    again, tenfold = months([0] * 100)  # as many requests, all at once
    assert (again, tenfold) == (here, pytest.approx(10 * there, abs=0.05))


def test_m32_a_function_that_is_kept_warm_keeps_no_state() -> None:
    source = """
import time
seen = 0
def handler(event, context):
    global seen; seen += 1; time.sleep(0.5); return seen
"""
    warm = lab.function(source)
    assert lab.run(warm, at=[0, 0, 300, 300]).returned == [1, 1, 2, 2]  # two memories
    aged = lab.run(warm, at=range(0, 7300, 300), assume={"lifecycle.env.max_age": 7200})
    assert aged.returned[-1] == 1  # and no environment lives for ever, however busy


def test_m33_a_job_of_hours_needs_no_longer_timeout() -> None:
    with pytest.raises(lab.LabError, match="1 to 900 seconds"):
        lab.handler(timeout=3 * 3600)
    run = lab.run(lab.event(lab.handler("plan", wait=3 * 3600, timeout=900)), at=[0])
    assert (run.attempts(), run.count("timeouts"), run.count("processed")) == (3, 3, 0)
    assert run.bill.ms == 2_700_000
