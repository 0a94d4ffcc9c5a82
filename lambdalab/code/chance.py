"""Randomness that is the same in every run with the same seed.

All that a handler draws comes from two generators of its process: one for the module `random`,
which the handler may seed, and one for what can't be seeded (`os.urandom`, `secrets`, `uuid`).
They are seeded from the run's stream that is named after the environment.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .current import here

if TYPE_CHECKING:
    from .patches import Patches
    from .process import PythonProcess

_urandom = os.urandom
_seed = random.Random.seed
_GREGORIAN = 0x01B21DD213814000  # 100 ns from 1582-10-15 to 1970, where the time in a uuid begins


class Chance:
    """The generators of one process."""

    def __init__(self, process: PythonProcess) -> None:
        self._process = process
        self._source = process.place.random
        self._entropy = random.Random(self._seed())
        self.module = random.Random(self._seed())
        self.uuids = 0

    @property
    def entropy(self) -> random.Random:
        """The generator that can't be seeded; a restored environment gets another one."""
        if self._source is not self._process.place.random:
            self._source = self._process.place.random
            self._entropy = random.Random(self._seed())
        return self._entropy

    def _seed(self) -> int:
        place = self._process.place
        return int(place.random(f"code:{place.environment}") * (1 << 53))


def _of_module(name: str) -> Callable[..., Any]:
    original = getattr(random, name)

    def draw(*args: Any, **named: Any) -> Any:
        process = here.process
        if process is None:
            return original(*args, **named)
        return getattr(process.chance.module, name)(*args, **named)

    draw.__name__ = draw.__qualname__ = name
    return draw


_DRAWS = {
    name: _of_module(name) for name in random.__all__ if name not in ("Random", "SystemRandom")
}


def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
    """Seed a generator; no seed means one of the run's, not one of the machine's."""
    process = here.process
    if a is None and process is not None and not isinstance(self, random.SystemRandom):
        a = process.chance.entropy.getrandbits(64)
    _seed(self, a, version)


def urandom(size: int, /) -> bytes:
    """Give random bytes."""
    process = here.process
    return _urandom(size) if process is None else process.chance.entropy.randbytes(size)


def install(patches: Patches) -> None:
    """Put the run's randomness in place."""
    for name, draw in _DRAWS.items():
        patches.set(random, name, draw, everywhere=True)
    patches.set(random.Random, "seed", seed)
    patches.set(os, "urandom", urandom, everywhere=True)
    if hasattr(os, "getrandom"):
        patches.set(os, "getrandom", lambda size, flags=0: urandom(size), everywhere=True)
    patches.adopt_one("random")
    patches.when_imported("uuid", _install_uuid)


def _install_uuid(patches: Patches) -> None:
    uuid = sys.modules["uuid"]
    original, node = uuid.uuid1, uuid.getnode

    def uuid1(node: int | None = None, clock_seq: int | None = None) -> Any:
        """Make an id from the time, the machine and a counter."""
        process = here.process
        if process is None:
            return original(node, clock_seq)
        chance = process.chance
        chance.uuids += 1
        moment = process.wall(process.look()) * 10 + _GREGORIAN + chance.uuids
        if clock_seq is None:
            clock_seq = chance.entropy.getrandbits(14)
        return uuid.UUID(
            fields=(
                moment & 0xFFFFFFFF,
                (moment >> 32) & 0xFFFF,
                (moment >> 48) & 0x0FFF,
                (clock_seq >> 8) & 0x3F,
                clock_seq & 0xFF,
                getnode() if node is None else node,
            ),
            version=1,
        )

    def getnode() -> int:
        """Give the number of the machine."""
        return node() if here.process is None else 0x0242A9FE6401

    patches.set(uuid, "uuid1", uuid1, everywhere=True)
    patches.set(uuid, "getnode", getnode, everywhere=True)
