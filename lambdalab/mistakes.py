"""Mistakes of the learner: what was given, what is allowed, the rule, and what to try."""

from __future__ import annotations

from .engine.rules import Rule


class LabError(Exception):
    """Something was asked for that cannot be done; nothing was lost.

    Parameters
    ----------
    given : str
        What was given.
    allowed : str
        What is allowed.
    attempt : str
        What to try instead.
    rule : Rule, optional
        The rule that it goes against, with its page.
    """

    def __init__(self, given: str, allowed: str, attempt: str, rule: Rule | None = None) -> None:
        self.given, self.allowed, self.attempt, self.rule = given, allowed, attempt, rule
        lines = [given, f"  allowed: {allowed}"]
        if rule:
            lines.append(f"  rule:    {rule.id} ({rule.basis}) {rule.page}".rstrip())
        super().__init__("\n".join([*lines, f"  try:     {attempt}"]))

    def __reduce__(self) -> tuple[object, ...]:
        """Let another process say it, too."""
        return LabError, (self.given, self.allowed, self.attempt, self.rule)

    def _render_traceback_(self) -> list[str]:
        """Show a notebook the message alone: the fault is in the cell, not in the library."""
        return [f"LabError: {self}"]
