"""A sandbox: a few knobs with a few stops each, one number to watch, and a picture."""

from __future__ import annotations

import base64
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import anywidget
import traitlets

from ..mistakes import LabError
from ..views.grid import aligned
from ..views.ink import PALETTE, figure
from .bundle import joined, pack, styled
from .page import write_page

MODULES = ("dom", "keys", "sandbox")
MOST_KNOBS = 3
STOPS = range(2, 8)
MOST_STATES = 125  # that are all worked out before the first is shown
MOST_ENTRIES = 400_000  # of all of them together; the rest is worked out when it is asked for
TRY = 'lab.sandbox(overload, rate=[5, 10, 20], headline="throttled")'

Place = tuple[int, ...]  # for each knob the number of its stop, and of the seed


class Sandbox(anywidget.AnyWidget):
    """Turn knobs and see what a run makes of it; `lab.sandbox` says how to make one.

    Attributes
    ----------
    value : dict
        Knobs and their stops as shown; a notebook may set and observe it.
    run : Run
        The run of that state.
    headline : object
        The number to watch.
    call : str
        What to write to get that run.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    packed = traitlets.Bytes().tag(sync=True)
    place = traitlets.List(traitlets.Int()).tag(sync=True)  # the state that is shown
    answer = traitlets.Dict().tag(sync=True)  # a state that was not worked out before
    value = traitlets.Dict()

    def __init__(
        self,
        make: Callable[..., Any],
        *,
        headline: Any,
        title: str = "",
        picture: Any = "timeline",
        start: Mapping[str, Any] | None = None,
        seeds: Sequence[int] = (),
        **knobs: Any,
    ) -> None:
        self._make, self._picture = make, picture
        self._knobs = {name: _stops(name, stops) for name, stops in knobs.items()}
        self._words, self._headline = _headline(headline)
        name = getattr(make, "__name__", "")
        self._name = name if name.isidentifier() else "run"
        self._title = title or self._name.replace("_", " ")
        self._seeds = _checked(make, self._knobs, seeds)
        self._runs: dict[Place, Any] = {}
        self._states: dict[Place, dict[str, Any]] = {}
        first = self._place_of(start or {})
        self._work_out(first)
        super().__init__(packed=pack(self._sent(first)), place=list(first))
        self.value = self._value(first)
        self.observe(self._moved, "place")
        self.observe(self._set, "value")

    # What can be asked

    @property
    def run(self) -> Any:
        """The run of the state that is shown."""
        return self._run(self._at)

    @property
    def headline(self) -> Any:
        """The number to watch."""
        return self._headline(self.run)

    @property
    def call(self) -> str:
        """What to write to get the run that is shown."""
        return self._call(self._at)

    def tell(self) -> str:
        """Say the number to watch at each stop that has been worked out."""
        rows = [(*self._knobs, *(["seed"] if self._seeds else []), self._words)]
        for place in sorted(self._states):
            stops = [stops[n][0] for n, stops in zip(place, self._knobs.values(), strict=False)]
            seed = [str(self._seeds[place[-1]])] if self._seeds else []
            rows.append((*stops, *seed, self._states[place]["headline"]))
        return "\n".join(aligned(rows, "r" * len(rows[0])))

    def page(self, path: str | Path) -> Path:
        """Write an HTML page of its own: it needs no kernel for what has been worked out."""
        state = {
            "packed": base64.b64encode(self.packed).decode(),
            "place": list(self._at),
            "answer": {},
        }
        return write_page(path, self._title, state, self._esm, self._css, self._still)

    def __repr__(self) -> str:
        knobs = ", ".join(f"{name}: {len(stops)} stops" for name, stops in self._knobs.items())
        shown = self._states[self._at]["headline"]
        return f"<Sandbox: {self._title}; {knobs}; {self._words}: {shown} at {self.call}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Give the picture and all numbers to whoever cannot show the widget."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data = data or {}
        data["text/plain"] = f"{self!r}\n{self.tell()}"
        data["text/html"] = self._still
        return data, metadata

    @property
    def _still(self) -> str:
        state = self._states[self._at]
        return f"{figure(state['svg'], state['alt'])}<pre>{escape(self.tell())}</pre>"

    # Working out

    @property
    def _at(self) -> Place:
        return tuple(self.place)

    def _places(self) -> Iterator[Place]:
        sizes = [range(len(stops)) for stops in self._knobs.values()]
        return product(*sizes, range(len(self._seeds) or 1))

    def _work_out(self, first: Place) -> None:
        """Work out all states if there are few and they are small, else only the first."""
        entries, places = 0, list(self._places())
        self._states[first] = self._state(first)
        if len(places) > MOST_STATES:
            return
        for place in places:
            if place not in self._states:
                entries += len(self._run(place).log)
                if entries > MOST_ENTRIES:
                    return
                self._states[place] = self._state(place)

    def _value(self, place: Place) -> dict[str, Any]:
        return {
            name: stops[n][1] for n, (name, stops) in zip(place, self._knobs.items(), strict=False)
        }

    def _arguments(self, place: Place) -> dict[str, Any]:
        seed = {"seed": self._seeds[place[-1]]} if self._seeds else {}
        return {**self._value(place), **seed}

    def _call(self, place: Place) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self._arguments(place).items())
        return f"{self._name}({given})"

    def _run(self, place: Place) -> Any:
        if place not in self._runs:
            self._runs[place] = self._make(**self._arguments(place))
        return self._runs[place]

    def _state(self, place: Place) -> dict[str, Any]:
        """Say everything that is shown at a place."""
        run = self._run(place)
        if not hasattr(run, "log"):
            raise LabError(
                f"{self._call(place)} gave {run!r}.", "a run: what lab.run(...) gives", TRY
            )
        shown, value = _pictured(run, self._picture), self._headline(run)
        return {
            "headline": f"{value:,.6g}" if _is_number(value) else str(value),
            "alt": shown.alt,
            "svg": shown.svg,
            "call": self._call(place),
        }

    def _sent(self, first: Place) -> dict[str, Any]:
        """Collect what goes to the browser once."""
        places = list(self._places())
        Random("surprise").shuffle(places)
        return {
            "title": self._title,
            "headline": self._words,
            "knobs": [[name, [words for words, _ in stops]] for name, stops in self._knobs.items()],
            "seeds": self._seeds,
            "first": first,
            "states": [[place, state] for place, state in self._states.items()],
            "surprises": [place for place in places if place != first][:MOST_STATES],
            "palette": PALETTE,
        }

    # Moving

    def _place_of(self, value: Mapping[str, Any], seed: int = 0) -> Place:
        """Find the place of some stops; the first of every knob that is not named."""
        place = []
        for name, stops in self._knobs.items():
            values = [stop for _, stop in stops]
            chosen = value.get(name, values[0])
            if chosen not in values:
                raise LabError(f"{name}={chosen!r} is no stop.", ", ".join(map(repr, values)), TRY)
            place.append(values.index(chosen))
        if unknown := set(value) - set(self._knobs):
            raise LabError(
                f"there is no knob {', '.join(sorted(unknown))}.", ", ".join(self._knobs), TRY
            )
        return (*place, seed)

    def _moved(self, change: Any) -> None:
        """Follow the browser; answer what had not been worked out."""
        place = tuple(change["new"])
        if place not in self._states:
            self._states[place] = self._state(place)
            self.answer = {"place": list(place), **self._states[place]}
        self.value = self._value(place)

    def _set(self, change: Any) -> None:
        self.place = list(self._place_of(change["new"], self._at[-1]))

    @traitlets.default("_esm")
    def _script(self) -> str:
        return joined(MODULES)

    @traitlets.default("_css")
    def _style(self) -> str:
        return styled("stepper", "sandbox")


def sandbox(
    make: Callable[..., Any],
    *,
    headline: Any,
    title: str = "",
    picture: Any = "timeline",
    start: Mapping[str, Any] | None = None,
    seeds: Sequence[int] = (),
    **knobs: Any,
) -> Sandbox:
    """Turn at most three knobs and see what a run makes of it.

    Parameters
    ----------
    make : callable
        A function of the knobs that gives a run. If it has a parameter `seed`, surprises also go
        through `seeds`.
    headline : str, callable, or (str, callable)
        The one number to watch: a word of `run.count`, a CloudWatch metric, or a function of the
        run; and its words.
    title : str
        What stands above it; the name of `make` by default.
    picture : str or callable
        "timeline", a name that `run.chart` knows, or a function of the run that gives what has
        `svg` and `alt`.
    start : dict, optional
        The stops to begin with; the first of each by default.
    seeds : sequence of int
        What `seed` may be; the first one to begin with.
    **knobs : list, or dict of str to value
        One to three; each has two to seven stops.

    Returns
    -------
    Sandbox

    Raises
    ------
    LabError
        For knobs that cannot be turned so.

    Examples
    --------
    >>> import lambdalab as lab
    >>> def shop(limit):
    ...     return lab.run(lab.handler(wait=1, reserved_concurrency=limit), at=[0, 0, 0])
    >>> lab.sandbox(shop, limit=[1, 2, 3], headline="throttled")
    <Sandbox: shop; limit: 3 stops; throttled: 2 at shop(limit=1)>
    """
    return Sandbox(
        make, headline=headline, title=title, picture=picture, start=start, seeds=seeds, **knobs
    )


# What was asked for -----------------------------------------------------------------------------


def _stops(name: str, given: Any) -> list[tuple[str, Any]]:
    """Name the stops of a knob."""
    if isinstance(given, Mapping):
        stops = [(str(words), value) for words, value in given.items()]
    elif isinstance(given, Iterable) and not isinstance(given, str):
        stops = [(_said(value), value) for value in given]
    else:
        stops = []
    if len(stops) not in STOPS:
        raise LabError(
            f"{name}={given!r} has no stops to turn to.", "a list of two to seven values", TRY
        )
    return stops


def _said(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "on", False: "off"}[value]
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _headline(given: Any) -> tuple[str, Callable[[Any], Any]]:
    """Turn what is to be watched into words and a function of a run."""
    words, ask = given if isinstance(given, tuple) and len(given) == 2 else ("", given)
    if isinstance(ask, str):
        return words or ask.replace("_", " "), lambda run: _counted(run, ask)
    if not callable(ask):
        raise LabError(
            f"headline={given!r} is nothing to watch.", "a word, or a function of the run", TRY
        )
    name = getattr(ask, "__name__", "")
    return words or (name.replace("_", " ") if name.isidentifier() else "result"), ask


def _counted(run: Any, word: str) -> Any:
    """Ask a run for a count, or for a metric if the word begins with a capital."""
    return run.metrics[word] if word[:1].isupper() else run.count(word)


def _pictured(run: Any, picture: Any) -> Any:
    if callable(picture):
        return picture(run)
    return run.timeline() if picture == "timeline" else run.chart(picture)


def _checked(make: Any, knobs: Mapping[str, Any], seeds: Sequence[int]) -> list[int]:
    """See that the knobs are parameters of what makes the run."""
    if not callable(make):
        raise LabError(f"{make!r} makes no run.", "a function of the knobs", TRY)
    if not 1 <= len(knobs) <= MOST_KNOBS:
        raise LabError(f"{len(knobs)} knobs are no sandbox.", f"1 to {MOST_KNOBS}", TRY)
    known = inspect.signature(make).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in known.values()):
        unknown = [name for name in [*knobs, *(["seed"] if seeds else [])] if name not in known]
        if unknown:
            raise LabError(
                f"{getattr(make, '__name__', 'the function')} has no {', '.join(unknown)}.",
                f"its parameters: {', '.join(known)}",
                TRY,
            )
    return list(seeds)
