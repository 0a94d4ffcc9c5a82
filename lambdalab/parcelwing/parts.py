"""The configuration of Parcelwing: which parts there are, and what a team may change on each."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..mistakes import LabError
from ..stack import CHECKS, Function
from .handlers import END, FUNCTIONS, world_of
from .night import HOUR, seconds_of

Settings = Mapping[str, Any]
Config = Mapping[str, Settings]

READY = ("provisioned_concurrency", "provisioned_schedule")
QUEUE = ("visibility_timeout", "max_receive_count", "dead_letter", "message_retention", "delay")
QUEUE_WIRE = (
    "batch_size",
    "maximum_batching_window",
    "maximum_concurrency",
    "report_batch_item_failures",
)
STREAM_WIRE = (
    "batch_size",
    "maximum_batching_window",
    "parallelization_factor",
    "bisect_batch_on_function_error",
    "maximum_retry_attempts",
    "maximum_record_age",
    "on_failure",
    "report_batch_item_failures",
)
THROUGH = ("events", "queue")  # how orders and reports come to their function
KEYS = ("depot", "parcel")  # what the scanners take as partition key

SOURCES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {  # what may be set, and what is
    "api": (("timeout", "timeout_quota"), {"timeout": 29}),
    "orders": (("through", *QUEUE, *QUEUE_WIRE), {"through": "events"}),
    "labels": (
        (*QUEUE, *QUEUE_WIRE),
        {"visibility_timeout": 15, "max_receive_count": 2, "batch_size": 1},
    ),
    "scans": (
        ("shards", "key", *STREAM_WIRE),
        {"shards": 2, "key": "depot", "batch_size": 20, "maximum_batching_window": 20},
    ),
    "reports": (("through", "over", *QUEUE, *QUEUE_WIRE), {"through": "events", "over": 0}),
    "database": (("max_connections",), {"max_connections": 12}),
}


def _baseline() -> Config:
    """Put the functions and the sources together."""
    parts = {name: {"code": code, **settings} for name, (code, settings) in FUNCTIONS.items()}
    parts |= {name: usual for name, (_, usual) in SOURCES.items()}
    return MappingProxyType({name: MappingProxyType(part) for name, part in parts.items()})


BASELINE = _baseline()


# Changes ----------------------------------------------------------------------------------------


def changed(config: Config, changes: Mapping[str, Any]) -> Config:
    """Change some parts of a configuration; a setting that becomes None goes back to its default.

    Raises
    ------
    LabError
        If there is no such part or setting, or the outside world was changed.
    """
    done = dict(config)
    for name, change in changes.items():
        if name not in BASELINE:
            meant = next(iter(difflib.get_close_matches(name, BASELINE, 1)), "")
            raise LabError(
                f"Parcelwing has no part {name!r}.",
                ", ".join(BASELINE),
                f"night.with_({meant}={{...}})" if meant else 'night.with_(quote={"memory": 512})',
            )
        given = _of_function(name, change) if name in FUNCTIONS else _of_source(name, change)
        merged = {**config[name], **given}
        _check_through(name, given, merged)
        done[name] = MappingProxyType({k: v for k, v in merged.items() if v is not None})
    return MappingProxyType(done)


def _of_function(name: str, change: Any) -> dict[str, Any]:
    """Read what is to be otherwise about a function: a cell's function, its code, or settings."""
    if isinstance(change, Function):
        change = {"code": change.code, **{key: getattr(change, key) for key in change.chosen}}
    if isinstance(change, str):
        head, _, rest = change.partition("\n")
        change = {"code": rest if head.startswith("%%lambda") else change}
    if isinstance(change, Mapping) and isinstance(change.get("code"), Function):
        change = {**_of_function(name, change["code"]), **_without_code(change)}
    allowed = ("code", *CHECKS, *READY)
    _check_names(name, change, allowed)
    if "code" in change:
        _check_code(name, change["code"])
    if change.get("environment", {}).get("CONNECTIONS"):
        raise LabError(
            "CONNECTIONS is the size of the database.",
            "the part `database`",
            'night.with_(database={"max_connections": 20})',
        )
    _check_schedule(change.get("provisioned_schedule"))
    return dict(change)


def _of_source(name: str, change: Any) -> dict[str, Any]:
    """Read what is to be otherwise about a source."""
    _check_names(name, change, SOURCES[name][0])
    for setting, words in (("through", THROUGH), ("key", KEYS)):
        if change.get(setting, words[0]) not in words:
            raise LabError(
                f"{setting}={change[setting]!r} is not known.",
                " or ".join(map(repr, words)),
                f'night.with_({name}={{"{setting}": "{words[1]}"}})',
            )
    for setting, low, high in (("over", 0, HOUR), ("max_connections", 1, 1000)):
        value = change.get(setting, low)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (whole and low <= value <= high):
            raise LabError(
                f"{setting}={value!r} is not allowed.",
                f"{low:,} to {high:,}, whole",
                f'night.with_({name}={{"{setting}": {max(low, 20)}}})',
            )
    return dict(change)


def _without_code(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != "code"}


def _check_through(name: str, given: Settings, merged: Settings) -> None:
    """Refuse settings of a queue for what does not come through one: they would do nothing."""
    idle = [key for key in given if key in (*QUEUE, *QUEUE_WIRE) and given[key] is not None]
    if merged.get("through") == "events" and idle:
        raise LabError(
            f"{name} come through events, so {idle[0]} would do nothing.",
            '{"through": "queue", ...}, and then the settings of a queue',
            f'night.with_({name}={{"through": "queue", "{idle[0]}": {given[idle[0]]!r}}})',
        )


def _check_names(part: str, change: Any, allowed: tuple[str, ...]) -> None:
    if not isinstance(change, Mapping):
        raise LabError(
            f"{part}={change!r} is no change.",
            "a dict of settings" + (", or a function from a cell" if part in FUNCTIONS else ""),
            f'night.with_({part}={{"{allowed[1]}": ...}})',
        )
    for setting in change:
        if setting not in allowed:
            where, name = _meant(part, setting, allowed)
            raise LabError(
                f"{part} has no setting {setting!r} that a team may change.",
                ", ".join(allowed),
                f'night.with_({where}={{"{name}": ...}})',
            )


def _meant(part: str, setting: str, allowed: tuple[str, ...]) -> tuple[str, str]:
    """Guess which part and setting was meant: the source of a function, or a slip of the keys."""
    source = f"{part}s"
    if setting in SOURCES.get(source, ((), {}))[0]:
        return source, setting
    function = part.removesuffix("s")
    if function in FUNCTIONS and setting in (*CHECKS, *READY):
        return function, setting
    return part, next(iter(difflib.get_close_matches(setting, allowed, 1)), allowed[-1])


def _check_code(name: str, code: Any) -> None:
    """Refuse code in which the bank, the printers or the database behave otherwise."""
    if not isinstance(code, str) or world_of(code) != world_of(FUNCTIONS[name][0]):
        raise LabError(
            f"the outside world of {name} is not what it was.",
            "code in which everything above the line "
            f'"{END}" stands as before; call it when and where you like',
            f'print(night.code("{name}")), and change what follows that line',
        )


def _check_schedule(schedule: Any) -> None:
    for step in schedule or ():
        fine = isinstance(step, tuple | list) and len(step) == 2 and isinstance(step[0], str)
        units = step[1] if fine else None
        if not fine or isinstance(units, bool) or not isinstance(units, int) or units < 0:
            raise LabError(
                f"provisioned_schedule has {step!r}.",
                "pairs of a time of the clock and a number of environments",
                '{"provisioned_schedule": [("07:55", 30), ("08:10", 0)]}',
            )
        try:
            at = seconds_of(step[0])
        except ValueError:
            at = -1
        if not 0 <= at <= HOUR:
            raise LabError(f"{step[0]!r} is not in the hour.", "07:30 to 08:30", '("07:55", 30)')


# Differences ------------------------------------------------------------------------------------


def differences(config: Config) -> list[tuple[str, str, str, str]]:
    """List the settings that are not those of the baseline: part, setting, before, now."""
    found = []
    for name, settings in config.items():
        before = BASELINE[name]
        for key in dict.fromkeys([*before, *settings]):
            old, new = before.get(key), settings.get(key)
            if key != "code" and _plain(old) != _plain(new):
                found.append((name, key, _said(old), _said(new)))
    return found


def code_differences(config: Config) -> dict[str, str]:
    """Give the changed code of each function as a unified diff."""
    found = {}
    for name in FUNCTIONS:
        old, new = BASELINE[name]["code"], config[name]["code"]
        if old.rstrip() != new.rstrip():
            lines = difflib.unified_diff(
                old.rstrip().splitlines(), new.rstrip().splitlines(), name, name, "", "", 1, ""
            )
            found[name] = "\n".join([*lines][2:])
    return found


def _plain(value: Any) -> str:
    return json.dumps(value, default=repr, sort_keys=True)


def _said(value: Any) -> str:
    return "not set" if value is None else repr(value)


def lines_of(config: Config) -> str:
    """Write what makes this configuration of the baseline: changed cells, then one `with_`."""
    written, cells = [], []
    for name, settings in config.items():
        before = BASELINE[name]
        keys = [key for key in dict.fromkeys([*before, *settings]) if key != "code"]
        own = {
            key: settings.get(key)
            for key in keys
            if _plain(before.get(key)) != _plain(settings.get(key))
        }
        said = [f'"{key}": {value!r}' for key, value in own.items()]
        if name in code_differences(config):
            cells.append(cell_of(name, settings).rstrip())
            said.insert(0, f'"code": {name}')
        if said:
            written.append(f"    {name}={{{', '.join(said)}}},")
    return "\n\n".join([*cells, "\n".join(["night.with_(", *written, ")"])])


def cell_of(name: str, settings: Settings) -> str:
    """Write a function as a cell: what a team copies, changes and runs."""
    options = "".join(
        f" --{key.replace('_', '-')} {value}"
        for key, value in settings.items()
        if key not in ("code", *READY) and isinstance(value, int | float | str)
    )
    return f"%%lambda {name}{options}\n{settings['code']}"
