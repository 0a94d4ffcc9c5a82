"""The cell magic `%%lambda`: a notebook cell becomes the module of a function."""

from __future__ import annotations

import shlex
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from .mistakes import LabError
from .stack import CHECKS, function

USAGE = "%%lambda greet --memory 512 --timeout 3"
FRACTIONS = ("init", "package_size")
WORDS = ("runtime",)
FLAGS = ("snap_start", "vpc")
LISTS = ("layers", "extensions")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magic: `%load_ext lambdalab` calls this."""

    def lambda_(line: str, cell: str) -> None:
        name, settings = read(line)
        shell.user_ns[name] = function(cell, name=name, **settings)

    register: Any = shell.register_magic_function  # its decorator hides its parameters
    register(lambda_, magic_kind="cell", magic_name="lambda")


def read(line: str) -> tuple[str, dict[str, Any]]:
    """Read the first line of a cell.

    Parameters
    ----------
    line : str
        A name, then settings: `greet --memory 512 --environment STAGE=test`.

    Returns
    -------
    (str, dict)
        The name, and the settings as `lab.function` takes them.

    Raises
    ------
    LabError
        If the line cannot be read.

    Examples
    --------
    >>> read("greet --memory 512 --timeout 10")
    ('greet', {'memory': 512, 'timeout': 10})
    """
    words = shlex.split(line)
    name = words.pop(0) if words else ""
    if not name.isidentifier():
        raise LabError(f"{name!r} cannot be the name of a function.", "a Python name", USAGE)
    settings: dict[str, Any] = {}
    while words:
        option = words.pop(0)
        setting = option.removeprefix("--").replace("-", "_")
        if not option.startswith("--") or setting not in CHECKS or not words:
            options = ", ".join("--" + known.replace("_", "-") for known in CHECKS)
            raise LabError(
                f"{option!r} cannot be read." if words else f"{option!r} has no value.",
                f"{options}, each with a value",
                USAGE,
            )
        value = words.pop(0)
        if setting == "environment":
            key, _, text = value.partition("=")
            settings.setdefault("environment", {})[key] = text
        else:
            settings[setting] = _value(setting, value)
    return name, settings


def _value(setting: str, text: str) -> Any:
    """Turn the text of a setting into a number where it is one; the checks refuse the rest."""
    if setting in WORDS:
        return text
    if setting in FLAGS:
        return {"true": True, "false": False}.get(text.lower(), text)
    if setting in LISTS:
        return tuple(text.split(","))
    try:
        return float(text) if setting in FRACTIONS else int(text)
    except ValueError:
        return text
