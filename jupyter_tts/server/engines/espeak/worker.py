"""The speaker of the eSpeak NG worker: the library, behind one method.

libespeak-ng keeps one global state, is not thread-safe, prints to standard error, changes the
locale, and crashes on some rare texts; hence `worker_program` loads this file in a process of its
own. It needs nothing but the standard library and the directory of the package
``espeakng_loader``, its one argument. A request is::

    {
        "text": str,
        "voice": str,
        "rate": int,
        "volume": int,
        "pitch": int,
        "range": int,
        "word_gap": int,
        "end_pause": bool,
        "mnemonics": bool,
        "most_samples": int,
    }

A sound that would be longer than ``most_samples`` is not made; the answer's header is then
``{"too_long": true}``. 0 is no limit.
"""

from __future__ import annotations

import ctypes
from typing import Any

from ..espeak_library import INITIALIZE_PHONEME_EVENTS, open_library

__all__ = ["DEFAULTS", "Speaker"]

# speak_lib.h, eSpeak NG 1.52: synthesis flags.
CHARS_UTF8 = 1  # no espeakSSML: tags are text
PHONEMES = 0x100  # what stands in [[double brackets]] is phoneme mnemonics
END_PAUSE = 0x1000
POS_CHARACTER = 1
# espeak_EVENT_TYPE
LIST_TERMINATED, EVENT_WORD, EVENT_PHONEME = 0, 1, 7
# espeak_PARAMETER, by the name it has in a request
PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4, "word_gap": 7}

DEFAULTS = {
    "voice": "en-us",
    "rate": 175,
    "volume": 100,
    "pitch": 50,
    "range": 50,
    "word_gap": 0,
    "end_pause": False,
    "mnemonics": False,
    "most_samples": 0,
}


class _EventId(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Speaker:
    """libespeak-ng, initialised once per process, speaking one text at a time.

    Parameters
    ----------
    directory : str
        The directory that holds the library and ``espeak-ng-data``.

    Raises
    ------
    OSError
        When the library cannot be loaded or finds no data.
    """

    def __init__(self, directory: str) -> None:
        self._library, self.sample_rate = open_library(directory, INITIALIZE_PHONEME_EVENTS)
        self.version = self._library.espeak_Info(None).decode("ascii", "replace")
        self._pcm = bytearray()
        self._most_bytes = 0
        self._words: list[tuple[int, int]] = []
        self._phonemes: list[tuple[int, str]] = []
        # The library keeps only the address: the object must live as long as the library.
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def warm_up(self) -> None:
        """Load the default voice's dictionary."""
        self.speak({"text": "a", **DEFAULTS})

    def speak(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Speak one request; return the answer's header and sound."""
        # Everything is set every time: voice and parameters are global and outlive a request.
        if self._library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
            return {"error": f"eSpeak NG has no voice {request['voice']!r}"}, b""
        for name, number in PARAMETERS.items():
            self._library.espeak_SetParameter(number, int(request[name]), 0)
        self._pcm.clear()
        self._most_bytes = 2 * request["most_samples"]
        self._words.clear()
        self._phonemes.clear()
        text = request["text"].encode("utf-8", "replace") + b"\0"
        flags = CHARS_UTF8 | (END_PAUSE if request["end_pause"] else 0)
        flags |= PHONEMES if request["mnemonics"] else 0
        status = self._library.espeak_Synth(text, len(text), 0, POS_CHARACTER, 0, flags, None, None)
        if self._is_too_long:
            return {"too_long": True}, b""
        if status != 0:
            return {"error": f"eSpeak NG refused the text (status {status})"}, b""
        return {"words": self._words, "phonemes": self._phonemes}, bytes(self._pcm)

    @property
    def _is_too_long(self) -> bool:
        return 0 < self._most_bytes < len(self._pcm)

    def _collect(self, wave: Any, count: int, events: Any) -> int:
        """Take one buffer of sound and its events; never raises: C is the caller.

        What is not 0 ends the synthesis.
        """
        if wave and count > 0:
            self._pcm += ctypes.string_at(wave, 2 * count)
        for event in events:  # a C pointer: endless, the list ends with its terminator
            kind = event.type
            if kind == LIST_TERMINATED:
                break
            if kind == EVENT_PHONEME:
                self._phonemes.append((event.sample, event.id.string.decode("utf-8", "replace")))
            elif kind == EVENT_WORD:
                self._words.append((event.text_position - 1, event.sample))
        return int(self._is_too_long)
