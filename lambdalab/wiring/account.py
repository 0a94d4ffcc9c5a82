"""How calls from code change what a run has."""

from __future__ import annotations

from ..engine import Sim
from .stack import Stack


class Configurer:
    """Makes resources during a run, as a stack makes them at its start."""

    def __init__(self, stack: Stack, sim: Sim) -> None:
        self.stack, self.sim = stack, sim

    def resources(self) -> set[str]:
        """Name everything that there is besides functions: queue:orders, bucket:photos."""
        return set(self.stack.resources)
