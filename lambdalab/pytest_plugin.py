"""A pytest plugin: the fixture `lambda_lab` runs the resources of a template.

pytest loads it by itself where lambdalab is installed. The template is named in the settings of
pytest, `lambda_template = "template.yaml"`, or for some tests by a mark,
`@pytest.mark.lambda_template("other.yaml")`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .run import Run
    from .templates import LoadedStack

LOADED = pytest.StashKey[dict[Any, "LambdaLab"]]()
SETTING = "lambda_template"


@dataclass(frozen=True)
class LambdaLab:
    """A template that was loaded, and ways to run it."""

    stack: LoadedStack

    def __getitem__(self, id: str) -> Any:
        return self.stack[id]

    def run(self, target: Any, at: Any = None, **settings: Any) -> Run:
        """Run the whole stack; what is named by text is looked up in it.

        Parameters
        ----------
        target : str, resource, or dict of these to arrivals
            A logical id or what `lab.run` takes.
        at : float, Traffic or sequence
            As in `lab.run`.
        **settings
            What else `lab.run` takes.

        Returns
        -------
        Run
        """
        from .run import run

        found = (
            {self._find(one): arrivals for one, arrivals in target.items()}
            if isinstance(target, Mapping)
            else self._find(target)
        )
        also = [*self.stack, *settings.pop("also", ())]
        played: Run = run(found, at, also=also, **settings)
        return played

    def _find(self, target: Any) -> Any:
        return self.stack[target] if isinstance(target, str) else target


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a project name its template."""
    parser.addini(SETTING, "the AWS SAM or CloudFormation template that lambda_lab runs")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers",
        f"{SETTING}(path, parameters=None, code=None): the template of these tests, as lab.load "
        "takes it; a path is relative to the file of the tests",
    )
    config.stash[LOADED] = {}


@pytest.fixture
def lambda_lab(request: pytest.FixtureRequest) -> LambdaLab:
    """Give the stack of the template; it is loaded once for all tests."""
    mark = request.node.get_closest_marker(SETTING)
    given = request.config.getini(SETTING)
    if mark is not None:
        path, options = request.path.parent / mark.args[0], dict(mark.kwargs)
    elif given:
        path, options = (request.config.inipath or Path()).parent / given, {}
    else:
        pytest.fail(
            f'lambda_lab does not know the template. Set {SETTING} = "template.yaml" in the '
            f'settings of pytest, or mark the test: @pytest.mark.{SETTING}("template.yaml")',
            pytrace=False,
        )
    key = (path.resolve(), repr(options))
    loaded = request.config.stash[LOADED]
    if key not in loaded:
        from .templates import load

        loaded[key] = LambdaLab(load(path, **options))
    return loaded[key]
