"""What EventBridge answers."""

from __future__ import annotations

import json
from typing import Any

from ..engine.kernel import Document
from ..engine.push import publish
from ..engine.units import uuid_text
from .account import Asked, Operation, Result
from .names import last_part
from .wire import Refused

Params = dict[str, Any]
USUAL, MOST = "default", 10  # the bus that every account has; entries of a request


def _put_events(call: Asked, params: Params) -> Result:
    entries = params["Entries"]
    if not 0 < len(entries) <= MOST:
        message = (
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member "
            f"must have length less than or equal to {MOST}"
        )
        raise Refused("ValidationException", message)
    done = [_put(call, entry) for entry in entries]
    return {"FailedEntryCount": sum("ErrorCode" in entry for entry in done), "Entries": done}


def _put(call: Asked, entry: Params) -> Params:
    name = last_part(entry.get("EventBusName", USUAL))
    if name != USUAL and not call.account.has(f"bus:{name}"):
        raise Refused("ResourceNotFoundException", f"Event bus {name} does not exist.")
    for needed in ("Source", "DetailType", "Detail"):
        if not entry.get(needed):
            message = f"Parameter {needed} is not valid. Reason: {needed} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": message}
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    said = {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "resources": entry.get("Resources", []),
        "detail": detail,
    }
    id = call.sim.new_id("event")
    document = Document(id, json.dumps(said), (), call.lineage)
    publish(call.sim, f"bus:{name}", document, call.rule, call.because)
    return {"EventId": uuid_text(id)}


OPERATIONS: dict[str, Operation] = {"PutEvents": _put_events}
