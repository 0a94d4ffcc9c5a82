"""What an execution environment offers the code that runs in it."""

from __future__ import annotations

from .kernel import Sim
from .rules import MEMORY_BASELINE
from .steps import Place
from .units import date
from .world import Environment, Version

ACCOUNT = "123456789012"
REGION = "us-east-1"


def arn(function: str, qualifier: str = "") -> str:
    """Name a function, or a version of it, as AWS does everywhere."""
    suffix = f":{qualifier}" if qualifier else ""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}{suffix}"


def log_stream(environment: str, version: str, created: int) -> str:
    """Name a log stream: the day of its environment since 1970, its version, and an id."""
    year, month, day = date(created)
    number = int(environment.rpartition("-")[-1])
    return f"{year}/{month:02}/{day:02}/[{version}]{number:032x}"


def _log_settings(version: Version) -> dict[str, str]:
    """Name the variables by which a runtime knows how to write its log."""
    if version.setup.log_format == "text":
        return {}
    level = version.setup.application_log_level
    return {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": level}


def place_of(sim: Sim, env: Environment) -> Place:
    """Furnish a new environment."""
    version = sim.world.versions[env.version]
    return Place(
        environment=env.id,
        function=version.function,
        version=version.version,
        memory=version.memory,
        timeout=version.timeout,
        ephemeral_storage=version.ephemeral_storage,
        initialization_type=env.initialization_type,
        runtime=version.runtime,
        handler=f"{version.function}.handler",
        log_group=f"/aws/lambda/{version.function}",
        log_stream=log_stream(env.id, version.version, sim.world.starts + env.since),
        variables={**_log_settings(version), **dict(version.variables)},
        now=lambda: sim.now,
        starts=sim.world.starts,
        random=lambda stream: sim.random(f"{env.id}:{stream}"),
        memory_baseline=sim.value(MEMORY_BASELINE),
    )
