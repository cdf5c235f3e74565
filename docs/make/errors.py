"""The exception tree, and which answer of a server becomes which exception."""

from __future__ import annotations

import inspect

from jupyter_tts.wire import errors
from jupyter_tts.wire.error_mapping import (
    CLOSE_CODES,
    SERVER_ERRORS,
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
    shown = [each for each in vars(errors).values() if _is_error(each)]
    return "\n\n".join(f"### {each.__name__}\n\n{docstring(each)}" for each in shown)


def causes() -> str:
    """Error ids, HTTP statuses and close codes."""
    ids = ((each, server_error("", error=each)) for each in SERVER_ERRORS)
    statuses = ((each, handshake_error(each)) for each in STATUS_HINTS)
    codes = ((each, close_error(each)) for each in CLOSE_CODES)
    return "\n\n".join(
        (
            table(
                ("id in the stream", *_HEAD, "hint"),
                ((*_row(*each), each[1].hint) for each in ids),
            ),
            table(
                ("HTTP status of the handshake", *_HEAD, "hint"),
                ((*_row(*each), each[1].hint) for each in statuses),
            ),
            table(
                ("close code before the end", *_HEAD, "meaning"),
                ((*_row(*each), CLOSE_CODES[each[0]]) for each in codes),
            ),
        )
    )


def _is_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, TTSError)


def _row(cause: object, error: TTSError) -> tuple[str, str, str]:
    again = "yes" if error.retryable else "no"
    return code(cause), code(type(error).__name__), again
