"""How a new environment comes into being: by Init, or from a snapshot that was taken before.

With SnapStart, Init runs once, when a version is published. An environment is then restored from
that snapshot: its module's code runs again with the very same random draws and at the same time
of day, which leaves the same memory behind.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from .errors import restore_timed_out
from .execution import own_init, run_init
from .facts import CodeWaited, InitStarted, RestoreStarted, SnapshotCompleted
from .kernel import ENDS, Sim, task
from .occupancy import SNAP_START
from .places import place_of
from .rules import (
    EXITED,
    EXTENSION_CRASH,
    INIT_TIMEOUT,
    INIT_TIMEOUT_AHEAD,
    PRELUDE,
    PRELUDE_MEASURED,
    READY_AT_START,
    RESTORE_LIMIT,
    RESTORE_TIME,
    SNAPSHOT_UNIQUE,
    VPC_TIME,
    Rule,
)
from .steps import Compute, Place, Process, Raise, Ready, Step, Wait, Write
from .world import FAILED, Environment, Version

FOLLOWS = (SNAPSHOT_UNIQUE,)

# A new environment ------------------------------------------------------------------------------


def create(
    sim: Sim, version: Version, request: str, because: int, given: tuple[int, ...], rule: Rule
) -> tuple[str, int]:
    """Begin a new environment, for a request or, with "", ahead of any."""
    name, environment = version.name, sim.new_id("env")
    wait = prelude(sim, version, environment)
    begins = sim.now + wait if wait else 0
    if version.snapshot not in ("", FAILED):
        deadline = sim.now + wait + RESTORE_LIMIT.value
        restored = RestoreStarted(
            environment, version.function, request, version.snapshot, deadline, name, SNAP_START,
            begins,
        )  # fmt: skip
        started = sim.emit(restored, rule, because, given)
    else:
        deadline = sim.now + wait + INIT_TIMEOUT.value
        fact = InitStarted(
            environment, version.function, request, "init", deadline, name, "on-demand", begins
        )
        started = sim.emit(fact, rule, because, given)
    return environment, started


def begin_work(sim: Sim, environment: str, because: int) -> None:
    """Run the Init or Restore of a new environment, as soon as its code is there."""
    env = sim.world.environments[environment]
    if env.since > sim.now:
        waited = sim.emit(CodeWaited(env.id, "", env.since), PRELUDE, because)
        sim.schedule(env.since, AfterPrelude(env.id), waited)
    else:
        AfterPrelude(env.id)(sim, because)


@task
class AfterPrelude:
    """Run Init, or load the snapshot."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    environment: str

    def __call__(self, sim: Sim, cause: int | None) -> None:
        env = sim.world.environments[self.environment]
        assert cause is not None
        if env.phase == "Init":
            run_init(sim, env, cause)
            return
        _load(sim, env)
        took = sim.length(RESTORE_TIME, f"{env.id}:restore")
        restored = EndRestore(env.id, took > RESTORE_LIMIT.value)
        if took:
            sim.schedule(min(sim.now + took, env.deadline), restored, cause)
        else:
            restored(sim, cause)


@task
class EndRestore:
    """Go on with a restored environment, or give up at the limit."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    environment: str
    late: bool

    def __call__(self, sim: Sim, cause: int | None) -> None:
        assert cause is not None
        env = sim.world.environments[self.environment]
        sim.code_ended(sim, env, restore_timed_out() if self.late else None, cause, 0)


def prelude(sim: Sim, version: Version, environment: str) -> int:
    """Say how long it takes to build an environment and to fetch its code."""
    if sim.value(PRELUDE) != "measured":
        return sim.length(PRELUDE, f"{environment}:prelude")
    vpc = VPC_TIME.value if version.setup.vpc else 0
    return int(PRELUDE_MEASURED.value[version.setup.package_type]) + vpc


# Init ahead of a run ----------------------------------------------------------------------------


class Ahead(NamedTuple):
    """An Init that has run before the start: what is left of it."""

    process: Process
    duration: int  # us
    written: tuple[Write, ...]
    step: Step  # its last one


def run_ahead(sim: Sim, version: Version, place: Place) -> Ahead:
    """Run an Init at once, at a time of day well before the start."""
    clock, duration, written = place.now, 0, list[Write]()
    place.now = lambda: duration - INIT_TIMEOUT_AHEAD.value
    process = sim.codes[version.id].boot(place)
    step = process.init()
    while isinstance(step, Wait | Compute | Write):
        if isinstance(step, Write):
            written.append(step)
        else:
            duration += step.us
        step = process.resume()
    place.now = clock
    return Ahead(process, duration, tuple(written), step)


def start_time(sim: Sim, version: Version, stream: str) -> int:
    """Say how long extensions and the runtime take before the module's own code runs."""
    return version.setup.longest("init") + own_init(sim, version, stream)


def why_not_ready(version: Version, ahead: Ahead) -> str:
    """Name the error that an Init ahead ended with, or "" if it went well."""
    if version.setup.crashes("init"):
        return str(EXTENSION_CRASH.value["init"])
    if isinstance(ahead.step, Raise):
        return ahead.step.error_type
    return "" if isinstance(ahead.step, Ready) else str(EXITED.value)


@task
class TakeSnapshot:
    """Run the Init of a published version and keep what it leaves in memory."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    version: str  # its id

    def __call__(self, sim: Sim, cause: int | None) -> None:
        version = sim.world.versions[self.version]
        snapshot = sim.new_id("snap")
        place = _place(sim, version, snapshot)
        ahead = run_ahead(sim, version, place)
        duration = ahead.duration + start_time(sim, version, snapshot)
        limit = max(INIT_TIMEOUT_AHEAD.value, version.timeout)
        status, error = "success", ""
        if duration > limit:
            status = "timeout"
        elif error := why_not_ready(version, ahead):
            status = "error"
        ahead.process.kill()
        sim.codes[version.id].close(place)
        fact = SnapshotCompleted(
            version.function,
            version.name,
            snapshot,
            min(duration, limit),
            status,
            error,
            "".join(step.text for step in ahead.written),
        )
        sim.emit(fact, INIT_TIMEOUT_AHEAD if status == "timeout" else READY_AT_START, cause)


def _place(sim: Sim, version: Version, name: str) -> Place:
    """Furnish the environment that a snapshot is taken of."""
    return place_of(
        sim, Environment(name, 0, version.function, version.id, SNAP_START, 0, 0, "Init", 0, 0)
    )


def _load(sim: Sim, env: Environment) -> None:
    """Bring the memory of a snapshot back: run the module again, with the same draws."""
    version, own = sim.world.versions[env.version], f"{env.id}:restored"
    place = sim.places[env.id] = place_of(sim, env)
    place.random = lambda stream: sim.random(
        f"{env.id}:{stream}", f"{version.snapshot}:{stream}".replace(env.id, version.snapshot)
    )
    sim.processes[env.id] = run_ahead(sim, version, place).process
    place.random = lambda stream: sim.random(f"{own}:{stream}")
