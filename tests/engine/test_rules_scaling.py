"""One example for each rule of how provisioned concurrency grows, shrinks and is measured."""

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import decided, of

BUSY = lab.handler("busy", wait=50, timeout=60)


def minutes(n: int, at_once: int, first: int = 0) -> list[float]:
    """Call so many at once at the start of each of some minutes."""
    return [60 * (first + minute) for minute in range(n) for _ in range(at_once)]


def asked(run: lab.Run) -> list[tuple[float, int]]:
    """Say when which number of environments was asked for, after the start."""
    return [(e.at / 1_000_000, e.fact.units) for e in of(run, facts.ProvisioningRequested)][1:]


# Allocation -------------------------------------------------------------------------------------


def test_concurrency_pc_status_of_each_number_that_was_asked_for() -> None:
    live = lab.handler("nap", wait=1, init=2).alias("live", provisioned_concurrency=2)
    changes = [
        (10, live, {"provisioned_concurrency": 5}),
        (100, live, {"provisioned_concurrency": 1}),
    ]
    run = lab.run(live, at=[0], until=120, changes=changes)
    table = run.table("provisioned")
    assert " ".join(table.columns) == (
        "function version at requested status ready allocated available"
    )
    assert table.requested.tolist() == [2, 5, 1]
    assert table.status.tolist() == ["READY"] * 3
    assert table.ready.tolist() == [0, 72.02, 100]
    assert table.available.tolist() == [2, 5, 1]
    assert run.world(50).versions["nap:1"].provisioned_status == "IN_PROGRESS"
    cut = lab.run(live, at=[0], until=71.005, changes=changes[:1]).table("provisioned")
    assert cut.status.tolist() == ["READY", "IN_PROGRESS"]
    assert cut.available.tolist() == [2, 2]


def test_concurrency_pc_status_failed_when_an_init_fails() -> None:
    source = "import nowhere\ndef handler(event, context): pass"
    live = lab.function(source, name="broken").alias("live")
    run = lab.run(live, at=[200], changes=[(0, live, {"provisioned_concurrency": 3})])
    assert run.table("provisioned").status.tolist() == ["FAILED"]
    assert run.table("provisioned").available.tolist() == [0]
    at_start = lab.run(live.with_(provisioned_concurrency=3), at=[0])
    assert at_start.table("provisioned").status.tolist() == ["FAILED"]
    assert at_start.table("invocations").init_type.tolist() == ["on-demand"]


def test_a_failed_allocation_keeps_what_was_prepared_but_it_does_not_serve() -> None:
    source = """
import lambdalab as lab
kept = lab.database("orders", max_connections=2).connect()
def handler(event, context): pass
"""
    fn = lab.function(source, name="fn")
    live = fn.alias("live", provisioned_concurrency=3)
    run = lab.run(live, at=[0, 20], changes=[(10, live, {"provisioned_concurrency": 2})])
    table = run.table("provisioned")
    assert table.status.tolist() == ["FAILED", "READY"]
    assert (table.allocated.tolist(), table.available.tolist()) == ([2, 2], [0, 2])
    assert run.table("invocations").init_type.tolist() == ["on-demand", "provisioned-concurrency"]


def test_what_serves_goes_on_serving_while_more_is_allocated() -> None:
    live = lab.handler("nap", wait=1).alias("live", provisioned_concurrency=2)
    run = lab.run(live, at=[30, 30, 30], changes=[(10, live, {"provisioned_concurrency": 3})])
    assert run.metrics["ProvisionedConcurrencyInvocations"] == 2
    assert run.count("cold") == 1


def test_a_maximum_age_leaves_as_many_ready_as_were_asked_for() -> None:
    live = lab.handler("nap", wait=1).alias("live", provisioned_concurrency=1)
    run = lab.run(live, at=[0, 50, 100, 150], assume={"lifecycle.env.max_age": 60})
    assert run.metrics["ProvisionedConcurrencyInvocations"] == 4


def test_what_is_too_many_ends_with_its_invocation() -> None:
    live = BUSY.alias("live", provisioned_concurrency=3)
    run = lab.run(live, at=[0, 0, 0], changes=[(10, live, {"provisioned_concurrency": 1})])
    shut = of(run, facts.EnvironmentShutDown)
    assert [e.at for e in shut] == [50_000_000] * 2
    assert run.world().versions["busy:1"].provisioned_serving == 1


def test_metric_pc_utilization_is_the_busy_share() -> None:
    live = BUSY.alias("live", provisioned_concurrency=10)
    run = lab.run({live: [0] * 7, BUSY: [0]})
    name = "ProvisionedConcurrencyUtilization"
    assert run.metrics[name] == run.metrics.of(live)[name] == run.metrics.of("busy")[name] == 0.7
    assert run.metrics.of("busy:1")[name] == 0.7
    assert name not in lab.run({live: [], BUSY: [0]}).metrics


# Application Auto Scaling -----------------------------------------------------------------------


def test_concurrency_pc_autoscale_target_is_met_by_as_many_as_would_have_met_it() -> None:
    live = BUSY.alias("live", provisioned_concurrency=10).auto_scaled(2, 40, target=0.5)
    run = lab.run(live, at=minutes(6, at_once=9))
    # 9 of 10 are busy for 50 of 60 s: 0.75. 10 x 0.75 / 0.5 are 15 units.
    assert [e.fact.utilization for e in of(run, facts.UtilizationMeasured)][:3] == [750_000] * 3
    assert asked(run) == [(180, 15)]
    (grown,) = decided(run, "concurrency.pc.autoscale.target")
    assert "you set a target of 50 % on busy:1" in repr(run.why(grown))
    assert len(grown.given) == 3


def test_concurrency_pc_autoscale_target_takes_away_below_nine_tenths_of_it() -> None:
    live = BUSY.alias("live", provisioned_concurrency=10).auto_scaled(2, 40, target=0.7)
    assert asked(lab.run(live, at=minutes(6, at_once=3))) == [(180, 4)]  # 0.25; 10 x 0.25 / 0.7
    few = live.auto_scaled(6, 40, target=0.7)
    assert asked(lab.run(few, at=minutes(6, at_once=3))) == [(180, 6)]
    enough = live.auto_scaled(2, 40, target=0.7)
    assert asked(lab.run(enough, at=minutes(6, at_once=8))) == []  # 0.667: above 0.63


@pytest.mark.parametrize("target", [0.05, 0.95, "high"])
def test_concurrency_pc_autoscale_target_has_a_range(target: object) -> None:
    with pytest.raises(lab.LabError, match=r"concurrency\.pc\.autoscale\.target"):
        BUSY.alias("live").auto_scaled(1, 5, target=target)


def test_concurrency_pc_autoscale_lag_a_burst_of_two_minutes_adds_nothing() -> None:
    live = BUSY.alias("live", provisioned_concurrency=10).auto_scaled(2, 40, target=0.5)
    assert asked(lab.run(live, at=minutes(2, 9), until=600)) == []
    assert asked(lab.run(live, at=minutes(2, 9) + minutes(2, 9, first=4), until=600)) == []
    assert asked(lab.run(live, at=minutes(3, 9), until=600)) == [(180, 15)]


def test_concurrency_pc_autoscale_lag_without_traffic_nothing_changes() -> None:
    live = BUSY.alias("live", provisioned_concurrency=10).auto_scaled(2, 40, target=0.5)
    assert asked(lab.run({live: []}, until=7200)) == []
    zero = BUSY.alias("live").auto_scaled(1, 40, target=0.5)
    run = lab.run(zero, at=minutes(10, 9))
    assert of(run, facts.ProvisioningRequested) == []
    assert run.count("started") == 90


def test_model_autoscale_schedule_moves_the_number_between_its_limits() -> None:
    schedule = [(600, {"minimum": 5}), (1200, {"minimum": 0, "maximum": 2})]
    live = BUSY.alias("live", provisioned_concurrency=1).auto_scaled(1, 10, schedule=schedule)
    run = lab.run({live: []}, until=2000)
    assert asked(run) == [(600, 5), (1200, 2)]
    assert run.table("provisioned").ready.tolist() == [0, 660.03, 1200]
    assert len(decided(run, "model.autoscale.schedule")) == 2


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"minimum": 5, "maximum": 4}, "not below"),
        ({"minimum": -1, "maximum": 4}, "0 or more"),
        ({"minimum": 1, "maximum": 4, "schedule": [(1, {"most": 5})]}, "cannot be limits"),
        ({"minimum": 1, "maximum": 901}, r"concurrency\.unreserved\.minimum"),
        ({"minimum": 1, "maximum": 4, "schedule": [(-1, {})]}, "before the start"),
    ],
)
def test_limits_of_scaling_are_checked(wrong: dict, says: str) -> None:
    with pytest.raises(lab.LabError, match=says):
        lab.run(BUSY.alias("live").auto_scaled(**wrong), at=[0])


def test_scaling_does_not_go_beyond_a_reservation() -> None:
    live = BUSY.with_(reserved_concurrency=5).alias("live", provisioned_concurrency=2)
    for wrong in (live.auto_scaled(1, 6), live):
        with pytest.raises(lab.LabError, match=r"concurrency\.pc\.cap"):
            lab.run(wrong, at=[0], changes=[(1, wrong, {"provisioned_concurrency": 6})])


@pytest.mark.parametrize(("units", "there"), [(1, 1), (2, 2), (4, 4)])
def test_lifecycle_env_recycle_pc_what_is_ready_stays_when_less_is_asked_for(
    units: int, there: int
) -> None:
    fn = lab.handler("fn", wait=1, init=30)
    live = fn.alias("live", fn.publish(), provisioned_concurrency=2)
    changes = [(10, live, {"provisioned_concurrency": 6})]  # in Init from 70 on
    changes.append((80, live, {"provisioned_concurrency": units}))
    run = lab.run({live: [(90, None), *[(300, None)] * there]}, changes=changes, until=300)
    assert [x.initialization_type for x in run.invocations] == ["provisioned-concurrency"] * (
        there + 1
    )
    assert run.world(299).versions["fn:1"].provisioned_serving == units
