"""How the code of an environment runs: one step after the other, until it is done or stopped.

Every step but waiting and computing takes no time. What becomes of the environment when its code
is done is not decided here: `sim.code_ended` tells the chapter on the lifecycle.
"""

from __future__ import annotations

from math import exp, log
from typing import ClassVar

from . import rules
from .errors import (
    Failure,
    exited,
    extension_failed,
    out_of_memory,
    response_too_large,
    size,
    timed_out,
)
from .facts import CallAnswered, CodeComputed, CodeWaited, OutputWritten
from .kernel import ENDS, EXPIRIES, Sim, Task, task
from .known import INIT_DURATIONS
from .occupancy import PROVISIONED
from .places import arn, place_of
from .rules import Rule
from .steps import (
    Answer,
    Await,
    Call,
    Compute,
    Exit,
    Invocation,
    Raise,
    Ready,
    Return,
    Step,
    Stuck,
    Wait,
    Write,
)
from .units import MS, NEVER, P99, TINY, uuid_text
from .world import LATEST, Environment, Version

FOLLOWS = (rules.IMAGE_SIZE, rules.LAYERS_LOAD)  # images load what they need, layers like the rest
AT_ONCE = (Write, Call)  # steps that take no time; a union would be made anew at each
NEWEST_PYTHON = "python3.14"  # of those whose Init was measured


def run_init(sim: Sim, env: Environment, because: int) -> None:
    """Start extensions and the runtime process, and run the module's own code."""
    if env.id not in sim.places:
        sim.places[env.id] = place_of(sim, env)
    version = sim.world.versions[env.version]
    sim.processes[env.id] = sim.codes[env.version].boot(sim.places[env.id])
    extensions, runtime = version.setup.longest("init"), own_init(sim, version, env.id)
    if extensions + runtime:
        waited = CodeWaited(env.id, env.request, sim.now + extensions + runtime)
        because = sim.emit(waited, rules.COLD_INIT if runtime else rules.INIT_TASKS, because)
        pause(sim, env, waited.until, because, RunModule(env.id, because))
    else:
        run_module(sim, env, because)


def run_module(sim: Sim, env: Environment, because: int) -> None:
    """Run the module's own code, unless an extension has failed before."""
    if sim.world.versions[env.version].setup.crashes("init"):
        failure = extension_failed(uuid_text(env.request), rules.EXTENSION_CRASH.value["init"])
        sim.code_ended(sim, env, failure, because, 0)
    else:
        carry_out(sim, env, sim.processes[env.id].init(), because)


def own_init(sim: Sim, version: Version, stream: str) -> int:
    """Draw how long the runtime itself takes to start, if a run assumes that it takes any time."""
    if sim.value(rules.COLD_INIT) == "none":
        return 0
    kind, architecture = version.setup.package_type, version.architecture
    from statistics import NormalDist  # slow to load, and few runs need it

    measured = INIT_DURATIONS.get((version.runtime, kind, architecture))
    median, _, p99 = measured or INIT_DURATIONS[NEWEST_PYTHON, kind, architecture]
    spread = log(p99 / median) / NormalDist().inv_cdf(P99)
    draw = NormalDist().inv_cdf(max(sim.random(f"{stream}:init"), TINY))
    each = rules.PACKAGE_ZIP.value["python" if version.runtime.startswith("python") else "other"]
    loading = each * version.setup.package_size if kind == "zip" else 0
    return round(median * MS * exp(spread * draw)) + int(loading)


def run_handler(sim: Sim, env: Environment, because: int) -> None:
    """Hand the event to the handler."""
    if sim.world.versions[env.version].setup.crashes("invoke"):
        failure = extension_failed(uuid_text(env.request), rules.EXTENSION_CRASH.value["invoke"])
        stop(sim, env, failure, because, 0)
        return
    request = sim.world.requests[env.request]
    invoked = arn(request.function, "" if request.qualifier == LATEST else request.qualifier)
    context = request.client_context if request.invocation_type == "RequestResponse" else ""
    reports = request.source in sim.reporting
    event = Invocation(
        uuid_text(request.id), request.payload, env.deadline, invoked, context, reports
    )
    carry_out(sim, env, sim.processes[env.id].invoke(event), because)


def carry_out(sim: Sim, env: Environment, step: Step, because: int) -> None:
    """Do what the code asked for, until it waits or is done."""
    process = sim.processes[env.id]
    while isinstance(step, AT_ONCE):
        if isinstance(step, Write):
            written = OutputWritten(env.id, env.request, step.text, step.line)
            because = sim.emit(written, rules.YOUR_CODE, because)
        else:  # an answer that is not there at once is delivered later
            if answer := sim.services[step.service](sim, env, step, because):
                process.take(step, answer)
            because = env.entry
            sim.watch()
        step = process.resume()
    if process.memory_used > sim.world.versions[env.version].memory:
        stop(sim, env, out_of_memory(uuid_text(env.request)), because, step.line)
    elif isinstance(step, Wait):
        waited = CodeWaited(env.id, env.request, sim.now + step.us, step.line)
        pause(sim, env, waited.until, sim.emit(waited, rules.YOUR_CODE, because))
    elif isinstance(step, Compute):
        duration, rule = wall_time(sim, env, step.us)
        computed = CodeComputed(env.id, env.request, sim.now + duration, step.line)
        because = sim.emit(computed, rule, because, setting(sim, env, rule))
        pause(sim, env, computed.until, because)
    elif isinstance(step, Await):
        sim.schedule(end(sim, env), TimeOutWaiting(env.id, env.entry), env.entry)
    elif isinstance(step, Stuck):
        waited = CodeWaited(env.id, env.request, NEVER, step.line)
        pause(sim, env, NEVER, sim.emit(waited, rules.YOUR_CODE, because))
    elif isinstance(step, Exit):
        rule = rules.YOUR_FAULT if step.fault else rules.EXITED
        failure = exited(uuid_text(env.request), step.status, step.signal, rule)
        stop(sim, env, failure, because, step.line)
    else:
        sim.code_ended(sim, env, outcome_of(env, step), because, step.line)


def outcome_of(env: Environment, step: Ready | Return | Raise) -> Failure | None:
    """Say how the code ended while its process lives on, or None after a good Init."""
    if isinstance(step, Raise):
        rule = rules.HANDLED if env.initialized else rules.INIT_ERROR
        return Failure("error", step.error_type, step.payload, rule)
    if isinstance(step, Ready):
        return None
    if size(step.payload) > rules.RESPONSE_TOO_LARGE.value:
        return response_too_large()
    return Failure("success", "", step.payload, rules.YOUR_CODE)


def pause(sim: Sim, env: Environment, until: int, because: int, then: Task | None = None) -> None:
    """Go on when the time has passed, or stop at the deadline if that comes first."""
    if until > env.deadline:
        sim.schedule(end(sim, env), TimeOut(env.id, because), because)
    else:
        sim.schedule(until, then or Resume(env.id, because), because)


def end(sim: Sim, env: Environment) -> int:
    """Say when the code of an environment is stopped: at its deadline, or a little later."""
    late = 0 if env.phase == "Init" else sim.length(rules.TIMEOUT_EXCESS, f"{env.id}:excess")
    return env.deadline + late


def wall_time(sim: Sim, env: Environment, cpu: int) -> tuple[int, Rule]:
    """Turn time of one full vCPU into the time that it takes with the function's share."""
    memory, full = sim.world.versions[env.version].memory, rules.CPU_SHARE.value
    if not env.initialized and not sim.value(rules.INIT_CPU):
        return cpu, rules.INIT_CPU
    if memory >= full:
        return cpu, rules.CPU_ABOVE
    return -(-cpu * full // memory), rules.CPU_SHARE


def setting(sim: Sim, env: Environment, rule: Rule) -> tuple[int, ...]:
    """Name the entry that holds the function's settings, if a rule is about one of them."""
    return (sim.world.versions[env.version].entry,) if rule.setting else ()


@task
class Resume:
    """Let the code go on after it has waited or computed."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    environment: str
    paused: int  # the entry that paused it

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments.get(self.environment)
        if env and env.entry == self.paused:
            carry_out(sim, env, sim.processes[env.id].resume(), self.paused)


@task
class RunModule:
    """Run the module's own code, once the runtime has started."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    environment: str
    paused: int  # the entry that paused it

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments.get(self.environment)
        if env and env.entry == self.paused:
            run_module(sim, env, self.paused)


@task
class TimeOut:
    """Stop the code at its deadline."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = False

    environment: str
    paused: int  # the entry that paused it

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments.get(self.environment)
        if env is None or env.entry != self.paused:
            return
        timeout = sim.world.versions[env.version].timeout
        failure = timed_out(uuid_text(env.request), timeout, _limit(env))
        stop(sim, env, failure, self.paused, env.line)


def _limit(env: Environment) -> Rule:
    """Say which rule limits what an environment is doing."""
    if env.posted:
        return rules.TIMEOUT_SCOPE
    if env.phase == "Init":
        ahead = env.initialization_type == PROVISIONED
        return rules.INIT_TIMEOUT_AHEAD if ahead else rules.INIT_TIMEOUT
    return rules.TIMEOUT_KILL if env.initialized else rules.SUPPRESSED_BUDGET


@task
class TimeOutWaiting(TimeOut):
    """Stop code that waits for an answer; for its sake no run goes on, there is the answer."""

    idle: ClassVar[bool] = True


@task
class Deliver:
    """Give code the answer to a call, unless it was stopped meanwhile."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    call: str
    answer: Answer
    rule: Rule

    def __call__(self, sim: Sim, cause: int | None) -> None:
        asked, environment = sim.asked.pop(self.call), sim.world.outside.calls.get(self.call)
        if environment is None:
            return
        env, process = sim.world.environments[environment], sim.processes[environment]
        fact = CallAnswered(self.call, env.id, self.answer.status_code, self.answer.error)
        answered = sim.emit(fact, self.rule, cause)
        process.take(asked, self.answer)
        last = sim.fact(env.entry)
        computing = isinstance(last, CodeComputed) and last.until > sim.now
        working = env.phase == "Init" or (env.request and not env.posted)
        if working and not computing:
            carry_out(sim, env, process.resume(), answered)


def stop(sim: Sim, env: Environment, failure: Failure, because: int, line: int) -> None:
    """The process is gone: by a timeout, by a crash, or for want of memory."""
    sim.processes[env.id].kill()
    sim.code_ended(sim, env, failure, because, line)
