"""What a file is made of, for whoever writes one."""

from __future__ import annotations

from typing import Protocol

from ...wire.alignment import Word
from ...wire.request import SpeechRequest

__all__ = ["Spoken"]


class Spoken(Protocol):
    """A spoken text; `Speech` says what its members are."""

    @property
    def text(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def request(self) -> SpeechRequest: ...
    @property
    def sample_rate(self) -> int: ...
    @property
    def frames(self) -> int: ...
    @property
    def pcm(self) -> bytes: ...
    @property
    def words(self) -> tuple[Word, ...]: ...
