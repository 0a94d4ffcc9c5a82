"""Items of DynamoDB, as its API writes them: every value with its type."""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal
from typing import Any

from ..mistakes import LabError


def attribute(value: Any) -> dict[str, Any]:
    """Write one value with its type.

    Examples
    --------
    >>> attribute({"kg": 42, "ripe": [True, None]})
    {'M': {'kg': {'N': '42'}, 'ripe': {'L': [{'BOOL': True}, {'NULL': True}]}}}
    """
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float | Decimal):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes):
        return {"B": b64encode(value).decode()}
    if isinstance(value, list | tuple):
        return {"L": [attribute(each) for each in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"M": {key: attribute(each) for key, each in value.items()}}
    raise LabError(
        f"{value!r} cannot be in an item.",
        "texts, numbers, bytes, true, false, None, lists, and dicts with text keys",
        '{"id": "17", "kg": 42}',
    )


def plain(value: dict[str, Any]) -> Any:
    """Read a value that is written with its type.

    Examples
    --------
    >>> plain({"M": {"kg": {"N": "42"}}})
    {'kg': 42}
    """
    ((kind, content),) = value.items()
    if kind == "N":
        return int(content) if content.lstrip("-").isdigit() else float(content)
    if kind == "L":
        return [plain(each) for each in content]
    if kind == "M":
        return {key: plain(each) for key, each in content.items()}
    return None if kind == "NULL" else content
