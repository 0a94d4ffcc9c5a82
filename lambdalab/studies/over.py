"""What a study varies: whose setting each name of the grid means, and the stack with other values.

Resources are frozen values that hold one another, so a stack with another setting is a copy: every
value that leads to the changed one is made anew, and all the others stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from inspect import signature
from typing import Any

from ..engine.rules import TABLE
from ..mistakes import LabError
from ..run import run
from ..stack import (
    CHECKS,
    Alias,
    Distribution,
    EventDoor,
    Function,
    Published,
    Resource,
    Wire,
    Work,
    work,
)
from ..traffic import Traffic

ASSUMED = "assume."
OF_RUN = [name for name in signature(run).parameters if name not in ("target", "seed")]
OF_WORK = ("wait", "cpu", "fails", "returns", "memory_used")
OF_ALIAS = ("provisioned_concurrency", "weights")
EXAMPLE = 'over={"memory": [128, 1769], (orders, "batch_size"): [1, 10]}'


@dataclass(frozen=True, slots=True)
class Call:
    """What `lab.run` is called with."""

    target: Any
    at: Any
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied, and its values."""

    label: str  # the column of the table: memory, orders.batch_size
    values: list[Any]
    setting: str
    whose: Any = None  # a function, alias or source; None for what belongs to the run


def axes_of(over: Any, call: Call) -> list[Axis]:
    """Find out what each key of `over` means.

    Raises
    ------
    LabError
        If a name is unknown, or could mean several things.
    """
    if not isinstance(over, Mapping):
        raise LabError(f"over={over!r} is no dict.", "settings and their values", EXAMPLE)
    things = _things(call)
    axes = [_axis(key, values_of(key, values), things) for key, values in over.items()]
    labels = [axis.label for axis in axes]
    if twice := next((label for label in labels if labels.count(label) > 1), None):
        raise LabError(f"{twice!r} is varied twice.", "each setting once", EXAMPLE)
    return axes


def changed(call: Call, axes: Iterable[Axis], values: Iterable[Any]) -> Call:
    """Make the call with the values of one point in place."""
    settings, at = dict(call.settings), call.at
    assumed: dict[str, Any] = {}
    new: dict[int, dict[str, Any]] = {}
    for axis, value in zip(axes, values, strict=True):
        if axis.whose is not None:
            new.setdefault(_key(axis.whose), {})[axis.setting] = value
        elif axis.setting.startswith(ASSUMED):
            assumed[axis.setting.removeprefix(ASSUMED)] = value
        elif axis.setting == "at":
            at = value
        else:
            settings[axis.setting] = value
    if assumed:
        settings["assume"] = {**(settings.get("assume") or {}), **assumed}
    if not new:
        return Call(call.target, at, settings)
    swap = _Swap(new)
    target = call.target
    if isinstance(target, Mapping):
        target = {swap(callee): arrivals for callee, arrivals in target.items()}
    else:
        target = swap(target)
    return Call(target, at, {name: swap(value) for name, value in settings.items()})


# What a name means ------------------------------------------------------------------------------


def values_of(key: Any, values: Any) -> list[Any]:
    """Take the values of one axis."""
    if isinstance(values, str | Mapping | Resource) or not isinstance(values, Iterable):
        raise LabError(f"{key!r}: {values!r} is no list of values.", "a list", EXAMPLE)
    listed = list(values)
    if not listed:
        raise LabError(f"{key!r} has no value.", "one value or more", EXAMPLE)
    return listed


def _axis(key: Any, values: list[Any], things: list[Any]) -> Axis:
    """Find whose setting a key means."""
    if isinstance(key, tuple) and len(key) == 2 and isinstance(key[1], str):
        whose, setting = _thing(key[0], things), key[1]
        if setting not in _settings(whose):
            raise LabError(
                f"{whose!r} has no setting {setting!r}.", ", ".join(_settings(whose)), EXAMPLE
            )
        return Axis(f"{_name(whose)}.{setting}", values, setting, whose)
    if not isinstance(key, str):
        raise LabError(
            f"{key!r} is no setting.", "a name, or a pair of a resource and a name", EXAMPLE
        )
    if key in OF_RUN or key.startswith(ASSUMED):
        return Axis(key, values, key)
    having = [thing for thing in things if key in _settings(thing)]
    feeding = [x for x in having if not isinstance(x, Resource) or x.wires or hasattr(x, "target")]
    having = feeding or having  # a dead-letter queue is meant only if nothing else can be
    if not having:
        known = dict.fromkeys([*OF_RUN, *(name for x in things for name in _settings(x))])
        rule = f'"assume.{key}"' if key in TABLE else EXAMPLE
        raise LabError(f"nothing in this stack has a setting {key!r}.", ", ".join(known), rule)
    if len(having) > 1:
        raise LabError(
            f"whose {key} is varied?",
            ", ".join(f'({_name(thing)}, "{key}")' for thing in having),
            f'over={{({_name(having[0])}, "{key}"): {values!r}}}',
        )
    return Axis(key, values, key, having[0])


def _thing(x: Any, things: list[Any]) -> Any:
    """Find what is meant by a value or a name."""
    if isinstance(x, EventDoor):
        x = x.target
    if isinstance(x, str):
        found = [thing for thing in things if _name(thing) == x]
    else:
        found = [thing for thing in things if _key(thing) == _key(x)]
    if len(found) != 1:
        raise LabError(
            f"{x!r} is {'not in' if not found else 'more than one thing of'} this stack.",
            ", ".join(map(repr, things)) or "a stack",
            EXAMPLE,
        )
    return found[0]


def _things(call: Call) -> list[Any]:
    """List the functions, aliases and sources that a call names, or that these lead to."""
    target = list(call.target) if isinstance(call.target, Mapping) else call.target
    found: dict[int, Any] = {}
    value: Any
    for value in _reached([target, list(call.settings.values())], {}):
        if isinstance(value, Function | Alias | Resource):
            known = found.setdefault(_key(value), value)
            if isinstance(value, Resource) and len(known.wires) < len(value.wires):
                found[_key(value)] = value
    return list(found.values())


def _reached(value: Any, seen: dict[int, Any]) -> Iterator[Any]:
    """Yield a value and what it holds, each once; settings of a version are no function."""
    if id(value) in seen or isinstance(value, Work | Distribution | Traffic | str):
        return
    seen[id(value)] = value
    yield value
    if isinstance(value, Published):
        yield from _reached(value.function, seen)
        return
    for _, inner in _parts(value):
        yield from _reached(inner, seen)


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """List what a value holds, by name, by key or by place."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key, key
            yield key, inner
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield field.name, getattr(value, field.name)


def _key(thing: Any) -> int:
    """Tell things apart; a source with more wires is the same source."""
    return id(thing.origin) if isinstance(thing, Resource) else id(thing)


def _name(thing: Any) -> str:
    return thing.name or "function"


def _settings(thing: Any) -> list[str]:
    """List the settings of a thing that can be varied."""
    if isinstance(thing, Function):
        modelled = OF_WORK if isinstance(thing.code, Work) else ()
        return [*CHECKS, "code", *modelled]
    if isinstance(thing, Alias):
        return [*OF_ALIAS]
    return [*_own(thing), *_of_wires(thing)]


def _own(source: Resource) -> list[str]:
    base = {"target", *(field.name for field in fields(Resource))}
    return [field.name for field in fields(source) if field.name not in base]


def _of_wires(source: Resource) -> list[str]:
    names = (name for wire in source.wires for name in wire.settings)
    return [name for name in dict.fromkeys(names) if name not in ("chosen", "routes")]


# The stack with other values --------------------------------------------------------------------


class _Swap:
    """Copies values with other settings; what stays the same is not copied."""

    def __init__(self, new: dict[int, dict[str, Any]]) -> None:
        self._new = new  # thing -> its new settings
        self._done: dict[int, Any] = {}

    def __call__(self, value: Any) -> Any:
        if isinstance(value, Work | Distribution | Traffic):
            return value
        if id(value) not in self._done:
            self._done[id(value)] = self._copy(value)
        return self._done[id(value)]

    def _copy(self, value: Any) -> Any:
        if isinstance(value, Resource):
            return self._source(value)
        if isinstance(value, Published):
            return self._version(value)
        new = self._new.get(id(value), {})
        copy = self._parts(value)
        if isinstance(value, Function):
            return _with(copy, new) if new else copy
        return copy.with_(**new) if new else copy

    def _parts(self, value: Any) -> Any:
        """Copy a value if anything that it holds has changed."""
        if isinstance(value, Mapping):
            found: Any = {self(key): self(inner) for key, inner in value.items()}
            same = all(self(key) is key and self(inner) is inner for key, inner in value.items())
            return value if same else found
        if isinstance(value, list | tuple):
            items = [self(inner) for inner in value]
            same = all(a is b for a, b in zip(items, value, strict=True))
            return value if same else type(value)(items)
        if is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in fields(value)]
            other = {
                name: new for name in names if (new := self(old := getattr(value, name))) is not old
            }
            return replace(value, **other) if other else value
        return value

    def _version(self, version: Published) -> Published:
        """Copy a version: what is changed of its function is changed of it, too."""
        function = self(version.function)
        if version.settings is version.function:
            return version if function is version.function else Published(function, function)
        settings = self._parts(version.settings)
        if new := self._new.get(id(version.function)):
            settings = _with(settings, new)
        same = function is version.function and settings is version.settings
        return version if same else Published(function, settings)

    def _source(self, source: Resource) -> Resource:
        """Copy a source; it stays the same one for others that have copies of it."""
        new = self._new.get(_key(source), {})
        own = {name: value for name, value in new.items() if name in _own(source)}
        of_wires = {name: value for name, value in new.items() if name not in own}
        wires = tuple(self._wire(source, wire, of_wires) for wire in source.wires)
        rest = [name for name in _fields(source) if name not in ("wires", "origin")]
        other = {n: copy for n in rest if (copy := self(old := getattr(source, n))) is not old}
        if wires != source.wires:
            other["wires"] = wires
        if not other and not own:
            return source
        copy = replace(source, **other).with_(**own)
        return replace(copy, origin=source.origin)

    def _wire(self, source: Resource, wire: Wire, new: dict[str, Any]) -> Wire:
        if id(wire) not in self._done:
            function, settings = self(wire.function), self(wire.settings)
            if new:
                chosen = settings.get("chosen", settings)
                given = {name: settings[name] for name in chosen} | new
                settings = replace(source, wires=()).check_wire(function, given)
            same = function is wire.function and settings is wire.settings
            self._done[id(wire)] = wire if same else Wire(function, settings)
        made: Wire = self._done[id(wire)]
        return made


def _fields(value: Any) -> list[str]:
    return [field.name for field in fields(value)]


def _with(function: Function, new: dict[str, Any]) -> Function:
    """Change settings of a function; those of its modelled work make another work."""
    of_work = {name: value for name, value in new.items() if name in OF_WORK}
    rest = {name: value for name, value in new.items() if name not in OF_WORK}
    if of_work:
        code = rest.get("code", function.code)
        known = {name: getattr(code, name) for name in _fields(code)}
        rest["code"] = work(**(known | of_work))
    return function.with_(**rest)
