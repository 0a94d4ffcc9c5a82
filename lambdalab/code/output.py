"""What a handler prints goes to the log of its environment."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..engine.steps import Write
from .current import here

if TYPE_CHECKING:
    from .patches import Patches

WRITES = 1_000  # between two other steps; the rest is joined to the last one


class Output:
    """What a process has printed since its last step."""

    def __init__(self) -> None:
        self.chunks: list[tuple[int, list[str]]] = []  # a source line and what it has written
        self._size = 0

    def add(self, text: str, line: int) -> int:
        """Take text that a source line has written; give the size of all of it."""
        chunks = self.chunks
        self._size += len(text)
        if chunks:
            last, parts = chunks[-1]
            # A line that was begun is finished first, whoever goes on with it.
            if last == line or len(chunks) >= WRITES or not parts[-1].endswith("\n"):
                parts.append(text)
                return self._size
        chunks.append((line, [text]))
        return self._size

    def add_message(self, text: str, line: int) -> None:
        """Take a message that begins on a line of its own."""
        if self.chunks and not self.chunks[-1][1][-1].endswith("\n"):
            self.chunks[-1][1].append("\n")
        self.chunks.append((line, [text]))

    def keep(self, most: int) -> None:
        """Drop all lines but the first ones."""
        kept = []
        for line, parts in self.chunks:
            texts = "".join(parts).splitlines(True)[:most]
            most -= len(texts)
            if texts:
                kept.append((line, texts))
        self.chunks = kept

    def steps(self) -> list[Write]:
        """Hand over everything, as steps."""
        steps = [Write("".join(parts), line) for line, parts in self.chunks]
        self.chunks, self._size = [], 0
        return steps


class Streams:
    """What a process has put in place of sys.stdout and sys.stderr."""

    def __init__(self) -> None:
        self._own: tuple[Any, Any] | None = None

    def enter(self) -> tuple[Any, Any]:
        """Put it there; give what was there."""
        outside = sys.stdout, sys.stderr
        if self._own is not None:
            sys.stdout, sys.stderr = self._own
        return outside

    def leave(self, outside: tuple[Any, Any]) -> None:
        """Take it away."""
        self._own = None
        if sys.stdout is not outside[0] or sys.stderr is not outside[1]:
            self._own = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = outside


class Stream:
    """Stands for sys.stdout or sys.stderr: the log in a handler, the original elsewhere."""

    def __init__(self, original: Any) -> None:
        self._original = original
        self.buffer = _Bytes(original)

    @property
    def is_the_log(self) -> bool:
        """Tell whether what is written here goes to the log."""
        return here.process is not None

    def write(self, text: str) -> int:
        """Write text."""
        process = here.process
        if process is None:
            return int(self._original.write(text))
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        process.print(text, sys._getframe(1))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Hold nothing back."""
        if here.process is None:
            self._original.flush()

    def close(self) -> None:
        """Stay open: a handler can't close the notebook's output."""
        if here.process is None:
            self._original.close()

    def isatty(self) -> bool:
        """Tell whether a person is looking."""
        return here.process is None and bool(self._original.isatty())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


class _Bytes(io.RawIOBase):
    """The binary side of a stream."""

    def __init__(self, original: Any) -> None:
        self._original = original

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        process = here.process
        if process is None:
            return int(self._original.buffer.write(data))
        process.print(bytes(data).decode("utf-8", "backslashreplace"), sys._getframe(1))
        return len(data)


def install(patches: Patches) -> None:
    """Put the streams in place."""
    for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
        patches.set(sys, name, Stream(getattr(sys, name)))
