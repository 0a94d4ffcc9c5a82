"""The pattern language: examples from AWS's pages."""

from typing import Any

import pytest

from lambdalab.engine.patterns import matches, passes
from lambdalab.mistakes import LabError
from lambdalab.sources.filters import filter_texts, problem

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
OPERATORS: list[tuple[dict[str, Any], str, bool]] = [
    ({"UserID": [None]}, '{"UserID": null}', True),
    ({"UserID": [None]}, "{}", False),
    ({"UserID": [None]}, '{"UserID": ""}', False),
    ({"LastName": [""]}, '{"LastName": ""}', True),
    ({"LastName": [""]}, '{"LastName": null}', False),
    ({"Name": ["Alice"]}, '{"Name": "Alice"}', True),
    ({"Name": ["Alice"]}, '{"Name": "alice"}', False),
    ({"Name": [{"equals-ignore-case": "alice"}]}, '{"Name": "ALICE"}', True),
    ({"Location": ["New York"], "Day": ["Monday"]}, '{"Location": "New York"}', False),
    ({"Location": ["A"], "Day": ["B"]}, '{"Location": "A", "Day": "B"}', True),
    ({"Payment": ["Credit", "Debit"]}, '{"Payment": "Debit"}', True),
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, '{"a": "z", "b": "y"}', True),
    ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, '{"a": "z", "b": "z"}', False),
    ({"c": ["1"], "$or": [{"a": ["x"]}, {"b": ["y"]}]}, '{"b": "y"}', False),
    ({"Weather": [{"anything-but": ["Raining"]}]}, '{"Weather": "Sunny"}', True),
    ({"Weather": [{"anything-but": ["Raining"]}]}, '{"Weather": "Raining"}', False),
    ({"Weather": [{"anything-but": ["Raining"]}]}, "{}", False),
    ({"a": [{"anything-but": {"prefix": "x"}}]}, '{"a": "yx"}', True),
    ({"a": [{"anything-but": {"prefix": "x"}}]}, '{"a": "xy"}', False),
    ({"Price": [{"numeric": ["=", 100]}]}, '{"Price": 1e2}', True),
    ({"Price": [{"numeric": [">", 10, "<=", 20]}]}, '{"Price": 20}', True),
    ({"Price": [{"numeric": [">", 10, "<=", 20]}]}, '{"Price": 10}', False),
    ({"Price": [{"numeric": ["<", 10]}]}, '{"Price": "5"}', False),
    ({"ProductName": [{"exists": True}]}, '{"ProductName": null}', True),
    ({"ProductName": [{"exists": True}]}, "{}", False),
    ({"ProductName": [{"exists": False}]}, "{}", True),
    ({"Region": [{"prefix": "us-"}]}, '{"Region": "us-east-1"}', True),
    ({"FileName": [{"suffix": ".png"}]}, '{"FileName": "a.png.txt"}', False),
    # exists works only on leaf nodes: address is an intermediate one
    ({"person": {"address": [{"exists": True}]}}, '{"person": {"address": {"city": "x"}}}', False),
    ({"person": {"age": [{"exists": False}]}}, "{}", True),
    # a list matches if one of its values does, at any depth; an object of a list matches whole
    ({"tags": ["b"]}, '{"tags": ["a", ["b"]]}', True),
    ({"tags": ["c"]}, '{"tags": ["a", "b"]}', False),
    ({"at": {"x": [1], "y": [2]}}, '{"at": [{"x": 1, "y": 2}, {"x": 3}]}', True),
    ({"at": {"x": [1], "y": [2]}}, '{"at": [{"x": 1}, {"y": 2}]}', False),
    ({"tags": [{"exists": True}]}, '{"tags": []}', False),
    # true is no number and no text
    ({"a": [1]}, '{"a": true}', False),
    ({"a": [True]}, '{"a": true}', True),
    ({"a": ["true"]}, '{"a": true}', False),
    ({"a": {"b": ["x"]}}, '{"a": "x"}', False),
    ({"a": ["x"]}, '{"a": {"b": "x"}}', False),
]


@pytest.mark.parametrize(("pattern", "event", "expected"), OPERATORS)
def test_filter_operators_match_as_their_page_says(
    pattern: dict[str, Any], event: str, expected: bool
) -> None:
    assert matches(pattern, event) is expected
    assert problem(pattern) == ""


def test_numbers_are_compared_as_they_are_written() -> None:
    texts = ["300", "300.0", "3.0e2"]
    found = [[matches(f'{{"n": [{a}]}}', f'{{"n": {b}}}') for b in texts] for a in texts]
    assert found == [[True, False, False], [False, True, False], [False, False, True]]
    assert matches({"n": [300]}, {"n": 300})
    assert not matches({"n": [{"anything-but": [300]}]}, {"n": 300})


@pytest.mark.parametrize(
    ("pattern", "where"),
    [
        ([], "no object"),
        ({}, "empty"),
        ('{"a": ', "not JSON"),
        ({"a": "x"}, "a needs a list"),
        ({"a": []}, "a needs a list"),
        ({"a": {}}, "a is empty"),
        ({"a": {"b": 1}}, "b needs a list"),
        ({"a": [["x"]]}, "a list stands in the list of a"),
        ({"a": [{"like": "x"}]}, "like under a is no operator"),
        ({"a": [{"prefix": "x", "suffix": "y"}]}, "is no operator"),
        ({"a": [{}]}, "is no operator"),
        ({"a": [{"prefix": 1}]}, "prefix under a needs a text"),
        ({"a": [{"suffix": ["x"]}]}, "suffix under a needs a text"),
        ({"a": [{"exists": "yes"}]}, "exists under a needs true or false"),
        ({"a": [{"numeric": [">"]}]}, "numeric under a"),
        ({"a": [{"numeric": [">", "1"]}]}, "numeric under a"),
        ({"a": [{"numeric": ["~", 1]}]}, "numeric under a"),
        ({"a": [{"numeric": [">", 5, "<", 1]}]}, "numeric under a"),
        ({"a": [{"numeric": ["<", 5, ">", 1]}]}, "numeric under a"),
        ({"a": [{"anything-but": []}]}, "anything-but under a"),
        ({"a": [{"anything-but": ["x", 1]}]}, "anything-but under a"),
        ({"a": [{"anything-but": {"exists": True}}]}, "anything-but under a"),
        ({"$or": [{"a": ["x"]}]}, "two patterns"),
        ({"$or": [{"a": ["x"]}, {"b": "y"}]}, "b needs a list"),
        ({"a": ["x" * 4_096]}, "characters"),
    ],
)
def test_a_wrong_pattern_is_told_where_it_is_wrong(pattern: object, where: str) -> None:
    assert where in problem(pattern)
    with pytest.raises(LabError, match=r"filter\.operators"):
        filter_texts([pattern])


def test_a_mapping_wants_what_one_of_its_filters_matches() -> None:
    order, refund = '{"body": {"kind": ["order"]}}', '{"body": {"kind": ["refund"]}}'
    assert passes((), {"body": "anything"}, "body")
    assert passes((order, refund), {"body": '{"kind": "refund"}'}, "body")
    assert not passes((order, refund), {"body": '{"kind": "ping"}'}, "body")


def test_plain_text_and_json_do_not_match_each_other() -> None:
    order, hello = '{"body": {"kind": ["order"]}}', '{"body": ["hello", {"prefix": "7"}]}'
    assert not passes((order,), {"body": "hello"}, "body")
    assert not passes((hello,), {"body": '{"hello": 1}'}, "body")
    assert passes((hello,), {"body": "hello"}, "body")
    assert passes((hello,), {"body": "7"}, "body"), "a number alone is a text like any other"


def test_what_a_learner_gives_becomes_texts() -> None:
    assert filter_texts(None) == ()
    assert filter_texts({"body": ["x"]}, "body") == ('{"body": ["x"]}',)
    assert filter_texts(['{"body": ["x"]}', {"body": ["y"]}], "body")[0] == '{"body": ["x"]}'
    with pytest.raises(LabError, match="only 'body'"):
        filter_texts({"attributes": ["x"]}, "body")
