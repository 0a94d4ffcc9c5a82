"""One example for each rule that follows from others, named after its id.

Nothing is decided by these rules, so no entry names them: what they say is seen in a run.
"""

import json
from itertools import pairwise

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.rules import INIT_CPU, TABLE
from tests.engine.asking import of, report, starts

BOOM = lab.handler("boom", fails=True)
NAP = lab.handler("nap", wait=1)
MIB = 1024 * 1024


def code(body: str, **settings: object) -> lab.Function:
    """Make a function of the lines of its handler."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return lab.function(f"import os, sys, time\ndef handler(event, context):\n{lines}", **settings)


def failure(function: lab.Function) -> dict:
    """Call a function once and decode the document of its error."""
    response = lab.run(function, at=[0]).responses[0]
    assert (response.status_code, response.function_error) == (200, "Unhandled")
    return json.loads(response.payload)


def record(function: lab.Function, at: list | None = None) -> dict:
    """Send a function one event and return the only record of it."""
    (found,) = lab.run(lab.event(function), at=at or [0]).delivered("records")
    return found["body"]


# What survives, and what does not ---------------------------------------------------------------

RESETS = """
import os, time
n = 0
time.sleep(0.5)
def handler(event, context):
    global n
    n += 1
    found = os.listdir("/tmp")
    open(f"/tmp/{event['n']}", "w").close()
    if event["n"] == 1: time.sleep(9)
    return [n, found]
"""


def test_lifecycle_state_globals_and_lifecycle_state_tmp_stay_in_their_environment() -> None:
    run = lab.run(lab.function(RESETS, timeout=20), at=[0, 10, 10])
    assert run.returned == [[1, []], [2, ["0"]], [1, []]]


def test_lifecycle_invoke_reset_tmp_survives_and_lifecycle_invoke_reset_globals_lost() -> None:
    run = lab.run(lab.function(RESETS), at=[0, 10, 20])
    assert run.returned[1].type == "Sandbox.Timedout"
    assert run.returned[2] == [1, ["0", "1"]]


def test_lifecycle_invoke_reset_same_env_reused_and_no_init_duration_is_shown() -> None:
    run = lab.run(lab.function(RESETS), at=[0, 10, 20])
    assert {x.environment for x in run.invocations} == {"env-1"}
    assert ["Init Duration" in line for line in report(run)] == [True, False, False]
    assert run.invocations[2].duration == 500_000


def test_lifecycle_freeze_background_work_goes_on_in_the_next_invocation_or_never() -> None:
    body = "import threading\nthreading.Timer(5, print, ['late']).start()"
    assert [line.at for line in lab.run(code(body), at=[0, 60]).logs("late")] == [60]
    assert list(lab.run(code(body), at=[0], until=300).logs("late")) == []


def test_lifecycle_init_timeout_short_function_timeout_fails_again_and_again() -> None:
    run = lab.run(lab.handler(init=11, timeout=3), at=[0, 20, 40])
    assert [r.type for r in run.returned] == ["Sandbox.Timedout"] * 3


def test_lifecycle_shutdown_when_idle_recycled_or_after_a_failure() -> None:
    changes = [(5, NAP, {"memory": 512})]
    run = lab.run(NAP, at=[0, 6], until=1000, changes=changes)
    reasons = [(e.at, e.fact.reason) for e in of(run, facts.EnvironmentShutDown)]
    assert reasons == [(5_000_000, "UPDATE"), (367_000_000, "SPINDOWN")]
    late = lab.run(lab.handler(wait=9, timeout=1), at=[0])
    assert [e.fact.reason for e in of(late, facts.EnvironmentReset)] == ["TIMEOUT"]


def test_lifecycle_shutdown_no_runtime_event_nothing_runs_at_the_end() -> None:
    source = """
import atexit, time
atexit.register(print, "bye")
def handler(event, context):
    try:
        time.sleep(9 if event["n"] else 0)
    finally:
        print("finally")
"""
    run = lab.run(lab.function(source), at=[0, 1], until=1000)
    assert run.count("shut_down") == 1
    assert [line.text for line in run.logs("bye|finally")] == ["finally"]  # of the first call


# Concurrency, scaling, throttles ----------------------------------------------------------------


def test_concurrency_definition_requests_in_flight_each_in_an_environment() -> None:
    run = lab.run(lab.handler(wait=10), at=[0, 1, 2, 15])
    assert run.concurrency()[:4] == [(0, 1), (1, 2), (2, 3), (10, 2)]
    assert (run.peak, run.count("environments")) == (3, 3)


def test_scaling_down_unused_environments_end_and_frozen_ones_cost_nothing() -> None:
    run = lab.run(NAP, at=[0] * 5 + [300], until=700)
    assert [len(run.world(at).environments) for at in (2, 359, 362, 662)] == [5, 5, 1, 0]
    assert run.bill.ms == 6000


def test_throttle_http_and_throttle_body_of_a_call_that_did_not_run() -> None:
    run = lab.run(NAP.with_(reserved_concurrency=1), at=[0, 0])
    refused = run.responses[1]
    assert refused.status_code == 429
    assert refused.payload == (
        '{"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded", '
        '"Type": "User", "message": "Rate Exceeded."}'
    )
    assert (run.count("environments"), run.bill.requests) == (1, 1)
    assert (run.metrics["Invocations"], run.metrics["Errors"]) == (1, 0)


def test_sync_throttle_metrics_one_throttle_and_nothing_else() -> None:
    metrics = lab.run(NAP.with_(reserved_concurrency=0), at=[0]).metrics
    assert metrics["Throttles"] == 1
    assert "Invocations" not in metrics
    assert "Errors" not in metrics


def reasons(run: lab.Run) -> set[str]:
    return {r.reason for r in run.returned if isinstance(r, lab.Failure)}


def test_throttle_reasons_and_throttle_reason_mapping_and_sync_throttle_reason() -> None:
    fast = lab.handler(wait=0.001)
    calls = lab.steady(400, seconds=2)
    found = [
        reasons(lab.run(NAP, at=[0, 0], account_concurrency=1)),
        reasons(lab.run(NAP.with_(reserved_concurrency=1), at=[0, 0])),
        reasons(lab.run(fast, calls, account_concurrency=10)),
        reasons(lab.run(fast.with_(reserved_concurrency=10), calls)),
    ]
    assert found == [
        {"ConcurrentInvocationLimitExceeded"},
        {"ReservedFunctionConcurrentInvocationLimitExceeded"},
        {"FunctionInvocationRateLimitExceeded"},
        {"ReservedFunctionInvocationRateLimitExceeded"},
    ]


def test_scaling_rate_refill_and_scaling_rate_exceeded_and_sync_scale_rate() -> None:
    slow = lab.handler(wait=100, timeout=200)
    at = [0.0] * 1001 + [0.005, 0.01, 0.01, 1.01]
    run = lab.run(slow, at, account_concurrency=10_000)
    codes = [response.status_code for response in run.responses]
    # A hundred a second come back, one every 10 ms, and what is refused does not wait.
    assert codes == [200] * 1000 + [429, 429, 200, 429, 200]


def test_scaling_rps_not_per_env_limit_reserved_rps_and_sync_rate_rps() -> None:
    fast = lab.handler(wait=0.001, reserved_concurrency=2)
    one_environment = [k / 50 for k in range(50)]  # 50 calls a second, one after the other
    run = lab.run(fast, one_environment)
    assert run.count("environments") == 1
    assert run.metrics["Throttles"] == 50 - 20 - 19  # 20 at once, and 20 a second up to 0.98 s
    busy = fast.with_(reserved_concurrency=5)
    assert lab.run(busy, one_environment).metrics["Throttles"] == 0


def test_concurrency_pc_still_cold_while_an_environment_gets_ready_again() -> None:
    source = (
        "import os, time\ntime.sleep(2)\ndef handler(event, context): os._exit(event['n'] == 0)"
    )
    live = lab.function(source).alias("live", provisioned_concurrency=1)
    run = lab.run(live, at=[0, 1])
    assert run.table("invocations").init_type.tolist() == ["provisioned-concurrency", "on-demand"]
    assert run.count("cold") == 1


def test_metric_pc_minute_example_one_call_a_minute_that_takes_two() -> None:
    long = lab.handler("long", wait=120, timeout=200).alias("live", provisioned_concurrency=2)
    series = lab.run(long, at=[0, 60, 120, 180]).metrics.series()
    assert series["ProvisionedConcurrentExecutions"].tolist()[:4] == [1, 2, 2, 2]
    assert series["ProvisionedConcurrencyInvocations"].tolist()[:4] == [1] * 4


def test_sync_invoke_qualifier_a_version_or_an_alias_or_latest() -> None:
    fn = code("return [context.function_version, context.invoked_function_arn]", name="fn")
    one = fn.publish()
    run = lab.run({fn: [0], one: [0], fn.alias("live", one): [0]})
    assert [version for version, _ in run.returned] == ["$LATEST", "1", "1"]
    names = [arn.partition(":function:")[2] for _, arn in run.returned]
    assert names == ["fn", "fn:1", "fn:live"]
    assert [response.executed_version for response in run.responses] == ["$LATEST", "1", "1"]


# Time and memory --------------------------------------------------------------------------------


def test_cold_memory_init_flat_and_cold_memory_init_cpu() -> None:
    source = "import lambdalab as lab\nlab.cpu(0.4)\ndef handler(event, context): lab.cpu(0.1)"
    runs = [lab.run(lab.function(source, memory=mb), at=[0]) for mb in (128, 1024)]
    assert [run.invocations[0].init_duration for run in runs] == [400_000] * 2
    assert runs[0].invocations[0].duration > 10 * 100_000  # of the handler, which is throttled
    assert TABLE[INIT_CPU.id].value is False


@pytest.mark.parametrize(("memory", "share"), [(128, 0.0724), (256, 0.1447), (884, 0.4997)])
def test_limit_cpu_below_one_vcpu_a_thread_gets_its_share(memory: int, share: float) -> None:
    run = lab.run(lab.handler(cpu=1, memory=memory, timeout=60), at=[0])
    assert 1_000_000 / run.invocations[0].duration == pytest.approx(share, abs=0.0001)


def test_limit_context_deadline_the_remaining_time_is_derived_from_it() -> None:
    fn = code("time.sleep(1.25)\nreturn context.get_remaining_time_in_millis()", timeout=5)
    assert lab.run(fn, at=[7]).returned == [3750]


def test_limit_payload_sync_6_mb_and_limit_payload_async_1_mb() -> None:
    fn = lab.handler()
    sizes = [(0, "x" * (6 * MIB - 2)), (1, "x" * (6 * MIB - 1))]
    assert [r.status_code for r in lab.run(fn, at=sizes).responses] == [200, 413]
    events = [(0, "x" * (MIB - 2)), (1, "x" * (MIB - 1))]
    assert [r.status_code for r in lab.run(lab.event(fn), at=events).responses] == [202, 413]


def test_limit_client_context_3583_bytes_in_base64() -> None:
    lab.payload({}, client_context={"custom": "x" * 2670})  # 2,684 bytes, 3,580 in base64
    with pytest.raises(lab.LabError, match="3,583 bytes"):
        lab.payload({}, client_context={"custom": "x" * 2674})


# What a caller is told --------------------------------------------------------------------------


def test_invoke_status_codes_of_a_call_an_event_and_a_dry_run() -> None:
    run = lab.run({NAP: [0], BOOM: [1], lab.event(BOOM): [2], lab.dry_run(BOOM): [3]})
    assert [r.status_code for r in run.responses] == [200, 200, 202, 204]
    assert [r.function_error for r in run.responses] == [None, "Unhandled", None, None]


def test_sync_invoke_event_response_empty() -> None:
    response = lab.run(lab.event(BOOM), at=[0]).responses[0]
    assert response == lab.Response(202, None, "", None)
    assert response.log_tail is None or "START" in response.log_tail


def test_sync_invoke_logtail_ends_with_the_report() -> None:
    tail = lab.run(code("print('hello')"), at=[0]).responses[0].log_tail
    assert [line.split()[0] for line in tail.splitlines()] == ["START", "hello", "END", "REPORT"]


def test_sync_response_null_for_a_handler_that_returns_nothing() -> None:
    assert lab.run(code("pass"), at=[0]).responses[0].payload == "null"


def test_sync_no_service_retry_a_failed_call_runs_once() -> None:
    assert lab.run(BOOM, at=[0], until=22_000).attempts() == 1


def test_sync_error_python_shape_and_log_error_payload() -> None:
    document = failure(code("raise KeyError('bad')"))
    assert list(document) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert (document["errorMessage"], document["errorType"]) == ("'bad'", "KeyError")
    assert document["requestId"].endswith("1")
    assert len(document["stackTrace"]) == 1  # the runtime's own frames are left out


def test_sync_error_python_init_requestid_is_empty() -> None:
    document = failure(lab.function("import nowhere\ndef handler(event, context): pass"))
    assert list(document) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert document["requestId"] == ""


def test_sync_error_python_faults_have_names_of_their_own(tmp_path: object) -> None:
    texts = {
        "Runtime.ImportModuleError": "import nowhere\ndef handler(event, context): pass",
        "Runtime.UserCodeSyntaxError": "def handler(event, context) pass",
        "Runtime.HandlerNotFound": "def other(event, context): pass",
        "Runtime.MarshalError": "def handler(event, context): return {1, 2}",
    }
    for error_type, text in texts.items():
        path = tmp_path / f"{error_type[8:].lower()}.py"
        path.write_text(text)
        assert failure(lab.function(path))["errorType"] == error_type


def test_sync_error_marshal_a_set_is_no_json() -> None:
    document = failure(code("return {1, 2}"))
    assert document["errorType"] == "Runtime.MarshalError"
    assert document["errorMessage"].startswith("Unable to marshal response:")


def test_log_timeout_payload_names_the_request_and_the_timeout() -> None:
    assert failure(code("time.sleep(9)", timeout=1)) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: 00726571-0000-4000-8000-000000000001 "
        "Error: Task timed out after 1.00 seconds",
    }


# Logs -------------------------------------------------------------------------------------------


def words(run: lab.Run) -> list[str]:
    return [line.text.split()[0] for line in run.logs()]


def test_lifecycle_init_timeout_log_and_log_start_after_a_suppressed_init() -> None:
    run = lab.run(lab.handler(init=11, wait=1, timeout=15), at=[0])
    assert words(run) == ["INIT_START", "INIT_REPORT", "START", "END", "REPORT"]
    init, start, end = (run.logs(word)[0] for word in ("^INIT_REPORT", "^START", "^END"))
    assert init.text == "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout"
    assert (init.at, start.at, end.at) == (10, 21, 22)
    (line,) = report(run)
    assert "\tDuration: 12000.00 ms\tBilled Duration: 12000 ms\t" in line
    assert "Init Duration" not in line
    assert run.table("requests").latency.tolist() == [22]


def test_lifecycle_init_error_billing_only_the_second_init_is_in_report() -> None:
    source = "import time\ntime.sleep(0.25)\nimport nowhere\ndef handler(event, context): pass"
    run = lab.run(lab.function(source), at=[0])
    (line,) = report(run)
    assert "\tDuration: 250.00 ms\tBilled Duration: 250 ms\t" in line
    assert "Init Duration" not in line


def test_log_init_start_log_end_and_log_default_format_is_text() -> None:
    run = lab.run(NAP, at=[0])
    first, start, end, last = (line.text for line in run.logs())
    assert first.startswith("INIT_START Runtime Version: python:3.14.v")
    assert "\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:" in first
    id = "00726571-0000-4000-8000-000000000001"
    assert start == f"START RequestId: {id} Version: $LATEST"
    assert end == f"END RequestId: {id}"
    assert last.startswith(f"REPORT RequestId: {id}\t")


def test_log_report_duration_two_decimals_and_log_report_init_scope() -> None:
    run = lab.run(lab.handler(wait=0.0123456, init=0.1234567), at=[0, 1])
    first, second = report(run)
    assert "\tDuration: 12.35 ms\tBilled Duration: 136 ms\t" in first
    assert "\tInit Duration: 123.46 ms\t" in first
    assert "Init Duration" not in second


def test_log_crash_old_new_report_ends_with_the_error_type() -> None:
    (line,) = report(lab.run(code("sys.exit(1)"), at=[0]))
    assert line.endswith("\tStatus: error\tError Type: Runtime.ExitError\t")


def test_log_retry_same_id_shows_in_three_groups() -> None:
    run = lab.run(lab.event(BOOM), at=[0])
    groups = [line.text.split()[2] for line in run.logs("^(START|END)")]
    assert len(groups) == 6
    assert len(set(groups)) == 1


# The event door ---------------------------------------------------------------------------------


def test_throttle_async_up_to_six_hours_at_growing_intervals() -> None:
    # Whatever else runs keeps the only unit busy for the whole day.
    hog = lab.handler("hog", wait=900, timeout=900)
    waits = lab.handler("waits")
    target = {hog: [900 * k for k in range(30)], lab.event(waits): [1]}
    run = lab.run(target, account_concurrency=1, until=26_000)
    tries = [e.at // 1_000_000 for e in of(run, facts.RequestThrottled)]
    assert [b - a for a, b in pairwise(tries[:11])] == [
        1, 2, 4, 8, 16, 32, 64, 128, 256, 300,
    ]  # fmt: skip
    assert 21_300 < tries[-1] < 21_601
    assert run.count("dropped", before=21_602) == 1


def test_throttle_async_function_error_twice_after_one_and_two_minutes() -> None:
    assert starts(lab.run(lab.event(BOOM), at=[0])) == [0, 60, 180]


def test_metric_async_has_five_metrics() -> None:
    off = BOOM.with_(on_failure=lab.queue("f"), dead_letter=lab.queue("d"))
    faults = [lab.denied(lab.queue("f")), lab.denied(lab.queue("d"))]
    metrics = lab.run(lab.event(off), at=[0], faults=faults).metrics
    assert {name: metrics[name] for name in metrics if name[0] in "AD" and name != "Duration"} == {
        "AsyncEventsReceived": 1,
        "AsyncEventAge": 80_000,
        "AsyncEventsDropped": 1,
        "DestinationDeliveryFailures": 1,
        "DeadLetterErrors": 1,
    }


def test_async_zero_reserved_metrics_and_async_zero_reserved_record() -> None:
    off = BOOM.with_(reserved_concurrency=0, on_failure="records")
    metrics = lab.run(lab.event(off), at=[0]).metrics
    assert (metrics["AsyncEventsReceived"], metrics["AsyncEventsDropped"]) == (1, 1)
    assert "Throttles" not in metrics
    body = record(off)
    assert body.keys() == {"version", "timestamp", "requestContext", "requestPayload"}
    assert body["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert body["requestContext"]["approximateInvokeCount"] == 0


def test_async_queue_age_out_and_async_concurrency_events_expire_before_they_run() -> None:
    slow = lab.handler(wait=50, timeout=90, reserved_concurrency=1, maximum_event_age=60)
    run = lab.run(lab.event(slow), at=[0] * 100)
    assert [r.status_code for r in run.responses] == [202] * 100  # as many as come are accepted
    assert (run.count("processed"), run.count("dropped"), run.peak) == (1, 99, 1)


def test_async_queue_new_code_applies_to_events_that_wait() -> None:
    old = code("raise ValueError('old')", name="fn", on_success="records")
    new = "def handler(event, context): return 'new'"
    run = lab.run(lab.event(old), at=[0], changes=[(30, old, {"code": new})])
    assert [r["body"]["responsePayload"] for r in run.delivered("records")] == ["new"]


def test_async_config_scope_a_version_has_its_own_but_for_the_dead_letter_queue() -> None:
    fn = BOOM.with_(dead_letter="dead", on_failure="records")
    version = fn.publish(maximum_retry_attempts=0, on_failure="own")
    run = lab.run({lab.event(fn): [0], lab.event(version): [0]})
    assert (run.attempts("req-1"), run.attempts("req-2")) == (3, 1)
    assert (len(run.delivered("records")), len(run.delivered("own"))) == (1, 1)
    assert len(run.delivered("dead")) == 2


def test_open_async_backoff_factor_doubles_without_jitter() -> None:
    nap = lab.handler(wait=100, timeout=200, reserved_concurrency=1)
    tries = of(lab.run(lab.event(nap), at=[0, 0]), facts.RequestThrottled)
    assert [e.at // 1_000_000 for e in tries] == [0, 1, 3, 7, 15, 31, 63]
    trebling = lab.run(lab.event(nap), at=[0, 0], assume={"open.async.backoff-factor": 3})
    tries = of(trebling, facts.RequestThrottled)
    assert [e.at // 1_000_000 for e in tries] == [0, 1, 4, 13, 40]


def test_open_async_wait_origin_is_the_end_of_the_attempt() -> None:
    door = lab.event(lab.handler(wait=20, fails=True))
    assert starts(lab.run(door, at=[0])) == [0, 80, 220]
    assert starts(lab.run(door, at=[0], assume={"open.async.wait-origin": "start"})) == [0, 60, 180]


def test_open_async_wait_origin_at_the_start_of_a_long_attempt_leaves_no_wait() -> None:
    door = lab.event(lab.handler(wait=90, fails=True))
    run = lab.run(door, at=[0], assume={"open.async.wait-origin": "start"})
    assert starts(run) == [0, 90, 210]


def test_open_async_counter_mix_errors_and_throttles_do_not_know_each_other() -> None:
    fn = lab.handler("fn", wait=1, fails=True)
    closed, opened = {"reserved_concurrency": 0}, {"reserved_concurrency": None}
    changes = [(30, fn, closed), (62, fn, opened), (130, fn, closed), (190, fn, opened)]
    run = lab.run(lab.event(fn), at=[0], changes=changes)
    tries = [e.at // 1_000_000 for e in of(run, facts.RequestThrottled)]
    # Tried again at 61: throttled, runs at 62. Then at 183: waits of 1, 2 and 4 s, anew.
    assert tries == [61, 183, 184, 186]
    assert starts(run) == [0, 62, 190]
    assert run.count("dropped") == 1


def test_open_async_queue_rate_is_not_limited_and_open_async_duplicates_are_none() -> None:
    run = lab.run(lab.event(NAP), at=[0] * 900)
    assert (run.peak, run.count("started", before=1), run.count("ran_twice")) == (900, 900, 0)


# Destinations and dead letters ------------------------------------------------------------------

FAILING = BOOM.with_(on_failure="records")


@pytest.mark.parametrize(
    ("function", "condition", "count"),
    [
        (NAP.with_(on_success="records"), "Success", 1),
        (FAILING, "RetriesExhausted", 3),
        (FAILING.with_(maximum_retry_attempts=0), "RetriesExhausted", 1),
        (FAILING.with_(maximum_event_age=60), "EventAgeExceeded", 1),
        (FAILING.with_(maximum_event_age=90), "EventAgeExceeded", 2),
        (FAILING.with_(reserved_concurrency=0), "ZeroReservedConcurrency", 0),
    ],
)
def test_dest_record_condition_and_dest_record_count(
    function: lab.Function, condition: str, count: int
) -> None:
    context = record(function)["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == (condition, count)


def test_dest_record_function_error_and_dest_record_response_are_json() -> None:
    good = record(lab.handler("ok", returns={"a": [1]}, on_success="records"))
    assert good["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert good["responsePayload"] == {"a": [1]}
    bad = record(FAILING)
    assert bad["responseContext"]["functionError"] == "Unhandled"
    assert bad["responseContext"]["statusCode"] == 200
    assert bad["responsePayload"]["errorType"] == "WorkFailed"


def test_dest_record_arn_has_the_qualifier_even_if_none_was_given() -> None:
    live = FAILING.alias("live")
    run = lab.run({lab.event(FAILING): [0], lab.event(live): [1]})
    arns = [r["body"]["requestContext"]["functionArn"] for r in run.delivered("records")]
    assert [arn.rpartition(":")[2] for arn in arns] == ["$LATEST", "live"]


@pytest.mark.parametrize(
    "settings",
    [{}, {"maximum_event_age": 60}, {"reserved_concurrency": 0}],
    ids=["retries", "age", "zero"],
)
def test_dlq_when_and_dlq_and_destination_and_open_dlq_order(settings: dict) -> None:
    fn = FAILING.with_(dead_letter="dead", **settings)
    run = lab.run(lab.event(fn), at=[0])
    sent = of(run, facts.DocumentSent)
    assert [e.fact.target for e in sent] == ["queue:records", "queue:dead"]
    assert sent[0].at == sent[1].at
    other = lab.run(lab.event(fn), at=[0], assume={"open.dlq-order": "dead_letter"})
    assert [e.fact.target for e in of(other, facts.DocumentSent)] == ["queue:dead", "queue:records"]
    assert run.delivered("dead")[0]["body"] == {"n": 0}
    assert "requestContext" in run.delivered("records")[0]["body"]


def test_dlq_scope_is_the_event_door_alone() -> None:
    fn = BOOM.with_(dead_letter="dead")
    run = lab.run({fn: [0], lab.event(fn): [0]})
    assert len(run.delivered("dead")) == 1
    assert run.delivered("dead")[0]["attributes"]["RequestID"].endswith("2")


def test_open_async_age_for_throttle_such_a_record_tells_of_no_response() -> None:
    fn = lab.handler("fn", wait=300, timeout=900, reserved_concurrency=1, on_failure="records")
    fn = fn.with_(maximum_event_age=60)
    (found,) = lab.run(lab.event(fn), at=[0, 0]).delivered("records")
    assert found["body"].keys() == {"version", "timestamp", "requestContext", "requestPayload"}
    assert found["body"]["requestContext"]["condition"] == "EventAgeExceeded"
    assert found["body"]["requestContext"]["approximateInvokeCount"] == 0


def test_open_async_dest_latency_is_none() -> None:
    run = lab.run(lab.event(lab.handler(wait=2, on_success="records")), at=[0])
    assert [r["at"] for r in run.delivered("records")] == [2]
