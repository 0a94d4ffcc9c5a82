"""Write what is modelled and what is not, from the rules and the names of the tests.

    python -m tools.supported            rewrites docs/supported.md and docs/rules.md
    python -m tools.supported --prune    first takes out of known.py what is played by now

A rule moves from `known.py` to `rules.py` when something is decided by it, and to `consequences.py`
when it holds without that.
"""

import ast
import re
import sys
from collections.abc import Set
from dataclasses import dataclass
from importlib import reload
from pathlib import Path
from typing import Any

from lambdalab.engine import known
from lambdalab.engine.consequences import CONSEQUENCES
from lambdalab.engine.rules import TABLE, Rule
from lambdalab.engine.units import SECOND
from lambdalab.views import prices
from lambdalab.views.datapoints import METRICS, RESOLUTION

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
SOURCE = ROOT / "lambdalab" / "engine" / "known.py"
SUPPORTED = ROOT / "docs" / "supported.md"
RULES = ROOT / "docs" / "rules.md"

# What an id is about: the first of its words. The shape of an event has an id without a dot.
SECTIONS = {
    "Life of an environment": ("lifecycle",),
    "Concurrency, scaling, throttling": (
        "concurrency",
        "scaling",
        "throttle",
        "recursion",
        "alias",
    ),
    "Cold starts": ("cold",),
    "Limits": ("limit",),
    "Prices": ("price",),
    "Logs and traces": ("log", "trace"),
    "Metrics": ("metric",),
    "Newer features": ("new",),
    "Where Lambda fits": ("fit",),
    "The call door: synchronous invocation": ("sync", "invoke"),
    "SDKs as callers": ("sdk",),
    "Front doors": ("apigw", "alb", "furl"),
    "Proxies of databases": ("rds",),
    "The event door: asynchronous invocation": ("async",),
    "Destinations and dead-letter queues": ("dest", "dlq"),
    "Sources that push": ("upstream", "source"),
    "Queues": ("sqs", "esm"),
    "Filters": ("filter",),
    "Streams": ("stream", "kinesis", "ddbstream"),
    "Tumbling windows": ("window",),
    "Shapes of events": ("",),
    "What the documents leave open": ("open",),
}

# Ids of our own, which no document of AWS knows: the learner's choices, the limits of the model,
# and the names of what we had to assume.
OURS_BEGIN_WITH = ("you.", "model.")
OURS = {
    "async.done",
    "cold.init_cpu",
    "filter.length",
    "filter.operators",
    "lifecycle.idle",
    "lifecycle.init.overtaken",
    "lifecycle.timeout.excess",
    "open.eventbridge.backoff",
    "open.memory.baseline",
    "open.sqs.stale-receipt",
    "open.stream.backoff.most",
    "open.s3.retries",
    "scaling.rps.window",
    "sdk.latency",
}

MODELLED = "modelled and tested"
STATUSES = (MODELLED, "assumed", "figure", "left out")
LABELS = {"yours": "you chose this"}  # every other basis is its own label


@dataclass(frozen=True, slots=True)
class Row:
    """One rule on the page of what is supported."""

    rule: Rule
    status: str  # one of STATUSES, or what is wrong
    reason: str = ""


# What there is ----------------------------------------------------------------------------------


def played() -> dict[str, Rule]:
    """Collect the rules that a run follows, or that a view of it does."""
    metrics = (RESOLUTION, *(metric.rule for metric in METRICS.values()))
    charged = (
        Rule(p.id, p.sentence, p.page, basis=p.basis, note=p.note) for p in prices.TABLE.values()
    )
    in_views = {rule.id: rule for rule in (*metrics, *charged)}
    return in_views | CONSEQUENCES | TABLE


def rows() -> list[Row]:
    """Put every rule together with its status, in the order of their ids."""
    rules = played()
    examples = with_examples(rules.keys())
    found = [Row(one.rule, one.status, one.reason) for one in known.KNOWN.values()]
    for id, rule in rules.items():
        if rule.basis == "assumed" and rule.changeable:
            status = "assumed"
        elif id in examples:
            status = MODELLED
        else:
            status = "figure" if id in prices.TABLE else "no example"
        found.append(Row(rule, status))
    return sorted(found, key=lambda row: row.rule.id)


def with_examples(ids: Set[str]) -> set[str]:
    """Find the ids after which a test is named; a test may name several, one after the other."""
    slugs = {re.sub(r"\W", "_", id): id for id in ids}
    longest_first = sorted(slugs, key=len, reverse=True)
    named = re.compile(rf"(?<=_)(?:{'|'.join(longest_first)})(?=_|\b)")
    return {
        slugs[slug]
        for path in sorted(TESTS.rglob("test_*.py"))
        for test in re.findall(r"^\s*def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
        for slug in named.findall(test)
    }


def is_ours(id: str) -> bool:
    """Tell whether an id is our own, and not the name of a rule of AWS."""
    return id in OURS or id.startswith(OURS_BEGIN_WITH)


def section(id: str) -> str:
    """Name the section that an id belongs to."""
    word = id.partition(".")[0] if "." in id else ""
    for title, words in SECTIONS.items():
        if word in words:
            return title
    raise ValueError(f"SECTIONS does not say where {id} stands")


# The page of what is supported ------------------------------------------------------------------

SUPPORTED_HEAD = """\
# What is supported

This page lists every rule of how AWS Lambda behaves that we know of, with what became of it here.
It is generated by `make docs`: do not edit it. It is made from the rules that decide something
(`lambdalab/engine/rules.py`), from what follows from them (`consequences.py`), from the metrics and
prices of the views, from what is only known (`known.py`) and from the names of the tests.

- **modelled and tested**: a run follows it, and an example is named after it; those that decide
  something are in [rules.md](rules.md).
- **assumed**: nothing is published, so we chose; a run may assume another value.
- **figure**: a number or a table without behaviour of its own; `lab.facts` shows it.
- **left out**: not modelled, or not by a rule of its own, for the reason given.
"""


def supported() -> str:
    """Write the page of what is supported."""
    everything = rows()
    aws = [row for row in everything if not is_ours(row.rule.id)]
    ours = [row for row in everything if is_ours(row.rule.id)]
    parts = [SUPPORTED_HEAD, _counts(aws)]
    for title in SECTIONS:
        inside = [row for row in aws if section(row.rule.id) == title]
        if inside:
            parts.append(f"## {title}\n\n" + _table(inside))
    parts.append(
        "## Our own\n\nNames that no page of AWS knows, and that are not counted above: choices of "
        "the learner,\nlimits of the model, and what we had to assume.\n\n" + _our_table(ours)
    )
    return "\n".join(parts)


def _counts(aws: list[Row]) -> str:
    """Count the rules of each status, section by section."""
    lines = ["| section | rules | " + " | ".join(STATUSES) + " |"]
    lines.append("|---|" + "---:|" * (len(STATUSES) + 1))
    for title in (*SECTIONS, "all"):
        inside = [row for row in aws if title in ("all", section(row.rule.id))]
        if not inside:
            continue
        numbers = [sum(row.status == status for row in inside) for status in STATUSES]
        cells = [f"**{title}**" if title == "all" else title, str(len(inside)), *map(str, numbers)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _table(inside: list[Row]) -> str:
    lines = ["| id | rule | basis | status |", "|---|---|---|---|"]
    for row in inside:
        status = f"{row.status}: {row.reason}" if row.reason else row.status
        lines.append(_line(row.rule, status))
    return "\n".join(lines) + "\n"


def _our_table(ours: list[Row]) -> str:
    lines = ["| id | what it says | basis | a run may assume otherwise |", "|---|---|---|---|"]
    lines += [_line(row.rule, "yes" if row.rule.changeable else "no") for row in ours]
    return "\n".join(lines) + "\n"


def _line(rule: Rule, last: str) -> str:
    basis = LABELS.get(rule.basis, rule.basis)
    return f"| `{rule.id}` | {plain(rule.sentence)} | {basis} | {plain(last)} |"


def plain(text: str) -> str:
    """Write a text so that Markdown shows it as it is, in a table too."""
    return re.sub(r"([\\|<>*_\[\]`~])", r"\\\1", text)


# The page of the rules --------------------------------------------------------------------------

RULES_HEAD = """\
# The rules

Every rule that a run follows, in our words, with its number and its page. It is generated by
`make docs` from `lambdalab/engine/rules.py`: do not edit it. What is known besides, and not
modelled, is in [supported.md](supported.md).

The basis says how we know: **documented** by AWS, **measured** on AWS by whom the note names, or
**assumed** where nothing is published. `lab.run(..., assume={id: value})` changes a rule that says
so.
"""


def rules() -> str:
    """Write the page of the rules."""
    by_section: dict[str, list[Rule]] = {title: [] for title in (*SECTIONS, "Our own")}
    for id, rule in TABLE.items():
        by_section["Our own" if id.startswith(OURS_BEGIN_WITH) else section(id)].append(rule)
    parts = [RULES_HEAD]
    for title, inside in by_section.items():
        if inside:
            parts += [f"## {title}\n", *(_entry(rule) for rule in inside)]
    return "\n".join(parts)


def _entry(rule: Rule) -> str:
    """Write one rule: what it says, and then what there is to know about it."""
    lines = [f"### `{rule.id}`\n", f"{plain(rule.sentence)}\n"]
    if rule.value is not None:
        lines.append(f"- value: {_value(rule)}")
    basis = LABELS.get(rule.basis, rule.basis)
    lines.append(f"- basis: {basis}{', and a run may assume otherwise' * rule.changeable}")
    if rule.page:
        lines.append(f"- page: <{rule.page}>")
    if rule.setting:
        lines.append(f"- setting: `{rule.setting}`")
    if rule.note:
        lines.append(f"- note: {plain(rule.note)}")
    return "\n".join(lines) + "\n"


def _value(rule: Rule) -> str:
    others = [f"`{word}`" for word in rule.choices if word != rule.value]
    return shown(rule.value, rule.unit) + (f", or {', '.join(others)}" if others else "")


def shown(value: Any, unit: str = "") -> str:
    """Write a value for people: lengths of time in seconds, numbers in groups of three digits."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float() if unit == "us":
            return f"{value / SECOND:,.10g} s"
        case int() | float():
            return f"{value:,}"
        case (int() | float() as least, int() | float() as most):
            return f"{shown(least, unit)} to {shown(most, unit)}"
        case tuple() | list() | set() | frozenset():
            parts = sorted(value) if isinstance(value, set | frozenset) else value
            return ", ".join(shown(part, unit) for part in parts)
        case dict():
            return ", ".join(f"{shown(key)}: {shown(value[key], unit)}" for key in value)
    return f"`{value}`"


# What has moved elsewhere ------------------------------------------------------------------------


def moved() -> list[str]:
    """Name the ids of known.py that another table has as well."""
    return sorted(known.KNOWN.keys() & played().keys())


def pruned(source: str, gone: set[str]) -> str:
    """Take records out of the source of known.py, and what only they needed."""
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.Expr) and _id(node.value) in gone:
            del lines[node.lineno - 1 : node.end_lineno]
    source = "\n".join(lines) + "\n"
    # A heading with nothing under it.
    source = re.sub(r"\n# [^\n]+ -{3,}\n\s*(?=\n# [^\n]+ -{3,}\n|\Z)", "", source)
    while (less := _without_unused_names(source)) != source:
        source = less
    return source.rstrip("\n") + "\n"


def _id(call: ast.expr) -> str:
    """Read the id of a record, or "" if this is none."""
    match call:
        case ast.Call(
            func=ast.Name(id="figure" | "left_out"), args=[ast.Constant(value=str(id)), *_]
        ):
            return id
    return ""


def _without_unused_names(source: str) -> str:
    """Take out the reasons and pages that no record names any more."""
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() | ast.BinOp()):
                if len(re.findall(rf"\b{name}\b", source)) == 1:
                    del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    """Rewrite the two pages, and known.py if asked to."""
    if arguments == ["--prune"]:
        SOURCE.write_text(pruned(SOURCE.read_text(encoding="utf-8"), set(moved())))
        for id in moved():
            print(f"known.py no longer has {id}")
        reload(known)
    elif arguments:
        sys.exit("usage: python -m tools.supported [--prune]")
    for path, text in ((SUPPORTED, supported()), (RULES, rules())):
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
