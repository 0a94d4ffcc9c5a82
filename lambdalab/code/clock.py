"""The simulated clock as Python code sees it: `time` and `datetime`."""

from __future__ import annotations

import copyreg
import datetime
import os
import time
from collections.abc import Callable
from datetime import date as real_date
from datetime import datetime as real_datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from .current import here

if TYPE_CHECKING:
    from .patches import Patches
    from .process import PythonProcess

FREE, LEAST, SHARE = 1_000, 100, 64  # looks, us, parts of the time already spent


class Looks:
    """How often a process has looked at the clock without doing anything else.

    Code that looks again and again waits for the clock to move, which it never does while nothing
    is spent. So after many looks each one spends CPU: first a little, then in proportion to the
    time already spent, so that the loop overshoots by at most 2%.
    """

    def __init__(self) -> None:
        self.number = 0
        self._since = 0

    def price(self, now: int) -> int:
        """Look once more; give the microseconds of CPU that it costs."""
        if self.number == 0:
            self._since = now
        self.number += 1
        return max(LEAST, (now - self._since) // SHARE) if self.number > FREE else 0


def _reader(name: str, read: Callable[[Any], Any]) -> tuple[str, Callable[..., Any]]:
    """Make a clock of the module `time`: simulated in a handler, else the original."""
    original = getattr(time, name)

    def clock() -> Any:
        process = here.process
        if process is None:
            return original()
        return read(process)

    clock.__name__ = clock.__qualname__ = name
    return name, clock


# `look` and not `now`: code that reads the clock in a loop spends time by doing so.
_CLOCKS = dict(
    [
        _reader("time", lambda process: process.wall(process.look()) / 1_000_000),
        _reader("time_ns", lambda process: process.wall(process.look()) * 1_000),
        _reader("monotonic", lambda process: process.look() / 1_000_000),
        _reader("monotonic_ns", lambda process: process.look() * 1_000),
        _reader("perf_counter", lambda process: process.look() / 1_000_000),
        _reader("perf_counter_ns", lambda process: process.look() * 1_000),
        _reader("process_time", lambda process: process.computed / 1_000_000),
        _reader("process_time_ns", lambda process: process.computed * 1_000),
        _reader("thread_time", lambda process: process.computed / 1_000_000),
        _reader("thread_time_ns", lambda process: process.computed * 1_000),
    ]
)

_sleep = time.sleep


def sleep(seconds: float, /) -> None:
    """Wait on the simulated clock."""
    process = here.process
    if process is None:
        _sleep(seconds)
        return
    us = round(seconds * 1_000_000)
    if us < 0:
        raise ValueError("sleep length must be non-negative")
    process.wait(us)


def _of_a_moment(name: str) -> tuple[str, Callable[..., Any]]:
    """Make a function that takes seconds, where none means now."""
    original = getattr(time, name)

    def at(seconds: float | None = None, /) -> Any:
        process = here.process
        if process is not None and seconds is None:
            seconds = process.wall(process.place.now()) / 1_000_000
        return original(seconds)

    at.__name__ = at.__qualname__ = name
    return name, at


_MOMENTS = dict(_of_a_moment(name) for name in ("localtime", "gmtime", "ctime"))
_strftime, _asctime = time.strftime, time.asctime
_clock_gettime = getattr(time, "clock_gettime", None)


def strftime(form: str, moment: Any = None, /) -> str:
    """Write a moment; none means now."""
    if moment is None:
        moment = _MOMENTS["localtime"]()
    return _strftime(form, moment)


def asctime(moment: Any = None, /) -> str:
    """Write a moment in the form of C; none means now."""
    if moment is None:
        moment = _MOMENTS["localtime"]()
    return _asctime(moment)


def clock_gettime(clock: int, /) -> float:
    """Read one of the system's clocks."""
    if here.process is None:
        assert _clock_gettime is not None
        return _clock_gettime(clock)
    return float(_CLOCKS["time" if clock == time.CLOCK_REALTIME else "monotonic"]())


def clock_gettime_ns(clock: int, /) -> int:
    """Read one of the system's clocks in nanoseconds."""
    if here.process is None:
        return _clock_gettime_ns(clock)
    return int(_CLOCKS["time_ns" if clock == time.CLOCK_REALTIME else "monotonic_ns"]())


_clock_gettime_ns: Callable[[int], int] = getattr(time, "clock_gettime_ns", lambda clock: 0)


class _Stand(type):
    """Lets a class with another `now` stand for the original in every other respect."""

    def __instancecheck__(cls, value: Any) -> bool:
        real = _STANDS_FOR.get(cls)
        return isinstance(value, real) if real else type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, other: type) -> bool:
        real = _STANDS_FOR.get(cls)
        return issubclass(other, real) if real else type.__subclasscheck__(cls, other)


class Date(real_date, metaclass=_Stand):
    """`datetime.date` with the simulated day; its instances are plain dates."""

    def __new__(cls, *args: Any, **named: Any) -> Any:
        """Make a plain date."""
        return real_date.__new__(real_date if cls is Date else cls, *args, **named)

    @classmethod
    def today(cls) -> Any:
        """Give the simulated day, in UTC as on Lambda."""
        if here.process is None:
            return super().today()
        return cls.fromordinal(_moment(here.process).toordinal())


class Datetime(real_datetime, metaclass=_Stand):
    """`datetime.datetime` with the simulated time; its instances are plain datetimes."""

    def __new__(cls, *args: Any, **named: Any) -> Any:
        """Make a plain datetime."""
        return real_datetime.__new__(real_datetime if cls is Datetime else cls, *args, **named)

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        """Give the simulated time, in UTC as on Lambda."""
        if here.process is None:
            return super().now(tz)
        moment = _moment(here.process)
        if tz is not None:
            moment = moment.replace(tzinfo=datetime.UTC).astimezone(tz)
        return moment if cls is Datetime else cls.combine(moment.date(), moment.timetz())

    @classmethod
    def utcnow(cls) -> Any:
        """Give the simulated time, in UTC and without a zone."""
        return super().utcnow() if here.process is None else cls.now()

    @classmethod
    def today(cls) -> Any:
        """Give the simulated time."""
        return super().today() if here.process is None else cls.now()


_STANDS_FOR: dict[type, type] = {Date: real_date, Datetime: real_datetime}
_BEGIN = real_datetime(1970, 1, 1)


def _moment(process: PythonProcess) -> datetime.datetime:
    return _BEGIN + datetime.timedelta(microseconds=process.wall(process.look()))


for _class, _name in ((Date, "date"), (Datetime, "datetime")):
    _class.__name__ = _class.__qualname__ = _name
    _class.__module__ = "datetime"


def install(patches: Patches) -> None:
    """Put the simulated clock in place."""
    for name, clock in (_CLOCKS | _MOMENTS).items():
        patches.set(time, name, clock, everywhere=True)
    for clock in (sleep, strftime, asctime):
        patches.set(time, clock.__name__, clock, everywhere=True)
    for clock in (clock_gettime, clock_gettime_ns):
        if hasattr(time, clock.__name__):
            patches.set(time, clock.__name__, clock, everywhere=True)
    patches.set(datetime, "date", Date, everywhere=True)
    patches.set(datetime, "datetime", Datetime, everywhere=True)
    # A pickled datetime names its class, and under that name there is now another one.
    for real, stand in ((real_date, Date), (real_datetime, Datetime)):
        if real not in copyreg.dispatch_table:
            copyreg.dispatch_table[real] = _reducer(stand)
            patches.finally_do(partial(copyreg.dispatch_table.pop, real, None))
    _local_time_is_utc(patches)


def _reducer(stand: type) -> Callable[[Any], Any]:
    return lambda value: (stand, value.__reduce_ex__(4)[1])


def _local_time_is_utc(patches: Patches) -> None:
    """Make local time UTC, as it is on Lambda (TZ is :UTC there)."""
    if not hasattr(time, "tzset") or (time.timezone, time.daylight) == (0, 0):
        return
    # The C library decides what local time is, for the whole program: there is no way to have
    # two. os.environ keeps its value; only what C sees changes.
    before = os.environ.get("TZ")
    os.putenv("TZ", "UTC")
    time.tzset()

    def back() -> None:
        if before is None:
            os.unsetenv("TZ")
        else:
            os.putenv("TZ", before)
        time.tzset()

    patches.finally_do(back)
