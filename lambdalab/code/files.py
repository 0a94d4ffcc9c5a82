"""`open` and `os` in a handler, on the file system that its process sees."""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable
from stat import S_IFDIR
from typing import TYPE_CHECKING, Any

from .current import here
from .storage import FOLDERS, TmpFile, View

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
    with Named(view, file) as real:
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


class Named:
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
        with Named(view, path):
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
        with Named(view, src, dst):
            # What a link points to may be relative to the link, and need not exist.
            keep = name == "symlink" and not os.fsdecode(src).startswith("/")
            return original(src if keep else view.real(src, True), view.real(dst, True), **named)

    act.__name__ = act.__qualname__ = name
    return act


_READERS = ("listdir", "readlink", "stat", "lstat", "access", "getxattr", "listxattr", "statvfs")
_WRITERS = ("mkdir", "rmdir", "remove", "unlink", "chmod", "chown", "utime", "truncate", "mkfifo")
PATHS = {
    name: _on_path(name, name in _WRITERS) for name in _READERS + _WRITERS if hasattr(os, name)
}
_TWO = {
    name: _on_two(name) for name in ("rename", "replace", "link", "symlink") if hasattr(os, name)
}
_stat, _lstat, _mkdir, _access, _utime = (
    PATHS[name] for name in ("stat", "lstat", "mkdir", "access", "utime")
)
_readlink, _truncate = PATHS.get("readlink"), PATHS.get("truncate")


def dated(info: os.stat_result) -> os.stat_result:
    """Take from a stat the times that are of this machine."""
    fields: list[Any] = list(info[:10])
    fields[7] = fields[9] = fields[8]
    times = {f"st_{kind}time": info.st_mtime for kind in "acm"}
    times |= {f"st_{kind}time_ns": info.st_mtime_ns for kind in "acm"}
    return os.stat_result(fields, times)


def stat(path: Any, **named: Any) -> Any:
    """Tell about a file."""
    if _is_folder(path, named.get("dir_fd")):
        return dated(FOLDER)
    info = _stat(path, **named)
    return info if here.process is None else dated(info)


def lstat(path: Any, **named: Any) -> Any:
    """Tell about a file or a link."""
    if _is_folder(path, named.get("dir_fd")):
        return dated(FOLDER)
    info = _lstat(path, **named)
    return info if here.process is None else dated(info)


FOLDER = os.stat_result(
    (S_IFDIR | 0o755, 1, 1, 2, 0, 0, 4096, 0, 0, 0), {"st_mtime": 0.0, "st_mtime_ns": 0}
)  # one that every environment has


def _is_folder(path: Any, dir_fd: int | None) -> bool:
    """Say whether a path of a handler is a folder that is there without its doing."""
    if here.process is None or isinstance(path, int) or dir_fd is not None:
        return False
    return here.process.files.path(path) in FOLDERS


def mkdir(path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
    """Make a folder."""
    if _is_folder(path, dir_fd):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
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


def install(patches: Patches) -> None:
    """Put the file system of environments in place."""
    patches.set(builtins, "open", open_)
    patches.set(io, "open", open_)
    mine = (stat, lstat, mkdir, access, utime, readlink, truncate)
    functions = PATHS | _TWO | {function.__name__: function for function in mine}
    for elsewhere in ("statvfs", "listdir"):
        functions.pop(elsewhere, None)
    for name, function in functions.items():
        if hasattr(os, name):
            patches.set(os, name, function, everywhere=True)
    patches.adopt_one("shutil")
