"""The sandbox as Python sees it: its knobs, its numbers, and what it falls back to."""

import json
import zlib
from pathlib import Path
from typing import Any

import pytest

import lambdalab as lab
from lambdalab.run import Run
from lambdalab.widgets import sandbox as module


def shop(limit: int | None, work: float = 1, seed: int = 0) -> Run:
    """Send a burst, then some more."""
    fn = lab.handler("shop", wait=work, reserved_concurrency=limit)
    return lab.run(fn, at=[0, 0, 0, *lab.poisson(2, 3).times(lambda: 0.5)], seed=seed)


def make(**more: Any) -> module.Sandbox:
    """Make a sandbox of two knobs."""
    settings: dict[str, Any] = {"limit": [1, 2, None], "work": [0.5, 2], "headline": "throttled"}
    return lab.sandbox(shop, **(settings | more))


def sent(box: module.Sandbox) -> Any:
    """Unpack what goes to the browser."""
    return json.loads(zlib.decompress(box.packed))


def test_every_stop_is_worked_out_before() -> None:
    box = make()
    states = {tuple(place): state for place, state in sent(box)["states"]}
    assert len(states) == 6
    for n, limit in enumerate([1, 2, None]):
        for m, work in enumerate([0.5, 2]):
            state = states[n, m, 0]
            assert state["headline"] == str(shop(limit, work).count("throttled"))
            assert state["call"] == f"shop(limit={limit!r}, work={work!r})"
            assert eval(state["call"]).log.rows == shop(limit, work).log.rows


def test_it_can_be_turned_and_asked_from_python() -> None:
    box = make(start={"limit": 2})
    assert box.value == {"limit": 2, "work": 0.5}
    box.value = {"limit": None, "work": 2}
    assert box.place == [2, 1, 0]
    assert box.headline == box.run.count("throttled") == 0
    assert box.call == "shop(limit=None, work=2)"
    box.place = [0, 0, 0]  # as the browser does
    assert box.value == {"limit": 1, "work": 0.5}


def test_it_says_all_numbers_in_words() -> None:
    box = make()
    head, *rows = box.tell().split("\n")
    assert head.split() == ["limit", "work", "throttled"]
    assert len(rows) == 6
    assert rows[-1].split() == ["none", "2", "0"]
    data, _ = box._repr_mimebundle_()
    assert data["text/plain"] == f"{box!r}\n{box.tell()}"
    assert data["text/html"].startswith('<figure><img alt="shop')
    assert data["text/plain"] == make()._repr_mimebundle_()[0]["text/plain"]


def test_what_is_too_much_is_worked_out_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_STATES", 3)
    box = make()
    assert len(sent(box)["states"]) == 1
    box.place = [1, 1, 0]
    assert box.answer["place"] == [1, 1, 0]
    assert box.answer["headline"] == str(shop(2, 2).count("throttled"))


def test_seeds_are_drawn_and_part_of_the_call() -> None:
    box = make(seeds=(3, 4))
    assert len(sent(box)["states"]) == 12
    assert box.call == "shop(limit=1, work=0.5, seed=3)"
    assert sent(box)["surprises"] == sent(make(seeds=(3, 4)))["surprises"]


@pytest.mark.parametrize(
    ("headline", "words"),
    [
        ("throttled", "throttled"),
        ("Throttles", "Throttles"),
        (lambda run: run.count("throttled"), "result"),
        (("refused", lambda run: run.count("throttled")), "refused"),
    ],
)
def test_what_is_watched(headline: Any, words: str) -> None:
    box = make(headline=headline)
    assert sent(box)["headline"] == words
    assert box.headline == shop(1, 0.5).count("throttled")


@pytest.mark.parametrize("picture", ["timeline", "concurrency", lambda run: run.chart("cold")])
def test_pictures(picture: Any) -> None:
    assert make(picture=picture)._states[0, 0, 0]["svg"].startswith("<svg")


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": [1]},
        {"limit": 3},
        {"limit": "one two"},
        {"colour": ["red", "blue"]},
        {"seed": [1, 2], "more": [1, 2], "most": [1, 2]},
        {"start": {"limit": 99}},
        {"start": {"colour": 1}},
        {"headline": 3},
        {"picture": "sculpture"},
    ],
)
def test_what_cannot_be_turned_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(lab.LabError):
        make(**wrong)


def test_whoever_makes_no_run_is_told() -> None:
    with pytest.raises(lab.LabError, match="a run"):
        lab.sandbox(lambda n: n, n=[1, 2], headline="cold")


def test_a_page_of_its_own(tmp_path: Path) -> None:
    page = make().page(tmp_path / "box.html").read_text(encoding="utf-8")
    assert page.count("<script") == page.count("</script>") == 3
