"""Every rule of AWS that we know of has a place: it decides something, or it says why not."""

import ast
import re
from pathlib import Path

import pytest

from lambdalab.engine.consequences import CONSEQUENCES
from lambdalab.engine.known import FIRST_RUNS, INIT_DURATIONS, KNOWN
from lambdalab.engine.rules import TABLE
from tools import supported

# How many rules of AWS there are. The two lists that the rules were collected in on 2026-11-23,
# one of the life of environments and one of ways to invoke, have 553 rows with an id; seven ids
# stand in both (recursion.limit and six metrics) and are one rule each. Three of proxies and four
# of containers were added later. Names of our own are not among them: tools.supported.OURS lists
# those.
RULES_OF_AWS = 553


def test_a_rule_either_decides_something_or_says_why_not() -> None:
    moved = supported.moved()
    advice = "in rules.py too; `python -m tools.supported --prune` takes them out of known.py"
    assert moved == [], advice


def test_no_rule_of_aws_is_lost_and_none_is_invented() -> None:
    ids = {row.rule.id for row in supported.rows()}
    of_aws = {id for id in ids if not supported.is_ours(id)}
    page = set(re.findall(r"^\| `([^`]+)`", supported.SUPPORTED.read_text(), re.M))
    assert len(of_aws) == RULES_OF_AWS, (
        f"new: {sorted(ids - page)}, gone: {sorted(page - ids)}. A name of our own belongs in "
        "tools.supported.OURS, a rule that AWS has added changes RULES_OF_AWS."
    )


def test_our_own_names_are_in_use() -> None:
    assert TABLE.keys() >= supported.OURS


def test_every_rule_has_one_of_the_four_statuses() -> None:
    others = [row.rule.id for row in supported.rows() if row.status not in supported.STATUSES]
    nameless = [id for id in others if not id.startswith(supported.OURS_BEGIN_WITH)]
    assert nameless == [], "no test is named after these rules"


WRITTEN = [*(known.rule for known in KNOWN.values()), *CONSEQUENCES.values()]


def test_what_is_known_is_said_in_sentences() -> None:
    for rule in WRITTEN:
        assert re.fullmatch(r"[A-Z0-9/$].*\.", rule.sentence), rule.id
        assert "`" not in rule.sentence + rule.note, f"{rule.id}: Markdown has no place here"
        assert not re.search(r"\s\s|\s$|^\s", f"{rule.sentence}|{rule.note}"), rule.id


def test_what_is_known_says_how_and_from_where() -> None:
    for rule in WRITTEN:
        assert rule.basis in ("documented", "measured", "assumed"), rule.id
        assert rule.basis == "documented" or rule.note, f"{rule.id}: by whom, or why?"
        assert re.fullmatch(r"https://[^\s/]+\.\S+", rule.page), rule.id
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", rule.checked), rule.id


def test_what_is_known_says_why_it_decides_nothing() -> None:
    for known in KNOWN.values():
        assert known.status in ("figure", "left out"), known.rule.id
        assert bool(known.reason) == (known.status == "left out"), known.rule.id


def test_the_table_of_measured_inits_is_complete() -> None:
    runtimes = {runtime for runtime, _, _ in INIT_DURATIONS}
    places = [(kind, where) for kind in ("zip", "image") for where in ("x86_64", "arm64")]
    assert len(runtimes) == 16
    assert INIT_DURATIONS.keys() == {(x, *place) for x in runtimes for place in places}
    assert all(p50 <= p90 <= p99 for p50, p90, p99 in INIT_DURATIONS.values())
    assert all(len(times) == 4 for times in FIRST_RUNS.values())


@pytest.mark.parametrize("page", ["supported", "rules"])
def test_a_page_is_what_would_be_generated_now(page: str) -> None:
    committed = (supported.ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert committed == getattr(supported, page)(), "`make docs` rewrites it"


# How the pages are made -------------------------------------------------------------------------


def test_an_example_belongs_to_the_longest_ids_that_fit_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supported, "TESTS", tmp_path)
    (tmp_path / "test_a.py").write_text("def test_a_b_rerun_runs_twice(): ...\n")
    ids = {"a.b", "a.b-rerun", "a.be", "c.d", "c.e_f"}
    assert supported.with_examples(ids) == {"a.b-rerun"}
    (tmp_path / "test_c.py").write_text(
        "async def test_other():\n\n    def test_c_d_c_e_f(): ...\n"
    )
    assert supported.with_examples(ids) == {"a.b-rerun", "c.d", "c.e_f"}


def test_markdown_shows_a_text_as_it_is() -> None:
    assert supported.plain("a|b <c> x_y *") == r"a\|b \<c\> x\_y \*"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (True, "", "yes"),
        (360_000_000, "us", "360 s"),
        (1_500_000, "us", "1.5 s"),
        ((128, 10240), "", "128 to 10,240"),
        ((1_000_000, 2_000_000, 4_000_000), "us", "1 s, 2 s, 4 s"),
        ({"x": 1}, "", "`x`: 1"),
        ("Unhandled", "", "`Unhandled`"),
    ],
)
def test_a_value_is_written_for_people(value: object, unit: str, text: str) -> None:
    assert supported.shown(value, unit) == text


def test_pruning_takes_out_a_record_and_nothing_else() -> None:
    source = supported.SOURCE.read_text(encoding="utf-8")
    first, second = list(KNOWN)[:2]
    less = supported.pruned(source, {first})
    assert records(less) == records(source)[1:]
    assert records(supported.pruned(less, {second})) == records(source)[2:]
    assert supported.pruned(source, set()) == source, "known.py has a name that nothing uses"


def test_pruning_the_last_of_a_kind_takes_its_heading_and_its_names_along() -> None:
    source = (
        'ONLY_HERE = "comes with this"\n\n# One ---\n\nfigure("a.b", "A.", "https://a")\n\n'
        '# Two ---\n\nleft_out("c.d", "C.", "https://c", ONLY_HERE)\n\n'
        '# Three ---\n\nfigure("e.f", "E.", "https://e")\n'
    )
    less = supported.pruned(source, {"c.d"})
    assert "Two" not in less
    assert "ONLY_HERE" not in less
    assert less.endswith('# One ---\n\nfigure("a.b", "A.", "https://a")\n\n'
                         '# Three ---\n\nfigure("e.f", "E.", "https://e")\n')  # fmt: skip


def records(source: str) -> list[str]:
    """Read the ids of the records in a source, in their order."""
    calls = [node.value for node in ast.parse(source).body if isinstance(node, ast.Expr)]
    return [
        call.args[0].value
        for call in calls
        if isinstance(call, ast.Call) and isinstance(call.args[0], ast.Constant)
    ]
