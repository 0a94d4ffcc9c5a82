"""What Lambda answers to calls that configure functions and mappings."""

from __future__ import annotations

from .account import Operation

OPERATIONS: dict[str, Operation] = {}
