"""Mappings are made, enabled, disabled and changed."""

from __future__ import annotations

from typing import ClassVar

from .batches import QueuePoller
from .facts import MappingScaled, QueueMappingConfigured
from .kernel import CHANGES, Sim, task
from .lines import MappingSettings
from .pollers import Poll
from .rules import ESM_ACTIVATION, SQS_DOWN, SQS_STEP, YOUR_SETTING
from .scale import Shrink, resize, scale_of


def introduce(
    sim: Sim, queue: str, settings: MappingSettings, chosen: tuple[str, ...], at: int | None
) -> str:
    """Let a mapping exist, and read its queue from a time on; return its id."""
    id = sim.new_id("esm")
    sim.pollers[id] = QueuePoller(id, Poll(id))
    active = None if at is None else at + sim.value(ESM_ACTIVATION)
    fact = QueueMappingConfigured(id, queue, settings, chosen, active == sim.now)
    configured = sim.emit(fact, YOUR_SETTING, None)
    scale = scale_of(sim, sim.world.queue_mappings[id])
    sim.emit(MappingScaled(id, scale.first), scale.rule, configured)
    if active is not None and active > sim.now:
        sim.schedule(active, Enable(id), configured)
    if sim.value(SQS_DOWN):
        sim.schedule(sim.now + SQS_STEP.value, Shrink(id), configured)
    return id


@task
class Enable:
    """Let a mapping read its queue."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    mapping: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        settings = sim.world.queue_mappings[self.mapping].settings
        _configure(sim, self.mapping, settings, ("enabled",), True, cause)


@task
class ConfigureMapping:
    """Give a mapping other settings, or enable or disable it."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    mapping: str
    settings: MappingSettings
    chosen: tuple[str, ...]
    enabled: bool | None  # or as it is

    def __call__(self, sim: Sim, cause: int | None) -> None:
        before = sim.world.queue_mappings[self.mapping].enabled
        enabled = before and self.enabled is not False
        if self.enabled and not before:
            sim.schedule(sim.now + sim.value(ESM_ACTIVATION), Enable(self.mapping), cause)
        _configure(sim, self.mapping, self.settings, self.chosen, enabled, cause)


def _configure(
    sim: Sim,
    id: str,
    settings: MappingSettings,
    chosen: tuple[str, ...],
    enabled: bool,
    cause: int | None,
) -> None:
    """Write the new settings down, and keep within the concurrency that they allow."""
    mapping = sim.world.queue_mappings[id]
    fact = QueueMappingConfigured(id, mapping.queue, settings, chosen, enabled)
    configured = sim.emit(fact, YOUR_SETTING, cause)
    scale = scale_of(sim, mapping)
    resize(sim, id, min(max(mapping.concurrency, scale.first), scale.most), scale.rule, configured)
    sim.pollers[id].wake(sim, sim.now, configured)
