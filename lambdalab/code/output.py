"""What a handler prints goes to the log of its environment."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lambdalab.code.current import here

if TYPE_CHECKING:
    from lambdalab.code.patches import Patches


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
            return self._original.write(text)
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        process.print(text, sys._getframe(1))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing is held back."""
        if here.process is None:
            self._original.flush()

    def isatty(self) -> bool:
        """Tell whether a person is looking."""
        return here.process is None and self._original.isatty()

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
    patches.set(sys, "stdout", Stream(sys.stdout))
    patches.set(sys, "stderr", Stream(sys.stderr))
