"""Running a learner's real handler in simulated time."""

from lambdalab.code.python import PythonCode
from lambdalab.code.runtime import cpu, perform
from lambdalab.code.simulation import simulated
from lambdalab.code.source import CodeProblem, check

__all__ = ["CodeProblem", "PythonCode", "check", "cpu", "perform", "simulated"]
