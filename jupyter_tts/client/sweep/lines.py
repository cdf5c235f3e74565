"""Files of lines that survive their writer."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["append", "as_line"]


def as_line(record: DataclassInstance) -> str:
    """Return a record as one line of JSON."""
    return json.dumps(dataclasses.asdict(record), ensure_ascii=False, separators=(",", ":"))


def append(path: Path, text: str) -> None:
    """Write at the end of a file, all or nothing; it is on the disk before this returns.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    before = path.stat().st_size if path.exists() else 0
    try:
        with path.open("ab") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            os.truncate(path, before)
        raise
