"""The exception tree, and which answer of a server becomes which exception."""

from __future__ import annotations

import inspect

from jupyter_tts.wire import errors
from jupyter_tts.wire.error_codes import ERROR_IDS
from jupyter_tts.wire.error_mapping import (
    CLOSE_CODES,
    STATUS_HINTS,
    close_error,
    handshake_error,
    server_error,
)
from jupyter_tts.wire.errors import TTSError

from .markdown import code, docstring, table

__all__ = ["causes", "classes", "tree"]

_HEAD = ("becomes", "tried again")


def tree() -> str:
    """The tree as the module draws it."""
    drawn = inspect.getdoc(errors) or ""
    block = drawn.partition("::\n\n")[2].partition("\n\n")[0]
    return f"```text\n{inspect.cleandoc(block)}\n```"


def classes() -> str:
    """Every class, with its attributes."""
    kinds = [kind for kind in vars(errors).values() if _is_error(kind)]
    return "\n\n".join(f"### {kind.__name__}\n\n{docstring(kind)}" for kind in kinds)


def causes() -> str:
    """Error ids, HTTP statuses and close codes."""
    ids = ((error_id, server_error("", error=error_id)) for error_id in ERROR_IDS)
    statuses = ((status, handshake_error(status)) for status in STATUS_HINTS)
    codes = ((close_code, close_error(close_code)) for close_code in CLOSE_CODES)
    return "\n\n".join(
        (
            table(
                ("id of the error", *_HEAD, "hint"),
                ((*_row(cause, error), error.hint) for cause, error in ids),
            ),
            table(
                ("HTTP status of the handshake", *_HEAD, "hint"),
                ((*_row(cause, error), error.hint) for cause, error in statuses),
            ),
            table(
                ("close code before the end", *_HEAD, "meaning"),
                ((*_row(cause, error), CLOSE_CODES[cause]) for cause, error in codes),
            ),
        )
    )


def _is_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, TTSError)


def _row(cause: object, error: TTSError) -> tuple[str, str, str]:
    again = "yes" if error.retryable else "no"
    return code(cause), code(type(error).__name__), again
