"""What a handler can't do here, because it would leave the simulation."""

from __future__ import annotations

import _posixsubprocess
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .current import NotSimulated, here

if TYPE_CHECKING:
    from .patches import Patches

_NETWORK = (
    "lambdalab sends nothing anywhere: {} would open a connection to the outside. "
    "Spend the time it takes with time.sleep, or call a function of the model with lab.call."
)
_PROGRAM = (
    "lambdalab sends nothing anywhere: {} would start another program on this machine. "
    "Spend the time it takes with time.sleep or lab.cpu."
)
_WAITING = (
    "lambdalab has nothing that {} could wait for: there are no sockets, pipes or processes here. "
    "Use asyncio, queue.Queue or concurrent.futures.ThreadPoolExecutor."
)
_ALARM = "lambdalab has no alarms: {} counts real time. Use threading.Timer, or asyncio.wait_for."


def _refuse(owner: Any, name: str, words: str, shown: str) -> Callable[..., Any]:
    original = getattr(owner, name)

    def act(*args: Any, **named: Any) -> Any:
        if here.process is not None:
            raise NotSimulated(words.format(shown))
        return original(*args, **named)

    act.__name__ = name
    return act


def _all(patches: Patches, owner: Any, names: tuple[str, ...], words: str, of: str) -> None:
    for name in names:
        if hasattr(owner, name):
            shown = of if name == "__init__" else f"{of}.{name}"
            patches.set(owner, name, _refuse(owner, name, words, shown), everywhere=True)


def install(patches: Patches) -> None:
    """Put the refusals in place."""
    programs = ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "startfile")
    _all(patches, os, programs, _PROGRAM, "os")
    _all(patches, os, tuple(n for n in dir(os) if n.startswith(("exec", "spawn"))), _PROGRAM, "os")
    _all(patches, _posixsubprocess, ("fork_exec",), _PROGRAM, "multiprocessing")
    _all(patches, signal, ("alarm", "setitimer", "pause", "sigwait"), _ALARM, "signal")
    _all(patches, os, ("wait", "waitpid", "wait3", "wait4", "waitid"), _WAITING, "os")
    patches.when_imported("select", _install_select)
    patches.when_imported("multiprocessing.pool", _install_pool)
    patches.when_imported("subprocess", _install_subprocess)
    patches.when_imported("socket", _install_socket)


def _install_subprocess(patches: Patches) -> None:
    _all(patches, sys.modules["subprocess"].Popen, ("__init__",), _PROGRAM, "subprocess")


def _install_select(patches: Patches) -> None:
    names = ("select", "poll", "epoll", "kqueue", "devpoll")
    _all(patches, sys.modules["select"], names, _WAITING, "select")
    selectors = sys.modules.get("selectors")
    if selectors is not None:
        base = selectors._BaseSelectorImpl
        _all(patches, base, ("__init__",), _WAITING, "a selector")


def _install_pool(patches: Patches) -> None:
    pools = sys.modules["multiprocessing.pool"]
    for pool in (pools.Pool, pools.ThreadPool):
        refuse = _refuse(pool, "_setup_queues", _WAITING, "multiprocessing.Pool")
        patches.set(pool, "_setup_queues", refuse)  # the first thing that a pool does


def _install_socket(patches: Patches) -> None:
    socket = sys.modules["socket"]
    _all(patches, socket.socket, ("__init__",), _NETWORK, "a socket")
    names = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo")
    _all(patches, socket, (*names, "socketpair", "fromfd"), _NETWORK, "socket")
    gethostname = socket.gethostname

    def host() -> str:
        """Give the name of the machine."""
        return gethostname() if here.process is None else "169.254.100.1"

    patches.set(socket, "gethostname", host, everywhere=True)
    patches.set(socket, "getfqdn", lambda name="": name or host(), everywhere=True)
