"""What each environment did when, as spans on lanes: what every picture of a run is drawn from.

One pass over the log. Environments beyond the twelfth share one lane, which shows how many of
them are at work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..engine import facts
from ..engine.kernel import Entry, Log
from .axis import Axis, axis, duration_text
from .invocations import Invocation, invocations

MOST_LANES = 12
OPEN = -1  # the end of a span that goes on after the last entry

INIT, AGAIN, INVOKE, WAIT, CPU, IDLE, DEAD = (
    "init",  # the first Init of an environment
    "again",  # an Init that is repeated inside an invocation
    "invoke",  # a whole invocation, with what is inside it
    "wait",  # of an invocation: the code waits
    "cpu",  # of an invocation: the code computes
    "idle",  # frozen
    "dead",  # shut down
)
KINDS = (INIT, AGAIN, INVOKE, WAIT, CPU, IDLE, DEAD)
PHASES = ("Init", "Invoke", "Frozen", "Shutdown")


@dataclass(slots=True)
class Lane:
    """One environment, or all those that are not drawn on their own."""

    name: str
    function: str
    folded: int = 0  # how many environments share it


@dataclass(slots=True)
class Span:
    """A stretch of time on a lane."""

    lane: int
    kind: str
    start: int  # us
    end: int  # us, or OPEN
    seq: int  # the entry that began it
    label: str = ""
    status: str = ""  # of an invocation or Init that is over: success, error, timeout


@dataclass(slots=True)
class Arrival:
    """A request, and the lane that takes it."""

    at: int  # us
    seq: int
    request: str
    kind: str  # warm, cold, throttled, refused
    lane: int  # or -1 if none takes it
    taken: int  # us: when it meets its lane


@dataclass(slots=True)
class Bracket:
    """A limit that was reached: from the start of what it limits to the moment it bit."""

    lane: int
    start: int
    end: int
    seq: int
    label: str


@dataclass(slots=True)
class Mark:
    """Something that happens in a moment on a lane."""

    lane: int
    at: int
    seq: int
    kind: str  # error, timeout, reset, shutdown


@dataclass(slots=True)
class PhaseChange:
    """An environment enters a phase."""

    environment: str
    phase: str
    at: int
    seq: int


@dataclass(slots=True)
class Chart:
    """A whole run, ready to be drawn."""

    lanes: list[Lane] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    phases: list[PhaseChange] = field(default_factory=list)
    busy: list[tuple[int, int]] = field(default_factory=list)  # of the folded ones: at, how many
    lane_of: dict[str, int] = field(default_factory=dict)  # environment -> its lane
    working: list[tuple[int, int]] = field(default_factory=list)  # from when to when some code ran
    settled: int = 0  # us: from then on nothing but shutdowns happens
    axis: Axis = field(default_factory=lambda: axis([], [], 0))


def chart(log: Log) -> Chart:
    """Read from a log what there is to draw."""
    drawing = _Drawing()
    for entry in log:
        draw = DRAW.get(type(entry.fact))
        if draw:
            draw(drawing, entry)
    made = drawing.chart
    made.arrivals = _arrivals(log, drawing)
    _fold(made, drawing)
    made.working, made.settled = _working(log, drawing)
    share_axis([made], [log])
    return made


def share_axis(charts: Sequence[Chart], logs: Sequence[Log]) -> None:
    """Put several charts onto one time axis."""
    moments = sorted({at for log in logs for _, at, *_ in log})
    working = [span for made in charts for span in made.working]
    shared = axis(moments, working, max(made.settled for made in charts))
    for made in charts:
        made.axis = shared


# One environment at a time ----------------------------------------------------------------------


@dataclass(slots=True)
class _Environment:
    """What is drawn of one environment at the moment."""

    lane: int
    created: int
    init: Span | None = None  # the Init that goes on, first or repeated
    invocation: Span | None = None
    step: Span | None = None  # the code waits or computes
    rest: Span | None = None  # idle or dead
    limit: int = 0  # us: how long the invocation may take


class _Drawing:
    """The chart so far, and every environment's own part of it."""

    def __init__(self) -> None:
        self.chart = Chart()
        self.environments: dict[str, _Environment] = {}
        self.working: list[tuple[int, int]] = []
        self.changes: list[tuple[int, int]] = []  # of the folded ones: at, one more or one less

    def environment(self, name: str) -> _Environment:
        return self.environments[name]

    def begin(self, env: _Environment, kind: str, entry: Entry, label: str = "") -> Span:
        span = Span(env.lane, kind, entry.at, OPEN, entry.seq, label)
        self.chart.spans.append(span)
        return span

    def phase(self, name: str, phase: str, entry: Entry) -> None:
        self.chart.phases.append(PhaseChange(name, phase, entry.at, entry.seq))

    def end_rest(self, env: _Environment, at: int) -> None:
        if env.rest:
            env.rest.end, env.rest = at, None

    def end_step(self, env: _Environment, at: int) -> None:
        if env.step:
            env.step.end, env.step = at, None

    def end_init(self, env: _Environment, at: int, status: str) -> None:
        if env.init:
            env.init.end, env.init.status = at, status
            self.worked(env, env.init.start, at)
            env.init = None

    def worked(self, env: _Environment, start: int, end: int) -> None:
        self.working.append((start, end))
        if env.lane >= MOST_LANES and end > start:
            self.changes += [(start, 1), (end, -1)]


def _init_started(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.phase == "init" and fact.environment in drawing.environments:
        env = drawing.environment(fact.environment)  # a provisioned one gets ready again
        drawing.end_rest(env, entry.at)
        env.init = drawing.begin(env, INIT, entry, "Init")
        drawing.phase(fact.environment, "Init", entry)
    elif fact.phase == "init":
        lane = len(drawing.chart.lanes)
        drawing.chart.lanes.append(Lane(fact.environment, fact.function))
        env = drawing.environments[fact.environment] = _Environment(lane, entry.at)
        env.init = drawing.begin(env, INIT, entry, "Init")
        drawing.phase(fact.environment, "Init", entry)
    else:
        env = drawing.environment(fact.environment)
        _begin_invocation(drawing, env, entry)
        env.init = drawing.begin(env, AGAIN, entry, "Init")
    env.limit = fact.deadline - entry.at


def _init_ended(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env, status = drawing.environment(fact.environment), getattr(fact, "status", "success")
    if status == "timeout" and env.init and env.init.kind == INIT:
        _bracket(drawing, env, env.init.start, entry, "Init limit")
    elif status != "success":
        drawing.chart.marks.append(Mark(env.lane, entry.at, entry.seq, status))
    drawing.end_init(env, entry.at, status)


def _invocation_started(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    if env.invocation is None:  # else Init was repeated in this very invocation
        _begin_invocation(drawing, env, entry)
        env.limit = fact.deadline - entry.at


def _begin_invocation(drawing: _Drawing, env: _Environment, entry: Entry) -> None:
    fact: Any = entry.fact
    drawing.end_rest(env, entry.at)
    env.invocation = drawing.begin(env, INVOKE, entry, fact.request)
    drawing.phase(fact.environment, "Invoke", entry)


def _code_goes_on(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    drawing.end_step(env, entry.at)
    if env.invocation and not env.init and not isinstance(fact, facts.OutputWritten):
        kind = WAIT if isinstance(fact, facts.CodeWaited) else CPU
        env.step = drawing.begin(env, kind, entry)


def _invocation_completed(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    drawing.end_step(env, entry.at)
    if env.invocation:
        env.invocation.end, env.invocation.status = entry.at, fact.status
        drawing.worked(env, env.invocation.start, entry.at)
        if fact.status == "timeout":
            _bracket(drawing, env, env.invocation.start, entry, "timeout")
        elif fact.status != "success":
            drawing.chart.marks.append(Mark(env.lane, entry.at, entry.seq, "error"))
    env.invocation = None


def _bracket(drawing: _Drawing, env: _Environment, start: int, entry: Entry, what: str) -> None:
    label = f"{what} {duration_text(env.limit)}"
    drawing.chart.brackets.append(Bracket(env.lane, start, entry.at, entry.seq, label))


def _reset(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    drawing.chart.marks.append(Mark(env.lane, entry.at, entry.seq, "reset"))


def _frozen(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    env.rest = drawing.begin(env, IDLE, entry)
    drawing.phase(fact.environment, "Frozen", entry)


def _shut_down(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    drawing.end_rest(env, entry.at)
    env.rest = drawing.begin(env, DEAD, entry)
    drawing.chart.marks.append(Mark(env.lane, entry.at, entry.seq, "shutdown"))
    drawing.phase(fact.environment, "Shutdown", entry)


DRAW: dict[type, Callable[[_Drawing, Entry], None]] = {
    facts.InitStarted: _init_started,
    facts.InitCompleted: _init_ended,
    facts.InitFailed: _init_ended,
    facts.InvocationStarted: _invocation_started,
    facts.CodeWaited: _code_goes_on,
    facts.CodeComputed: _code_goes_on,
    facts.OutputWritten: _code_goes_on,
    facts.InvocationCompleted: _invocation_completed,
    facts.EnvironmentReset: _reset,
    facts.EnvironmentFrozen: _frozen,
    facts.EnvironmentShutDown: _shut_down,
}


# The whole run ----------------------------------------------------------------------------------


def _arrivals(log: Log, drawing: _Drawing) -> list[Arrival]:
    """Say of every request when it came and which lane takes it."""
    served = {x.request: x for x in reversed(invocations(log))}  # the first try of each
    waiting: dict[str, str] = {}  # request -> the environment whose Init was begun for it
    found: dict[str, Arrival] = {}
    for seq, at, fact, *_ in log:
        if isinstance(fact, facts.RequestReceived):
            found[fact.request] = _arrival(drawing, served.get(fact.request), fact, seq, at)
        elif isinstance(fact, facts.InitStarted) and fact.request not in served:
            waiting.setdefault(fact.request, fact.environment)
        elif isinstance(fact, facts.RequestThrottled) and fact.request in served:
            pass  # an event that found room later
        elif isinstance(fact, facts.RequestThrottled | facts.RequestRefused):
            throttled = isinstance(fact, facts.RequestThrottled)
            found[fact.request].kind = "throttled" if throttled else "refused"
    for request, name in waiting.items():  # the run ended before they were served
        if request in found:
            found[request].kind, found[request].lane = "cold", drawing.environment(name).lane
    return list(found.values())


def _arrival(
    drawing: _Drawing,
    served: Invocation | None,
    fact: facts.RequestReceived,
    seq: int,
    at: int,
) -> Arrival:
    if served is None:
        return Arrival(at, seq, fact.request, "warm", -1, at)
    env = drawing.environment(served.environment)
    if served.cold:  # it waits where the Init goes on, once that has begun
        return Arrival(at, seq, fact.request, "cold", env.lane, max(at, env.created))
    return Arrival(at, seq, fact.request, "warm", env.lane, served.taken)


def _fold(made: Chart, drawing: _Drawing) -> None:
    """Put all environments beyond the twelfth onto one lane."""
    made.lane_of = {name: min(env.lane, MOST_LANES) for name, env in drawing.environments.items()}
    more = len(made.lanes) - MOST_LANES
    if more <= 0:
        return
    made.lanes = [*made.lanes[:MOST_LANES], Lane(f"{more:,} more", "", folded=more)]
    for env in drawing.environments.values():
        if env.lane >= MOST_LANES and (span := env.invocation or env.init):
            drawing.changes.append((span.start, 1))  # still at work when the run ends
    working = 0
    for at, change in sorted(drawing.changes):
        working += change
        if made.busy and made.busy[-1][0] == at:
            made.busy[-1] = (at, working)
        else:
            made.busy.append((at, working))
    made.spans = [span for span in made.spans if span.lane < MOST_LANES]
    made.brackets = [bracket for bracket in made.brackets if bracket.lane < MOST_LANES]
    made.marks = [mark for mark in made.marks if mark.lane < MOST_LANES]
    for arrival in made.arrivals:
        arrival.lane = min(arrival.lane, MOST_LANES)


def _working(log: Log, drawing: _Drawing) -> tuple[list[tuple[int, int]], int]:
    """Say from when to when some environment was at work, and when all was settled."""
    last = log[-1].at if len(log) else 0
    working = [
        (span.start, last)
        for env in drawing.environments.values()
        if (span := env.invocation or env.init)
    ]
    settled = max(
        (at for _, at, fact, *_ in log if not isinstance(fact, facts.EnvironmentShutDown)),
        default=0,
    )
    return [*drawing.working, *working], settled
