"""Oracles from queueing theory, and AWS's own worked numbers."""

from itertools import pairwise
from statistics import fmean

import pytest

import lambdalab as lab


def mean_in_flight(run: lab.Run, end: float) -> float:
    """Average the requests in flight over time."""
    steps = [*run.concurrency(), (end, 0)]
    return sum(n * (later - at) for (at, n), (later, _) in pairwise(steps)) / end


def test_littles_law_holds_exactly_on_a_run_that_has_ended() -> None:
    run = lab.run(lab.handler(wait=lab.exponential(0.8), init=0.2), lab.poisson(20, 100), seed=1)
    table = run.table("requests")
    assert mean_in_flight(run, run.end) == pytest.approx(
        len(table) / run.end * table.latency.mean(), rel=1e-6
    )


@pytest.mark.parametrize(("servers", "load", "blocked"), [(1, 1, 0.5), (5, 5, 0.2848678213)])
def test_erlang_b_says_how_many_are_throttled(servers: int, load: int, blocked: float) -> None:
    model = lab.handler(wait=lab.exponential(1), reserved_concurrency=servers)
    shares = [
        run.count("throttled") / run.count("requests")
        for run in (lab.run(model, lab.poisson(load, 3_000 / load), seed=s) for s in range(5))
    ]
    assert fmean(shares) == pytest.approx(blocked, rel=0.06)


@pytest.mark.parametrize(
    ("rate", "duration", "concurrency"), [(100, 1, 100), (100, 0.5, 50), (10, 3, 30)]
)
def test_concurrency_is_rate_times_duration(rate: int, duration: float, concurrency: int) -> None:
    """From https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html ."""
    assert lab.run(lab.handler(wait=duration), lab.steady(rate, 10)).peak == concurrency


def test_the_ten_requests_of_the_documentation() -> None:
    """Requests 1 to 5 create A to E; 6, 7, 8 take A, B, C; 9 creates F; 10 takes D.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    """
    wait = [3.0, 3.1, 3.2, 9.0, 20.0, 20.0, 20.0, 20.0, 20.0, 1.0]
    source = (
        f"import time\nWAIT = {wait}\ndef handler(event, context): time.sleep(WAIT[event['n']])"
    )
    at = [0, 1, 2, 2.5, 2.7, 4, 5, 6, 7, 13]
    run = lab.run(
        lab.function(source, timeout=60), at, assume={"concurrency.assignment.which": "lru"}
    )
    taken = [x.environment.replace("env-", "") for x in run.invocations]
    assert taken == ["1", "2", "3", "4", "5", "1", "2", "3", "6", "4"]


def test_distributions_have_the_mean_that_they_are_given() -> None:
    for model, mean in [
        (lab.exponential(2), 2),
        (lab.uniform(1, 3), 2),
        (lab.choice([1, 2, 6]), 3),
        (lab.lognormal(1, 1), 1),
    ]:
        draws = [model.at((k + 0.5) / 10_000) for k in range(10_000)]
        assert fmean(draws) == pytest.approx(mean, rel=0.01)
