"""The properties of one resource, taken one by one; what nobody takes is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..mistakes import LabError
from .intrinsics import Values
from .reading import is_true, not_modelled
from .supported import IGNORED

Convert = Callable[["Properties", str, Any], Any]
Table = Mapping[str, tuple[str, Convert]]  # property -> (our setting, how it is read)


class Properties:
    """What a template says of one resource, or of a part of it."""

    def __init__(self, id: str, kind: str, given: Any, values: Values, path: str = "") -> None:
        self.id, self.kind, self.values, self.path = id, kind, values, path
        found = values.of(given, shallow=True) if given is not None else {}
        if not isinstance(found, dict):
            raise self.wrong(path.rstrip("."), found, "names and values")
        self.given: dict[str, Any] = found
        self.taken: set[str] = set()
        self.parts: list[Properties] = []

    def take(self, name: str, default: Any = None) -> Any:
        """Work out one property; without it, the default."""
        self.taken.add(name)
        found = self.values.of(self.given.get(name))
        return default if found is None else found

    def part(self, name: str) -> Properties:
        """Look into one property, which has properties of its own."""
        self.taken.add(name)
        return self._part(name, self.given.get(name))

    def each(self, name: str) -> list[Properties]:
        """Look into each item of a property that is a list."""
        self.taken.add(name)
        items = self.values.of(self.given.get(name), shallow=True) or []
        if not isinstance(items, list):
            raise self.wrong(name, items, "a list")
        return [self._part(name, item) for item in items]

    def _part(self, name: str, given: Any) -> Properties:
        part = Properties(self.id, self.kind, given, self.values, f"{self.path}{name}.")
        self.parts.append(part)
        return part

    def settings(self, table: Table) -> dict[str, Any]:
        """Read those properties of a table that are given, under our own names."""
        found = {}
        for name, (setting, convert) in table.items():
            value = self.take(name)
            if value is not None:
                found[setting] = convert(self, name, value)
        return found

    def only(self, name: str, *allowed: str) -> None:
        """Refuse a property that is given as anything but these."""
        value = self.take(name)
        if value is not None and str(value) not in allowed:
            raise self.wrong(name, value, " or ".join(allowed))

    def done(self) -> None:
        """Refuse what was not taken, unless it has no effect in the model."""
        for name in self.given:
            if name not in self.taken and self.path + name not in IGNORED[self.kind]:
                raise not_modelled(self.id, self.kind, self.path + name)
        for part in self.parts:
            part.done()

    def wrong(self, name: str, value: Any, allowed: str) -> LabError:
        """Refuse the value of a property."""
        what = f"{self.path}{name} of {self.id} ({self.kind})"
        return LabError(f"{what} is {value!r}.", allowed, f"{name}: ... in the template")


def text(props: Properties, name: str, value: Any) -> str:
    """Read a text."""
    if isinstance(value, dict | list):
        raise props.wrong(name, value, "a text")
    return str(value)


def whole(props: Properties, name: str, value: Any) -> int:
    """Read a whole number, which may be text."""
    try:
        return int(str(value))
    except ValueError:
        raise props.wrong(name, value, "a whole number") from None


def flag(props: Properties, name: str, value: Any) -> bool:
    """Read yes or no."""
    if str(value).lower() not in ("true", "false"):
        raise props.wrong(name, value, "true or false")
    return is_true(value)


@contextmanager
def about(id: str, kind: str) -> Iterator[None]:
    """Say of which resource a mistake is."""
    try:
        yield
    except LabError as error:
        if f"{id} ({kind})" in error.given:
            raise
        where = f"{id} ({kind}): {error.given}"
        raise LabError(where, error.allowed, error.attempt, error.rule) from None
