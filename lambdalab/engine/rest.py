"""How an environment rests between invocations, and how it ends."""

from __future__ import annotations

from typing import ClassVar

from . import rules
from .creation import begin_work, create
from .extensions import time_to_shut_down
from .facts import EnvironmentFrozen, EnvironmentShutDown, ShutdownStarted, StateKept
from .kernel import ENDS, EXPIRIES, Sim, task
from .occupancy import PROVISIONED
from .rules import Rule
from .world import Environment, Version

FOLLOWS = (rules.PROACTIVE_CAUSES,)


def freeze(sim: Sim, env: Environment, because: int, rule: Rule) -> None:
    """Let the environment stand still until somebody needs it."""
    if (kept := sim.processes[env.id].kept()) != env.kept:
        sim.emit(StateKept(env.id, kept), rules.YOUR_CODE, because)
    frozen = sim.emit(EnvironmentFrozen(env.id), rule, because)
    if not isinstance(sim.value(rules.IDLE), int) and env.initialization_type != PROVISIONED:
        lifetime = sim.length(rules.IDLE, f"{env.version}:idle")
        sim.schedule(sim.now + lifetime, RetireFrozen(env.id, frozen), frozen)


def expect_to_end(sim: Sim, environment: str, because: int) -> None:
    """Plan when a new environment is shut down, if nobody calls it or if it grows too old."""
    if isinstance(sim.value(rules.IDLE), int):  # else its end is drawn at each freeze
        sim.schedule(sim.now + sim.value(rules.IDLE), Retire(environment), because)
    if sim.value(rules.MAX_AGE):
        sim.schedule(sim.now + sim.value(rules.MAX_AGE), Recycle(environment), because)


@task
class Retire:
    """Shut an environment down once it has been frozen for its idle lifetime."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True

    environment: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments.get(self.environment)
        if env is None:
            return
        # One task an environment, planned again and again, costs less than one at each freeze.
        due = (env.since if env.phase == "Frozen" else sim.now) + sim.value(rules.IDLE)
        if due > sim.now:
            sim.schedule(due, self, cause)
        else:
            shut_down(sim, env, "SPINDOWN", rules.IDLE, env.entry)


@task
class RetireFrozen:
    """Shut an environment down if it has been frozen ever since that entry."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True

    environment: str
    frozen: int  # by which entry

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments.get(self.environment)
        if env and env.phase == "Frozen" and env.entry == self.frozen:
            shut_down(sim, env, "SPINDOWN", rules.IDLE, env.entry)


@task
class Recycle:
    """End an environment that has grown too old; one at work ends with its invocation."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True

    environment: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments.get(self.environment)
        if env and env.phase == "Frozen":
            shut_down(sim, env, "MAINTENANCE", rules.MAX_AGE, env.entry)


def too_old(sim: Sim, env: Environment) -> bool:
    """Say whether an environment has reached its maximum age, if there is one."""
    most = sim.value(rules.MAX_AGE)
    return bool(most) and sim.now - env.created >= most


def shut_down(sim: Sim, env: Environment, reason: str, rule: Rule, because: int) -> None:
    """End an environment; its memory and its /tmp are gone."""
    sim.processes.pop(env.id).kill()
    sim.codes[env.version].close(sim.places.pop(env.id))
    if took := time_to_shut_down(sim, sim.world.versions[env.version]):
        until = sim.now + took
        because = sim.emit(ShutdownStarted(env.id, reason, until), rule, because)
        sim.schedule(until, EndShutdown(env.id, reason), because)
    else:
        because = sim.emit(EnvironmentShutDown(env.id, reason), rule, because)
    replaceable = reason in REPLACED and env.initialization_type != PROVISIONED
    if replaceable and sim.random(f"{env.version}:proactive") < sim.value(rules.SPARE):
        sim.schedule(sim.now, Replace(env.version), because)


REPLACED = ("MAINTENANCE", "UPDATE")


@task
class EndShutdown:
    """End an environment once its extensions are done or their time is over."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = True

    environment: str
    reason: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        sim.emit(EnvironmentShutDown(self.environment, self.reason), rules.SHUTDOWN_BUDGET, cause)


@task
class Replace:
    """Initialise an environment ahead of any request, in place of one that has ended."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    version: str  # its id

    def __call__(self, sim: Sim, cause: int | None) -> None:
        version = sim.world.versions[self.version]
        assert cause is not None
        if not sim.world.functions[version.function].deleted:
            start(sim, version, "", cause, (), rules.SPARE)


def start(
    sim: Sim, version: Version, request: str, because: int, given: tuple[int, ...], rule: Rule
) -> None:
    """Begin a new environment, for a request or, with "", ahead of any; plan its end too."""
    environment, started = create(sim, version, request, because, given, rule)
    expect_to_end(sim, environment, started)
    begin_work(sim, environment, started)
