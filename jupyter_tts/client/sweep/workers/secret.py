"""Where workers find the key: a name that may travel, in place of the key."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from ....wire.errors import MissingKey, ParameterError
from ...keys import Key, check_key

__all__ = ["Secret", "check_secret"]

_MOST: Final = 4_096  # bytes; no key is as long
_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")
_HINT: Final = (
    'secret=Secret("NAME") names a variable of each worker\'s environment, '
    'Secret(file="/run/secrets/key") a file on it. The key itself would be in every task. '
    "Nothing was sent."
)


@dataclass(frozen=True, slots=True)
class Secret:
    """Where each worker finds the key. Only the name travels.

    Parameters
    ----------
    name : str, optional
        A variable of the worker's environment, in capitals.
    file : str, optional
        In place of it, the whole path of a file on the worker that holds the key and nothing else.

    Raises
    ------
    ParameterError
        If it is neither, or both. What was given is not quoted.
    """

    name: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        faults = []
        if bool(self.name) == bool(self.file):
            faults.append("a secret is either a name or a file")
        if self.name and not (_is_plain(self.name) and _NAME.fullmatch(self.name)):
            faults.append("a secret's name must be a variable of the environment, in capitals")
        if self.file and not (_is_plain(self.file) and _is_whole(self.file)):
            faults.append("a secret's file must be a whole path")
        if faults:
            # Not in a traceback with values either.
            object.__setattr__(self, "name", "")
            object.__setattr__(self, "file", "")
            raise ParameterError(faults, hint=_HINT)

    def read(self) -> Key:
        """Return the key, where this runs.

        Raises
        ------
        MissingKey
            If there is none.
        """
        if self.name:
            text = os.environ.get(self.name, "").strip()
            if not text:
                raise MissingKey(
                    f"{self.name} is not set there.", hint="Set it where the worker starts."
                )
            return check_key(text, self.name)
        try:
            with open(self.file, "rb") as file:
                text = file.read(_MOST).decode("ascii", "replace").strip()
        except OSError as fault:
            raise MissingKey(
                f"{self.file} cannot be read there: {fault.strerror}.",
                hint="Put the key there, and nothing else.",
            ) from None
        return check_key(text, self.file)


def check_secret(secret: object) -> Secret | None:
    """Return a secret, or None for None.

    Raises
    ------
    ParameterError
        For anything else: a key, above all.
    """
    if secret is None or isinstance(secret, Secret):
        return secret
    raise ParameterError(["secret must be a Secret"], hint=_HINT)


def _is_plain(text: object) -> bool:
    return isinstance(text, str) and not isinstance(text, Key)


def _is_whole(path: str) -> bool:
    return PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()
