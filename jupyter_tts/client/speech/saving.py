"""A speech as a file: its sound, or its words as subtitles, by the file's suffix."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from ... import __version__
from ...audio.files import SOUND_FILES, check_sound_file, sound_bytes, write_file
from ...audio.tags import Tags
from ...wire.alignment import Word
from ...wire.errors import ParameterError, TTSError, UnsupportedFormat
from ...wire.hosts import websocket_url
from ...wire.parameters import PARAMETERS
from ...wire.request import SpeechRequest
from ...wire.secrets import is_secret_name
from ..reading.reading import Reading
from .shown_text import ShownText
from .subtitles import Cue, make_cues, srt, webvtt
from .turns import Turn
from .visible_text import VisibleText

__all__ = [
    "DEVICE",
    "SUBTITLES",
    "SUFFIXES",
    "Spoken",
    "check_folder",
    "check_path",
    "check_suffix",
    "describe",
    "file_bytes",
    "file_name",
    "named_path",
    "save",
]

SUBTITLES: Final[Mapping[str, Callable[[Sequence[Cue]], str]]] = {".vtt": webvtt, ".srt": srt}
"""What writes subtitles, by the suffix of their file."""

SUFFIXES: Final = (*SOUND_FILES, *SUBTITLES)
"""Of the files that a speech can be saved as."""

# Characters of the text that make a title, and of those that make a file's name.
_TITLE: Final = 60
_NAME: Final = 40

DEVICE: Final = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9¹²³]", re.IGNORECASE)
"""Windows takes these for devices, whatever their suffix (Naming Files, Paths, and Namespaces)."""

_APOSTROPHES: Final = re.compile(r"(?<=\w)['’](?=\w)")


class Spoken(Protocol):
    """What of a speech its files are made of; `Speech` says what the members are."""

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
    @property
    def turns(self) -> tuple[Turn, ...]: ...
    @property
    def reading(self) -> Reading: ...


def check_path(path: str | os.PathLike[str]) -> Path:
    """Return where a speech is to be saved.

    Raises
    ------
    UnsupportedFormat
        If the name has none of the suffixes, or what writes such a file is not installed.
    ParameterError
        If no file can have the name, or its folder does not exist.
    """
    target = named_path(path)
    check_suffix(target.suffix.lower(), target)
    check_folder(target)
    return target


def named_path(path: str | os.PathLike[str]) -> Path:
    """Return the path that a user named.

    Raises
    ------
    ParameterError
        If no file can have the name.
    """
    try:
        target = Path(os.path.expanduser(path))
    except TypeError:
        raise ParameterError([f"a file is named by a path, not {path!r}"]) from None
    try:
        can_be_a_name = b"\0" not in os.fsencode(target)
    except UnicodeEncodeError:
        can_be_a_name = False
    if not can_be_a_name:
        raise ParameterError([f"no file can have the name {target.name!r}"])
    return target


def check_folder(target: Path) -> None:
    """Refuse a file in a folder that does not exist.

    Raises
    ------
    ParameterError
    """
    if not target.parent.is_dir():
        raise ParameterError([f"there is no folder {str(target.parent)!r} to save in"])


def check_suffix(suffix: str, target: Path) -> None:
    """Make sure that a file with this suffix can be written.

    Raises
    ------
    UnsupportedFormat
        If a speech cannot be saved so, or what writes such a file is not installed.
    """
    if suffix not in SUFFIXES:
        raise UnsupportedFormat(
            f"A speech is saved as {_either(SOUND_FILES)}, its subtitles as {_either(SUBTITLES)}, "
            f"so {target.name!r} cannot be written.",
            hint=f"Name it {target.stem}.wav.",
        )
    check_sound_file(suffix)


def save(speech: Spoken, path: str | os.PathLike[str]) -> Path:
    """Write what there is of a speech; see `save`."""
    target = check_path(path)
    write_file(target, file_bytes(speech, target.suffix.lower(), target.name))
    return target


def file_bytes(speech: Spoken, suffix: str, name: str) -> bytes:
    """Return what there is of a speech as a file.

    Parameters
    ----------
    speech : Spoken
    suffix : str
        One that :func:`check_path` takes.
    name : str
        What the file is called in an error.

    Raises
    ------
    UnsupportedFormat
        If what makes such a file is not installed.
    TTSError
        If there is no sound, or for subtitles no times of words.
    """
    if not speech.frames:
        raise TTSError(f"Nothing was spoken, so {name} was not written.")
    if suffix not in SUBTITLES:
        return sound_bytes(suffix, speech.pcm, speech.sample_rate, describe(speech))
    if not speech.words:
        raise TTSError(
            f"The server told no times of words, so {name} was not written.",
            hint="Its sound can be saved, as a .wav file say.",
        )
    cues = _cues(speech)
    return SUBTITLES[suffix](cues).encode("utf-8", "replace")


def _cues(speech: Spoken) -> tuple[Cue, ...]:
    """Return the words as subtitles, without the markup of the text."""
    if speech.request.reads_ssml:
        visible = _visible(speech)
        words, turns = visible.words(speech.words), visible.turns(speech.turns)
        return make_cues(visible.text, words, turns, visible.pauses)
    if not speech.reading.has_changed:
        return make_cues(speech.text, speech.words, speech.turns)
    shown = ShownText(speech.reading)
    return make_cues(shown.text, shown.words(speech.words), shown.turns(speech.turns))


def file_name(speech: Spoken) -> str:
    """Return what a file of a speech may be called on every system, without a suffix.

    It is the speech's `name`, or the first words of its text: letters and digits of any script
    with hyphens between them, ``hello-you`` say.
    """
    name = _hyphenated(speech.name or _visible(speech).text.lower())
    return f"speech-{name}" if DEVICE.fullmatch(name) else name or "speech"


def _hyphenated(text: str) -> str:
    text = unicodedata.normalize("NFC", _APOSTROPHES.sub("", text[: 4 * _NAME]))
    # A mark belongs to the letter before it, as vowels do in the scripts of India.
    allowed = (c.isalnum() or c == "_" or unicodedata.category(c)[0] == "M" for c in text)
    words = "".join(c if ok else " " for c, ok in zip(text, allowed, strict=True)).split()
    name = words[0][:_NAME] if words else ""
    for word in words[1:]:
        if len(name) + 1 + len(word) > _NAME:
            break
        name += f"-{word}"
    return name


def describe(speech: Spoken) -> Tags:
    """Return what a file says of a speech: never a key, and of the server only its host."""
    text = _visible(speech).text
    return Tags(
        title=_title(text),
        artist=_speaker(speech.label),
        text=text,
        software=f"jupyter_tts {__version__}",
        settings=tuple(_settings(speech.request)),
    )


def _visible(speech: Spoken) -> VisibleText:
    return VisibleText(speech.text, ssml=speech.request.reads_ssml)


def _speaker(label: str) -> str:
    """Return service and voice of a label, without remarks on them."""
    return " · ".join(label.split(" · ")[:2])


def _settings(request: SpeechRequest) -> list[tuple[str, str]]:
    sent = request.sent
    settings = [
        (parameter.name, _written(sent[parameter.name]))
        for parameter in PARAMETERS
        if parameter.wire and parameter.name in sent and not is_secret_name(parameter.name)
    ]
    return [*settings, ("server", urlsplit(websocket_url(request.server)).netloc)]


def _written(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _title(text: str) -> str:
    """Return the first words of a text."""
    line = " ".join(text.split())
    if len(line) <= _TITLE:
        return line
    head = line[:_TITLE]
    word_end = head.rfind(" ")
    # In a script without spaces it ends anywhere.
    return (head[:word_end] if word_end > _TITLE // 2 else head[:-1]) + "…"


def _either(names: Sequence[str] | Mapping[str, object]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"
