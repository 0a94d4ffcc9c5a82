"""Mistakes of a learner: each is named, with what is allowed, the rule, and what to try."""

import sys
from math import inf, nan

import pytest

import lambdalab as lab

GOOD = "def handler(event, context):\n    return 1\n"


@pytest.mark.parametrize(
    ("do", "says"),
    [
        (
            lambda: lab.function(GOOD, memory=96),
            ["memory=96", "128 to 10,240", "limit.memory", "memory=128"],
        ),
        (
            lambda: lab.function(GOOD, timeout=901),
            ["timeout=901", "1 to 900", "limit.timeout", "timeout=900"],
        ),
        (lambda: lab.function(GOOD, colour="red"), ["'colour'", "memory", "try:"]),
        (lambda: lab.function("x = 1"), ["handler", "allowed", "try:"]),
        (
            lambda: lab.function(GOOD, reserved_concurrency=-1),
            ["reserved_concurrency=-1", "0 or more"],
        ),
        (lambda: lab.handler(wait=-1), ["wait=-1", "0 or more"]),
        (lambda: lab.run("greet", at=[0]), ["'greet'", "lab.function", "try:"]),
        (lambda: lab.run(lab.handler()), ["at=[0, 0.2, 3]"]),
        (lambda: lab.run(lab.handler(), at=[1, -0.5]), ["at=-0.5", "0 or more"]),
        (lambda: lab.run(lab.handler(), at=["soon"]), ["at='soon'", "seconds"]),
        (lambda: lab.run(lab.handler(), at=[nan]), ["at=nan"]),
        (lambda: lab.run(lab.handler(), at=[0], until=inf), ["until=inf"]),
        (lambda: lab.run(lab.handler(), at=[(0, object())]), ["not JSON", "sync.payload.bad-json"]),
        (lambda: lab.run(lab.handler(), at=[(0, {"x": nan})]), ["not JSON"]),
        (
            lambda: lab.run({lab.handler("a"): [0], lab.handler("a"): [0]}),
            ["'a'", "one of each name"],
        ),
        (
            lambda: lab.run(lab.handler(), [0], assume={"limit.memory": 1}),
            ["documented", "lifecycle.idle"],
        ),
        (
            lambda: lab.run(lab.handler(), [0], assume={"sdk.latency": (0.1, 0.2)}),
            ["is the same each time", "seconds"],
        ),
        (lambda: lab.run(lab.handler(), [0], assume={"lifecycle.idel": 1}), ["is not a rule"]),
        (
            lambda: lab.run(lab.handler(), [0], assume={"concurrency.assignment.which": "best"}),
            ["'best'", "'mru'", "'random'"],
        ),
        (lambda: lab.run(lab.handler(), [0], account_concurrency=0), ["account_concurrency=0"]),
        (lambda: lab.steady(0, seconds=1), ["rate=0", "more than 0"]),
        (lambda: lab.run(lab.handler(), [0]).table("cats"), ["'cats'", "invocations"]),
    ],
)
def test_a_mistake_is_named(do: object, says: list[str]) -> None:
    with pytest.raises(lab.LabError) as caught:
        do()
    for words in ["allowed:", "try:", *says]:
        assert words in str(caught.value)


# Ways to hold it wrong: what was given, and words that the answer has.
def runs(**asked: object) -> object:
    return lambda: lab.run(lab.handler("h"), at=0, **asked)


def asks(question: object) -> object:
    return lambda: question(lab.run(lab.handler("h"), at=0))


WRONG = [
    (lambda: lab.function(GOOD, memory=nan), "memory=nan"),
    (lambda: lab.function(GOOD, name="two words"), "64 letters"),
    (lambda: lab.handler(lab.work(wait=1)), "the name of a function"),
    (lambda: lab.handler(memory_used="much"), "megabytes"),
    (lambda: lab.handler(fails=2), "a probability from 0 to 1"),
    (lambda: lab.handler(returns={1, 2}), "not JSON"),
    (lambda: lab.handler(wait=lab.exponential("long")), "mean='long'"),
    (lambda: lab.handler().publish(reserved_concurrency=1), "all its versions together"),
    (lambda: lab.run(lab.handler(fails=lambda event: event["x"]), at=0), "KeyError: 'x'"),
    (lambda: lab.handler().alias("live", weights=[0.5]), "weights=[0.5]"),
    (lambda: lab.burst(1.5), "n=1.5"),
    (lambda: lab.burst(1, at=-1), "at=-1"),
    (lambda: lab.replay("abc"), "No such file"),
    (lambda: lab.run([lab.handler()], at=0), "a dict"),
    (lambda: lab.run({lab.handler(): 0}, at=0), "one of them"),
    (runs(also=lab.handler("other")), "a list"),
    (runs(faults=[lab.denied(lab.handler("other"))]), "what the run has"),
    (lambda: lab.denied(3), "nobody writes to 3"),
    (runs(changes=[(1, {"memory": 256})]), "whose settings"),
    (runs(changes=[(1, lab.handler("h"), None)]), "lab.deleted"),
    (runs(assume=["lifecycle.idle"]), "by rule id"),
    (asks(lambda run: run.logs("(")), "regular expression"),
    (asks(lambda run: run.why(None)), "an id"),
    (asks(lambda run: run.world("now")), "seconds"),
    (asks(lambda run: run.depth(None)), "None"),
    (asks(lambda run: run.count("cold", after="noon")), "after='noon'"),
    (lambda: lab.cpu(1), "inside of a handler"),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_is_held_wrong_is_answered_by_a_lab_error(number: int) -> None:
    do, says = WRONG[number]
    with pytest.raises(lab.LabError) as caught:
        do()
    for words in ("allowed:", "try:", says):
        assert words in str(caught.value)


def test_a_function_keeps_its_name_and_is_not_its_own_destination() -> None:
    fn = lab.handler("greet")
    for new, says in (({"name": "meet"}, "its name"), ({"on_failure": fn}, "the function itself")):
        with pytest.raises(lab.LabError, match=says):
            lab.run(fn, at=0, changes=[(1, fn, new)])


def test_a_run_cannot_be_changed() -> None:
    run = lab.run(lab.handler(), at=0)
    for name in ("log", "responses"):
        with pytest.raises(AttributeError, match="a run never changes"):
            setattr(run, name, [])


def test_a_syntax_error_points_at_the_learners_own_line() -> None:
    with pytest.raises(lab.LabError) as caught:
        lab.function("def handler(event, context):\n    retrun 1\n", name="greet")
    message = str(caught.value).splitlines()
    assert message[0].startswith("greet: ")
    assert message[1] == "  line 2:      retrun 1"
    assert message[2].index("^") == message[1].index("1", 10)


def test_a_notebook_shows_the_message_alone() -> None:
    with pytest.raises(lab.LabError) as caught:
        lab.function(GOOD, memory=96)
    assert caught.value._render_traceback_()[0].startswith("LabError: memory=96")


def test_an_interrupted_run_keeps_what_it_has() -> None:
    source = """
import _thread

def handler(event, context):
    if event["n"] == 3:
        _thread.interrupt_main()
        for i in range(10_000):
            pass
    return 1
"""
    run = lab.run(lab.function(source), at=range(10))
    assert "INTERRUPTED at 3.000 s" in repr(run)
    assert run.returned[:3] == [1, 1, 1]
    assert lab.run(lab.handler(), at=[0]).stopped == ""


def test_a_long_run_shows_its_progress(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules["lambdalab.run"]  # `lab.run` itself is the function
    monkeypatch.setattr(module, "QUIET", 0.0)
    monkeypatch.setattr(module, "TASKS_AT_A_TIME", 10)
    lab.run(lab.handler(wait=1), at=range(10))
    shown = capsys.readouterr()
    assert "s simulated" in shown.err
    assert shown.out == ""
    assert shown.err.endswith("\r")
