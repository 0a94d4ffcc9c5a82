"""Examples that were missing: each notices a small mistake in the engine that no test noticed.

`make mutate` finds such mistakes; docs/mutants.md lists those that do no harm.
"""

from typing import Any

import pytest

import lambdalab as lab
from lambdalab.engine import facts, rules
from tests.engine.asking import decided, of


def reasons(run: lab.Run, *kinds: type) -> list[str]:
    """Name what happened, what caused it and what it rested on: `Dropped <- Completed, Setting`."""

    def name(seq: int) -> str:
        return type(run.log[seq].fact).__name__

    return [
        f"{name(e.seq)} <- {', '.join(map(name, (e.cause, *e.given)))}"
        for kind in kinds
        for e in of(run, kind)
    ]


# Is there room? ----------------------------------------------------------------------------------


def test_a_burst_beyond_the_scaling_rate_is_refused_as_the_documentation_calls_it() -> None:
    """And the explanation names the function's settings, nobody who holds concurrency."""
    run = lab.run(lab.handler(wait=1), lab.burst(1_002), account_concurrency=2_000)
    refused = decided(run, "scaling.rate")
    assert [e.fact.reason for e in refused] == ["ConcurrentInvocationLimitExceeded"] * 2
    (settings,) = {e.given for e in refused}
    assert [type(run.log[seq].fact) for seq in settings] == [facts.FunctionConfigured]


def test_who_is_in_the_way_is_the_setting_and_the_first_nine_that_hold_the_concurrency() -> None:
    full = lab.run(lab.handler(wait=1, reserved_concurrency=12), lab.burst(13))
    (refused,) = of(full, facts.RequestThrottled)
    assert len(refused.given) == 10
    setting, *holders = (full.log[seq].fact for seq in refused.given)
    assert isinstance(setting, facts.ConcurrencyReserved)
    starts = of(full, facts.InitStarted)
    assert [fact.request for fact in holders] == [e.fact.request for e in starts[:9]]


def test_a_new_environment_beside_busy_ones_names_ten_of_them_at_most() -> None:
    run = lab.run(lab.handler(wait=1), lab.burst(15))
    assert [len(e.given) for e in of(run, facts.InitStarted)] == [*range(10), *[10] * 5]


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        ("concurrency.pc.init_type", [0]),
        ("concurrency.pc.spillover", [0, 0]),
        ("concurrency.pc.rps", [k / 500 for k in range(11)]),
    ],
)
def test_what_is_decided_about_provisioned_environments_names_their_setting(
    rule: str, at: list[float]
) -> None:
    live = lab.handler(wait=0.001).alias("live", provisioned_concurrency=1)
    run = lab.run(live, at)
    began = facts.InvocationStarted | facts.InitStarted
    (*_, entry) = (e for e in decided(run, rule) if isinstance(e.fact, began))
    assert [type(run.log[seq].fact) for seq in entry.given] == [facts.ProvisioningRequested]


def test_a_call_beyond_the_rate_names_the_setting_that_makes_the_rate() -> None:
    run = lab.run(lab.handler(reserved_concurrency=1), lab.burst(11))
    refused = decided(run, "scaling.rps.limit")
    assert {e.fact.reason for e in refused} == {"ReservedFunctionInvocationRateLimitExceeded"}
    for entry in refused:
        (setting,) = entry.given
        assert run.log[setting].fact.function == "function"


@pytest.mark.parametrize(("window", "served"), [(0.01, 1), (0.29, 2)])
def test_the_window_of_the_rate_has_room_for_whole_requests_and_at_least_one(
    window: float, served: int
) -> None:
    fn = lab.handler(reserved_concurrency=1)
    run = lab.run(fn, [0, 0.001, 0.02], assume={"scaling.rps.window": window})
    assert run.count("processed") == served


def test_each_version_draws_which_environment_it_takes_from_its_own_dice() -> None:
    """Calls of one function change nothing for another that is called at the same times."""
    first, second = (lab.handler(name, wait=1) for name in ("first", "second"))
    at = [k * 4 + n / 10 for k in range(12) for n in range(4)]
    assume = {"concurrency.assignment.which": "random"}

    def taken(run: lab.Run) -> list[str]:
        order: dict[str, int] = {}
        rows = [x.environment for x in run.invocations if x.function == "second"]
        return [order.setdefault(name, len(order)) for name in rows]

    alone = lab.run({second: at}, assume=assume, seed=3)
    beside = lab.run({first: at, second: at}, assume=assume, seed=3)
    assert taken(alone) == taken(beside)
    assert len(set(map(tuple, zip(*[iter(taken(alone))] * 4, strict=True)))) > 2


# The event door ----------------------------------------------------------------------------------


def test_async_retry_throttle_names_who_was_in_the_way_at_each_try() -> None:
    fn = lab.handler(wait=100, timeout=200, reserved_concurrency=1, maximum_event_age=60)
    run = lab.run(lab.event(fn), at=[100, 100])
    (first, *later) = reasons(run, facts.RequestThrottled)
    assert first == "RequestThrottled <- EventQueued, ConcurrencyReserved, InitStarted"
    again = "RequestThrottled <- EventReturned, ConcurrencyReserved, InitStarted"
    assert later == [again] * 5
    (reason,) = {(e.fact.function, e.fact.reason) for e in of(run, facts.RequestThrottled)}
    assert reason == ("function", "ReservedFunctionConcurrentInvocationLimitExceeded")
    assert reasons(run, facts.EventReturned) == ["EventReturned <- RequestThrottled"] * 5
    (dropped,) = of(run, facts.EventDropped)
    assert dropped.at == 131_000_000  # the next try would be 63 s after the event arrived
    (why,) = reasons(run, facts.EventDropped)
    assert why == "EventDropped <- RequestThrottled, FunctionConfigured"


def test_an_event_that_no_attempt_is_made_of_names_what_forbids_it() -> None:
    off = lab.handler(reserved_concurrency=0)
    (dropped,) = reasons(lab.run(lab.event(off), at=[0]), facts.EventDropped)
    assert dropped == "EventDropped <- EventQueued, ConcurrencyReserved"
    gone = lab.handler(wait=1, reserved_concurrency=1)
    run = lab.run(lab.event(gone), at=[0, 0], changes=[(0.5, gone, lab.deleted)])
    assert reasons(run, facts.EventDropped) == ["EventDropped <- EventReturned, FunctionDeleted"]
    first = lab.handler("first", on_success=lab.topic("news"))
    run = lab.run({lab.event(first): [0]}, also=[lab.topic("news").to(first)])
    assert reasons(run, facts.EventDropped) == ["EventDropped <- EventQueued"]


def test_async_delivery_at_least_once_numbers_the_copies_of_an_event() -> None:
    target = lab.event(lab.handler())
    run = lab.run(target, at=[5], faults=[lab.duplicate(target, after=n) for n in (1, 2)])
    assert [e.fact for e in of(run, facts.EventDuplicated)] == [
        facts.EventDuplicated("req-1", "req-1_1", 6_000_000),
        facts.EventDuplicated("req-1", "req-1_2", 7_000_000),
    ]
    assert reasons(run, facts.EventDuplicated) == ["EventDuplicated <- EventQueued"] * 2
    (received,) = of(run, facts.RequestReceived)
    assert received.fact.source == ""


def test_an_event_that_is_refused_is_answered_because_of_that() -> None:
    run = lab.run(lab.event(lab.handler()), at=[(0, "x" * 2_000_000)])
    assert reasons(run, facts.RequestRefused) == ["RequestRefused <- RequestReceived"]
    assert reasons(run, facts.ResponseSent) == ["ResponseSent <- RequestRefused"]


def test_model_restore_error_an_event_waits_because_its_restore_failed() -> None:
    fn = lab.handler(snap_start=True).publish(maximum_event_age=60)
    run = lab.run(lab.event(fn), at=[0], assume={"cold.snapstart.restore_time": 11})
    assert set(reasons(run, facts.EventReturned)) == {"EventReturned <- RequestRefused"}
    (dropped,) = reasons(run, facts.EventDropped)
    assert dropped == "EventDropped <- RequestRefused, FunctionConfigured"


def test_dest_when_a_record_is_sent_because_of_the_invocation_that_ended() -> None:
    last, done = lab.handler("last"), "InvocationCompleted"
    fine = lab.handler("fine", on_success=last)
    run = lab.run(lab.event(fine), at=[0])
    (sent,) = of(run, facts.DocumentSent)
    assert (sent.fact.kind, sent.rule) == ("on_success", "dest.when.success")
    assert reasons(run, facts.DocumentSent) == [f"DocumentSent <- {done}"]
    assert reasons(run, facts.EventSucceeded) == [f"EventSucceeded <- {done}"] * 2
    received = of(run, facts.RequestReceived)[-1]
    assert run.log[received.cause] == sent
    boom = lab.handler("boom", fails=True, maximum_retry_attempts=0, on_failure="failed")
    run = lab.run(lab.event(boom), at=[0])
    (sent,) = of(run, facts.DocumentSent)
    assert (sent.fact.kind, sent.rule) == ("on_failure", "dest.when.failure")
    assert reasons(run, facts.DocumentSent) == [f"DocumentSent <- {done}"]


def test_dest_size_sns_a_topic_gets_the_payloads_up_to_256_kb() -> None:
    def bodies(target: object, letters: int) -> list[str]:
        fn = lab.handler(on_success=target)
        run = lab.run(lab.event(fn), at=[(0, "x" * letters)])
        return [e.fact.body for e in of(run, facts.DocumentSent)]

    (short,) = bodies(lab.topic("done"), 0)
    room = rules.DEST_SNS.value - len(short)
    (full,), (over,) = (bodies(lab.topic("done"), n) for n in (room, room + 1))
    assert len(full) == rules.DEST_SNS.value
    assert "requestPayload" in full
    assert "Payload" not in over
    assert '"condition": "Success"' in over
    assert "requestPayload" in bodies(lab.queue("done"), room + 1)[0]


# How an environment lives ------------------------------------------------------------------------


def test_lifecycle_restore_limit_ends_the_environment_and_the_call_because_of_the_restore() -> None:
    version = lab.handler(snap_start=True).publish()
    run = lab.run(version, at=[5], assume={"cold.snapstart.restore_time": 11})
    (failed,) = of(run, facts.RestoreFailed)
    late = "SnapStartTimeoutException"
    assert failed.fact == facts.RestoreFailed("env-1", "req-1", 10_000_000, late)
    ended = (facts.EnvironmentShutDown, facts.RequestRefused, facts.ResponseSent)
    assert reasons(run, facts.RestoreFailed, *ended) == [
        "RestoreFailed <- RestoreStarted",
        "EnvironmentShutDown <- RestoreFailed",
        "RequestRefused <- RestoreFailed",
        "ResponseSent <- RequestRefused",
    ]
    assert of(run, facts.EnvironmentShutDown)[0].fact.reason == "FAILURE"
    run = lab.run(version, at=[5], assume={"cold.snapstart.restore_time": 0.5})
    assert of(run, facts.RestoreCompleted)[0].fact.duration == 500_000
    assert reasons(run, facts.RestoreCompleted, facts.InvocationStarted) == [
        "RestoreCompleted <- RestoreStarted",
        "InvocationStarted <- RestoreCompleted",
    ]


def test_concurrency_pc_all_or_nothing_is_decided_by_the_last_init() -> None:
    live = lab.handler("nap", init=2).alias("live")
    run = lab.run(live, at=[0], changes=[(10, live, {"provisioned_concurrency": 2})], until=80)
    ahead = [e for e in of(run, facts.InitStarted) if not e.fact.request]
    assert [e.fact for e in ahead] == [
        facts.InitStarted(f"env-{n}", "nap", "", "init", at, "1", "provisioned-concurrency")
        for n, at in ((2, 200_000_000), (3, 200_010_000))
    ]
    assert {type(run.log[e.cause].fact) for e in ahead} == {facts.ProvisioningRequested}
    waits = [e for e in of(run, facts.CodeWaited) if e.at >= 70_000_000]
    assert [e.cause for e in waits] == [e.seq for e in ahead]
    (ready,) = reasons(run, facts.ProvisioningCompleted)
    assert ready == "ProvisioningCompleted <- InitCompleted, ProvisioningRequested"


def test_concurrency_pc_status_fails_with_the_first_init_that_does() -> None:
    live = lab.function("1 / 0\ndef handler(event, context): ...").alias("live")
    run = lab.run(live, at=[0], changes=[(10, live, {"provisioned_concurrency": 2})], until=80)
    (failed,) = reasons(run, facts.ProvisioningFailed)
    assert failed == "ProvisioningFailed <- InitFailed, ProvisioningRequested"
    assert reasons(run, facts.EnvironmentShutDown) == ["EnvironmentShutDown <- InitFailed"] * 2
    assert {e.fact.reason for e in of(run, facts.EnvironmentShutDown)} == {"FAILURE"}
    assert {e.fact.line for e in of(run, facts.InitFailed)} == {1}


def test_lifecycle_env_recycle_pc_an_environment_whose_init_fails_later_goes_on_serving() -> None:
    source = """
import os, time
if os.path.exists("/tmp/late"): 1 / 0
def handler(event, context):
    open("/tmp/late", "w").close()
    time.sleep(9)
"""
    live = lab.function(source, timeout=3).alias("live", provisioned_concurrency=1)
    run = lab.run(live, at=[0, 10])
    starts = of(run, facts.InitStarted)
    failed, *_ = of(run, facts.InitFailed)
    (rests,) = (e for e in of(run, facts.EnvironmentFrozen) if e.cause == failed.seq)
    assert rests.fact.environment == "env-1"
    assert [x.environment for x in run.invocations] == ["env-1", "env-1"]
    assert type(run.log[starts[1].cause].fact) is facts.EnvironmentReset
    assert {e.fact.initialization_type for e in starts} == {"provisioned-concurrency"}
    assert [e.fact.phase for e in starts] == ["init", "init", "invoke", "init"]


def test_lifecycle_invoke_suppressed_init_budget_names_the_timeout_that_ended_the_init() -> None:
    run = lab.run(lab.handler(init=12), at=[0])
    assert reasons(run, facts.InitFailed) == [
        "InitFailed <- CodeWaited",
        "InitFailed <- CodeWaited, FunctionConfigured",
    ]


def test_an_environment_of_before_a_change_ends_because_of_what_it_was_doing() -> None:
    def ended(fn: lab.Function) -> list[str]:
        run = lab.run(fn, at=[0], changes=[(1, fn, {"memory": 512})])
        assert [e.fact.reason for e in of(run, facts.EnvironmentShutDown)] == ["UPDATE"]
        return reasons(run, facts.EnvironmentReset, facts.EnvironmentShutDown)

    assert ended(lab.handler(wait=2)) == ["EnvironmentShutDown <- InvocationCompleted"]
    assert ended(lab.handler(wait=4, timeout=3)) == [
        "EnvironmentReset <- InvocationCompleted",
        "EnvironmentShutDown <- EnvironmentReset",
    ]


def test_provisioned_environments_that_are_too_many_end_when_their_init_is_over() -> None:
    live = lab.handler(init=100).alias("live")
    changes = [(at, live, {"provisioned_concurrency": n}) for at, n in ((0, 3), (100, 1))]
    run = lab.run(live, at=[0], changes=changes, until=250)
    ended = of(run, facts.EnvironmentShutDown)
    assert [(e.fact.environment, e.fact.reason) for e in ended] == [
        ("env-3", "UPDATE"),
        ("env-4", "UPDATE"),
    ]
    assert reasons(run, facts.EnvironmentShutDown) == ["EnvironmentShutDown <- InitCompleted"] * 2
    one = lab.handler(wait=150, timeout=200, init=100).alias("live", provisioned_concurrency=1)
    changes = [(at, one, {"provisioned_concurrency": n}) for at, n in ((0, 3), (100, 2))]
    run = lab.run(one, at=[50], changes=changes, until=250)
    (ended,) = of(run, facts.EnvironmentShutDown)
    assert ended.fact.environment == "env-3"  # one serves, one is ready


def test_lifecycle_init_overtaken_one_of_two_free_environments_rests() -> None:
    run = lab.run(lab.handler(wait=3, init=1, timeout=9), at=[0, 0, 3.5])
    (taken,) = reasons(run, facts.InvocationStarted)[2:]
    assert taken == "InvocationStarted <- InvocationCompleted, InitStarted"
    resting, *_ = of(run, facts.EnvironmentFrozen)
    assert (resting.fact.environment, resting.rule) == ("env-2", "lifecycle.phase.signal")
    assert reasons(run, facts.EnvironmentFrozen)[0] == "EnvironmentFrozen <- InvocationCompleted"


def test_lifecycle_max_age_ends_what_is_too_old_when_its_invocation_is_over() -> None:
    fn, assume = lab.handler(wait=1, init=2), {"lifecycle.max_age": 45}
    completed = "EnvironmentShutDown <- InvocationCompleted"
    run = lab.run(fn, at=[0, 44.5], assume=assume, until=60)
    (ended,) = of(run, facts.EnvironmentShutDown)
    assert (ended.fact.reason, ended.rule) == ("MAINTENANCE", "lifecycle.env.max_age")
    assert reasons(run, facts.EnvironmentShutDown) == [completed]
    live = fn.alias("live", provisioned_concurrency=1)
    run = lab.run(live, at=[0, 44.5], assume=assume, until=60)
    assert reasons(run, facts.EnvironmentShutDown) == [completed]
    (ended,) = of(run, facts.EnvironmentShutDown)
    *_, again = of(run, facts.InitStarted)
    assert (again.fact.environment, again.fact.version) == ("env-2", "1")
    assert (again.rule, again.cause) == ("lifecycle.env.recycle.pc", ended.cause)


def test_lifecycle_init_proactive_a_spare_may_have_failed_its_init() -> None:
    fn = lab.handler(wait=1, init=12, timeout=30)
    run = lab.run(fn, at=[0, 21, 40, 40])  # the second is served by env-1, at 23 s
    failed = of(run, facts.InitFailed)[1]
    (rests,) = (e for e in of(run, facts.EnvironmentFrozen) if e.cause == failed.seq)
    assert (rests.fact.environment, rests.at) == ("env-2", 31_000_000)
    assert rests.rule == "lifecycle.init.proactive"
    again = of(run, facts.InitStarted)[-1].fact
    assert (again.environment, again.phase) == ("env-2", "invoke")


def test_lifecycle_invoke_response_before_extensions_then_the_invocation_ends() -> None:
    def ended(extension: Any, **work: Any) -> list[str]:
        run = lab.run(lab.handler(wait=1, extensions=[extension], **work), at=[0], until=20)
        assert len(of(run, facts.ResponseSent)) == 1
        kinds = (facts.ResponsePosted, facts.ResponseSent, facts.InvocationCompleted)
        return reasons(run, *kinds, facts.EnvironmentReset, facts.EnvironmentFrozen)

    posted = [
        "ResponsePosted <- CodeWaited, FunctionConfigured",
        "ResponseSent <- ResponsePosted",
    ]
    completed = "InvocationCompleted <- ResponsePosted"
    rests = "EnvironmentFrozen <- InvocationCompleted"
    busy = lab.extension("busy", after=1.5)
    for work in ({}, {"fails": True}):
        assert ended(busy, timeout=3, **work) == [*posted, completed, rests]
    assert ended(busy, timeout=2) == [
        *posted,
        f"{completed}, FunctionConfigured",
        "EnvironmentReset <- InvocationCompleted",
        "EnvironmentFrozen <- EnvironmentReset",
    ]
    assert ended(lab.extension("quick", after=0.000_001)) == [*posted, completed, rests]
    assert ended(lab.extension("idle")) == [
        "ResponseSent <- InvocationCompleted",
        "InvocationCompleted <- CodeWaited",
        rests,
    ]
    code = "def handler(event, context):\n    return 1"
    run = lab.run(lab.function(code, extensions=[busy], timeout=3), at=[0])
    assert of(run, facts.ResponsePosted)[0].fact.line == 2


def test_lifecycle_init_proactive_nobody_waits_for_a_spare() -> None:
    assume = {"lifecycle.init.proactive": 1, "lifecycle.max_age": 97}
    for overtaken in (True, False):
        changed = assume | {"lifecycle.init.overtaken": overtaken}
        run = lab.run(lab.handler(init=2), at=[0], assume=changed, until=150)
        spare = of(run, facts.EnvironmentFrozen)[-1]
        assert (spare.fact.environment, spare.at) == ("env-2", 99_000_000)
        assert spare.rule == "lifecycle.init.proactive"
