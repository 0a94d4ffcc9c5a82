"""Which events are wanted? The pattern language of EventBridge, as Lambda's filters use it.

A pattern has the keys that an event must have. Under each stands a list of what may be there: plain
values, or operators such as {"prefix": "a"}. Keys are combined with AND, the entries of a list with
OR; under $or stands a list of patterns of which one is enough.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from .rules import FILTER_NUMBERS

Check = Callable[[Any, Any], bool]


class Number(NamedTuple):
    """A number as it is written: 300 and 300.0 are not the same."""

    text: str


FOLLOWS = (FILTER_NUMBERS,)


def literal(value: Any) -> Any:
    """Read JSON text, or what could be JSON, and leave its numbers as they are written."""
    text = value if isinstance(value, str) else json.dumps(value)
    return json.loads(text, parse_int=Number, parse_float=Number)


_pattern = lru_cache(maxsize=None)(literal)  # a mapping asks for the same few again and again


def passes(filters: Sequence[str], record: dict[str, Any], key: str = "") -> bool:
    """Say whether a mapping wants a record: it has no filters, or one of them matches.

    What stands under `key` (body, data) is text; a JSON document in it is looked into.
    """
    if not filters:
        return True
    event = literal(record)
    if key:
        event[key] = _document(event[key])
    return any(_holds(_pattern(text), [event]) for text in filters)


def _document(text: str) -> Any:
    """Read an object or a list that a text holds; any other text stays what it is."""
    try:
        found = literal(text)
    except ValueError:
        return text
    return found if isinstance(found, dict | list) else text


def matches(pattern: Any, event: Any) -> bool:
    """Say whether an event is as a pattern wants it; either may be JSON text."""
    wanted = _pattern(pattern) if isinstance(pattern, str) else literal(pattern)
    return _holds(wanted, [literal(event)])


def _holds(pattern: dict[str, Any], places: list[Any]) -> bool:
    """Say whether all that a pattern asks for is found in one of some places of an event."""
    objects = [place for place in places if isinstance(place, dict)] or [{}]
    return any(all(_found(key, want, at) for key, want in pattern.items()) for at in objects)


def _found(key: str, want: Any, at: dict[str, Any]) -> bool:
    """Say whether one key of an event is as it is wanted."""
    if key == "$or":
        return any(_holds(choice, [at]) for choice in want)
    items = list(_items(at[key])) if key in at else []
    if isinstance(want, dict):
        return _holds(want, items)
    values = [item for item in items if not isinstance(item, dict)]
    return any(_wanted(choice, values) for choice in want)


def _items(value: Any) -> Iterator[Any]:
    """List what stands at a place of an event: what lists hold stands there too."""
    if isinstance(value, list):
        for item in value:
            yield from _items(item)
    else:
        yield value


def _wanted(choice: Any, values: list[Any]) -> bool:
    """Say whether one of the values is wanted; none is there if the key leads to no value."""
    if not isinstance(choice, dict):
        return any(type(choice) is type(value) and choice == value for value in values)
    ((operator, operand),) = choice.items()
    if operator == "exists":
        return operand is bool(values)
    return any(OPERATORS[operator](value, operand) for value in values)


# Operators --------------------------------------------------------------------------------------


def _prefix(value: Any, operand: Any) -> bool:
    return isinstance(value, str) and value.startswith(operand)


def _suffix(value: Any, operand: Any) -> bool:
    return isinstance(value, str) and value.endswith(operand)


def _ignoring_case(value: Any, operand: Any) -> bool:
    return isinstance(value, str) and value.lower() == operand.lower()


def _numeric(value: Any, operand: Any) -> bool:
    if not isinstance(value, Number):
        return False
    each = iter(operand)
    pairs = zip(each, each, strict=True)
    return all(COMPARE[sign](float(value.text), float(bound.text)) for sign, bound in pairs)


def _anything_but(value: Any, operand: Any) -> bool:
    if isinstance(operand, dict):
        return not _wanted(operand, [value])
    choices = operand if isinstance(operand, list) else [operand]
    return not any(_wanted(choice, [value]) for choice in choices)


COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
}
OPERATORS: dict[str, Check] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _ignoring_case,
    "numeric": _numeric,
    "anything-but": _anything_but,
}
