"""Which files a row is written to: names that no value of a row can lead out of their folder."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ....wire.errors import UnsupportedFormat
from ....wire.parameters.schema import short_repr
from ...speech.saving import DEVICE, check_suffix
from .table import Fields
from .templates import Template, read_template

__all__ = ["FileTemplate", "same_file"]

LONGEST_NAME: Final = 240
"""Bytes: file systems take 255, and a file is written under a name of its own first."""

# Windows takes none of them in a name; the slash parts names everywhere.
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_SEPARATORS: Final = re.compile(r"[/\\]" if os.name == "nt" else "/")


@dataclass(frozen=True)
class FileTemplate:
    """A path with the fields of a row in it: ``"out/{id}.mp3"``.

    Attributes
    ----------
    written : str
    template : Template
    suffix : str
        What is written: ``".mp3"``, ``".srt"``.
    """

    written: str
    template: Template
    suffix: str

    @classmethod
    def read(cls, written: str | os.PathLike[str]) -> FileTemplate:
        """Return the template that a path stands for.

        Raises
        ------
        ValueError
            If it is none, or ends in no suffix that a speech can be saved as.
        """
        if not isinstance(written, str | os.PathLike):
            raise ValueError(f"a file is named by a path, not {short_repr(written)}")
        text = os.path.expanduser(os.fspath(written))
        if not isinstance(text, str) or "\0" in text:
            raise ValueError(f"no file can have the name {short_repr(written)}")
        template = read_template(text)
        suffix = Path(f"-{template.literals[-1]}").suffix.lower()
        try:
            check_suffix(suffix, Path(text))
        except UnsupportedFormat as fault:
            raise ValueError(fault.message.rstrip(".")) from None
        return cls(text, template, suffix)

    def beside(self, suffix: str) -> FileTemplate:
        """Return the template of a file beside this one, of another kind."""
        stem = self.written[: len(self.written) - len(self.suffix)]
        return FileTemplate.read(f"{stem}{suffix}")

    @property
    def folder(self) -> Path:
        """The folder that all its files are in, or in folders of."""
        return Path(self._fixed or ".")

    def path(self, fields: Fields) -> Path:
        """Return the file of a row.

        Raises
        ------
        ValueError
            If the row lacks a field, or a name would be empty or too long.
        """
        below = self.template.fill(fields, _written)[len(self._fixed) :]
        *folders, name = _SEPARATORS.split(below)
        if not name[: -len(self.suffix)].strip(". "):
            raise ValueError("its file would have no name")
        return self.folder.joinpath(*map(_checked, folders), _checked(name))

    @property
    def _fixed(self) -> str:
        """What is before the first field, as far as it is folders."""
        before = self.template.literals[0]
        return before[: max((found.end() for found in _SEPARATORS.finditer(before)), default=0)]


def same_file(path: Path) -> str:
    """Return what two paths have in common that may be one file on some system."""
    return unicodedata.normalize("NFC", str(path)).casefold()


def _written(value: str) -> str:
    """Return the text of a value as a part of one name."""
    return _FORBIDDEN.sub("-", unicodedata.normalize("NFC", value))


def _checked(name: str) -> str:
    """Return a name that every system takes."""
    name = name.rstrip(". ")  # Windows drops them
    if not name:
        raise ValueError("its folder would have no name")
    if DEVICE.fullmatch(name.partition(".")[0].strip()):
        name = f"_{name}"
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise ValueError("its file would have half a character in its name") from None
    if length > LONGEST_NAME:
        raise ValueError(f"the name of its file is longer than {LONGEST_NAME} bytes")
    return name
