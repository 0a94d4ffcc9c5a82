"""An oracle: limits and words of what pushes, as botocore's models of those APIs have them."""

import botocore.session
import pytest

from lambdalab.engine.rules import BUS_POLICY, FILTER_LENGTH
from lambdalab.sources.pushes import EVENTS

SESSION = botocore.session.get_session()


def limits(service: str, shape: str) -> tuple[int, int]:
    metadata = SESSION.get_service_model(service).shape_for(shape).metadata
    return metadata["min"], metadata["max"]


def test_a_pattern_of_a_mapping_is_as_long_as_the_api_allows() -> None:
    assert limits("lambda", "Pattern") == (0, FILTER_LENGTH.value)


@pytest.mark.parametrize(
    ("setting", "shape"),
    [
        ("maximum_retry_attempts", "MaximumRetryAttempts"),
        ("maximum_event_age", "MaximumEventAgeInSeconds"),
    ],
)
def test_the_retry_policy_of_a_rule_has_the_ranges_of_the_api(setting: str, shape: str) -> None:
    assert limits("events", shape) == BUS_POLICY.value[setting]
    assert limits("scheduler", shape) == BUS_POLICY.value[setting], "a schedule has the same"


def test_the_events_of_a_bucket_are_words_of_the_api() -> None:
    assert set(EVENTS) <= set(SESSION.get_service_model("s3").shape_for("Event").enum)
