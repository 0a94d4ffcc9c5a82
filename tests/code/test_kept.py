"""What an environment keeps between invocations is in the log, in words that are the same always."""

import json
from pathlib import Path

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.world import Kept


def kept(source: str, at: object = 0, **settings: object) -> list[Kept]:
    """Say what was kept whenever that had changed."""
    run = lab.run(lab.function(source, name="f", **settings), at=at)  # type: ignore[arg-type]
    return [e.fact.kept for e in run.log if isinstance(e.fact, facts.StateKept)]


def test_a_global_is_kept_when_the_handler_has_changed_it() -> None:
    counter = "n = 0\nTABLE = 'orders'\ndef handler(event, context):\n    global n\n    n += 1"
    assert kept(counter, [0, 1]) == [(("global", "n", "1"),), (("global", "n", "2"),)]


def test_what_is_as_before_is_not_told_again() -> None:
    once = "seen = None\ndef handler(event, context):\n    global seen\n    seen = 'x'"
    assert kept(once, [0, 1, 2]) == [(("global", "seen", "'x'"),)]
    assert kept("def handler(event, context):\n    return 1", [0, 1]) == []
    assert kept("import os\ndef handler(event, context):\n    import json", [0]) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("[1, 'a', None]", "[1, 'a', None]"),
        ("{'a': 1.5}", "{'a': 1.5}"),
        ("(1,)", "(1,)"),
        ("list(range(300))", "list of 300"),
        ("[[1]]", "list of 1"),
        ("{1, 2}", "set of 2"),
        ("'x' * 1000", "str of 1,000"),
        ("b'abc'", "bytes of 3"),
        ("10 ** 9999", "int"),
        ("object()", "object"),
        ("Client()", "Client"),
    ],
)
def test_a_value_is_told_in_few_words_and_without_running_code_of_the_learner(
    value: str, said: str
) -> None:
    source = f"""
class Client:
    def __repr__(self): raise SystemExit
    __eq__ = __len__ = __hash__ = __repr__
x = 0
def handler(event, context):
    global x
    x = {value}
"""
    assert kept(source) == [(("global", "x", said),)]


def test_files_stay_after_a_timeout_and_what_is_in_memory_does_not() -> None:
    source = """
import os, threading, time
n = 0
def handler(event, context):
    global n
    n += 1
    os.makedirs("/tmp/a", exist_ok=True)
    with open(f"/tmp/a/{event['n']}", "wb") as file:
        file.write(bytes(2048))
    threading.Timer(5, print).start()
    time.sleep(9 * event["n"])
"""
    first, second = kept(source, [0, 1], timeout=2)
    assert first == (
        ("global", "n", "1"),
        ("thread", "Thread-1", "timer, due at 5.000 s"),
        ("file", "/tmp/a/0", "2 KB"),
    )
    assert second == (("file", "/tmp/a/0", "2 KB"), ("file", "/tmp/a/1", "2 KB"))


def test_of_very_many_the_first_are_named() -> None:
    many = "def handler(event, context):\n    for k in range(12): open(f'/tmp/{k:02}', 'w').close()"
    (told,) = kept(many)
    assert told[0] == ("file", "/tmp/00", "0 B")
    assert told[-1] == ("file", "", "4 more")
    assert len(told) == 9


def test_the_modules_of_a_package_are_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("import cache\ndef handler(e, c): cache.items.append(1)")
    (tmp_path / "cache.py").write_text("items = []")
    run = lab.run(lab.function(tmp_path, handler="shop.handler", name="shop"), at=[0])
    (told,) = [e.fact.kept for e in run.log if isinstance(e.fact, facts.StateKept)]
    assert told == (("global", "cache.items", "[1]"),)


def test_a_modelled_handler_keeps_nothing_and_a_log_with_what_is_kept_can_be_saved(
    tmp_path: Path,
) -> None:
    run = lab.run(lab.handler(wait=1), at=[0, 2])
    assert not any(isinstance(e.fact, facts.StateKept) for e in run.log)
    counter = lab.function("n = []\ndef handler(event, context):\n    n.append(1)", name="f")
    run = lab.run(counter, at=[0, 1])
    again = lab.load_run(run.save(tmp_path / "run.jsonl"))
    assert again.log.rows == run.log.rows
    lines = (tmp_path / "run.jsonl").read_text().splitlines()
    assert any(json.loads(line).get("fact") == "StateKept" for line in lines)


def test_the_story_says_what_is_kept() -> None:
    counter = lab.function("n = 0\ndef handler(e, c):\n    global n\n    n += e['n']", name="f")
    told = str(lab.run(counter, at=[0, 1, (2, {"n": -1})]).tell())
    assert "env-1 keeps n = 1." in told
    assert "env-1 keeps nothing of earlier invocations." in told
