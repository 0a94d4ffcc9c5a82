"""JSON in and out as AWS's Python runtime does it."""

from __future__ import annotations

import decimal
import json
from contextlib import suppress
from typing import Any

# A Decimal is written as its own digits, not as a string. Python's json has no way to emit raw
# text, so the digits travel in a string with these private-use characters around them.
_OPEN, _CLOSE = '"\ue000\ue001', '\ue001\ue000"'
_PLAIN = frozenset({str, int, float, bool, type(None)})

_dumps = json.JSONEncoder(ensure_ascii=False).encode


def loads(text: str) -> Any:
    """Read an event."""
    return json.loads(text)


def dumps(value: Any) -> str:
    """Write what a handler returned; raises what json raises for what it can't hold."""
    with suppress(RecursionError):  # a circle: json says so in better words
        value = _as_simplejson(value)
    text = _encoder(value)
    return text.replace(_OPEN, "").replace(_CLOSE, "") if _OPEN in text else text


def _default(value: Any) -> Any:
    if isinstance(value, decimal.Decimal):
        return float("nan") if value.is_nan() else f"\ue000\ue001{value}\ue001\ue000"
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


_encoder = json.JSONEncoder(ensure_ascii=False, default=_default).encode


def _as_simplejson(value: Any) -> Any:
    """Turn named tuples into objects: AWS's runtime uses simplejson, which writes them so."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        for item in value.values():
            if type(item) not in _PLAIN:
                return {key: _as_simplejson(item) for key, item in value.items()}
        return value
    if kind is list or isinstance(value, tuple):
        if hasattr(value, "_asdict") and callable(value._asdict):
            return _as_simplejson(value._asdict())
        return [_as_simplejson(item) for item in value]
    return value
