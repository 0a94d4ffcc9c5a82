"""The game day: an hour at Parcelwing, a parcel company whose stack a team looks after.

`night` says what is asked of it and what goes wrong, `handlers` and `parts` what it is built of,
`stack` runs it, `judge` and `score` read from the log what came of it, and `board` and `report`
show that. `lab.gameday(...)` is the value that a team plays with.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..mistakes import LabError
from ..run import Run
from .chains import chain
from .handlers import FUNCTIONS
from .judge import Outcome, outcomes
from .night import BY_ID, Asked, Incident, asked, clock_of
from .parts import BASELINE, Config, cell_of, changed, code_differences, differences, lines_of
from .score import Compared, Final, Score, Standings, score
from .stack import play, tried

if TYPE_CHECKING:
    from ..views.tell import Story
    from .board import Board
    from .check import Checked
    from .report import Report

HIDDEN = (1709, 2803, 4637)  # of the final hour; an instructor may give others
OWN = ("incidents", "seed", "team")


@dataclass(frozen=True, eq=False)
class GameDay:
    """A configuration of Parcelwing and the hour that it is to get through; it never changes.

    Attributes
    ----------
    config : mapping of str to mapping
        The settings of each part.
    incidents : tuple of str
        What goes wrong in the hour, by id; `()` is a calm hour.
    seed : int
        Of everything random: the same for all teams.
    team : str
        Who plays.
    """

    config: Config
    incidents: tuple[str, ...]
    seed: int = 0
    team: str = ""

    def with_(self, **changes: Any) -> GameDay:
        """Make a copy with some parts changed.

        Parameters
        ----------
        **changes
            A part and what is to be otherwise about it: a dict of settings, in which None stands
            for the default; for a function also the value that a `%%lambda` cell made, of which
            the code and the settings in its first line are taken. Or `incidents`, `seed`, `team`.

        Raises
        ------
        LabError
            If there is no such part or setting, or the outside world is not what it was.

        Examples
        --------
        >>> gameday().with_(labels={"max_receive_count": 10}).config["labels"]["max_receive_count"]
        10
        """
        own = {name: changes[name] for name in OWN if name in changes}
        if "incidents" in own:
            own["incidents"] = _known(own["incidents"])
        parts = {name: change for name, change in changes.items() if name not in OWN}
        config = tried(changed(self.config, parts)) if parts else self.config
        return replace(self, config=config, **own)

    # The hour

    @cached_property
    def asked(self) -> list[Asked]:
        """What Parcelwing is asked to do in the hour, in order."""
        return asked(self.seed, self.incidents)

    @cached_property
    def run(self) -> Run:
        """The run of the hour: ask it whatever can be asked of a run."""
        return play(self.config, self.asked, self.seed)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What became of each thing that was asked."""
        return outcomes(self.run.log, self.asked)

    @cached_property
    def _score(self) -> Score:
        connections = self.config["database"]["max_connections"]
        return score(self.run.log, self.outcomes, self.run.bill.cost, connections)

    def score(self) -> Score:
        """Say what the hour was worth; the same configuration and seed give the same points."""
        return self._score

    def final(self, seeds: Sequence[int] = HIDDEN) -> Final:
        """Play the final hour: all six incidents, on seeds that nobody played.

        Parameters
        ----------
        seeds : sequence of int
            Which ones; an instructor may give numbers that nobody has seen.
        """
        return self._final if tuple(seeds) == HIDDEN else self._finals(tuple(seeds))

    @cached_property
    def _final(self) -> Final:
        return self._finals(HIDDEN)

    def _finals(self, seeds: tuple[int, ...]) -> Final:
        return Final(tuple(self.with_(incidents=BY_ID, seed=seed) for seed in seeds))

    def standings(self, *others: GameDay) -> Standings:
        """Put the final hours of several teams side by side.

        Parameters
        ----------
        *others : GameDay
            The other teams; this one stands first.
        """
        return Standings((self, *others))

    # To look at

    def board(self) -> Board:
        """Show what a team sees while it plays: metrics, what came of what was asked, the score."""
        from .board import Board

        return Board(self)

    def report(self, final: bool = True) -> Report:
        """Write the page that a team takes home: changes, terms, why-chains of the worst losses.

        Parameters
        ----------
        final : bool
            Whether to play the final hour for it.
        """
        from .report import Report

        return Report(self, self.final() if final else None)

    def why(self, name: str) -> Story:
        """Explain in short what became of one thing that was asked, by its name: "label-12".

        The whole chain, with a sentence and a page for each rule, is `night.run.why(...)`.

        Raises
        ------
        LabError
            If nothing of this name was asked for.
        """
        from ..views.tell import Story

        one = self._outcome(name)
        state = "done too often" if one.again else one.state
        lines = [f"{name}, asked for at {clock_of(one.asked.at)}: {state}", *self.links(name)]
        ask = f"{self._called()}.run.why({one.seq or 0})"
        return Story("\n".join([*lines, f"The whole chain: {ask}"]))

    def links(self, name: str) -> list[str]:
        """List the lines of the chain of causes, in short."""
        return list(chain(self.run.why(self._outcome(name).seq or 0).chain))

    def check(self) -> Checked:
        """Say whether the incident is repaired, in two hours; for a game day with one incident.

        Raises
        ------
        LabError
            If there is not exactly one incident.
        """
        from .check import check

        return check(self)

    def compare(self, **others: Mapping[str, Any] | GameDay) -> Compared:
        """Play the same hour with other changes, and put the scores side by side.

        Parameters
        ----------
        **others
            A name, and the changes as a dict that `with_` takes, or another game day.
        """
        hours = {"this": self}
        for name, other in others.items():
            hours[name] = other if isinstance(other, GameDay) else self.with_(**other)
        return Compared(tuple((name, hour.score()) for name, hour in hours.items()))

    def lost(self) -> list[str]:
        """Name what was not done right: lost, late, or done twice."""
        return [one.asked.name for one in self.outcomes if one.state != "right" or one.again]

    def settings(self, part: str) -> dict[str, Any]:
        """List the settings of a part, without its code.

        Raises
        ------
        LabError
            If there is no such part.
        """
        if part not in self.config:
            allowed = ", ".join(self.config)
            raise LabError(f"there is no part {part!r}.", allowed, 'night.settings("labels")')
        return {key: value for key, value in self.config[part].items() if key != "code"}

    def code(self, name: str) -> Story:
        """Write a function as a cell that can be copied, changed and run.

        Raises
        ------
        LabError
            If there is no such function.
        """
        from ..views.tell import Story

        if name not in FUNCTIONS:
            raise LabError(
                f"there is no function {name!r}.", ", ".join(FUNCTIONS), 'night.code("quote")'
            )
        return Story(cell_of(name, self.config[name]))

    @property
    def rewritten(self) -> list[str]:
        """Name the functions whose code is not that of the baseline."""
        return list(code_differences(self.config))

    def changes(self) -> Story:
        """List what is not as in the baseline, and what to paste into another notebook."""
        from ..views.tell import Story

        rows = [f"{p}: {key} {old} -> {new}" for p, key, old, new in differences(self.config)]
        rows += [f"{name}: code" for name in self.rewritten]
        if not rows:
            return Story("Nothing is changed: this is the baseline.")
        rows += ["", "To paste; a cell of a function first, in a cell of its own:", ""]
        return Story("\n".join([*rows, lines_of(self.config)]))

    def _called(self) -> str:
        """Find the name by which a learner knows this game day in a notebook."""
        names = vars(sys.modules["__main__"]).items()
        return next((n for n, x in names if x is self and not n.startswith("_")), "night")

    def _outcome(self, name: str) -> Outcome:
        found = next((one for one in self.outcomes if one.asked.name == name), None)
        if found is None:
            shown = ", ".join([*self.lost()[:6], self.asked[0].name])
            meant = get_close_matches(name, [one.name for one in self.asked], 1) or [
                shown.split(", ")[0]
            ]
            raise LabError(
                f"nobody asked for {name!r}.", f"{shown}, ...", f'night.why("{meant[0]}")'
            )
        return found

    def __repr__(self) -> str:
        team = f" of {self.team}" if self.team else ""
        n = len(differences(self.config)) + len(self.rewritten)
        incidents = ", ".join(self.incidents) or "a calm hour"
        changes = f"{n} change{'' if n == 1 else 's'}"
        return f"<Game day{team}: {changes}; {incidents}; seed {self.seed}>"


def gameday(
    *, incidents: Iterable[str] | None = None, seed: int = 0, team: str = "", **parts: Any
) -> GameDay:
    """Take over the night shift at Parcelwing.

    Parameters
    ----------
    incidents : iterable of str, optional
        What goes wrong: ids such as "slow mornings", all six by default, `()` for a calm hour.
    seed : int
        Of everything random.
    team : str
        Who plays; it stands on the report.
    **parts
        What is not as in the baseline, as `with_` takes it.

    Returns
    -------
    GameDay
        Ask it for `.board()`, `.score()`, `.why("label-12")`, `.final()` and `.report()`.

    Raises
    ------
    LabError
        For an unknown incident, part or setting.

    Examples
    --------
    >>> gameday(incidents=["slow mornings"])
    <Game day: 0 changes; slow mornings; seed 0>
    """
    chosen = tuple(BY_ID) if incidents is None else _known(incidents)
    config = tried(changed(BASELINE, parts)) if parts else BASELINE
    return GameDay(config, chosen, seed, team)


def _known(incidents: Iterable[str]) -> tuple[str, ...]:
    """Check incidents, and put them into the order of the game."""
    given = (incidents,) if isinstance(incidents, str) else tuple(incidents)
    for id in given:
        if id not in BY_ID:
            meant = next(iter(get_close_matches(str(id), BY_ID, 1)), "slow mornings")
            raise LabError(
                f"there is no incident {id!r}.", ", ".join(BY_ID), f'incidents=["{meant}"]'
            )
    return tuple(id for id in BY_ID if id in given)


__all__ = ["GameDay", "Incident", "gameday"]
