"""Studies: many runs at once, and what was recorded on AWS beside a run."""

from .recorded import Reports, reports
from .sweeping import Sweep, sweep

__all__ = ["Reports", "Sweep", "reports", "sweep"]
