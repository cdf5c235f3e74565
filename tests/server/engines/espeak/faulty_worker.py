"""A worker with faults on demand: an ð in a text ends it, words make it hang or talk out of turn.

Its first argument is the file of the real one; the rest are the real one's.
"""

from __future__ import annotations

import os
import time
from typing import Any

import __main__

__all__ = ["Speaker"]


class Speaker:
    def __init__(self, path: str, *arguments: str) -> None:
        self._speaker = __main__.load(path).Speaker(*arguments)
        self.version, self.sample_rate = self._speaker.version, self._speaker.sample_rate
        self.warm_up = self._speaker.warm_up

    def speak(self, request: dict[str, Any]) -> Any:
        text = request["text"]
        if "ð" in text:
            os._exit(3)
        if "hang" in text:
            time.sleep(3600)
        if "chatter" in text:
            os.write(1, b"printed by a library")
        if "nonsense" in text:
            return {"words": []}, b""
        return self._speaker.speak(request)
