"""How SQS queues and the mappings that read them are put into a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..engine import Sim
from ..engine.facts import QueueConfigured
from ..engine.kernel import Task
from ..engine.lines import MappingSettings, QueueSettings
from ..engine.mappings import ConfigureMapping, introduce
from ..engine.queues import ConfigureQueue, Send
from ..engine.rules import (
    SQS_ACCOUNT,
    SQS_AT_LEAST_ONCE,
    SQS_BACKOFF_EXEMPT,
    SQS_COUNTS_RECEIVE,
    SQS_FIFO_BLOCK,
    SQS_FIFO_MIX,
    SQS_MAXCONC_RESERVED,
    SQS_NEXT_WINDOW,
    SQS_NO_CHANGE,
    SQS_NO_RETRY,
    SQS_ONE_QUEUE,
    SQS_PARTIAL_FIFO,
    SQS_POLLER_EPS,
    SQS_RECEIVE_COUNT,
    SQS_REDRIVE_RETENTION,
    SQS_SAME_MESSAGE,
    SQS_SPLIT,
    YOUR_SETTING,
)
from ..engine.units import us
from ..mistakes import LabError
from ..sources.queues import MAPPING, QUEUE_CHECKS, Queue, check_mapping, letter
from ..stack import Wire

if TYPE_CHECKING:
    from .stack import Stack

# Rules that no entry names: they follow from how messages are kept, received and given back.
FOLLOWS = (
    SQS_ACCOUNT,
    SQS_AT_LEAST_ONCE,
    SQS_BACKOFF_EXEMPT,
    SQS_COUNTS_RECEIVE,
    SQS_FIFO_BLOCK,
    SQS_FIFO_MIX,
    SQS_MAXCONC_RESERVED,
    SQS_NEXT_WINDOW,
    SQS_NO_CHANGE,
    SQS_NO_RETRY,
    SQS_ONE_QUEUE,
    SQS_PARTIAL_FIFO,
    SQS_POLLER_EPS,
    SQS_RECEIVE_COUNT,
    SQS_REDRIVE_RETENTION,
    SQS_SAME_MESSAGE,
    SQS_SPLIT,
)


def add(stack: Stack, resource: Queue) -> None:
    """Take in the dead-letter queue."""
    stack.add_target(resource.dead_letter)


def configure(stack: Stack, sim: Sim, resource: Queue) -> None:
    """Let the queue exist, and the mappings that read it."""
    key = f"queue:{resource.name}"
    fact = QueueConfigured(resource.name, _queue(resource), resource.chosen)
    if stack.is_new(key):
        sim.emit(fact, YOUR_SETTING, None)
    stack.sources[key] = resource
    for wire in filter(stack.is_new, resource.wires):
        at = sim.now + us(wire.settings["enabled_at"]) if wire.settings["enabled"] else None
        made = introduce(
            sim, resource.name, mapping_settings(stack, wire), wire.settings["chosen"], at
        )
        stack.mappings.setdefault(key, []).append(made)


def call(stack: Stack, resource: Queue, k: int, payload: Any) -> Task:
    """Plan a message that a learner sends."""
    return Send(resource.name, letter(resource, k, payload))


def change(stack: Stack, resource: Queue, new: dict[str, Any]) -> list[Task]:
    """Plan new settings of the queue, or of all mappings that read it."""
    key, changeable = f"queue:{resource.name}", [name for name in MAPPING if name != "enabled_at"]
    for name in new:
        if name not in QUEUE_CHECKS and name not in changeable:
            raise LabError(
                f"{name!r} of {resource!r} cannot be changed.",
                ", ".join([*QUEUE_CHECKS, *changeable]),
                'changes=[(900, queue, {"enabled": False})]',
            )
    tasks: list[Task] = []
    own = {name: value for name, value in new.items() if name in QUEUE_CHECKS}
    if own:
        stack.sources[key] = changed = stack.sources[key].with_(**own)
        settings = _queue(changed)
        if settings.dead_letter and f"queue:{settings.dead_letter}" not in stack.resources:
            raise LabError(
                f"this run has no queue {settings.dead_letter!r}.",
                "a dead-letter queue that the run has from the start",
                "also=[dead], and dead_letter=dead",
            )
        tasks.append(ConfigureQueue(resource.name, settings, tuple(own)))
    given = {name: value for name, value in new.items() if name in MAPPING}
    if given:
        before = stack.sources[key]
        wires = tuple(
            replace(wire, settings=check_mapping(before.fifo, wire.settings, given))
            for wire in before.wires
        )
        stack.sources[key] = replace(before, wires=wires)
        enabled, chosen = given.pop("enabled", None), tuple(new)
        tasks += [
            ConfigureMapping(id, mapping_settings(stack, wire), chosen, enabled)
            for id, wire in zip(stack.mappings[key], wires, strict=True)
        ]
    return tasks


def _queue(resource: Queue) -> QueueSettings:
    """Give the settings of a queue as the engine wants them."""
    return QueueSettings(
        resource.fifo,
        us(resource.visibility_timeout),
        resource.max_receive_count or 0,
        resource.dead_letter.name if resource.dead_letter else "",
        us(resource.message_retention),
        us(resource.delay),
    )


def mapping_settings(stack: Stack, wire: Wire) -> MappingSettings:
    """Give the settings of a mapping as the engine wants them."""
    given = wire.settings
    return MappingSettings(
        *stack.callee(wire.function),
        given["batch_size"],
        us(given["maximum_batching_window"]),
        given["maximum_concurrency"] or 0,
        given["report_batch_item_failures"],
        given["filter"],
        *(given["provisioned_pollers"] or (0, 0)),
    )
