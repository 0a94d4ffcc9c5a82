"""What a lesson says about AWS as a number: value, label, source and the date it was checked."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from html import escape
from typing import Any

from ..engine.consequences import CONSEQUENCES
from ..engine.known import KNOWN
from ..engine.rules import TABLE, Rule
from ..engine.units import SECOND
from ..mistakes import LabError
from ..views import prices
from ..views.datapoints import METRICS, RESOLUTION

LABELS = ("documented", "measured", "assumed")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known about AWS."""

    id: str
    sentence: str
    value: Any  # in seconds and megabytes; None where the sentence says it all
    shown: str  # the value in words
    label: str  # documented, measured, assumed
    source: str
    date: str  # when it was checked
    note: str = ""


class Facts(tuple[Fact, ...]):
    """Some facts; shows itself as a list with a label, a date and a page for each."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(line for fact in self for line in _lines(fact))

    def _repr_html_(self) -> str:
        style = "text-align:left;vertical-align:top"
        head = "".join(
            f'<th scope="col" style="{style}">{word}</th>'
            for word in ("what is known", "value", "label", "checked")
        )
        rows = "".join(
            f'<tr><td style="{style};max-width:34em">{escape(fact.sentence)} '
            f'<a href="{escape(fact.source)}">{escape(fact.id)}</a></td>'
            f'<td style="{style}">{escape(fact.shown)}</td>'
            f'<td style="{style}">{fact.label}</td>'
            f'<td style="{style};white-space:nowrap">{fact.date}</td></tr>'
            for fact in self
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def facts(*ids: str) -> Facts:
    """Look up what is known about AWS, by the ids that every explanation names.

    Parameters
    ----------
    *ids : str
        Such as "limit.tmp" or "price.duration.x86".

    Returns
    -------
    Facts
        A tuple of facts, each with `value` (seconds, megabytes), `label`, `source` and `date`.

    Raises
    ------
    LabError
        For an unknown id; the message lists those that look like it.

    Examples
    --------
    >>> facts("lifecycle.init.timeout")[0].value
    10
    """
    return Facts(_find(id) for id in ids)


@cache
def _rules() -> dict[str, Rule]:
    """Put all rules together, wherever they stand."""
    metrics = [RESOLUTION, *(metric.rule for metric in METRICS.values())]
    known = {id: known.rule for id, known in KNOWN.items()}
    return known | {rule.id: rule for rule in metrics} | CONSEQUENCES | TABLE


def _find(id: str) -> Fact:
    rule = _rules().get(id)
    if id in prices.TABLE:
        price = prices.TABLE[id]
        shown = "; ".join(f"{number} {unit}".strip() for number, unit in price.parts())
        date = Rule(id, price.sentence, price.page).checked
        return Fact(
            id, price.sentence, price.value, shown, price.basis, price.page, date, price.note
        )
    if rule is None or rule.basis not in LABELS:
        known = [*_rules(), *prices.TABLE]
        near = get_close_matches(str(id), known, 6, 0.3)
        raise LabError(f"nothing is called {id!r}.", ", ".join(near), f'lab.facts("{near[0]}")')
    value = _seconds(rule.value) if rule.unit == "us" else rule.value
    shown = _shown(value, rule)
    if value == 0 and rule.changeable and rule.basis != "assumed":  # only the sentence is AWS's
        shown = f"{shown} in a run, unless it assumes another"
    if isinstance(rule.measured, tuple):
        shown = f"{_shown(rule.measured, rule)}; {shown}"
    return Fact(
        id,
        rule.sentence,
        value,
        shown,
        rule.basis,
        rule.page,
        rule.checked,
        rule.note,
    )


def _seconds(value: Any) -> Any:
    """Turn microseconds into seconds, whole ones where they are."""
    if isinstance(value, tuple | list):
        return tuple(_seconds(part) for part in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value // SECOND) if value % SECOND == 0 else value / SECOND
    return value


def _shown(value: Any, rule: Rule) -> str:
    """Write a value for people."""
    unit = " s" if rule.unit == "us" else ""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,.10g}{unit}" if isinstance(value, float) else f"{value:,}{unit}"
        case (int() | float() as least, int() | float() as most):
            return f"{least:,} to {most:,}{unit}"
        case tuple() | list():
            return ", ".join(_shown(part, rule) for part in value)
        case dict():
            return ", ".join(f"{key}: {_shown(part, rule)}" for key, part in value.items())
    return str(value)


def _lines(fact: Fact) -> list[str]:
    value = f" = {fact.shown}" if fact.shown else ""
    return [
        f"{fact.id}{value}  ({fact.label}, checked {fact.date})",
        f"  {fact.sentence}",
        f"  {fact.source}",
    ]
