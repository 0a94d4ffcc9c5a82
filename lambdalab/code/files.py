"""`open` and `os` in a handler, on the file system that its process sees."""

from __future__ import annotations

import builtins
import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .current import here
from .storage import TmpFile, View

if TYPE_CHECKING:
    from .patches import Patches

_open = io.open


def open_(
    file: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Callable[[str, int], int] | None = None,
) -> Any:
    """Open a file."""
    process = here.process
    if process is None or (isinstance(file, int) and file not in process.files.opened):
        return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)
    view = process.files
    writes = not set("wax+").isdisjoint(mode)
    if "b" not in mode and encoding in (None, "locale"):
        encoding = "utf-8"
    with _Named(view, file) as real:
        real = file if isinstance(file, int) else view.real(file, writes)
        if not writes or not (isinstance(file, int) or view.inside(file)):
            opened = _open(real, mode, buffering, encoding, errors, newline, closefd, opener)
        else:
            how = {"closefd": closefd, "opener": opener}
            opened = _stack(view, real, mode, buffering, (encoding, errors, newline), how)
    raw: Any = getattr(opened, "buffer", opened)
    getattr(raw, "raw", raw).name = file
    if isinstance(file, int) and closefd:
        view.opened.discard(file)
    return opened


def _stack(
    view: View, real: Any, mode: str, buffering: int, text: tuple[Any, Any, Any], how: Any
) -> Any:
    """Build a file for writing from its layers, with ours at the bottom."""
    _check(mode, buffering)
    raw = TmpFile(view, real, mode.replace("b", "").replace("t", ""), **how)
    if buffering == 0:
        return raw
    size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
    if "+" in mode:
        buffered: Any = io.BufferedRandom(raw, size)
    else:
        buffered = io.BufferedWriter(raw, size)
    if "b" in mode:
        return buffered
    wrapped = io.TextIOWrapper(buffered, *text, line_buffering=buffering == 1)
    wrapped.mode = mode  # type: ignore[misc]
    return wrapped


def _check(mode: str, buffering: int) -> None:
    """Have Python itself complain about arguments that don't go together."""
    _open(os.devnull, mode.replace("x", "w"), buffering).close()


class _Named:
    """Lets errors name the path that the handler gave, not the place on this machine."""

    def __init__(self, view: View, *given: Any) -> None:
        self._view, self._given = view, given

    def __enter__(self) -> Any:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, OSError) and error.filename is not None:
            error.filename = self._view.shown(error.filename)
            if error.filename2 is not None:
                error.filename2 = self._view.shown(error.filename2)


def _on_path(name: str, write: bool) -> Callable[..., Any]:
    """Make a function of `os` that takes a path act on what the process sees."""
    original = getattr(os, name)

    def act(path: Any = ".", *args: Any, **named: Any) -> Any:
        process = here.process
        if process is None or isinstance(path, int) or named.get("dir_fd") is not None:
            return original(path, *args, **named)
        view = process.files
        with _Named(view, path):
            real = view.real("." if path is None else path, write)
            return original(os.fsencode(real) if isinstance(path, bytes) else real, *args, **named)

    act.__name__ = act.__qualname__ = name
    return act


def _on_two(name: str) -> Callable[..., Any]:
    """Make a function of `os` that takes two paths act on what the process sees."""
    original = getattr(os, name)

    def act(src: Any, dst: Any, **named: Any) -> Any:
        process = here.process
        if process is None:
            return original(src, dst, **named)
        view = process.files
        with _Named(view, src, dst):
            # What a link points to may be relative to the link, and need not exist.
            keep = name == "symlink" and not os.fsdecode(src).startswith("/")
            return original(src if keep else view.real(src, True), view.real(dst, True), **named)

    act.__name__ = act.__qualname__ = name
    return act


_READERS = ("listdir", "readlink", "stat", "lstat", "access", "getxattr", "listxattr", "statvfs")
_WRITERS = ("mkdir", "rmdir", "remove", "unlink", "chmod", "chown", "utime", "truncate", "mkfifo")
_PATHS = {
    name: _on_path(name, name in _WRITERS) for name in _READERS + _WRITERS if hasattr(os, name)
}
_TWO = {
    name: _on_two(name) for name in ("rename", "replace", "link", "symlink") if hasattr(os, name)
}
_stat, _lstat, _mkdir, _access, _utime = (
    _PATHS[name] for name in ("stat", "lstat", "mkdir", "access", "utime")
)
_readlink, _truncate = _PATHS.get("readlink"), _PATHS.get("truncate")


def _dated(info: os.stat_result) -> os.stat_result:
    """Take from a stat the times that are of this machine."""
    fields: list[Any] = list(info[:10])
    fields[7] = fields[9] = fields[8]
    times = {f"st_{kind}time": info.st_mtime for kind in "acm"}
    times |= {f"st_{kind}time_ns": info.st_mtime_ns for kind in "acm"}
    return os.stat_result(fields, times)


def stat(path: Any, **named: Any) -> Any:
    """Tell about a file."""
    info = _stat(path, **named)
    return info if here.process is None else _dated(info)


def lstat(path: Any, **named: Any) -> Any:
    """Tell about a file or a link."""
    info = _lstat(path, **named)
    return info if here.process is None else _dated(info)


def mkdir(path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
    """Make a folder."""
    _mkdir(path, mode, dir_fd=dir_fd)
    process = here.process
    if process is not None and dir_fd is None:
        process.files.touch(process.files.real(path))


def access(path: Any, mode: int, **named: Any) -> bool:
    """Tell whether a file can be used."""
    process = here.process
    if process is not None:
        try:
            process.files.real(path, bool(mode & os.W_OK))
        except OSError:
            return False
    return bool(_access(path, mode, **named))


def utime(path: Any, times: Any = None, **named: Any) -> None:
    """Date a file."""
    process = here.process
    if process is not None and times is None and "ns" not in named:
        named["ns"] = process.files.now()
    _utime(path, times, **named) if times is not None else _utime(path, **named)


def readlink(path: Any, **named: Any) -> Any:
    """Tell where a link points to."""
    assert _readlink is not None
    target = _readlink(path, **named)
    return target if here.process is None else here.process.files.shown(target)


def truncate(path: Any, length: int) -> None:
    """Make a file as long as asked."""
    process = here.process
    if process is not None:
        with open_(path, "r+b") as opened:
            opened.truncate(length)
        return
    assert _truncate is not None
    _truncate(path, length)


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


_getcwd, _chdir, _scandir = os.getcwd, os.chdir, os.scandir


class _Entry:
    """An entry of a folder, under the path that the process knows."""

    def __init__(self, entry: Any, path: str) -> None:
        self._entry, self.name, self.path = entry, entry.name, path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    def __fspath__(self) -> str:
        return self.path

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        return _dated(self._entry.stat(follow_symlinks=follow_symlinks))

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
    with _Named(view, path):
        real = view.real(path)
        with _scandir(os.fsencode(real) if isinstance(path, bytes) else real) as found:
            ordered: list[Any] = sorted(found, key=_name)
    return _Scan([_Entry(entry, os.path.join(path, entry.name)) for entry in ordered])


def listdir(path: Any = None) -> Any:
    """List the names in a folder; in a handler in their order, as a disk's order is chance."""
    names = _PATHS["listdir"](path)
    return names if here.process is None else sorted(names)


def _name(entry: Any) -> Any:
    return entry.name


def install(patches: Patches) -> None:
    """Put the file system of environments in place."""
    patches.set(builtins, "open", open_)
    patches.set(io, "open", open_)
    mine = (stat, lstat, mkdir, access, utime, readlink, truncate, getcwd, getcwdb, chdir)
    functions = _PATHS | _TWO | {function.__name__: function for function in mine}
    functions |= {"scandir": scandir, "listdir": listdir}
    functions.pop("statvfs", None)
    for name, function in functions.items():
        if hasattr(os, name):
            patches.set(os, name, function, everywhere=True)
    patches.adopt_one("shutil")
    patches.when_imported("glob", _install_glob)


def _install_glob(patches: Patches) -> None:
    """Python 3.13 and later keep some functions of `os` in classes for pathlib."""
    found = sys.modules["glob"]
    for name in ("_StringGlobber", "_GlobberBase", "_Globber"):
        globber = getattr(found, name, None)
        for attribute, function in (("scandir", scandir), ("lstat", lstat)):
            if globber is not None and attribute in vars(globber):
                patches.set(globber, attribute, staticmethod(function))
