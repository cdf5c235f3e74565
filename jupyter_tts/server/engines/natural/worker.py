"""The worker process: the neural voice behind two pipes.

A program of its own, so that a crash or a hang costs one sentence, and so that the server needs
neither onnxruntime nor the model in its memory. It needs the package ``hibari-tts`` and, of this
package, only the modules beside it::

    python -I .../natural/worker.py

Frames are those of `worker_process`. The sound is s16le mono.

===========  ====================================================================================
frame        header
===========  ====================================================================================
hello        ``{"version": str, "sample_rate": int}``, once, when the worker is ready
request      ``{"text": str, "pitch_power": float, "pitch_shift": float, "emphasis": float,
             "variation": float, "speed": float, "gain": float, "seed": int, "end_pause": bool}``
answer       ``{"words": [[position, sample], ...], "phonemes": [[sample, name], ...]}``
failure      ``{"error": str}``, instead of an answer, or instead of the hello
===========  ====================================================================================

``position`` counts code points of ``text`` from 0; ``sample`` counts samples from 0. The worker
ends when its standard input does.
"""

from __future__ import annotations

import faulthandler
import importlib
import importlib.util
import json
import os
import signal
import struct
import sys
from typing import IO, Any

if sys.platform != "win32":
    import resource

__all__ = ["FRAME", "main", "read_frame", "write_frame"]

# As in worker_process, which this program cannot import.
FRAME = struct.Struct("!II")

# A synthesis that runs this long with nobody left to kill it ends its own process.
ORPHAN_SECONDS = 60.0

# Spoken to nobody while the server takes in the hello: the first run of a graph is a slow one.
WARM_UP = {
    "text": "Hello.",
    "pitch_power": 1.0,
    "pitch_shift": 0.0,
    "emphasis": 0.0,
    "variation": 0.0,
    "speed": 1.0,
    "gain": 1.0,
    "seed": 0,
    "end_pause": False,
}


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


def _synthesis_module() -> Any:
    """Import the module beside this file, whether or not jupyter_tts is on the path."""
    directory = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        "natural_voice",
        os.path.join(directory, "__init__.py"),
        submodule_search_locations=[directory],
    )
    assert spec is not None  # a file with a known suffix
    sys.modules["natural_voice"] = importlib.util.module_from_spec(spec)
    return importlib.import_module("natural_voice.synthesis")


def main() -> int:
    """Answer requests until standard input ends; return the exit status."""
    # Ctrl-C goes to the whole process group; when to stop is the server's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What a library prints to standard output must not land between two frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        module = _synthesis_module()
        synthesis = module.Synthesis()
    except Exception as error:  # whatever a package raises on a processor it does not support
        write_frame(answers, {"error": str(error).rstrip(".")})
        return 1
    write_frame(answers, {"version": module.VERSION, "sample_rate": module.SAMPLE_RATE})
    synthesis.speak(WARM_UP)
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        faulthandler.dump_traceback_later(ORPHAN_SECONDS, exit=True)
        header, pcm = synthesis.speak(frame[0])
        faulthandler.cancel_dump_traceback_later()
        try:
            write_frame(answers, header, pcm)
        except BrokenPipeError:
            break  # the server is gone
    return 0


if __name__ == "__main__":
    sys.exit(main())
