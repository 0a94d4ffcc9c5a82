"""How an environment rests between invocations, and how it ends."""

from __future__ import annotations

from typing import ClassVar

from .facts import EnvironmentFrozen, EnvironmentShutDown
from .kernel import EXPIRIES, Sim, task
from .rules import IDLE, MAX_AGE, Rule
from .world import Environment


def freeze(sim: Sim, env: Environment, because: int, rule: Rule) -> None:
    """Let the environment stand still until somebody needs it."""
    sim.emit(EnvironmentFrozen(env.id), rule, because)


def expect_to_end(sim: Sim, environment: str, because: int) -> None:
    """Plan when a new environment is shut down, if nobody calls it or if it grows too old."""
    sim.schedule(sim.now + sim.value(IDLE), Retire(environment), because)
    if sim.value(MAX_AGE):
        sim.schedule(sim.now + sim.value(MAX_AGE), Recycle(environment), because)


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
        due = (env.since if env.phase == "Frozen" else sim.now) + sim.value(IDLE)
        if due > sim.now:
            sim.schedule(due, self, cause)
        else:
            shut_down(sim, env, "SPINDOWN", IDLE, env.entry)


@task
class Recycle:
    """End an environment that has grown too old; one at work ends with its invocation."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True

    environment: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments.get(self.environment)
        if env and env.phase == "Frozen":
            shut_down(sim, env, "MAINTENANCE", MAX_AGE, env.entry)


def too_old(sim: Sim, env: Environment) -> bool:
    """Say whether an environment has reached its maximum age, if there is one."""
    most = sim.value(MAX_AGE)
    return bool(most) and sim.now - env.created >= most


def shut_down(sim: Sim, env: Environment, reason: str, rule: Rule, because: int) -> None:
    """End an environment; its memory and its /tmp are gone."""
    sim.processes.pop(env.id).kill()
    sim.codes[env.version].close(sim.places.pop(env.id))
    sim.emit(EnvironmentShutDown(env.id, reason), rule, because)
