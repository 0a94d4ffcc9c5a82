"""How topics, buckets, buses and schedules are put into a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..engine import Sim
from ..engine.facts import TriggerConfigured
from ..engine.kernel import Task
from ..engine.push import Fire, Publish
from ..engine.rules import YOUR_SETTING
from ..engine.units import us
from ..mistakes import LabError
from ..sources.pushes import POLICY, BusEvent, Object, Schedule, bus_event
from ..sources.pushes import object as object_of
from ..stack import Resource
from .given import json_of

if TYPE_CHECKING:
    from .stack import Stack


def add(stack: Stack, resource: Resource) -> None:
    """Take in where a resource sends what Lambda does not take."""
    for wire in resource.wires:
        stack.add_target(wire.settings.get("dead_letter"))


def configure(stack: Stack, sim: Sim, resource: Resource) -> None:
    """Let the resource exist, with a trigger for each of its wires."""
    source = f"{resource.kind}:{resource.name}"
    for wire in filter(stack.is_new, resource.wires):
        settings = POLICY | wire.settings
        fact = TriggerConfigured(
            sim.new_id("trigger"),
            source,
            *stack.callee(wire.function),
            _pattern(settings),
            stack.target(settings.get("dead_letter")),
            settings["maximum_retry_attempts"],
            us(settings["maximum_event_age"]),
        )
        sim.emit(fact, YOUR_SETTING, None)
    if isinstance(resource, Schedule) and resource.wires and stack.is_new(source):
        every = us(resource.every)
        wait = -sim.wall % every if resource.cron else 0
        sim.schedule(sim.now + wait, Fire(source, every), None)


def _pattern(settings: dict[str, Any]) -> str:
    """Say which events a wire wants; the filters of a bucket are a pattern too."""
    if "events" not in settings:
        return settings.get("pattern") or ""
    events = (event.removeprefix("s3:") for event in settings["events"])
    wanted: dict[str, Any] = {
        "event": [{"prefix": event[:-1]} if event.endswith("*") else event for event in events]
    }
    for name in ("prefix", "suffix"):
        if settings[name]:
            wanted[name] = [{name: settings[name]}]
    return json.dumps(wanted)


def call(stack: Stack, resource: Resource, k: int, payload: Any) -> Task:
    """Plan what a learner sends to it."""
    source = f"{resource.kind}:{resource.name}"
    if resource.kind == "bucket":
        found = payload if isinstance(payload, Object) else object_of(payload or f"n-{k}")
        said = {"event": found.event, "key": found.key, "size": found.size}
        return Publish(source, json.dumps(said))
    payload = {"n": k} if payload is None else payload
    if resource.kind == "bus":
        event = payload if isinstance(payload, BusEvent) else bus_event(payload)
        said = {
            "source": event.source,
            "detail-type": event.detail_type,
            "resources": event.resources,
            "detail": json.loads(event.detail),
        }
        return Publish(source, json.dumps(said))
    attributes: tuple[tuple[str, ...], ...] = ()
    if not isinstance(payload, str | dict):  # a lab.message has attributes
        payload, attributes = getattr(payload, "body", payload), getattr(payload, "attributes", ())
    return Publish(source, payload if isinstance(payload, str) else json_of(payload), attributes)


def change(stack: Stack, resource: Resource, new: Any) -> list[Task]:
    """Refuse to change anything about it during the run."""
    raise LabError(
        f"{resource!r} cannot be changed during a run.",
        "functions, aliases and mappings can",
        'changes=[(600, fn, {"reserved_concurrency": 0})]',
    )
