"""What an execution environment offers the code that runs in it."""

from __future__ import annotations

from .kernel import Sim
from .rules import MEMORY_BASELINE
from .steps import Place
from .units import date
from .world import Environment

ACCOUNT = "123456789012"
REGION = "us-east-1"


def arn(function: str) -> str:
    """Name a function as AWS does everywhere."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"


def log_stream(environment: str, created: int) -> str:
    """Name the log stream of an environment: its day, its version, and a hexadecimal id."""
    year, month, day = date(created)
    number = int(environment.rpartition("-")[-1])
    return f"{year}/{month:02}/{day:02}/[$LATEST]{number:032x}"


def place_of(sim: Sim, env: Environment) -> Place:
    """Furnish a new environment."""
    function = sim.world.functions[env.function]
    return Place(
        environment=env.id,
        function=function.name,
        version="$LATEST",
        arn=arn(function.name),
        memory=function.memory,
        timeout=function.timeout,
        ephemeral_storage=function.ephemeral_storage,
        initialization_type="on-demand",
        runtime=function.runtime,
        handler=f"{function.name}.handler",
        log_group=f"/aws/lambda/{function.name}",
        log_stream=log_stream(env.id, env.since),
        variables=dict(function.variables),
        now=lambda: sim.now,
        random=lambda stream: sim.random(f"{env.id}:{stream}"),
        memory_baseline=sim.value(MEMORY_BASELINE),
    )
