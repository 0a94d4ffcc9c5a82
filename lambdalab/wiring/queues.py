"""How SQS queues are put into a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..engine import Sim
from ..engine.kernel import Task
from ..mistakes import LabError
from ..stack import Resource

if TYPE_CHECKING:
    from .stack import Stack


def add(stack: Stack, resource: Resource) -> None:
    """Take in what the resource leads to."""


def configure(stack: Stack, sim: Sim, resource: Resource) -> None:
    """Let the resource exist."""


def call(stack: Stack, resource: Resource, k: int, payload: Any) -> Task:
    """Plan what a learner sends to it."""
    raise LabError(f"{resource!r} takes nothing from you yet.", "a function", "lab.run(fn, at=0)")


def change(stack: Stack, resource: Resource, new: dict[str, Any]) -> list[Task]:
    """Plan what a learner changes about it during the run."""
    raise LabError(f"{resource!r} cannot be changed yet.", "a function", "changes=[(1, fn, {})]")
