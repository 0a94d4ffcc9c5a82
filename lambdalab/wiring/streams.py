"""How streams and tables are put into a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..engine import Sim
from ..engine.facts import StreamConfigured
from ..engine.kernel import Task
from ..engine.rules import STREAM_START, TABLE_RETENTION, YOUR_SETTING
from ..engine.shards import StreamSettings
from ..engine.streams import ConfigureStreamMapping, PutRecord, WriteItem
from ..engine.units import NEVER, us
from ..mistakes import LabError
from ..sources.attributes import attribute
from ..sources.streams import DEFAULTS, FIXED, Record, Stream, Table, checked
from ..stack import Wire
from .given import json_of

if TYPE_CHECKING:
    from .stack import Stack


def add(stack: Stack, resource: Stream | Table) -> None:
    """Take in where failed batches are told of."""
    for wire in resource.wires:
        stack.add_target(wire.settings["on_failure"])


def configure(stack: Stack, sim: Sim, resource: Stream | Table) -> None:
    """Let a stream exist from the start, with the mappings that read it."""
    id = f"{resource.kind}:{resource.name}"
    if isinstance(resource, Stream):
        fact = StreamConfigured(id, resource.shards, us(resource.retention), chosen=resource.chosen)
    else:
        key, view = resource.key, resource.stream_view
        fact = StreamConfigured(id, 1, TABLE_RETENTION.value, key, view, resource.chosen)
    if stack.is_new(id):
        sim.emit(fact, YOUR_SETTING, None)
    for wire in filter(stack.is_new, resource.wires):
        mapping = stack.stream_mappings[wire] = sim.new_id("esm")
        made = us(wire.settings["enabled_at"])
        settings = mapping_settings(stack, id, wire, wire.settings)
        task = ConfigureStreamMapping(mapping, settings, start(wire), active=not made)
        if made:
            sim.schedule(sim.now + made, task, None)
        else:
            task(sim, None)


def call(stack: Stack, resource: Stream | Table, k: int, payload: Any) -> Task:
    """Plan a record or an item; the k-th has a payload and a key of its own if none is given."""
    given = payload if isinstance(payload, Record) else Record(payload)
    if isinstance(resource, Table):
        return _write(resource, k, given)
    data = {"n": k} if payload is None else given.data
    key = str(k) if given.key is None else str(given.key)
    text = data if isinstance(data, str) else json_of(data)
    return PutRecord(f"stream:{resource.name}", text, key)


def _write(resource: Table, k: int, given: Record) -> Task:
    """Plan to put an item, or to delete the one that has the key."""
    name, key = resource.key, given.key
    if given.data is None and key is not None:
        return WriteItem(f"table:{resource.name}", _json({name: attribute(key)}), "")
    item = {name: str(k), "n": k} if given.data is None else given.data
    if isinstance(item, dict) and key is not None:
        item = {name: key, **item}
    if not isinstance(item, dict) or not isinstance(item.get(name), str | int | float | bytes):
        raise LabError(
            f"{item!r} cannot be put into the table {resource.name}.",
            f"a dict with a text or a number under {name!r}, the key of the table",
            f'{{"{name}": "17", "kg": 42}}',
        )
    typed = {key: attribute(value) for key, value in item.items()}
    return WriteItem(f"table:{resource.name}", _json({name: typed[name]}), _json(typed))


def _json(value: Any) -> str:
    """Write an item so that the same content has the same text."""
    return json.dumps(value, sort_keys=True)


def change(stack: Stack, resource: Stream | Table, new: dict[str, Any]) -> list[Task]:
    """Plan new settings of the mapping that was wired last."""
    fixed = [name for name in new if name in FIXED]
    if not resource.wires or not isinstance(new, dict) or fixed:
        raise LabError(
            f"{resource!r} cannot be changed by {new!r} during a run.",
            ", ".join(name for name in DEFAULTS if name not in FIXED) + " of a mapping",
            'mapping = stream.to(fn); changes=[(600, mapping, {"enabled": False})]',
        )
    wire = resource.wires[-1]
    before = stack.changed_wires.get(wire, wire.settings)
    settings = stack.changed_wires[wire] = checked(new, before, resource.kind)
    stack.add_target(settings["on_failure"])
    id = f"{resource.kind}:{resource.name}"
    chosen = mapping_settings(stack, id, wire, settings)
    return [ConfigureStreamMapping(stack.stream_mappings[wire], chosen, start(wire))]


def start(wire: Wire) -> int:
    """Say from when on records are read by a new mapping."""
    settings = wire.settings
    oldest, latest, _ = STREAM_START.value
    if settings["starting_position"] == oldest:
        return 0
    if settings["starting_position"] == latest:
        return NEVER
    return us(settings["starting_position_timestamp"])


def mapping_settings(
    stack: Stack, stream: str, wire: Wire, settings: dict[str, Any]
) -> StreamSettings:
    """Turn what a learner gave into what the engine wants."""
    age = settings["maximum_record_age"]
    return StreamSettings(
        stream,
        *stack.callee(wire.function),
        settings["enabled"],
        settings["batch_size"],
        us(settings["maximum_batching_window"]),
        settings["parallelization_factor"],
        settings["starting_position"],
        settings["bisect_batch_on_function_error"],
        settings["maximum_retry_attempts"],
        age if age < 0 else us(age),
        stack.target(settings["on_failure"]),
        us(settings["tumbling_window"]),
        settings["report_batch_item_failures"],
        settings["filter"],
        tuple(name for name in settings if settings[name] != DEFAULTS[name]),
    )
