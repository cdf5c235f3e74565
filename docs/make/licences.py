"""Licences of what is installed with this package: ``python -m docs.make.licences``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from .markdown import table

__all__ = ["closure", "declared", "licence"]

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"
_FOR_DEVELOPERS = "test"


def declared() -> dict[str, list[Requirement]]:
    """Return the declared dependencies: of the core, as "", and of every extra for users."""
    project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {
        extra: [wanted for wanted in map(Requirement, texts) if wanted.name != project["name"]]
        for extra, texts in groups.items()
        if extra != _FOR_DEVELOPERS
    }


def closure(requirements: Iterable[Requirement]) -> set[str]:
    """Return the names of all packages that some requirements install, directly or not."""
    installed: set[str] = set()
    waiting = [wanted for wanted in requirements if _applies(wanted, "")]
    while waiting:
        wanted = waiting.pop()
        name = re.sub("[-_.]+", "-", wanted.name).lower()
        if name in installed:
            continue
        try:
            further = map(Requirement, requires(name) or ())
        except PackageNotFoundError:
            continue
        installed.add(name)
        waiting += [x for x in further if any(_applies(x, e) for e in ("", *wanted.extras))]
    return installed


def licence(name: str) -> str:
    """Return the licence that an installed package states, "" for none."""
    fields = metadata(name)
    if "License-Expression" in fields:
        return fields["License-Expression"]
    classified = [
        classifier.rpartition(" :: ")[2]
        for classifier in fields.get_all("Classifier") or ()
        if classifier.startswith("License :: ")
    ]
    if classified or "License" not in fields:
        return "; ".join(classified)
    return fields["License"].partition("\n")[0]


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _rows() -> Iterator[tuple[str, str, str, str]]:
    core = closure(declared()[""])
    for extra, requirements in declared().items():
        names = closure(requirements) - (core if extra else set())
        for name in sorted(names):
            yield name, version(name), f"[{extra}]" if extra else "core", licence(name)


if __name__ == "__main__":
    print(table(("package", "version", "for", "licence"), _rows()))
