"""What has become of each row of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ....wire.errors import TTSError
from ...speech.speech import Speech
from .items import Item
from .manifest import Record

__all__ = ["BEFORE", "CACHED", "FAILED", "MADE", "NarratedRow"]

MADE: Final = "made"
CACHED: Final = "from the cache"
BEFORE: Final = "done before"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class NarratedRow:
    """What has become of a row.

    Attributes
    ----------
    row : int
        Its number, from 1.
    id : str
    text : str
    files : tuple of path
        That were written; fewer than were asked for if it failed.
    state : str
        "made", "from the cache", "done before" or "failed".
    seconds : float
        Of sound.
    characters : int
        That are spoken.
    sent : int
        Characters that were sent by this run.
    error : str
        Why it failed, "" if it has not.
    kind : str
        The class of the error.
    request_id : str
        The server's name for a request that failed, where it told.
    notes : tuple of str
        What is to be known of the voice.
    """

    row: int
    id: str
    text: str
    files: tuple[Path, ...] = ()
    state: str = MADE
    seconds: float = 0.0
    characters: int = 0
    sent: int = 0
    error: str = ""
    kind: str = ""
    request_id: str = ""
    notes: tuple[str, ...] = ()

    @property
    def file(self) -> Path | None:
        """The first of its files."""
        return self.files[0] if self.files else None

    @property
    def plain(self) -> dict[str, Any]:
        """It as a line of a table."""
        return {
            "row": self.row,
            "id": self.id,
            "text": self.text,
            "file": "" if self.file is None else str(self.file),
            "state": self.state,
            "seconds": self.seconds,
            "characters": self.characters,
            "sent": self.sent,
            "error": self.error,
            "kind": self.kind,
            "request_id": self.request_id,
        }


def done_before(item: Item, record: Record) -> NarratedRow:
    """Return the row of an item that an earlier run has done."""
    return NarratedRow(
        item.row,
        item.id,
        item.text,
        item.files,
        BEFORE,
        seconds=record.seconds,
        characters=record.characters,
    )


def spoken(item: Item, speech: Speech, *, cached: bool) -> NarratedRow:
    """Return the row of an item whose files are written."""
    return NarratedRow(
        item.row,
        item.id,
        item.text,
        item.files,
        CACHED if cached else MADE,
        seconds=round(speech.duration, 3),
        characters=item.characters,
        sent=0 if cached else speech.timeline.sent,
        notes=speech.remarks,
    )


def failed(item: Item, error: TTSError, files: tuple[Path, ...] = ()) -> NarratedRow:
    """Return the row of an item that failed."""
    speech = error.speech
    return NarratedRow(
        item.row,
        item.id,
        item.text,
        files,
        FAILED,
        characters=item.characters,
        sent=0 if speech is None else speech.timeline.sent,
        error=" ".join(filter(None, (error.message, error.hint))),
        kind=type(error).__name__,
        request_id=error.request_id,
    )
