"""Laws of runs with faults, with numbers of provisioned environments that change, and scaling."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.check import problems
from lambdalab.engine.kernel import Log
from lambdalab.engine.world import PHASES
from lambdalab.plan import plan
from lambdalab.run import play
from lambdalab.views.replay import fold, worlds

TIMES = st.integers(0, 40).map(lambda n: n * 7.5)
UNITS = st.integers(0, 4)


@st.composite
def scenarios(draw: st.DrawFn) -> dict:
    """Draw a function with a provisioned alias, its traffic, its changes and its faults."""
    function = lab.handler(
        "fn",
        wait=draw(st.sampled_from([0, 1, 40])),
        init=draw(st.sampled_from([0, 2, 70])),
        fails=draw(st.sampled_from([False, 0.5])),
        timeout=60,
        reserved_concurrency=draw(st.sampled_from([None, 4, 6])),
    )
    live = function.alias("live", provisioned_concurrency=draw(UNITS))
    if draw(st.booleans()):
        limits = [(draw(TIMES), {"minimum": draw(UNITS), "maximum": 4}) for _ in range(2)]
        live = live.auto_scaled(0, 4, draw(st.sampled_from([None, 0.1, 0.7])), limits)
    at = st.lists(TIMES, max_size=8)
    door = lab.event(draw(st.sampled_from([function, live])))
    change = st.tuples(TIMES, UNITS).map(lambda x: (x[0], live, {"provisioned_concurrency": x[1]}))
    changes = draw(st.lists(change, max_size=3))
    if draw(st.booleans()):
        changes.append((draw(TIMES), function, lab.deleted))
    duplicates = st.builds(lab.duplicate, st.just(door), UNITS, st.sampled_from([0, 1, 30]))
    crashes = st.builds(lab.crash, st.just(function), st.integers(1, 5))
    return {
        "target": {live: draw(at), function: draw(at), door: draw(at), lab.dry_run(live): draw(at)},
        "changes": changes,
        "faults": draw(st.lists(st.one_of(duplicates, crashes), max_size=3)),
        "until": draw(st.sampled_from([None, 900])),
    }


@given(scenarios())
def test_the_world_is_in_order_and_the_log_rebuilds_it(scenario: dict) -> None:
    defaults = {"at": None, "also": (), "seed": 0, "assume": {}, "account_concurrency": 110}
    planned = plan(**(defaults | scenario))
    play(planned)
    log = Log(planned.sim.rows)
    assert fold(log) == planned.sim.world
    before: dict[str, str] = {}
    for seq, world in enumerate(worlds(log)):
        assert problems(world) == [], f"after {log[seq]}"
        after = {env.id: env.phase for env in world.environments.values()}
        for name in {**before, **after}:
            step = before.get(name, ""), after.get(name, "Shutdown")
            assert step[0] == step[1] or step in PHASES, f"{name}: {step}"
        before = after


@given(scenarios())
def test_every_delivery_of_an_event_ends_in_exactly_one_way(scenario: dict) -> None:
    log = lab.run(**(scenario | {"until": None})).log
    kept = Counter(e.fact.request for e in log if isinstance(e.fact, facts.EventQueued))
    kept += Counter(e.fact.copy for e in log if isinstance(e.fact, facts.EventDuplicated))
    ends = facts.EventSucceeded | facts.EventDropped
    assert Counter(e.fact.request for e in log if isinstance(e.fact, ends)) == kept


@given(scenarios())
def test_no_more_than_what_was_asked_for_serves_once_it_is_ready(scenario: dict) -> None:
    for world in worlds(lab.run(**scenario).log):
        for version in world.versions.values():
            idle = len(version.provisioned_idle)
            assert idle <= version.provisioned_serving
            if version.provisioned_status == "READY":
                surplus = version.provisioned_serving - version.provisioned
                busy = sum(
                    bool(e.serves and e.phase != "Frozen") for e in world.environments.values()
                )
                assert surplus <= busy
