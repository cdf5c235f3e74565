"""The speaker of the natural voice's worker.

`worker_program` loads it in a process of its own, so that a crash or a hang costs one sentence, and
so that the server has neither onnxruntime nor the model in its memory. It needs the package
``hibari-tts``. A request is::

    {
        "text": str,
        "pitch_power": float,
        "pitch_shift": float,
        "emphasis": float,
        "variation": float,
        "speed": float,
        "gain": float,
        "seed": int,
        "end_pause": bool,
    }
"""

from __future__ import annotations

from .synthesis import Synthesis as Speaker

__all__ = ["Speaker"]
