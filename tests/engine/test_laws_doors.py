"""Laws of front doors, clients and calls from code, on random stacks."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.check import problems
from lambdalab.engine.kernel import Log
from lambdalab.engine.rules import TABLE
from lambdalab.plan import plan
from lambdalab.run import play
from lambdalab.views.replay import fold, worlds

TIMES = st.integers(0, 40).map(lambda tenths: tenths / 10)

CHAIN = """
import lambdalab as lab
from concurrent.futures import ThreadPoolExecutor
from time import sleep

if {connects}:
    shared = lab.database("orders", max_connections=2, idle_cutoff=1).connect()

def ask(target):
    try:
        return lab.call(target, {{}})
    except lab.CallFailed as error:
        return error.status_code

def handler(event, context):
    lab.effect("begin")
    sleep({wait})
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(ask, [{targets}]))
    lab.effect("end")
    if {connects}:
        shared.query(0.1)
    if {fails}:
        raise ValueError
    return {{"statusCode": 200, "body": str(answers)}}
"""


@st.composite
def functions(draw: st.DrawFn, name: str) -> lab.Function:
    """Draw a function that calls others, perhaps itself, and may run out of time."""
    targets = draw(st.lists(st.sampled_from(["a", "b", "c", "nobody"]), max_size=2))
    event = draw(st.booleans())
    calls = [f"lab.event({t!r})" if event and t != "nobody" else repr(t) for t in targets]
    source = CHAIN.format(
        wait=draw(st.sampled_from([0, 0.3, 2])),
        targets=", ".join(calls),
        fails=draw(st.booleans()),
        connects=draw(st.booleans()),
    )
    return lab.function(
        source,
        name=name,
        timeout=draw(st.sampled_from([1, 3, 20])),
        reserved_concurrency=draw(st.sampled_from([None, 0, 1, 2])),
        maximum_retry_attempts=draw(st.integers(0, 1)),
        maximum_event_age=60,
    )


@st.composite
def scenarios(draw: st.DrawFn) -> dict:
    """Draw functions, the doors and clients in front of them, and their traffic."""
    a, b = draw(functions("a")), draw(functions("b"))
    c = lab.handler("c", wait=draw(st.sampled_from([0, 1, 40])), timeout=60)
    door = draw(st.sampled_from(["rest", "http", "load_balancer", "function_url", "none"]))
    target: object = a
    if door in ("rest", "http"):
        target = lab.api(a, kind=door, timeout=draw(st.sampled_from([None, 0.5, 2])))
    elif door != "none":
        target = getattr(lab, door)(a)
    if draw(st.booleans()):
        retries = draw(st.sampled_from(["none", "once", "legacy", "standard"]))
        target = lab.caller(target, retries, draw(st.sampled_from([None, 1])))
    return {
        "target": {target: draw(st.lists(TIMES, min_size=1, max_size=3))},
        "also": [b, c],
        "seed": draw(st.integers(0, 3)),
        "assume": {
            "recursion.limit": draw(st.sampled_from([1, 2])),
            "lifecycle.idle": draw(st.sampled_from([1, 360])),
        },
    }


def run(scenario: dict) -> lab.Run:
    return lab.run(**scenario)


@given(scenarios())
def test_every_exchange_client_call_and_request_gets_exactly_one_answer(scenario: dict) -> None:
    log = run(scenario).log

    def count(word: str, *kinds: type) -> Counter:
        return Counter(getattr(e.fact, word) for e in log if isinstance(e.fact, kinds))

    assert count("exchange", facts.ExchangeAnswered) == count("exchange", facts.ExchangeStarted)
    ends = facts.ClientAnswered, facts.ClientGaveUp
    assert count("client", *ends) == count("client", facts.ClientStarted)
    ends = facts.ClientAnswered, facts.ClientFailed
    assert count("attempt", *ends) == count("attempt", facts.ClientTried)
    assert count("request", facts.ResponseSent) == count("request", facts.RequestReceived)
    assert max(count("call", facts.CallAnswered).values(), default=1) == 1
    around = fold(log).outside
    left = (around.exchanges, around.clients, around.attempts, around.calls)
    assert left == ({}, {}, {}, {})


@given(scenarios())
def test_a_killed_caller_never_resumes(scenario: dict) -> None:
    over: set[tuple[str, str]] = set()
    reset: set[str] = set()
    waiting: dict[str, str] = {}  # call -> who waits for it
    for entry in run(scenario).log:
        fact = entry.fact
        if isinstance(fact, facts.InvocationCompleted):
            over.add((fact.request, fact.environment))
        elif isinstance(fact, facts.InvocationStarted | facts.InitStarted):
            over.discard((fact.request, fact.environment))
            reset.discard(fact.environment)
        elif isinstance(fact, facts.EnvironmentReset | facts.EnvironmentShutDown):
            reset.add(fact.environment)
            waiting = {c: env for c, env in waiting.items() if env != fact.environment}
        elif isinstance(fact, facts.CallMade):
            waiting[fact.call] = fact.environment
        elif isinstance(fact, facts.CallAnswered):
            assert waiting.pop(fact.call) == fact.environment
        if isinstance(fact, facts.CallMade | facts.EffectMade | facts.CodeWaited):
            assert (fact.request, fact.environment) not in over
            assert fact.environment not in reset


@given(scenarios())
def test_the_log_alone_rebuilds_the_world_and_the_same_seed_gives_it_again(scenario: dict) -> None:
    defaults = {"at": None, "until": None, "faults": (), "changes": ()}
    planned = plan(**(defaults | {"account_concurrency": 1000} | scenario))
    play(planned)
    log = Log(planned.sim.rows)
    assert fold(log) == planned.sim.world
    assert run(scenario).log.rows == log.rows


@given(scenarios(), st.floats(0, 80))
def test_a_shorter_run_is_a_prefix_of_a_longer_one(scenario: dict, until: float) -> None:
    longer = lab.run(**scenario, until=1000).log.rows
    shorter = lab.run(**scenario, until=until).log.rows
    assert shorter == longer[: len(shorter)]


@given(scenarios())
def test_the_world_is_in_order_and_causes_point_back(scenario: dict) -> None:
    log = run(scenario).log
    for entry, world in zip(log, worlds(log), strict=True):
        assert problems(world) == [], f"after {entry}"
        assert entry.cause is None or entry.cause < entry.seq
        assert all(seq < entry.seq for seq in entry.given)
        assert entry.rule in TABLE
        around = world.outside
        assert all(len(there) <= 2 for there in around.databases.values())
        assert set(around.calls.values()) <= set(world.environments)
        assert {c.environment for c in around.connections.values()} <= set(world.environments)


@given(scenarios())
def test_no_function_runs_more_often_in_a_chain_than_the_limit(scenario: dict) -> None:
    log = run(scenario).log
    started = {e.fact.request for e in log if isinstance(e.fact, facts.InvocationStarted)}
    for entry in log:
        fact = entry.fact
        if isinstance(fact, facts.RequestReceived) and fact.request in started:
            links = [link.rpartition(":") for link in fact.lineage.split("|") if link]
            ran = {function: int(times) for function, _, times in links}
            assert ran.get(fact.function, 0) < scenario["assume"]["recursion.limit"]
