"""Every resource of a run: what it is called there, what it leads to, and how it is set up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from ..code.crash import Crashes, CrashingCode
from ..code.slow import SlowInit
from ..code.work import WorkCode
from ..engine import Sim
from ..engine.asynchronous import SendEvent
from ..engine.autoscaling import SetScaling
from ..engine.configuration import (
    Configure,
    Delete,
    HaveReady,
    PointAlias,
    RequestProvisioning,
    Reserve,
    SetDeadLetter,
)
from ..engine.creation import TakeSnapshot
from ..engine.facts import (
    AliasConfigured,
    ConcurrencyReserved,
    DeadLetterConfigured,
    FunctionConfigured,
)
from ..engine.kernel import Sender, Task
from ..engine.lanes import Numbered
from ..engine.rules import (
    ALIAS_WEIGHT,
    PROVISIONED_CAP,
    PROVISIONED_TARGET,
    SELF_DESTINATION,
    UNRESERVED_MINIMUM,
    YOUR_SETTING,
)
from ..engine.steps import Code
from ..engine.synchronous import DryRun, Invoke
from ..engine.units import us
from ..engine.world import LATEST, version_id
from ..faults import Crash, Denied, Duplicate, Fault, Outage
from ..mistakes import LabError
from ..sources.queues import queue
from ..stack import (
    Alias,
    AutoScaling,
    Deleted,
    DryRunDoor,
    EventDoor,
    Function,
    Payload,
    Published,
    Resource,
    Target,
    Wire,
    Work,
)
from . import doors, pushes, queues, streams
from .given import CHANGES, json_of, setup_of, time_of

Callee = Function | Published | Alias | EventDoor | DryRunDoor | Resource
Change = tuple[float, Any, Any]


class Wiring(Protocol):
    """How resources of one kind are put into a run."""

    def add(self, stack: Stack, resource: Any) -> None:
        """Take in what the resource leads to: functions, dead-letter queues."""

    def configure(self, stack: Stack, sim: Sim, resource: Any) -> None:
        """Let the resource exist from the start, with its wires."""

    def call(self, stack: Stack, resource: Any, k: int, payload: Any) -> Task:
        """Plan what a learner sends to it; the k-th has a payload of its own if none is given."""

    def change(self, stack: Stack, resource: Any, new: dict[str, Any]) -> list[Task]:
        """Plan what a learner changes about it during the run."""


WIRINGS: dict[str, Wiring] = {
    "queue": queues,
    "stream": streams,
    "table": streams,
    "topic": pushes,
    "bus": pushes,
    "bucket": pushes,
    "schedule": pushes,
    "api": doors,
    "load_balancer": doors,
    "function_url": doors,
    "caller": doors,
}

NOT_RECONFIGURED = ("reserved_concurrency", "dead_letter")  # they are no part of a version
EVENT_SETTINGS = (
    *NOT_RECONFIGURED,
    "maximum_retry_attempts",
    "maximum_event_age",
    "on_success",
    "on_failure",
)  # these leave environments alone


class Stack:
    """Every resource that a run can reach, and what it is called there."""

    def __init__(self) -> None:
        self.functions: dict[Function, str] = {}
        self.versions: dict[Published, str] = {}
        self.aliases: dict[tuple[str, str], Alias] = {}
        self.resources: dict[str, Resource] = {}  # queue:orders -> the one with most wires
        self.changed: dict[Function, Function] = {}  # what changes have made of a function so far
        self.changed_aliases: dict[Alias, Alias] = {}  # the same of an alias
        self.gone: set[Function] = set()  # what changes have deleted so far
        self.sources: dict[str, Any] = {}  # what changes have made of a source so far
        self.mappings: dict[str, list[str]] = {}  # queue:orders -> the mappings that read it
        self.stream_mappings: dict[Wire, str] = {}  # the mapping that a wire of a stream became
        self.changed_wires: dict[Wire, dict[str, Any]] = {}  # what changes have made of it
        self.crashing: dict[str, Crashes] = {}  # function -> what its versions share
        self.duplicates: list[Duplicate] = []
        self.there: set[Any] = set()  # what exists in the run already
        self.most = 0  # units of concurrency that can be set aside
        self.real = False

    def add(self, found: Any) -> None:
        """Take a resource in, with everything that it leads to."""
        if isinstance(found, EventDoor | DryRunDoor):
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
        elif isinstance(found, Resource):
            self._add_resource(found)
        else:
            raise LabError(
                f"{found!r} cannot be run.",
                "a function (from a %%lambda cell, lab.function(...) or lab.handler(...)), or a "
                "source that is wired to one",
                "lab.run(greet, at=[0, 1])",
            )

    def _add_resource(self, found: Resource) -> None:
        """Take a resource in; of its copies, the one with most wires stands for all of them."""
        key = f"{found.kind}:{found.name}"
        known = self.resources.get(key)
        if known is None or not (known.wires or known.chosen):
            self.resources[key] = found
        elif found.wires or found.chosen:
            if found.origin is not known.origin:
                raise LabError(
                    f"two different {found.kind}s of this run are called {found.name!r}.",
                    "one of each kind and name",
                    "another name for one of them",
                )
            self.resources[key] = max(known, found, key=lambda resource: len(resource.wires))
        for wire in found.wires:
            self.add(wire.function)
        WIRINGS[found.kind].add(self, found)

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
        self._refuse_twin(key[0], alias, alias)
        if self.aliases.setdefault(key, alias) is not alias:
            raise LabError(
                f"two different aliases of {key[0]} are called {alias.name!r}.",
                "one of each name",
                "another name for one of them",
            )

    def _refuse_twin(self, name: str, alias: Alias, then: Alias) -> None:
        """Refuse that two aliases are provisioned whose version is the same."""
        others = [self.changed_aliases.get(a, a) for a in self.aliases.values() if a is not alias]
        twins = [a for a in others if a.version is then.version]
        if then.provisioned_concurrency and any(a.provisioned_concurrency for a in twins):
            raise LabError(
                f"two aliases of one version of {name} are provisioned.",
                "provisioned concurrency on one alias of a version",
                "a version of its own for each: fn.publish()",
                PROVISIONED_TARGET,
            )

    def _add_destinations(self, settings: Function, owner: Function) -> None:
        """Take in the functions that events are sent on to."""
        for name in ("on_success", "on_failure"):
            target = getattr(settings, name)
            copy = isinstance(target, Function) and target.name == self.functions[owner]
            if target is owner or target is settings or copy:
                raise LabError(
                    f"{name} of {self.functions[owner]} is the function itself.",
                    "another function, a queue, a topic or a bus",
                    f'{name}="results"',
                    SELF_DESTINATION,
                )
            self.add_target(target)
        self.add_target(settings.dead_letter)

    def add_versions(self, new: dict[str, Any]) -> None:
        """Take in the versions that an alias is to stand for."""
        weights = new.get("weights")
        for version in (new.get("version"), *(weights if isinstance(weights, dict) else ())):
            if isinstance(version, Published):
                self.add(version)

    def add_target(self, target: Target | None) -> None:
        """Take in what documents are sent to; a name stands for a queue."""
        if target is not None:
            self.add(queue(target) if isinstance(target, str) else target)

    def target(self, target: Target | None) -> str:
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
        if isinstance(callee, Resource):
            return callee.name
        if isinstance(callee, (EventDoor, DryRunDoor)):
            return self.name_of(target_of(callee))
        function = callee if isinstance(callee, Function) else callee.function
        return self.functions[function]

    def callee(self, target: Function | Published | Alias) -> tuple[str, str]:
        """Name a function and the qualifier that it is called by."""
        qualifier = LATEST
        if isinstance(target, Published):
            qualifier = self.versions[target]
        elif isinstance(target, Alias):
            qualifier = target.name
        return self.name_of(target), qualifier

    def values(self) -> dict[Any, str]:
        """Say what each function, version and alias is called: greet, greet:1, greet:live."""
        named: dict[Any, str] = dict(self.functions)
        for published, number in self.versions.items():
            named[published] = version_id(self.functions[published.function], number)
        for (name, alias_name), alias in self.aliases.items():
            named[alias] = version_id(name, alias_name)
        return named

    def sender(self, callee: Callee, payloads: Sequence[Any]) -> Sender:
        """Plan what is sent to a callee; a task whose payload was not given is made in its turn."""
        if not any(payload is not None for payload in payloads):
            if isinstance(callee, Function | Published | Alias):
                return Numbered(*self.callee(callee))
            if not payloads:
                return lambda k: self.call(callee, k, None)
        return [self.call(callee, k, payload) for k, payload in enumerate(payloads)].__getitem__

    def call(self, callee: Callee, k: int, payload: Any) -> Task:
        """Plan one request, event, message or record; `k` counts what is sent there."""
        if isinstance(callee, Resource):
            return WIRINGS[callee.kind].call(self, callee, k, payload)
        context = ""
        if isinstance(payload, Payload):
            context = "" if payload.client_context is None else json_of(payload.client_context)
            payload = payload.value
        text = f'{{"n": {k}}}' if payload is None else json_of(payload)
        if isinstance(callee, EventDoor):
            again = tuple(us(f.after) for f in self.duplicates if self._repeats(f, callee, k))
            return SendEvent(*self.callee(target_of(callee)), text, context, again)
        if isinstance(callee, DryRunDoor):
            return DryRun(*self.callee(target_of(callee)), text, context)
        return Invoke(*self.callee(callee), text, context)

    def _repeats(self, fault: Duplicate, door: EventDoor, k: int) -> bool:
        """Say whether a fault delivers the k-th event of a door twice."""
        return fault.target.target is door.target and fault.k in (None, k)

    def _has(self, door: EventDoor) -> bool:
        """Say whether what a door leads to is in this run."""
        return door.target in (*self.functions, *self.versions, *self.aliases.values())

    def _names(self, target: Any) -> bool:
        """Say whether something can be written to: a name, a resource, a function of the run."""
        known = isinstance(target, Function) and target in self.functions
        return known or isinstance(target, str | Resource)

    def inject(self, sim: Sim, fault: Fault) -> None:
        """Let something go wrong besides."""
        if isinstance(fault, Denied) and self._names(fault.target):
            sim.denied.add(self.target(self._known_as(fault.target)))
        elif isinstance(fault, Outage):
            sim.outages.append((us(fault.start), us(fault.end)))
        elif isinstance(fault, Crash) and fault.function in self.functions:
            name = self.functions[fault.function]
            self.crashing.setdefault(name, Crashes()).after[fault.attempt] = fault.after
        elif isinstance(fault, Duplicate) and self._has(fault.target):
            time_of("after", fault.after)
            self.duplicates.append(fault)
        else:
            raise LabError(
                f"{fault!r} cannot go wrong in this run.",
                "lab.crash and lab.duplicate of what the run has, lab.denied and lab.outage",
                "faults=[lab.crash(fn)]",
            )

    # At the start

    def configure(self, sim: Sim) -> None:
        """Let everything exist that is not there yet, provisioned environments included."""
        for function, name in self.functions.items():
            if not self.is_new(function):
                continue
            self._configure(sim, function, name, LATEST)
            if function.reserved_concurrency is not None:
                units = function.reserved_concurrency
                sim.emit(ConcurrencyReserved(name, units), YOUR_SETTING, None)
            if function.dead_letter is not None:
                target = self.target(function.dead_letter)
                sim.emit(DeadLetterConfigured(name, target), YOUR_SETTING, None)
        for published, number in self.versions.items():
            if not self.is_new(published):
                continue
            name = self.functions[published.function]
            self._configure(sim, published.settings, name, number)
            if published.settings.snap_start:
                sim.schedule(sim.now, TakeSnapshot(version_id(name, number)), None)
        for (name, _), alias in self.aliases.items():
            if not self.is_new(alias):
                continue
            version = self.versions[alias.version]
            sim.emit(self._stands_for(alias), YOUR_SETTING, None)
            if alias.provisioned_concurrency:
                prepare = RequestProvisioning if sim.now else HaveReady
                ready = prepare(version_id(name, version), alias.provisioned_concurrency)
                sim.schedule(sim.now, ready, None)
            if alias.scaling:
                self._scale(sim, version_id(name, version), alias.scaling, alias.function)
        for resource in self.resources.values():
            WIRINGS[resource.kind].configure(self, sim, resource)

    def _stands_for(self, alias: Alias) -> AliasConfigured:
        """Say which versions an alias stands for, and with which weight."""
        other, weight = next(iter(alias.weights.items()), (None, 0.0))
        share = round(weight * ALIAS_WEIGHT.value)
        second = self.versions[other] if other else ""
        name = self.functions[alias.function]
        return AliasConfigured(name, alias.name, self.versions[alias.version], second, share)

    def is_new(self, thing: Any) -> bool:
        """Say whether something does not exist in the run yet; from now on it does."""
        new = thing not in self.there
        self.there.add(thing)
        return new

    def _scale(self, sim: Sim, version: str, scaling: AutoScaling, function: Function) -> None:
        """Let Application Auto Scaling look after a version."""
        self.check_provisioned(scaling.maximum, function)
        target = scaling.target
        sim.schedule(sim.now, SetScaling(version, scaling.minimum, scaling.maximum, target), None)
        for at, minimum, maximum in scaling.schedule:
            self.check_provisioned(maximum, function)
            change = SetScaling(version, minimum, maximum, target, scheduled=True)
            sim.schedule(time_of("schedule at", at), change, None)

    def _configure(self, sim: Sim, settings: Function, name: str, version: str) -> None:
        """Let a version of a function exist."""
        sim.emit(self._settings(settings, name, version), YOUR_SETTING, None)
        sim.codes[version_id(name, version)] = self._code(settings, name)

    def _settings(self, settings: Function, name: str, version: str) -> FunctionConfigured:
        return FunctionConfigured(
            name,
            version,
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
            setup_of(settings),
            settings.chosen,
        )

    def _code(self, function: Function, name: str) -> Code:
        """Make a function's code ready to run."""
        code: Code
        if isinstance(function.code, Work):
            code = WorkCode(function.code)
        else:
            from ..code.python import PythonCode

            code, self.real = PythonCode(function.code, f"{name}.py", function.handler), True
        if function.init:
            code = SlowInit(code, us(function.init))
        return CrashingCode(code, self.crashing[name]) if name in self.crashing else code

    # During the run

    def _known_as(self, target: Any) -> Any:
        """Find the function, alias or resource of a name, if only one is called so."""
        named = [
            *(function for function, name in self.functions.items() if name == target),
            *(alias for (name, live), alias in self.aliases.items() if f"{name}:{live}" == target),
            *(found for key, found in self.resources.items() if target in (found.name, key)),
        ]
        return named[0] if isinstance(target, str) and len(named) == 1 else target

    def change(self, change: Change) -> list[tuple[int, Task]]:
        """Plan what a learner changes at a time."""
        at, target, new = change
        target = self._known_as(target)
        moment, tasks = time_of("changes at", at), list[Task]()
        if isinstance(target, Alias) and target in self.aliases.values():
            return [(moment, task) for task in self._change_alias(target, new)]
        if isinstance(target, Resource) and f"{target.kind}:{target.name}" in self.resources:
            if isinstance(new, Deleted):
                raise LabError(
                    f"{target!r} cannot be deleted during a run.",
                    "a function; a mapping can be disabled",
                    'changes=[(600, mapping, {"enabled": False})]',
                )
            changes = WIRINGS[target.kind].change(self, target, new)
            return [(moment, task) for task in changes]
        if not isinstance(target, Function) or target not in self.functions:
            raise LabError(
                f"{target!r} cannot be changed in this run.",
                "a function, an alias or a resource of the run, or the name of just one of them",
                'changes=[(600, greet, {"reserved_concurrency": 1})]',
            )
        name = self.functions[target]
        if isinstance(new, Deleted):
            self.gone.add(target)
            return [(moment, Delete(name))]
        if "name" in new:
            raise LabError(f"{name} keeps its name.", "other settings", CHANGES)
        if "provisioned_concurrency" in new:
            raise LabError(
                f"provisioned_concurrency cannot be set on {name} itself.",
                "a published version or an alias",
                f'{name}.alias("live", provisioned_concurrency=5)',
                PROVISIONED_TARGET,
            )
        settings = self.changed[target] = self.changed.get(target, target).with_(**new)
        self._add_destinations(settings, target)
        if "reserved_concurrency" in new:
            reserved = settings.reserved_concurrency
            self.check_set_aside()
            tasks.append(Reserve(name, -1 if reserved is None else reserved))
        if "dead_letter" in new:
            tasks.append(SetDeadLetter(name, self.target(settings.dead_letter)))
        if any(setting not in NOT_RECONFIGURED for setting in new):
            fact = self._settings(settings, name, LATEST)
            fact = replace(fact, replaces=any(setting not in EVENT_SETTINGS for setting in new))
            tasks.append(Configure(fact, self._code(settings, name)))
        return [(moment, task) for task in tasks]

    def _change_alias(self, alias: Alias, new: Any) -> list[Task]:
        """Plan other versions behind an alias, or another number of environments for it."""
        known = {"version", "weights", "provisioned_concurrency"}
        if not isinstance(new, dict) or not new or set(new) - known:
            raise LabError(
                f"{alias!r} cannot be changed by {new!r} during a run.",
                "its version, weights and provisioned_concurrency",
                'changes=[(600, live, {"provisioned_concurrency": 5})]',
            )
        now = self.changed_aliases.get(alias, alias)
        then = self.changed_aliases[alias] = now.with_(**new)
        moves = then.version is not now.version
        if moves and now.scaling:
            raise LabError(
                f"{alias!r} is auto-scaled and keeps its version in a run.",
                "another version for an alias that nothing scales",
                "an alias of its own for each version",
            )
        self._refuse_twin(self.functions[alias.function], alias, then)
        tasks = list[Task]()
        if {"version", "weights"} & set(new):
            tasks.append(PointAlias(self._stands_for(then), bool(now.provisioned_concurrency)))
        if "provisioned_concurrency" in new:
            self.check_set_aside()
            version = version_id(self.name_of(alias), self.versions[then.version])
            tasks.append(RequestProvisioning(version, then.provisioned_concurrency))
        return tasks

    def check_set_aside(self) -> None:
        """Refuse reservations that are too small, or leave too little for everybody else."""
        aside = 0
        for function, name in self.functions.items():
            if function in self.gone:
                continue
            aliases = [self.changed_aliases.get(a, a) for a in self.aliases.values()]
            provisioned = sum(a.provisioned_concurrency for a in aliases if a.function is function)
            own = self.changed.get(function, function).reserved_concurrency
            if own is not None and provisioned > own:
                raise LabError(
                    f"{name} has {provisioned:,} provisioned and {own:,} reserved.",
                    "no more provisioned than reserved concurrency",
                    f"provision {own:,} or less, or reserve {provisioned:,}",
                    PROVISIONED_CAP,
                )
            aside += provisioned if own is None else own
        self._check_room(aside)

    def check_provisioned(self, units: int, function: Function) -> None:
        """Refuse more than a function has reserved, or than the account has left."""
        reserved = self.changed.get(function, function).reserved_concurrency
        if reserved is not None and units > reserved:
            raise LabError(
                f"{units:,} environments cannot be provisioned, for {reserved:,} are reserved.",
                "no more provisioned than reserved concurrency",
                f"{reserved:,} or less, or reserve {units:,}",
                PROVISIONED_CAP,
            )
        self._check_room(units)

    def _check_room(self, units: int) -> None:
        """Refuse what would leave fewer than 100 units for everybody else."""
        if units > self.most:
            raise LabError(
                f"{units:,} units cannot be set aside.",
                f"at most {self.most:,}: 100 units always stay unreserved",
                f"{self.most:,} or less, or raise account_concurrency",
                UNRESERVED_MINIMUM,
            )


def target_of(door: EventDoor | DryRunDoor) -> Function | Published | Alias:
    """Say what an event door leads to; in a run that is a value, not a name."""
    assert not isinstance(door.target, str)
    return door.target
