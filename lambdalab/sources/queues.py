"""SQS queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..stack import Resource


@dataclass(frozen=True, eq=False, repr=False)
class Queue(Resource):
    """An SQS queue."""

    kind: ClassVar[str] = "queue"


def queue(name: str = "queue", *, fifo: bool = False) -> Queue:
    """Name an SQS queue."""
    return Queue(f"{name}.fifo" if fifo and not name.endswith(".fifo") else name)
