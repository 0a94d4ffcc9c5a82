"""Tests of a stack, as a project keeps them beside its template."""

from lambdalab.testing import (
    assert_at_most,
    assert_cost_below,
    assert_delivered,
    assert_never,
    assert_p99_below,
    assert_succeeded,
)


def test_three_calls_in_a_row_are_served(lambda_lab):
    run = lambda_lab.run("Resize", at=[0, 1, 2])
    assert_succeeded(run)
    assert_never(run, "throttled", "errors")
    assert_at_most(run, 1, "cold")
    assert_p99_below(run, seconds=0.5)
    assert_cost_below(run, usd=0.001)


def test_a_broken_picture_ends_in_the_dead_letter_queue(lambda_lab):
    run = lambda_lab.run("Uploads", at=[(0, {"broken": True}), (1, {"broken": False})])
    (document,) = assert_delivered(run, "Failed", times=1)
    assert document["body"] == {"broken": True}
    assert_never(run, "expired", "throttled")


def test_three_calls_at_once_are_served(lambda_lab):
    run = lambda_lab.run("Resize", at=[0, 0, 0])
    assert_never(run, "throttled")
