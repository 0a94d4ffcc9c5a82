"""The code of a function, written in Python: what the engine boots in each environment."""

from __future__ import annotations

import sys
from pathlib import Path
from types import CodeType, ModuleType

from ..engine.steps import Place
from . import package, storage
from .errors import TASK, Fault
from .imports import import_own
from .process import PythonProcess
from .source import compiled


class PythonCode:
    """A package and the name of its handler; compiled once, run afresh in every process."""

    def __init__(self, source: str | Path, filename: str = "", handler: str = "") -> None:
        self.fault: Fault | None = None
        if isinstance(source, Path):
            self.package = package.of_path(source)
            alone = source.is_file() and source.suffix != ".zip"
            usual = f"{source.stem}.handler" if alone else "lambda_function.lambda_handler"
            self._find_handler(handler or usual)
        else:
            module, _, self.function = (handler or "handler").rpartition(".")
            named = f"{module}.py" if module else filename
            self.filename = TASK + named.removeprefix(TASK)
            self.module = self.filename[len(TASK) :].removesuffix(".py")
            self.package = package.of_text(source, self.filename)
        self._compiled: dict[str, CodeType] = {}
        self.find = self.package.find
        self.lines = self.package.lines

    def _find_handler(self, handler: str) -> None:
        """Take a name of the form module.function, as AWS does."""
        self.module, dot, self.function = handler.rpartition(".")
        self.filename = TASK + self.module.replace(".", "/") + ".py"
        if not dot:
            why = "not enough values to unpack (expected 2, got 1)"
            message = f"Bad handler '{handler}': {why}"
            self.fault = Fault("Runtime.MalformedHandlerName", message)
        elif self.module.partition(".")[0] in sys.builtin_module_names:
            message = f"Cannot use built-in module {self.module} as a handler module"
            self.fault = Fault("Runtime.BuiltInModuleConflict", message)
        found = self.package.find(self.module.replace("/", "."))
        if found is not None and found[0] is not None:
            self.filename = found[0]

    def boot(self, place: Place) -> PythonProcess:
        """Start a runtime process in an environment."""
        place.handler = f"{self.module}.{self.function}".lstrip(".")
        return PythonProcess(self, place)

    def close(self, place: Place) -> None:
        """Throw away what an environment had stored."""
        storage.forget(place.tags)

    def load(self, process: PythonProcess) -> ModuleType:
        """Run the module's own code in a namespace of its own."""
        if self.fault is not None:
            raise self.fault
        try:
            return self._import(process)
        except ImportError as error:
            message = f"Unable to import module '{self.module}': {error}"
            raise Fault("Runtime.ImportModuleError", message) from None
        except SyntaxError as error:
            message = f"Syntax error in module '{self.module}': {error}"
            text = self.line(error.filename or "", error.lineno or 0).rstrip("\n")
            trace = [f'  File "{error.filename}" Line {error.lineno}\n    {text}\n']
            raise Fault("Runtime.UserCodeSyntaxError", message, trace) from None

    def _import(self, process: PythonProcess) -> ModuleType:
        name = self.module.replace("/", ".")
        if self.filename not in self.package.files:
            raise ModuleNotFoundError(f"No module named '{name}'")
        package = name.rpartition(".")[0]
        if package and package.partition(".")[0] in self.package.tops:
            import_own(process, package)
        return process.modules.run_main(process, name, self.filename)

    def code(self, file: str) -> CodeType:
        """Compile a file of the function's, once."""
        if file not in self._compiled:
            handler = self.function if file == self.filename else ""
            self._compiled[file] = compiled(self.package.source(file), file, handler)
        return self._compiled[file]

    def line(self, file: str, number: int) -> str:
        """Give one line of a file, or nothing."""
        lines = self.lines(file)
        return lines[number - 1] if 0 < number <= len(lines) else ""
