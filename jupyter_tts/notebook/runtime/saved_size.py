"""How much of a sound a notebook keeps."""

from __future__ import annotations

__all__ = ["KEEPING", "MEGABYTES", "Keeping"]

MEGABYTES = 32.0
"""Some 50 minutes of speech. A notebook of hundreds of megabytes opens nowhere."""


class Keeping:
    """What saved views are made by.

    Attributes
    ----------
    megabytes : float
        The most that the sound of one output may take in the notebook's file; 0 keeps none.
    """

    def __init__(self) -> None:
        self.megabytes = MEGABYTES

    @property
    def size(self) -> int:
        """The most bytes of sound, which base64 makes a third larger."""
        return int(self.megabytes * 1_000_000 * 3 / 4)


KEEPING = Keeping()
