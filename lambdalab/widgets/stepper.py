"""The stepper: a run in a notebook, one entry at a time, forwards and backwards."""

from __future__ import annotations

import base64
from ast import literal_eval
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..engine.kernel import Log
from ..engine.units import SECOND
from ..mistakes import LabError
from ..views.columns import columns, settable
from ..views.goals import Found, goal_lines, goal_list
from ..views.ink import figure
from ..views.timeline import Picture
from .bundle import joined, pack, styled
from .page import write_page

# In the order in which one needs the other; the last one is what a notebook calls.
MODULES = (
    "dom",
    "run",
    "flow",
    "paper",
    "signs",
    "arrivals",
    "nearer",
    "chart",
    "swatches",
    "zoom",
    "timeline",
    "goals",
    "why",
    "entries",
    "system",
    "queues",
    "machine",
    "code",
    "log",
    "fork",
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
    forks : callable, optional
        Runs again from zero: it is given seconds, the name of a function, and settings.

    Attributes
    ----------
    step : int
        The entry that is shown; a notebook may set and observe it.
    seen : list of bool
        Which goals have been seen, in their order.
    fork : Run or None
        What "Fork here" gave last.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    packed = traitlets.Bytes().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    seen = traitlets.List(traitlets.Bool()).tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)  # for a fork: when, whose, which setting, its value
    forked = traitlets.Dict().tag(sync=True)  # what came of it

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
        forks: Callable[..., Any] | None = None,
    ) -> None:
        self.fork: Any = None
        self._run, self._forks = run, forks
        entries: Log = log if log is not None else getattr(run, "log", run)
        self._entries, self._title, self._goals = entries, title, list(goals)
        sent = columns(entries, title=title, sources=sources, seed=seed, goals=goals)
        sent["settable"] = settable(entries) if forks else []
        super().__init__(packed=pack(sent), step=step, seen=[seq == step for _, seq in goals])
        self.observe(self._fork_asked, "asked")

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

    def _fork_asked(self, change: Any) -> None:
        """Run the fork that was asked for, and say where it parts from this run."""
        asked = change["new"]
        if not asked or self._forks is None:
            return
        try:
            value = literal_eval(asked["value"])
            settings = {asked["name"]: value}
            self.fork = self._forks(asked["at"] / SECOND, asked["owner"], settings)
            compared = self._run.compare(self.fork)
            self.forked = {"svg": compared.svg, "alt": compared.alt, "told": compared.tell()}
        except (LabError, SyntaxError, ValueError) as error:
            self.forked = {"error": str(error), "told": ""}

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
