"""Each scenario of tests/golden/ writes the log that lies beside it, to the letter."""

from pathlib import Path

import pytest

from tools.golden import SCENARIOS, written


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_writes_its_golden_log(scenario: Path) -> None:
    golden = scenario.with_suffix(".log").read_text()
    assert written(scenario) == golden, "`make golden` rewrites it; read the diff"


def test_every_golden_log_has_its_scenario() -> None:
    folder = Path(__file__).parent / "golden"
    assert {path.stem for path in folder.glob("*.log")} == {path.stem for path in SCENARIOS}
