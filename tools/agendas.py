"""The agendas of workshops: which lessons, in which order, and where the breaks are.

This is the one place that says so. `tools.workshop` makes the links and the pages for learners from
it; `docs/instructor/agendas.md` has the minutes, and a test compares the two.
"""

from dataclasses import dataclass

GAME_DAY = "gameday"


@dataclass(frozen=True, slots=True)
class Agenda:
    """One way to spend the time; `sessions` are what lies between two breaks."""

    name: str  # of its page, docs/agendas/NAME.md
    title: str  # as in the guide for instructors
    sessions: tuple[tuple[str, ...], ...]  # ids of lessons, or GAME_DAY

    @property
    def lessons(self) -> tuple[str, ...]:
        """All of it, in order."""
        return tuple(id for session in self.sessions for id in session)


AGENDAS = (
    Agenda("taster", "Taster", (("L01", "L02"), ("L07",))),
    Agenda("half-day", "Half day", (("L01", "L04"), ("L06", "L07"), ("L09",))),
    Agenda(
        "full-day",
        "Full day",
        (("L01", "L02"), ("L04", "L06"), ("L07",), ("L09", "L11"), (GAME_DAY,)),
    ),
    Agenda(
        "lunch-hours",
        "Six lunch hours",
        (
            ("L01", "L02"),
            ("L03", "L04"),
            ("L05", "L06"),
            ("L07", "L08"),
            ("L09", "L10"),
            ("L11", "L12"),
            (GAME_DAY,),
        ),
    ),
)
