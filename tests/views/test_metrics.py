"""What CloudWatch would show of a run: one example for each rule, and what holds for every run."""

import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine.rules import TABLE
from lambdalab.views.datapoints import METRICS, RESOLUTION
from lambdalab.views.replay import worlds


def shaky(**settings: object) -> lab.Function:
    """Make a function that fails when its payload says so."""
    return lab.handler(wait=1, fails=lambda event: bool(event.get("bad")), **settings)


# One example for each rule ----------------------------------------------------------------------


def test_metric_invocations_counts_what_ran_well_or_badly_and_nothing_else() -> None:
    too_large = "x" * (6 * 1024 * 1024)
    run = lab.run(shaky(reserved_concurrency=1), at=[0, 0, (2, {"bad": 1}), (4, too_large)])
    assert [r.status_code for r in run.responses] == [200, 429, 200, 413]
    assert run.metrics["Invocations"] == 2
    assert run.metrics["Invocations"] == run.bill.requests


def test_metric_invocations_counts_an_invocation_whose_init_failed() -> None:
    broken = lab.function("import nothing_of_this_name\ndef handler(event, context): pass")
    metrics = lab.run(broken, at=[0]).metrics
    assert (metrics["Invocations"], metrics["Errors"]) == (1, 1)


def test_metric_errors_counts_exceptions_timeouts_and_exits() -> None:
    source = """
import sys, time
def handler(event, context):
    [lambda: None, lambda: 1 / 0, lambda: time.sleep(9), lambda: sys.exit(1)][event["n"]]()
"""
    metrics = lab.run(lab.function(source, timeout=3), at=[0, 10, 20, 30]).metrics
    assert (metrics["Invocations"], metrics["Errors"]) == (4, 3)


def test_metric_errors_are_stamped_when_the_call_was_made() -> None:
    late = lab.handler(wait=20, init=2, fails=True)
    series = lab.run(late, at=[50]).metrics.series()
    assert series["Errors"].tolist() == [1, 0]
    assert series["Invocations"].tolist() == [1, 0]
    assert series["ConcurrentExecutions"].tolist() == [1, 1]  # it is at work in both minutes


def test_metric_throttles_counts_refusals_and_they_are_in_nothing_else() -> None:
    metrics = lab.run(lab.handler(wait=1, reserved_concurrency=1), at=[0, 0, 0]).metrics
    assert (metrics["Throttles"], metrics["Invocations"], metrics["Errors"]) == (2, 1, 0)
    none = lab.run(lab.handler(reserved_concurrency=0), at=[0]).metrics
    assert (none["Throttles"], none["Invocations"]) == (1, 0)


def test_metric_duration_leaves_the_init_of_a_cold_start_out() -> None:
    metrics = lab.run(lab.handler(wait=0.5, init=0.4), at=[0, 1]).metrics
    assert metrics["Duration"] == 500.0


def test_metric_duration_has_a_suppressed_init_in_it() -> None:
    source = "import time\ntime.sleep(1)\ndef handler(e, c): time.sleep(5 if e['n'] == 0 else 0.5)"
    run = lab.run(lab.function(source, timeout=3), at=[0, 10])
    assert run.metrics.series(period=10)["Duration"].tolist() == [3000.0, 1500.0]
    assert run.metrics["Duration"] == 2250.0


def test_metric_duration_supports_percentiles() -> None:
    source = "import time\ndef handler(e, c): time.sleep((e['n'] + 1) / 1000)"
    metrics = lab.run(lab.function(source), at=[10 * k for k in range(1000)]).metrics
    assert metrics["Duration"] == 500.5
    found = [metrics.percentile("Duration", p) for p in (0.1, 50, 99, 99.9, 100)]
    assert found == [1.0, 500.0, 990.0, 999.0, 1000.0]
    assert lab.run(lab.handler(), at=[]).metrics.percentile("Duration", 99) == 0
    for name, p in (("Errors", 99), ("Duration", 0), ("Duration", 101), ("Duration", True)):
        with pytest.raises(lab.LabError, match=r"allowed: .*\n  try:"):
            metrics.percentile(name, p)


def test_metric_concurrent_is_a_maximum_for_each_function_and_for_all() -> None:
    a, b = lab.handler("a", wait=10), lab.handler("b", wait=10)
    metrics = lab.run({a: [0, 5, 20], b: [12, 25]}).metrics
    assert metrics["ConcurrentExecutions"] == 2
    assert metrics.of(a)["ConcurrentExecutions"] == 2
    assert metrics.of("b")["ConcurrentExecutions"] == 1


def test_metric_concurrent_counts_a_request_from_its_init_on() -> None:
    series = lab.run(lab.handler(wait=1, init=9), at=[0]).metrics.series(period=1)
    assert series["ConcurrentExecutions"].tolist() == [1] * 10


def test_metric_concurrent_what_ends_at_t_makes_room_at_t() -> None:
    metrics = lab.run(lab.handler(wait=1), at=[0, 1, 2]).metrics
    assert metrics["ConcurrentExecutions"] == 1
    assert metrics.series(period=1)["ConcurrentExecutions"].tolist() == [1, 1, 1]


def test_metric_concurrent_sees_a_request_that_takes_no_time() -> None:
    metrics = lab.run(lab.handler(), at=[0, 0]).metrics
    assert metrics["ConcurrentExecutions"] == 1
    assert metrics.series()["Invocations"].tolist() == [2]


def test_metric_unreserved_is_of_the_region_and_leaves_reserved_functions_out() -> None:
    own, shared = lab.handler("own", wait=5, reserved_concurrency=2), lab.handler("shared", wait=5)
    metrics = lab.run({own: [0, 0], shared: [0, 1, 2]}).metrics
    assert metrics["UnreservedConcurrentExecutions"] == 3
    assert metrics["ConcurrentExecutions"] == 5
    assert "UnreservedConcurrentExecutions" not in metrics.of(shared)
    assert "UnreservedConcurrentExecutions" not in lab.run(own, at=[0]).metrics


def test_metric_claimed_is_all_reservations_and_the_unreserved_ones_at_work() -> None:
    """The documented example without its 200 provisioned units: 600 reserved + 100 in flight."""
    own, shared = lab.handler("own", reserved_concurrency=600), lab.handler("shared", wait=1)
    metrics = lab.run({shared: [0] * 100, own: [0.5]}).metrics
    assert metrics["ClaimedAccountConcurrency"] == 700
    assert "ClaimedAccountConcurrency" not in metrics.of("own")
    assert lab.run(own, at=[]).metrics["ClaimedAccountConcurrency"] == 600  # without any traffic


def test_metric_resolution_is_a_minute() -> None:
    assert RESOLUTION.value == 60
    run = lab.run(shaky(), at=[0, (59.9, {"bad": 1}), 61, (200, {"bad": 1})])
    series = run.metrics.series()
    assert series.index.tolist() == [0, 60, 120, 180]
    assert series["Invocations"].tolist() == [2, 1, 0, 1]
    assert series["Errors"].tolist() == [1, 0, 0, 1]
    assert series["Throttles"].tolist() == [0, 0, 0, 0]
    assert series["Duration"].isna().tolist() == [False, False, True, False]
    assert series["ConcurrentExecutions"].tolist() == [1, 1, 0, 1]


def test_metric_pc_minute_example_for_a_plain_function() -> None:
    """One call per minute, two minutes each: Max 1 then 2, 2; Sum 1 each minute.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
    """
    run = lab.run(lab.handler(wait=120), at=[0, 60, 120, 180])
    series = run.metrics.series(period=60)
    assert series["ConcurrentExecutions"].tolist() == [1, 2, 2, 2, 1]
    assert series["Invocations"].tolist() == [1, 1, 1, 1, 0]
    later = lab.run(lab.handler(wait=120), at=[30, 90, 150]).metrics.series()
    assert later["ConcurrentExecutions"].tolist() == [1, 2, 2, 2, 1]
    assert later["Invocations"].tolist() == [1, 1, 1, 0, 0]


def test_metric_cold_none_there_is_no_metric_of_cold_starts() -> None:
    run = lab.run(lab.handler(wait=1, init=1), at=[0])
    with pytest.raises(lab.LabError, match="there is no metric 'ColdStarts'"):
        run.metrics["ColdStarts"]
    assert len(run.logs("Init Duration")) == run.count("cold") == 1  # where it is derived from


# Events and provisioned concurrency -------------------------------------------------------------

BOOM = lab.handler("boom", fails=True)


def test_metric_async_received_once_for_each_event() -> None:
    metrics = lab.run(lab.event(BOOM), at=[0]).metrics
    assert metrics["AsyncEventsReceived"] == 1
    assert (metrics["Invocations"], metrics["Errors"]) == (3, 3)


def test_metric_async_age_at_each_try_throttled_ones_too() -> None:
    failing = lab.run(lab.event(BOOM), at=[0]).metrics
    assert failing["AsyncEventAge"] == (0 + 60_000 + 180_000) / 3
    nap = lab.handler("nap", wait=60, timeout=90, reserved_concurrency=1)
    tries = [0, 0, 1, 3, 7, 15, 31, 63]
    metrics = lab.run(lab.event(nap), at=[0, 0]).metrics
    assert metrics["AsyncEventAge"] == sum(tries) * 1000 / len(tries)
    assert metrics["Throttles"] == 6


def test_metric_async_dropped_counts_what_was_given_up() -> None:
    assert lab.run(lab.event(BOOM), at=[0]).metrics["AsyncEventsDropped"] == 1
    blocked = BOOM.with_(reserved_concurrency=0)
    metrics = lab.run(lab.event(blocked), at=[0]).metrics
    assert (metrics["AsyncEventsReceived"], metrics["AsyncEventsDropped"]) == (1, 1)
    assert "Throttles" not in metrics


def test_metric_dest_failures_and_metric_dlq_errors() -> None:
    failed, dead = lab.queue("failed"), lab.queue("dead")
    fn = BOOM.with_(on_failure=failed, dead_letter=dead)
    metrics = lab.run(lab.event(fn), [0], faults=[lab.denied(failed), lab.denied(dead)]).metrics
    assert (metrics["DestinationDeliveryFailures"], metrics["DeadLetterErrors"]) == (1, 1)


def test_metric_dlq_errors_alone() -> None:
    dead = lab.queue("dead")
    fn = BOOM.with_(dead_letter=dead)
    metrics = lab.run(lab.event(fn), [0], faults=[lab.denied(dead)]).metrics
    assert (metrics["DestinationDeliveryFailures"], metrics["DeadLetterErrors"]) == (0, 1)


def test_metric_pc_invocations_and_spillover_are_all_invocations() -> None:
    alias = lab.handler("nap", wait=1).alias("live", provisioned_concurrency=5)
    metrics = lab.run(alias, at=[0] * 8).metrics
    assert metrics["ProvisionedConcurrencyInvocations"] == 5
    assert metrics["ProvisionedConcurrencySpilloverInvocations"] == 3
    assert metrics["Invocations"] == 8


def test_concurrency_pc_spillover_is_counted_for_the_alias() -> None:
    nap = lab.handler("nap", wait=1)
    alias = nap.alias("live", provisioned_concurrency=1)
    run = lab.run({nap: [0], alias: [0, 0]})
    assert run.metrics.of(alias)["Invocations"] == 2
    assert run.metrics.of(alias)["ProvisionedConcurrencySpilloverInvocations"] == 1
    assert run.metrics.of(nap)["Invocations"] == 3


def test_metric_pc_executions_are_the_provisioned_ones_at_work() -> None:
    alias = lab.handler("nap", wait=1).alias("live", provisioned_concurrency=10)
    metrics = lab.run(alias, at=[0] * 7).metrics
    assert metrics["ProvisionedConcurrentExecutions"] == 7


# What can be asked ------------------------------------------------------------------------------


def test_a_metric_without_a_datapoint_reads_0_and_is_not_in() -> None:
    metrics = lab.run(lab.handler(wait=1), at=[0]).metrics
    assert metrics["Throttles"] == metrics["Errors"] == 0
    assert "Throttles" not in metrics
    assert "Errors" not in metrics
    assert list(metrics) == [
        "Invocations",
        "Duration",
        "ConcurrentExecutions",
        "UnreservedConcurrentExecutions",
        "ClaimedAccountConcurrency",
    ]
    assert dict(metrics.items())["Invocations"] == 1
    assert len(metrics) == 5
    empty = lab.run(lab.handler(), at=[]).metrics
    assert (list(empty), empty["Duration"], len(empty.series())) == ([], 0, 0)


def test_an_unknown_metric_lists_the_known_ones() -> None:
    metrics = lab.run(lab.handler(), at=[0]).metrics
    with pytest.raises(lab.LabError, match="Invocations, Errors, Throttles, Duration"):
        metrics["Latency"]
    assert "Latency" not in metrics


def test_a_function_is_known_by_its_value_its_name_or_as_the_only_one_without_a_name() -> None:
    fn, other = lab.handler(wait=1), lab.handler("other")
    metrics = lab.run({fn: [0], other: [0, 0]}).metrics
    assert metrics.of(fn)["Invocations"] == metrics.of("function")["Invocations"] == 1
    assert metrics.of(other)["Invocations"] == 2
    two = lab.run({fn: [0], lab.handler(wait=2): [0]}).metrics
    assert two.of("function-2")["Duration"] == 2000
    assert two.of(fn)["Duration"] == 1000
    for nobody in (lab.handler(wait=1), "nobody", 3):
        with pytest.raises(lab.LabError, match=r"allowed: function, function-2\n  try:"):
            two.of(nobody)


@pytest.mark.parametrize("period", [0, -1, True, "60", float("nan"), float("inf")])
def test_a_period_is_a_length_of_time(period: object) -> None:
    metrics = lab.run(lab.handler(), at=[0]).metrics
    with pytest.raises(lab.LabError, match="seconds, above 0"):
        metrics.series(period)


def test_a_period_may_be_short_and_need_not_divide_anything() -> None:
    series = lab.run(lab.handler(wait=0.5), at=[0, 1.2]).metrics.series(period=0.7)
    assert series.index.tolist() == [0.0, 0.7, 1.4]
    assert series["Invocations"].tolist() == [1, 1, 0]


def test_a_reservation_is_still_claimed_at_the_last_entry() -> None:
    series = lab.run(lab.handler(wait=1, reserved_concurrency=3), at=[0, 59]).metrics.series()
    assert series["ClaimedAccountConcurrency"].tolist() == [3, 3]  # the run ends at 60 s
    assert series["ConcurrentExecutions"].tolist() == [1, 0]


def test_a_run_that_was_cut_has_the_concurrency_of_what_still_runs() -> None:
    metrics = lab.run(lab.handler(wait=500), at=[0, 70], until=100).metrics
    assert (metrics["Invocations"], metrics["ConcurrentExecutions"]) == (0, 2)
    assert metrics.series()["ConcurrentExecutions"].tolist() == [1, 2]


def test_it_shows_itself_in_aligned_lines_and_as_a_table_without_ids() -> None:
    metrics = lab.run(lab.handler("greet", wait=12.345, reserved_concurrency=1), [0, 0]).metrics
    assert (
        repr(metrics)
        == """\
Invocations                        1  sum
Errors                             0  sum
Throttles                          1  sum
Duration                   12,345.00  ms, average
ConcurrentExecutions               1  maximum
ClaimedAccountConcurrency          1  maximum"""
    )
    html = metrics.of("greet")._repr_html_()
    assert html.count("<tr>") == 6
    assert "id=" not in html
    assert html == metrics.of("greet")._repr_html_()


def test_it_is_a_value_that_can_be_kept_with_its_run() -> None:
    run = lab.run(lab.handler(wait=1), at=[0])
    metrics = run.metrics
    kept = pickle.loads(pickle.dumps(run))
    assert kept.metrics == metrics
    assert repr(kept.metrics) == repr(metrics)


# Laws -------------------------------------------------------------------------------------------

SETTINGS = st.fixed_dictionaries(
    {
        "wait": st.sampled_from([0, 0.1, 2, 90]),
        "init": st.sampled_from([0, 0.4, 11]),
        "fails": st.sampled_from([False, True, 0.5]),
        "timeout": st.sampled_from([1, 60]),
        "memory": st.sampled_from([128, 1000, 1769]),
        "ephemeral_storage": st.sampled_from([512, 700]),
        "reserved_concurrency": st.sampled_from([None, None, 0, 2]),
    }
)
TIMES = st.lists(st.integers(0, 600).map(lambda quarters: quarters / 4), max_size=8)


@st.composite
def runs(draw: st.DrawFn) -> lab.Run:
    """Run one to three functions with random traffic; cut some of the runs."""
    names = ("a", "b", "c")[: draw(st.integers(1, 3))]
    targets = {lab.handler(name, **draw(SETTINGS)): draw(TIMES) for name in names}
    until = draw(st.sampled_from([None, 0, 61.5, 1000]))
    return lab.run(targets, until=until, account_concurrency=draw(st.sampled_from([107, 1000])))


def functions(run: lab.Run) -> list[str]:
    return list(run.world().functions)


@given(runs())
def test_counters_are_additive_over_functions_and_periods(run: lab.Run) -> None:
    metrics = run.metrics
    parts = [metrics.of(name) for name in functions(run)]
    for name in ("Invocations", "Errors", "Throttles"):
        assert sum(part[name] for part in parts) == metrics[name]
        assert metrics.series(period=7)[name].sum() == metrics[name]
    weighted = sum(part["Duration"] * part["Invocations"] for part in parts)
    assert weighted == pytest.approx(metrics["Duration"] * metrics["Invocations"])


@given(runs())
def test_counters_are_what_the_run_counts(run: lab.Run) -> None:
    metrics = run.metrics
    assert metrics["Invocations"] == sum(x.end is not None for x in run.invocations)
    assert metrics["Errors"] == run.count("errors")
    assert metrics["Throttles"] == run.count("throttled")


@given(runs())
def test_concurrency_is_what_the_world_holds(run: lab.Run) -> None:
    metrics = run.metrics
    everybody = unreserved = claimed = 0
    each = dict.fromkeys(functions(run), 0)
    for world in worlds(run.log):
        busy = {f.name: len(f.in_flight) for f in world.functions.values()}
        each.update((name, max(each[name], n)) for name, n in busy.items())
        everybody = max(everybody, sum(busy.values()))
        unreserved = max(unreserved, len(world.unreserved_in_flight))
        claimed = max(claimed, len(world.unreserved_in_flight) + world.set_aside)
    assert metrics["ConcurrentExecutions"] == everybody
    assert metrics["UnreservedConcurrentExecutions"] == unreserved
    assert metrics["ClaimedAccountConcurrency"] == claimed
    assert {name: metrics.of(name)["ConcurrentExecutions"] for name in each} == each
    series = metrics.series(period=13)
    for name in ("ConcurrentExecutions", "ClaimedAccountConcurrency"):
        if name in series:
            assert max(series[name], default=0) == metrics[name]


# The circle -------------------------------------------------------------------------------------


def test_metric_recursive_counts_what_loop_detection_stopped() -> None:
    source = "import lambdalab as lab\ndef handler(event, context): lab.call({}, event)"
    call = lab.function(source.format("'loop'"), name="loop")
    event = lab.function(source.format("lab.event('loop')"), name="loop")
    for target in (call, lab.event(event)):
        metrics = lab.run(target, at=[0]).metrics
        assert metrics["RecursiveInvocationsDropped"] == 1
        assert metrics.of("loop")["Invocations"] == 16
    assert "RecursiveInvocationsDropped" not in lab.run(lab.handler(), at=[0]).metrics


def test_metric_post_runtime_ext_is_what_extensions_add() -> None:
    slow = lab.extension("slow", after=0.75)
    fn = lab.handler("fn", wait=1, extensions=[slow, lab.extension("quick", after=0.25)])
    metrics = lab.run(fn, at=[0, 10]).metrics
    assert (metrics["PostRuntimeExtensionsDuration"], metrics["Duration"]) == (750, 1750)
    assert "PostRuntimeExtensionsDuration" not in lab.run(lab.handler(wait=1), at=[0]).metrics


def test_every_metric_has_an_example_and_cites_a_page() -> None:
    pages = sorted(Path(__file__).parent.glob("test_*.py"))
    tests = "".join(page.read_text() for page in pages)
    for rule in [RESOLUTION, *(metric.rule for metric in METRICS.values())]:
        if rule.id in TABLE:  # it decides something as well, and has its example there
            continue
        name = re.sub(r"\W", "_", rule.id)
        assert f"def test_{name}_" in tests, f"{rule.id} has no example"
        assert rule.page.startswith("https://docs.aws.amazon.com/")


# Queues and mappings ----------------------------------------------------------------------------


def drained() -> lab.Run:
    """Two good messages, a bad one that is dead after four receives, and one that is filtered."""
    picky = lab.handler("picky", wait=1, fails=lambda body: body == "bad")
    queue = lab.queue("orders", visibility_timeout=30, max_receive_count=4)
    queue = queue.to(picky, filter={"body": ["ok", "bad"]}, batch_size=1)
    late = (10, lab.message("ok", delay=5))
    return lab.run(queue, at=[(0, "ok"), (0, "no"), (0, "bad"), late])


def test_metric_esm_polled_counts_every_receive() -> None:
    metrics = drained().metrics
    assert metrics["PolledEventCount"] == metrics.of("esm-1")["PolledEventCount"] == 7


def test_metric_esm_filtered_and_metric_esm_deleted_are_kept_apart() -> None:
    metrics = drained().metrics
    assert (metrics["FilteredOutEventCount"], metrics["DeletedEventCount"]) == (1, 2)
    assert metrics.of("esm-1")["FilteredOutEventCount"] == 1


def test_metric_esm_deleted_and_the_rest_are_of_a_mapping_or_a_queue() -> None:
    metrics = drained().metrics
    assert metrics.of("orders")["DeletedEventCount"] == 2
    assert metrics.of("picky")["DeletedEventCount"] == 0
    assert metrics.of("picky")["Invocations"] == 6


def test_metric_esm_invoked_counts_throttled_tries_too() -> None:
    assert drained().metrics["InvokedEventCount"] == 6
    closed = lab.handler("closed", reserved_concurrency=0)
    run = lab.run(lab.queue(visibility_timeout=10).to(closed), at=[0, 0], until=3)
    assert run.metrics["InvokedEventCount"] == 8


def test_metric_esm_failed_counts_records() -> None:
    assert drained().metrics["FailedInvokeEventCount"] == 4
    picky = lab.handler("picky", fails=lambda body: body == {"n": 1})
    for reports, failed in ((False, 3), (True, 1)):
        queue = lab.queue(visibility_timeout=30)
        queue = queue.to(picky, report_batch_item_failures=reports)
        assert lab.run(queue, [0, 0, 0], until=9).metrics["FailedInvokeEventCount"] == failed


@pytest.mark.parametrize("keep", ["log", "summary"])
def test_metric_esm_what_queues_and_streams_read_is_added_up_for_the_region(keep: str) -> None:
    fails = lab.handler("fails", fails=True)
    queue = lab.queue("mail", visibility_timeout=60).to(fails, filter={"body": {"n": [0]}})
    given_up = {"batch_size": 1, "maximum_retry_attempts": 0}
    stream = lab.stream("clicks").to(fails, filter={"data": {"n": [0, 1]}}, **given_up)
    calls = {queue: [0, 1, 2], stream: [0, 0, 0, 0, 0]}
    metrics = lab.run(calls, until=20, keep=keep).metrics  # type: ignore[call-overload]
    for name, of_queue, of_stream in (
        ("PolledEventCount", 3, 5),
        ("FilteredOutEventCount", 2, 3),
        ("InvokedEventCount", 1, 2),
        ("FailedInvokeEventCount", 1, 2),
    ):
        assert metrics.of("mail")[name] == of_queue, name
        assert metrics.of("fails")[name] == of_stream, name
        assert metrics[name] == of_queue + of_stream, name
    assert sum(metrics.series()["PolledEventCount"]) == 8


def test_metric_esm_pollers_of_provisioned_mode_only() -> None:
    queue = lab.queue().to(lab.handler("nap"), provisioned_pollers=4)
    assert lab.run(queue, at=[0]).metrics["ProvisionedPollers"] == 4
    assert "ProvisionedPollers" not in drained().metrics


def test_metric_sqs_visible_notvisible_delayed_are_levels() -> None:
    run = lab.run(lab.queue().to(lab.handler(wait=10), batch_size=1), at=[0] * 9)
    assert run.metrics["ApproximateNumberOfMessagesVisible"] == 9
    assert run.metrics["ApproximateNumberOfMessagesNotVisible"] == 5


def test_metric_sqs_notvisible_is_zero_in_the_end() -> None:
    series = drained().metrics.series(period=1)["ApproximateNumberOfMessagesNotVisible"]
    assert series.loc[0] == 2
    assert series.iloc[-1] == 0


def test_metric_sqs_delayed_until_the_delay_is_over() -> None:
    series = drained().metrics.series(period=1)["ApproximateNumberOfMessagesDelayed"]
    assert [series.loc[t] for t in (9, 10, 14, 15)] == [0, 1, 1, 0]


def test_metric_sqs_age_of_the_oldest_message_in_seconds() -> None:
    """Received three times, a message counts no more; in a dead-letter queue it counts anew."""
    stuck = lab.handler("stuck", fails=True)
    queue = lab.queue("in", visibility_timeout=30, max_receive_count=4)
    run = lab.run({queue.to(stuck): [0], lab.handler("other"): [361]}, until=400)
    assert run.metrics.of("in")["ApproximateAgeOfOldestMessage"] == 60
    assert run.metrics.of("in-dlq")["ApproximateAgeOfOldestMessage"] == 240  # at 360, since 120


def test_metric_sqs_sent_not_dlq_what_sqs_moves_itself() -> None:
    run = drained()
    assert run.metrics["NumberOfMessagesSent"] == 4
    assert run.metrics.of("orders-dlq")["NumberOfMessagesSent"] == 0


def test_metric_sqs_received_counts_every_receive() -> None:
    metrics = drained().metrics
    assert metrics["NumberOfMessagesReceived"] == 7
    assert metrics["NumberOfMessagesDeleted"] == 3
