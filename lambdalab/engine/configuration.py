"""What a learner sets up at the start and changes during a run."""

from __future__ import annotations

from typing import ClassVar

from . import rules
from .creation import run_ahead
from .facts import (
    AliasConfigured,
    ConcurrencyReserved,
    DeadLetterConfigured,
    FunctionConfigured,
    FunctionDeleted,
    InitCompleted,
    InitFailed,
    InitStarted,
    OutputWritten,
    ProvisioningRequested,
)
from .kernel import CHANGES, ENDS, POLLS, Sim, task
from .lifecycle import complete_provisioning, fail_provisioning, provision
from .occupancy import PROVISIONED
from .places import place_of
from .rest import freeze, shut_down
from .rules import Rule
from .steps import Code
from .world import Version, version_id


@task
class Configure:
    """Give a function new settings or new code; its environments are replaced."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    fact: FunctionConfigured
    code: Code

    def __call__(self, sim: Sim, cause: int | None) -> None:
        configured = sim.emit(self.fact, rules.YOUR_SETTING, cause)
        id = version_id(self.fact.function, self.fact.version)
        version = sim.world.versions[id]
        for _, environment in list(version.idle) if self.fact.replaces else ():
            env = sim.world.environments[environment]
            shut_down(sim, env, "UPDATE", rules.RECYCLE_UPDATE, configured)
        sim.codes[id] = self.code


@task
class Reserve:
    """Reserve concurrency for a function, or give a reservation up."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    function: str
    units: int  # or -1

    def __call__(self, sim: Sim, cause: int | None) -> None:
        sim.emit(ConcurrencyReserved(self.function, self.units), rules.YOUR_SETTING, cause)


@task
class SetDeadLetter:
    """Name another dead-letter target."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    function: str
    target: str  # or ""

    def __call__(self, sim: Sim, cause: int | None) -> None:
        sim.emit(DeadLetterConfigured(self.function, self.target), rules.YOUR_SETTING, cause)


@task
class Delete:
    """Delete a function, with what was reserved and kept ready for it."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    function: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        because = sim.emit(FunctionDeleted(self.function), rules.YOUR_SETTING, cause)
        if sim.world.functions[self.function].reserved_concurrency >= 0:
            sim.emit(ConcurrencyReserved(self.function, -1), rules.FUNCTION_DELETED, because)
        versions = [v for v in sim.world.versions.values() if v.function == self.function]
        for version in versions:
            if version.provisioned:
                request_provisioning(sim, version.id, 0, rules.FUNCTION_DELETED, because)
            for _, environment in list(version.idle):
                env = sim.world.environments[environment]
                shut_down(sim, env, "UPDATE", rules.FUNCTION_DELETED, because)


@task
class RequestProvisioning:
    """Ask for provisioned environments; allocation begins later and takes its time."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    version: str  # its id
    units: int

    def __call__(self, sim: Sim, cause: int | None) -> None:
        request_provisioning(sim, self.version, self.units, rules.YOUR_SETTING, cause)


@task
class PointAlias:
    """Let an alias stand for other versions; what is provisioned for it moves along."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    fact: AliasConfigured
    provisioned: bool  # environments of the version that it stood for are its own

    def __call__(self, sim: Sim, cause: int | None) -> None:
        alias = sim.world.aliases[version_id(self.fact.function, self.fact.alias)]
        old = version_id(alias.function, alias.version)
        because = sim.emit(self.fact, rules.YOUR_SETTING, cause)
        units = sim.world.versions[old].provisioned
        if self.provisioned and alias.version != self.fact.version:
            new = version_id(self.fact.function, self.fact.version)
            for version, kept in ((old, 0), (new, units)):
                request_provisioning(sim, version, kept, rules.ALIAS_MOVED, because)


def request_provisioning(
    sim: Sim,
    version_id: str,
    units: int,
    rule: Rule,
    because: int | None,
    given: tuple[int, ...] = (),
) -> None:
    """Ask for another number of provisioned environments; those that serve go on serving."""
    version = sim.world.versions[version_id]
    fact = ProvisioningRequested(version.function, version.version, units)
    requested = sim.emit(fact, rule, because, given)
    kept = _keep(sim, version, units, requested)
    if kept == units:
        complete_provisioning(sim, version.id, requested)
    begin = sim.now + sim.value(rules.PROVISIONED_DELAY)
    for number in range(units - kept):
        at = begin + number * rules.PROVISIONED_RATE.value
        sim.schedule(at, Provision(version.id, requested), requested)


@task
class Provision:
    """Create one provisioned environment."""

    rank: ClassVar[int] = POLLS
    idle: ClassVar[bool] = False

    version: str
    requested: int  # the entry that asked for it

    def __call__(self, sim: Sim, cause: int | None) -> None:
        version = sim.world.versions[self.version]
        if version.provisioned_entry == self.requested:
            provision(sim, sim.new_id("env"), version, rules.PROVISIONED_RATE, self.requested)


def _keep(sim: Sim, version: Version, units: int, because: int) -> int:
    """Keep provisioned environments that are there already and shut down what is too many.

    Those that are ready stay; what is still in Init and one too many ends when its Init does.
    """
    mine = [
        env
        for env in sim.world.environments.values()
        if env.version == version.id
        and env.initialization_type == PROVISIONED
        and env.phase != "Shutdown"
    ]
    ready = sum(env.phase != "Init" for env in mine)
    frozen = sorted((env for env in mine if env.phase == "Frozen"), key=lambda env: env.serves)
    for env in frozen[: max(0, ready - units)]:
        shut_down(sim, env, "UPDATE", rules.RECYCLE_UPDATE, because)
    return min(len(mine), units)


@task
class HaveReady:
    """Let provisioned environments be there from the start, with their Init behind them."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    version: str  # its id
    units: int

    def __call__(self, sim: Sim, cause: int | None) -> None:
        version = sim.world.versions[self.version]
        fact = ProvisioningRequested(version.function, version.version, self.units)
        because = sim.emit(fact, rules.YOUR_SETTING, cause)
        for _ in range(self.units):
            _prepare(sim, version, sim.new_id("env"), because)
        complete_provisioning(sim, version.id, because)


def _prepare(sim: Sim, version: Version, environment: str, because: int) -> None:
    """Run an Init at once: it has happened before the run began."""
    name, function = version.version, version.function
    fact = InitStarted(environment, function, "", "init", sim.now, name, PROVISIONED)
    because = sim.emit(fact, rules.READY_AT_START, because)
    env = sim.world.environments[environment]
    place = sim.places[environment] = place_of(sim, env)
    ahead = run_ahead(sim, version, place)
    sim.processes[environment] = ahead.process
    for step in ahead.written:
        written = OutputWritten(environment, "", step.text, step.line)
        because = sim.emit(written, rules.READY_AT_START, because)
    if ahead.error:
        failed = InitFailed(environment, ahead.duration, ahead.status, ahead.error, ahead.line)
        fail_provisioning(sim, env, sim.emit(failed, ahead.rule, because))
    else:
        completed = InitCompleted(environment, ahead.duration, ahead.line)
        because = sim.emit(completed, rules.READY_AT_START, because)
        freeze(sim, env, because, rules.PROVISIONED_USED)
