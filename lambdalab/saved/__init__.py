"""A run as a file: a header and then one entry a line, JSON all of it, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..engine.kernel import Log, Row
from ..engine.world import World
from ..mistakes import LabError
from .asked import Reader, Unsaved, Writer
from .entries import read, written

FORMAT = 1
FIRST = "lambdalab"
HEADER = {  # what stands in the first line, and of which type it is
    FIRST: str,
    "format": int,
    "entries": int,
    "sha256": str,
    "seed": int,
    "stopped": str,
    "until": int | None,
    "whose": str,
    "note": str,
    "sources": dict,
    "asked": dict | None,
    "functions": dict,
    "unforkable": str,
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What a file holds."""

    header: Mapping[str, Any]
    log: Log
    asked: dict[str, Any] | None  # the arguments of lab.run
    functions: dict[str, Any]  # by name, as the learner made them


def text(
    version: str,
    header: Mapping[str, Any],
    asked: Mapping[str, Any] | None,
    functions: Mapping[str, Any],
    log: Log,
) -> str:
    """Write a run.

    Parameters
    ----------
    version : str
        Of lambdalab.
    header : mapping
        The seed and what else a run knows besides its log.
    asked : mapping, optional
        The arguments of `lab.run`.
    functions : mapping
        The functions of the run by name; they stand in `asked` too.
    log : Log
        The entries.
    """
    lines = [_json(written(seq, row)) for seq, row in enumerate(log.rows)]
    write, why = Writer(), header["unforkable"]
    try:
        made: Any = None if asked is None else write(asked)
        known = {name: write(function) for name, function in functions.items()} if made else {}
    except Unsaved as error:
        made, known, why = None, {}, str(error)
    digest = sha256("".join(lines).encode()).hexdigest()
    top: dict[str, Any] = {
        FIRST: version,
        "format": FORMAT,
        "entries": len(lines),
        "sha256": digest,
    }
    top |= {**header, "asked": made, "functions": known, "unforkable": why}
    return _json({name: top[name] for name in HEADER}) + "".join(lines)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n"


def load(path: Path) -> Saved:
    """Read a saved run; no code runs.

    Raises
    ------
    LabError
        If it is no saved run, or damaged; with the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LabError(
            f"{path}: {error.strerror}.", "a file that run.save(path) wrote", EXAMPLE
        ) from None
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    header, asked, functions = _header(path, lines[0] if lines else b"")
    rows = list(_entries(path, lines[1:]))
    if len(rows) != header["entries"]:
        raise _wrong(
            path, len(lines), f"{header['entries']} entries were saved; {len(rows)} are here"
        )
    if sha256(b"".join(line + b"\n" for line in lines[1:])).hexdigest() != header["sha256"]:
        raise _wrong(path, 1, "an entry is not what was saved: sha256 does not fit")
    return Saved(header, Log(rows), asked, functions)


EXAMPLE = 'run.save("run.jsonl"); lab.load_run("run.jsonl")'


def _wrong(path: Path, line: int, what: str) -> LabError:
    return LabError(f"{path}, line {line}: {what}.", "a file as run.save(path) wrote it", EXAMPLE)


def _read(path: Path, line: int, data: bytes) -> Any:
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise _wrong(path, line, f"this is no JSON ({error})") from None


def _header(path: Path, data: bytes) -> tuple[dict[str, Any], Any, Any]:
    """Read the first line, with what the run was asked for."""
    header = _read(path, 1, data)
    if not isinstance(header, dict) or FIRST not in header:
        raise _wrong(path, 1, "this is no saved run")
    if header.get("format") != FORMAT:
        raise _wrong(
            path,
            1,
            f"lambdalab {header[FIRST]} wrote this in format {header.get('format')!r}, "
            f"and this version reads format {FORMAT}",
        )
    for name, kind in HEADER.items():
        if name not in header or not isinstance(header[name], kind):
            raise _wrong(path, 1, f"{name}={header.get(name)!r} does not belong there")
    make = Reader()
    try:
        asked = make(header["asked"])
        return header, asked, make(header["functions"])
    except (LabError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _wrong(path, 1, f"what the run was asked for cannot be read ({error})") from None


def _entries(path: Path, lines: list[bytes]) -> Iterator[Row]:
    """Read the entries; each has to follow from the world that those before it have made."""
    world, before = World(), 0
    for seq, data in enumerate(lines):
        entry = _read(path, seq + 2, data)
        try:
            row = read(seq, entry, before)
        except ValueError as error:
            raise _wrong(path, seq + 2, str(error)) from None
        before = world.now = row[0]
        world.seq = seq
        try:
            row[1].apply(world)
        except Exception:  # whatever a fact needs that is not there
            raise _wrong(path, seq + 2, "this cannot happen after what was before") from None
        yield row
