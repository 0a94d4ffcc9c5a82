"""What a run can be asked, on the smallest run that has two environments."""

import pickle
from types import MappingProxyType

import pytest

import lambdalab as lab
from lambdalab.engine import facts

GREET = """
import time
time.sleep(0.4)
count = 0

def handler(event, context):
    global count
    count += 1
    time.sleep(0.5)
    return count
"""


@pytest.fixture(scope="module")
def run() -> lab.Run:
    return lab.run(lab.function(GREET, name="greet"), at=[0, 0.2, 3])


def test_two_environments_two_cold_starts_and_a_counter_each(run: lab.Run) -> None:
    assert run.returned == [1, 1, 2]
    assert (run.count("environments"), run.count("cold"), run.peak) == (2, 2, 2)
    assert repr(run) == (
        "<Run of greet: 3 requests, 2 environments, 2 cold, 0 throttled, 0 errors; "
        "29 entries in 3.5 s>"
    )


def test_the_same_cell_run_twice_gives_the_same(run: lab.Run) -> None:
    again = lab.run(lab.function(GREET, name="greet"), at=[0, 0.2, 3])
    assert again.log.rows == run.log.rows
    assert str(again.tell()) == str(run.tell())


def test_responses_are_in_the_order_sent_whatever_the_order_written() -> None:
    echo = lab.function("def handler(event, context): return event")
    run = lab.run(echo, at=[(3, {"name": "late"}), 1, (2, None)])
    assert run.returned == [{"n": 1}, {"n": 2}, {"name": "late"}]


def test_several_targets_count_their_own_payloads() -> None:
    a = lab.function("def handler(event, context): return event", name="a")
    b = lab.function("def handler(event, context): return event", name="b")
    run = lab.run({a: [0, 2], b: lab.steady(1, seconds=2)})
    assert run.returned == [{"n": 0}, {"n": 0}, {"n": 1}, {"n": 1}]
    assert run.table("requests").function.tolist() == ["a", "b", "b", "a"]


def test_invocations_as_a_table(run: lab.Run) -> None:
    table = run.table("invocations")
    assert " ".join(table.columns) == (
        "request_id function version environment attempt start end status error_type init_type "
        "init_ms duration_ms billed_ms max_memory_mb cold source"
    )
    assert table.start.tolist() == [0.4, 0.6, 3.0]
    assert table.end.tolist() == [0.9, 1.1, 3.5]
    assert table.cold.tolist() == [True, True, False]
    assert table.billed_ms.tolist() == [900, 900, 500]
    assert table.init_ms.isna().tolist() == [False, False, True]


def test_requests_environments_and_the_log_as_tables(run: lab.Run) -> None:
    requests = run.table("requests")
    assert requests.latency.tolist() == [0.9, 0.9, 0.5]
    assert requests.outcome.tolist() == ["success"] * 3
    environments = lab.run(lab.handler(wait=1), at=[0], until=500).table("environments")
    assert environments.invocations.tolist() == [1]
    assert environments.shut_down.tolist() == [361.0]
    assert run.table("log").fact.iloc[0] == "AccountConfigured"


def test_an_empty_table_has_its_columns() -> None:
    assert lab.run(lab.handler(), at=[]).table("invocations").columns[0] == "request_id"


def test_the_graph_shows_a_function_whose_extension_is_still_at_work() -> None:
    fn = lab.handler("slow", wait=1, extensions=[lab.extension("agent", after=5)])
    made = lab.run(fn, at=0, until=3)
    assert list(made.graph(0.5).edges("caller", data="requests")) == [
        ("caller", "slow", ("req-1",))
    ]
    assert list(made.graph(2).edges("caller", data="requests")) == [("caller", "slow", ())]


def test_the_graph_keeps_every_thing_in_its_place(run: lab.Run) -> None:
    before, during, after = (run.graph(at) for at in (0.1, 0.5, 3.2))
    assert set(before) == {"caller", "greet", "env-1"}
    assert during.nodes["env-1"]["phase"] == "Invoke"
    assert during.nodes["env-2"]["phase"] == "Init"
    assert during.edges["caller", "greet"]["requests"] == ("req-1", "req-2")
    assert after.edges["greet", "env-2"]["requests"] == ("req-3",)
    for node in before:
        assert before.nodes[node]["pos"] == after.nodes[node]["pos"]
    places = [data["pos"] for _, data in after.nodes(data=True)]
    assert len(set(places)) == len(places)


def test_the_causes_are_a_forest_with_a_tree_for_each_stimulus(run: lab.Run) -> None:
    graph = run.causes()
    assert len(graph) == len(run.log)
    causes = [(a, b) for a, b, kind in graph.edges(data="kind") if kind == "cause"]
    assert all(a < b for a, b in graph.edges)
    assert len({b for _, b in causes}) == len(causes)
    assert {run.log[n].cause for n in graph if n not in {b for _, b in causes}} == {None}


def test_the_phases_are_those_that_the_engine_allows(run: lab.Run) -> None:
    phases = run.phases()
    assert set(phases) == {"Init", "Restore", "Invoke", "Frozen", "Shutdown"}
    assert phases.has_edge("Frozen", "Invoke")
    assert not phases.has_edge("Shutdown", "Invoke")


def test_the_world_at_a_moment(run: lab.Run) -> None:
    assert {e.phase for e in run.world(0.5).environments.values()} == {"Invoke", "Init"}
    assert run.world().requests == {}


def test_why_ends_at_what_the_learner_sent_or_set(run: lab.Run) -> None:
    chain = run.why("req-3").chain
    assert [link.label for link in chain if link.depth == 0][-1] == "you"
    assert chain[0].seq > chain[-1].seq
    assert any(link.rule.id == "concurrency.assignment.which" for link in chain)
    throttled = lab.run(lab.handler("one", wait=1, reserved_concurrency=1), at=[0, 0])
    assert "you set reserved_concurrency=1 on one" in repr(throttled.why("req-2.throttled"))
    default = lab.run(lab.function(lab.work(wait=5), name="nap"), at=[0])
    assert "timeout=3 on nap, which you left at its default" in repr(default.why("env-1.timeout"))


def test_why_takes_an_entry_a_number_an_id_and_a_state(run: lab.Run) -> None:
    last = run.log[-1]
    for x in (last, last.seq, -1, "env-2", "env-2.frozen"):
        assert run.why(x).chain[0].seq == last.seq
    assert type(run.log[run.why("req-3.started").chain[0].seq].fact) is facts.InvocationStarted


def test_why_tells_once_what_recurs() -> None:
    one = lab.handler("one", wait=200, timeout=300, reserved_concurrency=1)
    run = lab.run(lab.event(one), at=[0, 0])
    why = run.why("req-2.invocation_completed")
    told = [link for link in why.chain if not link.label]
    assert [link.text for link in told] == ["the same 7 more times before that, since 0.000 s"]
    assert "  … the same 7 more times before that, since 0.000 s\n" in repr(why)
    throttled = [link for link in why.chain if link.rule.id == "concurrency.reserved.both"]
    assert len([link for link in throttled if link.depth == 0]) == 1
    assert [link.label for link in why.chain][-1] == "you"  # the chain still ends where it began


def test_why_of_a_loop_says_how_far_apart_its_turns_are() -> None:
    source = (
        "import time\ndef handler(event, context):\n    for _ in range(9):\n        time.sleep(1)\n"
    )
    run = lab.run(lab.function(source, name="turns", timeout=20), at=0)
    assert "… the same 8 more times before that, once a second" in repr(run.why("req-1.completed"))


def test_why_of_a_cold_start_names_who_was_in_the_way(run: lab.Run) -> None:
    why = run.why("req-2.cold")
    assert (
        repr(why)
        == """\
    0.200 s  env-2 is created for req-2 and begins its Init.  [documented]
             One environment serves one request at a time. (lifecycle.env.single_concurrency)
             https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
        0.000 s  given env-1 is created for req-1 and begins its Init.  [documented]
    0.200 s  because req-2 arrives for greet.  [you]
             You sent this request. (you.request)"""
    )
    html = why._repr_html_()
    assert html.count("<li") == len(why.chain) == 3
    assert 'href="https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"' in html


@pytest.mark.parametrize("x", ["env-9", "env-1.throttled", 29, -30, "nobody"])
def test_why_says_what_can_be_asked(run: lab.Run, x: int | str) -> None:
    with pytest.raises(lab.LabError, match=r"allowed: .*\n  try:"):
        run.why(x)


def test_tell_has_a_sentence_for_each_entry(run: lab.Run) -> None:
    told = str(run.tell()).splitlines()
    assert len(told) == len(run.log)
    assert told[3].strip() == (
        "#3  0.000 s  env-1 is created for req-1 and begins its Init.  (because of #2)"
    )
    assert len(str(run.story("req-3")).splitlines()) == 5


def test_count_takes_a_span_of_time(run: lab.Run) -> None:
    assert run.count("cold", after=0.5) == 1
    assert run.count("cold", before=0.5) == 1
    assert run.count("started", after=0.4, before=0.6) == 1
    with pytest.raises(lab.LabError, match="throttled"):
        run.count("lukewarm")


def test_logs_can_be_searched(run: lab.Run) -> None:
    assert len(run.logs()) == 3 * 3 + 2
    assert [line.environment for line in run.logs(r"Init Duration")] == ["env-1", "env-2"]
    assert repr(run.logs("nothing of this kind")) == "no log line matches; 11 lines were written"
    silent = lab.run(lab.handler(), at=[])
    assert repr(silent.logs("x")) == "no log line: nothing was written"


def test_a_run_is_a_value_that_can_be_kept(run: lab.Run) -> None:
    kept = pickle.loads(pickle.dumps(run))
    assert kept.log.rows == run.log.rows
    assert repr(kept) == repr(run)


def test_until_is_inclusive_and_cuts_what_is_running() -> None:
    run = lab.run(lab.handler(wait=2), at=[0, 1, 1.5], until=1)
    assert run.count("requests") == 2
    assert run.responses == [None, None]
    assert run.table("invocations").end.isna().all()


def test_a_run_without_an_end_stops_after_a_day_and_says_so() -> None:
    run = lab.run(lab.handler(wait=1), at=[0, 90_000])
    assert "STOPPED after 86400.000 s" in repr(run)
    assert run.count("requests") == 1


def test_mappings_of_other_kinds_are_taken_too() -> None:
    assert lab.run(MappingProxyType({lab.handler(): [0]})).count("requests") == 1


# One function among several ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def two() -> tuple[lab.Run, lab.Function, object, object]:
    fn = lab.handler(wait=1, fails=True)
    version = fn.publish()
    live = fn.alias("live", version)
    other = lab.handler("other", wait=2, reserved_concurrency=1)
    run = lab.run({fn: [0], version: [0.1], live: [0.2, 5], other: [0, 0], lab.event(other): [3]})
    return run, fn, version, live


def test_a_part_of_a_run_is_asked_like_a_run(two: tuple) -> None:
    run, fn, *_ = two
    other = run.of("other")
    assert (other.count("throttled"), other.count("errors"), other.attempts()) == (1, 0, 2)
    assert other.metrics["Throttles"] == 1
    assert other.bill.ms == 4000
    assert [r.status_code for r in other.responses] == [200, 429, 202]
    assert set(other.table("invocations").function) == {"other"}
    assert set(other.table("environments").environment) == {"env-2"}
    assert len(other.table("requests")) == 3
    assert other.table("log").seq.tolist() == [e.seq for e in other._entries]
    assert {line.environment for line in other.logs()} == {"env-2"}
    assert (other.peak, run.of(fn).peak, run.peak) == (1, 3, 4)
    assert "other" in repr(other)
    assert "env-2" in str(other.tell())
    assert "env-1" not in str(other.tell())
    assert other.world() == run.world()


def test_a_function_is_known_by_its_value_even_without_a_name(two: tuple) -> None:
    run, fn, version, live = two
    parts = [run.of(x).attempts() for x in (fn, version, live)]
    assert parts == [4, 3, 2]
    assert [run.metrics.of(x)["Invocations"] for x in (fn, version, live)] == parts
    assert [run.bill.of(x).requests for x in (fn, version, live)] == parts
    assert run.of(lab.event(fn)).attempts() == run.attempts(fn) == run.attempts("function") == 4
    assert run.of(live).of("other").attempts() == 2


def test_attempts_of_one_request() -> None:
    run = lab.run(lab.event(lab.handler(fails=True)), at=[0, 1])
    assert (run.attempts(), run.attempts("req-1")) == (6, 3)
    with pytest.raises(lab.LabError, match="req-1"):
        run.attempts("req-9")


def test_the_story_of_a_function_has_what_happened_to_its_requests(two: tuple) -> None:
    run, fn, *_ = two
    assert str(run.story("other")) == str(run.of("other").tell())
    assert str(run.story(fn)) == str(run.of(fn).tell())
    assert "completes" in str(run.story("other"))
    queue = lab.queue("dead")
    told = lab.run(lab.event(lab.handler("f", fails=True, dead_letter=queue)), at=[0])
    assert "dead-letter queue dead" in str(told.story(queue))


def test_what_was_delivered_to_a_function_without_a_name() -> None:
    alarm = lab.handler()
    boom = lab.handler("boom", fails=True, maximum_retry_attempts=0, on_failure=alarm)
    run = lab.run(lab.event(boom), at=[0])
    assert len(run.delivered(alarm)) == len(run.delivered("function")) == 1
    with pytest.raises(lab.LabError, match="nothing in this run is called 'queue:function'"):
        run.delivered(lab.queue("function"))


def test_what_was_delivered_is_asked_of_what_the_run_has() -> None:
    """Where nothing arrived there is an empty list; of an unknown name the known ones are told."""
    late, news = lab.queue("late"), lab.topic("news")
    idle, jobs = lab.handler("idle"), lab.queue("jobs", fifo=True)
    boom = lab.handler("boom", fails=True, on_failure="failed", on_success=idle)
    stream = lab.stream("clicks").to(boom, on_failure=lab.bucket("kept"))
    calls = {lab.event(boom): [0], stream: [], lab.topic("wired").to(boom, dead_letter=late): []}
    changes = [(5, idle, lab.deleted)]
    run = lab.run(calls, also=[news, jobs], changes=changes, until=10)  # type: ignore[arg-type]
    for place in ("idle", "jobs", "jobs.fifo", "failed", "clicks", "kept", "wired", "late", "news"):
        assert run.delivered(place) == [], place
    for value in (idle, late, news, lab.queue("failed")):
        assert run.delivered(value) == run.of(boom).delivered(value) == []
    with pytest.raises(lab.LabError, match=r"'misspelt'(?s:.*)idle, .*failed.*news") as error:
        run.delivered("misspelt")
    assert error.value.attempt.startswith("run.delivered(")


def test_nothing_in_particular_is_nothing_to_ask_about(two: tuple) -> None:
    run = two[0]
    for ask in (run.why, run.story):
        with pytest.raises(lab.LabError, match="nothing in this run is called ''"):
            ask("")
    with pytest.raises(lab.LabError, match="True is nothing to ask about"):
        run.why(True)


def test_the_depth_of_a_queue_can_be_asked_of_one_function_s_run() -> None:
    queue = lab.queue("jobs").to(lab.handler("worker", wait=5))
    run = lab.run(queue, at=[0, 0])
    assert run.of("worker").depth("jobs", at=1) == run.depth("jobs", at=1) == 2


def test_a_throttle_says_which_limit_was_met() -> None:
    refused = lab.run(lab.handler(wait=1, reserved_concurrency=1), at=[0, 0]).returned[1]
    assert refused == lab.Failure(
        "TooManyRequestsException",
        "Rate Exceeded.",
        "ReservedFunctionConcurrentInvocationLimitExceeded",
    )
    too_large = lab.run(lab.handler(), at=[(0, "x" * (6 * 1024 * 1024))]).returned[0]
    assert (too_large.type, too_large.reason) == ("RequestTooLargeException", "")


def test_what_can_be_counted() -> None:
    run = lab.run(lab.event(lab.handler(fails=True)), at=[0, 1])
    words = ("ran_twice", "retried", "refused", "dropped", "errors", "events")
    assert [run.count(word) for word in words] == [2, 4, 0, 2, 6, 2]
    with pytest.raises(lab.LabError, match=r"allowed: requests, .*ran_twice"):
        run.count("rain")


def test_an_effect_that_never_happened_counts_nothing_if_the_code_names_it() -> None:
    source = """
import lambdalab as lab
from lambdalab import effect
def handler(event, context):
    if event["n"]:
        lab.effect("ship")
        effect("pack")
"""
    run = lab.run(lab.function(source, name="shop"), at=[0])
    assert (run.count("ship"), run.count("pack")) == (0, 0)
    assert lab.run(lab.function(source, name="shop"), at=[0, 1]).count("ship") == 1
    with pytest.raises(lab.LabError, match="'shipp' cannot be counted"):
        run.count("shipp")


def test_an_effect_that_a_fault_names_can_be_counted_too() -> None:
    source = "import lambdalab as lab\ndef handler(e, c): return [lab.effect(x) for x in e]"
    shop = lab.function(source, name="shop")
    run = lab.run(shop, at=[(0, [])], faults=[lab.crash(shop, after="ship"), lab.duplicate(shop)])
    assert run.count("ship") == 0
    with pytest.raises(lab.LabError, match="cannot be counted"):
        run.count("pack")


def test_a_destination_that_leads_back_in_no_time_is_a_mistake_that_is_told() -> None:
    """Each record holds the event before it, until nobody can read it any more."""
    news = lab.bus("news")
    with pytest.raises(lab.LabError, match="a destination leads back to its function"):
        lab.run(news.to(lab.handler("again", on_success=news)), at=[0], until=10)
    slower = lab.handler("again", on_success=news, wait=1)
    assert lab.run(news.to(slower), at=[0], until=10).count("started") == 11
