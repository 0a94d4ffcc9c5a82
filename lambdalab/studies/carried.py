"""Values are carried to other processes, with the functions that a cell or a script defined.

Python's pickle names a function and leaves it to the other process to import it. Lambdas, functions
in functions and those of a notebook cannot be imported: their code is carried, with the globals and
the variables around them that it reads.
"""

from __future__ import annotations

import builtins
import dis
import io
import marshal
import pickle
import sys
from collections.abc import Iterator
from importlib import import_module
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

from ..mistakes import LabError

MAIN = "__main__"


def packed(value: Any) -> bytes:
    """Turn a value into bytes, for a process of ours that runs the same Python.

    Raises
    ------
    LabError
        If something in it cannot be carried.
    """
    written = io.BytesIO()
    try:
        _Carrier(written, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise LabError(
            f"a point cannot be carried to a worker: {error}.",
            "resources of lab, numbers, texts, and functions that use such and modules",
            "executor=None runs it here",
        ) from None
    return written.getvalue()


def unpacked(data: bytes) -> Any:
    """Turn bytes that another process of ours has packed into the value again."""
    return pickle.loads(data)


class _Carrier(pickle.Pickler):
    """Pickles what can be imported by its name, and functions that cannot by their code."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, type) and value.__module__ == MAIN:
            raise TypeError(f"the class {value.__name__} is defined in this notebook or script")
        if isinstance(value, ModuleType):
            return import_module, (value.__name__,)
        if not isinstance(value, FunctionType) or _importable(value):
            return NotImplemented
        code = value.__code__
        used = {name: value.__globals__[name] for name in _globals(code, value.__globals__)}
        around = [_content(cell) for cell in value.__closure__ or ()]
        made = (marshal.dumps(code), value.__name__, value.__module__, len(around))
        rest = (value.__defaults__, value.__kwdefaults__, used, around)
        # What is around a function is filled in afterwards: it may lead back to the function.
        return _function, made, rest, None, None, _fill


def _importable(function: FunctionType) -> bool:
    """Say whether another process finds a function by its name."""
    found: Any = sys.modules.get(function.__module__) if function.__module__ != MAIN else None
    for name in function.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is function


def _globals(code: CodeType, known: dict[str, Any]) -> Iterator[str]:
    """List the globals that code reads, and the code within it."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME") and instruction.argval in known:
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals(constant, known)


def _content(cell: CellType) -> tuple[Any, ...]:
    """Look into a variable that is not there yet, perhaps."""
    try:
        return (cell.cell_contents,)
    except ValueError:
        return ()


def _function(code: bytes, name: str, module: str, around: int) -> FunctionType:
    """Make a function whose globals and variables are still to come."""
    space = {"__builtins__": builtins, "__name__": module}
    cells = tuple(CellType() for _ in range(around))
    return FunctionType(marshal.loads(code), space, name, None, cells)


def _fill(function: FunctionType, rest: Any) -> None:
    """Give a function what it reads."""
    function.__defaults__, function.__kwdefaults__, used, around = rest
    function.__globals__.update(used)
    for cell, content in zip(function.__closure__ or (), around, strict=True):
        if content:
            (cell.cell_contents,) = content
