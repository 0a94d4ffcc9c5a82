"""Imports inside a handler: the function's own modules are run afresh in every process.

They stand in sys.modules only while their process runs; Python's libraries are shared with the
notebook, as importing them again for each environment would take seconds.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lambdalab.code.current import here

if TYPE_CHECKING:
    from lambdalab.code.patches import Patches
    from lambdalab.code.process import PythonProcess

_import = builtins.__import__
_import_module = importlib.import_module


class Finder(importlib.abc.MetaPathFinder):
    """Finds modules in the folder of the function that runs."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module of the function, before any library of the same name."""
        process = here.process
        if process is None:
            return None
        found = process.code.find(name)
        if found is None:
            return None
        file, folder = found
        spec = importlib.machinery.ModuleSpec(
            name, Loader(process, file) if file else None, origin=file, is_package=bool(folder)
        )
        if folder:
            spec.submodule_search_locations = [folder]
        if file:
            spec.has_location = True
        process.modules.setdefault(name, _PENDING)
        return spec


_PENDING = ModuleType("pending")  # being imported: Python puts the real one on sys.modules


class Loader(importlib.abc.Loader):
    """Runs a module of the function in its process."""

    def __init__(self, process: PythonProcess, file: str) -> None:
        self._process, self._file = process, file

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code."""
        process = self._process
        vars(module)["__builtins__"] = process.builtins
        code = process.code.code(self._file)
        importing, process.importing = process.importing, 0
        process.watch.go_on()
        try:
            exec(code, vars(module))
        finally:
            process.importing = importing
            if importing:
                process.watch.rest()

    def get_source(self, name: str) -> str:
        """Give the module's text, for those who show it."""
        return "".join(self._process.code.lines(self._file))


def import_own(name: str) -> ModuleType:
    """Import a module of the function that runs."""
    return _import_module(name)


def import_(
    name: str,
    globals: Any = None,
    locals: Any = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    """Import a module, as the statement does."""
    process = here.process
    if process is None:
        return _import(name, globals, locals, fromlist, level)
    imported = process.simulation.imported
    asked = (name, tuple(fromlist or ()))
    if level == 0 and asked in imported:
        return _import(name, globals, locals, fromlist, level)
    with _Library(process, "" if level else name):
        found = _import(name, globals, locals, fromlist, level)
    if level == 0 and process.code.find(name) is None:
        imported.add(asked)
    return found


def import_module(name: str, package: str | None = None) -> ModuleType:
    """Import a module, as importlib's function does."""
    process = here.process
    if process is None:
        return _import_module(name, package)
    with _Library(process, "" if name.startswith(".") else name):
        return _import_module(name, package)


class _Library:
    """The import of a library: its real time is not the learner's, and it must see the clock."""

    def __init__(self, process: PythonProcess, name: str) -> None:
        self._process = process
        if name and process.code.find(name) is None:
            process.libraries.append(name)

    def __enter__(self) -> None:
        self._process.importing += 1
        self._process.watch.rest()

    def __exit__(self, *error: object) -> None:
        process = self._process
        process.importing -= 1
        if process.importing:
            return  # some are half done; they are looked through when all are there
        libraries, process.libraries = process.libraries, []
        for name in dict.fromkeys(library.partition(".")[0] for library in libraries):
            process.simulation.adopt(name)
        process.watch.go_on()


def install(patches: Patches) -> None:
    """Put the imports of environments in place."""
    finder = Finder()
    sys.meta_path.insert(0, finder)
    patches.finally_do(lambda: sys.meta_path.remove(finder))
    patches.set(builtins, "__import__", import_)
    patches.set(importlib, "import_module", import_module)
