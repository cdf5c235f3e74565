"""The folders of the user, which not every user has: one in a container may be a number alone."""

from __future__ import annotations

import errno
import functools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

__all__ = [
    "cache_folder",
    "data_folder",
    "expanded",
    "is_writable",
    "shortened",
    "temporary_folder",
]


def cache_folder() -> Path:
    """Return the folder for what can be made again.

    Raises
    ------
    OSError
        If the user has no home folder.
    """
    return _absolute(platformdirs.user_cache_path)


def data_folder() -> Path:
    """Return the folder for what the user wants to keep.

    Raises
    ------
    OSError
        If the user has no home folder.
    """
    return _absolute(platformdirs.user_data_path)


@functools.lru_cache(maxsize=8)
def temporary_folder(name: str) -> Path:
    """Return a new folder that only this user can read, the same one until the process ends."""
    return Path(tempfile.mkdtemp(prefix=f"jupyter_tts-{name}-"))


def is_writable(folder: Path) -> bool:
    """Whether files can be put into a folder, which is perhaps still to be made."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def expanded(path: str | os.PathLike[str]) -> Path:
    """Return a path with its ``~`` replaced where that is a known user's, else as it is."""
    return Path(os.path.expanduser(path))


def shortened(path: Path) -> str:
    """Return a path as one types it: ``~`` for the home folder."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (RuntimeError, ValueError):  # there is none, or it is elsewhere
        return str(path)


def _absolute(folder: Callable[..., Path]) -> Path:
    try:
        path = folder("jupyter_tts", appauthor=False)
    except RuntimeError:  # platformdirs 4.10; earlier ones return the ~
        path = Path("~")
    if not path.is_absolute():
        raise OSError(errno.ENOENT, "this user has no home folder")
    return path
