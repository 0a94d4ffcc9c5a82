"""Runs for people without a notebook: `python -m lambdalab run template.yaml --at 0,0.2,3`.

`python -m lambdalab show run.jsonl` tells a run that was saved.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .mistakes import LabError
from .run import Run, load_run, run
from .source import CodeProblem, check
from .sources.doors import FrontDoor, request
from .sources.pushes import Schedule
from .stack import Alias, Function, Published, event, function
from .templates import load
from .testing import assert_never

FINE, HAPPENED, MISTAKE = 0, 1, 2
TEMPLATES = (".yaml", ".yml", ".json", ".template")
CALLED = Function | Published | Alias

EXIT = f"""exit codes:
  {FINE}  the run was made
  {HAPPENED}  something happened that was to happen --never
  {MISTAKE}  something was asked for that cannot be done
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        made = load_run(asked.file) if asked.command == "show" else _run(asked)
        if asked.command == "run" and asked.save is not None:
            made.save(asked.save)
        if asked.command == "show" and asked.page is not None:
            print(made.page(asked.page))
            return FINE
        print(made.tell())
        answers = [(k, found) for k, found in enumerate(made.responses) if found is not None]
        if answers:
            print()
        for k, answer in answers:
            print(f"answer {k}: {answer.status_code} {answer.payload}")
        print(f"\n{made.bill!r}")
        if asked.logs:
            print(f"\n{made.logs()!r}")
        assert_never(made, *asked.never)
    except LabError as error:
        print(f"lambdalab: {error}", file=sys.stderr)
        return MISTAKE
    except AssertionError as error:
        print(f"lambdalab: {error}", file=sys.stderr)
        return HAPPENED
    return FINE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lambdalab",
        description="See what happens behind AWS Lambda, in simulated time.",
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="command", dest="command")
    command = commands.add_parser(
        "run",
        help="run a template or a handler, and say what happened and what it costs",
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = command.add_argument
    add("file", type=Path, help="an AWS SAM or CloudFormation template, or the code of a handler")
    add("--target", metavar="NAME", help="the logical id of what is called or sent to")
    add("--at", metavar="TIMES", help="when, in seconds: 0,0.2,3")
    add("--payload", metavar="FILE", help="a file of JSON, or text, to send each time; - is stdin")
    add("--event", action="store_true", help="call functions asynchronously")
    add("--until", type=float, metavar="SECONDS", help="when the run ends")
    add("--seed", type=int, default=0, help="of everything random")
    add("--parameter", action="append", default=[], metavar="NAME=VALUE", help="of the template")
    add(
        "--handler",
        metavar="NAME",
        help="the function in a file of code: handler, or lambda_handler",
    )
    add("--memory", type=int, metavar="MB", help="for a file of code")
    add("--timeout", type=int, metavar="SECONDS", help="for a file of code")
    add("--save", type=Path, metavar="FILE", help="write the run into a file, for show")
    show = commands.add_parser(
        "show",
        help="say what happened in a run that was saved, and what it cost",
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    show.add_argument("file", type=Path, help="what run.save(path) or run --save wrote")
    show.add_argument(
        "--page", type=Path, metavar="FILE", help="write the picture to step through, as HTML"
    )
    for one in (command, show):
        one.add_argument("--logs", action="store_true", help="print the log lines too")
        one.add_argument(
            "--never",
            action="append",
            default=[],
            metavar="WORD",
            help="fail if it happened: throttled, errors, ...",
        )
    return parser


def _run(asked: argparse.Namespace) -> Run:
    """Make the run that is asked for."""
    target, also = _target(asked)
    if asked.event:
        target = event(target)
    times = None if isinstance(target, Schedule) else _times(asked.at)
    if times is not None and asked.payload is not None:
        payload = _payload(asked.payload, target)
        return run(
            target, [(at, payload) for at in times], also=also, until=asked.until, seed=asked.seed
        )
    return run(target, times, also=also, until=asked.until, seed=asked.seed)


def _target(asked: argparse.Namespace) -> tuple[Any, Any]:
    """Find what is called, and what there is besides."""
    file: Path = asked.file
    if file.suffix not in TEMPLATES:
        return _handler(asked), ()
    for name in ("handler", "memory", "timeout"):
        if getattr(asked, name) is not None:
            raise LabError(
                f"--{name} is given with a template.", "a file of code", "edit the template"
            )
    parameters = dict(pair.partition("=")[::2] for pair in asked.parameter)
    stack = load(file, parameters)
    if asked.target is not None:
        return stack[asked.target], stack
    names = stack.keys()
    functions = [id for id in names if isinstance(stack[id], Function)]
    if len(functions) != 1:
        raise LabError(
            f"what of {file} is called?",
            ", ".join(names),
            f"--target {functions[0]}" if functions else "--target NAME",
        )
    return stack[functions[0]], stack


def _handler(asked: argparse.Namespace) -> Function:
    """Make a function of a file, a folder or a zip."""
    file: Path = asked.file
    if asked.target is not None or asked.parameter:
        raise LabError(
            "--target and --parameter are for templates.", "a template", "leave them out"
        )
    names = ("memory", "timeout")
    settings = {name: value for name in names if (value := getattr(asked, name)) is not None}
    given = asked.handler or _handler_of(file)
    if given:
        alone = "." not in given and file.is_file()
        settings["handler"] = f"{file.stem}.{given}" if alone else given
    return function(file, name=file.resolve().stem, **settings)


def _handler_of(file: Path) -> str:
    """Find out which of the usual names a file of code gives its handler."""
    for name in ("handler", "lambda_handler"):
        with suppress(CodeProblem, OSError, UnicodeDecodeError):
            check(file.read_text(encoding="utf-8"), file.name, name)
            return name
    return ""


def _times(given: str | None) -> list[float]:
    """Read when something is sent."""
    try:
        return [float(time) for time in (given or "0").split(",")]
    except ValueError:
        raise LabError(f"--at {given} is no list of times.", "seconds", "--at 0,0.2,3") from None


def _payload(name: str, target: Any) -> Any:
    """Read what is sent each time; for a front door, JSON with a method and a path is a request."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(
            f"--payload {name}: {error}", "a file of text", "--payload event.json"
        ) from None
    try:
        payload = json.loads(text)
    except ValueError:
        if isinstance(target, CALLED | FrontDoor):
            raise LabError(
                f"--payload {name} is no JSON.", "a file of JSON", "--payload event.json"
            ) from None
        return text
    if isinstance(target, FrontDoor) and isinstance(payload, dict) and "path" in payload:
        known = ("method", "path", "headers", "query", "body")
        return request(**{key: payload[key] for key in known if key in payload})
    return payload


if __name__ == "__main__":
    sys.exit(main())
