"""Why did this happen? The chain of causes, down to a rule of AWS or a choice of the learner."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from ..engine.facts import (
    AccountConfigured,
    AutoScalingConfigured,
    CallerConfigured,
    ConcurrencyReserved,
    DoorConfigured,
    FunctionConfigured,
    ProvisioningRequested,
    QueueConfigured,
    QueueMappingConfigured,
    StreamConfigured,
    StreamMappingConfigured,
)
from ..engine.kernel import Entry, Log
from ..engine.rules import TABLE, Rule
from ..engine.units import SECOND, seconds_text
from .text import sentence

LABELS = {
    "documented": "documented",
    "measured": "measured",
    "assumed": "assumed",
    "yours": "you",
}


Setting = (
    AccountConfigured
    | AutoScalingConfigured
    | FunctionConfigured
    | ConcurrencyReserved
    | ProvisioningRequested
    | DoorConfigured
    | CallerConfigured
    | QueueConfigured
    | QueueMappingConfigured
    | StreamConfigured
    | StreamMappingConfigured
)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: an entry, or the setting that it rested on."""

    seq: int  # the entry to jump to
    depth: int  # 0: in the chain of causes; 1: something else that it rested on
    at: int  # us
    text: str
    label: str  # documented, measured, assumed, you; "" of what recurs
    rule: Rule


def links(log: Log, seq: int) -> list[Link]:
    """Walk from an entry to its first cause, nearest cause first; what recurs is told once."""
    causes: list[Entry] = []
    current: int | None = seq
    while current is not None:
        causes.append(log[current])
        current = causes[-1].cause
    chain: list[Link] = []
    for place, length, times in cycles([(type(e.fact), e.rule) for e in causes]):
        for entry in causes[place : place + length]:
            chain += [_link(entry, 0), *_given(log, entry)]
        if times > 1:
            begun = [causes[place + length * n] for n in range(times)]
            first = causes[place + length * times - 1]
            words = again([entry.at for entry in begun])
            chain.append(Link(first.seq, 1, first.at, words, "", TABLE[first.rule]))
    return chain


LONGEST_CYCLE = 12  # entries of one try: its request, its refusal, its return to the queue, ...
LEAST_TIMES = 3  # that are told once


def cycles(kinds: Sequence[object]) -> Iterator[tuple[int, int, int]]:
    """Part a chain into what recurs and what does not: the place, its length, how many times."""
    place = 0
    while place < len(kinds):
        length, times = 1, 1
        for tried in range(1, LONGEST_CYCLE + 1):
            own, found = kinds[place : place + tried], 1
            while kinds[place + tried * found : place + tried * (found + 1)] == own:
                found += 1
            if found >= LEAST_TIMES:
                length, times = tried, found
                break
        yield place, length, times
        place += length * times


def again(begun: Sequence[int]) -> str:
    """Say how often the same happened before, and how far apart."""
    gaps = {later - earlier for later, earlier in pairwise(begun)}
    often = f"the same {len(begun) - 1:,} more times before that"
    if gaps in ({0}, {SECOND}):
        return f"{often}, {'at the same moment' if gaps == {0} else 'once a second'}"
    if len(gaps) == 1:
        return f"{often}, every {seconds_text(gaps.pop())} s"
    return f"{often}, since {seconds_text(begun[-1])} s"


def setting_text(log: Log, entry: Entry) -> str:
    """Name the setting of the learner that an entry rests on, or ""."""
    name = TABLE[entry.rule].setting
    for seq in entry.given:
        fact = log.rows[seq][1]
        if name and isinstance(fact, Setting) and _has(fact, name):
            return _setting(fact, name)
    return ""


def _link(entry: Entry, depth: int) -> Link:
    rule = TABLE[entry.rule]
    return Link(entry.seq, depth, entry.at, sentence(entry.fact), LABELS[rule.basis], rule)


def _given(log: Log, entry: Entry) -> list[Link]:
    """Say what else an entry rested on; a setting is named by its resource."""
    found = []
    for seq in entry.given:
        given = log[seq]
        link = _link(given, 1)
        text = setting_text(log, entry)
        if isinstance(given.fact, Setting) and text:
            link = Link(seq, 1, given.at, text, "you", TABLE[entry.rule])
        found.append(link)
    return found


SAID_AS_A_WHOLE = (
    AccountConfigured | AutoScalingConfigured | ConcurrencyReserved | ProvisioningRequested
)


def _has(fact: Setting, name: str) -> bool:
    """Say whether a fact holds a setting of that name."""
    if isinstance(fact, SAID_AS_A_WHOLE):
        return True
    held = (fact, getattr(fact, "settings", None), getattr(fact, "setup", None))
    return any(hasattr(each, name) for each in held)


def _setting(fact: Setting, name: str) -> str:
    """Say a setting as the learner would write it."""
    if isinstance(fact, AccountConfigured):
        return f"the account has account_concurrency={fact.concurrency}"
    if isinstance(fact, ConcurrencyReserved):
        return f"you set reserved_concurrency={fact.units} on {fact.function}"
    if isinstance(fact, ProvisioningRequested):
        return f"you set provisioned_concurrency={fact.units} on {fact.function}:{fact.version}"
    if isinstance(fact, AutoScalingConfigured):
        return f"you set a target of {fact.target} % on {fact.function}:{fact.version}"
    if isinstance(fact, StreamMappingConfigured):
        settings = fact.settings
        where = f"the mapping of {settings.stream} to {fact.function}"
        return _chosen(settings, settings.chosen, name, where)
    if isinstance(fact, QueueConfigured | QueueMappingConfigured):
        return _chosen(fact.settings, fact.chosen, name, fact.queue)
    if isinstance(fact, FunctionConfigured) and not hasattr(fact, name):
        return _chosen(fact.setup, fact.chosen, name, fact.function)
    return _chosen(fact, fact.chosen, name, _whose(fact))


def _whose(fact: FunctionConfigured | DoorConfigured | CallerConfigured | StreamConfigured) -> str:
    """Name what was set up."""
    if isinstance(fact, DoorConfigured):
        return fact.door
    if isinstance(fact, CallerConfigured):
        return fact.caller
    return fact.stream if isinstance(fact, StreamConfigured) else fact.function


def _chosen(settings: Any, chosen: tuple[str, ...], name: str, where: str) -> str:
    """Say the value of a setting, and whether the learner gave it."""
    shown = said(name, getattr(settings, name))
    if name in chosen:
        return f"you set {name}={shown} on {where}"
    return f"{name}={shown} on {where}, which you left at its default"


def said(name: str, value: Any) -> str:
    """Write the value of a setting in the learner's units."""
    if name == "extensions":
        return str([extension.name for extension in value])
    if name == "filter":
        return str([json.loads(pattern) for pattern in value])
    if name in NONE_BY_DEFAULT and not value:
        return "None"
    return f"{value / SECOND:g}" if name in IN_MICROSECONDS and value > 0 else repr(value)


NONE_BY_DEFAULT = (
    "maximum_concurrency",
    "minimum_pollers",
    "maximum_pollers",
    "max_receive_count",
    "dead_letter",
)
IN_MICROSECONDS = (
    "timeout",
    "read_timeout",
    "maximum_event_age",
    "visibility_timeout",
    "message_retention",
    "delay",
    "maximum_batching_window",
    "maximum_record_age",
    "tumbling_window",
    "retention",
)


class Why:
    """The answer to `run.why(x)`: text in a terminal, a list with links in a notebook."""

    def __init__(self, chain: list[Link]) -> None:
        self.chain = chain

    def __repr__(self) -> str:
        rows = []
        for number, link in enumerate(self.chain):
            indent = "    " * link.depth
            at = f"{indent}{seconds_text(link.at):>9} s"
            label = f"  [{link.label}]" if link.label else ""
            rows.append(f"{at}  {_lead(number, link)}{link.text}{label}")
            if not link.depth:
                rows.append(f"{'':13}{link.rule.sentence} ({link.rule.id})")
                if link.rule.page:
                    rows.append(f"{'':13}{link.rule.page}")
        return "\n".join(rows)

    def _repr_html_(self) -> str:
        items = "".join(_item(number, link) for number, link in enumerate(self.chain))
        return f'<ol style="list-style:none;padding-left:0;line-height:1.5">{items}</ol>'


def _lead(number: int, link: Link) -> str:
    """Join a link to the one before it."""
    if number == 0:
        return ""
    if not link.label:
        return "… "
    return "given " if link.depth else "because "


def _item(number: int, link: Link) -> str:
    """Write one link as an item of a list; the label stands in words, not in colour alone."""
    said = f"<code>{seconds_text(link.at)} s</code> {_lead(number, link)}{escape(link.text)}"
    said += f' <span style="{PILL}">{link.label}</span>' if link.label else ""
    if not link.depth:
        rule = escape(link.rule.sentence)
        page = f' <a href="{escape(link.rule.page)}">{link.rule.id}</a>' if link.rule.page else ""
        said += f'<div style="margin:0 0 .4em 6em;opacity:.85">{rule}{page}</div>'
    return f'<li style="margin-left:{2 * link.depth}em">{said}</li>'


PILL = "border:1px solid currentColor;border-radius:1em;padding:0 .5em;font-size:.85em"
