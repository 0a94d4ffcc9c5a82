"""Facts as JSON and back: each field as its class says, whatever else a file holds is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from ..engine import facts
from ..engine.kernel import Row
from ..engine.rules import TABLE

Read = Callable[[Any], Any]
KNOWN = [name for name in facts.__all__ if name != "Fact"]
PLAIN = (str, int, bool, float, type(None))
PARTS = ["seq", "at", "fact", "with", "cause", "given", "rule"]


def written(seq: int, row: Row) -> dict[str, Any]:
    """Write an entry of a log as a value of JSON."""
    at, fact, cause, given, rule = row
    values = [seq, at, type(fact).__name__, _plain(fact), cause, list(given), rule.id]
    return dict(zip(PARTS, values, strict=True))


def read(seq: int, entry: Any, before: int) -> Row:
    """Read the entry with a number; the one before it came at `before`.

    Raises
    ------
    ValueError
        If it is none; the message says why.
    """
    if not isinstance(entry, dict) or list(entry) != PARTS:
        raise ValueError(f"an entry has {', '.join(PARTS)}, in this order")
    _, at, name, values, cause, given, rule = entry.values()
    if entry["seq"] != seq or type(entry["seq"]) is not int:
        raise ValueError(f"entry {seq} is not here")
    if type(at) is not int or at < before:
        raise ValueError(f"at={at!r} is no time after {before}")
    if name not in KNOWN:
        raise ValueError(f"{name!r} is no fact that this version knows")
    if cause is not None and not _earlier(cause, seq):
        raise ValueError(f"cause={cause!r} is no earlier entry")
    if not isinstance(given, list) or not all(_earlier(one, seq) for one in given):
        raise ValueError(f"given={given!r} are no earlier entries")
    if not isinstance(rule, str) or rule not in TABLE:
        raise ValueError(f"{rule!r} is no rule that this version knows")
    fact = _reader(getattr(facts, name))(values)
    return at, fact, cause, tuple(given), TABLE[rule]


def _earlier(number: Any, seq: int) -> bool:
    return type(number) is int and 0 <= number < seq


def _plain(value: Any) -> Any:
    """Write a value of a fact: what has fields as an object, a tuple as a list."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if names := getattr(value, "_fields", None):
        return {name: _plain(getattr(value, name)) for name in names}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


@cache
def _reader(kind: Any) -> Read:
    """Make what reads values of a kind, as annotations say it."""
    if kind in PLAIN:
        return _simple(kind)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind))
    if get_origin(kind) in (Union, type(int | str)):
        return _either([_reader(one) for one in get_args(kind)])
    hints = get_type_hints(kind)
    names = [f.name for f in fields(kind)] if is_dataclass(kind) else list(kind._fields)
    return _object(kind, {name: _reader(hints[name]) for name in names})


def _simple(kind: type) -> Read:
    def simple(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"{value!r} is no {kind.__name__}")
        return value

    return simple


def _tuple(kinds: tuple[Any, ...]) -> Read:
    alike = len(kinds) == 2 and kinds[1] is Ellipsis
    readers = [_reader(kind) for kind in (kinds[:1] if alike else kinds)]

    def several(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not (alike or len(value) == len(readers)):
            raise ValueError(f"{value!r} is no list of what belongs there")
        each = readers * len(value) if alike else readers
        return tuple(read(one) for read, one in zip(each, value, strict=True))

    return several


def _either(readers: list[Read]) -> Read:
    def either(value: Any) -> Any:
        for read in readers[:-1]:
            try:
                return read(value)
            except ValueError:
                continue
        return readers[-1](value)

    return either


def _object(kind: Callable[..., Any], readers: dict[str, Read]) -> Read:
    def thing(value: Any) -> Any:
        if not isinstance(value, dict) or value.keys() != readers.keys():
            raise ValueError(f"a {kind.__name__} has {', '.join(readers) or 'no fields'}")
        return kind(**{name: read(value[name]) for name, read in readers.items()})

    return thing
