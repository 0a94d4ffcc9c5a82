"""Who plays the same requests; `python -m bench.players NAME RATE REQUESTS` times one of them.

Each is timed in an interpreter of its own that has loaded nothing else: Python's garbage collector
looks at whatever is in memory again and again, and so a player would pay for what others left.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

from .plain import bare, simfaas_model, simpy_model

WORK = 1.0  # seconds on average
KB = 1_024
WARM_UP = 500  # requests: loads what is loaded when it is first used


def lambdalab(rate: float, requests: int, keep: str = "log") -> object:
    """Play it with lambdalab."""
    import lambdalab as lab

    model = lab.handler(wait=lab.exponential(WORK), timeout=900)
    traffic = lab.poisson(rate, seconds=requests / rate)
    return lab.run(model, traffic, account_concurrency=2_000, keep=keep)  # type: ignore[call-overload]


PLAYERS: dict[str, Callable[[float, int], object]] = {
    "lambdalab": lambdalab,
    "read": lambda rate, requests: len(lambdalab(rate, requests).log.rows),  # type: ignore[attr-defined]
    "lean": lambda rate, requests: lambdalab(rate, requests, "summary"),
    "SimPy": lambda rate, requests: simpy_model(rate, WORK, requests),
    "SimFaaS": lambda rate, requests: simfaas_model(rate, WORK, requests),
    "heapq": lambda rate, requests: bare(rate, WORK, requests),
}


def installed() -> list[str]:
    """Name the players that can play here."""
    missing = {name for name in ("SimPy", "SimFaaS") if not find_spec(name.lower())}
    return [name for name in PLAYERS if name not in missing]


def main() -> None:
    """Let one player play, and print how many seconds the processor took; with `peak` also MB."""
    name, rate, requests = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    play = PLAYERS[name]
    play(rate, WARM_UP)
    gc.collect()
    began = time.process_time()
    play(rate, requests)
    print(time.process_time() - began)
    if "peak" in sys.argv:
        unit = 1 if sys.platform == "darwin" else KB  # macOS counts bytes, Linux kilobytes
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / KB**2)


if __name__ == "__main__":
    main()
