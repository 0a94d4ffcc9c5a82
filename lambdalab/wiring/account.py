"""How calls change what a run has, while it goes on: functions, queues, mappings."""

from __future__ import annotations

import json
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..engine import Sim
from ..engine.configuration import RequestProvisioning
from ..engine.kernel import Task
from ..engine.mappings import ConfigureMapping
from ..engine.streams import ConfigureStreamMapping
from ..engine.units import uuid_text
from ..engine.world import LATEST, version_id
from ..mistakes import LabError
from ..sources.pushes import bucket, bus, topic
from ..sources.queues import Queue, check_mapping, queue
from ..sources.streams import checked, stream, table
from ..stack import Alias, Function, Published, Resource, Wire, deleted, function
from . import queues, streams
from .stack import Stack

KINDS: dict[str, Any] = {
    "bucket": bucket,
    "bus": bus,
    "stream": stream,
    "table": table,
    "topic": topic,
}
QUEUE_ATTRIBUTES = {
    "VisibilityTimeout": "visibility_timeout",
    "MessageRetentionPeriod": "message_retention",
    "DelaySeconds": "delay",
}


class Configurer:
    """Makes and changes resources during a run, as a stack makes them at its start."""

    def __init__(self, stack: Stack, sim: Sim) -> None:
        self.stack, self.sim = stack, sim
        self._folder = ""

    def resources(self) -> set[str]:
        """Name everything that there is besides functions: queue:orders, bucket:photos."""
        return set(self.stack.resources)

    def add(self, value: Any) -> None:
        """Let something exist from now on, with everything that it leads to."""
        self.stack.add(value)
        self.stack.configure(self.sim)

    def create(self, kind: str, name: str, **settings: Any) -> None:
        """Make a resource."""
        self.add(KINDS[kind](name, **settings))

    def _do(self, tasks: list[Task], because: int | None = None) -> None:
        for task in tasks:
            task(self.sim, because)

    # Queues

    def create_queue(self, name: str, attributes: dict[str, str]) -> None:
        """Make a queue from the attributes that SQS knows."""
        fifo = attributes.get("FifoQueue") == "true"
        self.add(queue(name, fifo=fifo, **self._queue_settings(attributes)))

    def change_queue(self, name: str, attributes: dict[str, str]) -> None:
        """Give a queue other attributes."""
        resource = self.stack.sources[f"queue:{name}"]
        self._do(queues.change(self.stack, resource, self._queue_settings(attributes)))

    def _queue_settings(self, attributes: dict[str, str]) -> dict[str, Any]:
        settings: dict[str, Any] = {
            QUEUE_ATTRIBUTES[name]: int(value)
            for name, value in attributes.items()
            if name in QUEUE_ATTRIBUTES
        }
        if policy := attributes.get("RedrivePolicy"):
            said = json.loads(policy)
            target = said["deadLetterTargetArn"].rpartition(":")[2]
            settings["dead_letter"] = self._there(f"queue:{target}")
            settings["max_receive_count"] = int(said["maxReceiveCount"])
        return settings

    def _there(self, resource: str) -> Resource:
        if resource not in self.stack.resources:
            raise LabError(f"there is no {resource}.", "what the account has", resource)
        return self.stack.resources[resource]

    # Functions

    def functions(self) -> list[str]:
        """Name the functions that there are."""
        there = self.sim.world.functions
        return [name for name in self.stack.functions.values() if not there[name].deleted]

    def _own(self, name: str) -> Function:
        """Give the function of a name, as it was made."""
        return next(f for f, known in self.stack.functions.items() if known == name)

    def function(self, name: str) -> Function:
        """Give the function of a name, as it is now."""
        made = self._own(name)
        return self.stack.changed.get(made, made)

    def code(self, packed: bytes) -> Path:
        """Keep a zip for as long as the run is there."""
        import shutil
        import tempfile

        if not self._folder:
            self._folder = tempfile.mkdtemp(prefix="lambdalab-zip-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        path = Path(self._folder, f"{self.sim.new_id('zip')}.zip")
        path.write_bytes(packed)
        return path

    def create_function(self, name: str, packed: bytes, settings: dict[str, Any]) -> None:
        """Make a function from a zip."""
        self.add(function(self.code(packed), name=name, **self._targets(settings)))

    def change_function(self, name: str, new: dict[str, Any]) -> None:
        """Give a function other settings or other code."""
        given = dict(self._targets(new))
        if "packed" in given:
            given["code"] = self.code(given.pop("packed"))
        change = (self.sim.now, self._own(name), given)
        self._do([task for _, task in self.stack.change(change)])

    def delete_function(self, name: str) -> None:
        """Delete a function."""
        self._do([task for _, task in self.stack.change((0, self._own(name), deleted))])

    def _targets(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Turn names of targets such as queue:failed into what stands for them."""
        return {
            name: self._target(value)
            if name in ("dead_letter", "on_success", "on_failure") and value
            else value
            for name, value in settings.items()
        }

    def _target(self, name: str) -> Function | Resource:
        kind, _, plain = name.partition(":")
        return self._own(plain) if kind == "function" else self._there(name)

    def publish(self, name: str) -> str:
        """Publish a version; give its number."""
        made = Published(self._own(name), self.function(name))
        self.add(made)
        return self.stack.versions[made]

    def _version(self, name: str, number: str) -> Published:
        own = self._own(name)
        for published, known in self.stack.versions.items():
            if published.function is own and known == number:
                return published
        raise LabError(f"{name} has no version {number}.", "a published version", "publish_version")

    def create_alias(self, name: str, alias: str, number: str) -> None:
        """Name a version."""
        self.add(Alias(self._own(name), alias, self._version(name, number), {}, 0))

    def provision(self, name: str, qualifier: str, units: int) -> None:
        """Keep environments of a version ready, or of the one that an alias names."""
        alias = self.stack.aliases.get((name, qualifier))
        version = alias.version if alias else self._version(name, qualifier)
        self.stack.check_provisioned(units, self._own(name))
        number = self.stack.versions[version]
        self._do([RequestProvisioning(version_id(name, number), units)])

    # Mappings

    def mappings(self) -> dict[str, tuple[str, Wire]]:
        """List the mappings: by the UUID, what is read, and the wire that says how."""
        found = dict[str, tuple[str, Wire]]()
        for source, ids in self.stack.mappings.items():
            for id, wire in zip(ids, self.stack.sources[source].wires, strict=True):
                found[uuid_text(id)] = source, wire
        for resource, value in self.stack.resources.items():
            for wire in value.wires:
                if wire in self.stack.stream_mappings:
                    settings = self.stack.changed_wires.get(wire, wire.settings)
                    now = replace(wire, settings=settings)
                    found[uuid_text(self.stack.stream_mappings[wire])] = resource, now
        return found

    def map(self, source: str, name: str, qualifier: str, settings: dict[str, Any]) -> str:
        """Let a function read a source; give the UUID of the mapping."""
        callee: Function | Published | Alias = self._own(name)
        if qualifier not in ("", LATEST):
            alias = self.stack.aliases.get((name, qualifier))
            callee = alias or self._version(name, qualifier)
        before, given = set(self.mappings()), self._targets(settings)
        grown = self._there(source).to(callee, **given)
        changed = self.stack.sources.get(source)
        if changed is not None:
            changed = replace(changed, wires=(*changed.wires, grown.wires[-1]))
            changed.check_wire(callee, given)
        self.add(grown)
        if changed is not None:
            self.stack.sources[source] = changed
        (made,) = set(self.mappings()) - before
        return made

    def change_mapping(self, uuid: str, new: dict[str, Any]) -> None:
        """Give a mapping other settings."""
        source, _ = self.mappings()[uuid]
        given = self._targets(new)
        if source.startswith("queue:"):
            self._do(self._change_queue_mapping(source, uuid, given))
        else:
            self._do(self._change_stream_mapping(source, uuid, given))

    def _change_queue_mapping(self, source: str, uuid: str, new: dict[str, Any]) -> list[Task]:
        resource: Queue = self.stack.sources[source]
        ids = self.stack.mappings[source]
        number = next(n for n, id in enumerate(ids) if uuid_text(id) == uuid)
        before = resource.wires[number]
        wire = replace(before, settings=check_mapping(resource.fifo, before.settings, new))
        self.stack.there.add(wire)
        wires = (*resource.wires[:number], wire, *resource.wires[number + 1 :])
        self.stack.sources[source] = replace(resource, wires=wires)
        enabled = new.get("enabled")
        chosen = tuple(name for name in new if name != "enabled")
        settings = queues.mapping_settings(self.stack, wire)
        return [ConfigureMapping(ids[number], settings, chosen, enabled)]

    def _change_stream_mapping(self, source: str, uuid: str, new: dict[str, Any]) -> list[Task]:
        wires = self.stack.stream_mappings
        wire, id = next((wire, id) for wire, id in wires.items() if uuid_text(id) == uuid)
        before = self.stack.changed_wires.get(wire, wire.settings)
        settings = checked(new, before, source.partition(":")[0])
        self.stack.changed_wires[wire] = settings
        found = streams.mapping_settings(self.stack, source, wire, settings)
        return [ConfigureStreamMapping(id, found, streams.start(wire))]
