"""The list of mutants is complete: what no test notices is explained, and the page says so."""

from pathlib import Path

import pytest

from tools import mutate


def test_every_survivor_is_explained() -> None:
    for chapter, about in mutate.read().items():
        for survivor in about["survivors"]:
            assert survivor["why"], f"{chapter}: {survivor}"


def test_the_page_is_written_from_what_was_found() -> None:
    written = mutate.PAGE.read_text(encoding="utf-8")
    assert written == mutate.page(mutate.read()), "python -m tools.mutate --page"


@pytest.mark.parametrize("chapter", sorted({*mutate.LOOKED_AT_BY, "concurrency"}))
def test_the_tests_of_a_chapter_are_there(chapter: str) -> None:
    assert (mutate.ROOT / "lambdalab" / "engine" / f"{chapter}.py").exists()
    named = mutate.tests_of(chapter, laws=True, quick=False)
    assert [name for name in named if not (mutate.ROOT / name).exists()] == []


def test_the_words_about_a_survivor_are_kept_when_it_is_found_again() -> None:
    old = {"where": "f", "was": "a", "becomes": "b", "why": "harmless"}
    found = [old | {"why": ""}, old | {"becomes": "c", "why": ""}]
    kept = mutate.remember({"survivors": [old]}, {"survivors": found})
    assert [survivor["why"] for survivor in kept["survivors"]] == ["harmless", ""]


def test_what_survived_is_tried_again_and_counted_with_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def mutant(name: str, was: str = "a") -> dict[str, str]:
        return {"where": "f", "was": was, "becomes": name, "why": "", "mutant": name}

    names = ["one", "two"]
    states = {"one": "killed", "two": "survived", "three": "not checked"}
    monkeypatch.setattr(mutate, "prepare", lambda chapter, laws, quick: Path())
    monkeypatch.setattr(mutate, "tried", lambda place, workers, *mutants: states)
    monkeypatch.setattr(mutate, "described", lambda place, mutants: [mutant(n) for n in mutants])
    known = {"laws": False, "noticed": 5, "not tried": 0, "survivors": [mutant(n) for n in names]}
    found = mutate.search_again("queues", 1, known)
    assert (found["noticed"], found["survivors"]) == (6, [mutant("two")])
    known["survivors"][0] = mutant("one", was="b")
    with pytest.raises(SystemExit, match="search all of it"):
        mutate.search_again("queues", 1, known)
