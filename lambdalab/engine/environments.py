"""Facts of execution environments: what happens between their first Init and their Shutdown.

`line` is the line of the learner's source that the code had reached.
"""

from __future__ import annotations

from bisect import insort

from .occupancy import (
    PROVISIONED,
    SNAP_START,
    answer,
    create,
    enter,
    let_go,
    line_of,
    occupy,
    place_in_line,
    take_out_of_line,
)
from .world import LATEST, Kept, World, fact


@fact
class InitStarted:
    """An environment is built and, once that is done, runs its Init (platform.initStart)."""

    environment: str
    function: str
    request: str  # the request that waits for it, or ""
    phase: str  # init, or invoke when it is repeated inside an invocation
    deadline: int  # us
    version: str = LATEST
    initialization_type: str = "on-demand"
    begins: int = 0  # us: until then code is fetched, which no log line shows

    def apply(self, world: World) -> None:
        if self.environment not in world.environments:
            create(world, self, "Init")
        env = world.environments[self.environment]
        if self.phase == "invoke":
            occupy(world, env, self.request)
        enter(env, "Invoke" if self.phase == "invoke" else "Init", world)
        env.since, env.deadline = max(world.now, self.begins), self.deadline


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
class RestoreStarted:
    """A new environment is made from a snapshot, in place of Init (platform.restoreStart)."""

    environment: str
    function: str
    request: str  # the request that waits for it, or ""
    snapshot: str
    deadline: int  # us
    version: str = LATEST
    initialization_type: str = SNAP_START
    begins: int = 0  # us, as for Init

    def apply(self, world: World) -> None:
        env = create(world, self, "Restore")
        env.since, env.deadline = max(world.now, self.begins), self.deadline


@fact
class RestoreCompleted:
    """The environment is as it was when the snapshot was taken (platform.restoreReport)."""

    environment: str
    duration: int  # us
    billed: int  # us of them

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.initialized, env.entry = True, world.seq


@fact
class RestoreFailed:
    """The snapshot could not be loaded in time, so the request that waited for it fails."""

    environment: str
    request: str  # or ""
    duration: int  # us
    error_type: str

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.entry = world.seq
        if self.request:
            world.versions[env.version].waiting.pop(self.request)
            let_go(world, world.functions[env.function], self.request)
            world.requests[self.request].throttles += 1


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
            occupy(world, env, self.request)
        enter(env, "Invoke", world)
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
        world.reach(self.environment, self.line)


@fact
class CodeComputed:
    """The code asked for CPU: it takes longer the less memory the function has."""

    environment: str
    request: str  # the request it works on, or "" in Init
    until: int  # us
    line: int = 0

    def apply(self, world: World) -> None:
        world.reach(self.environment, self.line)


@fact
class OutputWritten:
    """The code wrote to the log."""

    environment: str
    request: str  # the request it works on, or "" in Init
    text: str
    line: int = 0

    def apply(self, world: World) -> None:
        world.reach(self.environment, self.line)


@fact
class ResponsePosted:
    """The handler is done (platform.runtimeDone), but extensions go on working."""

    request: str
    environment: str
    status: str  # success, error
    error_type: str  # or ""
    payload: str
    line: int = 0

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        env.posted, env.entry, env.line = True, world.seq, self.line
        function = world.functions[env.function]
        function.in_flight[env.id] = function.in_flight.pop(self.request)
        if self.request in world.unreserved_in_flight:
            world.unreserved_in_flight[env.id] = world.unreserved_in_flight.pop(self.request)
        answer(world.requests[self.request], self)


@fact
class InvocationCompleted:
    """The work on a request is over, well or badly, and that of extensions too."""

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
        if env.initialization_type == PROVISIONED:
            function.on_provisioned -= 1
            if scaling := world.versions[env.version].scaling:
                scaling.work(world.now, -1)
        let_go(world, function, env.holds)
        if not env.posted:
            answer(world.requests[self.request], self)
        env.request, env.posted, env.entry, env.line = "", False, world.seq, self.line


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
class StateKept:
    """What an environment keeps besides what Init made has changed."""

    environment: str
    kept: Kept

    def apply(self, world: World) -> None:
        world.environments[self.environment].kept = self.kept


@fact
class EnvironmentFrozen:
    """The environment stands still but keeps its memory and its /tmp."""

    environment: str

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        enter(env, "Frozen", world)
        insort(line_of(world, env), place_in_line(world, env))


@fact
class ShutdownStarted:
    """The extensions of an environment are told that it ends, and have some time left."""

    environment: str
    reason: str
    until: int  # us

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        if env.phase == "Frozen":
            take_out_of_line(world, env)
        enter(env, "Shutdown", world)


@fact
class EnvironmentShutDown:
    """The environment is gone, with its memory and its /tmp."""

    environment: str
    reason: str  # SPINDOWN, UPDATE, MAINTENANCE, FAILURE

    def apply(self, world: World) -> None:
        env = world.environments[self.environment]
        if env.phase == "Frozen":
            take_out_of_line(world, env)
        world.versions[env.version].provisioned_serving -= env.serves
        del world.environments[self.environment]
        world.outside.forget(self.environment)
