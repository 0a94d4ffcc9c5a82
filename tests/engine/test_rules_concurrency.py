"""One example for each rule of concurrency, versions and changes, named after its id."""

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import decided, of, report, starts

NAP = lab.handler("nap", wait=1)


def live(units: int = 5, **settings: object) -> object:
    return NAP.with_(**settings).alias("live", provisioned_concurrency=units)


# Reserved concurrency ---------------------------------------------------------------------------


def test_concurrency_reserved_zero_throttles_everything() -> None:
    run = lab.run(NAP.with_(reserved_concurrency=0), at=[0, 5])
    assert len(decided(run, "concurrency.reserved.zero")) == 2


def test_concurrency_reserved_pool_effect_an_unused_reservation_is_missing_elsewhere() -> None:
    idle = lab.handler("idle", reserved_concurrency=100)
    run = lab.run(NAP, at=[0] * 150, also=[idle], account_concurrency=200)
    assert run.count("throttled") == 50


def test_concurrency_claimed_600_reserved_200_provisioned_leave_200() -> None:
    """From https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html ."""
    reserved = lab.handler("reserved", reserved_concurrency=600)
    provisioned = lab.handler("provisioned").alias("live", provisioned_concurrency=200)
    run = lab.run(NAP, at=[0] * 250, also=[reserved, provisioned])
    assert run.count("throttled", before=1) == 50
    assert run.world(0.5).set_aside == 800


def test_concurrency_reserved_scope_all_versions_share_it() -> None:
    fn = NAP.with_(reserved_concurrency=2)
    run = lab.run({fn: [0], fn.publish(): [0], fn.alias("live"): [0]})
    assert run.count("throttled") == 1


# Provisioned concurrency ------------------------------------------------------------------------


def test_concurrency_pc_target_is_never_latest() -> None:
    with pytest.raises(lab.LabError, match=r"concurrency\.pc\.target"):
        lab.run(NAP, at=[0], changes=[(1, NAP, {"provisioned_concurrency": 5})])
    with pytest.raises(lab.LabError, match=r"concurrency\.pc\.target"):
        NAP.alias("live", provisioned_concurrency="5")


def test_concurrency_pc_cap_not_above_the_reservation() -> None:
    with pytest.raises(lab.LabError, match=r"concurrency\.pc\.cap"):
        lab.run(live(6, reserved_concurrency=5), at=[0])


def test_concurrency_pc_equals_rc_throttles_latest() -> None:
    fn = NAP.with_(reserved_concurrency=5)
    alias = fn.alias("live", provisioned_concurrency=5)
    run = lab.run({fn: [0], alias: [0] * 5})
    assert run.count("throttled") == 1
    assert run.table("requests").query("outcome == 'throttled'").request_id.tolist() == ["req-1"]


def test_concurrency_pc_alloc_delay_and_concurrency_pc_alloc_rate() -> None:
    alias = live(0)
    run = lab.run(alias, at=[0], changes=[(10, alias, {"provisioned_concurrency": 3})])
    created = [e.at for e in of(run, facts.InitStarted) if not e.fact.request]
    assert created == [70_000_000, 70_010_000, 70_020_000]


def test_concurrency_pc_all_or_nothing_none_serves_until_all_are_there() -> None:
    alias = lab.handler("nap", wait=0.1, init=1).alias("live")
    at = [70.5, 71.005, 71.1]
    run = lab.run(alias, at=at, changes=[(10, alias, {"provisioned_concurrency": 2})])
    (ready,) = decided(run, "concurrency.pc.all_or_nothing")
    assert (type(ready.fact), ready.at) == (facts.ProvisioningCompleted, 71_010_000)
    kinds = {x.request: x.environment for x in run.invocations}
    types = {e.fact.environment: e.fact.initialization_type for e in of(run, facts.InitStarted)}
    assert types[kinds["req-1"]] == types[kinds["req-2"]] == "on-demand"
    assert types[kinds["req-3"]] == "provisioned-concurrency"


def test_concurrency_pc_spillover_the_rest_runs_cold() -> None:
    run = lab.run(live(5), at=[0] * 8)
    assert (run.count("cold"), run.count("throttled")) == (3, 0)
    assert len(decided(run, "concurrency.pc.spillover")) == 3
    assert "you set provisioned_concurrency=5 on nap:1" in repr(run.why("req-8.cold"))


def test_concurrency_pc_rps_fast_calls_spill_over_too() -> None:
    fast = lab.handler("fast", wait=0.001).alias("live", provisioned_concurrency=2)
    run = lab.run(fast, at=[k * 0.01 for k in range(40)])
    assert decided(run, "concurrency.pc.rps")


def test_concurrency_pc_init_type_tells_how_an_environment_was_made() -> None:
    source = """
import os
def handler(event, context):
    return os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
"""
    alias = lab.function(source).alias("live", provisioned_concurrency=1)
    assert lab.run(alias, at=[0]).returned == ["provisioned-concurrency"]
    assert lab.run(lab.function(source), at=[0]).returned == ["on-demand"]


def test_concurrency_pc_still_cold_latest_has_none_of_it() -> None:
    alias = NAP.alias("live", provisioned_concurrency=5)
    assert lab.run(NAP, at=[0] * 8, also=[alias]).count("cold") == 8


def test_model_ready_what_a_run_starts_with_has_its_init_behind_it() -> None:
    source = "import time\ntime.sleep(4)\nn = 7\ndef handler(event, context): return n"
    run = lab.run(lab.function(source).alias("live", provisioned_concurrency=1), at=[0])
    assert (run.returned, run.end, run.count("cold")) == ([7], 0, 0)
    assert of(run, facts.InitCompleted)[0].fact.duration == 4_000_000


def test_lifecycle_init_timeout_pc_snapstart_lmi_an_init_ahead_may_take_130_seconds() -> None:
    slow = lab.handler("slow", init=100).alias("live")
    run = lab.run(slow, at=[0], changes=[(0, slow, {"provisioned_concurrency": 1})], until=400)
    ahead = [e for e in of(run, facts.InitStarted) if not e.fact.request]
    assert ahead[0].fact.deadline - ahead[0].at == 130_000_000
    assert of(run, facts.ProvisioningCompleted)[0].at == 160_000_000


def test_lifecycle_init_timeout_pc_snapstart_lmi_is_the_limit_before_the_start_too() -> None:
    slow = lab.handler("slow", wait=1, init=131, timeout=3)
    run = lab.run(slow.alias("live", provisioned_concurrency=1), at=[5])
    assert report(run)[0].endswith("Status: timeout\t")  # spilled over, and had ten seconds
    late, *_ = of(run, facts.InitFailed)
    assert late.rule == "lifecycle.init.timeout.pc_snapstart_lmi"
    assert (late.fact.duration, late.fact.status) == (130_000_000, "timeout")
    assert of(run, facts.ProvisioningFailed)
    longer = slow.with_(timeout=140).alias("live", provisioned_concurrency=1)
    assert lab.run(longer, at=[5]).count("cold") == 0


def test_lifecycle_init_timeout_pc_snapstart_lmi_decides_when_an_init_ahead_is_over() -> None:
    slow = lab.handler("slow", init=131, timeout=3).alias("live")
    run = lab.run(slow, at=[300], changes=[(0, slow, {"provisioned_concurrency": 1})])
    ahead, on_demand, *_ = of(run, facts.InitFailed)
    assert (ahead.at, ahead.rule) == (190_000_000, "lifecycle.init.timeout.pc_snapstart_lmi")
    assert (on_demand.at, on_demand.rule) == (310_000_000, "lifecycle.init.timeout")


def test_alias_weight_is_changed_during_a_run() -> None:
    greet = lab.handler("greet")
    old, new = greet.publish(), greet.publish(memory=512)
    live = greet.alias("live", old)
    changes = [
        (100, live, {"weights": {new: 0.5}}),
        (200, live, {"version": new, "weights": None}),
        (300, live, {"version": old}),
    ]
    run = lab.run(live, at=lab.steady(1, 400), changes=changes)
    versions = [response.executed_version for response in run.responses]
    shares = [versions[k : k + 100].count("2") for k in (0, 100, 200, 300)]
    assert (shares[0], shares[2:]) == (0, [100, 0])
    assert 35 <= shares[1] <= 65
    fork = lab.run(live, at=[0, 10]).fork(5, live, version=new)
    assert [response.executed_version for response in fork.responses] == ["1", "2"]
    with pytest.raises(lab.LabError, match="its version, weights and provisioned_concurrency"):
        lab.run(live, at=[0], changes=[(1, live, {"name": "dead"})])
    with pytest.raises(lab.LabError, match="one further version"):
        lab.run(live, at=[0], changes=[(1, live, {"weights": {new: 2}})])
    with pytest.raises(lab.LabError, match=r"weights=0\.5"):
        lab.run(live, at=[0], changes=[(1, live, {"weights": 0.5})])
    assert lab.run(old.with_(memory=256), at=[0]).table("invocations")["version"][0] == "1"


def test_model_alias_moved_takes_what_is_provisioned_along() -> None:
    greet = lab.handler("greet", wait=1)
    old, new = greet.publish(), greet.publish(memory=512)
    live, plain = greet.alias("live", old, provisioned_concurrency=2), greet.alias("plain", old)
    run = lab.run(live, at=[0, 60, 120], changes=[(50, live, {"version": new})])
    assert list(run.table("invocations")["init_type"]) == [
        "provisioned-concurrency",
        "on-demand",  # the new ones are not there yet
        "provisioned-concurrency",
    ]
    moved = decided(run, "model.alias.moved")
    assert [(e.fact.version, e.fact.units) for e in moved] == [("1", 0), ("2", 2)]
    assert of(run, facts.ProvisioningCompleted)[-1].at == 110_010_000
    kept = lab.run({live: [100], plain: [0]}, changes=[(50, plain, {"version": new})])
    assert (decided(kept, "model.alias.moved"), kept.count("cold")) == ([], 0)
    other = greet.alias("other", new, provisioned_concurrency=1)
    with pytest.raises(lab.LabError, match="two aliases of one version"):
        lab.run(live, at=[0], also=[other], changes=[(5, live, {"version": new})])
    scaled = live.auto_scaled(1, 5)
    with pytest.raises(lab.LabError, match="auto-scaled"):
        lab.run(scaled, at=[0], changes=[(5, scaled, {"version": new})])


def test_concurrency_pc_cap_holds_for_all_aliases_and_for_changes() -> None:
    greet = lab.handler("greet", reserved_concurrency=5)
    one, two = greet.alias("one", provisioned_concurrency=3), greet.alias("two")
    raised = (5, two, {"provisioned_concurrency": 3})
    lowered = (5, greet, {"reserved_concurrency": 2})
    for change in (raised, lowered):
        with pytest.raises(lab.LabError, match=r"rule: +concurrency\.pc\.cap"):
            lab.run(one, at=[0], also=[two], changes=[change])
    more = (4, greet, {"reserved_concurrency": 6})
    assert lab.run(one, at=[0], also=[two], changes=[raised, more]).returned == [None]


def test_concurrency_unreserved_minimum_holds_for_what_changes_set_aside_together() -> None:
    one, two = lab.handler("one", reserved_concurrency=500), lab.handler("two")
    reserve = (5, two, {"reserved_concurrency": 401})
    with pytest.raises(lab.LabError, match=r"rule: +concurrency\.unreserved\.minimum"):
        lab.run(one, at=[0], also=[two], changes=[reserve])
    gone = (4, one, lab.deleted)
    assert lab.run(one, at=[0], also=[two], changes=[gone, reserve]).returned == [None]


def test_lifecycle_env_recycle_pc_a_failed_environment_is_initialised_again() -> None:
    source = """
import time
time.sleep(2)
def handler(event, context):
    time.sleep(9 if event["n"] == 0 else 0.1)
"""
    alias = lab.function(source, timeout=3).alias("live", provisioned_concurrency=1)
    run = lab.run(alias, at=[0, 6])
    (again,) = decided(run, "lifecycle.env.recycle.pc")
    assert (again.fact.environment, again.at) == ("env-1", 3_000_000)
    assert run.invocations[1].duration == 100_000  # nobody paid for that Init with time


# Scaling ----------------------------------------------------------------------------------------


def test_scaling_rate_100_environments_a_second_after_the_first_1000() -> None:
    slow = lab.handler(wait=20, timeout=30)
    run = lab.run(slow, at=[(0, None)] * 3000 + [(5, None)] * 1000, account_concurrency=10_000)
    assert run.count("started", before=1) == 1000
    assert run.count("started", after=5) == 500
    assert len(decided(run, "scaling.rate")) == 2500


def test_scaling_rate_no_accrual_never_more_than_1000_at_once() -> None:
    slow = lab.handler(wait=20, timeout=30)
    run = lab.run(slow, at=[(1000, None)] * 1500, account_concurrency=10_000)
    assert run.count("started") == 1000


def test_scaling_rps_limit_ten_requests_a_second_for_each_unit() -> None:
    fast = lab.handler(wait=0.05, reserved_concurrency=10)
    run = lab.run(fast, lab.steady(200, seconds=5))
    throttled = decided(run, "scaling.rps.limit")
    assert {e.fact.reason for e in throttled} == {"ReservedFunctionInvocationRateLimitExceeded"}
    assert run.count("started") == 599  # the first 100 at once, then 100 a second


def test_scaling_rps_async_events_are_not_capped_by_rate() -> None:
    fast = lab.handler(wait=0.001, reserved_concurrency=10)
    run = lab.run(lab.event(fast), lab.steady(400, seconds=2))
    assert run.count("throttled") == 0


# Versions, aliases, changes ---------------------------------------------------------------------


def test_lifecycle_env_binding_versions_have_environments_of_their_own() -> None:
    one = NAP.publish()
    run = lab.run({NAP: [0], one: [10]})
    assert run.count("cold") == 2
    assert run.responses[1].executed_version == "1"


def test_sync_invoke_executed_version_an_alias_is_resolved() -> None:
    assert lab.run(live(0), at=[0]).responses[0].executed_version == "1"


def test_alias_weight_sends_a_share_to_another_version() -> None:
    fn = lab.function("def handler(event, context): return context.function_version", name="f")
    old, new = fn.publish(), fn.publish(memory=256)
    alias = fn.alias("live", old, weights={new: 0.1})
    run = lab.run(alias, at=range(1000), seed=3)
    assert 70 < run.returned.count("2") < 130
    assert run.returned == lab.run(alias, at=range(1000), seed=3).returned


def test_lifecycle_env_recycle_update_a_new_configuration_replaces_environments() -> None:
    run = lab.run(NAP, at=[0, 4.5, 6], changes=[(5, NAP, {"memory": 512})])
    shut = decided(run, "lifecycle.env.recycle.update")
    assert [e.at for e in shut] == [5_500_000]  # it was busy, and ended with the old settings
    assert run.count("cold") == 2
    idle = lab.run(NAP, at=[0, 6], changes=[(5, NAP, {"timeout": 9})])
    assert [e.at for e in decided(idle, "lifecycle.env.recycle.update")] == [5_000_000]


def test_sync_api_errors_a_deleted_function_is_404() -> None:
    run = lab.run(NAP, at=[0, 10], changes=[(5, NAP, lab.deleted)])
    assert [r.status_code for r in run.responses] == [200, 404]


def test_sync_throttle_reserved_zero_names_the_reservation() -> None:
    run = lab.run(NAP, at=[0, 10], changes=[(5, NAP, {"reserved_concurrency": 0})])
    assert run.returned[1].type == "TooManyRequestsException"
    assert run.returned[1].reason == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_a_change_of_code_runs_the_new_code_in_a_new_environment() -> None:
    old = lab.function("def handler(event, context): return 'old'", name="f")
    new = "def handler(event, context): return 'new'"
    run = lab.run(old, at=[0, 10], changes=[(5, old, {"code": new})])
    assert run.returned == ["old", "new"]
    assert starts(run) == [0, 10]


def test_a_change_builds_on_the_one_before_it() -> None:
    run = lab.run(NAP, at=[0, 20], changes=[(10, NAP, {"timeout": 9}), (5, NAP, {"memory": 512})])
    version = run.world().versions["nap:$LATEST"]
    assert (version.memory, version.timeout) == (512, 9_000_000)


def test_what_events_are_told_leaves_environments_alone() -> None:
    run = lab.run(NAP, at=[0, 10], changes=[(5, NAP, {"maximum_retry_attempts": 0})])
    assert run.count("cold") == 1
    boom = lab.handler("boom", fails=True, dead_letter="old")
    moved = lab.run(lab.event(boom), at=[0], changes=[(30, boom, {"dead_letter": "new"})])
    assert (len(moved.delivered("old")), len(moved.delivered("new"))) == (0, 1)


@pytest.mark.parametrize(
    ("target", "new"),
    [
        (NAP, {"reserved_concurrency": 5000}),
        (live(1), {"provisioned_concurrency": 5}),
        (NAP.alias("live"), {"colour": 1}),
    ],
)
def test_changes_are_checked_as_settings_are(target: object, new: dict) -> None:
    with pytest.raises(lab.LabError):
        lab.run(NAP, at=[0], also=[NAP.alias("other")], changes=[(1, target, new)])


def test_one_version_is_provisioned_by_one_alias() -> None:
    version = NAP.publish()
    a, b = (version.alias(name, provisioned_concurrency=2) for name in "ab")
    with pytest.raises(lab.LabError, match="one alias of a version"):
        lab.run({a: [0], b: [0]})
    with pytest.raises(lab.LabError, match="no version of"):
        lab.handler("other").alias("live", version)
