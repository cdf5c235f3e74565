"""The program that every worker process runs: it puts one `Speaker` behind two pipes.

What speaks prints, crashes or hangs now and then, and takes much memory; so it lives in a process
of its own, which can die without harm. The program needs nothing but the standard library; what a
speaker needs is its own affair::

    python -I worker_program.py .../espeak/worker.py ARGUMENT...

The file named first has a class ``Speaker`` (see `Speaker`), which is made with the arguments that
follow. It may import, relatively, what lies beside this file.

Requests arrive on standard input, answers leave on standard output, one answer per request, in
order, in the frames of `worker_process`: two big-endian 32-bit lengths, a JSON header of the first
length, a body of the second. A request has no body; the body of an answer is the sound, s16le
mono. Sample counts begin with 0, and so do positions, which count code points of the text.

===========  ====================================================================================
frame        header
===========  ====================================================================================
hello        ``{"version": str, "sample_rate": int}``, once, when the worker is ready
request      ``{"text": str, ...}``, and what the speaker documents
answer       ``{"words": [[position, sample], ...], "phonemes": [[sample, name], ...]}``
beginning    ``{"words": ..., "phonemes": ..., "stop": position, "more": true}``, before an answer:
             what is spoken of the text up to a position; the next frame goes on from there, and its
             samples are counted from the beginning of the text's sound
failure      ``{"error": str}``, instead of an answer, or instead of the hello
===========  ====================================================================================

The worker ends when its standard input does.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import signal
import struct
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import IO, Any, Protocol

if sys.platform != "win32":
    import resource

__all__ = ["FRAME", "Speaker", "load", "main", "read_frame", "write_frame"]

# As in worker_process, which this program cannot import.
FRAME = struct.Struct("!II")

Frame = tuple[dict[str, Any], bytes]

# A synthesis that runs this long with nobody left to kill it ends its own process.
ORPHAN_SECONDS = 60.0

ENGINES = os.path.dirname(os.path.realpath(__file__))


class Speaker(Protocol):
    """What a worker's file has a class of; whatever it raises when made is sent for people.

    Attributes
    ----------
    version : str
    sample_rate : int
        Of the sound, in Hz.
    """

    version: str
    sample_rate: int

    def warm_up(self) -> None:
        """Do what makes the first request slow, while the server takes in the hello."""

    def speak(self, request: dict[str, Any]) -> Frame | Iterator[Frame]:
        """Return the header and the body of an answer, or yield those of its beginnings, too."""


def load(path: str) -> ModuleType:
    """Import a file; one that lies beside this one may import what else does."""
    path = os.path.realpath(path)
    is_beside = path.startswith(ENGINES + os.sep)
    name, root = ("engines", ENGINES) if is_beside else ("elsewhere", os.path.dirname(path))
    package = ModuleType(name)
    package.__path__ = [root]
    sys.modules.setdefault(name, package)
    module, _ = os.path.splitext(os.path.relpath(path, root))
    return importlib.import_module(".".join([name, *module.split(os.sep)]))


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


def main(path: str, *arguments: str) -> int:
    """Answer requests until standard input ends; return the exit status."""
    # Ctrl-C goes to the whole process group; when to stop is the server's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        # A crash must not leave a core file in the package's directory.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What a library prints to standard output must not land between two frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        speaker: Speaker = load(path).Speaker(*arguments)
    except Exception as error:  # whatever a package raises on a processor it does not support
        write_frame(answers, {"error": _reason(error)})
        return 1
    write_frame(answers, {"version": speaker.version, "sample_rate": speaker.sample_rate})
    speaker.warm_up()
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        faulthandler.dump_traceback_later(ORPHAN_SECONDS, exit=True)
        try:
            for header, pcm in _answer(speaker, frame[0]):
                write_frame(answers, header, pcm)
        except BrokenPipeError:
            break  # the server is gone
        faulthandler.cancel_dump_traceback_later()
    return 0


def _answer(speaker: Speaker, request: dict[str, Any]) -> Iterator[Frame]:
    """Yield the frames of an answer, of which the last, and no other, has no ``more``."""
    try:
        spoken = speaker.speak(request)
        for header, pcm in [spoken] if isinstance(spoken, tuple) else spoken:
            yield header, pcm
            if not header.get("more"):
                return
        reason = "it was not spoken to its end"
    except Exception as error:  # a package's fault at one text; the next may do
        reason = _reason(error)
    yield {"error": f"The voice failed at this text: {reason}"}, b""


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
