"""The voices that can be fetched by name.

Only hibari's own are: its package holds a table with the size and SHA-256 of each. The package is
read, not imported, since importing it takes a second.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["CatalogueVoice", "catalogue", "read_catalogue"]

# docs/licences.md has the whole sentence.
_LICENCE = "Apache-2.0, what it was taught with is disputed"


@dataclass(frozen=True, slots=True)
class CatalogueVoice:
    """A voice with a known file.

    Attributes
    ----------
    name : str
    language : str
        A language tag in lower case: ``en-gb``.
    gender : str
        ``"male"`` or ``"female"``.
    size : int
        Bytes.
    sha256 : str
        64 hexadecimal digits in lower case.
    licence : str
    url : str
        "" for a voice that is in the package.
    """

    name: str
    language: str
    gender: str
    size: int
    sha256: str
    licence: str
    url: str

    @property
    def is_bundled(self) -> bool:
        """Whether the voice is in the package, so that it is never fetched or removed."""
        return not self.url


@cache
def catalogue() -> Mapping[str, CatalogueVoice]:
    """Return the voices that hibari's package lists, by name; none if it is not installed."""
    spec = find_spec("hibari")
    if spec is None or spec.origin is None:
        return {}
    return read_catalogue(Path(spec.origin).parent)


def read_catalogue(package: Path) -> Mapping[str, CatalogueVoice]:
    """Return the voices that hibari's package in a folder lists; none if it lists them otherwise.

    Parameters
    ----------
    package : Path
    """
    try:
        source = (package / "voices.py").read_text("utf-8")
        table = json.loads((package / "assets" / "voices.json").read_text("utf-8"))
        base = _constant(source, "BASE_URL")
        return {name: _voice(name, entry, base) for name, entry in table.items()}
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _voice(name: str, entry: dict[str, Any], base: str) -> CatalogueVoice:
    return CatalogueVoice(
        name=name,
        language=entry["language"].lower(),
        gender=entry["gender"],
        size=int(entry["bytes"]),
        sha256=entry["sha256"].lower(),
        licence=_LICENCE,
        url="" if entry["bundled"] else base + entry["file"],
    )


def _constant(source: str, name: str) -> str:
    """Return a text that a module gives a name at its top."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
            if name in names and isinstance(statement.value.value, str):
                return statement.value.value
    raise KeyError(name)
