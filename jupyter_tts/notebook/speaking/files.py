"""The files of a speech that a cell asks for, and where they are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ...client.speech.saving import check_path
from ...client.speech.speech import Speech
from ...voice_files.user_folders import shortened
from ...wire.errors import ParameterError, TTSError
from ...wire.parameters.schema import short_repr

__all__ = ["FilePath", "check_paths", "save_files"]

FilePath = str | os.PathLike[str]


def check_paths(paths: FilePath | Iterable[FilePath]) -> tuple[FilePath, ...]:
    """Return one path or several as a tuple, checked before any speech is made.

    Raises
    ------
    UnsupportedFormat, ParameterError
        As :func:`check_path`.
    """
    if isinstance(paths, str | os.PathLike) or not isinstance(paths, Iterable):
        several: tuple[FilePath, ...] = (paths,)
    else:
        several = tuple(paths)
    for path in several:
        if not isinstance(path, str | os.PathLike):
            raise ParameterError([f"save must be a path, or several, not {short_repr(path)}"])
        check_path(path)
    return several


def save_files(speech: Speech, paths: Iterable[FilePath], *, quiet: bool = False) -> None:
    """Write every file that can be written and print where they are, then report the others.

    Parameters
    ----------
    speech : Speech
    paths : iterable of path
        Those that :func:`check_paths` returned.
    quiet : bool, optional
        Print nothing.

    Raises
    ------
    TTSError
        One sentence for each file that could not be written.
    """
    saved: list[Path] = []
    failures: list[str] = []
    for path in paths:
        try:
            saved.append(speech.save(path))
        except OSError as failure:
            failures.append(f"{path} could not be written: {failure.strerror}.")
        except TTSError as failure:
            failures.append(str(failure))
    if saved and not quiet:
        print(f"Saved: {', '.join(map(_shown, saved))}")
    if failures:
        raise TTSError(" ".join(failures))


def _shown(path: Path) -> str:
    """Return an absolute path as one types it: ``~`` for the home folder, quotes for spaces."""
    text = shortened(path.absolute())
    return f'"{text}"' if " " in text else text
