"""What a learner gives, as the engine wants it: microseconds and JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime, timedelta
from math import ceil, isfinite
from typing import Any

from ..engine import world
from ..engine.rules import BAD_JSON
from ..engine.units import us
from ..engine.world import Setup
from ..mistakes import LabError
from ..stack import Deleted, Extension, Function

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


FIRST_YEAR, LAST_YEAR = 1970, 2099  # after it dates would need the rule of centuries


def start_of(starts: Any) -> datetime | None:
    """Read when a run starts: a date, or text as ISO 8601 writes it; without a zone it is UTC."""
    date = starts
    if isinstance(starts, str):
        with suppress(ValueError):
            date = datetime.fromisoformat(starts)
    if starts is None:
        return None
    if not isinstance(date, datetime) or not FIRST_YEAR < date.year < LAST_YEAR:
        raise LabError(
            f"starts={starts!r} is no date of a run.",
            f"a datetime or ISO text, after {FIRST_YEAR} and before {LAST_YEAR}",
            'starts="2026-01-01T00:00:00Z"',
        )
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)


def since_1970(date: datetime) -> int:
    """Turn a date into microseconds since 1970."""
    return (date - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)


CHANGES = 'changes=[(600, greet, {"reserved_concurrency": 1})]'
ASSUME = 'assume={"lifecycle.idle": 300}'


def several(name: str, given: Any, example: str) -> list[Any]:
    """Take a list of things; one alone, or text, is none."""
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise LabError(f"{name}={given!r} is no list.", "a list, even of one", example)
    return list(given)


def change_of(change: Any) -> Any:
    """Take a change that was asked for; what the learner may still alter is copied."""
    if not isinstance(change, tuple | list) or len(change) != 3:
        what = "a time, whose settings, and the new ones"
        raise LabError(f"{change!r} is no change.", what, CHANGES)
    when, whose, new = change
    if not isinstance(new, Mapping | Deleted):
        raise LabError(f"{new!r} are no settings.", "a dict, or lab.deleted", CHANGES)
    return when, whose, copy(new)
