"""Laws that hold for every run: what must be, and what must never be."""

import math
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.check import problems
from lambdalab.engine.kernel import Log
from lambdalab.engine.rules import TABLE
from lambdalab.engine.world import PHASES
from lambdalab.plan import plan
from lambdalab.run import play
from lambdalab.views.replay import fold, worlds

TIMES = st.integers(0, 40).map(lambda tenths: tenths / 10)
POLICIES = st.sampled_from(["mru", "newest", "lru", "random"])


EXTENSIONS = [
    (),
    (),
    [lab.extension("slow", init=0.3, after=0.4, shutdown=3)],
    [lab.extension("inside", after=70, internal=True, shutdown=0.1), "idle"],
    [lab.extension("bad", crashes="invoke", shutdown=1)],
    [lab.extension("worse", crashes="init")],
]
CHANGES = [
    {"reserved_concurrency": 0},
    {"reserved_concurrency": 2},
    {"reserved_concurrency": None},
    {"memory": 256},
    {"timeout": 2, "reserved_concurrency": 1},
    lab.deleted,
]


@st.composite
def doors(draw: st.DrawFn, function: lab.Function) -> object:
    """Draw one of the ways to reach a function."""
    way = draw(st.sampled_from(["call", "call", "event", "version", "alias", "event alias"]))
    if "event" in way:
        function = function.with_(
            maximum_retry_attempts=draw(st.integers(0, 2)),
            maximum_event_age=draw(st.sampled_from([60, 300])),
            on_failure=draw(st.sampled_from([None, "failed"])),
            dead_letter=draw(st.sampled_from([None, "dead"])),
        )
    if "version" in way:
        return function.publish(snap_start=draw(st.booleans()))
    if "alias" in way:
        units = draw(st.integers(0, function.reserved_concurrency or 0)) or draw(
            st.sampled_from([0, 2]) if function.reserved_concurrency is None else st.just(0)
        )
        alias = function.alias("live", provisioned_concurrency=units)
        return lab.event(alias) if "event" in way else alias
    return lab.event(function) if way == "event" else function


def set_aside(target: object) -> bool:
    """Say whether a target takes anything out of the shared pool."""
    if hasattr(target, "target"):
        return set_aside(target.target)
    function = target if isinstance(target, lab.Function) else target.function
    return function.reserved_concurrency is not None or bool(
        getattr(target, "provisioned_concurrency", 0)
    )


def reserves(change: Any, function: lab.Function) -> float:
    """Say how much a function may provision after a change."""
    settings = change if isinstance(change, dict) else {}
    own = settings.get("reserved_concurrency", function.reserved_concurrency)
    return math.inf if own is None else own


@st.composite
def scenarios(draw: st.DrawFn) -> dict:
    """Draw a small stack, its traffic, and what is assumed."""
    functions = {}
    for name in draw(st.sampled_from([("a",), ("a", "b")])):
        model = {
            "wait": draw(st.sampled_from([0, 0.1, 0.5, 2])),
            "cpu": draw(st.sampled_from([0, 0.2])),
            "init": draw(st.sampled_from([0, 0.4, 1.5, 11])),
            "fails": draw(st.sampled_from([False, True, 0.5])),
            "memory_used": draw(st.sampled_from([None, None, 200])),
        }
        settings = {
            "memory": draw(st.sampled_from([128, 512, 1769])),
            "timeout": draw(st.sampled_from([1, 3, 20])),
            "reserved_concurrency": draw(st.sampled_from([None, None, 0, 1, 3])),
        }
        settings["extensions"] = draw(st.sampled_from(EXTENSIONS))
        at = draw(st.lists(TIMES, min_size=1, max_size=8))
        functions[draw(doors(lab.handler(name, **model, **settings)))] = at
    reserved = any(set_aside(target) for target in functions)
    changed, units = next(iter(functions)), 0
    while not isinstance(changed, lab.Function):
        units = getattr(changed, "provisioned_concurrency", units)
        changed = changed.target if hasattr(changed, "target") else changed.function
    allowed = [change for change in CHANGES if units <= reserves(change, changed)]
    planned = st.tuples(TIMES, st.just(changed), st.sampled_from(allowed))
    changes = draw(st.lists(planned, max_size=2))
    reserved |= any(
        isinstance(new, dict) and new.get("reserved_concurrency") for _, _, new in changes
    )
    return {
        "target": functions,
        "changes": changes,
        "until": draw(st.sampled_from([None, 5, 1000])),
        "seed": draw(st.integers(0, 3)),
        "account_concurrency": draw(st.sampled_from([112 if reserved else 2, 1000])),
        "assume": {
            "concurrency.assignment.which": draw(POLICIES),
            "lifecycle.init.overtaken": draw(st.booleans()),
            "lifecycle.idle": draw(st.sampled_from([1, 360, (0.5, 4), lab.exponential(3)])),
            "lifecycle.prelude": draw(st.sampled_from([0, 0, 0.1, "measured"])),
            "lifecycle.max_age": draw(st.sampled_from([0, 2])),
            "lifecycle.init.proactive": draw(st.sampled_from([0, 0.5, 1])),
            "cold.snapstart.restore_time": draw(st.sampled_from([0, 0.4, (0.1, 2), 11])),
        },
    }


def run(scenario: dict, **changes: object) -> lab.Run:
    return lab.run(**(scenario | changes))


@given(scenarios())
def test_the_same_seed_gives_the_same_log(scenario: dict) -> None:
    assert run(scenario).log.rows == run(scenario).log.rows


@given(scenarios())
def test_the_log_alone_rebuilds_the_world_that_the_engine_held(scenario: dict) -> None:
    defaults = {"at": None, "also": (), "until": None, "seed": 0, "faults": ()}
    planned = plan(**(defaults | scenario))
    play(planned)
    assert fold(Log(planned.sim.rows)) == planned.sim.world


@given(scenarios(), st.floats(0, 5))
def test_a_shorter_run_is_a_prefix_of_a_longer_one(scenario: dict, until: float) -> None:
    longer = run(scenario, until=1000).log.rows
    shorter = run(scenario, until=until).log.rows
    assert shorter == longer[: len(shorter)]
    assert all(at <= until * 1_000_000 + 1 for at, *_ in shorter)


@given(scenarios())
def test_causes_and_givens_point_back(scenario: dict) -> None:
    for entry in run(scenario).log:
        assert entry.cause is None or entry.cause < entry.seq
        assert all(seq < entry.seq for seq in entry.given)
        assert len(entry.given) <= 10
        assert entry.rule in TABLE


@given(scenarios())
def test_time_never_runs_backwards(scenario: dict) -> None:
    at = [entry.at for entry in run(scenario).log]
    assert at == sorted(at)


@given(scenarios())
def test_the_world_is_in_order_after_every_entry(scenario: dict) -> None:
    log = run(scenario).log
    for seq, world in enumerate(worlds(log)):
        assert problems(world) == [], f"after {log[seq]}"


@given(scenarios())
def test_every_request_and_event_ends_in_exactly_one_way(scenario: dict) -> None:
    log = run(scenario, until=None).log
    received = Counter(e.fact.request for e in log if isinstance(e.fact, facts.RequestReceived))
    answered = Counter(e.fact.request for e in log if isinstance(e.fact, facts.ResponseSent))
    assert answered == received
    events = Counter(e.fact.request for e in log if isinstance(e.fact, facts.EventQueued))
    ends = facts.EventSucceeded | facts.EventDropped
    assert Counter(e.fact.request for e in log if isinstance(e.fact, ends)) == events


@given(scenarios(), st.randoms(use_true_random=False))
def test_the_order_of_stimuli_of_one_instant_does_not_break_a_law(
    scenario: dict, random: object
) -> None:
    shuffled = {f: random.sample(at, len(at)) for f, at in scenario["target"].items()}
    log = run(scenario, target=shuffled).log
    assert sorted(e.at for e in log if isinstance(e.fact, facts.RequestReceived)) == sorted(
        e.at for e in run(scenario).log if isinstance(e.fact, facts.RequestReceived)
    )
    assert all(problems(world) == [] for world in worlds(log))


@given(scenarios())
def test_an_environment_serves_one_request_at_a_time(scenario: dict) -> None:
    busy: dict[str, str] = {}
    for entry in run(scenario).log:
        match entry.fact:
            case facts.InvocationStarted(request=request, environment=environment):
                assert busy.get(environment, request) == request
                busy[environment] = request
            case facts.InvocationCompleted(environment=environment):
                busy.pop(environment, None)


@given(scenarios())
def test_an_environment_goes_from_phase_to_phase_as_it_may(scenario: dict) -> None:
    before: dict[str, str] = {}
    for world in worlds(run(scenario).log):
        after = {env.id: env.phase for env in world.environments.values()}
        for name in {**before, **after}:
            step = before.get(name, ""), after.get(name, "Shutdown")
            assert step[0] == step[1] or step in PHASES, f"{name}: {step}"
        before = after


def test_the_log_can_be_read_like_a_list() -> None:
    log: Log = lab.run(lab.handler(wait=1), at=[0]).log
    assert log[-1].seq == len(log) - 1
    assert [e.seq for e in log[1:3]] == [1, 2]
    assert log[0] == next(iter(log))
