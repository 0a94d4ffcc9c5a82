"""Who waits for whom, and what goes on when nobody waits any more."""

from typing import Any

import pytest

import lambdalab as lab
from lambdalab.views.waits import waits

pytest.importorskip("boto3")

PAY = """
import time
import lambdalab as lab
def handler(event, context):
    time.sleep(40)
    lab.effect("charge")
    return {"statusCode": 200}
"""
INNER = """
import lambdalab as lab
connection = lab.database("orders", max_connections=50).connect()
def handler(event, context):
    connection.query(seconds=20)
"""
OUTER = """
import boto3
from botocore.config import Config
aws = boto3.client("lambda", config=Config(read_timeout={patience}, retries={{"max_attempts": 0}}))
def handler(event, context):
    aws.invoke(FunctionName="inner")
"""


def inner(**settings: Any) -> lab.Function:
    return lab.function(INNER, name="inner", **{"timeout": 30, **settings})


def outer(patience: int = 60, **settings: Any) -> lab.Function:
    source = OUTER.format(patience=patience)
    return lab.function(source, name="outer", **{"timeout": 40, **settings})


def rows(run: lab.Run) -> list[tuple[Any, ...]]:
    """Give kind, start, end, limit and since when nobody waits, in seconds."""
    return [
        (w.kind, *(None if at is None else at / 1e6 for at in (w.start, w.end, w.limit, w.alone)))
        for w in waits(run.log)
    ]


def test_a_gateway_that_gives_up_leaves_its_function_alone_and_so_does_the_next_try() -> None:
    pay = lab.function(PAY, name="pay", timeout=60)
    run = lab.run(lab.caller(lab.api(pay), retries="once"), at=[0])
    assert rows(run) == [
        ("client", 0, 29, 60, None),
        ("door", 0, 29, 29, None),
        ("function", 0, 40, 60, 29),
        ("client", 29, 58, 89, None),
        ("door", 29, 58, 58, None),
        ("function", 29, 69, 89, 58),
    ]
    assert run.orphaned == 22
    table = run.table("waits")
    assert table.above.tolist() == ["", "try-1", "exchange-1", "", "try-2", "exchange-2"]
    assert table.orphaned.tolist() == [0, 0, 11, 0, 0, 11]
    assert table.ended.tolist() == ["answered", "gave up", "success"] * 2


def test_a_client_that_leaves_leaves_the_whole_chain_below_it() -> None:
    run = lab.run(lab.caller(lab.api(outer()), read_timeout=5), at=[0], also=[inner()])
    assert rows(run) == [
        ("client", 0, 5, 5, None),
        ("door", 0, 20, 29, 5),
        ("function", 0, 20, 40, 5),
        ("function", 0, 20, 30, 5),
        ("database", 0, 20, None, 5),
    ]
    assert run.orphaned == 30
    assert (run.of("outer").orphaned, run.of("inner").orphaned) == (15, 15)
    assert run.of("inner").table("waits").id.tolist() == ["req-2", "connection-1"]


def test_what_is_orphaned_can_be_asked_of_a_version() -> None:
    one = lab.handler("slow", wait=20, timeout=30).publish()
    run = lab.run(lab.api(one, timeout=5), at=[0])
    assert (run.orphaned, run.of(one).orphaned, run.of("slow").orphaned) == (15, 15, 15)


def test_a_function_that_is_stopped_leaves_what_it_called() -> None:
    run = lab.run(outer(timeout=8), at=[0], also=[inner()])
    assert rows(run)[:2] == [("function", 0, 8, 8, None), ("function", 0, 20, 30, 8)]
    assert run.orphaned == 12


def test_an_sdk_that_gives_up_is_drawn_and_one_that_waits_is_not() -> None:
    run = lab.run(outer(patience=4), at=[0], also=[inner()])
    assert [row[0] for row in rows(run)] == ["function", "SDK", "function", "database"]
    assert rows(run)[1:3] == [("SDK", 0, 4, 4, None), ("function", 0, 20, 30, 4)]
    assert [w.depth for w in waits(run.log)] == [0, 1, 2, 3]
    patient = lab.run(outer(), at=[0], also=[inner()])
    assert [row[0] for row in rows(patient)] == ["function", "function", "database"]
    assert patient.orphaned == 0


def test_a_query_ends_with_the_process_that_asked() -> None:
    run = lab.run(inner(timeout=6), at=[0])
    assert rows(run) == [("function", 0, 6, 6, None), ("database", 0, 6, None, None)]


def test_a_query_in_line_before_a_proxy_begins_when_there_is_a_connection() -> None:
    source = INNER.replace("max_connections=50", "max_connections=1, proxy=True")
    run = lab.run(lab.function(source, name="inner", timeout=50), at=[0, 0])
    queries = [w.busy for w in waits(run.log) if w.kind == "database"]
    assert queries == [[(0, 20_000_000)], [(20_000_000, 40_000_000)]]


@pytest.mark.parametrize("door", [lab.event, lab.queue("line", visibility_timeout=360).to])
def test_nobody_waits_for_what_was_handed_over_so_nothing_is_orphaned(door: Any) -> None:
    run = lab.run(door(lab.function(PAY, name="pay", timeout=60)), at=[0, 1])
    assert [w.above for w in waits(run.log)] == [None, None]
    assert run.orphaned == 0


def test_what_still_goes_on_at_the_end_is_counted_up_to_it() -> None:
    run = lab.run(lab.api(lab.handler("slow", wait=50, timeout=60), timeout=10), at=[0], until=30)
    assert rows(run)[1] == ("function", 0, None, 60, 10)
    assert run.orphaned == run.end - 10
    assert "goes on" in run.chart("waits").tell()


def test_a_cold_start_is_waited_for_too() -> None:
    slow = lab.handler("slow", init=3, wait=1)
    run = lab.run(lab.api(slow, timeout=2), at=[0])
    assert rows(run) == [("door", 0, 2, 2, None), ("function", 0, 4, 6, 2)]


def test_the_picture_says_its_numbers_and_is_the_same_every_time() -> None:
    pay = lab.function(PAY, name="pay", timeout=60)
    pictures = [
        lab.run(lab.caller(lab.api(pay), retries="once"), at=[0]).chart("waits") for _ in range(2)
    ]
    assert pictures[0].svg == pictures[1].svg
    svg = pictures[0].svg
    assert svg.count(">11 s alone<") == 2
    assert svg.count(">29 s<") == 2
    assert svg.count(">charge<") == 2
    assert svg.count("stroke-dasharray='4 3'") == 1  # one path, from each gateway down
    assert pictures[0].tell().splitlines() == [
        "pay: 1 client, 4 waiting, 2 at work, 22 s of work that nobody waited for",
        "chain                from        to  at most until  ended     nobody waits from",
        "client-1, try 1   0.000 s  29.000 s       60.000 s  answered",
        "  api             0.000 s  29.000 s       29.000 s  gave up",
        "    pay, req-1    0.000 s  40.000 s       60.000 s  success            29.000 s",
        "client-1, try 2  29.000 s  58.000 s       89.000 s  answered",
        "  api            29.000 s  58.000 s       58.000 s  gave up",
        "    pay, req-2   29.000 s  69.000 s       89.000 s  success            58.000 s",
    ]


def test_a_picture_of_many_shows_first_where_somebody_went_away() -> None:
    slow = lab.handler("slow", wait=lab.choice([1] * 9 + [20]), timeout=50)
    run = lab.run(lab.api(slow, timeout=10), at=lab.steady(1, seconds=60))
    shown = run.chart("waits").svg
    assert run.orphaned > 0
    assert shown.count("url(#alone)") > 1  # and not in the legend alone
    assert "more, which are not drawn" in shown


def test_an_empty_run_has_an_empty_picture() -> None:
    run = lab.run(lab.handler("idle"), at=[])
    assert rows(run) == []
    assert run.orphaned == 0
    assert run.chart("waits").svg.endswith("</svg>")
