"""Facts of settings: what a learner sets up, and what Lambda keeps ready because of it."""

from __future__ import annotations

from bisect import insort

from .outside import Scaling
from .rules import SCALING_REFILL
from .world import (
    FAILED,
    SETTINGS,
    Alias,
    Function,
    Settings,
    Version,
    World,
    fact,
    version_id,
)


@fact
class AccountConfigured:
    """The account has a limit on how many requests run at once."""

    concurrency: int
    assignment: str  # mru, newest, lru, random
    scaling_refill: int = SCALING_REFILL.value  # environments a second

    def apply(self, world: World) -> None:
        world.account_concurrency, world.assignment = self.concurrency, self.assignment
        world.scaling_refill = self.scaling_refill
        world.account_entry = world.seq


@fact
class ClockSet:
    """The run starts at a date of the learner's own."""

    starts: int  # us since 1970

    def apply(self, world: World) -> None:
        world.starts = self.starts


@fact
class FunctionConfigured(Settings):  # type: ignore[misc]  # the base is not frozen
    """A version of a function has these settings; $LATEST can get new ones."""

    replaces: bool = True  # environments: not so for what events and aliases are told

    def apply(self, world: World) -> None:
        id = version_id(self.function, self.version)
        before = world.versions.get(id)
        same = {name: getattr(self, name) for name in SETTINGS}
        world.versions[id] = version = Version(**same, id=id, entry=world.seq)
        if before:
            version.configured = before.configured + self.replaces
            version.waiting, version.idle = before.waiting, before.idle
        world.functions.setdefault(self.function, Function(self.function, -1, "", world.seq))


@fact
class ConcurrencyReserved:
    """A function has concurrency of its own, or, with -1, shares the account's again."""

    function: str
    units: int

    def apply(self, world: World) -> None:
        function = world.functions[self.function]
        before, function.reserved_concurrency = function.reserved_concurrency, self.units
        if not function.deleted:  # else this only gives back what it had
            function.entry = world.seq
        world.set_aside += max(self.units, 0) - max(before, 0)
        # Provisioned environments count within a reservation, and beside it where there is none.
        provisioned = sum(
            v.provisioned for v in world.versions.values() if v.function == self.function
        )
        world.set_aside += provisioned * ((self.units < 0) - (before < 0))
        provisioned_ones = {
            e.holds
            for e in world.environments.values()
            if e.holds and e.initialization_type == "provisioned-concurrency"
        }
        for request, entry in function.in_flight.items():
            if self.units < 0 and request not in provisioned_ones:
                world.unreserved_in_flight[request] = entry
            else:
                world.unreserved_in_flight.pop(request, None)


@fact
class DeadLetterConfigured:
    """Events of a function that are given up go to this queue or topic."""

    function: str
    target: str

    def apply(self, world: World) -> None:
        world.functions[self.function].dead_letter = self.target


@fact
class AliasConfigured:
    """A name stands for a version, or for two of them with a weight."""

    function: str
    alias: str
    version: str
    other: str  # or ""
    weight: int  # of the other one, in millionths

    def apply(self, world: World) -> None:
        world.aliases[version_id(self.function, self.alias)] = Alias(
            self.alias, self.function, self.version, self.other, self.weight, world.seq
        )


@fact
class FunctionDeleted:
    """The function is gone; nobody can call it any more."""

    function: str

    def apply(self, world: World) -> None:
        function = world.functions[self.function]
        function.deleted, function.entry = True, world.seq
        for version in world.versions.values():
            version.configured += version.function == self.function  # its environments are outdated


@fact
class ProvisioningRequested:
    """So many environments of a version are to be kept ready; they serve when all of them are."""

    function: str
    version: str
    units: int

    def apply(self, world: World) -> None:
        version = world.versions[version_id(self.function, self.version)]
        if world.functions[self.function].reserved_concurrency < 0:
            world.set_aside += self.units - version.provisioned
        version.provisioned, version.provisioned_entry = self.units, world.seq
        version.provisioned_status = "IN_PROGRESS"


@fact
class ProvisioningCompleted:
    """All environments that were asked for are ready and serve."""

    function: str
    version: str

    def apply(self, world: World) -> None:
        version = world.versions[version_id(self.function, self.version)]
        version.provisioned_status = "READY"
        for place in version.provisioned_prepared:
            insort(version.provisioned_idle, place)
            world.environments[place[1]].serves = True
        version.provisioned_serving += len(version.provisioned_prepared)
        version.provisioned_prepared = []
        if version.scaling:  # what was measured before is of another number of environments
            version.scaling.measured = []


@fact
class ProvisioningFailed:
    """An Init failed, so none of the environments that were asked for will serve."""

    function: str
    version: str

    def apply(self, world: World) -> None:
        world.versions[version_id(self.function, self.version)].provisioned_status = "FAILED"


@fact
class AutoScalingConfigured:
    """Application Auto Scaling looks after the provisioned concurrency of a version."""

    function: str
    version: str
    minimum: int
    maximum: int
    target: int  # percent, or 0

    def apply(self, world: World) -> None:
        version = world.versions[version_id(self.function, self.version)]
        scaling = version.scaling or Scaling(0, 0, 0, 0)
        scaling.minimum, scaling.maximum = self.minimum, self.maximum
        scaling.target, scaling.entry = self.target, world.seq
        version.scaling = scaling


@fact
class UtilizationMeasured:
    """The last minute's share of busy provisioned environments is known."""

    function: str
    version: str
    utilization: int  # millionths

    def apply(self, world: World) -> None:
        scaling = world.versions[version_id(self.function, self.version)].scaling
        assert scaling is not None
        scaling.work(world.now, 0)
        scaling.used = 0
        scaling.measured.append((world.now, self.utilization, world.seq))


@fact
class SnapshotCompleted:
    """A version with SnapStart was published: its Init ran then, and its memory was kept."""

    function: str
    version: str
    snapshot: str
    duration: int  # us, of Init
    status: str  # success, error, timeout
    error_type: str  # or ""
    output: str  # what Init wrote to the log

    def apply(self, world: World) -> None:
        version = world.versions[version_id(self.function, self.version)]
        version.snapshot = self.snapshot if self.status == "success" else FAILED
