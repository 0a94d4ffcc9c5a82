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

from .current import here

if TYPE_CHECKING:
    from .patches import Patches
    from .process import PythonProcess

_import = builtins.__import__
_import_module = importlib.import_module


class Modules:
    """The function's own modules in one process."""

    def __init__(self, tops: set[str]) -> None:
        self.named: dict[str, ModuleType] = {}
        self.unnamed: list[ModuleType] = []  # whose name is that of a library
        self.main: ModuleType | None = None  # that of the handler
        self._tops = tops

    def enter(self) -> dict[str, ModuleType] | None:
        """Put them on sys.modules; give what was there under the same names."""
        modules, hidden = sys.modules, None
        for top in self._tops:
            if top in modules:  # the notebook has a module of that name
                hidden = hidden or {}
                inside = top + "."
                for name in [name for name in modules if name == top or name.startswith(inside)]:
                    hidden[name] = modules.pop(name)
        if self.named:
            modules.update(self.named)
        return hidden

    def leave(self, hidden: dict[str, ModuleType] | None) -> None:
        """Take them away again."""
        modules = sys.modules
        for name in list(self.named):
            module = modules.pop(name, None)
            if module is None:
                del self.named[name]  # its import failed
            else:
                self.named[name] = module
        if hidden:
            modules.update(hidden)

    def run_main(self, process: PythonProcess, name: str, file: str) -> ModuleType:
        """Run the module of the handler.

        This is done without Python's machinery for imports, which has locks for the whole
        program; the learner's code may be left in the middle of it.
        """
        loader = Loader(process, file)
        module = ModuleType(name)
        module.__file__ = file
        module.__loader__ = loader
        module.__spec__ = importlib.machinery.ModuleSpec(name, loader, origin=file)
        module.__package__ = name.rpartition(".")[0]
        self.main = module
        if name.partition(".")[0] in self._tops:
            self.named[name] = sys.modules[name] = module
        else:
            self.unnamed.append(module)
        loader.run(module)
        return module

    def clear(self) -> None:
        """Empty them."""
        for module in (*self.unnamed, *self.named.values()):
            vars(module).clear()


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
        process.modules.named.setdefault(name, _PENDING)
        return spec


_PENDING = ModuleType("pending")  # being imported: Python puts the real one on sys.modules


class Loader(importlib.abc.Loader):
    """Runs a module of the function in its process."""

    def __init__(self, process: PythonProcess, file: str) -> None:
        self._process, self._file = process, file

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code, in the middle of an import."""
        self._process.watch.enter()
        try:
            self.run(module)
        finally:
            self._process.watch.leave()

    def run(self, module: ModuleType) -> None:
        """Run the module's code."""
        vars(module)["__builtins__"] = self._process.builtins
        exec(self._process.code.code(self._file), vars(module))

    def get_source(self, name: str) -> str:
        """Give the module's text, for those who show it."""
        return "".join(self._process.code.lines(self._file))


def import_own(process: PythonProcess, name: str) -> ModuleType:
    """Import a module of the function that runs."""
    with _Own(process):
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
    asked = (name, tuple(fromlist or ())) if level == 0 else None
    if asked in process.simulation.imported:
        return _import(name, globals, locals, fromlist, level)
    full = name if level == 0 else (globals or {}).get("__package__") or ""
    if process.code.find(full.partition(".")[0]) is not None:
        with _Own(process):
            return _import(name, globals, locals, fromlist, level)
    with _Library(process, full):
        found = _import(name, globals, locals, fromlist, level)
    if asked is not None:
        process.simulation.imported.add(asked)
    return found


def import_module(name: str, package: str | None = None) -> ModuleType:
    """Import a module, as importlib's function does."""
    process = here.process
    full = package or "" if name.startswith(".") else name
    if process is None:
        return _import_module(name, package)
    if process.code.find(full.partition(".")[0]) is not None:
        with _Own(process):
            return _import_module(name, package)
    with _Library(process, full):
        return _import_module(name, package)


class _Own:
    """The import of a module of the function: the machinery itself must not be left halfway."""

    def __init__(self, process: PythonProcess) -> None:
        self._process = process

    def __enter__(self) -> None:
        self._process.watch.leave()

    def __exit__(self, kind: Any, *error: object) -> None:
        self._process.watch.enter()
        if self._process.interrupted_by(error[0]):
            self._process.interrupt()


EXTRAS = {"boto3": "sdk", "botocore": "sdk"}  # what Lambda has, and where it comes from here


class _Library:
    """The import of a library: it happens outside of the simulation.

    What a library makes while it is imported (locks, loggers, caches) stays in the program,
    and the real time that it takes is not the learner's.
    """

    def __init__(self, process: PythonProcess, name: str) -> None:
        self._process, self._name = process, name

    def __enter__(self) -> None:
        self._process.watch.leave()
        here.process = None

    def __exit__(self, kind: Any, *error: Any) -> None:
        process = self._process
        missing = str(getattr(error[0], "name", "")).partition(".")[0]
        if isinstance(error[0], ModuleNotFoundError) and missing in EXTRAS:
            error[0].msg += f" (pip install 'lambdalab[{EXTRAS[missing]}]')"
        if kind is not KeyboardInterrupt and self._name:
            process.simulation.adopt(self._name)  # this may import something itself
        here.process = process
        process.watch.enter()
        if process.interrupted_by(error[0]):
            process.interrupt()


def install(patches: Patches) -> None:
    """Put the imports of environments in place."""
    finder = Finder()
    sys.meta_path.insert(0, finder)
    patches.finally_do(lambda: sys.meta_path.remove(finder))
    patches.set(builtins, "__import__", import_)
    patches.set(importlib, "import_module", import_module)
