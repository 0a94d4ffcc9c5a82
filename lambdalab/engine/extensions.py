"""Extensions: programs beside the handler that start before it, go on after it, and end last."""

from __future__ import annotations

from typing import ClassVar

from . import rules
from .errors import Failure
from .execution import pause, setting
from .facts import InvocationCompleted, ResponsePosted
from .kernel import ENDS, Sim, task
from .world import Environment, Version

FOLLOWS = (rules.EXTENSIONS_NOT_AWAITED, rules.NO_SHUTDOWN_EVENT)


def post(sim: Sim, env: Environment, outcome: Failure, because: int, line: int) -> None:
    """Tell the outcome at once and keep the environment busy while extensions go on."""
    request = sim.world.requests[env.request]
    status, error_type, payload, _ = outcome
    fact = ResponsePosted(request.id, env.id, status, error_type, payload, line)
    given = setting(sim, env, rules.RESPONSE_FIRST)
    posted = sim.emit(fact, rules.RESPONSE_FIRST, because, given)
    told = InvocationCompleted(request.id, env.id, status, error_type, payload, 0, 0, line)
    sim.tell(told, posted)
    until = sim.now + sim.world.versions[env.version].setup.longest("after")
    pause(sim, env, until, posted, FinishExtensions(env.id, posted, outcome))


@task
class FinishExtensions:
    """End an invocation once its extensions are done too."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    environment: str
    paused: int  # the entry that paused it
    outcome: Failure

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments.get(self.environment)
        if env and env.entry == self.paused:
            sim.code_ended(sim, env, self.outcome, self.paused, env.line)


def time_to_shut_down(sim: Sim, version: Version) -> int:
    """Say how long a Shutdown takes: as long as extensions need and their budget allows."""
    setup, budget = version.setup, rules.SHUTDOWN_BUDGET.value
    internal, external = (setup.longest("shutdown", kind) for kind in budget)
    if all(extension.kind == "internal" for extension in setup.extensions):
        return min(internal, int(budget["internal"]))
    runtime = min(internal, int(sim.value(rules.SHUTDOWN_SHARE)))
    return runtime + min(external, int(budget["external"]) - runtime)
