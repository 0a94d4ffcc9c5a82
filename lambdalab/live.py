"""A live account: real boto3 clients on the simulated clock, for cells."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from .engine import Log, Runaway
from .engine.facts import ResponseSent
from .engine.rules import ACCOUNT_LIMIT, RUNAWAY, YOUR_REQUEST
from .engine.units import seconds_text, us
from .mistakes import LabError
from .plan import check_account, plan
from .run import Run, source_of
from .sdk import EXTRA, LATE
from .views.whose import Names
from .wiring.given import start_of, time_of

if TYPE_CHECKING:
    from .code.simulation import Simulation
    from .sdk.account import Asked
    from .sdk.wire import Reply, Sent

AGES = 10**9  # seconds: longer than anybody goes on
TASKS = 1_000  # carried out before the clock is looked at


class Account:
    """An account whose time goes on only when you say so.

    Attributes
    ----------
    now : float
        Seconds since it was made.
    run : Run
        What has happened so far, with every view of it.
    """

    def __init__(
        self, found: list[Any], seed: int, limit: int, assume: Mapping[str, Any], starts: Any
    ) -> None:
        self._seed, self._limit = seed, limit
        self._planned = plan({}, None, found, AGES, seed, limit, (), (), assume, start_of(starts))
        self._sim, self._account = self._planned.sim, self._planned.account
        self._account.log_tail = self._log_tail
        self._simulation: Simulation | None = None
        self._sim.run(0, False, TASKS)  # what is there at the start is ready

    def __repr__(self) -> str:
        entries = len(self._sim.rows)
        return f"<account at {seconds_text(self._sim.now)} s; {entries:,} entries>"

    # The clock

    @property
    def now(self) -> float:
        """Seconds since the account was made."""
        return self._sim.now / us(1)

    def advance(self, seconds: float) -> None:
        """Let time go on, with everything that is due until then.

        Parameters
        ----------
        seconds : float
            How long. 0 carries out what is due now, such as a poll after a message was sent.
        """
        self._run_until(self._sim.now + time_of("seconds", seconds))

    def _run_until(self, until: int, answered: Callable[[], bool] | None = None) -> None:
        """Let everything happen up to a time, or until there is an answer."""
        tasks = 1 if answered else TASKS
        with self._inside():
            try:
                while not (answered and answered()):
                    if not self._sim.run(until, False, tasks):
                        self._sim.now = max(self._sim.now, until)
                        return
            except Runaway as error:
                raise LabError(
                    str(error),
                    "at most 100,000 entries in one microsecond",
                    "give the work a duration, or break the cycle",
                    RUNAWAY,
                ) from None

    def _inside(self) -> AbstractContextManager[Any]:
        """Surround what may run a handler; its processes live on between two calls."""
        if not self._account.configurer.stack.real:
            return nullcontext()
        from .code.simulation import Simulation, inside
        from .code.watch import LIMIT

        if self._simulation is None:
            self._simulation = Simulation(LIMIT, LATE)
            weakref.finalize(self, _close, self._simulation, threading.get_ident())
        return inside(self._simulation)

    # What there is

    def add(self, *resources: Any) -> None:
        """Let functions, queues and other resources of the lab exist from now on.

        Parameters
        ----------
        *resources
            What `lab.run` takes: functions, versions, aliases, sources with their wires.
        """
        for resource in resources:
            self._account.configurer.add(resource)
        check_account(self._account.configurer.stack, self._limit)

    def client(self, service: str, **settings: Any) -> Any:
        """Make a real boto3 client on this account.

        Parameters
        ----------
        service : str
            "lambda", "sqs", "sns", "kinesis", "events", "s3", "dynamodb" or "sts".
        **settings
            What `boto3.client` takes, such as `config`.

        Returns
        -------
        botocore.client.BaseClient
            Nothing is sent anywhere. A call is answered at once, except that Invoke and a
            ReceiveMessage that waits let time go on until there is an answer.
        """
        return self._connect(_session().client(service, **settings))

    def resource(self, service: str, **settings: Any) -> Any:
        """Make a real boto3 resource on this account, such as that of "dynamodb"."""
        made = _session().resource(service, **settings)
        self._connect(made.meta.client)
        return made

    def _connect(self, client: Any) -> Any:
        from .sdk import cells

        dice = partial(self._sim.random, "account")
        return cells.connect(client, self._answer, self.advance, dice, lambda: self.now)

    # Answers

    def _answer(self, sent: Sent, patience: float | None) -> Reply | None:
        """Answer a call from a cell; None if it takes longer than the client waits."""
        from .code.current import NotSimulated
        from .sdk import services
        from .sdk.account import Asked

        if problem := services.problem(sent):
            raise NotSimulated(problem)
        call = Asked(self._account, sent, YOUR_REQUEST, None)
        end = AGES * us(1) if patience is None else self._sim.now + us(patience)
        if (sent.service, sent.operation) == ("lambda", "Invoke"):
            return self._invoke(call, end)
        reply = services.reply_to(call)
        if reply is None:
            self._run_until(end, lambda: id(call) in self._account.late)
            reply = self._account.late.pop(id(call), None)
        return reply

    def _invoke(self, call: Asked, end: int) -> Reply | None:
        """Invoke a function and let time go on until it has answered."""
        from .sdk import functions

        rows = self._sim.rows
        seen = len(rows)
        with self._inside():
            received, reply = functions.begin_from_cell(call)
        if received is None:
            return reply
        answer: ResponseSent | None = None

        def answered() -> bool:
            nonlocal answer, seen
            while answer is None and seen < len(rows):
                fact = rows[seen][1]
                if isinstance(fact, ResponseSent) and fact.request == received.request:
                    answer = fact
                seen += 1
            return answer is not None

        self._run_until(end, answered)
        if answer is None:
            return None
        return functions.replied(call, received, answer)

    def _log_tail(self, request: str) -> str:
        from .views.logs import log_tails

        return log_tails(Log(self._sim.rows)).get(request, "")

    @property
    def run(self) -> Run:
        """What has happened so far, as a `Run` with all its views."""
        stack = self._account.configurer.stack
        names = {name: function for function, name in stack.functions.items()}
        return Run(
            Log(list(self._sim.rows)),
            seed=self._seed,
            stopped="",
            sources={n: text for n, f in names.items() if (text := source_of(f.code))},
            until=self._sim.now,
            functions=names,
            names=Names(stack.values()),
        )


def account(
    *resources: Any,
    also: Iterable[Any] = (),
    seed: int = 0,
    account_concurrency: int = ACCOUNT_LIMIT.value,
    assume: Mapping[str, Any] | None = None,
    starts: datetime | str | None = None,
) -> Account:
    """Make a live account on the simulated clock, with real boto3 clients.

    Parameters
    ----------
    *resources, also
        What is there from the start, as for `lab.run`; more can be added later, by `add` or by
        calls such as `create_function`.
    seed : int
        Of everything random.
    account_concurrency : int
        Requests at once in the whole account.
    assume : dict, optional
        Values for rules that AWS does not document, by rule id.
    starts : datetime or str, optional
        What its clocks show at 0 s, as for `lab.run`.

    Returns
    -------
    Account
        With `client(service)`, `resource(service)`, `advance(seconds)`, `add(resource)`, `now`
        and `run`.

    Raises
    ------
    LabError
        If something was asked for that cannot be done, or boto3 is not installed.
    """
    return Account([*resources, *also], seed, account_concurrency, dict(assume or {}), starts)


def _session() -> Any:
    """Make a session that knows nothing of this machine."""
    try:
        from .sdk import cells
    except ImportError:
        raise LabError("boto3 and moto are not installed.", "the extra `sdk`", EXTRA) from None
    return cells.Session()


def _close(simulation: Simulation, thread: int) -> None:
    """Let go of the processes of an account that nobody has any more."""
    if threading.get_ident() == thread:
        simulation.close()
