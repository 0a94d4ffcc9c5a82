"""Make the picture of the README from a real run, and run its example.

    python -m tools.readme

The first `python` block of the README is the example; each `text` block after it is what the
expression named in the line above it shows. A test compares them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import lambdalab as lab
from lambdalab.views.timeline import svg

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "first-run.svg"
README = ROOT / "README.md"


def cells() -> tuple[str, str]:
    """Return the handler of the README's `%%lambda` cell and the cell that runs it."""
    handler, run = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)[:2]
    return handler.partition("\n")[2], run


def example() -> dict[str, Any]:
    """Run the README's example; return the names that it binds."""
    handler, run = cells()
    names: dict[str, Any] = {"lab": lab, "greet": lab.function(handler, name="greet")}
    exec(run, names)
    return names


def picture() -> str:
    """Draw the run of the example."""
    return svg(example()["run"].log)


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
    print(PICTURE.relative_to(ROOT))
