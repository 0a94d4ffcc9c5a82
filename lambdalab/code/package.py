"""What a function was made from: text, a file, a folder or a zip, seen as /var/task."""

from __future__ import annotations

import io
import itertools
import os
import shutil
import sys
import tempfile
import weakref
import zipfile
from pathlib import Path

from .current import here
from .errors import TASK

# The originals, as some of this happens inside of a process.
_open, _mkdir = io.open, os.mkdir
_BASE = f"{tempfile.gettempdir()}/lambdalab-task-{os.getpid()}-{os.urandom(4).hex()}"
_numbers = itertools.count()


class Package:
    """The files of a function, by the path that they have on Lambda."""

    def __init__(self, texts: dict[str, str] | None = None, root: str | None = None) -> None:
        self._texts: dict[str, str | bytes] = dict(texts or {})
        self._root = root
        self._lines: dict[str, list[str]] = {}
        self.files = set(self._texts)
        self.folders: set[str] = set()
        if root is not None:
            for folder, inside, names in os.walk(root):
                inside[:] = sorted(name for name in inside if name != "__pycache__")
                here = TASK + os.path.relpath(folder, root).replace(os.sep, "/") + "/"
                here = here.replace("/./", "/")
                self.folders.add(here.rstrip("/"))
                self.files.update(here + name for name in names)
        tops = {file[len(TASK) :].partition("/")[0] for file in self.files}
        # Python's own modules win over files of the same name, as most are loaded already.
        self.tops = {name.removesuffix(".py") for name in tops} - set(sys.stdlib_module_names)

    def find(self, module: str) -> tuple[str | None, str | None] | None:
        """Find the file and the folder of a module: one of them may be missing, but not both."""
        if module.partition(".")[0] not in self.tops:
            return None
        path = TASK + module.replace(".", "/")
        inside = f"{path}/__init__.py"
        if inside in self.files:
            return inside, path
        if f"{path}.py" in self.files:
            return f"{path}.py", None
        return (None, path) if path in self.folders else None

    def source(self, file: str) -> str | bytes:
        """Read a file of the package."""
        if file not in self._texts:
            assert self._root is not None
            with _open(os.path.join(self._root, file[len(TASK) :]), "rb") as opened:
                self._texts[file] = opened.read()
        return self._texts[file]

    def lines(self, file: str) -> list[str]:
        """Give the lines of a file of the package, each with its end."""
        if file not in self._lines:
            text = self.source(file) if file in self.files else ""
            if isinstance(text, bytes):
                text = text.decode("utf-8", "replace")
            self._lines[file] = text.splitlines(True)
        return self._lines[file]

    @property
    def known(self) -> str:
        """The folder on this machine, if there is one yet."""
        return self._root or ""

    @property
    def root(self) -> str:
        """The folder on this machine where the files are; text is put into one when needed."""
        if self._root is None:
            self._root = _folder_of(self)
            for file, text in self._texts.items():
                name = os.path.join(self._root, file[len(TASK) :])
                with _open(name, "w", encoding="utf-8", newline="") as opened:
                    opened.write(str(text))
        return self._root


def of_text(text: str, filename: str) -> Package:
    """Make a package of one file, given as text."""
    return Package({filename: text})


def of_path(path: Path) -> Package:
    """Make a package of a file, a folder or a zip."""
    if path.is_dir():
        return Package(root=str(path.resolve()))
    if path.suffix == ".zip":
        package = Package()
        with zipfile.ZipFile(path) as packed:
            folder = _folder_of(package)
            packed.extractall(folder)
        package.__init__(root=folder)  # type: ignore[misc]
        return package
    return Package({TASK + path.name: path.read_text(encoding="utf-8")})


def _folder_of(package: Package) -> str:
    """Make a folder that goes away with the package."""
    folder = f"{_BASE}-{next(_numbers)}"
    _mkdir(folder, 0o700)
    weakref.finalize(package, _remove, folder)
    return folder


def _remove(folder: str) -> None:
    before, here.process = here.process, None
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        here.process = before
