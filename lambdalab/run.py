"""Run a stack in simulated time, and ask the run anything afterwards."""

from __future__ import annotations

import gc
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from copy import deepcopy
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from . import naming
from .answers import Failure as Failure
from .answers import Response as Response
from .answers import reply_of
from .code import simulated
from .counting import COUNTS as COUNTS
from .engine import Entry, Log, Runaway, facts
from .engine.destinations import OBJECT_KEY
from .engine.payloads import sequence_number
from .engine.rules import (
    ACCOUNT_LIMIT,
    DEST_SHAPE,
    LONGEST_RUN,
    RUNAWAY,
    STATUS,
    YOUR_REQUEST,
)
from .engine.units import NEVER, SECOND, seconds_text, uuid_text
from .engine.world import World
from .faults import Crash, Fault
from .mistakes import LabError
from .plan import MEASURED as MEASURED
from .plan import Arrivals, Plan, plan
from .sdk import LATE
from .source import effects_named
from .stack import Function, Resource
from .views.invocations import Invocation, invocations
from .views.logs import Line, Lines, lines, log_tails
from .views.messages import Stay, stays
from .views.replay import fold, seq_at
from .views.text import amount
from .views.whose import Names, entries_of, function_name, function_names, places
from .wiring.given import ASSUME, CHANGES, change_of, several, start_of, time_of
from .wiring.stack import Callee, Change

if TYPE_CHECKING:
    import networkx
    import pandas

    from .summary import Summary
    from .views.beside import Beside
    from .views.bill import Bill
    from .views.charts import Chart
    from .views.compare import Comparison
    from .views.goals import Goals
    from .views.metrics import Metrics
    from .views.reports import Report
    from .views.tell import Story
    from .views.timeline import Picture
    from .views.why import Why
    from .widgets.stepper import Stepper

TASKS_AT_A_TIME = 50_000
MEMORIES = (128, 256, 512, 1024, 1769, 3008)  # MB, for the bill by memory size
QUIET = 1.0  # seconds of real time before a run shows its progress
NAMED = 4  # functions in the title of a picture; more are counted


# What can be asked ------------------------------------------------------------------------------


class Run:
    """What happened in a run: a value that never changes.

    Every answer is read from `run.log`. Times are seconds; `repr` is one line of counts.
    """

    def __init__(
        self,
        log: Log,
        *,
        seed: int,
        stopped: str,
        sources: dict[str, str],
        until: int | None = None,
        functions: Mapping[str, Function] | None = None,
        again: partial[Run] | None = None,
        names: Names | None = None,
        whose: str = "",
    ) -> None:
        self.log, self.seed = log, seed
        self.stopped = stopped  # why it ended before its time, or ""
        self._until = until  # us: what is kept ready costs until then
        self._sources = sources
        self._values = dict(functions or {})  # by name, as the learner made them
        self._again = again  # how it was asked for
        self._note = ""  # of a fork: what was changed
        self._lost = ""  # of a run that was loaded: what could not be saved of how it was made
        self._names = names or Names()
        self._whose = whose  # the function, version or alias that is asked about, or "" for all

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse what would change a run; an answer that is kept goes past here."""
        if not name.startswith("_") and (name in vars(self) or hasattr(type(self), name)):
            raise AttributeError(f"a run never changes: {name} cannot be set")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        names = self._whose or ", ".join(self._functions)
        counts = ", ".join(
            f"{n} {word.removesuffix('s') if n == 1 else word}"
            for word in ("requests", "environments", "cold", "throttled", "errors")
            for n in [self.count(word)]
        )
        stopped = f" {self.stopped};" if self.stopped else ""
        return f"<Run of {names}:{stopped} {counts}; {len(self.log):,} entries in {self.end:g} s>"

    # In short

    @property
    def end(self) -> float:
        """Seconds from the start to the last entry."""
        return self.log[-1].at / SECOND if len(self.log) else 0.0

    @cached_property
    def responses(self) -> list[Response | None]:
        """What each stimulus came to, in the order sent; None while it is not answered.

        None stands for what was sent to a source, which answers nothing.
        """
        sent: list[Any] = []
        answers: dict[str, Any] = {}
        callers: dict[str, str] = {}
        tries: dict[str, facts.RequestReceived] = {}
        rows = self.log.rows
        for _, fact, cause, _, rule in [rows[seq] for seq in self._seqs] if self._whose else rows:
            match fact:
                case facts.ResponseSent():
                    answers[fact.request] = fact
                case facts.ExchangeAnswered():
                    answers[fact.exchange] = fact
                case facts.ClientAnswered() | facts.ClientGaveUp():
                    answers[fact.client] = fact
                case facts.CallerConfigured():
                    callers[fact.caller] = fact.target
                case facts.RequestReceived() if fact.source.startswith("try-"):
                    tries[fact.source] = fact
                case facts.MessageNotQueued() if cause is None:
                    sent.append(fact)
                case _ if rule is YOUR_REQUEST and isinstance(fact, STIMULI):
                    sent.append(fact)
        return [self._answer(fact, answers, callers, tries) for fact in sent]

    def _answer(
        self,
        sent: Any,
        answers: dict[str, Any],
        callers: dict[str, str],
        tries: dict[str, facts.RequestReceived],
    ) -> Response | None:
        if isinstance(sent, facts.RequestReceived):
            return self._response(answers.get(sent.request), sent)
        if isinstance(sent, facts.ExchangeStarted):
            return reply_of(answers.get(sent.exchange), True)
        if not isinstance(sent, facts.ClientStarted):
            return None
        answer = answers.get(sent.client)
        if not callers[sent.caller].startswith(("function:", "event:")):
            return reply_of(answer, True)
        if isinstance(answer, facts.ClientAnswered):
            return self._response(answer, tries[answer.attempt])
        return reply_of(answer, False)

    def _response(self, fact: Any, request: facts.RequestReceived) -> Response | None:
        """Say what a caller of a function itself got."""
        if fact is None:
            return None
        if fact.status_code != STATUS.value:
            return Response(fact.status_code, None, fact.payload, None)
        error, tail = fact.function_error or None, partial(self._tail, request.request)
        headers = {"X-Amz-Executed-Version": request.version}
        if error:
            headers["X-Amz-Function-Error"] = error
        return Response(fact.status_code, error, fact.payload, request.version, headers, tail)

    def of(self, target: Any) -> Run:
        """Pick one function, version, alias, event door or queue, given as its value or its name.

        What comes back is asked like a run. Its counts, tables, lines, metrics, bill and answers
        are those of the target alone; `world`, `graph`, `why` and pictures show everything.
        """
        return Run(
            self.log,
            seed=self.seed,
            stopped=self.stopped,
            sources=self._sources,
            until=self._until,
            functions=self._values,
            again=self._again,
            names=self._names,
            whose=function_name(self.log, target, self._names),
        )

    @cached_property
    def _entries(self) -> Sequence[Entry]:
        return entries_of(self.log, self._whose) if self._whose else self.log

    @cached_property
    def _seqs(self) -> dict[int, None]:  # in order
        return {entry.seq: None for entry in self._entries}

    @cached_property
    def _tails(self) -> dict[str, str]:
        return log_tails(self.log)

    def _tail(self, request: str) -> str | None:
        return self._tails.get(request)

    @property
    def returned(self) -> list[Any]:
        """What each call returned, decoded; a Failure for an error or a refusal."""
        return [response and response.returned for response in self.responses]

    @property
    def requests(self) -> list[str]:
        """The ids of the requests, in the order sent."""
        received = self._of(facts.RequestReceived)
        return [e.fact.request for e in received if e.cause is None]

    @property
    def effects(self) -> list[str]:
        """What handlers did outside, in order: the names given to `lab.effect`."""
        return [entry.fact.effect for entry in self._of(facts.EffectMade)]

    @cached_property
    def invocations(self) -> list[Invocation]:
        """Each time a handler was to run."""
        found = invocations(self.log)
        if not self._whose:
            return found
        mine = {e.fact.request for e in self._of(facts.RequestReceived)}
        return [x for x in found if x.request in mine]

    @property
    def peak(self) -> int:
        """The most requests in flight at once."""
        return max((n for _, n in self.concurrency()), default=0)

    @property
    def orphaned(self) -> float:
        """Seconds that functions worked although whoever waited for them had gone."""
        from .views.waits import orphaned

        mine = {e.fact.request for e in self._of(facts.RequestReceived)} if self._whose else None
        return orphaned(self.log, mine) / SECOND

    def concurrency(self) -> list[tuple[float, int]]:
        """Say how many requests were in flight from each time on.

        Returns
        -------
        list of (float, int)
            Seconds, and requests in flight from then on; a time stands there more than once if
            more than one request began or ended at it.
        """
        steps: list[tuple[float, int]] = []
        flying: set[str] = set()
        for _, at, fact, *_ in self._entries:
            if isinstance(fact, BEGINNINGS) and fact.request:
                flying.add(fact.request)
            elif isinstance(fact, facts.InvocationCompleted | facts.RestoreFailed):
                flying.discard(fact.request)
            else:
                continue
            if not steps or steps[-1][1] != len(flying):
                steps.append((at / SECOND, len(flying)))
        return steps

    def count(self, word: str, after: float | None = None, before: float | None = None) -> int:
        """Count what happened.

        Parameters
        ----------
        word : str
            One of requests, events, cold, warm, started, processed, retried, dropped,
            dead_lettered, throttled, refused, errors, timeouts, ran_twice (requests or messages
            whose handler began more than once), resets, environments, shut_down, tries, gave_up,
            recursive, refused_connections, or the name of an effect, which counts 0 if there was
            none but a `lab.effect("...")` of the code names it; of messages: sent, received,
            deleted, filtered, expired, dead_lettered; of streams: records, filtered, bisected,
            discarded. Of a batch each message or record that is done counts as processed.
        after, before : float, optional
            Seconds; only what happened from `after` on and before `before`.

        Raises
        ------
        LabError
            For an unknown word; the message lists them all.
        """
        if word not in COUNTS and word not in self._nameable:
            words = ", ".join(dict.fromkeys([*COUNTS, *self._nameable]))
            raise LabError(f"{word!r} cannot be counted.", words, 'run.count("cold")')
        made = [e.at for e in self._of(facts.EffectMade) if e.fact.effect == word]
        found = made if made or word not in COUNTS else COUNTS[word](self)
        low = 0 if after is None else time_of("after", after)
        high = NEVER if before is None else time_of("before", before)
        return sum(low <= at < high for at in found)

    @cached_property
    def _nameable(self) -> list[str]:
        """List the effects that there were, and those that the code or a fault names."""
        made = [e.fact.effect for e in self._of(facts.EffectMade)]
        named = [name for text in self._sources.values() for name in effects_named(text)]
        faults = self._again.keywords["faults"] if self._again else ()
        after = [fault.after for fault in faults if isinstance(fault, Crash) and fault.after]
        return list(dict.fromkeys([*made, *named, *after]))

    # Tables, lines, graphs

    def table(self, name: str) -> pandas.DataFrame:
        """Make a table of the run.

        Parameters
        ----------
        name : str
            "invocations", "requests", "environments", "provisioned" (each number of provisioned
            environments that was asked for, and how its allocation went), "messages", "records",
            "exchanges" (of front doors), "tries" (of clients), "effects", "connections" (to
            databases), "waits" (who waits or works, below whom, until when at most, and for how
            many seconds a function was `orphaned`: at work when nobody waited any more) or "log".
        """
        from .views import tables

        if name not in tables.TABLES:
            raise LabError(
                f"there is no table {name!r}.", ", ".join(tables.TABLES), 'run.table("invocations")'
            )
        table = tables.table(self.log, name)
        if not self._whose:
            return table
        key = table.columns[0]  # the id of what a row is about
        mine = {getattr(e.fact, ID_OF.get(key, ""), e.seq) for e in self._entries}
        return table[table[key].isin(mine)].reset_index(drop=True)

    @cached_property
    def metrics(self) -> Metrics:
        """What CloudWatch would show: totals by name, `.of(function)`, `.series(period=60)`."""
        from .views.metrics import Metrics

        return Metrics(self.log, self._whose, names=self._names, until=self._until)

    @cached_property
    def bill(self) -> Bill:
        """What it costs, in USD: `.cost`, `.gb_s`, `.ms`, `.requests`, `.lines`."""
        from .views.bill import Bill

        return Bill(self.log, self._until, self._whose, names=self._names)

    def logs(self, pattern: str | None = None) -> Lines:
        """List the CloudWatch lines in order, each with its time, stream and text.

        Parameters
        ----------
        pattern : str, optional
            A regular expression that is searched in each line.
        """
        try:
            found = self._written(pattern or "")
        except (re.error, TypeError) as error:
            raise LabError(
                f"{pattern!r} is no regular expression: {error}.",
                "text as re.search takes it",
                'run.logs("^REPORT")',
            ) from None
        shown = Lines(
            Line(line.seq, line.at / SECOND, line.stream, line.environment, line.text)
            for line in found
        )
        if pattern and not shown:
            shown.written = len(self._written(""))
        return shown

    def _written(self, pattern: str) -> list[Line]:
        found = lines(self.log, pattern)
        return [line for line in found if not self._whose or line.seq in self._seqs]

    def delivered(self, target: Any, raw: bool = False) -> list[dict[str, Any]]:
        """List what arrived at a destination or a dead-letter target, in order.

        Parameters
        ----------
        target : Resource, Function or str
            The resource or its name.
        raw : bool
            Keep bodies as text instead of decoding JSON.

        Returns
        -------
        list of dict
            `at` in seconds, `body`, and `attributes` by name; of a bucket also `key`.

        Raises
        ------
        LabError
            If the run has nothing of that name; the message lists what it has.
        """
        if isinstance(target, str):
            wanted = target
        elif isinstance(target, Resource):
            wanted = f"{target.kind}:{target.name}"
        else:
            wanted = f"function:{function_name(self.log, target, self._names)}"
        known = self._places
        if not any(wanted in naming.called(place) for place in known):
            raise LabError(
                f"nothing in this run is called {wanted!r}.",
                ", ".join(naming.called(place)[1] for place in known),
                f"run.delivered({naming.called(known[-1])[1]!r})"
                if known
                else "a run with functions",
            )
        return self._arrived(wanted, raw)

    def _arrived(self, wanted: str, raw: bool = False) -> list[dict[str, Any]]:
        """List what arrived at a place, known by its name alone or with its kind."""
        found = []
        for entry in self._of(facts.DocumentSent):
            place = entry.fact.target
            if wanted in naming.called(place):
                attributes = dict(entry.fact.attributes)
                of_bucket = place.startswith("bucket:")
                more = {"key": attributes.pop(OBJECT_KEY, "")} if of_bucket else {}
                found.append((entry.at, entry.fact.body, attributes, more))
        for stay in self._stays:
            if stay.moved and wanted in naming.called(f"queue:{stay.queue}"):
                attributes = {key: value for key, _, value in stay.attributes}
                found.append((stay.arrived, stay.body, attributes, {}))
        return [
            {
                "at": at / SECOND,
                "body": body if raw else _decoded(body),
                "attributes": attributes,
                **more,
            }
            for at, body, attributes, more in sorted(found, key=lambda one: one[0])
        ]

    def depth(self, queue: Any, at: float | None = None) -> int:
        """Count the messages in a queue at a moment: delayed, visible or in flight.

        Parameters
        ----------
        queue : Queue or str
            The queue or its name.
        at : float, optional
            Seconds; the end of the run by default.
        """
        name = naming.short(
            queue if isinstance(queue, str) else getattr(queue, "name", repr(queue))
        )
        known = {naming.called(place)[2] for place in self._places if place.startswith("queue:")}
        if name not in known:
            raise LabError(
                f"this run has no queue {name!r}.",
                ", ".join(sorted(known)) or "a run with a queue",
                f'run.depth("{min(known, default="orders")}")',
            )
        end = NEVER if at is None else time_of("at", at)
        return sum(
            stay.arrived <= end and (stay.left is None or stay.left > end)
            for stay in self._stays
            if naming.short(stay.queue) == name
        )

    def attempts(self, x: Any = None) -> int:
        """Count how often a handler was to run.

        Parameters
        ----------
        x : str, Function, version, alias, event door or queue, optional
            For one request or message, by its id, or for one target; for everything by default.
        """
        if isinstance(x, str) and naming.ID.fullmatch(x):
            self._about(x)  # it must be known
            of_requests = sum(one.request == x for one in self.invocations)
            return of_requests + sum(len(stay.runs) for stay in self._stays if stay.message == x)
        return len(self.invocations if x is None else self.of(x).invocations)

    @cached_property
    def _places(self) -> list[str]:
        """List the functions and resources of the run: function:greet, queue:jobs."""
        also = self._again.keywords["also"] if self._again else ()
        more = [f"{x.kind}:{x.name}" for x in also if isinstance(x, Resource)]
        return list(dict.fromkeys([*places(self.log), *more]))

    @cached_property
    def _stays(self) -> list[Stay]:
        return stays(self.log)

    def graph(self, at: float | None = None) -> networkx.DiGraph:
        """Draw the system at a moment as a graph with fixed places; at the end by default."""
        from .views import graph

        return graph.system(self.log, time_of("at", self.end if at is None else at))

    def causes(self) -> networkx.DiGraph:
        """Draw what set off what: a node for each entry."""
        from .views import graph

        return graph.causes(self.log)

    def phases(self) -> networkx.DiGraph:
        """Draw the phases of an execution environment."""
        from .views import graph

        return graph.phases()

    def world(self, at: float | None = None) -> World:
        """Make the world as it was at a moment; at the end by default."""
        return fold(self.log, None if at is None else seq_at(self.log, time_of("at", at)))

    # Words and pictures

    def tell(self) -> Story:
        """Say everything that happened, one sentence an entry."""
        from .views.tell import tell

        return tell(self.log, self._seqs if self._whose else None)

    def story(self, x: Any) -> Story:
        """Say what happened to one thing.

        Parameters
        ----------
        x : str, Function, version, alias, event door or resource
            An id such as "req-2" or "env-1", or a target by its value or its name.
        """
        if isinstance(x, Resource):
            x = f"{x.kind}:{x.name}"
        if isinstance(x, str) and x not in function_names(self.log):
            from .views.tell import tell

            return tell(self.log, {entry.seq for entry in self._about(x)})
        return self.of(x).tell()

    def why(self, x: Entry | int | str) -> Why:
        """Explain an entry by the chain of its causes.

        Parameters
        ----------
        x : Entry, int or str
            An entry, its number, an id such as "req-2" (what happened to it last), or an id and
            a word such as "req-2.throttled" or "env-1.frozen".
        """
        from .views.why import Why, links

        return Why(links(self.log, self._find(x)))

    def step(self, x: Entry | int | str | None = None, *, goals: Goals = ()) -> Stepper:
        """Show the run in a widget and step through it, forwards and backwards.

        Parameters
        ----------
        x : Entry, int or str, optional
            The entry to begin with, as in `why`; the first request by default.
        goals : dict of str to goal, or iterable
            What there is to see, at most eight: words and a goal, as a dict, as pairs, or as
            objects with `words` and `met`. A goal is a text such as "req-2.throttled" (the first
            such entry), a number, or a function of the run that gives an entry, its number, or
            None. It is ticked when its entry is shown; `stepper.seen` tells which are.
        """
        from .views.goals import found
        from .widgets.stepper import Stepper

        first = next((e.seq for e in self._of(facts.RequestReceived)), 0)
        return Stepper(
            self,
            title=self._title,
            sources=self._sources,
            seed=self.seed,
            step=first if x is None else self._find(x),
            goals=found(goals, self, self._first),
            forks=self._fork_of if self._again else None,
        )

    def timeline(self) -> Picture:
        """Draw the whole run as one picture."""
        from .views.timeline import Picture

        return Picture(self.log, self._title)

    def chart(self, name: str = "concurrency", *, memory: Sequence[int] = MEMORIES) -> Chart:
        """Draw numbers of the run as a chart.

        Parameters
        ----------
        name : str
            "concurrency", "latency", "cold", "queue" (how much is in it), "age" (of the oldest in
            it), "waits" (the staircase of timeouts: who waits for whom, how long at most, and
            what goes on when nobody waits any more), "reuse" (what each environment keeps from one
            invocation to the next), "pool" (how the account's concurrency is split, who uses it
            and what is refused, at the moments that matter), "bill" (by memory size), or a
            CloudWatch metric such as "Throttles".
        memory : sequence of int
            For "bill": the sizes in MB; the run is made again with each.

        Returns
        -------
        Chart
            `.svg`, `.alt`, and `.tell()` with every number.
        """
        from .views import charted

        if name != "bill":
            return charted.chart(self.log, name, self._title)
        return charted.bill(self._title, [self._cost(size) for size in memory])

    def page(self, path: str | Path) -> Path:
        """Write the stepper into an HTML page of its own, which needs no kernel and no network.

        Parameters
        ----------
        path : str or Path
            The file to write; what it held is lost.
        """
        written: Path = self.step().page(path)
        return written

    def save(self, path: str | Path) -> Path:
        """Write the run into a file, a line of JSON for each entry; `lab.load_run` reads it.

        Parameters
        ----------
        path : str or Path
            The file to write; what it held is lost. The same run gives the same bytes.

        Notes
        -----
        The file holds what the run was asked for, with the source text of handlers. One that was
        given as a path is left out, and a predicate too: then the file cannot be forked.
        """
        from . import __version__, saved

        if not isinstance(self.seed, int):
            raise LabError(f"seed={self.seed!r} cannot be saved.", "a whole number", "seed=0")
        header = {
            "seed": self.seed,
            "stopped": self.stopped,
            "until": self._until,
            "whose": self._whose,
            "note": self._note,
            "sources": self._sources,
            "unforkable": self._lost,
        }
        asked: dict[str, Any] | None = None
        if self._again:
            asked = dict(zip(("target", "at"), self._again.args, strict=True))
            asked |= self._again.keywords
        text = saved.text(__version__, header, asked, self._values, self.log)
        file = Path(path)
        file.write_text(text, encoding="utf-8", newline="\n")
        return file

    # Otherwise

    def compare(self, other: Run) -> Comparison:
        """Show this run (A) and another (B) on one time axis, and say where they part.

        Parameters
        ----------
        other : Run
            For example a fork of this run, or one with other settings.
        """
        from .views.compare import Comparison

        if not isinstance(other, Run):
            raise LabError(
                f"{other!r} is not a run.", "what lab.run(...) gives", "run.compare(run.fork(...))"
            )
        words = [*COUNTS, "seconds", "USD"]
        numbers = list(zip(words, self._numbers, other._numbers, strict=True))
        shown = [row for row in numbers if row[1] != row[2] or row[0] == "requests"]
        made = [[fact.effect for fact in run._effects] for run in (self, other)]
        for name in dict.fromkeys(made[0] + made[1]):
            shown.append((f"effect: {name}", made[0].count(name), made[1].count(name)))
        return Comparison((self.log, other.log), (self._title, other._title), shown)

    def beside(self, reports: Sequence[Report]) -> Beside:
        """Lay what was recorded on AWS beside this run, figure by figure.

        Parameters
        ----------
        reports : Reports
            What `lab.reports(path)` has read.

        Returns
        -------
        Beside
            `.table` with percentiles of durations, the share of cold starts, billed time and what
            it costs (requests and duration, without the free tier), and `.chart`.
        """
        from .views.beside import Beside

        architecture = getattr(reports, "architecture", None)
        if architecture is None:
            allowed = "what lab.reports(path) gives"
            raise LabError(
                f"{reports!r} are no reports.", allowed, 'run.beside(lab.reports("logs"))'
            )
        return Beside(self.log, self.invocations, reports, self._title, architecture)

    def fork(self, at: float, target: Any = None, /, **changes: Any) -> Run:
        """Run again from zero with the same seed, and change settings at a moment.

        Parameters
        ----------
        at : float
            Seconds.
        target : Function, Alias or source, or the name of a function, optional
            Whose settings; the only function by default.
        **changes
            The new settings: `run.fork(5, reserved_concurrency=1)`.

        Returns
        -------
        Run
            Another run; this one stays as it is.

        Raises
        ------
        LabError
            If the settings cannot be changed so, or several functions could be meant.
        """
        if not changes:
            raise LabError(
                "nothing is changed.", "one setting or more", "run.fork(5, reserved_concurrency=1)"
            )
        if target is None and self._again and len(self._values) == 1:
            (target,) = self._values.values()
        if target is None and self._again:
            raise LabError(
                "whose settings are to change? This run has several functions.",
                ", ".join(self._functions),
                "run.fork(5, fn, reserved_concurrency=1)",
            )
        if isinstance(target, str) and self._again:
            if target not in self._values:
                known = ", ".join(self._values) or "a run of functions"
                raise LabError(f"this run has no function {target!r}.", known, "its name")
            target = self._values[target]
        fork = self._changed([(at, target, changes)])
        settings = ", ".join(f"{name}={value!r}" for name, value in changes.items())
        fork._note = f"{self._note}, {settings} from {at:g} s"
        return fork

    def _fork_of(self, at: float, function: str, settings: dict[str, Any]) -> Run:
        """Fork for a widget, which knows a function by its name."""
        return self.fork(at, self._values[function], **settings)

    def _changed(self, changes: Iterable[Change]) -> Run:
        """Run again from zero, with more changes."""
        if self._again is None:
            raise LabError(
                f"nobody knows how this run was made{self._lost and ': '}{self._lost}.",
                "a run that lab.run(...) gave, or a saved one whose handlers are cells or modelled",
                "lab.run(...)",
            )
        return self._again(changes=[*self._again.keywords["changes"], *changes])

    def _cost(self, memory: int) -> tuple[int, float, float]:
        """Say what the same requests cost with another memory size, and how long they take."""
        run = self._changed((0, fn, {"memory": memory}) for fn in self._values.values())
        return memory, run.bill.cost, run.metrics["Duration"]

    @property
    def _numbers(self) -> list[float]:
        return [*(self.count(word) for word in COUNTS), self.end, self.bill.cost]

    # How it is found

    @property
    def _effects(self) -> list[facts.EffectMade]:
        return [entry.fact for entry in self._of(facts.EffectMade)]

    @property
    def _functions(self) -> list[str]:
        return list(dict.fromkeys(e.fact.function for e in self._of(facts.FunctionConfigured)))

    @property
    def _title(self) -> str:
        known = self._functions
        names = ", ".join(known) if len(known) <= NAMED else f"{len(known)} functions"
        return f"{names}: {amount(self.log)}{self._note}"

    def _of(self, *kinds: type) -> list[Any]:
        return [entry for entry in self._entries if isinstance(entry.fact, kinds)]

    def _about(self, thing: str) -> list[Entry]:
        """List the entries that name a thing, or what a source did to hand it to Lambda."""
        thing = self._counted(thing)
        things = {thing, *self._deliveries(thing)}
        named = (
            e for e in self.log if any(things & {*naming.names(w)} for w in naming.words(e.fact))
        )
        found = list(named) if thing else []
        if not found:
            known = sorted(
                {w for e in self.log for w in naming.words(e.fact) if naming.ID.fullmatch(w)},
                key=naming.natural,
            )
            raise LabError(
                f"nothing in this run is called {thing!r}.",
                ", ".join([*self._functions, *known[:12]]) + (", ..." if len(known) > 12 else ""),
                f'run.why("{known[0]}")' if known else "run.why(0)",
            )
        return found

    def _find(self, x: Entry | int | str) -> int:
        """Turn what can be asked about into the number of an entry."""
        if isinstance(x, Entry):
            return x.seq
        if isinstance(x, int) and not isinstance(x, bool):
            if not -len(self.log) <= x < len(self.log):
                raise LabError(
                    f"there is no entry {x}.", f"0 to {len(self.log) - 1}", "run.tell() shows them"
                )
            return x % len(self.log)
        if not isinstance(x, str):
            raise LabError(
                f"{x!r} is nothing to ask about.",
                "an entry, its number, or an id",
                'run.why("req-1")',
            )
        thing, _, word = x.partition(".")
        entries = self._about(thing)
        if not word:
            return entries[-1].seq
        thing = self._counted(thing)
        named = [e.seq for e in entries if word in naming.states(e, thing)]
        if not named:
            words = dict.fromkeys(w for e in entries for w in naming.states(e, thing))
            raise LabError(
                f"{thing} was never {word!r} in this run.",
                ", ".join(words),
                f"{thing}.{next(iter(words))}",
            )
        return named[-1]

    def _first(self, x: str) -> int | None:
        """Find the first entry of an id and a word, or of an id alone, if there is one."""
        thing, _, word = x.partition(".")
        seqs = (e.seq for e in self.log if thing in naming.words(e.fact))
        said = (seq for seq in seqs if not word or word in naming.states(self.log[seq], thing))
        return next(said, None)

    def _counted(self, written: str) -> str:
        """Find the id of what handlers and records call by a UUID or a sequence number."""
        if naming.WRITTEN.fullmatch(written):
            for entry in self.log:
                if isinstance(entry.fact, facts.RecordPut):
                    number = sequence_number(entry.fact.stream, entry.fact.record)
                    if number == written:
                        return entry.fact.record
                for word in naming.words(entry.fact):
                    if naming.ID.fullmatch(word) and uuid_text(word) == written:
                        return word
        return written

    def _deliveries(self, event: str) -> list[str]:
        """List the ways of an event from its source to Lambda."""
        begun = (e.fact for e in self.log if isinstance(e.fact, facts.DeliveryBegun))
        return [fact.delivery for fact in begun if fact.event == event]


BEGINNINGS = (facts.InitStarted, facts.RestoreStarted, facts.InvocationStarted)

STIMULI = (  # what a learner may send
    facts.RequestReceived,
    facts.EventPublished,
    facts.ExchangeStarted,
    facts.ClientStarted,
    facts.MessageSent,
    facts.MessageNotQueued,
    facts.RecordPut,
    facts.ItemWritten,
)
ID_OF = {
    "request_id": "request",
    "environment": "environment",
    "function": "function",
}  # column -> field of a fact


def _decoded(body: str) -> Any:
    """Read a body that is a JSON object; any other one stays text."""
    with suppress(ValueError):
        decoded = json.loads(body)
        return decoded if isinstance(decoded, dict) else body
    return body


# Running ----------------------------------------------------------------------------------------


@overload
def run(
    target: Callee | Mapping[Callee, Arrivals],
    at: Arrivals | None = ...,
    *,
    also: Iterable[Any] = ...,
    until: float | None = ...,
    seed: int = ...,
    account_concurrency: int = ...,
    changes: Iterable[Change] = ...,
    faults: Iterable[Fault] = ...,
    assume: Mapping[str, Any] | None = ...,
    starts: datetime | str | None = ...,
    keep: Literal["log"] = ...,
) -> Run: ...
@overload
def run(
    target: Callee | Mapping[Callee, Arrivals],
    at: Arrivals | None = ...,
    *,
    also: Iterable[Any] = ...,
    until: float | None = ...,
    seed: int = ...,
    account_concurrency: int = ...,
    changes: Iterable[Change] = ...,
    faults: Iterable[Fault] = ...,
    assume: Mapping[str, Any] | None = ...,
    starts: datetime | str | None = ...,
    keep: Literal["summary"],
) -> Summary: ...
def run(
    target: Callee | Mapping[Callee, Arrivals],
    at: Arrivals | None = None,
    *,
    also: Iterable[Any] = (),
    until: float | None = None,
    seed: int = 0,
    account_concurrency: int = ACCOUNT_LIMIT.value,
    changes: Iterable[Change] = (),
    faults: Iterable[Fault] = (),
    assume: Mapping[str, Any] | None = None,
    starts: datetime | str | None = None,
    keep: str = "log",
) -> Run | Summary:
    """Send requests to a fresh world and let it play.

    Parameters
    ----------
    target : function, version, alias, door, wired source or caller, or dict of these to arrivals
        Who is called, or what sets functions off.
    at : float, Traffic or sequence
        When, in seconds: times, `(time, payload)` pairs, traffic such as `lab.burst(3)`, in any
        order. The payload of the k-th is `{"n": k}` unless given.
    also : iterable
        Functions, versions, aliases and sources (a queue, a table) that exist besides.
    until : float, optional
        Seconds, inclusive. Without it the run ends when nothing but idle retirement is left.
    seed : int
        Of everything random; the same seed gives the same log.
    account_concurrency : int
        Requests at once in the whole account.
    changes : iterable of (float, Function, Alias or wired source, dict)
        What you change during the run, and when: `(600, fn, {"reserved_concurrency": 1})`,
        `(900, queue, {"enabled": False})`, `(0, fn, lab.deleted)`.
    faults : iterable
        What goes wrong besides: `lab.denied(queue)`, `lab.crash(fn, attempt=1, after="effect")`,
        `lab.duplicate(lab.event(fn), k=0)`, `lab.outage(0, 60)`.
    assume : dict, optional
        Values for rules that AWS does not document, by rule id: `{"lifecycle.idle": 300}`. Times
        are seconds; where a time differs each time anew, also a range or a distribution:
        `{"lifecycle.idle": lab.exponential(300)}`.
    starts : datetime or str, optional
        What the clocks of the modelled world show at 0 s, as a date or as ISO 8601 writes it, in
        UTC unless it names a zone; 2026-01-01T00:00:00Z by default.
    keep : str
        "log", or "summary": the log is added up as it is written and then dropped, so that a
        million requests need little memory. Only for modelled code (`lab.handler`, `lab.work`).

    Returns
    -------
    Run
        Or a `Summary` with the same metrics, percentiles, bill and counts, but without its log.

    Raises
    ------
    LabError
        If something was asked for that cannot be done.
    """
    if isinstance(target, list | tuple | set):
        raise LabError(f"{target!r} is no target.", "one, or a dict", "lab.run({one: 0, two: 5})")
    if isinstance(target, Mapping) and at is not None:
        raise LabError(
            "both the dict and at= say when.", "one of them", "lab.run({one: 0, two: 5})"
        )
    also = several("also", also, "also=[greet]")
    faults = several("faults", faults, "faults=[lab.crash(greet)]")
    changes = [change_of(change) for change in several("changes", changes, CHANGES)]
    if keep not in ("log", "summary"):
        raise LabError(f"keep={keep!r} is not known.", '"log", "summary"', 'keep="summary"')
    if not isinstance(assume, Mapping | None):
        raise LabError(f"assume={assume!r} is no dict.", "values by rule id", ASSUME)
    assume, begins = dict(assume or {}), start_of(starts)
    with uncollected():
        planned = plan(
            target, at, also, until, seed, account_concurrency, changes, faults, assume, begins
        )
        if keep == "summary":
            return summarised(planned, seed)
        planned.account.log_tail = lambda request: log_tails(Log(planned.sim.rows)).get(request, "")
        stopped = play(planned)
    sources = {n: text for n, f in planned.names.items() if (text := source_of(f.code))}
    until_us = None if stopped else planned.until
    log = Log(planned.sim.rows)
    again = partial(
        run,
        _kept(target),
        _kept(at),
        also=also,
        until=until,
        seed=seed,
        account_concurrency=account_concurrency,
        changes=changes,
        faults=faults,
        assume=assume,
        starts=begins and begins.isoformat(),
    )
    return Run(
        log,
        seed=seed,
        stopped=stopped,
        sources=sources,
        until=until_us,
        functions=planned.names,
        again=again,
        names=Names(planned.values),
    )


def summarised(planned: Plan, seed: int) -> Summary:
    """Let the simulation run, and keep of each stretch of it only what it adds up to."""
    from .summary import Summary
    from .views.summary import Totals

    if planned.real:
        raise LabError(
            'keep="summary" is not for code that really runs.',
            "modelled code",
            'lab.handler(wait=0.1), or keep="log"',
        )
    sim, totals = planned.sim, Totals()

    def add_up() -> None:
        totals.add(sim.rows, sim.world)
        sim.forget()

    stopped = play(planned, add_up)
    until = None if stopped else planned.until
    names = Names(planned.values)
    return Summary(totals, seed=seed, stopped=stopped, until=until, names=names)


def load_run(path: str | Path) -> Run:
    """Read a run that `run.save(path)` wrote; it answers what the run answers.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Run
        Its functions are asked about by name. No code runs while it is read; a fork of it runs the
        handlers that are in the file.

    Raises
    ------
    LabError
        If the file is no saved run, or damaged; the message names the line.
    """
    from . import saved

    found = saved.load(Path(path))
    header, asked = found.header, found.asked
    loaded = Run(
        found.log,
        seed=header["seed"],
        stopped=header["stopped"],
        sources=header["sources"],
        until=header["until"],
        functions=found.functions,
        again=partial(run, asked.pop("target"), asked.pop("at"), **asked) if asked else None,
        whose=header["whose"],
    )
    loaded._note, loaded._lost = header["note"], header["unforkable"]
    return loaded


def _kept(asked: Any) -> Any:
    """Copy what a learner might change after the run: lists of times, and payloads."""
    if isinstance(asked, Mapping):
        return {callee: _kept(arrivals) for callee, arrivals in asked.items()}
    if isinstance(asked, list | tuple):
        return [at if isinstance(at, int | float) else deepcopy(at) for at in asked]
    return asked


def source_of(code: Any) -> str:
    """Return what a widget can show of a function's code: text, or the only file."""
    if isinstance(code, Path) and code.is_file() and code.suffix == ".py":
        return code.read_text(encoding="utf-8")
    return code if isinstance(code, str) else ""


@contextmanager
def uncollected() -> Iterator[None]:
    """Let garbage lie: what is planned, and the log, would be walked again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if not gc.get_freeze_count():  # or what somebody else has frozen would thaw
                gc.freeze()
                gc.unfreeze()  # all of it counts as old now, and is not walked at once
            gc.enable()


def play(planned: Plan, pause: Callable[[], None] = lambda: None) -> str:
    """Let the simulation run, with pauses now and then; say why it stopped early, or ""."""
    sim, settle = planned.sim, planned.until is None
    limit = LONGEST_RUN.value if planned.until is None else planned.until
    began, shown = time.monotonic(), False
    try:
        with simulated(late=LATE) if planned.real else nullcontext():
            while sim.run(limit, settle, TASKS_AT_A_TIME):
                pause()
                spent = time.monotonic() - began
                if spent > QUIET:
                    shown = True
                    now = seconds_text(sim.now)
                    sys.stderr.write(
                        f"\r{now} s simulated, {sim.world.seq + 1:,} entries, {spent:.0f} s"
                    )
    except KeyboardInterrupt:
        return f"INTERRUPTED at {seconds_text(sim.now)} s"
    except Runaway as error:
        raise LabError(
            str(error),
            "at most 100,000 entries in one microsecond",
            "give the work a duration, or break the cycle",
            RUNAWAY,
        ) from None
    except RecursionError:  # of JSON: each record of a destination holds the event before it
        raise LabError(
            f"at {seconds_text(sim.now)} s an event holds so many earlier ones, each inside the "
            "next, that it cannot be read: a destination leads back to its function.",
            "a chain of some hundred records, each of which holds the one before",
            "break the loop, or end the run earlier: until=10",
            DEST_SHAPE,
        ) from None
    finally:
        pause()
        if shown:
            sys.stderr.write("\r" + " " * 72 + "\r")
    if settle and sim.left(limit):
        return f"STOPPED after {seconds_text(limit)} s, the longest run without until="
    return ""
