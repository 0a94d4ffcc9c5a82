"""What a runtime process and its /tmp hold between invocations, in a few words each.

Told are the global variables of the function's own modules that differ from what Init left, the
files in /tmp, and the threads and timers that are not done. Only Python's own kinds of values are
looked into: no code of the learner runs for it, and no address of this machine is in it.
"""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from ..engine.units import KB, MB, seconds_text
from ..engine.world import Kept
from .storage import in_tmp

if TYPE_CHECKING:
    from .process import PythonProcess
    from .tasks import Task

MOST = 8  # of each kind are named
SHORT = 28  # characters of a value, before only its size is told
LARGE = 1 << 63
PLAIN = (type(None), bool, int, float)
ORDERED = (list, tuple, dict)
SEVERAL = (*ORDERED, str, bytes, bytearray, set, frozenset)
NO_STATE = (ModuleType, FunctionType, type)  # imports, functions and classes


def kept(process: PythonProcess) -> Kept:
    """Tell what is kept now."""
    memory: list[tuple[str, str, str]] = []
    if not (process.dead or process.ended):
        before = process.left_by_init
        changed = [
            ("global", name, said)
            for name, said in globals_of(process).items()
            if before.get(name) != said
        ]
        threads = [task for task in process.tasks.all if task is not process.tasks.first]
        memory = [
            *_some("global", changed),
            *_some("thread", [("thread", t.thread.name[:SHORT], _due(t)) for t in threads]),
        ]
    stored = [("file", f"/tmp/{name}", _size(size)) for name, size in in_tmp(process.place.tags)]
    return (*memory, *_some("file", stored))


def globals_of(process: PythonProcess) -> dict[str, str]:
    """Tell what the variables of the function's own modules hold."""
    modules = process.modules
    main = modules.main
    return {
        name if module is main else f"{module.__name__}.{name}": _said(value)
        for module in (*modules.unnamed, *modules.named.values())
        for name, value in vars(module).items()
        if not name.startswith("__") and not issubclass(type(value), NO_STATE)
    }


def _some(kind: str, all_of_them: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Name the first, and say how many more there are."""
    more = len(all_of_them) - MOST
    return all_of_them if more <= 0 else [*all_of_them[:MOST], (kind, "", f"{more:,} more")]


def _said(value: Any) -> str:
    """Tell a value: itself where it is short, else what kind of thing it is and how large."""
    kind = type(value)
    if _short(value):
        return repr(value)
    if kind not in SEVERAL:
        return kind.__name__
    inside = [x for pair in value.items() for x in pair] if kind is dict else value
    if kind in ORDERED and len(value) <= MOST and all(map(_short, inside)):
        whole = repr(value)
        if len(whole) <= SHORT:
            return whole
    return f"{kind.__name__} of {len(value):,}"


def _short(value: Any) -> bool:
    """Say whether a value is plain and can be written out."""
    kind = type(value)
    if kind is str:
        return len(value) <= SHORT
    return kind in PLAIN and (kind is not int or abs(value) < LARGE)


def _due(task: Task) -> str:
    kind = type(task.thread).__name__.lower()
    return kind if task.wake is None else f"{kind}, due at {seconds_text(task.wake)} s"


def _size(size: int) -> str:
    if size < KB:
        return f"{size} B"
    return f"{size / MB:,.4g} MB" if size >= MB else f"{size / KB:,.3g} KB"
