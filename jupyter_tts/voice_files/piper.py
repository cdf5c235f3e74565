"""What a voice made with Piper has to have: a model, and beside it a JSON file of settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..wire.errors import VoiceFileError
from ..wire.foreign_json import read_json

__all__ = [
    "SETTINGS_LIMIT",
    "PiperSettings",
    "check_model",
    "parse_settings",
    "read_settings",
    "settings_beside",
]

SETTINGS_LIMIT = 2_000_000  # bytes; the longest seen has 20,000

# Of ModelProto (onnx.proto).
_GRAPH = 7
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class PiperSettings:
    """What is read of a Piper voice's JSON here; its engine reads the rest.

    Attributes
    ----------
    sample_rate : int
        Hz.
    espeak_voice : str
        The eSpeak NG voice that makes its phonemes.
    language : str
        A language tag in lower case.
    """

    sample_rate: int
    espeak_voice: str
    language: str


def settings_beside(model: Path) -> Path:
    """Return where the settings of a model lie: ``voice.onnx.json`` for ``voice.onnx``."""
    return model.with_name(model.name + ".json")


def read_settings(path: Path) -> PiperSettings:
    """Return the settings in a file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    VoiceFileError
        If the file is missing, or not the settings of a Piper voice that speaks from phonemes.
    """
    try:
        with path.open("rb") as file:
            content = file.read(SETTINGS_LIMIT + 1)
    except FileNotFoundError:
        raise VoiceFileError(
            f"The voice's settings are missing: {path}.",
            hint="A Piper voice is two files, NAME.onnx and NAME.onnx.json: put both there.",
        ) from None
    except OSError as failure:
        raise VoiceFileError(f"{path} could not be read: {failure.strerror}.") from None
    return parse_settings(content, str(path))


def parse_settings(content: bytes, where: str) -> PiperSettings:
    """Return the settings in the bytes of a file.

    Parameters
    ----------
    content : bytes
    where : str
        The path or URL that a sentence names.

    Raises
    ------
    VoiceFileError
        If they are not those of a Piper voice that speaks from phonemes.
    """
    try:
        value = read_json(content) if len(content) <= SETTINGS_LIMIT else None
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise VoiceFileError(
            f"{where} is not JSON, as a Piper voice's settings are.",
            hint="Take it again from the voice's source.",
        )
    return _checked(value, where)


def check_model(path: Path) -> None:
    """Make sure that a file is a whole ONNX model, as far as its outline shows; nothing is loaded.

    Parameters
    ----------
    path : Path

    Raises
    ------
    VoiceFileError
    """
    try:
        is_model = path.is_file() and _has_graph(path)
    except OSError as failure:
        raise VoiceFileError(f"{path} could not be read: {failure.strerror}.") from None
    if not is_model:
        raise VoiceFileError(
            f"{path} is not an ONNX model, or not a whole one.",
            hint="Take it again from the voice's source.",
        )


def _checked(value: dict[str, Any], where: str) -> PiperSettings:
    audio, espeak, language = (
        part if isinstance(part := value.get(name), dict) else {}
        for name in ("audio", "espeak", "language")
    )
    sample_rate, espeak_voice = audio.get("sample_rate"), espeak.get("voice")
    faults = []
    if type(sample_rate) is not int or not 8000 <= sample_rate <= 48000:
        faults.append("audio.sample_rate")
    if not isinstance(espeak_voice, str) or not espeak_voice:
        faults.append("espeak.voice")
    if not _is_id_map(value.get("phoneme_id_map")):
        faults.append("phoneme_id_map")
    if faults or not isinstance(espeak_voice, str) or not isinstance(sample_rate, int):
        raise VoiceFileError(
            f"{where} is not a Piper voice's settings: {', '.join(faults)} is missing or wrong."
        )
    # The first voices were made before there was another kind, and do not name theirs.
    if value.get("phoneme_type", "espeak") != "espeak":
        raise VoiceFileError(
            f"This voice speaks from {value['phoneme_type']!r}, not from eSpeak NG's phonemes.",
            hint="Take one whose phoneme_type is espeak.",
        )
    code = language.get("code")
    tag = code if isinstance(code, str) and code else espeak_voice
    return PiperSettings(sample_rate, espeak_voice, tag.lower().replace("_", "-"))


def _is_id_map(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            isinstance(ids, list) and ids and all(type(id_) is int for id_ in ids)
            for ids in value.values()
        )
    )


def _has_graph(path: Path) -> bool:
    """Whether the fields of a protobuf message end where the file does, and one is the graph."""
    size = path.stat().st_size
    seen = set()
    with path.open("rb") as file:
        while (position := file.tell()) < size:
            tag = _varint(file.read(10))
            if tag is None:
                return False
            field, kind = tag[0] >> 3, tag[0] & 7
            position += tag[1]
            if kind in (_VARINT, _LENGTH):
                file.seek(position)
                value = _varint(file.read(10))
                if value is None:
                    return False
                position += value[1] + (value[0] if kind == _LENGTH else 0)
            elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
                position += 8 if kind == _EIGHT_BYTES else 4
            else:
                return False
            if not field or position > size:
                return False
            seen.add((field, kind))
            file.seek(position, os.SEEK_SET)
    return (_GRAPH, _LENGTH) in seen


def _varint(data: bytes) -> tuple[int, int] | None:
    """Return a number and how many bytes it takes, None where it does not end."""
    number = 0
    for index, byte in enumerate(data):
        number |= (byte & 127) << 7 * index
        if byte < 128:
            return number, index + 1
    return None
