"""The real boto3 inside handlers and in cells, answered by the simulated account.

Nothing here is loaded before the first call: lambdalab runs without boto3. `hooks` stands on the
side of the code that calls, everything else on the side of the account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..code.patches import Patches

EXTRA = "pip install 'lambdalab[sdk]'"


def _install(patches: Patches) -> None:
    from . import hooks

    hooks.install(patches)


def _install_default_session(patches: Patches) -> None:
    from . import hooks

    hooks.install_default_session(patches)


# What is put in place while a run goes on, as soon as a library is there.
LATE: dict[str, Any] = {"botocore.session": _install, "boto3": _install_default_session}
