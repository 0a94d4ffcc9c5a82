"""The glossary has an entry for each term, and a lesson links to it where a term is first used."""

import pytest

from lambdalab.teaching.words import TERMS
from tools import glossary, links, notebooks

SIXTH = next(path for path in notebooks.lessons() if path.name.startswith("06"))
TO = "](glossary.md#"


def linked(text: str) -> str:
    """Link a text as if it were lesson 06."""
    return glossary.linked([text], SIXTH)[0]


def test_the_page_is_as_the_tool_writes_it() -> None:
    assert glossary.PAGE.read_text(encoding="utf-8") == glossary.page(), "`make docs` writes it"


def test_each_term_has_a_heading_that_github_and_jupyterlab_find() -> None:
    text = glossary.page()
    for term in TERMS:
        assert f"\n## {term.name}\n\n{term.meaning}" in text  # JupyterLab names it as it is written
        assert glossary.slug(term.name) in links.anchors(glossary.PAGE)  # GitHub in small letters


def test_a_term_is_linked_once_where_it_is_first_used() -> None:
    assert linked("A throttle, and throttles.") == f"A [throttle{TO}throttle), and throttles."
    first, second = glossary.linked(["Throttles.", "A throttle."], SIXTH)
    assert (first, second) == (f"[Throttles{TO}throttle).", "A throttle.")


def test_links_are_set_once() -> None:
    once = linked("Reserved concurrency, or *throttle*.")
    assert once == f"[Reserved concurrency{TO}reserved-concurrency), or *[throttle{TO}throttle)*."
    assert linked(once) == once
    assert glossary.unlinked(once) == "Reserved concurrency, or *throttle*."


@pytest.mark.parametrize(
    "text",
    [
        "## The throttle",
        "`throttle` and [a throttle](#Run)",
        "```\nthrottle\n```",
        "| throttle | 1 |",
        "- **1** A throttle.",
        "An invocation that you invoke.",  # Invoke, the phase, has a capital
        "A task and a poller.",  # terms of later lessons
        "throttled, un-throttle",
    ],
)
def test_elsewhere_nothing_is_linked(text: str) -> None:
    assert linked(text) == text


def test_the_longest_term_counts() -> None:
    assert linked("unreserved pool, provisioned concurrency") == (
        f"[unreserved pool{TO}unreserved-pool), "
        f"[provisioned concurrency{TO}provisioned-concurrency)"
    )
    assert linked("maximum concurrency") == "maximum concurrency"  # a term of lesson 09


def test_a_lesson_links_its_own_terms_first_and_not_too_many() -> None:
    text = ". ".join(term.name for term in TERMS if term.lesson <= "L06")
    found = linked(text)
    assert found.count(TO) == glossary.MOST
    assert all(f"[{term.name}{TO}" in found for term in TERMS if term.lesson == "L06")


def test_the_game_day_knows_every_term_and_goes_one_folder_up() -> None:
    (found,) = glossary.linked(["A poller."], notebooks.game_days()[0])
    assert found == "A [poller](../glossary.md#poller)."
