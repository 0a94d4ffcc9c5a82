"""SNS topics, EventBridge buses and S3 buckets: they push events to functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..stack import Resource


@dataclass(frozen=True, eq=False, repr=False)
class Topic(Resource):
    """An SNS topic."""

    kind: ClassVar[str] = "topic"


@dataclass(frozen=True, eq=False, repr=False)
class Bus(Resource):
    """An EventBridge bus."""

    kind: ClassVar[str] = "bus"


@dataclass(frozen=True, eq=False, repr=False)
class Bucket(Resource):
    """An S3 bucket."""

    kind: ClassVar[str] = "bucket"


def topic(name: str = "topic", *, fifo: bool = False) -> Topic:
    """Name an SNS topic."""
    return Topic(f"{name}.fifo" if fifo and not name.endswith(".fifo") else name)


def bus(name: str = "bus") -> Bus:
    """Name an EventBridge bus."""
    return Bus(name)


def bucket(name: str = "bucket") -> Bucket:
    """Name an S3 bucket."""
    return Bucket(name)
