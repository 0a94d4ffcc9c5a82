"""Running a learner's real handler in simulated time."""

from ..source import CodeProblem, check
from .python import PythonCode
from .runtime import cpu, perform
from .simulation import simulated

__all__ = ["CodeProblem", "PythonCode", "check", "cpu", "perform", "simulated"]
