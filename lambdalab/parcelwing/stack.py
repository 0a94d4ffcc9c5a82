"""How a configuration becomes a stack of the library, and the stack a run."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stderr
from typing import Any

from ..engine.rules import UNRESERVED_MINIMUM
from ..engine.units import SECOND
from ..mistakes import LabError
from ..run import Run, run
from ..sources.doors import api, caller, request
from ..sources.pushes import schedule
from ..sources.queues import queue
from ..sources.streams import record, stream, table
from ..stack import Alias, Function, Published, event, function
from .handlers import FUNCTIONS
from .night import HOUR, INVOICES_EVERY, Asked, seconds_of
from .parts import QUEUE, READY, Config, Settings

POOL = 130  # requests at once in the whole account
CLIENT_WAITS = 60  # seconds
WITH_DATABASE = ("order", "invoice")
END = HOUR - 1 / SECOND  # the last microsecond of the hour


def tried(config: Config) -> Config:
    """Build a configuration without running it, so that what is wrong with it is said at once.

    Raises
    ------
    LabError
        For a value that is not allowed, or more set aside than the account has.
    """
    try:
        play(config, [], 0, until=0)
    except LabError as error:
        if error.rule is not UNRESERVED_MINIMUM:
            raise
        raise LabError(
            error.given,
            f"{error.allowed}; the account has {POOL}, label keeps 2 unless you change it",
            'night.with_(quote={"reserved_concurrency": 28}), or take units from another function',
            error.rule,
        ) from None
    return config


def play(config: Config, asked: list[Asked], seed: int, until: float = END) -> Run:
    """Run an hour of Parcelwing."""
    callees = {name: _function(name, config) for name in FUNCTIONS}
    shop = api("shop", **config["api"]).to(callees["quote"])
    labels, scans = config["labels"], config["scans"]
    doors: dict[str, Any] = {
        "quote": caller(shop, retries="once", read_timeout=CLIENT_WAITS, name="customers"),
        "order": _door("orders", callees["order"], config),
        "label": _queue("labels", callees["label"], labels),
        "scan": stream("scans", shards=scans["shards"]).to(
            callees["scan"], **_without(scans, "shards", "key")
        ),
        "report": _door("reports", callees["report"], config),
    }
    doors["buy"], doors["garbled"] = doors["quote"], doors["scan"]
    sent: dict[Any, list[Any]] = {door: [] for door in dict.fromkeys(doors.values())}
    spread = _spread(asked, config["reports"].get("over", 0))
    for one in asked:
        if one.kind == "invoice":
            continue  # the schedule asks for it
        sent[doors[one.kind]].append((spread.get(one.name, one.at), _payload(one, config)))
    nightly = schedule(INVOICES_EVERY, name="invoices").to(callees["invoice"])
    with redirect_stderr(io.StringIO()):  # the progress of a slow machine is no output of a cell
        return run(
            sent,
            also=[nightly, table("claims"), *(c for c in callees.values() if isinstance(c, Alias))],
            until=until,
            seed=seed,
            account_concurrency=POOL,
        )


def _function(name: str, config: Config) -> Function | Alias:
    """Make a function, or an alias of it with environments that are kept ready."""
    settings = dict(config[name])
    if name in WITH_DATABASE:
        size = str(config["database"]["max_connections"])
        settings["environment"] = {**settings.get("environment", {}), "CONNECTIONS": size}
    made = function(settings["code"], name=name, **_without(settings, "code", *READY))
    units, steps = (settings.get(key) for key in READY)
    if not units and not steps:
        return made
    units = units or 0
    live = made.alias("live", provisioned_concurrency=units)
    if not steps:
        return live
    return live.auto_scaled(
        units, units, schedule=[(seconds_of(at), {"minimum": n, "maximum": n}) for at, n in steps]
    )


def _door(name: str, callee: Function | Published | Alias, config: Config) -> Any:
    """Choose how orders or reports come to their function."""
    settings = config[name]
    return _queue(name, callee, settings) if settings["through"] == "queue" else event(callee)


def _queue(name: str, callee: Function | Published | Alias, settings: Settings) -> Any:
    own = {key: value for key, value in settings.items() if key in QUEUE}
    wire = _without(settings, *QUEUE, "through", "over")
    return queue(name, **own).to(callee, **wire)


def _without(settings: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key not in names}


def _spread(asked: list[Asked], over: int) -> dict[str, float]:
    """Say when each report is started if they are not all started at once."""
    reports = [one for one in asked if one.kind == "report"]
    gap = over / max(len(reports), 1)
    first: dict[float, int] = {}
    found = {}
    for one in reports:
        n = first[one.at] = first.get(one.at, -1) + 1
        found[one.name] = round(one.at + n * gap, 1)
    return found


def _payload(one: Asked, config: Config) -> Any:
    """Write what is sent."""
    if one.kind in ("quote", "buy"):
        return request("POST", f"/{one.kind}", body={"parcel": one.name, **one.body})
    if one.kind in ("scan", "garbled"):
        data: Any = {"parcel": one.name, **one.body} if one.kind == "scan" else one.name
        return record(
            data, key=one.body["depot"] if config["scans"]["key"] == "depot" else one.name
        )
    if one.kind == "report":
        return {"report": one.name}
    return {"parcel": one.name, **one.body}
