"""Studies: many runs at once, and what was recorded on AWS beside a run."""

from .sweeping import Sweep, sweep

__all__ = ["Sweep", "sweep"]
