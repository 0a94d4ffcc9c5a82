"""Worked scenarios of front doors, clients and calls: numbers worked out by hand."""

import json

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import of, starts


def test_s18_a_read_timeout_of_the_client_makes_five_executions_of_one_call() -> None:
    """Given work of 100 s and boto3's defaults, one call at 0.

    Read timeouts 60 s after each try; waits of 1, 2, 4 and 8 s: 0, 61, 123, 187, 255, and the end
    at 5 x 60 + 15 = 315.
    """
    long = lab.handler("long", wait=100, timeout=120)
    run = lab.run(lab.caller(long, retries="legacy"), at=[0])
    assert starts(run) == [0, 61, 123, 187, 255]
    assert [x.end - x.start for x in run.invocations] == [100_000_000] * 5
    assert (run.metrics["Invocations"], run.metrics["Errors"]) == (5, 0)
    (gave_up,) = of(run, facts.ClientGaveUp)
    assert (gave_up.at, gave_up.fact.error) == (315_000_000, "ReadTimeoutError")
    assert run.returned == [lab.Failure("ReadTimeoutError", "no answer came in time")]


def test_s19_the_integration_timeout_of_a_rest_api_answers_504_and_stops_nothing() -> None:
    """Given a REST API of 29 s before a function of 60 s that works 35 s, one request at 0."""
    slow = lab.handler("slow", wait=35, timeout=60, returns={"statusCode": 200})
    run = lab.run(lab.api(slow, timeout=29), at=[0])
    exchange = run.table("exchanges").iloc[0]
    assert (exchange.answered, exchange.status_code) == (29, 504)
    assert [x.end for x in run.invocations] == [35_000_000]
    assert (run.metrics["Invocations"], run.metrics["Errors"]) == (1, 0)
    why = repr(run.why("exchange-1.answered"))
    assert "apigw.rest.timeout-status" in why
    assert "you set timeout=29 on api:api" in why


def test_s21_a_load_balancer_takes_no_body_of_1_2_mb() -> None:
    door = lab.load_balancer(lab.handler("fn"))
    run = lab.run(door, at=[(0, lab.request("POST", "/", body="x" * 1_200_000))])
    assert run.responses[0].status_code == 413
    assert (run.attempts(), run.metrics["Invocations"]) == (0, 0)


def test_a_throttle_a_raise_and_each_door_has_its_own_word_for_it() -> None:
    """A throttle: REST 500, HTTP 500, ALB 502, URL 429. A raise: 502, 500, 502, 502."""
    boom, full = lab.handler("boom", fails=True), lab.handler("full", reserved_concurrency=0)
    doors = (lab.api, lambda fn: lab.api(fn, kind="http"), lab.load_balancer, lab.function_url)
    seen = [
        [lab.run(door(fn), at=[0]).responses[0].status_code for door in doors]
        for fn in (full, boom)
    ]
    assert seen == [[500, 500, 502, 429], [502, 500, 502, 502]]


def test_two_functions_lock_each_other_out_and_it_shows_as_a_throttle() -> None:
    """A caller holds the only unit of its own function, so a call back to it finds no room."""
    ping = "import lambdalab as lab\ndef handler(event, context): return lab.call('pong', event)"
    pong = """
import lambdalab as lab
def handler(event, context):
    try:
        return lab.call("ping", event)
    except lab.CallFailed as error:
        return [error.status_code, error.type]
"""
    run = lab.run(
        lab.function(ping, name="ping", reserved_concurrency=1),
        at=[0],
        also=[lab.function(pong, name="pong")],
    )
    assert run.returned == [[429, "ReservedFunctionConcurrentInvocationLimitExceeded"]]
    (throttled,) = of(run, facts.RequestThrottled)
    in_the_way = [run.log[seq].fact for seq in throttled.given]
    assert any(getattr(fact, "request", "") == "req-1" for fact in in_the_way)


def test_what_a_call_brings_back() -> None:
    """A result, a function error, a timeout, a throttle, an unknown name, and 202 for an event."""
    source = """
import lambdalab as lab
def handler(event, context):
    target = lab.event(event[6:]) if event.startswith("event ") else event
    try:
        return lab.call(target, {"n": 1})
    except lab.CallFailed as error:
        return [error.status_code, error.type, error.message]
"""
    ask = lab.function(source, name="ask", timeout=60)
    others = [
        lab.function("def handler(event, context): return event", name="echo"),
        lab.function("def handler(event, context): raise ValueError('bad')", name="bad"),
        lab.handler("late", wait=9, timeout=3),
        lab.handler("full", reserved_concurrency=0),
        lab.handler("named", returns="live").alias("live"),
    ]
    wanted = ["echo", "bad", "late", "full", "nobody", "event echo", "named:live", "named:none"]
    run = lab.run(ask, at=[(10 * k, name) for k, name in enumerate(wanted)], also=others)
    result, raised, late, full, nobody, event, live, none = run.returned
    assert (result, event, live) == ({"n": 1}, 202, "live")
    assert raised == [200, "ValueError", "bad"]
    assert late[:2] == [200, "Sandbox.Timedout"]
    assert full == [429, "ReservedFunctionConcurrentInvocationLimitExceeded", "Rate Exceeded."]
    assert nobody[:2] == none[:2] == [404, "ResourceNotFoundException"]


def test_an_answer_has_the_headers_of_the_invoke_api() -> None:
    source = """
import json
from lambdalab.code import perform
from lambdalab.engine.steps import Call
def handler(event, context):
    wanted = {"FunctionName": event, "InvocationType": "RequestResponse", "Payload": "{}"}
    answer = perform(Call("lambda", "Invoke", json.dumps(wanted)))
    return [answer.status_code, answer.error, dict(answer.headers)]
"""
    live = lab.handler("live").publish().alias("now")
    others = [live, lab.handler("boom", fails=True), lab.handler("full", reserved_concurrency=0)]
    wanted = [(0, "live:now"), (1, "boom"), (2, "full")]
    fine, failed, full = lab.run(lab.function(source), at=wanted, also=others).returned
    assert fine == [200, "", {"X-Amz-Executed-Version": "1"}]
    version = {"X-Amz-Executed-Version": "$LATEST"}
    assert failed == [200, "Unhandled", {**version, "X-Amz-Function-Error": "Unhandled"}]
    assert full == [429, "ReservedFunctionConcurrentInvocationLimitExceeded", {}]


def test_threads_of_a_handler_call_side_by_side() -> None:
    source = """
import time
from concurrent.futures import ThreadPoolExecutor
import lambdalab as lab
def handler(event, context):
    begun = time.time()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: lab.call("leaf", n), range(4)))
    return [time.time() - begun, answers]
"""
    leaf = lab.handler("leaf", wait=5, returns="leaf")
    run = lab.run(lab.function(source, timeout=30), at=[0], also=[leaf])
    assert run.returned == [[5, ["leaf"] * 4]]
    assert run.peak == 5


def test_coroutines_call_side_by_side_in_threads_of_their_loop() -> None:
    source = """
import asyncio, time
import lambdalab as lab
async def both():
    calls = [asyncio.to_thread(lab.call, "leaf", n) for n in range(2)]
    return await asyncio.gather(*calls, asyncio.sleep(1, "slept"))
def handler(event, context):
    begun = time.time()
    return [asyncio.run(both()), time.time() - begun]
"""
    leaf = lab.handler("leaf", wait=5, returns="leaf")
    run = lab.run(lab.function(source, timeout=30), at=[0], also=[leaf])
    assert run.returned == [[["leaf", "leaf", "slept"], 5]]


def test_computing_is_not_cut_short_by_an_answer_to_another_thread() -> None:
    source = """
import threading, time
import lambdalab as lab
def handler(event, context):
    begun, seen = time.time(), []
    thread = threading.Thread(target=lambda: seen.append(lab.call("leaf", 1)))
    thread.start()
    lab.cpu(3)
    computed = time.time() - begun
    thread.join()
    return [computed, time.time() - begun, seen]
"""
    leaf = lab.handler("leaf", wait=1, returns="leaf")
    run = lab.run(lab.function(source, timeout=30, memory=1769), at=[0], also=[leaf])
    assert run.returned == [[3, 3, ["leaf"]]]


def test_an_answer_that_comes_while_its_caller_is_frozen_is_read_in_the_next_invocation() -> None:
    source = """
import threading, time
import lambdalab as lab
seen = []
def handler(event, context):
    if event["n"] == 0:
        threading.Thread(target=lambda: seen.append(lab.call("leaf", 1))).start()
    else:
        time.sleep(0.1)
    return seen
"""
    leaf = lab.handler("leaf", wait=1, returns="leaf")
    run = lab.run(lab.function(source, timeout=30), at=[0, 10], also=[leaf])
    assert run.returned == [[], ["leaf"]]
    assert [e.at for e in of(run, facts.CallAnswered)] == [1_000_000]


def test_a_module_may_call_in_its_init() -> None:
    source = """
import lambdalab as lab
config = lab.call("config")
def handler(event, context): return config
"""
    config = lab.handler("config", wait=2, returns={"stage": "test"})
    run = lab.run(lab.function(source), at=[0], also=[config])
    assert run.returned == [{"stage": "test"}]
    assert run.table("environments").init_ms.tolist() == [2000, 0]


def test_a_response_that_a_client_reads_and_one_that_it_cannot() -> None:
    page = lab.handler("page", returns={"statusCode": 404, "body": "no such tree"})
    assert lab.run(lab.api(page), at=[0]).returned == [lab.Failure("404", "no such tree")]
    fine = lab.handler("fine", returns={"statusCode": 200, "body": json.dumps({"kg": 42})})
    assert lab.run(lab.caller(lab.api(fine)), at=[0]).returned == [{"kg": 42}]


def test_tables_say_who_asked() -> None:
    fine = lab.handler("fine", returns={"statusCode": 200})
    run = lab.run({lab.api(fine, name="shop"): 0, lab.caller(fine): 1, fine: 2})
    requests = run.table("requests")
    assert requests.door.tolist() == ["api:shop", "call", "call"]
    assert requests.source.tolist() == ["api:shop", "caller-of-fine", ""]
    assert [response.status_code for response in run.responses] == [200] * 3
