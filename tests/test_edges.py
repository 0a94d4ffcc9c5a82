"""Small corners: what is refused with a clear word, and what can be asked by another name."""

import pytest

import lambdalab as lab


@pytest.mark.parametrize(
    "rule", ["open.sqs.throttle-interval", "open.stream.backoff", "open.stream.backoff.most"]
)
def test_a_wait_of_no_length_is_refused_at_once(rule: str) -> None:
    with pytest.raises(lab.LabError, match="time would stand still"):
        lab.run(lab.handler(), at=[0], assume={rule: 0})


def test_a_python_function_is_no_source() -> None:
    def greet(event: object, context: object) -> None: ...

    with pytest.raises(lab.LabError, match=r"'greet' is a Python object(?s:.*)%%lambda"):
        lab.function(greet)


def test_the_mapping_of_a_stream_has_metrics_of_its_own() -> None:
    clicks = lab.stream("clicks")
    fn = lab.handler("count", fails=True)
    wired = clicks.to(fn, maximum_retry_attempts=1)
    metrics = lab.run(wired, at=[0, 0]).metrics
    for whose in ("esm-1", wired):
        own = metrics.of(whose)
        assert own["PolledEventCount"] == 2
        assert own["InvokedEventCount"] == 4
        assert own["DroppedEventCount"] == 2
        assert "Invocations" not in own
    assert metrics.of(fn)["DroppedEventCount"] == metrics["DroppedEventCount"] == 2
