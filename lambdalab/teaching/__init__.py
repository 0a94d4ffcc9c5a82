"""What a lesson says to its learner: guesses, goals, verdicts, hints and what is kept.

`tutor` has the functions of `lab`; `records` says what a problem is, `forms` how an answer is read,
`verdict` what comes back, `dated` and `words` what is known, and `course` holds the problems
themselves, one module for each lesson.
"""

from .dated import facts
from .tutor import (
    check,
    glossary,
    goal,
    hint,
    lesson,
    predict,
    progress,
    recall,
    solution,
)

__all__ = [
    "check",
    "facts",
    "glossary",
    "goal",
    "hint",
    "lesson",
    "predict",
    "progress",
    "recall",
    "solution",
]
