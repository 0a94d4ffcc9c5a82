"""Turn what a learner asks for into a simulation that is ready to play; refuse mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from random import Random
from typing import Any

from .code.slow import SlowInit
from .code.work import WorkCode
from .engine import Sim, facts, fresh
from .engine.rules import (
    ACCOUNT_LIMIT,
    ASSIGNMENT_WHICH,
    BAD_JSON,
    TABLE,
    UNRESERVED_MINIMUM,
    YOUR_SETTING,
)
from .engine.steps import Code
from .engine.synchronous import Invoke
from .engine.units import us
from .mistakes import LabError
from .stack import Function, Work
from .traffic import Traffic

Arrivals = float | Traffic | Sequence[Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A run that has not begun."""

    sim: Sim
    names: dict[str, Function]
    until: int | None  # us


def plan(
    target: Function | Mapping[Function, Arrivals],
    at: Arrivals | None,
    also: Iterable[Function],
    until: float | None,
    seed: int,
    account_concurrency: int,
    assume: Mapping[str, Any],
) -> Plan:
    """Check what was asked for, configure a fresh world, and plan what comes from outside."""
    calls = dict(target) if isinstance(target, Mapping) else {target: at}
    names = _names([*calls, *also])
    _check_account(names, account_concurrency)
    sim = fresh(seed, _assumed(assume))
    fact = facts.AccountConfigured(account_concurrency, sim.value(ASSIGNMENT_WHICH))
    sim.emit(fact, YOUR_SETTING, None)
    for function, name in names.items():
        _configure(sim, function, name)
    sim.feed(
        sorted(
            (
                (moment, Invoke(names[function], payload))
                for function, arrivals in calls.items()
                for moment, payload in _arrivals(names[function], arrivals, seed)
            ),
            key=lambda stimulus: stimulus[0],
        )
    )
    end = None if until is None else _time("until", until)
    return Plan(sim, {name: function for function, name in names.items()}, end)


def _configure(sim: Sim, function: Function, name: str) -> None:
    """Let a function exist from the start."""
    reserved = -1 if function.reserved_concurrency is None else function.reserved_concurrency
    fact = facts.FunctionConfigured(
        name,
        function.memory,
        us(function.timeout),
        reserved,
        function.ephemeral_storage,
        function.runtime,
        tuple(function.environment.items()),
        function.chosen,
    )
    sim.emit(fact, YOUR_SETTING, None)
    sim.codes[name] = _code(function, name)


def _code(function: Function, name: str) -> Code:
    """Make a function's code ready to run."""
    code: Code
    if isinstance(function.code, Work):
        code = WorkCode(function.code)
    else:
        from .code.python import PythonCode

        code = PythonCode(function.code, f"{name}.py")
    return SlowInit(code, us(function.init)) if function.init else code


# What was asked for -----------------------------------------------------------------------------


def _names(functions: Sequence[Any]) -> dict[Function, str]:
    """Name every function; unnamed ones are function, function-2, ... in the order met."""
    names: dict[Function, str] = {}
    for function in functions:
        if not isinstance(function, Function):
            raise LabError(
                f"{function!r} cannot be run.",
                "a function: from a %%lambda cell, lab.function(...) or lab.handler(...)",
                "lab.run(greet, at=[0, 1])",
            )
        if function in names:
            continue
        name = function.name
        if name is None:
            unnamed = sum(f.name is None for f in names)
            name = f"function-{unnamed + 1}" if unnamed else "function"
        if name in names.values():
            raise LabError(
                f"two different functions of this run are called {name!r}.",
                "one of each name",
                f'.with_(name="{name}-2") for one of them',
            )
        names[function] = name
    return names


def _arrivals(name: str, at: Arrivals | None, seed: int) -> list[tuple[int, str]]:
    """Turn what the learner wrote into times and payloads."""
    if at is None:
        raise LabError(f"nothing says when {name} is called.", "times in seconds", "at=[0, 0.2, 3]")
    if isinstance(at, Traffic):
        at = at.times(Random(f"{seed}:traffic:{name}").random)
    elif isinstance(at, int | float):
        at = [at]
    found = []
    for k, item in enumerate(at):
        moment, payload = (
            item if isinstance(item, tuple | list) and len(item) == 2 else (item, None)
        )
        text = f'{{"n": {k}}}' if payload is None else _json(payload)
        found.append((_time("at", moment), text))
    return found


def _time(name: str, value: Any) -> int:
    """Turn seconds into microseconds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise LabError(f"{name}={value!r} is not a time.", "seconds, 0 or more", f"{name}=3")
    if value < 0:
        raise LabError(f"{name}={value!r} is before the start.", "seconds, 0 or more", f"{name}=0")
    return us(value)


def _json(payload: Any) -> str:
    """Write a payload as JSON text."""
    try:
        return json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise LabError(
            f"the payload {payload!r} is not JSON: {error}.",
            "dicts with text keys, lists, texts, numbers, true, false and null (None)",
            '{"name": "Ada"}',
            BAD_JSON,
        ) from None


def _assumed(assume: Mapping[str, Any]) -> dict[str, Any]:
    """Take over values for rules that are not documented; times are given in seconds."""
    values = {}
    for id, value in assume.items():
        rule = TABLE.get(id)
        if rule is None or not rule.changeable:
            changeable = [r.id for r in TABLE.values() if r.changeable]
            what = "is documented by AWS" if rule else "is not a rule"
            raise LabError(
                f"{id!r} {what} and cannot be assumed.",
                ", ".join(changeable),
                'assume={"lifecycle.idle": 300}',
                rule,
            )
        if rule.choices and value not in rule.choices:
            raise LabError(
                f"{id}={value!r} is not known.",
                ", ".join(map(repr, rule.choices)),
                f'assume={{"{id}": {rule.choices[0]!r}}}',
                rule,
            )
        values[id] = _time(id, value) if rule.unit == "us" else value
    return values


def _check_account(names: Mapping[Function, str], limit: int) -> None:
    """Refuse reservations that would leave too little for everybody else."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise LabError(
            f"account_concurrency={limit!r} is not a number of requests.",
            "a whole number, 1 or more",
            "account_concurrency=1000",
            ACCOUNT_LIMIT,
        )
    reserved = sum(function.reserved_concurrency or 0 for function in names)
    most = max(limit - UNRESERVED_MINIMUM.value, 0)
    if reserved > most:
        raise LabError(
            f"the reservations come to {reserved:,} of {limit:,} units.",
            f"at most {most:,}: 100 units always stay unreserved",
            f"reserve {most:,} or less, or raise account_concurrency",
            UNRESERVED_MINIMUM,
        )
