"""The speaker of the natural voice's worker.

`worker_program` loads it in a process of its own, so that a crash or a hang costs one sentence, and
so that the server has neither onnxruntime nor the model in its memory. It needs the package
``hibari-tts``. A request is::

    {
        "text": str,
        "model": str,
        "british": bool,
        "pitch_power": float,
        "pitch_shift": float,
        "emphasis": float,
        "variation": float,
        "speed": float,
        "gain": float,
        "seed": int,
        "end_pause": bool,
    }

``model`` is a file, "" the bundled voice's. An answer's ``note`` says, where there is one, what the
file does not allow.
"""

from __future__ import annotations

from .synthesis import Synthesis as Speaker

__all__ = ["Speaker"]
