"""Application Auto Scaling: another number of provisioned environments, by use or by schedule."""

from __future__ import annotations

from typing import ClassVar

from .configuration import request_provisioning
from .facts import AutoScalingConfigured, UtilizationMeasured
from .kernel import CHANGES, POLLS, Sim, task
from .outside import Scaling
from .rules import (
    AUTOSCALE_LAG,
    AUTOSCALE_SCHEDULE,
    AUTOSCALE_TARGET,
    METRIC_UTILIZATION,
    YOUR_SETTING,
)
from .units import MILLIONTHS, PERCENT
from .world import Version


@task
class SetScaling:
    """Say between which numbers, and by which target, a version's environments are scaled."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    version: str  # its id
    minimum: int
    maximum: int
    target: int  # percent, or 0 to scale by schedule alone
    scheduled: bool = False  # it moves the number of environments between its limits at once

    def __call__(self, sim: Sim, cause: int | None) -> None:
        version = sim.world.versions[self.version]
        fact = AutoScalingConfigured(
            version.function, version.version, self.minimum, self.maximum, self.target
        )
        begun = version.scaling is not None
        configured = sim.emit(fact, YOUR_SETTING, cause)
        units = min(max(version.provisioned, self.minimum), self.maximum)
        if self.scheduled and units != version.provisioned:
            request_provisioning(sim, version.id, units, AUTOSCALE_SCHEDULE, configured)
        if self.target and not begun:
            minute = METRIC_UTILIZATION.value
            at = (sim.now // minute + 1) * minute
            sim.schedule(at, Measure(version.id), configured)


@task
class Measure:
    """Look at the minute that is over, and ask for more or fewer environments."""

    rank: ClassVar[int] = POLLS
    idle: ClassVar[bool] = True

    version: str  # its id

    def __call__(self, sim: Sim, cause: int | None) -> None:
        version = sim.world.versions[self.version]
        scaling, minute = version.scaling, METRIC_UTILIZATION.value
        if scaling is None or sim.world.functions[version.function].deleted:
            return
        sim.schedule(sim.now + minute, self, cause)
        used = scaling.used + scaling.busy * (sim.now - scaling.since)
        if used and version.provisioned_serving:  # else there was no traffic, and no metric
            share = used * MILLIONTHS // (minute * version.provisioned_serving)
            fact = UtilizationMeasured(version.function, version.version, share)
            decide(sim, version, scaling, sim.emit(fact, METRIC_UTILIZATION, scaling.entry))


def decide(sim: Sim, version: Version, scaling: Scaling, because: int) -> None:
    """Ask for what would have met the target, if an alarm has gone on for long enough."""
    points, minute = AUTOSCALE_LAG.value, METRIC_UTILIZATION.value
    recent = scaling.measured[-points:]
    in_a_row = len(recent) == points and recent[0][0] == sim.now - (points - 1) * minute
    if not in_a_row or version.provisioned_status != "READY":
        return
    shares = [share for _, share, _ in recent]
    _, _, scale_in = AUTOSCALE_TARGET.value
    high = scaling.target * MILLIONTHS // PERCENT
    if min(shares) > high or max(shares) < high * scale_in // PERCENT:
        wanted = -(-version.provisioned * shares[-1] // high)
        units = min(max(wanted, scaling.minimum), scaling.maximum)
        if units != version.provisioned:
            given = (scaling.entry, *(entry for _, _, entry in recent[:-1]))
            request_provisioning(sim, version.id, units, AUTOSCALE_TARGET, because, given)
