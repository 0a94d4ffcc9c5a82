"""Work out the answers that the records of problems hold as source code.

An answer is an expression over what stands above it in the lesson (`Problem.given`), or a whole
`%%lambda` cell, which is then a function.
"""

from __future__ import annotations

from typing import Any

import lambdalab as lab
from lambdalab.magic import read
from lambdalab.teaching.records import Problem


def is_cell(source: str) -> bool:
    """Tell whether an answer is a whole cell."""
    return source.startswith("%%lambda ")


def function(cell: str) -> lab.Function:
    """Make the function that a `%%lambda` cell makes."""
    line, _, code = cell.partition("\n")
    name, settings = read(line.removeprefix("%%lambda "))
    return lab.function(code, name=name, **settings)


def answer(problem: Problem, source: str) -> Any:
    """Work out an answer."""
    if is_cell(source):
        return function(source)
    known: dict[str, Any] = {"lab": lab}
    if is_cell(problem.given):
        made = function(problem.given)
        known[made.name or ""] = made
    else:
        exec(problem.given, known)
    return eval(source, known)
