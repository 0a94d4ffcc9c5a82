"""What people believe about Lambda, by the number that the whole course uses."""

from __future__ import annotations

BELIEFS = {
    "M01": "each invocation starts clean, in a new environment",
    "M03": "after the first cold start, one warm environment serves everybody",
}
