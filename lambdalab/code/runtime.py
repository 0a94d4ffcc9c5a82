"""The runtime: it runs the module once, then hands one event after the other to the handler."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from types import CoroutineType
from typing import TYPE_CHECKING, Any, NoReturn

from ..engine.steps import Answer, Exit, Raise, Ready, Return, Step
from ..mistakes import LabError
from . import errors, marshal
from .context import LambdaContext
from .current import Killed, NotSimulated, here
from .errors import Fault
from .kept import globals_of
from .logs import in_json
from .source import RETURNING
from .watch import Stopped

if TYPE_CHECKING:
    from .process import PythonProcess

Handler = Callable[[Any, LambdaContext], Any]


def serve(process: PythonProcess) -> None:
    """Live the whole life of a runtime process."""
    try:
        handler = _load(process)
        if handler is not None:
            process.left_by_init = globals_of(process)
            process.next(Ready())
            while True:
                process.next(_handle(handler, process))
    except (Killed, Stopped):
        raise
    except SystemExit as leaving:
        _leave(process, leaving)
    except BaseException as error:  # the runtime itself ends by it
        if process.interrupted_by(error):
            process.interrupt()
        signal = "interrupt" if isinstance(error, KeyboardInterrupt) else ""
        try:
            line = _report(error, process).line
        except Exception:  # it can't even be written down
            line = 0
        process.stop(Exit(1, line, signal=signal))


def _load(process: PythonProcess) -> Handler | None:
    """Run the module's own code and find the handler; an error of either is reported."""
    try:
        module = process.code.load(process)
        function = process.code.function
        try:
            handler: Handler = getattr(module, function)
        except AttributeError:
            name = process.code.module
            message = f"Handler '{function}' missing on module '{name}'"
            raise Fault("Runtime.HandlerNotFound", message) from None
    except Exception as error:
        process.stop(_report(error, process))
    return handler


def _handle(handler: Handler, process: PythonProcess) -> Step:
    """Run the handler on one event."""
    process.returning = 0
    try:
        try:
            event = marshal.loads(process.invocation.payload)
        except ValueError as error:
            message = f"Unable to unmarshal input: {error}"
            raise Fault("Runtime.UnmarshalError", message) from None
        response = handler(event, LambdaContext(process))
        try:
            payload = marshal.dumps(response)
        except Exception as error:
            if isinstance(response, CoroutineType):  # of an async handler
                response.close()  # or Python would warn, with a path of this machine
            message = f"Unable to marshal response: {error}"
            raise Fault("Runtime.MarshalError", message) from None
    except Exception as error:
        return _report(error, process)
    return Return(payload, process.returning)


def _report(error: BaseException, process: PythonProcess) -> Raise:
    """Write an error to the log, and make the document of it that the caller gets."""
    kind, message, trace, line = errors.describe(error, process)
    request = process.invocation.request_id
    if in_json(process):
        process.log(
            errors.as_json(kind, message, trace, request, process.wall(process.place.now())), line
        )
    else:
        process.log(errors.block(kind, message, trace), line)
    return Raise(kind, errors.document(kind, message, trace, request), line)


def _leave(process: PythonProcess, leaving: SystemExit) -> NoReturn:
    """End the process as Python does for SystemExit."""
    code: object = leaving.code or 0
    line = errors.stack_trace(leaving, process)[1]
    if not isinstance(code, int):
        process.log(f"{code}\n", line)
        code = 1
    process.stop(Exit(code & 0xFF, line))


def cpu(seconds: float) -> None:
    """Spend CPU: so many seconds of one whole vCPU, more with less memory."""
    process = here.process
    if process is None:
        raise outside("lab.cpu(seconds)")
    us = round(seconds * 1_000_000)
    if us < 0:
        raise ValueError("the seconds of lab.cpu must not be negative")
    if us:
        process.compute(us)


def outside(what: str) -> LabError:
    """Say that something is for handlers, and that none runs."""
    return LabError(
        f"{what} works inside of a handler only.",
        "the code of a function, while lab.run(...) lets it run",
        'lab.run(lab.function("import lambdalab as lab\\ndef handler(event, context): ..."), at=0)',
    )


def perform(step: Step, patience: int | None = None) -> Answer | None:
    """Have the engine carry out any step for the handler that runs now; a call has an answer."""
    process = here.process
    if process is None:
        raise outside("this")
    step.line = process.reached(sys._getframe(1))
    return process.perform(step, patience)


def builtins_for(process: PythonProcess) -> dict[str, Any]:
    """Make the built-in names of a process."""
    names = vars(builtins).copy()
    for name in _OF_IPYTHON:
        names.pop(name, None)

    def print(
        *values: object,
        sep: str | None = " ",
        end: str | None = "\n",
        file: Any = None,
        flush: bool = False,
    ) -> None:
        """Write values to the log of the environment, or to a file."""
        if file is None:
            file = sys.stdout
        text = (" " if sep is None else sep).join(map(str, values))
        text += "\n" if end is None else end
        if getattr(file, "is_the_log", False) or process.dead:
            process.print(text, sys._getframe(1))
        elif file is not None:
            file.write(text)
            if flush:
                file.flush()

    def exit(code: object = None) -> NoReturn:
        """End the process."""
        raise SystemExit(code)

    def input(prompt: object = "") -> NoReturn:
        """Fail: a function has no keyboard."""
        print(prompt, end="")
        raise EOFError("EOF when reading a line")

    def breakpoint(*args: object, **named: object) -> NoReturn:
        """Fail: simulated time can't wait for a debugger."""
        raise NotSimulated("lambdalab does not stop at breakpoints; print what you want to see")

    def returning(value: object, line: int) -> object:
        process.returning = line
        return value

    for function in (print, exit, input, breakpoint):
        names[function.__name__] = function
    names["quit"] = exit
    names[RETURNING] = returning
    return names


# IPython adds names of its own, which a function on Lambda doesn't have.
_OF_IPYTHON = ("display", "get_ipython", "__IPYTHON__", "_")
