"""Write the golden logs: what happens in each scenario of tests/golden/, an entry a line.

    python -m tools.golden

A scenario is a small script that ends with `run = lab.run(...)`. Its log lies beside it and is
compared exactly; a change of it is read in review like a change of the code.
"""

import runpy
from dataclasses import astuple
from pathlib import Path
from typing import Any

from lambdalab.engine import Entry
from lambdalab.engine.units import seconds_text

SCENARIOS = sorted((Path(__file__).parent.parent / "tests" / "golden").glob("*.py"))


def line(entry: Entry) -> str:
    """Write an entry as its number, its time, what happened, why, and by which rule."""
    fact: Any = entry.fact  # each fact is a dataclass, which the protocol does not say
    name = type(fact).__name__
    values = " ".join(_word(value) for value in astuple(fact))
    why = "" if entry.cause is None else f" <- #{entry.cause}"
    why += "".join(f" given #{seq}" for seq in entry.given)
    return f"#{entry.seq:<4} {seconds_text(entry.at):>10} s  {name} {values}{why}  [{entry.rule}]"


def _word(value: object) -> str:
    """Write a value so that it stands on one line and can be told from the next."""
    text = str(value)
    return text if text.isprintable() and text and " " not in text else repr(value)


def written(scenario: Path) -> str:
    """Run a scenario and write out its log."""
    run = runpy.run_path(str(scenario))["run"]
    return "".join(f"{line(entry)}\n" for entry in run.log)


def main() -> None:
    """Write every golden log."""
    for scenario in SCENARIOS:
        scenario.with_suffix(".log").write_text(written(scenario))
        print(scenario.with_suffix(".log").name)


if __name__ == "__main__":
    main()
