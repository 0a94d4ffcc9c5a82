"""What a learner gives, as the engine wants it: microseconds and JSON text."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from ..engine.rules import BAD_JSON
from ..engine.units import us
from ..mistakes import LabError


def time_of(name: str, value: Any) -> int:
    """Turn seconds into microseconds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise LabError(f"{name}={value!r} is not a time.", "seconds, 0 or more", f"{name}=3")
    if value < 0:
        raise LabError(f"{name}={value!r} is before the start.", "seconds, 0 or more", f"{name}=0")
    return us(value)


def json_of(payload: Any) -> str:
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
