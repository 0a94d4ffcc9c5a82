"""How many batches of a queue a mapping may have in flight: five, and more each minute."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from .facts import MappingScaled
from .kernel import RETRIES, Sim, task
from .lines import QueueMapping
from .rules import (
    SQS_BACKOFF,
    SQS_BACKOFF_ERROR,
    SQS_BACKOFF_THROTTLE,
    SQS_DOWN,
    SQS_FIFO_CAP,
    SQS_INITIAL,
    SQS_MAX,
    SQS_MAXCONC,
    SQS_POLLER,
    SQS_POLLERS,
    SQS_POLLERS_RATE,
    SQS_RATE,
    SQS_STEP,
    Rule,
)


class Scale(NamedTuple):
    """How many batches a mapping begins with, has at most, and gains each minute."""

    first: int
    most: int
    step: int
    rule: Rule  # why it begins so
    growth: Rule


def scale_of(sim: Sim, mapping: QueueMapping) -> Scale:
    """Say how a mapping scales: by provisioned pollers, by message groups, or by itself."""
    settings = mapping.settings
    if settings.minimum_pollers:
        each = SQS_POLLER.value["invocations"]
        first, most = settings.minimum_pollers * each, settings.maximum_pollers * each
        return Scale(first, most, SQS_POLLERS_RATE.value, SQS_POLLERS, SQS_POLLERS_RATE)
    most = settings.maximum_concurrency or SQS_MAX.value
    if sim.world.queues[mapping.queue].settings.fifo:
        return Scale(most, most, 0, SQS_FIFO_CAP, SQS_FIFO_CAP)
    rule = SQS_INITIAL if SQS_INITIAL.value < most else SQS_MAXCONC
    return Scale(min(SQS_INITIAL.value, most), most, SQS_RATE.value, rule, SQS_RATE)


def resize(sim: Sim, id: str, to: int, rule: Rule, because: int | None) -> None:
    """Let a mapping have so many batches in flight."""
    mapping = sim.world.queue_mappings[id]
    if to != mapping.concurrency:
        scaled = sim.emit(MappingScaled(id, to), rule, because, (mapping.entry,))
        sim.pollers[id].wake(sim, sim.now, scaled)


def behind(sim: Sim, mapping: QueueMapping) -> bool:
    """Say whether messages wait although the mapping does all that it may."""
    waiting = bool(sim.world.queues[mapping.queue].line)
    return waiting and mapping.enabled and mapping.busy >= mapping.concurrency


def expect_growth(sim: Sim, id: str, because: int | None) -> None:
    """Plan to grow at the next full minute, or what a run assumes for it, if messages wait."""
    mapping, poller = sim.world.queue_mappings[id], sim.pollers[id]
    room = mapping.concurrency < scale_of(sim, mapping).most
    if room and not poller.growing and behind(sim, mapping):
        poller.growing = True
        step = sim.value(SQS_STEP)
        sim.schedule((sim.now // step + 1) * step, Grow(id), because)


@task
class Grow:
    """Let a mapping have more batches in flight if messages remain after all polls."""

    rank: ClassVar[int] = RETRIES
    idle: ClassVar[bool] = False

    mapping: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        mapping = sim.world.queue_mappings[self.mapping]
        scale = scale_of(sim, mapping)
        sim.pollers[self.mapping].growing = False
        if behind(sim, mapping):
            more = max(scale.step * sim.value(SQS_STEP) // SQS_STEP.value, 1)
            to = min(mapping.concurrency + more, scale.most)
            resize(sim, self.mapping, to, scale.growth, cause)


@task
class Shrink:
    """Let a mapping have what it began with again once a minute ends without a backlog."""

    rank: ClassVar[int] = RETRIES
    idle: ClassVar[bool] = True

    mapping: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        mapping = sim.world.queue_mappings[self.mapping]
        first = scale_of(sim, mapping).first
        if first < mapping.concurrency and not behind(sim, mapping):
            resize(sim, self.mapping, first, SQS_DOWN, cause)
        sim.schedule(sim.now + SQS_STEP.value, self, cause)


def back_off(sim: Sim, id: str, throttled: bool, because: int) -> None:
    """Take half of its concurrency from a mapping whose function fails, if a run assumes so."""
    mapping = sim.world.queue_mappings[id]
    exempt = mapping.settings.report_batch_item_failures or mapping.settings.minimum_pollers
    if sim.value(SQS_BACKOFF) == "halve" and not exempt:
        rule = SQS_BACKOFF_THROTTLE if throttled else SQS_BACKOFF_ERROR
        resize(sim, id, max(mapping.concurrency >> 1, 1), rule, because)
