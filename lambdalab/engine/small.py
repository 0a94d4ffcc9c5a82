"""How the small classes of this book are made: dataclasses with slots that load quickly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


def small(cls: type[T]) -> type[T]:
    """Make a dataclass with slots; all of them share one way to be shown and compared."""
    # Written for each class anew, as dataclass does it, these two take most of the import.
    cls.__repr__ = _show  # type: ignore[method-assign]
    cls.__eq__ = _same  # type: ignore[method-assign]
    cls.__hash__ = None  # type: ignore[assignment]
    return dataclass(slots=True, repr=False, eq=False)(cls)


@dataclass_transform(field_specifiers=(field,))
def noun(cls: type[T]) -> type[T]:
    """Make a class for something that exists and changes."""
    return small(cls)


def _show(self: object) -> str:
    """Write a thing as it was made."""
    values = (f"{name}={getattr(self, name)!r}" for name in type(self).__match_args__)  # type: ignore[attr-defined]
    return f"{type(self).__qualname__}({', '.join(values)})"


def _same(self: object, other: object) -> bool:
    """Say whether two things are of one kind and alike in everything."""
    names = type(self).__match_args__  # type: ignore[attr-defined]
    return type(self) is type(other) and all(
        getattr(self, name) == getattr(other, name) for name in names
    )
