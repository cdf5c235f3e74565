"""The embedded server, which tells at SIGUSR1 how many objects it holds (Linux with glibc).

It gives memory that is free back to the system first: after a busy moment glibc keeps it, between
blocks that are in use, and what is resident then says nothing of what is held.
"""

from __future__ import annotations

import ctypes
import gc
import signal
import sys

from jupyter_tts.server.cli import main


def _tell_objects(*_: object) -> None:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    print(sys.getallocatedblocks(), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _tell_objects)
    sys.exit(main())
