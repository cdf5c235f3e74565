"""A worker with faults on demand: an ð in a text ends it, words make it hang or talk out of turn.

Started like the real one, whose file is the first argument; the rest are the real one's.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from typing import Any

spec = importlib.util.spec_from_file_location("espeak_worker", sys.argv[1])
assert spec is not None
assert spec.loader is not None
worker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worker)

speak = worker.Speaker.speak


def speak_with_faults(speaker: Any, request: dict[str, Any]) -> Any:
    text = request["text"]
    if "ð" in text:
        os._exit(3)
    if "hang" in text:
        time.sleep(3600)
    if "chatter" in text:
        os.write(1, b"printed by a library")
    if "nonsense" in text:
        return {"words": []}, b""
    return speak(speaker, request)


worker.Speaker.speak = speak_with_faults
sys.exit(worker.main(sys.argv[2:]))
