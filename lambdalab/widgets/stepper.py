"""The stepper: a run in a notebook, one entry at a time, forwards and backwards."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..engine.kernel import Log
from ..views.columns import columns
from ..views.goals import Found, goal_lines, goal_list
from ..views.ink import figure
from ..views.timeline import Picture
from .bundle import joined, pack, styled
from .page import write_page

# In the order in which one needs the other; the last one is what a notebook calls.
MODULES = (
    "dom",
    "run",
    "paper",
    "chart",
    "timeline",
    "phases",
    "log",
    "code",
    "why",
    "entries",
    "goals",
    "keys",
    "transport",
    "stepper",
)


def script() -> str:
    """Join the modules of the stepper."""
    return joined(MODULES)


def style() -> str:
    """Read the style sheet."""
    return styled("stepper")


class Stepper(anywidget.AnyWidget):
    """Show a run and step through it; a step never waits for Python.

    Parameters
    ----------
    run : Run or Log, optional
        What to show.
    log : Log, optional
        The same, by name.
    title : str
        What stands above it.
    sources : dict of str to str, optional
        The source text of each function that has one, by name.
    seed : int, optional
        The seed of the run.
    step : int
        The entry to begin with; the first by default.
    goals : list of (str, int or None)
        What there is to see, and the entry that shows it, if any does.

    Attributes
    ----------
    step : int
        The entry that is shown; a notebook may set and observe it.
    seen : list of bool
        Which goals have been seen, in their order.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    packed = traitlets.Bytes().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    seen = traitlets.List(traitlets.Bool()).tag(sync=True)

    def __init__(
        self,
        run: Any = None,
        *,
        log: Log | None = None,
        title: str = "",
        sources: dict[str, str] | None = None,
        seed: int | None = None,
        step: int = 0,
        goals: Sequence[Found] = (),
    ) -> None:
        entries: Log = log if log is not None else getattr(run, "log", run)
        self._entries, self._title, self._goals = entries, title, list(goals)
        sent = columns(entries, title=title, sources=sources, seed=seed, goals=goals)
        super().__init__(packed=pack(sent), step=step, seen=[seq == step for _, seq in goals])

    @traitlets.default("_esm")
    def _script(self) -> str:
        return script()

    @traitlets.default("_css")
    def _style(self) -> str:
        return style()

    @traitlets.validate("step")
    def _within(self, proposal: Any) -> int:
        """Keep the step within the run."""
        return int(max(0, min(proposal["value"], len(self._entries) - 1)))

    def page(self, path: str | Path) -> Path:
        """Write an HTML page of its own: it steps without a kernel and asks no network.

        Parameters
        ----------
        path : str or Path
            The file to write; what it held is lost.
        """
        words = {"packed": base64.b64encode(self.packed).decode(), "step": self.step}
        return write_page(path, self._title or "A run", words, self._esm, self._css, self._still)

    def __repr__(self) -> str:
        n = len(self._entries)
        name = f"{self._title}, " if self._title else ""
        return f"<Stepper: {name}{n:,} entr{'y' if n == 1 else 'ies'}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Give the still picture to whoever cannot show the widget."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        if data is None:
            data = {}
        lines = goal_lines(self._goals, self._entries)
        data["text/plain"] = "\n".join([repr(self), *lines])
        data["text/html"] = self._still
        return data, metadata

    @property
    def _still(self) -> str:
        picture = Picture(self._entries, self._title)
        return figure(picture.svg, picture.alt) + goal_list(self._goals, self._entries)
