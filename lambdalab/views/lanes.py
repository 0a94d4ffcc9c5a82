"""What each environment did when, as spans on lanes: what every picture of a run is drawn from.

One pass over the log. `DRAW` is the table to extend: what a kind of fact draws; what sources and
clients have on lanes of their own is in `source_lanes.py`. A lane is asked for
by `drawing.lane(kind, name, group)`, a span on it begun by `drawing.begin(lane, kind, entry)`, with
a kind of `looks.SPANS`. Lanes of one group stand together. Those beyond the twelfth are folded, for
each group and kind into one lane that shows how many of them are at work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from ..engine import facts
from ..engine.kernel import Entry, Log
from ..engine.units import base_id
from .axis import Axis, axis, duration_text
from .invocations import Invocation, invocations
from .looks import AGAIN, CPU, DEAD, HELD, IDLE, INIT, INVOKE, PRELUDE, RESTORE, RUNS, WAIT
from .source_lanes import DRAW as SOURCES
from .source_lanes import Sources

MOST_LANES = 12
OPEN = -1  # the end of a span that goes on after the last entry
TO_SCALE = 60  # a loan that is so many times as long as all work is cut like any other rest
NO_LANE = -1

PHASES = ("Init", "Invoke", "Frozen", "Shutdown", "Restore")


LANES = ("client", "shard", "poller", "environment", "message")  # in a group, from top to bottom


@dataclass(slots=True)
class Lane:
    """One environment or another thing, or all those that are not drawn on their own."""

    name: str
    function: str  # its group: the function, or the source that it belongs to
    folded: int = 0  # how many share it
    kind: str = "environment"
    order: int = 0  # among those of its kind


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
    until: int = OPEN  # us: of a loan, when it would be over
    left: float = 0.0  # of a loan, the share that is left at its end


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
    kind: str  # one of looks.SIGNS; or timeout, reset, shutdown, which are not drawn


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
    # of each lane that is folded: from when on how many are at work
    busy: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    lane_of: dict[str, int] = field(default_factory=dict)  # whoever has one -> its lane
    environments: dict[str, str] = field(default_factory=dict)  # each one's function
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
        if show := SOURCES.get(type(entry.fact)):
            show(drawing.sources, entry)
    made = drawing.chart
    _settle_spans(made, log[-1].at if len(log) else 0)
    made.arrivals = _arrivals(log, drawing)
    _fold(made, drawing)
    made.working, made.settled = _working(log, drawing)
    share_axis([made], [log])
    return made


def _settle_spans(made: Chart, last: int) -> None:
    """Leave out what took no time, and say how much of each loan is left at its end."""
    made.spans = [s for s in made.spans if s.start != s.end or s.kind not in (HELD, RUNS)]
    for span in made.spans:
        if span.until > span.start:
            end = last if span.end == OPEN else span.end
            span.left = max(span.until - end, 0) / (span.until - span.start)


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
        self.working: list[tuple[int, int, int]] = []  # lane, from, to
        self.lent: list[tuple[int, int, int]] = []  # lane, from, to: a message was on loan
        self.sources = Sources(self)

    def environment(self, name: str) -> _Environment:
        return self.environments[name]

    def lane(self, kind: str, name: str, group: str, thing: str = "", order: int = 0) -> int:
        """Find the lane of a thing, or make one; its final place is found in the end."""
        thing = thing or name
        if thing not in self.chart.lane_of:
            self.chart.lane_of[thing] = len(self.chart.lanes)
            self.chart.lanes.append(Lane(name, group, kind=kind, order=order))
        return self.chart.lane_of[thing]

    def mark(self, lane: int, kind: str, entry: Entry) -> None:
        """Mark what happens in this moment."""
        self.chart.marks.append(Mark(lane, entry.at, entry.seq, kind))

    def bracket(self, lane: int, start: int, entry: Entry, label: str) -> None:
        """Draw a limit that was reached in this moment."""
        self.chart.brackets.append(Bracket(lane, start, entry.at, entry.seq, label))

    def begin(self, lane: int, kind: str, entry: Entry, label: str = "") -> Span:
        """Begin a span; whoever ends it sets its `end`."""
        span = Span(lane, kind, entry.at, OPEN, entry.seq, label)
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
            self.worked(env.lane, env.init.start, at)
            env.init = None

    def worked(self, lane: int, start: int, end: int) -> None:
        """Note that whoever has a lane was at work."""
        self.working.append((lane, start, end))


def _init_started(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    if fact.phase == "init" and fact.environment in drawing.environments:
        env = drawing.environment(fact.environment)  # a provisioned one gets ready again
        drawing.end_rest(env, entry.at)
        env.init = drawing.begin(env.lane, INIT, entry, "Init")
        drawing.phase(fact.environment, "Init", entry)
    elif fact.phase == "init":
        lane = drawing.lane("environment", fact.environment, fact.function)
        drawing.chart.environments[fact.environment] = fact.function
        env = drawing.environments[fact.environment] = _Environment(lane, entry.at)
        env.init = drawing.begin(env.lane, INIT, entry, "Init")
        drawing.phase(fact.environment, "Init", entry)
    else:
        env = drawing.environment(fact.environment)
        _begin_invocation(drawing, env, entry)
        env.init = drawing.begin(env.lane, AGAIN, entry, "Init")
    env.limit = fact.deadline - max(entry.at, fact.begins)
    _draw_prelude(drawing, env, entry)


def _draw_prelude(drawing: _Drawing, env: _Environment, entry: Entry) -> None:
    fact: Any = entry.fact
    if env.init and fact.begins > entry.at:
        drawing.begin(env.lane, PRELUDE, entry).end = env.init.start = fact.begins


def _restore_started(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    lane = drawing.lane("environment", fact.environment, fact.function)
    drawing.chart.environments[fact.environment] = fact.function
    env = drawing.environments[fact.environment] = _Environment(lane, entry.at)
    env.init = drawing.begin(env.lane, RESTORE, entry, "Restore")
    env.limit = fact.deadline - max(entry.at, fact.begins)
    _draw_prelude(drawing, env, entry)
    drawing.phase(fact.environment, "Restore", entry)


def _restore_failed(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    if env.init:
        _bracket(drawing, env, env.init.start, entry, "Restore limit")
    drawing.end_init(env, entry.at, "timeout")


def _init_ended(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env, status = drawing.environment(fact.environment), getattr(fact, "status", "success")
    if status == "timeout" and env.init and env.init.kind == INIT:
        _bracket(drawing, env, env.init.start, entry, "Init limit")
    elif status != "success":
        drawing.mark(env.lane, status, entry)
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
    env.invocation = drawing.begin(env.lane, INVOKE, entry, fact.request)
    drawing.phase(fact.environment, "Invoke", entry)


SPENDS = (
    facts.CodeWaited,
    facts.CodeComputed,
    facts.CallMade,
    facts.ServiceCalled,
    facts.ResponsePosted,
)


def _code_goes_on(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    drawing.end_step(env, entry.at)
    spends = isinstance(fact, SPENDS)
    if env.invocation and not env.init and spends:
        kind = CPU if isinstance(fact, facts.CodeComputed) else WAIT
        env.step = drawing.begin(env.lane, kind, entry)


def _invocation_completed(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    drawing.end_step(env, entry.at)
    if env.invocation:
        env.invocation.end, env.invocation.status = entry.at, fact.status
        drawing.worked(env.lane, env.invocation.start, entry.at)
        if fact.status == "timeout":
            _bracket(drawing, env, env.invocation.start, entry, "timeout")
        elif fact.status != "success":
            drawing.mark(env.lane, "error", entry)
    env.invocation = None


def _bracket(drawing: _Drawing, env: _Environment, start: int, entry: Entry, what: str) -> None:
    drawing.bracket(env.lane, start, entry, f"{what} {duration_text(env.limit)}")


def _reset(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    drawing.mark(env.lane, "reset", entry)


def _frozen(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    env.rest = drawing.begin(env.lane, IDLE, entry)
    drawing.phase(fact.environment, "Frozen", entry)


def _shut_down(drawing: _Drawing, entry: Entry) -> None:
    fact: Any = entry.fact
    env = drawing.environment(fact.environment)
    if env.rest and env.rest.kind == DEAD:
        return  # its extensions were told so before
    drawing.end_rest(env, entry.at)
    env.rest = drawing.begin(env.lane, DEAD, entry)
    drawing.mark(env.lane, "shutdown", entry)
    drawing.phase(fact.environment, "Shutdown", entry)


DRAW: dict[type, Callable[[_Drawing, Entry], None]] = {
    facts.InitStarted: _init_started,
    facts.InitCompleted: _init_ended,
    facts.InitFailed: _init_ended,
    facts.RestoreStarted: _restore_started,
    facts.RestoreCompleted: _init_ended,
    facts.RestoreFailed: _restore_failed,
    facts.InvocationStarted: _invocation_started,
    facts.CodeWaited: _code_goes_on,
    facts.CodeComputed: _code_goes_on,
    facts.OutputWritten: _code_goes_on,
    facts.CallMade: _code_goes_on,
    facts.ServiceCalled: _code_goes_on,
    facts.EffectMade: _code_goes_on,
    facts.ConnectionOpened: _code_goes_on,
    facts.ConnectionRefused: _code_goes_on,
    facts.ConnectionUsed: _code_goes_on,
    facts.ResponsePosted: _code_goes_on,
    facts.InvocationCompleted: _invocation_completed,
    facts.EnvironmentReset: _reset,
    facts.EnvironmentFrozen: _frozen,
    facts.ShutdownStarted: _shut_down,
    facts.EnvironmentShutDown: _shut_down,
}


ENDS = (facts.ShutdownStarted, facts.EnvironmentShutDown)
BEGINNINGS = (facts.InitStarted, facts.RestoreStarted)

# The whole run ----------------------------------------------------------------------------------


def _arrivals(log: Log, drawing: _Drawing) -> list[Arrival]:
    """Say of every request when it came and which lane takes it."""
    served = {x.request: x for x in reversed(invocations(log))}  # the first try of each
    waiting: dict[str, str] = {}  # request -> the environment whose Init was begun for it
    found: dict[str, Arrival] = {}
    for seq, at, fact, *_ in log:
        if isinstance(fact, facts.RequestReceived):
            found[fact.request] = _arrival(drawing, served.get(fact.request), fact, seq, at)
        elif isinstance(fact, BEGINNINGS) and fact.request and fact.request not in served:
            waiting.setdefault(fact.request, fact.environment)
        elif isinstance(fact, facts.RequestThrottled) and base_id(fact.request) in served:
            pass  # an event that found room later
        elif isinstance(fact, facts.RequestThrottled | facts.RequestRefused):
            throttled = isinstance(fact, facts.RequestThrottled)
            found[base_id(fact.request)].kind = "throttled" if throttled else "refused"
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
    """Put lanes of one group together, and what is more than twelve onto one lane of the group."""
    order = {name: n for n, name in enumerate(dict.fromkeys(x.function for x in made.lanes))}
    groups: dict[tuple[int, int], list[int]] = {}  # function and kind
    for number, lane in enumerate(made.lanes):
        key = order[lane.function], LANES.index(lane.kind)
        groups.setdefault(key, []).append(number)
    groups = {key: groups[key] for key in sorted(groups)}
    for group in groups.values():
        group.sort(key=lambda number: made.lanes[number].order)
    kept = _kept(list(groups.values()))
    place: dict[int, int] = {}
    lanes: list[Lane] = []
    rest = list[int]()  # of groups of which no lane is kept
    for group in groups.values():
        own = [number for number in group if number in kept]
        more = [number for number in group if number not in kept]
        for number in own:
            place[number] = len(lanes)
            lanes.append(made.lanes[number])
        if own and more:
            _share(made, more, place, lanes)
        rest += [] if own else more
    if rest:
        _share(made, rest, place, lanes)
    folded = {number for number in place if number not in kept}
    made.busy = _busy(drawing, {number: place[number] for number in sorted(folded)})
    made.spans = [span for span in made.spans if span.lane not in folded]
    made.brackets = [bracket for bracket in made.brackets if bracket.lane not in folded]
    made.marks = [mark for mark in made.marks if mark.lane not in folded]
    drawn: list[Span | Bracket | Mark | Arrival] = [*made.spans, *made.brackets, *made.marks]
    for thing in [*drawn, *made.arrivals]:
        thing.lane = place.get(thing.lane, NO_LANE)
    made.lane_of = {name: place[number] for name, number in made.lane_of.items()}
    made.lanes = lanes


def _kept(groups: list[list[int]]) -> set[int]:
    """Choose the lanes that are drawn on their own: the first of each group, then the second..."""
    turns = [number for turn in zip_longest(*groups) for number in turn if number is not None]
    kept = set(turns[:MOST_LANES])
    for group in groups:  # one alone takes no more room than a lane that says "1 more"
        more = [number for number in group if number not in kept]
        kept |= set(more) if len(more) == 1 else set()
    return kept


def _share(made: Chart, more: list[int], place: dict[int, int], lanes: list[Lane]) -> None:
    """Give one lane to many."""
    place.update((number, len(lanes)) for number in more)
    names = {made.lanes[number].function for number in more}
    group = names.pop() if len(names) == 1 else ""
    lanes.append(Lane(f"{len(more):,} more", group, len(more), made.lanes[more[0]].kind))


def _busy(drawing: _Drawing, folded: dict[int, int]) -> dict[int, list[tuple[int, int]]]:
    """Count who is at work on each lane that is shared."""
    changes: dict[int, list[tuple[int, int]]] = {lane: [] for lane in folded.values()}
    for number, start, end in [*drawing.working, *drawing.lent]:
        if number in folded and end > start:
            changes[folded[number]] += [(start, 1), (end, -1)]
    for env in drawing.environments.values():
        if env.lane in folded and (span := env.invocation or env.init):
            changes[folded[env.lane]].append((span.start, 1))  # still at work when the run ends
    for number, start in drawing.sources.open():
        if number in folded:
            changes[folded[number]].append((start, 1))
    return {lane: _levels(sorted(some)) for lane, some in changes.items()}


def _levels(changes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    levels: list[tuple[int, int]] = []
    working = 0
    for at, change in changes:
        working += change
        if levels and levels[-1][0] == at:
            levels[-1] = (at, working)
        else:
            levels.append((at, working))
    return levels


def _working(log: Log, drawing: _Drawing) -> tuple[list[tuple[int, int]], int]:
    """Say from when to when some environment was at work, and when all was settled."""
    last = log[-1].at if len(log) else 0
    working = [
        (span.start, last)
        for env in drawing.environments.values()
        if (span := env.invocation or env.init)
    ]
    settled = max(
        (at for _, at, fact, *_ in log if not isinstance(fact, ENDS)),
        default=0,
    )
    working += [(start, end) for _, start, end in drawing.working]
    longest = TO_SCALE * max((end - start for start, end in working), default=0)
    lent = [(start, end) for _, start, end in drawing.lent if end - start <= longest]
    return working + lent, settled
