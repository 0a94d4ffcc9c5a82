"""The module `logging` as AWS's Python runtime sets it up, for each environment by itself.

Loggers are objects of the whole program: a library makes its own when it is imported. What an
environment has for itself is what they are set to. So in a handler the attributes of a logger
(level, handlers, ...) are looked up in the process, where they begin as in a new interpreter.
"""

from __future__ import annotations

import json
import logging
import logging.config
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from .current import here
from .neighbours import PID

if TYPE_CHECKING:
    from .patches import Patches
    from .process import PythonProcess

_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
_DATE = "%Y-%m-%dT%H:%M:%S"

_new_record = logging.LogRecord


class _NoLock(nullcontext[None]):
    def acquire(self) -> None:
        pass

    def release(self) -> None:
        pass


class LambdaLoggerHandler(logging.Handler):
    """Writes records to the log of the environment."""

    def __init__(self, form: logging.Formatter) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(form)

    def createLock(self) -> None:  # noqa: N802  (logging's own name)
        """Have no lock: nothing happens at once in a process."""
        self.lock = _NoLock()  # type: ignore[assignment]

    def filter(self, record: logging.LogRecord) -> Any:
        """Note which request the record belongs to."""
        process = here.process
        record.aws_request_id = process.invocation.request_id if process else ""
        return logging.Handler.filter(self, record)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        process = here.process
        if process is not None:
            text = self.format(record)
            process.print(text if text.endswith("\n") else text + "\n")


class _JsonFormatter(logging.Formatter):
    """The format of a function whose log format is JSON."""

    converter = time.gmtime  # type: ignore[assignment]

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": getattr(record, "aws_request_id", "") or None,
        }
        if record.exc_info and record.exc_info[0]:
            told["errorType"] = record.exc_info[0].__name__
            told["errorMessage"] = str(record.exc_info[1])
        return json.dumps({key: value for key, value in told.items() if value is not None})


def in_json(process: PythonProcess) -> bool:
    """Tell whether the function writes its log in JSON."""
    return process.place.variables.get("AWS_LAMBDA_LOG_FORMAT", "").lower() == "json"


def _handlers(process: PythonProcess) -> list[logging.Handler]:
    """Make the handlers of the root logger of a new process."""
    if in_json(process):
        return [LambdaLoggerHandler(_JsonFormatter())]
    form = logging.Formatter(_FORMAT, _DATE)
    form.converter = time.gmtime
    return [LambdaLoggerHandler(form)]


def _level(process: PythonProcess) -> int:
    """Give the level of the root logger of a new process."""
    name = process.place.variables.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    return {"TRACE": 1, **logging.getLevelNamesMapping()}.get(name, logging.WARNING)


class _Kept:
    """An attribute of a logger (or of their manager) that is kept per process."""

    def __init__(self, name: str, new: Callable[[PythonProcess, Any], Any]) -> None:
        self._name, self._new = name, new

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        if owner is None:
            return self
        process = here.process
        if process is None:
            try:
                return vars(owner)[self._name]
            except KeyError:
                raise AttributeError(self._name) from None
        kept = process.loggers.get((owner, self._name))
        if kept is None:
            kept = process.loggers[owner, self._name] = self._new(process, owner)
        return kept

    def __set__(self, owner: Any, value: Any) -> None:
        process = here.process
        if process is None:
            vars(owner)[self._name] = value
            return
        if self._name not in vars(owner):  # a new logger: the notebook gets an untouched one
            copied = value.copy() if isinstance(value, list | dict) else value
            vars(owner)[self._name] = copied
        process.loggers[owner, self._name] = value


def _is_root(logger: Any) -> bool:
    return logger is logging.root


def _record(*args: Any, **named: Any) -> logging.LogRecord:
    """Make a record; in a handler without anything of this machine in it."""
    process = here.process
    if process is None:
        return _factory(*args, **named)
    make = process.record_factory or _new_record
    record = make(*args, **named)
    record.process, record.thread = PID, process.task.number + 1
    record.relativeCreated = process.place.now() / 1_000
    return record


_factory: Callable[..., logging.LogRecord] = _new_record
_set_factory, _get_factory = logging.setLogRecordFactory, logging.getLogRecordFactory


def set_factory(factory: Callable[..., logging.LogRecord]) -> None:
    """Have records made by another function."""
    process = here.process
    if process is None:
        global _factory
        _factory = factory
    else:
        process.record_factory = factory


def get_factory() -> Callable[..., logging.LogRecord]:
    """Give the function that makes records."""
    process = here.process
    return _factory if process is None else process.record_factory or _new_record


def _only_outside(original: Callable[..., None]) -> Callable[..., None]:
    """Keep a handler from closing the notebook's log files."""

    def act(*args: Any, **named: Any) -> None:
        if here.process is None:
            original(*args, **named)

    return act


def install(patches: Patches) -> None:
    """Put the logging of environments in place."""
    global _factory
    _factory = logging.getLogRecordFactory()

    def factory_back() -> None:
        logging._logRecordFactory = _factory  # type: ignore[attr-defined]

    patches.finally_do(factory_back)
    for name, new in (
        ("level", lambda process, owner: _level(process) if _is_root(owner) else 0),
        ("handlers", lambda process, owner: _handlers(process) if _is_root(owner) else []),
        ("propagate", lambda process, owner: True),
        ("disabled", lambda process, owner: False),
        ("filters", lambda process, owner: []),
        ("_cache", lambda process, owner: {}),
    ):
        patches.set(logging.Logger, name, _Kept(name, new))
    patches.set(logging.Manager, "_disable", _Kept("_disable", lambda process, owner: 0))
    logging._logRecordFactory = _record  # type: ignore[attr-defined]
    patches.set(logging, "setLogRecordFactory", set_factory)
    patches.set(logging, "getLogRecordFactory", get_factory)
    patches.set(logging, "shutdown", _only_outside(logging.shutdown))
    clear = logging.config._clearExistingHandlers  # type: ignore[attr-defined]
    patches.set(logging.config, "_clearExistingHandlers", _only_outside(clear))
