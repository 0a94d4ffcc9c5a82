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
from .pushes import (
    DeliveryAccepted,
    DeliveryBegun,
    DeliveryDropped,
    DeliveryReturned,
    EventPublished,
    EventUnmatched,
    TriggerConfigured,
)
from .requests import (
    DeliveryFailed,
    DocumentSent,
    EventDropped,
    EventQueued,
    EventReturned,
    EventSucceeded,
    RequestReceived,
    RequestRefused,
    RequestThrottled,
    ResponseSent,
)
from .settings import (
    AccountConfigured,
    AliasConfigured,
    ConcurrencyReserved,
    DeadLetterConfigured,
    FunctionConfigured,
    FunctionDeleted,
    ProvisioningCompleted,
    ProvisioningRequested,
)
from .world import Fact

__all__ = [  # noqa: RUF022  (in the order in which they happen)
    # what a learner set up
    "AccountConfigured",
    "FunctionConfigured",
    "ConcurrencyReserved",
    "DeadLetterConfigured",
    "AliasConfigured",
    "FunctionDeleted",
    "ProvisioningRequested",
    "ProvisioningCompleted",
    "TriggerConfigured",
    # what topics, buckets, buses and schedules push
    "EventPublished",
    "EventUnmatched",
    "DeliveryBegun",
    "DeliveryAccepted",
    "DeliveryReturned",
    "DeliveryDropped",
    # what arrived, what was answered, what became of events
    "RequestReceived",
    "RequestRefused",
    "RequestThrottled",
    "ResponseSent",
    "EventQueued",
    "EventReturned",
    "EventSucceeded",
    "EventDropped",
    "DocumentSent",
    "DeliveryFailed",
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
