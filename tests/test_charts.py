"""The charts: their numbers are those of the run, and they are drawn the same each time."""

import re
from xml.etree import ElementTree

import pytest

import lambdalab as lab
from lambdalab.run import Run
from lambdalab.views.axis import axis
from lambdalab.views.charted import CHARTS, flights
from lambdalab.views.charts import Bar, Series, bars, over_time, slopes
from lambdalab.views.datapoints import METRICS
from lambdalab.views.flow import ages, depths, flow

S = 1_000_000


def events() -> Run:
    """Three events that always fail."""
    handler = lab.handler("boom", wait=1, fails=True, on_failure="failed")
    return lab.run(lab.event(handler), at=[0, 0.2, 3])


def several() -> Run:
    """Two functions, one of them refused at times."""
    a = lab.handler("a", wait=1, init=0.2, reserved_concurrency=1)
    return lab.run({a: [0, 0.5, 3], lab.handler("b", wait=2, fails=True): [1, 2]})


@pytest.mark.parametrize("name", [*CHARTS, *METRICS])
@pytest.mark.parametrize("make", [events, several, lambda: lab.run(lab.handler(), at=[])])
def test_every_chart_can_be_drawn_of_every_run(name: str, make: object) -> None:
    first, second = (make().chart(name) for _ in range(2))  # type: ignore[operator]
    assert first.svg == second.svg
    ElementTree.fromstring(first.svg)
    assert "nan" not in first.svg
    assert first.tell().startswith(first.alt)
    assert "\n" not in repr(first)
    assert re.search(r'<figure><img alt="[^"]+" src="data:image/svg', first._repr_html_())


def test_an_unknown_chart_lists_those_that_there_are() -> None:
    with pytest.raises(lab.LabError, match=r"concurrency, latency.*bill.*Throttles"):
        several().chart("speed")


def test_concurrency_is_that_of_the_run() -> None:
    run = lab.run(lab.handler("shop", wait=1, init=0.5), at=lab.poisson(5, 5))
    points = flights(run.log)["shop"]
    assert points[1:] == [(round(at * S), n) for at, n in run.concurrency()]
    assert f"at most {run.peak} requests" in run.chart("concurrency").alt


def test_what_ends_when_another_begins_is_no_dip_and_what_takes_no_time_is_a_peak() -> None:
    full = lab.run(lab.handler("shop", wait=1, reserved_concurrency=2), at=[0, 0, 1, 1])
    assert flights(full.log)["shop"] == [(0, 2), (2 * S, 0)]
    short = lab.run(lab.handler("shop"), at=[1, 1])
    assert max(n for _, n in flights(short.log)["shop"]) == short.peak
    assert flights(short.log)["shop"][-1] == (S, 0)


def test_a_limit_is_drawn_when_it_is_near() -> None:
    near = lab.run(lab.handler("shop", wait=1, reserved_concurrency=2), at=[0, 0, 0])
    assert "reserved for shop: 2" in near.chart().svg
    assert "account" not in near.chart().svg  # a thousand is far away
    changed = near.fork(0.5, reserved_concurrency=5)
    assert "reserved for" not in changed.chart().svg


def test_latency_tells_cold_warm_failed_and_refused_apart() -> None:
    told = several().chart("latency").tell()
    assert "1 warm, 1 cold start, 2 failed, 1 refused" in told
    rows = [line.split() for line in told.split("\n")[2:]]
    assert ["0.000", "s", "cold", "start", "1,200"] in rows
    assert ["0.500", "s", "refused", "0"] in rows


def test_the_depth_of_a_queue_goes_up_and_down_to_nothing() -> None:
    run = events()
    series = depths(run.log, flow(run.log))["events of boom"]
    assert series[:3] == [(0, 1), (S // 5, 2), (3 * S, 3)]
    dropped = [e.at for e in run.log if type(e.fact).__name__ == "EventDropped"]
    assert [at for at, n in series[3:]] == dropped
    assert series[-1][1] == 0


def test_the_age_is_that_of_the_oldest() -> None:
    run = events()
    series = ages(run.log, flow(run.log))["events of boom"]
    assert [since for _, since in series] == [0, S // 5, 3 * S, -1]
    drawn = slopes(series, run.log[-1].at)
    first_gone = series[1][0]
    assert (first_gone, first_gone / S) in drawn
    assert (first_gone, (first_gone - S // 5) / S) in drawn


def test_the_bill_by_memory_size_is_that_of_runs_with_these_sizes() -> None:
    def work(memory: int) -> Run:
        return lab.run(lab.handler("sum", cpu=1, memory=memory, timeout=60), at=[0, 5])

    chart = work(1769).chart("bill", memory=[256, 1769])
    for size in (256, 1769):
        own = work(size)
        row = f"{size:,} MB, {own.metrics['Duration']:,.6g} ms  ${own.bill.cost * 1e6:,.2f}"
        assert row in chart.tell()


def test_a_chart_knows_nothing_of_lambda() -> None:
    line = axis([0, S, 2 * S], [], 2 * S)
    chart = over_time("t", "words", "sheep", line, [Series("x", [(0, 1), (S, 3)])], [(2, "fold")])
    assert chart.tell() == "words\n   time  sheep\n0.000 s      1\n1.000 s      3"
    assert "fold" in chart.svg
    some = bars("t", "words", "USD", "size", [Bar("<small>", 1, "$1"), Bar("large", 2, "$2")])
    assert "&lt;small&gt;" in some.svg
    assert some.rows == [("size", "USD"), ("<small>", "$1"), ("large", "$2")]


def test_what_is_very_long_is_told_from_its_ends() -> None:
    run = lab.run(lab.handler("shop", wait=0.1), at=lab.steady(5, 30))
    told = run.chart().tell().split("\n")
    assert len(told) < 50
    assert any("…" in line for line in told)


def test_a_title_counts_the_functions_of_a_large_stack() -> None:
    few, many = ([lab.handler(name=f"fn-{k}") for k in range(n)] for n in (4, 5))
    assert "fn-0, fn-1, fn-2, fn-3: 4 requests" in lab.run({fn: [0] for fn in few}).chart().svg
    assert "5 functions: 5 requests" in lab.run({fn: [0] for fn in many}).chart().svg


def test_a_chart_without_a_number_says_so_where_they_would_stand() -> None:
    run = lab.run(lab.handler("greet", wait=0.5), at=[0])
    for name in ("queue", "age"):
        assert ">there is no queue in this run</text>" in run.chart(name).svg
