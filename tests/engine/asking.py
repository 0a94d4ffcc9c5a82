"""What the examples of rules ask a run."""

import lambdalab as lab
from lambdalab.engine.rules import TABLE


def kinds(run: lab.Run) -> list[str]:
    return [type(entry.fact).__name__ for entry in run.log]


def of(run: lab.Run, kind: type) -> list:
    return [entry for entry in run.log if isinstance(entry.fact, kind)]


def decided(run: lab.Run, rule: str) -> list:
    assert rule in TABLE
    return [entry for entry in run.log if entry.rule == rule]


def starts(run: lab.Run) -> list[float]:
    return [x.start / 1_000_000 for x in run.invocations if x.start is not None]


def report(run: lab.Run) -> list[str]:
    return [line.text for line in run.logs("^REPORT")]
