"""Turn what a learner asks for into a simulation that is ready to play; refuse mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from .engine import Sim, fresh, hurry
from .engine.consequences import CONSEQUENCES
from .engine.facts import (
    AccountConfigured,
    ClockSet,
)
from .engine.kernel import Sender
from .engine.rules import (
    ACCOUNT_LIMIT,
    ASSIGNMENT_WHICH,
    ASYNC_FACTOR,
    IDLE,
    MAX_AGE,
    PRELUDE,
    RECURSION,
    RESTORE_TIME,
    SCALING_REFILL,
    SQS_INTERVAL,
    SQS_STEP,
    STREAM_BACKOFF,
    STREAM_BACKOFF_MOST,
    TABLE,
    TIMEOUT_EXCESS,
    UNRESERVED_MINIMUM,
    YOUR_SETTING,
    Rule,
)
from .engine.stimuli import Stimuli
from .engine.units import SECOND, us
from .mistakes import LabError
from .sdk.account import Account
from .sources.pushes import Schedule
from .stack import Alias, Distribution, Function
from .traffic import Recorded, Traffic
from .wiring.account import Configurer
from .wiring.given import since_1970, time_of
from .wiring.stack import Callee, Change, Stack

Arrivals = float | Traffic | Sequence[Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A run that has not begun."""

    sim: Sim
    names: dict[str, Function]
    until: int | None  # us
    real: bool  # some of the code is a learner's own, not modelled
    values: dict[Any, str]  # function, version or alias -> what it is called
    account: Account  # that answers what code asks through the SDK


def plan(
    target: Callee | Mapping[Callee, Arrivals],
    at: Arrivals | None,
    also: Iterable[Any],
    until: float | None,
    seed: int,
    account_concurrency: int,
    changes: Iterable[Change],
    faults: Iterable[Any],
    assume: Mapping[str, Any],
    starts: datetime | None = None,
) -> Plan:
    """Check what was asked for, configure a fresh world, and plan what comes from outside."""
    calls = dict(target) if isinstance(target, Mapping) else {target: at}
    stack = Stack()
    for found in [*calls, *also]:
        stack.add(found)
    changes = list(changes)
    for _, changed, new in changes:
        for name in ("on_success", "on_failure", "dead_letter"):
            stack.add_target(new.get(name) if isinstance(new, dict) else None)
        if isinstance(changed, Alias) and isinstance(new, dict):
            stack.add_versions(new)
    check_account(stack, account_concurrency)
    sim = fresh(seed, _assumed(assume))
    fact = AccountConfigured(
        account_concurrency, sim.value(ASSIGNMENT_WHICH), sim.value(SCALING_REFILL)
    )
    sim.emit(fact, YOUR_SETTING, None)
    if starts is not None:
        sim.emit(ClockSet(since_1970(starts)), YOUR_SETTING, None)
    for fault in faults:
        stack.inject(sim, fault)
    stack.configure(sim)
    for change in sorted(changes, key=lambda change: time_of("changes at", change[0])):
        for moment, task in stack.change(change):
            sim.schedule(moment, task, None)
    moments, senders = list[list[int]](), list[Sender]()
    for callee, arrivals in calls.items():
        times, payloads = _arrivals(stack, callee, arrivals, seed)
        moments.append(times)
        senders.append(stack.sender(callee, payloads))
    Stimuli(senders, moments).begin(sim)
    if not stack.real:
        hurry(sim)
    end = None if until is None else time_of("until", until)
    if end is None and any(isinstance(found, Schedule) for found in stack.resources.values()):
        raise LabError("a schedule fires for ever.", "an end of the run", "until=3600")
    account = Account(sim, Configurer(stack, sim))
    sim.services = {**sim.services, "aws": account.answer}
    names = {name: function for function, name in stack.functions.items()}
    return Plan(sim, names, end, stack.real, stack.values(), account)


# What was asked for -----------------------------------------------------------------------------


def _arrivals(
    stack: Stack, callee: Callee, at: Arrivals | None, seed: int
) -> tuple[list[int], list[Any]]:
    """Turn what the learner wrote into times and payloads; none if all are the usual ones."""
    name = stack.name_of(callee)
    if isinstance(callee, Schedule):
        if at is not None:
            raise LabError(
                f"{callee!r} keeps its own time.", "no at", "lab.run(schedule, until=3600)"
            )
        return [], []
    if at is None:
        raise LabError(f"nothing says when {name} is called.", "times in seconds", "at=[0, 0.2, 3]")
    if isinstance(at, Traffic):
        drawn = at.times(Random(f"{seed}:traffic:{name}").random)
        if not isinstance(at, Recorded):  # which may have payloads
            return [round(time * SECOND) for time in drawn], []
        at = drawn
    elif isinstance(at, int | float):
        at = [at]
    pairs = [
        item if isinstance(item, (tuple, list)) and len(item) == 2 else (item, None) for item in at
    ]
    return [time_of("at", moment) for moment, _ in pairs], [payload for _, payload in pairs]


def _is_number(value: Any, least: float) -> bool:
    """Say whether a value is a number, and not too small."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= least


# What was measured on AWS, which runs leave out unless they assume it.
MEASURED = {rule.id: rule.measured for rule in TABLE.values() if rule.measured is not None}
ALSO_CALLED = {
    "lifecycle.max_age": MAX_AGE.id,
    "lifecycle.prelude": PRELUDE.id,
    "open.async.backoff-factor": ASYNC_FACTOR.id,
}


def _assumed(assume: Mapping[str, Any]) -> dict[str, Any]:
    """Take over values for rules that are not documented; times are given in seconds."""
    values: dict[str, Any] = {}
    for given, value in assume.items():
        id = ALSO_CALLED.get(given, given)
        rule = TABLE.get(id)
        if rule is None or not rule.changeable:
            changeable = [r.id for r in TABLE.values() if r.changeable]
            known = rule or CONSEQUENCES.get(id)
            what = WHY_NOT[known.basis] if known else "is not a rule"
            raise LabError(
                f"{id!r} {what} and cannot be assumed.",
                ", ".join(changeable),
                'assume={"lifecycle.idle": 300}',
                known,
            )
        if value is None and rule is RECURSION:
            values[id] = None  # the detection of loops is off
        elif value in rule.choices and isinstance(value, str):
            values[id] = value
        elif rule.unit == "us":
            values[id] = _length(id, value, rule)
        else:
            _check_assumed(given, value, rule)
            values[id] = value
    return values


WHY_NOT = {
    "documented": "is documented by AWS",
    "measured": "was measured, and only in this way",
    "assumed": "is a choice that has no other value here",
    "yours": "is what you decide by settings",
}
NEVER_ZERO = (SQS_STEP, SQS_INTERVAL, STREAM_BACKOFF, STREAM_BACKOFF_MOST)
DRAWN = (IDLE, PRELUDE, RESTORE_TIME, TIMEOUT_EXCESS)  # each time anew, if a run assumes a range


def _length(name: str, value: Any, rule: Rule) -> Any:
    """Turn seconds, the shortest and the longest, or a distribution into microseconds."""
    if isinstance(value, tuple | list | Distribution) and rule not in DRAWN:
        raise LabError(
            f"{name}={value!r} is the same each time.", "seconds", f'assume={{"{name}": 1}}', rule
        )
    if isinstance(value, Distribution):
        return lambda u: us(value.at(u))
    if rule in NEVER_ZERO and not value:
        raise LabError(
            f"{name}=0 is no step: time would stand still.",
            "more than 0 s",
            f'assume={{"{name}": 1}}',
            rule,
        )
    if not isinstance(value, tuple | list):
        return time_of(name, value)
    if len(value) != 2 or time_of(name, value[0]) > time_of(name, value[1]):
        raise LabError(
            f"{name}={value!r} is no range.",
            "seconds, or the shortest and the longest",
            f'assume={{"{name}": (0.1, 0.2)}}',
            rule,
        )
    return (time_of(name, value[0]), time_of(name, value[1]))


def _check_assumed(name: str, value: Any, rule: Rule) -> None:
    """Refuse a number, a share or a word that a rule cannot have."""
    number = isinstance(rule.value, int) and not isinstance(rule.value, bool)
    share = isinstance(rule.value, float)
    if number and not _is_number(value, least=1):
        raise LabError(
            f"{name}={value!r} is not a number that can be assumed.",
            "1 or more",
            f'assume={{"{name}": {rule.value}}}',
            rule,
        )
    if share and not (_is_number(value, least=0) and value <= 1):
        raise LabError(
            f"{name}={value!r} is no share.", "0 to 1", f'assume={{"{name}": 0.5}}', rule
        )
    if rule.choices and value not in rule.choices:
        raise LabError(
            f"{name}={value!r} is not known.",
            ", ".join(map(repr, rule.choices)),
            f'assume={{"{name}": {rule.choices[0]!r}}}',
            rule,
        )


def check_account(stack: Stack, limit: int) -> None:
    """Refuse reservations that would leave too little for everybody else."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise LabError(
            f"account_concurrency={limit!r} is not a number of requests.",
            "a whole number, 1 or more",
            "account_concurrency=1000",
            ACCOUNT_LIMIT,
        )
    stack.most = max(limit - UNRESERVED_MINIMUM.value, 0)
    stack.check_set_aside()
