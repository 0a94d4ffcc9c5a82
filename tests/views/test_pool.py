"""The pool: its parts are those of the account, and it says who was refused, and why."""

from xml.etree import ElementTree

import lambdalab as lab
from lambdalab.views.pool import moments

CHECKOUT = lab.handler("checkout", wait=0.2)
REPORT = lab.handler("report", wait=60)


def saturday(report: object) -> lab.Run:
    """Let a report fill an account of 200."""
    load = {report: lab.steady(10, seconds=30), CHECKOUT: lab.steady(5, seconds=40)}
    return lab.run(load, account_concurrency=200)


def test_without_a_reservation_whoever_comes_first_fills_the_pool() -> None:
    run = saturday(REPORT)
    shown = run.chart("pool")
    ElementTree.fromstring(shown.svg)
    assert shown.svg == saturday(REPORT).chart("pool").svg
    assert [(m.words, m.work) for m in moments(run.log)] == [
        ("on the way up", 100),
        ("first refusal", 200),
        ("last refusal", 200),
        ("the end", 0),
    ]
    refused = "100 of checkout and 100 of report refused: the unreserved pool is full"
    assert shown.alt.endswith(f"unreserved pool 200; 200 requests at work at 19.9 s; {refused}")
    assert ">100 of checkout and 99 of report refused since 19.9 s: " in shown.svg
    assert ">report 199<" in shown.svg


def test_what_is_refused_adds_up_to_the_metric() -> None:
    for run in (saturday(REPORT), saturday(REPORT.with_(reserved_concurrency=100))):
        for name in ("checkout", "report"):
            told = sum(
                n for m in moments(run.log) for (whose, _), n in m.refused.items() if whose == name
            )
            assert told == run.metrics.of(name)["Throttles"]
        assert max(m.work for m in moments(run.log)) == run.peak


def test_with_a_reservation_only_its_own_part_refuses() -> None:
    run = saturday(REPORT.with_(reserved_concurrency=100))
    parts = [(part.name, part.units) for part in moments(run.log)[0].parts]
    assert parts == [("reserved for report", 100), ("unreserved pool", 100)]
    assert "200 of report refused: its reservation is full" in run.chart("pool").alt
    assert "checkout refused" not in run.chart("pool").alt


def test_reserved_provisioned_and_shared_are_parts_of_one_bar() -> None:
    tickets = CHECKOUT.with_(name="tickets", reserved_concurrency=5)
    live = CHECKOUT.alias("live", provisioned_concurrency=5)
    run = lab.run({tickets: [0] * 8, live: [0] * 8}, account_concurrency=200)
    assert run.chart("pool").tell().splitlines()[1:5] == [
        "   at            part                       of  at work     refused since",
        "  0 s  refusals  reserved for tickets        5  5 tickets   "
        "3 of tickets refused: its reservation is full",
        "  0 s  refusals  provisioned for checkout    5  5 checkout",
        "  0 s  refusals  unreserved pool           190  3 checkout",
    ]


def test_provisioned_within_a_reservation_takes_from_it() -> None:
    own = lab.handler("own", wait=1, reserved_concurrency=20)
    run = lab.run({own.alias("live", provisioned_concurrency=5): [0] * 25})
    first = moments(run.log)[0]
    assert [(p.kind, p.units, p.work) for p in first.parts][:2] == [
        ("provisioned", 5, {"own": 5}),
        ("reserved", 15, {"own": 15}),
    ]
    assert sum(first.refused.values()) == 5


def test_the_growth_limit_is_a_ceiling_that_rises() -> None:
    slow = lab.handler("slow", wait=20)
    run = lab.run(slow, at=[0] * 1001 + [5] * 700, account_concurrency=2000)
    grown = [m.parts[-1].grown.get("slow") for m in moments(run.log)]
    assert grown == [1000, 1500, None]  # a hundred a second
    svg = run.chart("pool").svg
    assert ">growth limit of slow: 1,500 by now<" in svg
    assert ">200 of slow refused since 0 s: it grows too fast<" in svg
    assert "growth limit" not in lab.run(slow, at=[0] * 9).chart("pool").svg


def test_a_run_without_requests_has_an_empty_bar() -> None:
    shown = lab.run(lab.handler("idle"), at=[]).chart("pool")
    assert shown.alt == "idle: 0 requests, unreserved pool 1,000; 0 requests at work at 0 s"
    assert ">nobody came<" in shown.svg
