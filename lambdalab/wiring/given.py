"""What a learner gives, as the engine wants it: microseconds and JSON text."""

from __future__ import annotations

import json
from math import ceil, isfinite
from typing import Any

from ..engine import world
from ..engine.rules import BAD_JSON
from ..engine.units import us
from ..engine.world import Setup
from ..mistakes import LabError
from ..stack import Extension, Function

WRITTEN = json.JSONEncoder(allow_nan=False)


def time_of(name: str, value: Any) -> int:
    """Turn seconds into microseconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise LabError(f"{name}={value!r} is not a time.", "seconds, 0 or more", f"{name}=3")
    if value < 0:
        raise LabError(f"{name}={value!r} is before the start.", "seconds, 0 or more", f"{name}=0")
    return us(value)


def json_of(payload: Any) -> str:
    """Write a payload as JSON text."""
    try:
        return WRITTEN.encode(payload)
    except (TypeError, ValueError) as error:
        raise LabError(
            f"the payload {payload!r} is not JSON: {error}.",
            "dicts with text keys, lists, texts, numbers, true, false and null (None)",
            '{"name": "Ada"}',
            BAD_JSON,
        ) from None


def setup_of(settings: Function) -> Setup:
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
