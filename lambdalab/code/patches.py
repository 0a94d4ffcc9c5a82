"""Putting lambdalab's functions in place of Python's while a run goes on, and taking them away.

`simulated()` surrounds a run. What it puts in place looks at the thread first (see `current`),
so that the notebook and its other threads go on as before, and it is all gone after the run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

_MISSING = object()
_NOT_BOUND = (BuiltinFunctionType, MethodType)
_NOT = {"lambdalab", "builtins", "sys", "__main__", "greenlet"}


class Patches:
    """Attributes that were replaced, and what they were."""

    def __init__(self) -> None:
        self.instead: dict[int, tuple[Any, Any]] = {}  # id of an original: it, its replacement
        self._undo: list[tuple[Any, str, Any]] = []
        self._late: dict[str, Callable[[Patches], None]] = {}
        self._adopted: set[str] = set()
        self._known = set(sys.modules)

    def set(self, owner: Any, name: str, value: Any, *, everywhere: bool = False) -> None:
        """Replace one attribute; `everywhere` means also where a library has copied it."""
        before = vars(owner).get(name, _MISSING)
        if isinstance(before, _NOT_BOUND) and isinstance(value, FunctionType):
            # Such an original may stand in a class without becoming a method of it.
            value = staticmethod(value)
        self._undo.append((owner, name, before))
        setattr(owner, name, value)
        if everywhere and before is not _MISSING:
            self.instead[id(before)] = (before, value)

    def when_imported(self, module: str, install: Callable[[Patches], None]) -> None:
        """Replace things in a module as soon as it exists; importing it now would take long."""
        if sys.modules.get(module) is not None:
            install(self)
        else:
            self._late[module] = install

    def adopt(self, name: str) -> None:
        """Look for copied originals in a library that a handler imports, and in its parts."""
        if self._late:
            for late in [module for module in self._late if sys.modules.get(module)]:
                self._late.pop(late)(self)
        top = name.partition(".")[0]
        if top in _NOT:
            return
        inside = top + "."
        for found in [found for found in sys.modules if found == top or found.startswith(inside)]:
            if found not in self._adopted:
                self._adopted.add(found)
                self.adopt_one(found)

    def adopt_one(self, name: str, for_good: bool = False) -> None:
        """Look for copied originals in one module."""
        space = getattr(sys.modules.get(name), "__dict__", None)
        for attribute, value in list(space.items()) if isinstance(space, dict) else ():
            known = self.instead.get(id(value))
            if known is None or known[0] is not value:
                continue
            if for_good:
                setattr(sys.modules[name], attribute, known[1])
            else:
                self.set(sys.modules[name], attribute, known[1])

    def defaults(self, function: Any) -> None:
        """Replace originals among the default arguments of a function."""
        before = getattr(function, "__defaults__", None)
        if not before:
            return
        after = tuple(self.instead.get(id(value), (value, value))[1] for value in before)
        if any(new is not old for new, old in zip(after, before, strict=True)):
            function.__defaults__ = after
            self.finally_do(lambda: setattr(function, "__defaults__", before))

    def finally_do(self, action: Callable[[], object]) -> None:
        """Do something else when everything is put back."""
        self._undo.append((action, "", None))

    def undo(self) -> None:
        """Put everything back, the last first."""
        new = [
            name for name in sys.modules.keys() - self._known if name.partition(".")[0] not in _NOT
        ]
        if new:  # they have copied our functions, not the originals
            self.instead = {id(ours): (ours, value) for value, ours in self.instead.values()}
            for name in new:
                self.adopt_one(name, for_good=True)
        while self._undo:
            owner, name, before = self._undo.pop()
            if not name:
                owner()
            elif before is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
