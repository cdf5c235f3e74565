"""The speaker of the worker of Piper's voices.

`worker_program` loads it in a process of its own, so that a crash or a hang costs one sentence, and
so that the server has neither onnxruntime, nor a model, nor eSpeak NG in its memory. It needs the
package ``onnxruntime`` and the directory of the package ``espeakng_loader``, its one argument. A
request is::

    {
        "text": str,
        "model": str,
        "pronunciations": [[first, after, ipa], ...],
        "variation": float,
        "speed": float,
        "gain": float,
        "seed": int,
        "end_pause": bool,
    }

``model`` is an ``.onnx`` file with its ``.onnx.json`` beside it; what is between two positions in
``pronunciations`` is spoken by the phonemes given. An answer's ``note`` says, where there is one,
what the file does not allow.
"""

from __future__ import annotations

from .synthesis import Synthesis as Speaker

__all__ = ["Speaker"]
