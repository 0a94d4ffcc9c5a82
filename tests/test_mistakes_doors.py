"""Mistakes with front doors, clients, calls and databases: what is said, and what is allowed."""

from collections.abc import Callable
from typing import Any

import pytest

import lambdalab as lab

FN = lab.handler("fn")


MISTAKES: list[tuple[Callable[[], Any], str]] = [
    (lambda: lab.api(FN, kind="soap"), "'rest' or 'http'"),
    (lambda: lab.api(FN, timeout=30), "29 seconds"),
    (lambda: lab.api(FN, timeout="10"), "0.05 to 29 seconds"),
    (lambda: lab.api(FN).with_(timeout=99), "0.05 to 29 seconds"),
    (lambda: lab.api(FN, kind="http", timeout_quota=60), "Regional and private"),
    (lambda: lab.api(FN).to(FN), "one function behind each api"),
    (lambda: lab.api("shop").to(FN, route="/"), "one function behind each api"),
    (lambda: lab.api("shop").to("fn"), "a function, a version or an alias"),
    (lambda: lab.run(lab.api("shop"), at=[0]), "a function, a version or an alias"),
    (lambda: lab.run({lab.api(FN): 0, lab.api(lab.handler("g")): 0}), "another name"),
    (lambda: lab.caller(FN, retries="often"), "'none', 'once', 'legacy', 'standard'"),
    (lambda: lab.caller(FN, read_timeout=0), "sdk.boto3.timeouts"),
    (lambda: lab.caller("fn"), "a front door"),
    (lambda: lab.caller(lab.queue()), "a front door"),
    (lambda: lab.request("GET", "trees"), "begins with a slash"),
    (lambda: lab.request("GET", "/", headers={"a": 1}), "list of texts"),
    (lambda: lab.request("POST", "/", body={1, 2}), "what JSON can hold"),
    (lambda: lab.database("orders", 0), "1 or more"),
    (lambda: lab.database("orders", 5, idle_cutoff=0), "seconds, above 0"),
    (lambda: lab.run(lab.event("fn"), at=[0]), "a function"),
    (lambda: lab.run(FN, at=[0], assume={"recursion.limit": 0}), "1 or more"),
]


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_a_mistake_says_what_is_allowed(number: int) -> None:
    mistake, said = MISTAKES[number]
    with pytest.raises(lab.LabError) as error:
        mistake()
    assert said in str(error.value)


def test_calls_effects_and_connections_are_for_handlers() -> None:
    for outside in (
        lambda: lab.call("fn", 1),
        lambda: lab.effect("x"),
        lambda: lab.database("orders", 1).connect(),
    ):
        with pytest.raises(lab.LabError, match="inside of a handler"):
            outside()


def test_effects_without_an_end_end_the_run_with_an_error_that_names_them() -> None:
    source = (
        "import lambdalab as lab\ndef handler(event, context):\n  while True: lab.effect('ship')"
    )
    with pytest.raises(lab.LabError, match="EffectMade"):
        lab.run(lab.function(source), at=[0])


def test_a_word_that_counts_nothing_lists_the_effects_too() -> None:
    source = "import lambdalab as lab\ndef handler(event, context): lab.effect('ship')"
    run = lab.run(lab.function(source), at=[0])
    assert run.count("ship") == 1
    with pytest.raises(lab.LabError, match="ship"):
        run.count("shop")


def test_doors_and_callers_can_be_changed_during_a_run() -> None:
    door = lab.api(lab.handler("slow", wait=20, timeout=60))
    run = lab.run(door, at=[0, 100], changes=[(50, door, {"timeout": 10})])
    assert run.table("exchanges").answered.tolist() == [20, 110]
    client = lab.caller(lab.handler("full", reserved_concurrency=0), retries="once")
    run = lab.run(client, at=[0, 100], changes=[(50, client, {"retries": "none"})])
    assert run.table("tries").sent.tolist() == [0, 0, 100]
    with pytest.raises(lab.LabError, match="timeout"):
        lab.run(door, at=[0], changes=[(1, door, {"type": "http"})])
