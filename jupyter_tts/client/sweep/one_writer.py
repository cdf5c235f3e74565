"""One writer at a time for the rows of a sweep or a batch: two would both pay for them.

The lock is that of an empty SQLite file beside the rows, which every system has and which ends with
its process, however that ends. Unlike the lock of ``flock``, a worker that is forked does not keep
it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ...wire.errors import TTSError

__all__ = ["one_writer"]


@contextlib.contextmanager
def one_writer(rows: Path, what: str) -> Iterator[None]:
    """Let nobody else write rows meanwhile, in this process or another.

    Where the file system has no locks, or no room for one, nobody is kept out.

    Parameters
    ----------
    rows : Path
        Their file, which need not exist.
    what : str
        What they are of: "sweep", "batch".

    Raises
    ------
    TTSError
        If somebody else does.
    """
    resolved = rows.resolve()
    path = resolved.with_name(f"{resolved.name}.lock")
    with contextlib.ExitStack() as stack:
        try:
            _take(path, stack)
        except (sqlite3.Error, OSError) as fault:
            if getattr(fault, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise TTSError(
                    f"This {what} runs already, here or in another kernel: it writes {rows.name}.",
                    hint="Nothing was sent. Wait until it has ended, or end it; "
                    f"this {what} then goes on.",
                ) from None
        yield


def _take(path: Path, stack: contextlib.ExitStack) -> None:
    """Take the lock until the stack is closed."""
    while True:
        path.touch()
        before = path.stat()
        with contextlib.ExitStack() as taking:
            lock = taking.enter_context(
                contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None))
            )
            lock.execute("BEGIN EXCLUSIVE")
            # Who had it may have removed the file since it was opened.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(before, path.stat()):
                    stack.callback(_give_back, path, lock)
                    taking.pop_all()
                    return


def _give_back(path: Path, lock: sqlite3.Connection) -> None:
    try:
        path.unlink()
    except OSError:  # Windows removes no file that is open, as it is if somebody else wants it
        lock.close()
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        lock.close()
