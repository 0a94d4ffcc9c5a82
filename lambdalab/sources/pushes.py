"""SNS topics, S3 buckets, EventBridge buses and schedules: they push events to functions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from ..engine.rules import BUS_DEAD_LETTER, BUS_POLICY, SCHEDULE, SNS_CLIENT_ERROR, SNS_FIFO, Rule
from ..mistakes import LabError
from ..stack import Alias, Function, Published, Resource
from .filters import pattern_text

Callee = Function | Published | Alias

POLICY = {name: most for name, (_, most) in BUS_POLICY.value.items()}  # as a rule has it at first


@dataclass(frozen=True, eq=False, repr=False)
class Topic(Resource):
    """An SNS topic; each wire is a subscription."""

    kind: ClassVar[str] = "topic"

    def check_wire(self, function: Callee, settings: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Check the settings of a subscription: `dead_letter`."""
        if self.name.endswith(".fifo"):
            raise LabError(
                f"the FIFO topic {self.name!r} cannot feed a function.",
                "a standard topic",
                f"lab.topic({self.name.removesuffix('.fifo')!r}).to(fn)",
                SNS_FIFO,
            )
        return _settings(self.kind, {"dead_letter": None}, settings, SNS_CLIENT_ERROR)


@dataclass(frozen=True, eq=False, repr=False)
class Bus(Resource):
    """An EventBridge bus; each wire is a rule with one target."""

    kind: ClassVar[str] = "bus"

    def check_wire(self, function: Callee, settings: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Check the settings of a rule: `pattern` and its retry policy."""
        usual = {"pattern": None, "dead_letter": None, **POLICY}
        checked = _settings(self.kind, usual, settings, BUS_DEAD_LETTER)
        if checked["pattern"] is not None:
            checked["pattern"] = pattern_text("pattern", checked["pattern"])
        return checked


@dataclass(frozen=True, eq=False, repr=False)
class Schedule(Resource):
    """A scheduled EventBridge rule; each wire is a target."""

    every: float = SCHEDULE.value  # seconds
    cron: bool = False  # it fires at full hours and even parts of them, whenever it was made

    kind: ClassVar[str] = "schedule"

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        minute, every = SCHEDULE.value, self.every
        if isinstance(every, bool) or not isinstance(every, int | float) or every < minute:
            shown = f"every={every!r} is too often, or no number."
        elif every % minute:
            shown = f"every={every!r} is not a whole number of minutes."
        else:
            return
        raise LabError(shown, "whole minutes, in seconds", f"every={minute}", SCHEDULE)

    def check_wire(self, function: Callee, settings: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Check the settings of a target: its retry policy."""
        return _settings(self.kind, {"dead_letter": None, **POLICY}, settings, BUS_DEAD_LETTER)


@dataclass(frozen=True, eq=False, repr=False)
class Bucket(Resource):
    """An S3 bucket; each wire is a notification."""

    kind: ClassVar[str] = "bucket"

    def check_wire(self, function: Callee, settings: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Check the settings of a notification: `prefix`, `suffix` and `events`."""
        usual = {"prefix": "", "suffix": "", "events": ("s3:ObjectCreated:*",)}
        checked = _settings(self.kind, usual, settings)
        events = checked["events"]
        checked["events"] = (events,) if isinstance(events, str) else tuple(events)
        for event in checked["events"]:
            if event not in EVENTS:
                raise LabError(
                    f"events={event!r} is not known.",
                    ", ".join(EVENTS),
                    'events=("s3:ObjectCreated:*",)',
                )
        for name in ("prefix", "suffix"):
            if not isinstance(checked[name], str):
                raise LabError(f"{name}={checked[name]!r} is no text.", "a text", f'{name}="in/"')
        for wire in self.wires:
            if _overlap(wire.settings, checked):
                raise LabError(
                    f"two notifications of {self.name!r} want the same objects.",
                    "prefixes, suffixes or events that exclude each other; one of a bucket's "
                    "notifications at most takes an event",
                    "a topic behind the bucket's notification for more than one function",
                )
        return checked


CREATED = tuple(
    f"ObjectCreated:{how}" for how in ("Put", "Post", "Copy", "CompleteMultipartUpload")
)
REMOVED = tuple(f"ObjectRemoved:{how}" for how in ("Delete", "DeleteMarkerCreated"))
EVENTS = (
    "s3:ObjectCreated:*",
    "s3:ObjectRemoved:*",
    *(f"s3:{event}" for event in (*CREATED, *REMOVED)),
)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether an object could be wanted by two notifications."""
    prefixes = one["prefix"], other["prefix"]
    suffixes = one["suffix"], other["suffix"]
    return (
        any(a.startswith(b) for a, b in (prefixes, prefixes[::-1]))
        and any(a.endswith(b) for a, b in (suffixes, suffixes[::-1]))
        and any(
            a.rstrip("*").startswith(b.rstrip("*")) or b.rstrip("*").startswith(a.rstrip("*"))
            for a in one["events"]
            for b in other["events"]
        )
    )


def _settings(
    kind: str, usual: dict[str, Any], given: dict[str, Any], rule: Rule | None = None
) -> dict[str, Any]:
    """Complete the settings of a wire, or refuse them; `rule` is that of the dead-letter queue."""
    for name, value in given.items():
        if name not in usual:
            raise LabError(
                f"a wire of a {kind} has no setting {name!r}.",
                ", ".join(usual),
                f"{kind}.to(fn)",
            )
        if name in BUS_POLICY.value:
            low, high = BUS_POLICY.value[name]
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise LabError(
                    f"{name}={value!r} is not allowed.",
                    f"{low:,} to {high:,}, whole",
                    f"{name}={high}",
                    BUS_POLICY,
                )
        if name == "dead_letter" and value is not None:
            target = value if isinstance(value, str) else getattr(value, "name", "")
            known = isinstance(value, str) or getattr(value, "kind", "") == "queue"
            if not known or target.endswith(".fifo"):
                raise LabError(
                    f"dead_letter={value!r} cannot be written to.",
                    "a standard queue, or its name",
                    'dead_letter="failed"',
                    rule,
                )
    return usual | given


# What a learner writes --------------------------------------------------------------------------


def topic(first: str | Callee = "topic", *, name: str | None = None, fifo: bool = False) -> Topic:
    """Name an SNS topic.

    Parameters
    ----------
    first : str or Function
        Its name; or a function that subscribes to it, and then `name` is its name.
    fifo : bool
        A FIFO topic, which cannot feed functions.

    Notes
    -----
    `topic.to(fn, dead_letter=None)` subscribes a function. Messages that Lambda's API does not take
    go to the subscription's dead-letter queue; function errors are not seen here. What you send is
    the body of the message: a text as it is, anything else as JSON.

    Examples
    --------
    >>> topic("news")
    topic('news')
    """
    function, name = _first(first, name, "topic")
    made = Topic(f"{name}.fifo" if fifo and not name.endswith(".fifo") else name)
    return made.to(function) if function else made


def bus(first: str | Callee = "bus", *, name: str | None = None) -> Bus:
    """Name an EventBridge bus.

    Parameters
    ----------
    first : str or Function
        Its name; or the function of a rule that wants every event, and then `name` is its name.

    Notes
    -----
    `bus.to(fn, pattern=None, dead_letter=None, maximum_retry_attempts=185,
    maximum_event_age=86400)` adds a rule. A pattern looks at the whole event. What you send is the
    detail, a dict, or a `lab.bus_event(...)`.
    """
    function, name = _first(first, name, "bus")
    return Bus(name).to(function) if function else Bus(name)


def bucket(first: str | Callee = "bucket", *, name: str | None = None) -> Bucket:
    """Name an S3 bucket.

    Parameters
    ----------
    first : str or Function
        Its name; or the function that is told of each new object, and then `name` is its name.

    Notes
    -----
    `bucket.to(fn, prefix="", suffix="", events=("s3:ObjectCreated:*",))` adds a notification. What
    you send is the key of an object, or a `lab.object(...)`.
    """
    function, name = _first(first, name, "bucket")
    return Bucket(name).to(function) if function else Bucket(name)


def schedule(
    first: float | Callee | None = None,
    every: float | Callee | None = None,
    *,
    name: str = "schedule",
) -> Schedule:
    """Make a schedule, a scheduled EventBridge rule.

    Parameters
    ----------
    first : float or Function
        Seconds from one time to the next, whole minutes; or a function, and then `every` is needed.
    every : float, optional
        The same seconds, by name or after the function.
    name : str
        Its name.

    Notes
    -----
    It fires when the run begins and then regularly, so a run of it needs `until` and takes no `at`.
    `schedule.to(fn, dead_letter=None, maximum_retry_attempts=185, maximum_event_age=86400)` adds a
    target.

    Examples
    --------
    >>> schedule(300).every
    300
    """
    if isinstance(every, Function | Published | Alias):  # schedule(60, fn)
        first, every = every, first
    function = first if isinstance(first, Function | Published | Alias) else None
    seconds: Any = every if every is not None or function else first
    made = Schedule(_first(function, name, "schedule")[1], every=seconds)
    return made.to(function) if function else made


def _first(first: Any, name: str | None, default: str) -> tuple[Callee | None, str]:
    """Tell a name from a function that is to be fed."""
    function, named = (None, first) if isinstance(first, str) else (first, default)
    name = named if name is None else name
    if not isinstance(name, str) or not name:
        raise LabError(f"name={name!r} is no name.", "a text", 'lab.topic("news")')
    return function, name


# Payloads where a plain value is not enough -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Object:
    """An object of a bucket that is written or removed."""

    key: str
    size: int = 1024  # bytes
    event: str = "ObjectCreated:Put"


def object(key: str, size: int = 1024, event: str = "ObjectCreated:Put") -> Object:
    """Describe an object that is written to a bucket, or removed from it.

    Parameters
    ----------
    key : str
        Its name in the bucket.
    size : int
        Bytes.
    event : str
        How: "ObjectCreated:Put", "ObjectRemoved:Delete", ...
    """
    if event not in (*CREATED, *REMOVED):
        allowed = ", ".join((*CREATED, *REMOVED))
        raise LabError(f"event={event!r} is not known.", allowed, 'event="ObjectCreated:Put"')
    if not isinstance(key, str) or not key:
        raise LabError(f"key={key!r} is no key.", "a text", 'lab.object("cat.jpg")')
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise LabError(f"size={size!r} is no size.", "bytes, 0 or more, whole", "size=1024")
    return Object(key, size, event)


@dataclass(frozen=True, slots=True)
class BusEvent:
    """An event for a bus: what happened, and who says so."""

    detail: str  # JSON
    source: str = "lab"
    detail_type: str = "Lab Event"
    resources: tuple[str, ...] = ()


def bus_event(
    detail: dict[str, Any],
    source: str = "lab",
    detail_type: str = "Lab Event",
    resources: tuple[str, ...] = (),
) -> BusEvent:
    """Describe an event that is put onto a bus.

    Parameters
    ----------
    detail : dict
        What happened; JSON can hold it.
    source, detail_type : str
        Who says so, and what kind of event it is.
    resources : tuple of str
        ARNs of what it is about.
    """
    try:
        text = json.dumps(detail, allow_nan=False) if isinstance(detail, dict) else ""
    except (TypeError, ValueError):
        text = ""
    if not text:
        raise LabError(f"detail={detail!r} is no JSON object.", "a dict", 'bus_event({"order": 7})')
    return BusEvent(text, source, detail_type, tuple(resources))
