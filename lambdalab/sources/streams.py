"""Kinesis streams and DynamoDB tables with their streams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from ..engine.rules import (
    KINESIS_RETENTION,
    STREAM_AGE,
    STREAM_BATCH_SIZE,
    STREAM_BATCH_WINDOW,
    STREAM_BISECT,
    STREAM_CHECKPOINT,
    STREAM_DEST_TYPES,
    STREAM_PARALLELIZATION,
    STREAM_RETRIES,
    STREAM_START,
    TABLE_VIEWS,
    WINDOW_LENGTH,
    Rule,
)
from ..mistakes import LabError
from ..stack import Alias, Function, Published, Resource
from .filters import filter_texts

# What AWS leaves a mapping at. It has no default for the starting position; ours is the oldest.
DEFAULTS: dict[str, Any] = {
    "batch_size": 100,
    "maximum_batching_window": 0,
    "parallelization_factor": 1,
    "starting_position": "TRIM_HORIZON",
    "starting_position_timestamp": None,
    "bisect_batch_on_function_error": False,
    "maximum_retry_attempts": -1,
    "maximum_record_age": -1,
    "on_failure": None,
    "tumbling_window": 0,
    "report_batch_item_failures": False,
    "filter": (),
    "enabled": True,
    "enabled_at": 0,
}
FIXED = (
    "parallelization_factor",
    "starting_position",
    "starting_position_timestamp",
    "tumbling_window",
    "enabled_at",
)  # these cannot be changed during a run


@dataclass(frozen=True, eq=False, repr=False)
class Stream(Resource):
    """A Kinesis stream."""

    shards: int = 1
    retention: int = 86400

    kind: ClassVar[str] = "stream"

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        if not _whole(self.shards) or self.shards < 1:
            raise LabError(
                f"shards={self.shards!r} is not a number of shards.",
                "a whole number, 1 or more",
                "shards=2",
            )
        _between(KINESIS_RETENTION, "seconds")("retention", self.retention)

    def check_wire(
        self,
        function: Function | Published | Alias,  # noqa: ARG002
        settings: dict[str, Any],
    ) -> dict[str, Any]:
        """Check the settings of a mapping."""
        return checked(settings, DEFAULTS, self.kind)


@dataclass(frozen=True, eq=False, repr=False)
class Table(Resource):
    """A DynamoDB table with its stream."""

    key: str = "id"
    stream_view: str = "NEW_AND_OLD_IMAGES"

    kind: ClassVar[str] = "table"

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        if not isinstance(self.key, str) or not self.key:
            raise LabError(
                f"key={self.key!r} is not the name of an attribute.", "a text", 'key="id"'
            )
        _one_of(TABLE_VIEWS)("stream_view", self.stream_view)

    def check_wire(
        self,
        function: Function | Published | Alias,  # noqa: ARG002
        settings: dict[str, Any],
    ) -> dict[str, Any]:
        """Check the settings of a mapping."""
        return checked(settings, DEFAULTS, self.kind)


@dataclass(frozen=True, slots=True)
class Record:
    """What is put into a stream, with the key that says into which shard."""

    data: Any
    key: str | None = None


def stream(name: str = "stream", *, shards: int = 1, retention: int = 86400) -> Stream:
    """Name a Kinesis stream.

    Parameters
    ----------
    name : str
        Its name.
    shards : int
        How many shards share its keys.
    retention : int
        Seconds for which a record can be read, 86,400 to 31,536,000.

    Examples
    --------
    >>> stream("clicks", shards=2)
    stream('clicks')
    """
    return Stream(_name(name, Stream), shards=shards, retention=retention)


def table(
    name: str = "table", *, key: str = "id", stream_view: str = "NEW_AND_OLD_IMAGES"
) -> Table:
    """Name a DynamoDB table with its stream.

    Parameters
    ----------
    name : str
        Its name.
    key : str
        The attribute that is its key.
    stream_view : str
        What its stream shows: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES.

    Examples
    --------
    >>> table("orders")
    table('orders')
    """
    return Table(_name(name, Table), key=key, stream_view=stream_view)


def _name(name: Any, kind: type[Resource]) -> str:
    """Refuse what is no name, such as a function that is to be fed."""
    if not isinstance(name, str) or not name.strip():
        raise LabError(
            f"{name!r} cannot be the name of a {kind.kind}.",
            "a text; a function is fed with .to(fn)",
            f'lab.{kind.kind}("orders").to(fn)',
        )
    return name


def record(data: Any, key: str | None = None) -> Record:
    """Put data into a stream under a key; without data, delete the item of a table.

    Parameters
    ----------
    data
        Text as it is, or anything that JSON can hold; of a table, the item. None deletes the item
        that has the key.
    key : str, optional
        The partition key; the number of the record by default. Of a table, the key of the item
        that is deleted.

    Examples
    --------
    >>> record({"n": 1}, key="tree-17").key
    'tree-17'
    """
    if key is not None and not isinstance(key, str | int):
        raise LabError(f"key={key!r} is not a key.", "a text", 'key="tree-17"')
    return Record(data, key)


# What AWS allows --------------------------------------------------------------------------------


def checked(given: dict[str, Any], before: dict[str, Any], kind: str) -> dict[str, Any]:
    """Check the settings of a mapping; return all of them."""
    if "on_success" in given:
        raise LabError(
            f"the mapping of a {kind} has no on_success.",
            "on_failure: a queue, a topic or a bucket",
            'on_failure="failed"',
            STREAM_DEST_TYPES,
        )
    for name, value in given.items():
        if name not in CHECKS:
            raise LabError(
                f"the mapping of a {kind} has no setting {name!r}.",
                ", ".join(CHECKS),
                f"one of these, for example batch_size=10 instead of {name}=...",
            )
        if value is not None or DEFAULTS[name] not in (-1, None):
            CHECKS[name](name, value)
    settings = {**before, **given}
    for name in ("maximum_retry_attempts", "maximum_record_age"):
        if settings[name] is None:
            settings[name] = DEFAULTS[name]
    settings["filter"] = filter_texts(settings["filter"])
    _check_start(settings, kind)
    return settings


def _check_start(settings: dict[str, Any], kind: str) -> None:
    """Refuse a starting position that cannot be."""
    timestamp = settings["starting_position_timestamp"]
    at_timestamp = settings["starting_position"] == "AT_TIMESTAMP"
    if at_timestamp and kind == "table":
        wrong = "AT_TIMESTAMP is for Kinesis only."
    elif at_timestamp and timestamp is None:
        wrong = "AT_TIMESTAMP needs a starting_position_timestamp."
    elif not at_timestamp and timestamp is not None:
        wrong = f"{settings['starting_position']} has no starting_position_timestamp."
    elif at_timestamp and timestamp > settings["enabled_at"]:
        wrong = f"starting_position_timestamp={timestamp!r} is in the future."
    else:
        return
    raise LabError(
        wrong,
        "TRIM_HORIZON, LATEST or, for Kinesis, AT_TIMESTAMP with a time that has passed",
        'starting_position="AT_TIMESTAMP", starting_position_timestamp=30, enabled_at=60',
        STREAM_START,
    )


Check = Callable[[str, Any], None]


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _between(rule: Rule, unit: str, *others: int) -> Check:
    low, high = rule.value

    def check(name: str, value: Any) -> None:
        if not _whole(value) or not (low <= value <= high or value in others):
            also = "".join(f", or {other}" for other in others)
            raise LabError(
                f"{name}={value!r} is not allowed.",
                f"{low:,} to {high:,} {unit}, whole{also}",
                f"{name}={low}",
                rule,
            )

    return check


def _one_of(rule: Rule) -> Check:
    def check(name: str, value: Any) -> None:
        if value not in rule.value:
            raise LabError(
                f"{name}={value!r} is not known.",
                ", ".join(rule.value),
                f'{name}="{rule.value[0]}"',
                rule,
            )

    return check


def _yes_or_no(rule: Rule | None) -> Check:
    def check(name: str, value: Any) -> None:
        if not isinstance(value, bool):
            raise LabError(
                f"{name}={value!r} is neither yes nor no.",
                "True or False",
                f"{name}=True",
                rule,
            )

    return check


def _check_time(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise LabError(f"{name}={value!r} is not a time.", "seconds, 0 or more", f"{name}=60")


def _check_target(name: str, value: Any) -> None:
    known = isinstance(value, Resource) and value.kind in STREAM_DEST_TYPES.value
    if not known and not isinstance(value, str):
        raise LabError(
            f"{name}={value!r} cannot be told of failed batches.",
            f"the name of a queue, or a {', '.join(STREAM_DEST_TYPES.value)}",
            f'{name}="failed"',
            STREAM_DEST_TYPES,
        )


def _check_filter(name: str, value: Any) -> None:
    """Patterns are checked where they become text."""


CHECKS: dict[str, Check] = {
    "batch_size": _between(STREAM_BATCH_SIZE, "records"),
    "maximum_batching_window": _between(STREAM_BATCH_WINDOW, "seconds"),
    "parallelization_factor": _between(STREAM_PARALLELIZATION, "batches at once"),
    "starting_position": _one_of(STREAM_START),
    "starting_position_timestamp": _check_time,
    "bisect_batch_on_function_error": _yes_or_no(STREAM_BISECT),
    "maximum_retry_attempts": _between(STREAM_RETRIES, "retries"),
    "maximum_record_age": _between(STREAM_AGE, "seconds", -1),
    "on_failure": _check_target,
    "tumbling_window": _between(WINDOW_LENGTH, "seconds"),
    "report_batch_item_failures": _yes_or_no(STREAM_CHECKPOINT),
    "filter": _check_filter,
    "enabled": _yes_or_no(None),
    "enabled_at": _check_time,
}
