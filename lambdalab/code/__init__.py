"""Running a learner's real handler in simulated time."""

from .python import PythonCode
from .runtime import cpu, perform
from .simulation import simulated
from .source import CodeProblem, check

__all__ = ["CodeProblem", "PythonCode", "check", "cpu", "perform", "simulated"]
