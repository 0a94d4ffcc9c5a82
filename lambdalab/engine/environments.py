"""Facts of execution environments: what happens between their first Init and their Shutdown.

`line` is the line of the learner's source that the code had reached.
"""

from __future__ import annotations

from bisect import bisect_left, insort

from .world import Environment, Function, World, fact


@fact
class InitStarted:
    """An environment runs the module's own code (platform.initStart)."""

    environment: str
    function: str
    request: str  # the request that waits for it, or ""
    phase: str  # init, or invoke when it is repeated inside an invocation
    deadline: int  # us

    def apply(self, world: World) -> None:
        function = world.functions[self.function]
        if self.phase == "init":
            number = int(self.environment.rpartition("-")[-1])
            env = Environment(self.environment, number, self.function, "Init", world.now, world.seq)
            world.environments[self.environment] = env
            if self.request:
                function.waiting[self.request] = self.environment
                _let_in(world, function, self.request)
        else:
            env = world.environments[self.environment]
            _occupy(world, env, function, self.request)
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
            _occupy(world, env, world.functions[env.function], self.request)
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
        function = world.functions[env.function]
        env.request, env.entry, env.line = "", world.seq, self.line
        del function.in_flight[self.request]
        world.unreserved_in_flight.pop(self.request, None)


@fact
class EnvironmentReset:
    """The runtime process is gone: memory is lost, /tmp is kept, Init must run again."""

    environment: str
    reason: str  # timeout, failure

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.initialized, env.entry = False, world.seq


@fact
class EnvironmentFrozen:
    """The environment stands still but keeps its memory and its /tmp."""

    environment: str

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        _enter(env, "Frozen", world)
        insort(world.functions[env.function].idle, _place_in_line(world, env))


@fact
class EnvironmentShutDown:
    """The environment is gone, with its memory and its /tmp."""

    environment: str
    reason: str  # SPINDOWN

    def apply(self, world: World) -> None:
        env = world.environments.pop(self.environment)
        _take_out_of_line(world, env)


# What several facts do --------------------------------------------------------------------------


def _enter(env: Environment, phase: str, world: World) -> None:
    """Put an environment into a phase."""
    env.phase, env.since, env.entry = phase, world.now, world.seq


def _let_in(world: World, function: Function, request: str) -> None:
    """Count a request as in flight."""
    function.in_flight[request] = world.seq
    if function.reserved_concurrency < 0:
        world.unreserved_in_flight[request] = world.seq


def _occupy(world: World, env: Environment, function: Function, request: str) -> None:
    """Give a request to an environment."""
    if env.phase == "Frozen":
        _take_out_of_line(world, env)
    if not function.waiting.pop(request, ""):
        _let_in(world, function, request)
    env.request, env.began = request, world.now
    waiting = world.requests[request]
    waiting.environment = env.id
    waiting.attempt += 1


def _place_in_line(world: World, env: Environment) -> tuple[int, str]:
    """Say where a frozen environment stands among the others: by last use or by age."""
    by_use = world.assignment in ("mru", "lru")
    return (env.entry if by_use else env.number, env.id)


def _take_out_of_line(world: World, env: Environment) -> None:
    """Remove a frozen environment from those that can be taken."""
    idle = world.functions[env.function].idle
    del idle[bisect_left(idle, _place_in_line(world, env))]
