"""How an execution environment lives: Init, Invoke, Freeze, and Shutdown when nobody calls.

A request that was let in takes a frozen environment or waits for the Init of a new one.
"""

from __future__ import annotations

from typing import ClassVar

from . import rules
from .concurrency import Given, Room
from .errors import Failure
from .execution import run_handler, run_init, setting
from .extensions import post, time_to_shut_down
from .facts import (
    EnvironmentReset,
    InitCompleted,
    InitFailed,
    InitStarted,
    InvocationCompleted,
    InvocationStarted,
    ProvisioningCompleted,
    ProvisioningFailed,
    RequestRefused,
    RestoreCompleted,
    RestoreFailed,
)
from .kernel import ENDS, Sim, task
from .occupancy import PROVISIONED
from .rest import freeze, shut_down, start, too_old
from .rules import Rule
from .world import Environment, Version

# A request has been let in ----------------------------------------------------------------------


def place(sim: Sim, request: str, room: Room, because: int) -> None:
    """Give a request to a frozen environment, or start a new one for it."""
    if room.environment:
        env = sim.world.environments[room.environment]
        begin(sim, env, request, because, room.given, room.rule)
    else:
        version = sim.world.versions[sim.world.requests[request].version]
        start(sim, version, request, because, room.given, room.rule)


def begin(sim: Sim, env: Environment, request: str, because: int, given: Given, rule: Rule) -> None:
    """Let an environment work on a request, after another Init if its process is gone."""
    if not env.initialized:
        repeat_init(sim, env, request, because, given, rules.SUPPRESSED_INIT)
        return
    waiting = sim.world.requests[request]
    deadline = sim.now + sim.world.versions[env.version].timeout
    fact = InvocationStarted(request, env.id, waiting.attempt + 1, deadline)
    run_handler(sim, env, sim.emit(fact, rule, because, given))


def repeat_init(
    sim: Sim, env: Environment, request: str, because: int, given: Given, rule: Rule
) -> None:
    """Run Init once more, inside an invocation and under the function's timeout."""
    version = sim.world.versions[env.version]
    deadline = sim.now + version.timeout
    fact = InitStarted(
        env.id,
        env.function,
        request,
        "invoke",
        deadline,
        version.version,
        env.initialization_type,
    )
    run_init(sim, env, sim.emit(fact, rule, because, (*given, version.entry)))


# Its code has ended -----------------------------------------------------------------------------


def code_ended(
    sim: Sim, env: Environment, outcome: Failure | None, because: int, line: int
) -> None:
    """Draw the consequences of an Init or an invocation that is over."""
    if env.phase == "Restore":
        end_restore(sim, env, outcome, because)
    elif outcome is None:
        complete_init(sim, env, because, line)
    elif not env.initialized:
        fail_init(sim, env, outcome, because, line)
    elif outcome.rule in PROCESS_LIVES_ON and goes_on(sim, env):
        post(sim, env, outcome, because, line)
    else:
        because = complete(sim, env, outcome, because, line)
        if outcome.rule in PROCESS_LIVES_ON:
            release(sim, env, because)
        else:
            reset(sim, env, outcome, because)


PROCESS_LIVES_ON = (rules.YOUR_CODE, rules.HANDLED, rules.RESPONSE_TOO_LARGE)


def goes_on(sim: Sim, env: Environment) -> bool:
    """Say whether extensions go on working after the response, and it is still to be sent."""
    setup = sim.world.versions[env.version].setup
    return bool(setup.extensions) and not env.posted and setup.longest("after") > 0


def complete_init(sim: Sim, env: Environment, because: int, line: int) -> None:
    """Turn to the request that waits for this Init, or stay as a spare."""
    completed = InitCompleted(env.id, sim.now - env.since, line)
    because = sim.emit(completed, rules.INIT_TASKS, because)
    if env.request:  # Init was repeated inside this invocation
        attempt = sim.world.requests[env.request].attempt
        fact = InvocationStarted(env.request, env.id, attempt, env.deadline)
        run_handler(sim, env, sim.emit(fact, rules.SUPPRESSED_INIT, because))
    elif env.initialization_type == PROVISIONED:
        release(sim, env, because)
        complete_provisioning(sim, env.version, because)
    else:
        turn_to_waiting(sim, env, because)


def turn_to_waiting(sim: Sim, env: Environment, because: int) -> None:
    """Let a new environment take the request that waits for it, or stay as a spare."""
    if request := waiting_for(sim, env):
        begin(sim, env, request, because, (), rules.ASSIGNMENT)
    else:
        release(sim, env, because, rules.SPARE)


def end_restore(sim: Sim, env: Environment, failure: Failure | None, because: int) -> None:
    """Use an environment that was restored; fail the request if that took too long."""
    duration = sim.now - env.since
    if failure is None:
        billed = duration * sim.value(rules.BILLED_RESTORE) // rules.BILLED_RESTORE_OF.value
        completed = RestoreCompleted(env.id, duration, billed)
        turn_to_waiting(sim, env, sim.emit(completed, rules.RESTORE_TIME, because))
        return
    request = waiting_for(sim, env)
    fact = RestoreFailed(env.id, request, duration, failure.error_type)
    failed = sim.emit(fact, rules.RESTORE_LIMIT, because)
    shut_down(sim, env, "FAILURE", rules.RESTORE_LIMIT, failed)
    if request:
        refused = RequestRefused(request, failure.error_type)
        sim.tell(refused, sim.emit(refused, rules.RESTORE_ERROR, failed))


def complete_provisioning(sim: Sim, version_id: str, because: int) -> None:
    """Let provisioned environments serve once all of them are ready."""
    version = sim.world.versions[version_id]
    there = version.provisioned_serving + len(version.provisioned_prepared)
    if version.provisioned_status == "IN_PROGRESS" and there >= version.provisioned:
        fact = ProvisioningCompleted(version.function, version.version)
        sim.emit(fact, rules.PROVISIONED_ALL, because, (version.provisioned_entry,))


def fail_provisioning(sim: Sim, env: Environment, because: int) -> None:
    """Note that what was to be allocated will never be complete, so none of it serves."""
    version = sim.world.versions[env.version]
    shut_down(sim, env, "FAILURE", rules.PROVISIONED_STATUS, because)
    if version.provisioned_status == "IN_PROGRESS":
        fact = ProvisioningFailed(version.function, version.version)
        sim.emit(fact, rules.PROVISIONED_STATUS, because, (version.provisioned_entry,))


def surplus(version: Version, env: Environment) -> bool:
    """Say whether a provisioned environment is one more than was asked for."""
    if env.serves:
        return version.provisioned_serving > version.provisioned
    there = version.provisioned_serving + len(version.provisioned_prepared)
    return there >= version.provisioned


def fail_init(sim: Sim, env: Environment, failure: Failure, because: int, line: int) -> None:
    """Repeat a first Init inside the invocation; fail the invocation if that was a repeat."""
    sim.processes[env.id].kill()
    status, error_type, _, rule = failure
    fact = InitFailed(env.id, sim.now - env.since, status, error_type, line)
    because = sim.emit(fact, rule, because, setting(sim, env, rule))
    if env.request:
        reset(sim, env, failure, complete(sim, env, failure, because, line))
    elif env.serves:
        release(sim, env, because)
    elif env.initialization_type == PROVISIONED:
        fail_provisioning(sim, env, because)
    elif request := waiting_for(sim, env):
        again = rules.INIT_RERUN if status == "timeout" else rules.INIT_ERROR
        repeat_init(sim, env, request, because, (), again)
    else:
        release(sim, env, because, rules.SPARE)


def waiting_for(sim: Sim, env: Environment) -> str:
    """Name the request that an environment turns to after its Init, or ""."""
    waiting = sim.world.versions[env.version].waiting
    if sim.value(rules.INIT_OVERTAKEN):
        return next(iter(waiting), "")
    return next((request for request, started in waiting.items() if started == env.id), "")


def complete(sim: Sim, env: Environment, outcome: Failure, because: int, line: int) -> int:
    """Write down how the invocation ended and tell whoever is owed the outcome, if not yet told."""
    told, request = env.posted, env.request
    status, error_type, payload, rule = outcome
    memory = min(sim.processes[env.id].memory_used, sim.world.versions[env.version].memory)
    duration = sim.now - env.began
    fact = InvocationCompleted(request, env.id, status, error_type, payload, duration, memory, line)
    completed = sim.emit(fact, rule, because, setting(sim, env, rule))
    if not told:
        sim.tell(fact, completed)
    return completed


def reset(sim: Sim, env: Environment, failure: Failure, because: int) -> None:
    """Keep the environment and its /tmp, but without a process."""
    reason = "TIMEOUT" if failure.status == "timeout" else "FAILURE"
    because = sim.emit(EnvironmentReset(env.id, reason), rules.RESET, because)
    end = EndReset(env.id, because)
    if took := time_to_shut_down(sim, sim.world.versions[env.version]):
        sim.schedule(sim.now + took, end, because)
    else:
        end(sim, because)


@task
class EndReset:
    """Make an environment free again once its extensions have been shut down too."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    environment: str
    reset: int  # by which entry

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments[self.environment]
        if ended(sim, env, self.reset):
            return
        if env.initialization_type == PROVISIONED:
            version = sim.world.versions[env.version]
            provision(sim, env.id, version, rules.RECYCLE_PROVISIONED, self.reset)
        else:
            freeze(sim, env, self.reset, rules.FREEZE)


def provision(sim: Sim, environment: str, version: Version, rule: Rule, because: int) -> None:
    """Run Init in a provisioned environment, for nobody in particular."""
    deadline = sim.now + max(rules.INIT_TIMEOUT_AHEAD.value, version.timeout)
    fact = InitStarted(
        environment, version.function, "", "init", deadline, version.version, PROVISIONED
    )
    started = sim.emit(fact, rule, because)
    run_init(sim, sim.world.environments[environment], started)


def ended(sim: Sim, env: Environment, because: int) -> bool:
    """End an environment that is outdated, one too many or too old, and say whether it was."""
    version = sim.world.versions[env.version]
    provisioned = env.initialization_type == PROVISIONED
    if env.made_for != version.configured or (provisioned and surplus(version, env)):
        shut_down(sim, env, "UPDATE", rules.RECYCLE_UPDATE, because)
    elif too_old(sim, env):
        shut_down(sim, env, "MAINTENANCE", rules.MAX_AGE, because)
        if provisioned:
            provision(sim, sim.new_id("env"), version, rules.RECYCLE_PROVISIONED, because)
    return env.id not in sim.processes


def release(sim: Sim, env: Environment, because: int, rule: Rule = rules.FREEZE) -> None:
    """Freeze a free environment, unless a request waits for the Init of another one."""
    if ended(sim, env, because):
        return
    if env.initialization_type == PROVISIONED:
        freeze(sim, env, because, rules.PROVISIONED_USED)
    elif sim.world.versions[env.version].waiting and sim.value(rules.INIT_OVERTAKEN):
        # As a task of its own: many requests may be waiting, and each may take no time at all.
        sim.schedule(sim.now, TakeWaiting(env.id), because)
    else:
        freeze(sim, env, because, rule)


@task
class TakeWaiting:
    """Let a free environment overtake the Init that a request waits for."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    environment: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments[self.environment]
        request = next(iter(sim.world.versions[env.version].waiting), "")
        assert cause is not None
        if request:
            given = (sim.world.functions[env.function].in_flight[request],)
            begin(sim, env, request, cause, given, rules.INIT_OVERTAKEN)
        else:
            freeze(sim, env, cause, rules.FREEZE)
