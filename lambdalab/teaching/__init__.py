"""What a lesson says to its learner: guesses, goals, verdicts and hints.

`tutor` has the functions of `lab`; `records` says what a problem is, `forms` how an answer is read,
`verdict` what comes back, and `course` holds the problems themselves, one module for each lesson.
"""

from .tutor import check, goal, hint, lesson, predict

__all__ = ["check", "goal", "hint", "lesson", "predict"]
