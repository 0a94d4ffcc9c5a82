"""What a run was asked for, as JSON and back, so that a saved run can be forked.

A resource is an object with its kind under "@", a number under "#", and what differs from the
usual; where it stands again there is its number alone. Only the kinds listed here are made again,
and nothing is imported or called that a file names.
"""

from __future__ import annotations

import ast
import base64
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from math import isfinite
from typing import Any

from ..distributions import choice, exponential, lognormal, uniform
from ..faults import Crash, Denied, Duplicate, Outage
from ..mistakes import LabError
from ..sources.doors import Api, Caller, FunctionUrl, HttpRequest, LoadBalancer, Route
from ..sources.pushes import Bucket, Bus, BusEvent, Object, Schedule, Topic
from ..sources.queues import Message, Queue
from ..sources.streams import Record, Stream, Table
from ..stack import (
    Alias,
    AutoScaling,
    Deleted,
    Distribution,
    DryRunDoor,
    EventDoor,
    Extension,
    Function,
    Payload,
    Published,
    Wire,
    Work,
    deleted,
)
from ..traffic import Recorded, Traffic, burst, poisson, ramp, replay, steady

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(Function, Published, Alias, AutoScaling, EventDoor, DryRunDoor, Extension, Work, Wire),
        *(Queue, Stream, Table, Topic, Bus, Bucket, Schedule),
        *(Api, LoadBalancer, FunctionUrl, Caller, Route),
        *(Payload, Message, Record, Object, BusEvent, HttpRequest),
        *(Denied, Crash, Duplicate, Outage),
    )
}
DRAWN = {maker.__name__: maker for maker in (exponential, lognormal, uniform, choice)}
ARRIVING = {maker.__name__: maker for maker in (burst, steady, poisson, ramp)}
IS, SAME = "@", "#"


class Unsaved(Exception):
    """Something that a run was made of cannot stand in a file."""


class Writer:
    """Writes values as JSON; what stands in several places is written once."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}  # id of a value -> its number
        self._kept: list[Any] = []  # so that no id is given twice

    def __call__(self, value: Any) -> Any:
        """Write a value; raise Unsaved if that cannot be done."""
        match value:
            case None | bool() | int() | str():
                return value
            case float() if isfinite(value):
                return value
            case bytes():
                return {IS: "bytes", "base64": base64.b64encode(value).decode()}
            case list():
                return [self(one) for one in value]
            case tuple():
                return {IS: "tuple", "of": [self(one) for one in value]}
            case Mapping():
                plain = all(isinstance(key, str) and key[:1] != IS for key in value)
                if plain:
                    return {key: self(one) for key, one in value.items()}
                return {IS: "map", "of": [[self(key), self(one)] for key, one in value.items()]}
            case Deleted():
                return {IS: "deleted"}
            case Recorded():
                return {IS: "replay", "of": self(list(value.recorded))}
            case Traffic():
                return {IS: "traffic", "as": _made_by(value.name, ARRIVING)}
            case Distribution():
                return {IS: "distribution", "as": _made_by(value.name, DRAWN)}
        return self._thing(value)

    def _thing(self, value: Any) -> Any:
        kind = type(value).__name__
        if type(value) is not object and KINDS.get(kind) is not type(value):
            raise Unsaved(f"a value of the type {kind} cannot be written into a file")
        if id(value) in self._numbers:
            return {SAME: self._numbers[id(value)]}
        number = self._numbers[id(value)] = len(self._numbers) + 1
        self._kept.append(value)
        if type(value) is object:  # what makes a resource the same in copies with other wires
            return {IS: "thing", SAME: number}
        if isinstance(value, Function) and not isinstance(value.code, str | Work):
            raise Unsaved(f"the code of {value.name or 'a function'} is in {str(value.code)!r}")
        if isinstance(value, Work) and callable(value.fails):
            raise Unsaved("a function of yours says when a modelled handler fails")
        own = {
            field.name: self(one)
            for field in fields(value)
            if not _usual(field, one := getattr(value, field.name))
        }
        return {IS: kind, SAME: number, **own}


def _usual(field: Field[Any], value: Any) -> bool:
    """Say whether a field is what it is if nobody says it."""
    if field.default is MISSING:
        return field.default_factory is dict and not value
    return type(value) is type(field.default) and bool(value == field.default)


def _made_by(name: str, makers: Mapping[str, Any]) -> str:
    """Check that a distribution or traffic can be made again from how it is shown."""
    try:
        fine = _make(name, makers).name == name
    except (ValueError, LabError):
        fine = False
    if not fine:
        raise Unsaved(f"{name} cannot be written into a file")
    return name


def _make(name: Any, makers: Mapping[str, Any]) -> Any:
    """Make what a text such as "poisson(10, 600)" shows; its arguments are plain values."""
    try:
        call = ast.parse(name, mode="eval").body
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Name)
        maker = makers[call.func.id]
        arguments = [ast.literal_eval(one) for one in call.args]
        named = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
        return maker(*arguments, **named)
    except (SyntaxError, AssertionError, KeyError, TypeError, MemoryError, RecursionError):
        raise ValueError(f"{name!r} is not known") from None


class Reader:
    """Reads what a Writer has written; ValueError or LabError if it is something else."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}

    def __call__(self, value: Any) -> Any:
        """Make a value again."""
        if isinstance(value, list):
            return [self(one) for one in value]
        if not isinstance(value, dict):
            return value
        if IS not in value:
            return self._same(value) if list(value) == [SAME] else self._dict(value)
        return self._kind(value[IS], {k: v for k, v in value.items() if k not in (IS, SAME)}, value)

    def _dict(self, value: dict[str, Any]) -> Any:
        return {key: self(one) for key, one in value.items()}

    def _same(self, value: dict[str, Any]) -> Any:
        if value[SAME] not in self._made:
            raise ValueError(f"there is no value with the number {value[SAME]!r}")
        return self._made[value[SAME]]

    def _kind(self, kind: Any, rest: dict[str, Any], value: dict[str, Any]) -> Any:
        match kind, rest:
            case "bytes", {"base64": str(text)}:
                return base64.b64decode(text, validate=True)
            case "tuple", {"of": list(some)}:
                return tuple(self(some))
            case "map", {"of": list(some)}:
                return dict(self(some))
            case "deleted", {}:
                return deleted
            case "replay", {"of": list(some)}:
                return replay(
                    [one if type(one) in (int, float) else tuple(one) for one in self(some)]
                )
            case "traffic", {"as": name}:
                return _make(name, ARRIVING)
            case "distribution", {"as": name}:
                return _make(name, DRAWN)
            case "thing", {}:
                return self._made.setdefault(value.get(SAME, 0), object())
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of value that this version knows")
        made = _built(KINDS[kind], {name: self(one) for name, one in rest.items()})
        return self._made.setdefault(value.get(SAME, 0), made)


def _built(kind: type[Any], own: dict[str, Any]) -> Any:
    """Build a frozen value of one of the known kinds."""
    unknown = own.keys() - {field.name for field in fields(kind)}
    lacking = [
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING and field.name not in own
    ]
    if unknown or lacking:
        raise ValueError(f"a {kind.__name__} with {sorted(unknown)} and without {lacking}")
    return kind(**own)
