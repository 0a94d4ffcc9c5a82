"""Open files by their number, and the libraries that go past `open`."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from .current import here
from .files import Named, dated

if TYPE_CHECKING:
    from .patches import Patches

_open, _write, _close, _fstat = os.open, os.write, os.close, os.fstat
_ftruncate, _statvfs = os.ftruncate, getattr(os, "statvfs", None)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_BLOCK = 4_096


def open_(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    """Open a file, as os.open."""
    process = here.process
    if process is None:
        return _open(path, flags, mode, dir_fd=dir_fd)
    view = process.files
    writes = bool(flags & _WRITING)
    with Named(view, path):
        real = path if dir_fd is not None else view.real(path, writes)
        descriptor = _open(real, flags, mode, dir_fd=dir_fd)
    if writes:
        view.opened.add(descriptor)
        view.touch(descriptor)
    return descriptor


def write(descriptor: int, data: Any, /) -> int:
    """Write bytes to an open file, as os.write."""
    process = here.process
    if process is None:
        return _write(descriptor, data)
    if descriptor in (1, 2):
        process.print(bytes(data).decode("utf-8", "backslashreplace"), sys._getframe(1))
        return len(data)
    view = process.files
    if descriptor in view.opened:
        process.refuse_the_dead()
        view.grow(descriptor, os.lseek(descriptor, 0, os.SEEK_CUR), len(data))
    return _write(descriptor, data)


def close(descriptor: int) -> None:
    """Close a file, as os.close."""
    process = here.process
    if process is not None:
        process.files.opened.discard(descriptor)
    _close(descriptor)


def fstat(descriptor: int) -> Any:
    """Tell about an open file, as os.fstat."""
    info = _fstat(descriptor)
    return info if here.process is None else dated(info)


def ftruncate(descriptor: int, length: int, /) -> None:
    """Make an open file as long as asked, as os.ftruncate."""
    process = here.process
    if process is not None:
        process.files.grow(descriptor, 0, length)
    _ftruncate(descriptor, length)


def statvfs(path: Any) -> Any:
    """Tell how full /tmp is, as os.statvfs."""
    process = here.process
    if process is None:
        assert _statvfs is not None
        return _statvfs(path)
    storage = process.files.storage
    process.files.real(path)
    blocks, free = storage.limit // _BLOCK, (storage.limit - storage.used()) // _BLOCK
    return os.statvfs_result((_BLOCK, _BLOCK, blocks, free, free, blocks, free, free, 0, 255))


def _not_in_a_process(name: str) -> Any:
    """Make a shortcut of the system fail, so that Python's library takes the long way."""
    original = getattr(os, name)

    def act(*args: Any, **named: Any) -> Any:
        if here.process is not None:
            raise OSError(errno.ENOTSOCK, os.strerror(errno.ENOTSOCK))
        return original(*args, **named)

    return act


_gettempdir = tempfile._gettempdir  # type: ignore[attr-defined]
_candidates = tempfile._get_candidate_names  # type: ignore[attr-defined]


def gettempdir() -> str:
    """Give the folder for temporary files."""
    return _gettempdir() if here.process is None else "/tmp"


def candidate_names() -> Any:
    """Give names for temporary files, the same in every run."""
    process = here.process
    if process is None:
        return _candidates()
    view = process.files
    if view.names is None:
        view.names = tempfile._RandomNameSequence()  # type: ignore[attr-defined]
    return view.names


def install(patches: Patches) -> None:
    """Put all of it in place."""
    for function in (write, close, fstat, ftruncate):
        patches.set(os, function.__name__, function, everywhere=True)
    patches.set(os, "open", open_, everywhere=True)
    if _statvfs is not None:
        patches.set(os, "statvfs", statvfs, everywhere=True)
    for name in ("sendfile", "copy_file_range", "splice", "posix_fallocate"):
        if hasattr(os, name):
            patches.set(os, name, _not_in_a_process(name), everywhere=True)
    patches.set(tempfile, "_gettempdir", gettempdir)
    patches.set(tempfile, "_get_candidate_names", candidate_names)
    for function in vars(tempfile._TemporaryFileCloser).values():  # type: ignore[attr-defined]
        patches.defaults(function)
    patches.when_imported("sqlite3", _install_sqlite)


def _install_sqlite(patches: Patches) -> None:
    sqlite = sys.modules["sqlite3"]
    original = sqlite.connect

    def connect(database: Any, *args: Any, **named: Any) -> Any:
        """Open a database, which SQLite does without `open`."""
        process = here.process
        if process is not None and database not in (":memory:", "") and not named.get("uri"):
            database = process.files.real(database, True)
        return original(database, *args, **named)

    patches.set(sqlite, "connect", connect, everywhere=True)
