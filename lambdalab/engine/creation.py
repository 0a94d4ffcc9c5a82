"""How a new environment comes into being: by Init, or from a snapshot that was taken before.

With SnapStart, Init runs once, when a version is published. An environment is then restored from
that snapshot: its module's code runs again with the very same random draws and at the same time
of day, which leaves the same memory behind.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from . import rules
from .errors import restore_timed_out
from .execution import own_init, run_init
from .facts import CodeWaited, InitStarted, RestoreStarted, SnapshotCompleted
from .kernel import ENDS, Sim, task
from .occupancy import SNAP_START
from .places import place_of
from .rules import Rule
from .steps import Answer, Call, Compute, Place, Process, Raise, Ready, Wait, Write
from .world import FAILED, Environment, Version

FOLLOWS = (rules.SNAPSHOT_UNIQUE,)

# A new environment ------------------------------------------------------------------------------


def create(
    sim: Sim, version: Version, request: str, because: int, given: tuple[int, ...], rule: Rule
) -> tuple[str, int]:
    """Let a new environment be built, for a request or, with "", ahead of any."""
    environment = sim.new_id("env")
    wait = prelude(sim, version, environment)
    how: tuple[type[InitStarted | RestoreStarted], str, Rule, str]
    how = (InitStarted, "init", rules.INIT_TIMEOUT, "on-demand")
    if version.snapshot not in ("", FAILED):
        how = (RestoreStarted, version.snapshot, rules.RESTORE_LIMIT, SNAP_START)
    kind, what, limit, initialization_type = how
    fact = kind(
        environment,
        version.function,
        request,
        what,
        sim.now + wait + limit.value,
        version.version,
        initialization_type,
        sim.now + wait if wait else 0,
    )
    return environment, sim.emit(fact, rule, because, given)


def begin_work(sim: Sim, environment: str, because: int) -> None:
    """Run the Init or Restore of a new environment, as soon as its code is there."""
    env = sim.world.environments[environment]
    if env.since > sim.now:
        waited = sim.emit(CodeWaited(env.id, "", env.since), rules.PRELUDE, because)
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
        took = sim.length(rules.RESTORE_TIME, f"{env.id}:restore")
        restored = EndRestore(env.id, took > rules.RESTORE_LIMIT.value)
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
    if sim.value(rules.PRELUDE) != "measured":
        return sim.length(rules.PRELUDE, f"{environment}:prelude")
    vpc = rules.VPC_TIME.value if version.setup.vpc else 0
    return int(rules.PRELUDE_MEASURED.value[version.setup.package_type]) + vpc


# Init ahead of a run ----------------------------------------------------------------------------


class Ahead(NamedTuple):
    """An Init that has run before the start: what is left of it."""

    process: Process
    duration: int  # us
    written: tuple[Write, ...]
    status: str  # success, error or timeout
    error: str  # or ""
    line: int
    rule: Rule


def run_ahead(sim: Sim, version: Version, place: Place) -> Ahead:
    """Run an Init at once, at a time of day well before the start."""
    clock, spent, written = place.now, 0, list[Write]()
    place.now = lambda: spent - rules.INIT_TIMEOUT_AHEAD.value
    process = sim.codes[version.id].boot(place)
    step = process.init()
    while isinstance(step, Wait | Compute | Write | Call):
        if isinstance(step, Write):
            written.append(step)
        elif isinstance(step, Call):
            if answer := _answer_ahead(sim, place, step):
                process.take(step, answer)
        else:
            spent += step.us
        step = process.resume()
    place.now = clock
    error = rules.EXTENSION_CRASH.value["init"] if version.setup.crashes("init") else ""
    if not error and not isinstance(step, Ready):
        error = step.error_type if isinstance(step, Raise) else rules.EXITED.value
    spent += version.setup.longest("init") + own_init(sim, version, place.environment)
    status, rule = "error" if error else "success", rules.READY_AT_START
    limit = max(rules.INIT_TIMEOUT_AHEAD.value, version.timeout)
    if spent > limit:
        status, error, rule = "timeout", rules.TIMEOUT_SHAPE.value, rules.INIT_TIMEOUT_AHEAD
    return Ahead(process, min(spent, limit), tuple(written), status, error, step.line, rule)


def _answer_ahead(sim: Sim, place: Place, asked: Call) -> Answer | None:
    """Answer what an Init asks ahead of the run; what takes time is never answered."""
    if place.initialization_type != SNAP_START:
        env = sim.world.environments[place.environment]
        return sim.services[asked.service](sim, env, asked, sim.world.seq)
    # What a snapshot has open is closed before anybody is made from it.
    return None if asked.service == "lambda" else Answer(0, '"in the snapshot"')


@task
class TakeSnapshot:
    """Run the Init of a published version and keep what it leaves in memory."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    version: str  # its id

    def __call__(self, sim: Sim, cause: int | None) -> None:
        version = sim.world.versions[self.version]
        snapshot = sim.new_id("snap")
        env = Environment(snapshot, 0, version.function, version.id, SNAP_START, 0, 0, "Init", 0, 0)
        place = place_of(sim, env)
        ahead = run_ahead(sim, version, place)
        ahead.process.kill()
        sim.codes[version.id].close(place)
        fact = SnapshotCompleted(
            version.function,
            version.version,
            snapshot,
            ahead.duration,
            ahead.status,
            ahead.error,
            "".join(step.text for step in ahead.written),
        )
        sim.emit(fact, ahead.rule, cause)


def _load(sim: Sim, env: Environment) -> None:
    """Bring the memory of a snapshot back: run the module again, with the same draws."""
    version, own = sim.world.versions[env.version], f"{env.id}:restored"
    place = sim.places[env.id] = place_of(sim, env)
    place.random = lambda stream: sim.random(
        f"{env.id}:{stream}", f"{version.snapshot}:{stream}".replace(env.id, version.snapshot)
    )
    sim.processes[env.id] = run_ahead(sim, version, place).process
    place.random = lambda stream: sim.random(f"{own}:{stream}")
