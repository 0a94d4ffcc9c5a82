"""Assertions about runs, for tests of your own stack; a failing one says why it came to that.

They stand in any test, under pytest or not. The fixture `lambda_lab` (see `docs/testing.md`) runs
the resources of a template.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from math import ceil
from typing import Any

from .engine import Entry, Log, facts
from .engine.units import SECOND
from .mistakes import LabError
from .run import Failure, Run

ANSWERS: dict[type, str] = {  # what is sent, and what is answered, have one id
    facts.RequestReceived: "request",
    facts.ResponseSent: "request",
    facts.ExchangeStarted: "exchange",
    facts.ExchangeAnswered: "exchange",
    facts.ClientStarted: "client",
    facts.ClientAnswered: "client",
    facts.ClientGaveUp: "client",
}
BEGINNINGS = (facts.RequestReceived, facts.ExchangeStarted, facts.ClientStarted)


def assert_never(run: Run, *words: str) -> None:
    """Assert that none of this happened.

    Parameters
    ----------
    run : Run
        The run.
    *words : str
        What `run.count` counts: "throttled", "errors", "timeouts", "dropped", "dead_lettered",
        "ran_twice", ...

    Raises
    ------
    AssertionError
        With the chain of causes of the first time that it happened.
    LabError
        For a word that cannot be counted.

    Examples
    --------
    >>> import lambdalab as lab
    >>> assert_never(lab.run(lab.handler(wait=1), at=[0, 2]), "throttled", "errors")
    """
    __tracebackhide__ = True
    for word in words:
        assert_at_most(run, 0, word)


def assert_at_most(run: Run, most: int, word: str) -> None:
    """Assert that something happened a number of times or less.

    Raises
    ------
    AssertionError
        With the chain of causes of the first time too many.
    """
    __tracebackhide__ = True
    counted = run.count(word)
    if counted <= most:
        return
    # The entry with which it was counted once too often; each count looks at the log so far.
    seq = bisect_left(range(len(run.log)), most + 1, key=lambda seq: _until(run, seq).count(word))
    wanted = "never" if most == 0 else f"at most {_times(most)}"
    raise _failed(f"{word}: {_times(counted)}, {wanted} was asserted.", run, seq)


def assert_at_least(run: Run, least: int, word: str) -> None:
    """Assert that something happened a number of times or more.

    Raises
    ------
    AssertionError
        With the last entries of the run.
    """
    __tracebackhide__ = True
    counted = run.count(word)
    if counted < least:
        raise _failed(f"{word}: {_times(counted)}, at least {_times(least)} was asserted.", run)


def assert_succeeded(run: Run) -> None:
    """Assert that whoever called got a result: no function error, no refusal, no answer missing.

    Raises
    ------
    AssertionError
        With the chain of causes of the first answer that is none.
    """
    __tracebackhide__ = True
    results = [response.returned for response in run.responses if response is not None]
    failure = next((result for result in results if isinstance(result, Failure)), None)
    for sent, answer in _exchanges(run):
        if answer is None:
            raise _failed("a request got no answer.", run, sent.seq)
        if _is_failure(answer.fact):
            raise _failed(f"a caller got no result: {failure}.", run, answer.seq)


def assert_delivered(run: Run, target: Any, times: int | None = None) -> list[dict[str, Any]]:
    """Assert that something arrived at a destination or a dead-letter target.

    Parameters
    ----------
    run : Run
        The run.
    target : Resource, Function or str
        The resource or its name.
    times : int, optional
        How often; at least once by default.

    Returns
    -------
    list of dict
        What arrived, as `run.delivered(target)` lists it.

    Raises
    ------
    AssertionError
        With the last entries of the run, or the chain of causes of the first delivery too many.
    LabError
        If the run has nothing of that name.
    """
    __tracebackhide__ = True
    arrived = run.delivered(target)
    wanted = "at least once" if times is None else _times(times)
    failed = f"delivered to {target!r}: {_times(len(arrived))}, {wanted} was asserted."
    if times is not None and len(arrived) > times:
        seqs = range(len(run.log))
        more = times + 1
        seq = bisect_left(seqs, more, key=lambda seq: _so_far(run, seq, target))
        raise _failed(failed, run, seq)
    if (not arrived and times != 0) or len(arrived) < (times or 0):
        raise _failed(failed, run)
    return arrived


def assert_p99_below(run: Run, seconds: float, percentile: float = 99) -> None:
    """Assert that callers had their answer within a time, but for one in a hundred.

    Parameters
    ----------
    run : Run
        The run.
    seconds : float
        From what was sent to its answer; a request without an answer takes for ever. Events,
        messages and records have no caller who waits, and are not looked at.
    percentile : float
        Another one than 99; the nearest rank is taken.

    Raises
    ------
    AssertionError
        With the chain of causes of the answer at that rank.
    """
    __tracebackhide__ = True
    if not 0 < percentile <= 100:
        raise LabError(f"percentile={percentile!r}", "above 0, 100 at most", "percentile=99")
    waited = sorted(
        (answer.at - sent.at if answer else float("inf"), (answer or sent).seq)
        for sent, answer in _exchanges(run)
        if getattr(sent.fact, "invocation_type", "") != "Event"
    )
    if not waited:
        raise _failed("nobody waited for an answer in this run.", run)
    took, seq = waited[ceil(len(waited) * percentile / 100) - 1]
    if took >= seconds * SECOND:
        shown = f"p{percentile:g} of {len(waited):,} answers is {took / SECOND:g} s"
        raise _failed(f"{shown}, below {seconds:g} s was asserted.", run, seq)


def assert_cost_below(run: Run, usd: float) -> None:
    """Assert that a run costs less than some USD, without the free tier.

    Raises
    ------
    AssertionError
        With the bill.
    """
    __tracebackhide__ = True
    if run.bill.cost >= usd:
        raise AssertionError(f"{run.bill.cost} USD, below {usd} was asserted.\n\n{run.bill!r}")


# How it is found --------------------------------------------------------------------------------


def _until(run: Run, seq: int) -> Run:
    """Make the run as it was right after an entry."""
    return Run(Log(run.log.rows[: seq + 1]), seed=run.seed, stopped="", sources={})


def _so_far(run: Run, seq: int, target: Any) -> int:
    """Count what had arrived at a target right after an entry; at first there is no target."""
    with suppress(LabError):
        return len(_until(run, seq).delivered(target))
    return 0


def _exchanges(run: Run) -> Iterator[tuple[Entry, Entry | None]]:
    """Pair what the learner sent with its answer, where somebody waits for one."""
    sent: dict[str, Entry] = {}
    answers: dict[str, Entry] = {}
    for entry in run.log:
        name = ANSWERS.get(type(entry.fact))
        if name is None:
            continue
        id = getattr(entry.fact, name)
        if not isinstance(entry.fact, BEGINNINGS):
            answers[id] = entry
        elif entry.cause is None:
            sent[id] = entry
    return ((entry, answers.get(id)) for id, entry in sent.items())


def _is_failure(fact: Any) -> bool:
    """Say whether an answer is a function error or a refusal."""
    code = fact.status_code
    return bool(getattr(fact, "function_error", "")) or code == 0 or code >= 400


def _times(n: int) -> str:
    """Say how often."""
    return {0: "never", 1: "once"}.get(n, f"{n:,} times")


def _failed(what: str, run: Run, seq: int | None = None) -> AssertionError:
    """Say what failed, and why it came to that."""
    if seq is not None:
        return AssertionError(f"{what}\n\n{run.why(seq)}")
    last = "\n".join(run.tell().splitlines()[-LAST:])
    return AssertionError(f"{what} The run ends so:\n\n{last}")


LAST = 10  # entries
