"""Stopping a plain function in the middle: the only file that knows how it is done.

Here it is done with greenlets, which exist wherever CPython runs. A browser has none; there
the same four methods can be written with another mechanism. No value travels through a switch:
what the two sides have to say to each other they leave in attributes, so that nothing is lost
if an interruption arrives exactly between them.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any


class Coroutine:
    """A function that can be left in the middle and entered again at the same place."""

    __slots__ = ("_current", "_inner")

    def __init__(self, body: Callable[[], None]) -> None:
        greenlet = _greenlet()
        self._inner: Any = greenlet.greenlet(body)
        self._current: Callable[[], Any] = greenlet.getcurrent

    def resume(self) -> None:
        """Go on with the function until it suspends itself or ends."""
        inner = self._inner
        caller = self._current()
        if inner.parent is not caller:
            inner.parent = caller
        inner.switch()

    def suspend(self) -> None:
        """Leave the function where it stands; only to be called inside of it."""
        self._inner.parent.switch()

    def throw(self, error: type[BaseException]) -> None:
        """Go on with the function by an error at the place where it stands."""
        inner = self._inner
        if not inner:  # never begun: there is nothing to unwind, and it must not begin now
            return
        inner.parent = self._current()
        inner.throw(error)

    @property
    def running(self) -> bool:
        """Tell whether the caller is inside the function."""
        return self._current() is self._inner

    @property
    def over(self) -> bool:
        """Tell whether nothing of the function is left on its stack."""
        return not self._inner


@functools.cache
def _greenlet() -> Any:
    """Import greenlet when the first handler runs, not when lambdalab is imported."""
    try:
        return importlib.import_module("greenlet")
    except ImportError as error:
        raise ImportError(
            "Running a real handler needs the package greenlet. "
            "Install it with: pip install 'lambdalab[code]'. "
            "Modelled handlers (lab.work) run without it."
        ) from error
