"""Turn what a learner asks for into a simulation that is ready to play; refuse mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, isfinite
from random import Random
from typing import Any

from .code.slow import SlowInit
from .code.work import WorkCode
from .engine import Sim, fresh, world
from .engine.asynchronous import SendEvent
from .engine.configuration import (
    Configure,
    Delete,
    HaveReady,
    RequestProvisioning,
    Reserve,
    SetDeadLetter,
)
from .engine.creation import TakeSnapshot
from .engine.facts import (
    AccountConfigured,
    AliasConfigured,
    ConcurrencyReserved,
    DeadLetterConfigured,
    FunctionConfigured,
)
from .engine.kernel import Task
from .engine.rules import (
    ACCOUNT_LIMIT,
    ALIAS_WEIGHT,
    ASSIGNMENT_WHICH,
    BAD_JSON,
    MAX_AGE,
    PRELUDE,
    PROVISIONED_CAP,
    PROVISIONED_TARGET,
    SCALING_REFILL,
    SELF_DESTINATION,
    TABLE,
    UNRESERVED_MINIMUM,
    YOUR_SETTING,
    Rule,
)
from .engine.steps import Code
from .engine.synchronous import Invoke
from .engine.units import us
from .engine.world import LATEST, Setup, version_id
from .mistakes import LabError
from .stack import (
    Alias,
    Deleted,
    EventDoor,
    Extension,
    Function,
    Published,
    Resource,
    Work,
)
from .traffic import Traffic

Arrivals = float | Traffic | Sequence[Any]
Callee = Function | Published | Alias | EventDoor
Change = tuple[float, Any, Any]

NOT_RECONFIGURED = ("reserved_concurrency", "dead_letter")  # they are no part of a version
EVENT_SETTINGS = (
    *NOT_RECONFIGURED,
    "maximum_retry_attempts",
    "maximum_event_age",
    "on_success",
    "on_failure",
)  # these leave environments alone


@dataclass(frozen=True, slots=True)
class Plan:
    """A run that has not begun."""

    sim: Sim
    names: dict[str, Function]
    until: int | None  # us
    real: bool  # some of the code is a learner's own, not modelled


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
) -> Plan:
    """Check what was asked for, configure a fresh world, and plan what comes from outside."""
    calls = dict(target) if isinstance(target, Mapping) else {target: at}
    stack = Stack()
    for found in [*calls, *also]:
        stack.add(found)
    _check_account(stack, account_concurrency)
    sim = fresh(seed, _assumed(assume))
    fact = AccountConfigured(
        account_concurrency, sim.value(ASSIGNMENT_WHICH), sim.value(SCALING_REFILL)
    )
    sim.emit(fact, YOUR_SETTING, None)
    stack.configure(sim)
    for fault in faults:
        sim.denied.add(stack.target(fault.target))
    for change in sorted(changes, key=lambda change: _time("changes at", change[0])):
        for moment, task in stack.change(change):
            sim.schedule(moment, task, None)
    stimuli = [
        (moment, stack.call(callee, payload))
        for callee, arrivals in calls.items()
        for moment, payload in _arrivals(stack.name_of(callee), arrivals, seed)
    ]
    sim.feed(sorted(stimuli, key=lambda stimulus: stimulus[0]))
    end = None if until is None else _time("until", until)
    return Plan(
        sim, {name: function for function, name in stack.functions.items()}, end, stack.real
    )


# The resources of a run -------------------------------------------------------------------------


class Stack:
    """Every resource that a run can reach, and what it is called there."""

    def __init__(self) -> None:
        self.functions: dict[Function, str] = {}
        self.versions: dict[Published, str] = {}
        self.aliases: dict[tuple[str, str], Alias] = {}
        self.changed: dict[Function, Function] = {}  # what changes have made of a function so far
        self.most = 0  # units of concurrency that can be set aside
        self.real = False

    def add(self, found: Any) -> None:
        """Take a resource in, with everything that it leads to."""
        if isinstance(found, EventDoor):
            self.add(found.target)
        elif isinstance(found, Alias):
            self.add(found.version)
            for other in found.weights:
                self.add(other)
            self._add_alias(found)
        elif isinstance(found, Published):
            self.add(found.function)
            numbers = sum(v.function is found.function for v in self.versions)
            self.versions.setdefault(found, str(numbers + 1))
            self._add_destinations(found.settings, found.function)
        elif isinstance(found, Function):
            if found not in self.functions:
                self._add_function(found)
                self._add_destinations(found, found)
        elif not isinstance(found, Resource):
            raise LabError(
                f"{found!r} cannot be run.",
                "a function: from a %%lambda cell, lab.function(...) or lab.handler(...)",
                "lab.run(greet, at=[0, 1])",
            )

    def _add_function(self, function: Function) -> None:
        """Name a function; unnamed ones are function, function-2, ... in the order met."""
        name = function.name
        if name is None:
            unnamed = sum(f.name is None for f in self.functions)
            name = f"function-{unnamed + 1}" if unnamed else "function"
        if name in self.functions.values():
            raise LabError(
                f"two different functions of this run are called {name!r}.",
                "one of each name",
                f'.with_(name="{name}-2") for one of them',
            )
        self.functions[function] = name

    def _add_alias(self, alias: Alias) -> None:
        """Take an alias in; a function has one of each name."""
        key = self.functions[alias.function], alias.name
        twins = [a for a in self.aliases.values() if a is not alias and a.version is alias.version]
        if alias.provisioned_concurrency and any(a.provisioned_concurrency for a in twins):
            raise LabError(
                f"two aliases of one version of {key[0]} are provisioned.",
                "provisioned concurrency on one alias of a version",
                "a version of its own for each: fn.publish()",
                PROVISIONED_TARGET,
            )
        if self.aliases.setdefault(key, alias) is not alias:
            raise LabError(
                f"two different aliases of {key[0]} are called {alias.name!r}.",
                "one of each name",
                "another name for one of them",
            )

    def _add_destinations(self, settings: Function, owner: Function) -> None:
        """Take in the functions that events are sent on to."""
        for name in ("on_success", "on_failure"):
            target = getattr(settings, name)
            if target is owner or target is settings:
                raise LabError(
                    f"{name} of {self.functions[owner]} is the function itself.",
                    "another function, a queue, a topic or a bus",
                    f'{name}="results"',
                    SELF_DESTINATION,
                )
            if isinstance(target, Function):
                self.add(target)

    def target(self, target: Resource | Function | str | None) -> str:
        """Say where a document goes: queue:NAME, function:NAME, or "" for nowhere."""
        if target is None:
            return ""
        if isinstance(target, str):
            return f"queue:{target}"
        if isinstance(target, Resource):
            return f"{target.kind}:{target.name}"
        return f"function:{self.functions[target]}"

    def name_of(self, callee: Callee) -> str:
        """Name what is called, for messages and random streams."""
        if isinstance(callee, EventDoor):
            return self.name_of(callee.target)
        function = callee if isinstance(callee, Function) else callee.function
        return self.functions[function]

    def call(self, callee: Callee, payload: str) -> Task:
        """Plan one request to a function, a version, an alias or an event door."""
        called = callee.target if isinstance(callee, EventDoor) else callee
        qualifier = LATEST
        if isinstance(called, Published):
            qualifier = self.versions[called]
        elif isinstance(called, Alias):
            qualifier = called.name
        door = SendEvent if isinstance(callee, EventDoor) else Invoke
        return door(self.name_of(called), qualifier, payload)

    # At the start

    def configure(self, sim: Sim) -> None:
        """Let everything exist from the start, provisioned environments included."""
        for function, name in self.functions.items():
            self._configure(sim, function, name, LATEST)
            if function.reserved_concurrency is not None:
                units = function.reserved_concurrency
                sim.emit(ConcurrencyReserved(name, units), YOUR_SETTING, None)
            if function.dead_letter is not None:
                target = self.target(function.dead_letter)
                sim.emit(DeadLetterConfigured(name, target), YOUR_SETTING, None)
        for published, number in self.versions.items():
            name = self.functions[published.function]
            self._configure(sim, published.settings, name, number)
            if published.settings.snap_start:
                sim.schedule(0, TakeSnapshot(version_id(name, number)), None)
        for (name, alias_name), alias in self.aliases.items():
            version = self.versions[alias.version]
            other, weight = next(iter(alias.weights.items()), (None, 0.0))
            share = round(weight * ALIAS_WEIGHT.value)
            other_number = self.versions[other] if other else ""
            fact = AliasConfigured(name, alias_name, version, other_number, share)
            sim.emit(fact, YOUR_SETTING, None)
            if alias.provisioned_concurrency:
                ready = HaveReady(version_id(name, version), alias.provisioned_concurrency)
                sim.schedule(0, ready, None)

    def _configure(self, sim: Sim, settings: Function, name: str, version: str) -> None:
        """Let a version of a function exist."""
        sim.emit(self._settings(settings, name, version), YOUR_SETTING, None)
        sim.codes[version_id(name, version)] = self._code(settings, name)

    def _settings(self, settings: Function, name: str, version: str) -> FunctionConfigured:
        return FunctionConfigured(
            name,
            settings.memory,
            us(settings.timeout),
            settings.ephemeral_storage,
            settings.runtime,
            settings.architecture,
            tuple(settings.environment.items()),
            settings.maximum_retry_attempts,
            us(settings.maximum_event_age),
            self.target(settings.on_success),
            self.target(settings.on_failure),
            settings.chosen,
            version,
            setup=_setup(settings),
        )

    def _code(self, function: Function, name: str) -> Code:
        """Make a function's code ready to run."""
        code: Code
        if isinstance(function.code, Work):
            code = WorkCode(function.code)
        else:
            from .code.python import PythonCode

            code, self.real = PythonCode(function.code, f"{name}.py"), True
        return SlowInit(code, us(function.init)) if function.init else code

    # During the run

    def change(self, change: Change) -> list[tuple[int, Task]]:
        """Plan what a learner changes at a time."""
        at, target, new = change
        moment, tasks = _time("changes at", at), list[Task]()
        if isinstance(target, Alias) and target in self.aliases.values():
            return [(moment, self._provision(target, new))]
        if not isinstance(target, Function) or target not in self.functions:
            raise LabError(
                f"{target!r} cannot be changed in this run.",
                "a function or an alias that the run has",
                'changes=[(600, greet, {"reserved_concurrency": 1})]',
            )
        name = self.functions[target]
        if isinstance(new, Deleted):
            return [(moment, Delete(name))]
        if "provisioned_concurrency" in new:
            raise LabError(
                f"provisioned_concurrency cannot be set on {name} itself.",
                "a published version or an alias",
                f'{name}.alias("live", provisioned_concurrency=5)',
                PROVISIONED_TARGET,
            )
        settings = self.changed[target] = self.changed.get(target, target).with_(**new)
        if "reserved_concurrency" in new:
            reserved = settings.reserved_concurrency
            self._check_room(reserved or 0)
            tasks.append(Reserve(name, -1 if reserved is None else reserved))
        if "dead_letter" in new:
            tasks.append(SetDeadLetter(name, self.target(settings.dead_letter)))
        if any(setting not in NOT_RECONFIGURED for setting in new):
            fact = self._settings(settings, name, LATEST)
            fact = replace(fact, replaces=any(setting not in EVENT_SETTINGS for setting in new))
            tasks.append(Configure(fact, self._code(settings, name)))
        return [(moment, task) for task in tasks]

    def _provision(self, alias: Alias, new: Any) -> Task:
        """Plan another number of provisioned environments."""
        if not isinstance(new, dict) or set(new) != {"provisioned_concurrency"}:
            raise LabError(
                f"{alias!r} cannot be changed by {new!r} during a run.",
                "its provisioned_concurrency",
                'changes=[(600, live, {"provisioned_concurrency": 5})]',
            )
        units = alias.with_(**new).provisioned_concurrency
        self._check_room(units)
        version = version_id(self.name_of(alias), self.versions[alias.version])
        return RequestProvisioning(version, units)

    def _check_room(self, units: int) -> None:
        """Refuse what would leave fewer than 100 units for everybody else."""
        if units > self.most:
            raise LabError(
                f"{units:,} units cannot be set aside.",
                f"at most {self.most:,}: 100 units always stay unreserved",
                f"{self.most:,} or less, or raise account_concurrency",
                UNRESERVED_MINIMUM,
            )


def _setup(settings: Function) -> Setup:
    """Say how the environments of a version are made."""
    extensions = [x if isinstance(x, Extension) else Extension(x) for x in settings.extensions]
    return Setup(
        settings.snap_start,
        settings.package_type,
        ceil(settings.unzipped),
        settings.vpc,
        tuple(layer if isinstance(layer, str) else layer[0] for layer in settings.layers),
        tuple(
            world.Extension(
                x.name,
                "internal" if x.internal else "external",
                us(x.init),
                us(x.after),
                us(x.shutdown),
                x.crashes,
            )
            for x in extensions
        ),
        settings.log_format,
        settings.application_log_level,
        settings.system_log_level,
    )


# What was asked for -----------------------------------------------------------------------------


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


def _is_number(value: Any, least: float) -> bool:
    """Say whether a value is a number, and not too small."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= least


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


# What was measured on AWS, which runs leave out unless they assume it.
MEASURED = {rule.id: rule.measured for rule in TABLE.values() if rule.measured is not None}
ALSO_CALLED = {"lifecycle.max_age": MAX_AGE.id, "lifecycle.prelude": PRELUDE.id}


def _assumed(assume: Mapping[str, Any]) -> dict[str, Any]:
    """Take over values for rules that are not documented; times are given in seconds."""
    values = {}
    for given, value in assume.items():
        id = ALSO_CALLED.get(given, given)
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
        if value in rule.choices and isinstance(value, str):
            values[id] = value
        elif rule.unit == "us":
            values[id] = _length(id, value, rule)
        else:
            _check_assumed(given, value, rule)
            values[id] = value
    return values


def _length(name: str, value: Any, rule: Rule) -> Any:
    """Turn seconds, or the shortest and the longest, into microseconds."""
    if not isinstance(value, tuple | list):
        return _time(name, value)
    if len(value) != 2 or _time(name, value[0]) > _time(name, value[1]):
        raise LabError(
            f"{name}={value!r} is no range.",
            "seconds, or the shortest and the longest",
            f'assume={{"{name}": (0.1, 0.2)}}',
            rule,
        )
    return (_time(name, value[0]), _time(name, value[1]))


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


def _check_account(stack: Stack, limit: int) -> None:
    """Refuse reservations that would leave too little for everybody else."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise LabError(
            f"account_concurrency={limit!r} is not a number of requests.",
            "a whole number, 1 or more",
            "account_concurrency=1000",
            ACCOUNT_LIMIT,
        )
    reserved = 0
    for function, name in stack.functions.items():
        provisioned = sum(
            alias.provisioned_concurrency
            for (owner, _), alias in stack.aliases.items()
            if owner == name
        )
        own = function.reserved_concurrency
        if own is not None and provisioned > own:
            raise LabError(
                f"{name} has {provisioned:,} provisioned and {own:,} reserved.",
                "no more provisioned than reserved concurrency",
                f"provision {own:,} or less, or reserve {provisioned:,}",
                PROVISIONED_CAP,
            )
        reserved += provisioned if own is None else own
    most = stack.most = max(limit - UNRESERVED_MINIMUM.value, 0)
    if reserved > most:
        raise LabError(
            f"{reserved:,} of {limit:,} units are reserved or provisioned.",
            f"at most {most:,}: 100 units always stay unreserved",
            f"set {most:,} aside or less, or raise account_concurrency",
            UNRESERVED_MINIMUM,
        )
