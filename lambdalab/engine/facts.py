"""Everything that can happen, on one page."""

from .environments import (
    CodeComputed,
    CodeWaited,
    EnvironmentFrozen,
    EnvironmentReset,
    EnvironmentShutDown,
    InitCompleted,
    InitFailed,
    InitStarted,
    InvocationCompleted,
    InvocationStarted,
    OutputWritten,
)
from .requests import (
    AccountConfigured,
    FunctionConfigured,
    RequestReceived,
    RequestRefused,
    RequestThrottled,
    ResponseSent,
)
from .world import Fact

__all__ = [  # noqa: RUF022  (in the order in which they happen)
    # what the learner set up, what arrived, what was answered
    "AccountConfigured",
    "FunctionConfigured",
    "RequestReceived",
    "RequestRefused",
    "RequestThrottled",
    "ResponseSent",
    # the life of an environment
    "InitStarted",
    "InitCompleted",
    "InitFailed",
    "InvocationStarted",
    "CodeWaited",
    "CodeComputed",
    "OutputWritten",
    "InvocationCompleted",
    "EnvironmentReset",
    "EnvironmentFrozen",
    "EnvironmentShutDown",
    "Fact",
]
