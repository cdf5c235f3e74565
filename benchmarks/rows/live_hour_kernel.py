"""What the kernel of the row ``live_hour`` runs: all of an hour of speech goes to its page."""

from __future__ import annotations

import gc
import json
import pickle
import time
from pathlib import Path
from typing import Any

import psutil

from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.notebook.player import feed, pacing

__all__ = ["print_figures", "speech"]

PAUSE = 0.002  # s between two messages: the notebook server drops those above 1000 a second
PART = 600  # s of sound of which the work is compared: the second such part and the last

pacing.MAX_LEAD = 1e6  # s: as if the page had played what came before

speech: Speech = pickle.loads(Path("hour.pickle").read_bytes())
_process = psutil.Process()
_work: list[float] = []  # s of the processor's time that there were at each message
_send = feed.SoundFeed.send_next


def _noted(self: feed.SoundFeed) -> bool:
    sent = _send(self)
    if sent:
        _work.append(time.process_time())
        time.sleep(PAUSE)
    return sent


feed.SoundFeed.send_next = _noted  # type: ignore[method-assign]


def _memory() -> float:
    gc.collect()
    megabytes: float = _process.memory_full_info().uss / 1e6
    return megabytes


_before = _memory()


def print_figures() -> None:
    """Print what it took, as JSON."""
    # Messages hold a second each, but for the first few.
    early = 1000 * (_work[2 * PART] - _work[PART]) / PART
    late = 1000 * (_work[-1] - _work[-1 - PART]) / PART
    figures: dict[str, Any] = {"early": early, "late": late, "memory": _memory() - _before}
    print(json.dumps(figures))
