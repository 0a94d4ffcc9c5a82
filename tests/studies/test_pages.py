"""The pages docs/sweeps.md and docs/saving.md: each example gives what stands below it."""

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["sweeps.md", "saving.md"])
def test_the_examples_of_a_page_give_what_stands_there(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a reader would: a fence ends an example.
    text = (DOCS / page).read_text(encoding="utf-8").replace("```", "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    examples = doctest.DocTestParser().get_doctest(text, {}, page, str(DOCS / page), 0)
    assert len(examples.examples) > 10
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    failed = runner.run(examples, out=said.append).failed
    assert failed == 0, "".join(said)
