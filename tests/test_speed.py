"""How long a run takes: the pace must not fall as environments grow in number.

The time is that of this process alone, and the best of some tries counts, so that a busy machine
does not matter much.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import lambdalab as lab

ENGINE = str(Path(lab.__file__).parent / "engine")
NO_IDLE = {"lifecycle.idle": 1_000_000}  # so that no environment is shut down


def seconds(task: Callable[[], object]) -> float:
    began = time.process_time()
    task()
    return time.process_time() - began


def busy(environments: int, requests: int) -> lab.Run:
    """Keep so many environments at work: each takes a request a second, for nearly a second."""
    at = [k / environments for k in range(requests)]
    model = lab.handler(wait=0.999999)
    return lab.run(model, at, account_concurrency=2 * environments, assume=NO_IDLE)


def lines(task: Callable[[], object]) -> int:
    """Count the lines of the engine that are carried out."""
    counted = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal counted
        counted += event == "line"
        return trace if frame.f_code.co_filename.startswith(ENGINE) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        task()
    finally:
        sys.settrace(before)
    return counted


def lines_of_100_warm_requests(environments: int) -> int:
    more, fewer = (lines(lambda n=n: busy(environments, environments + n)) for n in (200, 100))
    return more - fewer


def test_what_is_measured_keeps_all_environments_busy() -> None:
    run = busy(1_000, 3_000)
    assert (run.count("environments"), run.count("cold"), run.peak) == (1_000, 1_000, 1_000)
    assert run.count("throttled") == 0


def test_a_request_takes_as_many_steps_with_1000_environments_as_with_10() -> None:
    """A loop over all environments would show here, on however busy a machine."""
    # In an interpreter of its own: other tests leave traces of what they trace.
    counted = subprocess.run(
        [sys.executable, __file__], check=True, capture_output=True, text=True
    ).stdout.split()
    few, many = map(int, counted)
    assert 0 < many <= few + 10  # what is remembered from one call to the next differs a little


@pytest.mark.slow
def test_a_request_takes_as_long_with_1000_environments_as_with_10() -> None:
    """And what loops inside of C, such as min() of a dict, would show here."""

    def warm(environments: int) -> float:
        """Time 20,000 requests, without the cold starts of as many runs."""
        more, fewer = (
            min(seconds(lambda n=n: busy(environments, n)) for _ in range(5))
            for n in (25_000, 5_000)
        )
        return more - fewer

    assert warm(1_000) < 3 * warm(10)  # what does not fit into a cache costs something


@pytest.mark.slow
def test_ten_thousand_environments_and_a_hundred_thousand_requests_take_seconds() -> None:
    # A hundred new environments a second are as many as Lambda starts for one function.
    model, runs = lab.handler(wait=100, timeout=200), list[lab.Run]()
    at = lab.steady(100, seconds=1000)
    took = seconds(lambda: runs.append(lab.run(model, at, account_concurrency=20_000)))
    assert (len(runs[0].requests), runs[0].peak) == (100_000, 10_000)
    assert runs[0].count("throttled") == 0
    assert took < 30


@pytest.mark.slow
def test_a_hundred_thousand_records_take_seconds() -> None:
    runs = list[lab.Run]()
    stream = lab.stream(shards=4).to(lab.handler(wait=0.1))
    took = seconds(lambda: runs.append(lab.run(stream, at=lab.burst(100_000))))
    assert runs[0].count("processed") == 100_000
    assert took < 15


def test_ten_thousand_warm_requests_of_a_real_handler_take_a_moment() -> None:
    source = """
n = 0
def handler(event, context):
    global n
    n += 1
    return {"sent": event["n"], "seen": n}
"""
    real, runs = lab.function(source), list[lab.Run]()
    at = lab.steady(100, seconds=100)
    took = min(seconds(lambda: runs.append(lab.run(real, at))) for _ in range(2))
    assert runs[0].returned[-1] == {"sent": 9_999, "seen": 10_000}
    assert len(runs[0].invocations) == 10_000
    assert took < 1.5


@pytest.mark.slow
def test_a_backlog_of_a_hundred_thousand_messages_drains_in_seconds() -> None:
    queue, runs = lab.queue(visibility_timeout=60).to(lab.handler(wait=1)), list[lab.Run]()
    took = seconds(lambda: runs.append(lab.run(queue, at=lab.burst(100_000))))
    assert runs[0].count("deleted") == 100_000
    assert took < 15


if __name__ == "__main__":
    print(lines_of_100_warm_requests(1_000), lines_of_100_warm_requests(10))
