"""A sound file's tags: title, text and settings, in the form of each container."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

__all__ = ["Tags", "id3", "riff_info"]

# ID3v2.4 section 4: what a name is there; any other name is a TXXX frame of its own.
_TEXT_FRAMES: Final = {"title": b"TIT2", "artist": b"TPE1", "software": b"TSSE"}
_UTF_8: Final = b"\x03"
_NO_LANGUAGE: Final = b"XXX"  # section 4.8: the language is not known


@dataclass(frozen=True)
class Tags:
    """What is written into a sound file beside the sound.

    Attributes
    ----------
    title : str
    artist : str
        Who speaks.
    text : str
        What is spoken.
    software : str
        Name and version of what wrote the file.
    settings : tuple of (str, str)
        Names and values.
    """

    title: str
    artist: str
    text: str
    software: str
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def named(self) -> dict[str, str]:
        """Everything by name, those that are not empty, as Vorbis comments have it.

        The text is called ``lyrics``, the name that players look for.
        """
        standard = {
            "title": self.title,
            "artist": self.artist,
            "lyrics": self.text,
            "software": self.software,
        }
        pairs = {**dict(self.settings), **standard}
        cleaned = {name: _clean(value) for name, value in pairs.items()}
        return {name: value for name, value in cleaned.items() if value}


def id3(tags: Tags) -> bytes:
    """Return tags as an ID3v2.4 tag, which stands before the first frame of an mp3 file.

    Notes
    -----
    Source: ID3 tag version 2.4.0, main structure and native frames, id3.org.
    """
    frames = b"".join(_id3_frame(name, value) for name, value in tags.named.items())
    return b"ID3\x04\x00\x00" + _synchsafe(len(frames)) + frames


def riff_info(tags: Tags) -> bytes:
    """Return tags as a LIST chunk of type INFO, for a WAV file; text and settings are its comment.

    Notes
    -----
    Source: Multimedia Programming Interface and Data Specifications 1.0, INFO list chunk. It
    names no encoding; players read UTF-8.
    """
    named = tags.named
    settings = [f"{name}={value}" for name, value in tags.settings]
    entries = {
        b"INAM": named.get("title", ""),
        b"IART": named.get("artist", ""),
        b"ICMT": "\n".join(filter(None, (named.get("lyrics", ""), _clean(", ".join(settings))))),
        b"ISFT": named.get("software", ""),
    }
    chunks = [_riff_chunk(name, value.encode() + b"\0") for name, value in entries.items() if value]
    return _riff_chunk(b"LIST", b"INFO" + b"".join(chunks))


def _id3_frame(name: str, value: str) -> bytes:
    if name == "lyrics":
        identifier, body = b"USLT", _UTF_8 + _NO_LANGUAGE + b"\0" + value.encode()
    elif name in _TEXT_FRAMES:
        identifier, body = _TEXT_FRAMES[name], _UTF_8 + value.encode()
    else:
        identifier, body = b"TXXX", _UTF_8 + name.encode() + b"\0" + value.encode()
    return identifier + _synchsafe(len(body)) + bytes(2) + body


def _synchsafe(number: int) -> bytes:
    """Return a number in four bytes of seven bits each (ID3v2.4 section 6.2)."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _clean(text: str) -> str:
    """Return a text that every container can hold: no NUL, which ends it, no half characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
