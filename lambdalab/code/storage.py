"""What a process sees of the file system: its own /tmp, its code, and Python's libraries.

/tmp is a private folder on this machine for each environment, made when it is first used. It
outlives the process and goes away with the environment, or at the end of the run.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import shutil
import site
import sys
from typing import TYPE_CHECKING, Any

from ..engine.units import MB

if TYPE_CHECKING:
    from .process import PythonProcess

# The originals: everything here runs inside of a process, where the names in `os` are ours.
_mkdir, _scandir, _fstat, _lseek, _utime = os.mkdir, os.scandir, os.fstat, os.lseek, os.utime

TMP, CODE = "/tmp", "/var/task"
_TAG = "lambdalab.storage"
_READABLE = (
    "/dev/null",
    "/dev/zero",
    "/etc/mime.types",
    "/etc/ssl",
    "/usr/lib/ssl",
    "/usr/share/zoneinfo",
)

FOLDERS = {  # that are there in every environment, besides what can be written
    *("/", "/bin", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/proc"),
    *("/root", "/run", "/sbin", "/srv", "/sys", "/usr", "/usr/bin", "/usr/lib", "/usr/local"),
    *("/usr/share", "/var", "/var/lang", "/var/lib", "/var/log", "/var/runtime", CODE),
}


class Storage:
    """The /tmp of an environment."""

    def __init__(self, folder: str, limit: int) -> None:
        self._folder, self._made = folder, False
        self._limit, self._used = limit, 0  # bytes; used is never less than what is there

    @property
    def folder(self) -> str:
        """The folder on this machine."""
        if not self._made:
            # The code may have been left between the two lines below.
            with contextlib.suppress(FileExistsError):
                _mkdir(self._folder, 0o700)
            self._made = True
        return self._folder

    def take(self, size: int) -> None:
        """Make room for some more bytes, or fail as a full disk does."""
        if self._used + size > self._limit:
            self._used = self.used()  # files may have been removed since
            if self._used + size > self._limit:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._used += size

    def used(self) -> int:
        """Add up the sizes of all files."""
        return sum(size for _, size in self.files())

    def files(self) -> list[tuple[str, int]]:
        """List the files with their sizes in bytes, in the order of their names."""
        found, folders = [], [self.folder]
        while folders:
            with _scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        name = entry.path[len(self._folder) + 1 :]
                        found.append((name, entry.stat(follow_symlinks=False).st_size))
        return sorted(found)

    @property
    def limit(self) -> int:
        """How many bytes there is room for."""
        return self._limit

    @property
    def made(self) -> bool:
        """Say whether anybody has used it."""
        return self._made

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._made, self._used = False, 0


def of(process: PythonProcess) -> Storage:
    """Give the storage of the environment that a process runs in."""
    place = process.place
    storage = place.tags.get(_TAG)
    if not isinstance(storage, Storage):
        storage = process.simulation.storage(place.ephemeral_storage * MB)
        place.tags[_TAG] = storage
    return storage


def in_tmp(tags: dict[str, object]) -> list[tuple[str, int]]:
    """List the files of an environment with their sizes in bytes."""
    storage = tags.get(_TAG)
    return storage.files() if isinstance(storage, Storage) and storage.made else []


def forget(tags: dict[str, object]) -> None:
    """Remove what an environment has stored."""
    storage = tags.pop(_TAG, None)
    if isinstance(storage, Storage):
        storage.remove()


class View:
    """The file system as one process sees it."""

    def __init__(self, process: PythonProcess) -> None:
        self._process = process
        self.storage = of(process)
        self.cwd = CODE
        self.opened: set[int] = set()  # descriptors of files in /tmp
        self.names: Any = None  # that `tempfile` makes up

    def path(self, given: Any) -> str:
        """Write a path in full, as the process means it."""
        text = os.fsdecode(given)
        return os.path.normpath(text if text.startswith("/") else f"{self.cwd}/{text}")

    def real(self, given: Any, write: bool = False) -> str:
        """Give the place on this machine that a path stands for."""
        self._process.refuse_the_dead()
        path = self.path(given)
        library = path.startswith(_libraries())  # Python itself may be installed below /tmp
        if (path == TMP or path.startswith(TMP + "/")) and (write or not library):
            return self.storage.folder + path[len(TMP) :]
        if write and path != "/dev/null":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), given)
        if path == CODE or path.startswith(CODE + "/"):
            return self._process.code.package.root + path[len(CODE) :]
        if library:
            return path
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), given)

    def shown(self, real: Any) -> Any:
        """Give the path that the process knows for a place on this machine."""
        text = os.fsdecode(real)
        for folder, name in ((self.storage.folder, TMP), (self._process.code.package.known, CODE)):
            if folder and (text == folder or text.startswith(folder + "/")):
                text = name + text[len(folder) :]
                return text.encode() if isinstance(real, bytes) else text
        return real

    def inside(self, given: Any) -> bool:
        """Tell whether a path is in /tmp."""
        path = self.path(given)
        return path == TMP or path.startswith(TMP + "/")

    def now(self) -> tuple[int, int]:
        """Give the simulated time as `utime` takes it."""
        ns = self._process.wall(self._process.place.now()) * 1_000
        return ns, ns

    def touch(self, real: Any) -> None:
        """Date a file by the simulated clock."""
        if not isinstance(real, int) or _utime in os.supports_fd or os.utime in os.supports_fd:
            _utime(real, ns=self.now())

    def grow(self, descriptor: int, position: int, size: int) -> None:
        """Make room for a write at a position of a file."""
        more = position + size - _fstat(descriptor).st_size
        if more > 0:
            self.storage.take(more)


class TmpFile(io.FileIO):
    """A file in /tmp that is written to."""

    def __init__(self, view: View, file: Any, mode: str, **options: Any) -> None:
        io.FileIO.__init__(self, file, mode, **options)
        self._view, self._appends = view, "a" in mode
        view.touch(self.fileno())

    def write(self, data: Any, /) -> int:
        """Write bytes, if there is room for them."""
        view, descriptor = self._view, self.fileno()
        whence = os.SEEK_END if self._appends else os.SEEK_CUR
        view.grow(descriptor, _lseek(descriptor, 0, whence), memoryview(data).nbytes)
        written = io.FileIO.write(self, data)
        view.touch(descriptor)
        return int(written or 0)

    def truncate(self, size: int | None = None, /) -> int:
        """Make the file as long as asked."""
        if size is not None:
            self._view.grow(self.fileno(), 0, size)
        return io.FileIO.truncate(self, size)


_known: list[tuple[str, ...]] = []


def _libraries() -> tuple[str, ...]:
    """List what a handler may read besides its own files."""
    if not _known:
        folders = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__)}
        folders.update(site.getsitepackages())
        folders.update(path for path in sys.path if path.endswith(("-packages", ".zip")))
        folders.add(os.path.dirname(os.path.dirname(__file__)))
        _known.append(tuple(f"{folder}/" for folder in folders) + _READABLE)
    return _known[0]
