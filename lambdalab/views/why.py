"""Why did this happen? The chain of causes, down to a rule of AWS or a choice of the learner."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ..engine.facts import (
    AccountConfigured,
    CallerConfigured,
    ConcurrencyReserved,
    DoorConfigured,
    FunctionConfigured,
    ProvisioningRequested,
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
    | FunctionConfigured
    | ConcurrencyReserved
    | ProvisioningRequested
    | DoorConfigured
    | CallerConfigured
)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: an entry, or the setting that it rested on."""

    seq: int  # the entry to jump to
    depth: int  # 0: in the chain of causes; 1: something else that it rested on
    at: int  # us
    text: str
    label: str  # documented, measured, assumed, you
    rule: Rule


def links(log: Log, seq: int) -> list[Link]:
    """Walk from an entry to its first cause, nearest cause first."""
    chain: list[Link] = []
    current: int | None = seq
    while current is not None:
        entry = log[current]
        chain.append(_link(entry, 0))
        chain.extend(_given(log, entry))
        current = entry.cause
    return chain


def setting_text(log: Log, entry: Entry) -> str:
    """Name the setting of the learner that an entry rests on, or ""."""
    name = TABLE[entry.rule].setting
    for seq in entry.given:
        fact = log.rows[seq][1]
        if name and isinstance(fact, Setting):
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


def _setting(fact: Setting, name: str) -> str:
    """Say a setting as the learner would write it."""
    if isinstance(fact, AccountConfigured):
        return f"the account has account_concurrency={fact.concurrency}"
    if isinstance(fact, ConcurrencyReserved):
        return f"you set reserved_concurrency={fact.units} on {fact.function}"
    if isinstance(fact, ProvisioningRequested):
        return f"you set provisioned_concurrency={fact.units} on {fact.function}:{fact.version}"
    value = getattr(fact if hasattr(fact, name) else getattr(fact, "setup", None), name)
    whose = _whose(fact)
    shown = f"{value / SECOND:g}" if name in IN_MICROSECONDS else repr(value)
    if name == "extensions":
        shown = str([extension.name for extension in value])
    if name in fact.chosen:
        return f"you set {name}={shown} on {whose}"
    return f"{name}={shown} on {whose}, which you left at its default"


def _whose(fact: FunctionConfigured | DoorConfigured | CallerConfigured) -> str:
    """Name what was set up."""
    if isinstance(fact, DoorConfigured):
        return fact.door
    return fact.caller if isinstance(fact, CallerConfigured) else fact.function


IN_MICROSECONDS = ("timeout", "maximum_event_age", "read_timeout")


class Why:
    """The answer to `run.why(x)`: text in a terminal, a list with links in a notebook."""

    def __init__(self, chain: list[Link]) -> None:
        self.chain = chain

    def __repr__(self) -> str:
        rows = []
        for number, link in enumerate(self.chain):
            indent = "    " * link.depth
            at = f"{indent}{seconds_text(link.at):>9} s"
            rows.append(f"{at}  {_lead(number, link)}{link.text}  [{link.label}]")
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
    return "given " if link.depth else "because "


def _item(number: int, link: Link) -> str:
    """Write one link as an item of a list; the label stands in words, not in colour alone."""
    said = (
        f"<code>{seconds_text(link.at)} s</code> {_lead(number, link)}{escape(link.text)} "
        f'<span style="{PILL}">{link.label}</span>'
    )
    if not link.depth:
        rule = escape(link.rule.sentence)
        page = f' <a href="{escape(link.rule.page)}">{link.rule.id}</a>' if link.rule.page else ""
        said += f'<div style="margin:0 0 .4em 6em;opacity:.85">{rule}{page}</div>'
    return f'<li style="margin-left:{2 * link.depth}em">{said}</li>'


PILL = "border:1px solid currentColor;border-radius:1em;padding:0 .5em;font-size:.85em"
