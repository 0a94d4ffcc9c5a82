"""One example for each rule of filters and of the sources that push, named after it."""

import pytest

import lambdalab as lab
from lambdalab.engine.patterns import matches, problem
from lambdalab.sources.filters import filter_texts

# Filters ----------------------------------------------------------------------------------------


def test_filter_count_a_mapping_has_at_most_five_patterns() -> None:
    five = [{"body": [str(k)]} for k in range(5)]
    assert len(filter_texts(five)) == 5
    with pytest.raises(lab.LabError, match=r"filter\.count"):
        filter_texts([*five, {"body": ["x"]}])


def test_filter_length_a_pattern_has_at_most_4096_characters() -> None:
    around = len('{"a": [""]}')
    assert problem({"a": ["x" * (4_096 - around)]}) == ""
    assert problem({"a": ["x" * (4_097 - around)]}) == "it has 4,097 characters"


def test_filter_numbers_are_compared_as_they_are_written() -> None:
    assert matches('{"n": [300]}', '{"n": 300}')
    assert not matches('{"n": [300]}', '{"n": 300.0}')
    assert not matches('{"n": [300]}', '{"n": 3.0e2}')
    assert matches('{"n": [{"numeric": ["=", 300]}]}', '{"n": 3.0e2}')


def test_filter_operators_are_those_of_the_page() -> None:
    small = {"size": [{"numeric": ["<", 10]}], "name": [{"suffix": ".jpg"}]}
    assert matches(small, {"size": 9, "name": "cat.jpg"})
    assert not matches(small, {"size": 10, "name": "cat.jpg"})
    assert "no operator" in problem({"name": [{"wildcard": "*.jpg"}]})
