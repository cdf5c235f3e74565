"""The worker process: eSpeak NG behind two pipes.

libespeak-ng keeps one global state, is not thread-safe, prints to standard error, changes the
locale, and crashes on some rare texts.  It therefore lives in a process of its own, which can die
without harm: this file is that process.  It is a separate program that needs nothing but the
standard library and the directory of the ``espeakng_loader`` package::

    python -m jupyter_tts.server.engines.espeak.worker DIRECTORY

Requests arrive on standard input, answers leave on standard output, one answer per request, in
order, in the frames of `worker_process`: two big-endian 32-bit lengths, a JSON header of the first
length, a body of the second.  A request has no body; the body of an answer is the sound, s16le
mono.

===========  ====================================================================================
frame        header
===========  ====================================================================================
hello        ``{"version": str, "sample_rate": int}``, once, when the worker is ready
request      ``{"text": str, "voice": str, "rate": int, "volume": int, "pitch": int,
             "range": int, "word_gap": int, "end_pause": bool, "mnemonics": bool}``
answer       ``{"words": [[position, sample], ...], "phonemes": [[sample, name], ...]}``
failure      ``{"error": str}``, instead of an answer, or instead of the hello
===========  ====================================================================================

``position`` counts code points of ``text`` from 0; ``sample`` counts samples from 0.  The worker
ends when its standard input does.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import signal
import struct
import sys
from typing import IO, Any

if sys.platform != "win32":
    import resource

__all__ = ["FRAME", "Speaker", "main", "read_frame", "write_frame"]

# As in worker_process, which this program cannot import.
FRAME = struct.Struct("!II")

# A synthesis that runs this long with nobody left to kill it ends its own process.
ORPHAN_SECONDS = 60.0

# speak_lib.h, eSpeak NG 1.52: espeak_AUDIO_OUTPUT, espeak_Initialize options, synthesis flags.
AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_PHONEME_EVENTS = 0x0001
INITIALIZE_DONT_EXIT = 0x8000  # else a missing data directory calls exit(1)
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
}

# Spoken to nobody while the server takes in the hello: loads the default voice's dictionary.
WARM_UP = {"text": "a", **DEFAULTS}

LIBRARY = {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}.get(
    sys.platform, "libespeak-ng.so"
)


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
        The directory that holds the library and ``espeak-ng-data``.  It becomes the working
        directory: the library copies its data path into a buffer of 160 bytes and mishandles
        non-ASCII ones on Windows, and ``"."`` is neither long nor non-ASCII.

    Raises
    ------
    OSError
        When the library cannot be loaded or finds no data.
    """

    def __init__(self, directory: str) -> None:
        os.chdir(directory)
        self._library = ctypes.CDLL(os.path.join(os.getcwd(), LIBRARY))
        self._library.espeak_Info.restype = ctypes.c_char_p
        options = INITIALIZE_PHONEME_EVENTS | INITIALIZE_DONT_EXIT
        self.sample_rate = int(
            self._library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, b".", options)
        )
        if self.sample_rate <= 0:
            raise OSError("eSpeak NG found no voice data")
        self.version = self._library.espeak_Info(None).decode("ascii", "replace")
        self._pcm = bytearray()
        self._words: list[tuple[int, int]] = []
        self._phonemes: list[tuple[int, str]] = []
        # The library keeps only the address: the object must live as long as the library.
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Speak one request (see the module's table); return the answer's header and sound."""
        # Everything is set every time: voice and parameters are global and outlive a request.
        if self._library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
            return {"error": f"eSpeak NG has no voice {request['voice']!r}"}, b""
        for name, number in PARAMETERS.items():
            self._library.espeak_SetParameter(number, int(request[name]), 0)
        self._pcm.clear()
        self._words.clear()
        self._phonemes.clear()
        text = request["text"].encode("utf-8", "replace") + b"\0"
        flags = CHARS_UTF8 | (END_PAUSE if request["end_pause"] else 0)
        flags |= PHONEMES if request["mnemonics"] else 0
        status = self._library.espeak_Synth(text, len(text), 0, POS_CHARACTER, 0, flags, None, None)
        if status != 0:
            return {"error": f"eSpeak NG refused the text (status {status})"}, b""
        return {"words": self._words, "phonemes": self._phonemes}, bytes(self._pcm)

    def _collect(self, wave: Any, count: int, events: Any) -> int:
        """Take one buffer of sound and its events; never raises: C is the caller."""
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
        return 0


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Read one frame; None when the stream has ended, between frames or inside one."""
    lengths = stream.read(FRAME.size)
    if len(lengths) < FRAME.size:
        return None
    header_length, body_length = FRAME.unpack(lengths)
    header, body = stream.read(header_length), stream.read(body_length)
    if len(header) < header_length or len(body) < body_length:
        return None
    return json.loads(header), body


def write_frame(stream: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    """Write one frame and flush it."""
    encoded = json.dumps(header, separators=(",", ":")).encode()
    stream.write(FRAME.pack(len(encoded), len(body)) + encoded + body)
    stream.flush()


def main(arguments: list[str]) -> int:
    """Answer requests until standard input ends; return the exit status."""
    # Ctrl-C goes to the whole process group; when to stop is the server's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        # A crash must not leave a core file in the package's directory.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What C code prints to standard output must not land between two frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        speaker = Speaker(arguments[0])
    except OSError as error:
        write_frame(answers, {"error": str(error)})
        return 1
    write_frame(answers, {"version": speaker.version, "sample_rate": speaker.sample_rate})
    speaker.speak(WARM_UP)
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        faulthandler.dump_traceback_later(ORPHAN_SECONDS, exit=True)
        header, pcm = speaker.speak(frame[0])
        faulthandler.cancel_dump_traceback_later()
        try:
            write_frame(answers, header, pcm)
        except BrokenPipeError:
            break  # the server is gone
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
