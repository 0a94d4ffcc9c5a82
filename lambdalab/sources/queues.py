"""SQS queues, what is sent to them, and the event source mappings that read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from ..engine.queues import Letter
from ..engine.rules import (
    BAD_JSON,
    SQS_BATCH,
    SQS_DELAY,
    SQS_FILTER_BODY,
    SQS_HIDES,
    SQS_MAXCONC,
    SQS_NO_DESTINATIONS,
    SQS_ONE_PER_GROUP,
    SQS_POLLERS,
    SQS_REDRIVE,
    SQS_RETENTION,
    SQS_VALIDATION,
    SQS_WINDOW,
    SQS_WINDOW_REQUIRED,
    Rule,
)
from ..engine.units import us
from ..mistakes import LabError
from ..stack import Alias, Function, Published, Resource
from .filters import filter_texts

Check = Callable[[str, Any], None]
FIFO = ".fifo"


@dataclass(frozen=True, eq=False, repr=False)
class Queue(Resource):
    """An SQS queue."""

    fifo: bool = False
    visibility_timeout: float = 30
    max_receive_count: int | None = None
    dead_letter: Queue | None = None
    message_retention: float = 345_600
    delay: float = 0

    kind: ClassVar[str] = "queue"

    def with_(self, **changes: Any) -> Self:
        """Make a copy with some settings changed; the copy keeps the name."""
        name = queue(changes.pop("name", self.name), fifo=self.fifo).name
        copy = super().with_(**_checked(self.name, self.fifo, changes, self), name=name)
        for wire in copy.wires:
            _check_timeout(copy, wire.function)
        return copy

    def check_wire(
        self, function: Function | Published | Alias, settings: dict[str, Any]
    ) -> dict[str, Any]:
        """Check the settings of a mapping that reads the queue."""
        _check_timeout(self, function)
        return check_mapping(self.fifo, {}, settings)


def queue(name: str = "queue", *, fifo: bool = False, **settings: Any) -> Queue:
    """Make an SQS queue; `.to(fn, ...)` lets a function read it.

    Parameters
    ----------
    name : str
        Its name; that of a FIFO queue ends with .fifo, which is added if need be.
    fifo : bool
        Whether order holds in each message group. A message without a deduplication id is
        recognised by its body, in each group for itself.
    **settings
        `visibility_timeout` in seconds (30), `max_receive_count` (no limit), `dead_letter`, a
        queue or its name (NAME-dlq if there is a limit), `message_retention` in seconds (345,600),
        `delay` in seconds (0). A dead-letter queue without a limit means a limit of 10.

    Raises
    ------
    LabError
        If SQS would refuse the settings.

    Examples
    --------
    >>> queue("orders", visibility_timeout=180, max_receive_count=5).dead_letter
    queue('orders-dlq')
    """
    if not isinstance(name, str) or not name.strip() or isinstance(fifo, bool) is False:
        raise LabError(
            f"{name!r} cannot be the name of a queue.",
            "a text; a function is fed with .to(fn)",
            'lab.queue("orders").to(fn)',
        )
    fifo = fifo or name.endswith(FIFO)
    full = f"{name.removesuffix(FIFO)}{FIFO}" if fifo else name
    checked = _checked(full, fifo, settings, None)
    return Queue(full, chosen=tuple(settings), fifo=fifo, **checked)


def _checked(
    name: str, fifo: bool, settings: dict[str, Any], before: Queue | None
) -> dict[str, Any]:
    """Refuse what SQS would refuse, and complete the redrive policy."""
    for setting, value in settings.items():
        if setting not in QUEUE_CHECKS:
            raise LabError(
                f"a queue has no setting {setting!r}.",
                ", ".join(QUEUE_CHECKS),
                'lab.queue("orders", visibility_timeout=180)',
            )
        QUEUE_CHECKS[setting](setting, value)
    done = dict(settings)
    count = settings.get("max_receive_count", before and before.max_receive_count)
    target = settings.get("dead_letter", before and before.dead_letter)
    if target is None and count is not None:
        target = f"{name.removesuffix(FIFO)}-dlq"
    if isinstance(target, str):
        target = queue(target, fifo=fifo)
    if target is not None:
        if target.fifo != fifo:
            raise LabError(
                f"{target!r} cannot be the dead-letter queue of {name!r}.",
                "a FIFO queue for a FIFO queue, a standard queue for a standard queue",
                f'dead_letter="{name.removesuffix(FIFO)}-dlq"',
                SQS_REDRIVE,
            )
        done["dead_letter"] = target
        done["max_receive_count"] = SQS_REDRIVE.value if count is None else count
    return done


def _check_timeout(source: Queue, function: Function | Published | Alias) -> None:
    """Refuse a function that may run for longer than its messages are on loan."""
    version = function.version if isinstance(function, Alias) else function
    settings = version.settings if isinstance(version, Published) else version
    if settings.timeout > source.visibility_timeout:
        raise LabError(
            f"{settings!r} may run for {settings.timeout} s, and {source!r} lends its messages "
            f"for {source.visibility_timeout:g} s.",
            "a visibility timeout that is not shorter than the function's timeout",
            f"visibility_timeout={6 * settings.timeout}, six times the timeout",
            SQS_VALIDATION,
        )


# Mappings ---------------------------------------------------------------------------------------

MAPPING = {
    "batch_size": SQS_BATCH.value,
    "maximum_batching_window": 0,
    "maximum_concurrency": None,
    "report_batch_item_failures": False,
    "filter": None,
    "provisioned_pollers": None,
    "enabled_at": 0,
    "enabled": True,
}


def check_mapping(fifo: bool, before: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Check the settings of a mapping; return all of them."""
    unknown = [name for name in given if name not in MAPPING]
    if unknown:
        raise LabError(
            f"a mapping of a queue has no setting {unknown[0]!r}.",
            ", ".join(MAPPING),
            "queue.to(fn, batch_size=10)",
            SQS_NO_DESTINATIONS,
        )
    settings = {**MAPPING, "chosen": (), **before, **given}
    settings["chosen"] = tuple(dict.fromkeys((*settings["chosen"], *given)))
    size, window = settings["batch_size"], settings["maximum_batching_window"]
    most = SQS_BATCH.value if fifo else 10_000
    _whole((1, most), "messages", SQS_BATCH)("batch_size", size)
    _whole(SQS_WINDOW.value, "seconds", SQS_WINDOW)("maximum_batching_window", window)
    if fifo and window:
        raise LabError(
            "a FIFO queue has no batching window.",
            "maximum_batching_window=0",
            "leave maximum_batching_window out",
            SQS_WINDOW,
        )
    if size > SQS_WINDOW_REQUIRED.value and not window:
        raise LabError(
            f"batch_size={size} needs a batching window.",
            "a window of 1 s or more for batches of more than 10",
            f"batch_size={size}, maximum_batching_window=1",
            SQS_WINDOW_REQUIRED,
        )
    if settings["maximum_concurrency"] is not None:
        check = _whole(SQS_MAXCONC.value, "batches at once", SQS_MAXCONC)
        check("maximum_concurrency", settings["maximum_concurrency"])
    for name in ("report_batch_item_failures", "enabled"):
        if not isinstance(settings[name], bool):
            raise LabError(f"{name}={settings[name]!r}", "True or False", f"{name}=True")
    _seconds((0, 86_400), SQS_DELAY)("enabled_at", settings["enabled_at"])
    settings["filter"] = filter_texts(settings["filter"], "body", SQS_FILTER_BODY)
    settings["provisioned_pollers"] = _pollers(settings)
    return settings


def _pollers(settings: dict[str, Any]) -> tuple[int, int] | None:
    """Read how many pollers are provisioned: a minimum, or a minimum and a maximum."""
    given = settings["provisioned_pollers"]
    if given is None:
        return None
    if settings["maximum_concurrency"] is not None:
        raise LabError(
            "a mapping has either provisioned pollers or maximum concurrency.",
            "one of the two",
            "leave maximum_concurrency out",
            SQS_POLLERS,
        )
    limits = SQS_POLLERS.value
    low, high = given if isinstance(given, list | tuple) and len(given) == 2 else (given, None)
    _whole(limits["minimum"], "pollers", SQS_POLLERS)("provisioned_pollers", low)
    least, most = max(low, limits["maximum"][0]), limits["maximum"][1]
    high = max(low, limits["most"]) if high is None else high
    _whole((least, most), "pollers", SQS_POLLERS)("provisioned_pollers", high)
    return low, high


# Messages ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to a queue, where a body alone is not enough."""

    body: Any
    group: str | None = None
    attributes: tuple[tuple[str, str, str], ...] = ()
    delay: float | None = None
    deduplication_id: str | None = None


def message(
    body: Any,
    group: str | None = None,
    attributes: dict[str, Any] | None = None,
    delay: float | None = None,
    deduplication_id: str | None = None,
) -> Message:
    """Make a message for a queue.

    Parameters
    ----------
    body
        A text as it is, or what JSON can hold.
    group : str, optional
        Its message group; a FIFO queue needs one.
    attributes : dict, optional
        Message attributes: texts and numbers by name.
    delay : float, optional
        Seconds, 0 to 900; not for FIFO queues.
    deduplication_id : str, optional
        A FIFO queue takes a second message with this id within five minutes for a duplicate; by
        default the body stands for it.

    Examples
    --------
    >>> message("a1", group="a").group
    'a'
    """
    if group is not None and not (isinstance(group, str) and group):
        raise LabError(f"group={group!r} is not a message group.", "a text", 'group="a"')
    if delay is not None:
        _seconds(SQS_DELAY.value, SQS_DELAY)("delay", delay)
    if not isinstance(attributes, dict | None):
        raise LabError(f"attributes={attributes!r} are none.", "a dict", 'attributes={"kg": 42}')
    typed = []
    for name, value in (attributes or {}).items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not isinstance(name, str) or not (number or isinstance(value, str)):
            raise LabError(
                f"the attribute {name!r}: {value!r} cannot be sent.",
                "texts and numbers, by name",
                'attributes={"variety": "gala"}',
            )
        typed.append((name, "Number" if number else "String", str(value)))
    return Message(body, group, tuple(typed), delay, deduplication_id)


def letter(target: Queue, k: int, payload: Any) -> Letter:
    """Turn what a learner sends as the k-th into what the engine sends."""
    given = (
        payload
        if isinstance(payload, Message)
        else Message({"n": k} if payload is None else payload)
    )
    if target.fifo and given.group is None:
        raise LabError(
            f"a message to {target!r} has no group.",
            "a message group for everything that a FIFO queue gets",
            'lab.message("a1", group="a")',
            SQS_ONE_PER_GROUP,
        )
    if target.fifo and given.delay is not None:
        raise LabError(
            f"a message to {target!r} has a delay of its own.",
            "for a FIFO queue, the delay of the queue",
            'lab.queue("orders", fifo=True, delay=5)',
            SQS_DELAY,
        )
    text = text_of(given.body)
    identity = ""
    if target.fifo:
        from hashlib import sha256

        identity = given.deduplication_id or sha256(text.encode()).hexdigest()
    delay = -1 if given.delay is None else us(given.delay)
    return Letter(text, given.group or "", identity, given.attributes, delay)


WRITTEN = json.JSONEncoder(allow_nan=False)


def text_of(body: Any) -> str:
    """Write a body: a text as it is, anything else as JSON."""
    if isinstance(body, str):
        return body
    try:
        return WRITTEN.encode(body)
    except (TypeError, ValueError) as error:
        raise LabError(
            f"the body {body!r} is not JSON: {error}.",
            "a text, or dicts, lists, numbers, true, false and null (None)",
            '{"name": "Ada"}',
            BAD_JSON,
        ) from None


# What SQS allows --------------------------------------------------------------------------------


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(limits: tuple[int, int], unit: str, rule: Rule) -> Check:
    low, high = limits

    def check(name: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            nearest = min(max(round(value), low), high) if _number(value) else low
            raise LabError(
                f"{name}={value!r} is not allowed.",
                f"{low:,} to {high:,} {unit}, whole",
                f"{name}={nearest}",
                rule,
            )

    return check


def _seconds(limits: tuple[int, int], rule: Rule) -> Check:
    low, high = limits

    def check(name: str, value: Any) -> None:
        if not _number(value) or not low <= value <= high:
            raise LabError(
                f"{name}={value!r} is not allowed.",
                f"{low:,} to {high:,} seconds",
                f"{name}={min(max(value, low), high) if _number(value) else low}",
                rule,
            )

    return check


def _check_count(name: str, value: Any) -> None:
    if value is not None:
        _whole((1, 1_000), "receives", SQS_REDRIVE)(name, value)


def _check_target(name: str, value: Any) -> None:
    if value is not None and not isinstance(value, str | Queue):
        raise LabError(
            f"{name}={value!r} cannot take messages from a queue.",
            "a queue or its name",
            f'{name}="dead"',
            SQS_REDRIVE,
        )


QUEUE_CHECKS: dict[str, Check] = {
    "visibility_timeout": _seconds(SQS_HIDES.value, SQS_HIDES),
    "max_receive_count": _check_count,
    "dead_letter": _check_target,
    "message_retention": _seconds(SQS_RETENTION.value, SQS_RETENTION),
    "delay": _seconds(SQS_DELAY.value, SQS_DELAY),
}
