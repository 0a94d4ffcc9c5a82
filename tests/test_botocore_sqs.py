"""An oracle: limits and words of mappings as botocore's own model of the APIs has them."""

import botocore.session
import pytest

import lambdalab as lab
from lambdalab.engine.rules import SQS_MAXCONC, SQS_POLLERS, SQS_WINDOW, Rule

SESSION = botocore.session.get_session()
API, SQS = (SESSION.get_service_model(name) for name in ("lambda", "sqs"))
NAP = lab.handler("nap")


def limits(shape: str) -> tuple[int, int]:
    metadata = API.shape_for(shape).metadata
    return metadata["min"], metadata["max"]


def allowed(**settings: object) -> bool:
    try:
        lab.queue().to(NAP, **settings)
    except lab.LabError:
        return False
    return True


@pytest.mark.parametrize(
    ("setting", "rule", "shape"),
    [
        ("maximum_concurrency", SQS_MAXCONC, "MaximumConcurrency"),
        ("maximum_batching_window", SQS_WINDOW, "MaximumBatchingWindowInSeconds"),
    ],
)
def test_a_limit_of_a_mapping_is_the_one_of_the_api(setting: str, rule: Rule, shape: str) -> None:
    low, high = limits(shape)
    assert rule.value == (low, high)
    assert allowed(**{setting: low})
    assert allowed(**{setting: high})
    assert not allowed(**{setting: low - 1})
    assert not allowed(**{setting: high + 1})


def test_the_batch_size_is_the_one_of_the_api() -> None:
    low, high = limits("BatchSize")
    assert allowed(batch_size=low, maximum_batching_window=1)
    assert allowed(batch_size=high, maximum_batching_window=1)
    assert not allowed(batch_size=low - 1, maximum_batching_window=1)
    assert not allowed(batch_size=high + 1, maximum_batching_window=1)


def test_the_numbers_of_provisioned_pollers_are_those_of_the_api() -> None:
    low, high = limits("MinimumNumberOfPollers")
    least, most = limits("MaximumNumberOfPollers")
    assert SQS_POLLERS.value["minimum"][1] == high
    assert SQS_POLLERS.value["maximum"][1] == most
    assert (low, least) == (1, 1)  # of all sources; the guide says two for queues
    assert allowed(provisioned_pollers=(high, most))


def test_the_words_of_a_record_are_those_of_the_api() -> None:
    message = SQS.shape_for("MessageSystemAttributeName").enum
    source = "def handler(e, c): print(list(e['Records'][0]['attributes']))"
    sent = [(0, lab.message("x", group="g"))]
    run = lab.run(lab.queue(fifo=True).to(lab.function(source)), at=sent)
    assert set(eval(run.logs(r"^\[")[0].text)) <= set(message)
    assert "ReportBatchItemFailures" in API.shape_for("FunctionResponseType").enum
