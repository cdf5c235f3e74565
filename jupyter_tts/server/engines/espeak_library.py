"""libespeak-ng, from the package espeakng_loader: where it is, and how a worker opens it.

Only a worker's process opens it. It needs nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import os
import sys

__all__ = ["INITIALIZE_PHONEME_EVENTS", "LIBRARY", "espeak_directory", "open_library"]

# speak_lib.h, eSpeak NG 1.52: espeak_AUDIO_OUTPUT, espeak_Initialize options.
AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_PHONEME_EVENTS = 0x0001
INITIALIZE_DONT_EXIT = 0x8000  # else a missing data directory calls exit(1)

LIBRARY = {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}.get(
    sys.platform, "libespeak-ng.so"
)


def espeak_directory() -> str | None:
    """The directory of the library and its voice data; None when espeakng_loader is missing."""
    from importlib.util import find_spec

    spec = find_spec("espeakng_loader")
    return None if spec is None or spec.origin is None else os.path.dirname(spec.origin)


def open_library(directory: str, options: int = 0) -> tuple[ctypes.CDLL, int]:
    """Load and initialise the library, once per process; return it and its sample rate.

    Parameters
    ----------
    directory : str
        It becomes the working directory: the library copies its data path into a buffer of 160
        bytes and mishandles non-ASCII ones on Windows, and ``"."`` is neither long nor non-ASCII.
    options : int
        Of espeak_Initialize.

    Raises
    ------
    OSError
        When the library cannot be loaded or finds no data.
    """
    os.chdir(directory)
    library = ctypes.CDLL(os.path.join(os.getcwd(), LIBRARY))
    library.espeak_Info.restype = ctypes.c_char_p
    options |= INITIALIZE_DONT_EXIT
    sample_rate = int(library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, b".", options))
    if sample_rate <= 0:
        raise OSError("eSpeak NG found no voice data")
    return library, sample_rate
