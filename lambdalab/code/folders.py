"""The current folder of a process, and listings of folders, in the order of their names."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .current import here
from .files import PATHS, Named, dated, lstat, stat

if TYPE_CHECKING:
    from .patches import Patches

_getcwd, _chdir, _scandir = os.getcwd, os.chdir, os.scandir


def getcwd() -> str:
    """Give the current folder."""
    return _getcwd() if here.process is None else here.process.files.cwd


def getcwdb() -> bytes:
    """Give the current folder as bytes."""
    return os.fsencode(getcwd())


def chdir(path: Any) -> None:
    """Change the current folder, of this process only."""
    process = here.process
    if process is None:
        _chdir(path)
        return
    view = process.files
    if not os.path.isdir(path):
        stat(path)
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    view.cwd = view.path(path)


class _Entry:
    """An entry of a folder, under the path that the process knows."""

    def __init__(self, entry: Any, path: str) -> None:
        self._entry, self.name, self.path = entry, entry.name, path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    def __fspath__(self) -> str:
        return self.path

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        return dated(self._entry.stat(follow_symlinks=follow_symlinks))

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


class _Scan:
    """What os.scandir gives: entries in the order of their names."""

    def __init__(self, entries: list[_Entry]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[_Entry]:
        return self

    def __next__(self) -> _Entry:
        return next(self._entries)

    def __enter__(self) -> _Scan:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self._entries = iter(())


def scandir(path: Any = ".") -> Any:
    """List a folder with what there is to know about each entry."""
    process = here.process
    if process is None:
        return _scandir(path)
    if isinstance(path, int):
        with _scandir(path) as found:
            return _Scan([_Entry(entry, entry.name) for entry in sorted(found, key=_name)])
    view = process.files
    path = "." if path is None else path
    with Named(view, path):
        real = view.real(path)
        with _scandir(os.fsencode(real) if isinstance(path, bytes) else real) as found:
            ordered: list[Any] = sorted(found, key=_name)
    return _Scan([_Entry(entry, os.path.join(path, entry.name)) for entry in ordered])


def listdir(path: Any = None) -> Any:
    """List the names in a folder; in a handler in their order, as a disk's order is chance."""
    names = PATHS["listdir"](path)
    return names if here.process is None else sorted(names)


def _name(entry: Any) -> Any:
    return entry.name


def install(patches: Patches) -> None:
    """Put all of it in place."""
    for function in (getcwd, getcwdb, chdir, scandir, listdir):
        patches.set(os, function.__name__, function, everywhere=True)
    patches.when_imported("glob", _install_glob)


def _install_glob(patches: Patches) -> None:
    """Python 3.13 and later keep some functions of `os` in classes for pathlib."""
    found = sys.modules["glob"]
    for name in ("_StringGlobber", "_GlobberBase", "_Globber"):
        globber = getattr(found, name, None)
        for attribute, function in (("scandir", scandir), ("lstat", lstat)):
            if globber is not None and attribute in vars(globber):
                patches.set(globber, attribute, staticmethod(function))
