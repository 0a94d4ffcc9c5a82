"""Templates of AWS SAM and CloudFormation, read into resources of the stack: `lab.load`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..mistakes import LabError
from ..stack import Alias, Function, Published, Resource, Work

Loaded = Function | Published | Alias | Resource


class LoadedStack:
    """What a template describes: resources by their logical ids.

    `stack["OrderFunction"]` and `stack.OrderFunction` give a resource, `for x in stack` gives all
    of them, so that `also=stack` puts them into a run. `stack.left_out` names what has no effect in
    the model, with its type.
    """

    def __init__(self, path: Path, resources: dict[str, Loaded], left_out: dict[str, str]) -> None:
        self._path, self._resources, self.left_out = path, resources, left_out

    def __getitem__(self, id: str) -> Any:
        if id in self._resources:
            return self._resources[id]
        doors = [name for name in self._resources if name.startswith(f"{id}.")]
        why = f"is left out: {self.left_out[id]}" if id in self.left_out else "is not in it"
        raise LabError(
            f"{id!r} is an API with a door for each function."
            if doors
            else f"{id!r} of {self._path} {why}.",
            ", ".join(doors or self._resources),
            f"stack[{next(iter(doors or self._resources), '...')!r}]",
        )

    def __getattr__(self, id: str) -> Any:
        if id.startswith("_"):
            raise AttributeError(id)
        try:
            return self[id]
        except LabError as error:
            raise AttributeError(str(error)) from None

    def __iter__(self) -> Iterator[Loaded]:
        return iter(dict.fromkeys(self._resources.values()))

    def __len__(self) -> int:
        return len(self._resources)

    def __contains__(self, id: object) -> bool:
        return id in self._resources

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._resources})

    def keys(self) -> list[str]:
        """List the logical ids, in the order of the template."""
        return list(self._resources)

    def _ipython_key_completions_(self) -> list[str]:
        return self.keys()

    def __repr__(self) -> str:
        lines = [f"  {id}: {resource!r}" for id, resource in self._resources.items()]
        return "\n".join([f"<stack of {self._path.name}>", *lines])


def load(
    template: str | Path,
    parameters: Mapping[str, Any] | None = None,
    code: Mapping[str, Work | str | Path] | None = None,
) -> LoadedStack:
    """Read an AWS SAM or CloudFormation template into resources of the stack.

    Parameters
    ----------
    template : str or Path
        A file of YAML or JSON. SAM templates are translated by AWS's own translator first.
    parameters : dict, optional
        Values for the template's parameters; the others have their defaults.
    code : dict of str to Work, str or Path, optional
        Code that stands in for that of a function, by its logical id: `lab.work(wait=0.2)` for a
        function that is not Python, or whose code is not on this machine.

    Returns
    -------
    LoadedStack
        The resources by logical id: `lab.run(stack["Api"], at=[0, 1], also=stack)`.

    Raises
    ------
    LabError
        If the template cannot be read, or has something that is not modelled and has an effect in
        the model; the message names it. `docs/templates.md` lists what is modelled.
    """
    from .building import Builder
    from .reading import read

    path = Path(template)
    builder = Builder(read(path, parameters or {}), code or {})
    return LoadedStack(path, builder.build(), builder.left_out)
