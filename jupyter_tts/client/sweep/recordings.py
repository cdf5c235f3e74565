"""What was heard in a sweep: one sound of each condition with each text, as files."""

from __future__ import annotations

import dataclasses
import json
import re
import wave
from pathlib import Path
from typing import Final, NamedTuple

from ...audio.files import wav_bytes, write_file
from ...wire.errors import TTSError
from .axes import Condition
from .plan import Plan
from .rows import Row

__all__ = ["Recording", "Recordings", "recordings_beside"]

# Characters of a name that some file system does not have, and how long one may be (bytes).
_UNSAFE: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST: Final = 160


class Recording(NamedTuple):
    """Sound as it was received.

    Attributes
    ----------
    pcm : bytes
        s16le mono.
    sample_rate : int
        Hz.
    """

    pcm: bytes
    sample_rate: int


class Recordings:
    """A folder with one WAV file for each condition and text of a plan.

    It holds the first repetition that was whole, and is made with the first file.

    Parameters
    ----------
    folder : Path
    plan : Plan
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self._plan = plan
        self._numbers = {_plain(one): number for number, one in enumerate(plan.conditions)}

    def keep(self, row: Row, recording: Recording | None) -> Row:
        """Write a whole speech, if there is none of its condition and text yet.

        Returns
        -------
        Row
            The same, with the name of the file if it was written.

        Raises
        ------
        TTSError
            If it cannot be.
        """
        path = self.path(row.condition, row.text)
        if recording is None or row.error or path.exists():
            return row
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_file(path, wav_bytes(*recording))
        except OSError as fault:
            raise TTSError(
                f"{path.name} cannot be written: {fault.strerror or fault}.",
                hint="What was measured before is kept. Make room, and run again.",
            ) from None
        return dataclasses.replace(row, sound=path.name)

    def lacks(self, condition: Condition, text: str) -> bool:
        """Whether there is no recording of a condition and a text."""
        return not self.path(condition, text).exists()

    def load(self, condition: Condition, text: str) -> Recording | None:
        """Return the recording of a condition and a text, None where there is none.

        Parameters
        ----------
        condition : mapping
            One of the plan's.
        text : str
            The name of the text.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        try:
            with wave.open(str(self.path(condition, text)), "rb") as file:
                return Recording(file.readframes(file.getnframes()), file.getframerate())
        except (FileNotFoundError, wave.Error, EOFError):
            return None

    def path(self, condition: Condition, text: str) -> Path:
        """Return where a recording lies, or would."""
        number = self._numbers[_plain(condition)]
        called = _UNSAFE.sub("_", f"{text}, {self._plan.label(condition)}")
        called = called.encode("utf-8", "replace")[:_LONGEST].decode(errors="ignore").strip()
        return self.folder / f"{number:04} {called}.wav"


def _plain(condition: Condition) -> str:
    """Return a condition as it is equal to itself after it was in a file."""
    return json.dumps(condition, sort_keys=True, default=str)


def recordings_beside(path: Path, plan: Plan) -> Recordings:
    """Return the recordings that belong to a file of rows: the folder of its name beside it."""
    return Recordings(path.with_suffix(".sounds"), plan)
