"""A tiny engine: it carries out the steps of processes and moves one clock."""

from __future__ import annotations

import json
import random
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdalab.code import PythonCode, simulated
from lambdalab.code.process import PythonProcess
from lambdalab.engine.steps import (
    Compute,
    Exit,
    Invocation,
    Place,
    Raise,
    Ready,
    Return,
    Step,
    Stuck,
    Wait,
    Write,
)

LAST = (Ready, Return, Raise, Exit, Stuck)


class Environment:
    """An execution environment with its process."""

    def __init__(self, world: World, code: PythonCode, place: Place) -> None:
        self.world, self.code, self.place = world, code, place
        self.process: PythonProcess = code.boot(place)
        self.steps: list[Step] = []
        self.asked = 0

    def init(self) -> Step:
        return self.run(self.process.init())

    def invoke(self, event: Any = None, **named: Any) -> Step:
        return self.run(self.process.invoke(self.invocation(event, **named)))

    def invocation(self, event: Any = None, timeout: float = 3) -> Invocation:
        self.asked += 1
        deadline = self.world.now + round(timeout * 1_000_000)
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:{self.place.function}"
        return Invocation(f"request-{self.asked}", json.dumps(event), deadline, arn)

    def returned(self, event: Any = None) -> Any:
        step = self.invoke(event)
        assert isinstance(step, Return), step
        return json.loads(step.payload)

    def run(self, step: Step, until: int | None = None) -> Step:
        """Carry out steps up to the last one of its kind, or until a moment."""
        self.steps = [step]
        while not isinstance(step, LAST):
            if isinstance(step, Wait | Compute):
                if until is not None and self.world.now + step.us > until:
                    self.world.now = until
                    return step
                self.world.now += step.us
            step = self.process.resume()
            self.steps.append(step)
        return step

    def reboot(self) -> Step:
        self.process.kill()
        self.process = self.code.boot(self.place)
        return self.init()

    @property
    def text(self) -> str:
        return "".join(step.text for step in self.steps if isinstance(step, Write))

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


class World:
    """The clock, and the dice."""

    def __init__(self, seed: int = 0) -> None:
        self.now, self.seed, self.environments = 0, seed, 0
        self._streams: dict[str, random.Random] = {}

    def random(self, name: str) -> float:
        stream = self._streams.setdefault(name, random.Random(f"{self.seed}:{name}"))
        return stream.random()

    def place(self, name: str = "greet", number: int = 0, **settings: Any) -> Place:
        self.environments += 1
        known: dict[str, Any] = {
            "environment": f"env-{number or self.environments}",
            "function": name,
            "version": "$LATEST",
            "memory": 128,
            "timeout": 3_000_000,
            "ephemeral_storage": 512,
            "initialization_type": "on-demand",
            "runtime": "python3.14",
            "handler": f"{name}.handler",
            "log_group": f"/aws/lambda/{name}",
            "log_stream": "2026/01/01/[$LATEST]1",
            "variables": {},
            "now": lambda: self.now,
            "random": self.random,
            "memory_baseline": 36,
        }
        return Place(**(known | settings))

    def boot(self, source: str | Path | PythonCode, **settings: Any) -> Environment:
        """Boot an environment, without running its Init."""
        place = self.place(**settings)
        if isinstance(source, str):
            source = PythonCode(textwrap.dedent(source), f"{place.function}.py")
        elif isinstance(source, Path):
            source = PythonCode(source, handler=place.handler)
        return Environment(self, source, place)

    def start(self, source: str | Path | PythonCode, **settings: Any) -> Environment:
        """Boot an environment and run its Init."""
        environment = self.boot(source, **settings)
        assert isinstance(environment.init(), Ready), environment.steps
        return environment


@pytest.fixture
def world() -> Iterator[World]:
    with simulated():
        yield World()


@pytest.fixture
def handler(world: World) -> Callable[..., Environment]:
    """Write only the body of a handler; what comes before the dashes is the module's own code."""

    def start(body: str, **settings: Any) -> Environment:
        module, dashes, inside = textwrap.dedent(body).rpartition("----\n")
        source = f"{module}def handler(event, context):\n" + textwrap.indent(inside, "    ")
        assert dashes or not module
        return world.start(source, **settings)

    return start
