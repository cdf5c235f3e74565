"""``python -m tests.faults.lossless``."""

from __future__ import annotations

import sys

from .matrix import main

if __name__ == "__main__":
    sys.exit(main())
