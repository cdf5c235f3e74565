"""``python -m jupyter_tts.server``: run the embedded voice.

The server prints one line on standard output, ``listening on http://127.0.0.1:PORT``, once it can
answer; its log goes to standard error. SIGTERM, SIGINT and the end of the parent process end it
cleanly, with exit code 0.
"""

from __future__ import annotations

import sys

from ..wire.errors import PackageTooOld
from .engines.espeak.installation import INSTALL_HINT

try:
    from . import library  # noqa: F401
    from .cli import main
except PackageTooOld as old:
    sys.exit(str(old))
except ModuleNotFoundError as missing:
    if missing.name != "aiohttp":
        raise
    sys.exit(f"The embedded voice is not installed: aiohttp is missing. {INSTALL_HINT}")

if __name__ == "__main__":
    sys.exit(main())
