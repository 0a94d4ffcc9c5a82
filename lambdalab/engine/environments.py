"""Facts of execution environments: what happens between their first Init and their Shutdown.

`line` is the line of the learner's source that the code had reached.
"""

from __future__ import annotations

from bisect import bisect_left, insort

from .rules import SCALING_RATE, SCALING_RPS
from .world import LATEST, Environment, Function, Request, Version, World, fact, version_id


@fact
class InitStarted:
    """An environment runs the module's own code (platform.initStart)."""

    environment: str
    function: str
    request: str  # the request that waits for it, or ""
    phase: str  # init, or invoke when it is repeated inside an invocation
    deadline: int  # us
    version: str = LATEST
    initialization_type: str = "on-demand"

    def apply(self, world: World) -> None:
        version = world.versions[version_id(self.function, self.version)]
        if self.phase == "init":
            if self.environment not in world.environments:
                _create(world, version, self.environment, self.initialization_type)
            env = world.environments[self.environment]
            _enter(env, "Init", world)
            if self.request:
                version.waiting[self.request] = self.environment
                _let_in(world, self.request, on_demand=True)
                world.functions[self.function].scaling.take(world.now, SCALING_RATE.value)
        else:
            env = world.environments[self.environment]
            _occupy(world, env, self.request)
            _enter(env, "Invoke", world)
        env.deadline = self.deadline


@fact
class InitCompleted:
    """The module's code has run and the runtime asks for its first event."""

    environment: str
    duration: int  # us
    line: int = 0

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.initialized, env.entry, env.line = True, world.seq, self.line


@fact
class InitFailed:
    """Init ended with an error or was stopped at its limit."""

    environment: str
    duration: int  # us
    status: str  # error, timeout
    error_type: str
    line: int = 0

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.initialized, env.entry, env.line = False, world.seq, self.line
        world.outside.forget(self.environment)


@fact
class InvocationStarted:
    """The handler begins to work on a request (platform.start)."""

    request: str
    environment: str
    attempt: int
    deadline: int  # us

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        if env.request != self.request:
            _occupy(world, env, self.request)
        _enter(env, "Invoke", world)
        env.deadline = self.deadline
        env.served += 1


@fact
class CodeWaited:
    """The code asked to wait: wall time passes and no CPU is used."""

    environment: str
    request: str  # the request it works on, or "" in Init
    until: int  # us
    line: int = 0

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.entry, env.line = world.seq, self.line


@fact
class CodeComputed:
    """The code asked for CPU: it takes longer the less memory the function has."""

    environment: str
    request: str  # the request it works on, or "" in Init
    until: int  # us
    line: int = 0

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.entry, env.line = world.seq, self.line


@fact
class OutputWritten:
    """The code wrote to the log."""

    environment: str
    request: str  # the request it works on, or "" in Init
    text: str
    line: int = 0

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.entry, env.line = world.seq, self.line


@fact
class InvocationCompleted:
    """The work on a request is over, well or badly (platform.runtimeDone)."""

    request: str
    environment: str
    status: str  # success, error, timeout
    error_type: str  # or ""
    payload: str  # what the handler returned, or the error document, as JSON
    duration: int  # us, with a repeated Init in it
    memory_used: int  # MB
    line: int = 0

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.request, env.entry, env.line = "", world.seq, self.line
        function = world.functions[env.function]
        del function.in_flight[self.request]
        if env.initialization_type == PROVISIONED:
            function.on_provisioned -= 1
            if scaling := world.versions[env.version].scaling:
                scaling.work(world.now, -1)
        world.unreserved_in_flight.pop(self.request, None)
        request = world.requests[self.request]
        request.response, request.error = self.payload, self.error_type
        request.errors += self.status != "success"
        request.throttles, request.environment = 0, ""


@fact
class EnvironmentReset:
    """The runtime process is gone: memory is lost, /tmp is kept, Init must run again."""

    environment: str
    reason: str  # TIMEOUT, FAILURE

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.initialized, env.entry = False, world.seq
        world.outside.forget(self.environment)


@fact
class EnvironmentFrozen:
    """The environment stands still but keeps its memory and its /tmp."""

    environment: str

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        _enter(env, "Frozen", world)
        insort(_line_of(world, env), _place_in_line(world, env))


@fact
class EnvironmentShutDown:
    """The environment is gone, with its memory and its /tmp."""

    environment: str
    reason: str  # SPINDOWN, UPDATE

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        if env.phase == "Frozen":
            _take_out_of_line(world, env)
        world.versions[env.version].provisioned_serving -= env.serves
        del world.environments[self.environment]
        world.outside.forget(self.environment)


# What several facts do --------------------------------------------------------------------------

PROVISIONED = "provisioned-concurrency"


def _create(world: World, version: Version, environment: str, kind: str) -> None:
    """Bring an environment into being."""
    number = int(environment.rpartition("-")[-1])
    world.environments[environment] = Environment(
        environment,
        number,
        version.function,
        version.id,
        kind,
        world.now,
        version.configured,
        "",
        world.now,
        world.seq,
    )


def _enter(env: Environment, phase: str, world: World) -> None:
    """Put an environment into a phase."""
    env.phase, env.since, env.entry = phase, world.now, world.seq


def _let_in(world: World, request: str, on_demand: bool) -> None:
    """Count a request as in flight."""
    asked = world.requests[request]
    function = world.functions[asked.function]
    function.in_flight[request] = world.seq
    if asked.invocation_type == "RequestResponse":
        _spend_rate(world, function, asked, on_demand)
    if not on_demand:
        function.on_provisioned += 1
        if scaling := world.versions[asked.version].scaling:
            scaling.work(world.now, 1)
    elif function.reserved_concurrency < 0:
        world.unreserved_in_flight[request] = world.seq


def _spend_rate(world: World, function: Function, asked: Request, on_demand: bool) -> None:
    """Take one request out of the rate that its concurrency allows."""
    each = SCALING_RPS.value
    if not on_demand:
        version = world.versions[asked.version]
        version.provisioned_rate.take(world.now, each * version.provisioned)
    elif function.reserved_concurrency < 0:
        world.rate.take(world.now, each * world.account_concurrency)
    else:
        function.rate.take(world.now, each * function.reserved_concurrency)


def _occupy(world: World, env: Environment, request: str) -> None:
    """Give a request to an environment."""
    if env.phase == "Frozen":
        _take_out_of_line(world, env)
    if not world.versions[env.version].waiting.pop(request, ""):
        _let_in(world, request, env.initialization_type != PROVISIONED)
    env.request, env.began = request, world.now
    waiting = world.requests[request]
    waiting.environment = env.id
    waiting.attempt += 1


def _line_of(world: World, env: Environment) -> list[tuple[int, str]]:
    """Find the line that a frozen environment stands in."""
    version = world.versions[env.version]
    if env.initialization_type != PROVISIONED:
        return version.idle
    return version.provisioned_idle if env.serves else version.provisioned_prepared


def _place_in_line(world: World, env: Environment) -> tuple[int, str]:
    """Say where a frozen environment stands among the others: by last use or by age."""
    by_use = world.assignment in ("mru", "lru")
    return (env.entry if by_use else env.number, env.id)


def _take_out_of_line(world: World, env: Environment) -> None:
    """Remove a frozen environment from those that can be taken."""
    line = _line_of(world, env)
    del line[bisect_left(line, _place_in_line(world, env))]
