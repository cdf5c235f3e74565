"""The page on the Python interface, made from signatures and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import jupyter_tts
from jupyter_tts.client.speech.cost import Cost, Quota
from jupyter_tts.client.speech.timeline import Arrival, Decision, Dry, Reconnect, Timeline
from jupyter_tts.client.speech.turns import Turn
from jupyter_tts.client.sweep.batch.items import Item
from jupyter_tts.client.sweep.batch.plan import BatchPlan
from jupyter_tts.client.sweep.batch.results import NarratedRow
from jupyter_tts.notebook.sweep.listening.listening import Listening
from jupyter_tts.notebook.sweep.narration.narration import Narration
from jupyter_tts.server import Conditions, TTSServer, serve
from jupyter_tts.url_check.check import Diagnosis, Finding

from . import errors
from .markdown import code, docstring, first_sentence, table

__all__ = ["page"]

_FUNCTIONS: Final[tuple[Callable[..., Any], ...]] = (
    jupyter_tts.say,
    jupyter_tts.stream,
    jupyter_tts.narrate,
    jupyter_tts.compare,
    jupyter_tts.check_url,
    serve,
)
# Classes that are called, and those that are received; with the methods that users need.
_CALLED: Final[Mapping[type[Any], tuple[str, ...]]] = {
    jupyter_tts.SpeechRequest: (),
    jupyter_tts.Player: ("say", "stop", "close"),
    jupyter_tts.Panel: ("speak", "stop", "close"),
    Conditions: (),
}
_RECEIVED: Final[Mapping[type[Any], tuple[str, ...]]] = {
    jupyter_tts.Speech: ("save", "scaled"),
    Narration: ("frame",),
    NarratedRow: (),
    BatchPlan: (),
    Item: (),
    Listening: ("export", "add"),
    Timeline: ("inter_chunk",),
    Arrival: (),
    Reconnect: (),
    Dry: (),
    Decision: (),
    Cost: (),
    Quota: (),
    jupyter_tts.Audio: (),
    jupyter_tts.Word: (),
    Turn: (),
    Diagnosis: (),
    Finding: (),
    TTSServer: ("conditions",),
}


def page() -> str:
    """Return the page."""
    return f"""\
# Python

This page is made by `python -m docs.make` from the package's signatures and docstrings; edit those.

`jupyter_tts` has {", ".join(map(code, jupyter_tts.__all__))}; `jupyter_tts.server` has `serve`,
`TTSServer` and `Conditions`. The keywords that decide how a text is spoken are the
[parameters](reference.md#parameters).

## Functions

{_sections(_function(function) for function in _FUNCTIONS)}

## What you make

{_sections(_called(kind, methods) for kind, methods in _CALLED.items())}

## What you get

{_sections(_received(kind, methods) for kind, methods in _RECEIVED.items())}

## Errors

{errors.tree()}

A message says what happened and what to do next. Where a server names the request, `request_id` and
`trace_id` hold the names and the message ends with them: its support asks for them. An HTTP answer
may give an error two ids, `code` and `status`; the one that says more counts. Inside a stream an
error becomes the exception named here. Where it answers a handshake or an HTTP request, it is a
`HandshakeRefused` with the same hint. Answers of a server become:

{errors.causes()}

{errors.classes()}
"""


def _sections(sections: Iterator[str]) -> str:
    return "\n\n".join(sections)


def _function(function: Callable[..., Any]) -> str:
    return f"### {function.__name__}\n\n{_call(function)}\n\n{docstring(function)}"


def _called(thing: type[Any], methods: tuple[str, ...]) -> str:
    head = f"### {thing.__name__}\n\n{_call(thing)}\n\n{docstring(thing)}"
    return _sections(filter(None, (head, _properties(thing), *_methods(thing, methods))))


def _received(thing: type[Any], methods: tuple[str, ...]) -> str:
    head = f"### {thing.__name__}\n\n{docstring(thing)}"
    return _sections(filter(None, (head, _properties(thing), *_methods(thing, methods))))


def _call(function: Callable[..., Any]) -> str:
    return f"```text\n{function.__name__}{_arguments(function)}\n```"


def _arguments(function: Callable[..., Any]) -> str:
    """Return a function's arguments without their types, which its docstring has."""
    bare = [
        argument.replace(annotation=inspect.Parameter.empty)
        for argument in inspect.signature(function).parameters.values()
        if argument.name != "self"
    ]
    return str(inspect.Signature(bare)).replace("<factory>", "{}")


def _properties(thing: type[Any]) -> str:
    rows = [
        (code(name), first_sentence(member))
        for name, member in vars(thing).items()
        if isinstance(member, property | cached_property) and not name.startswith("_")
    ]
    return table(("property", "is"), rows) if rows else ""


def _methods(thing: type[Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        method = getattr(thing, name)
        yield f"**`{name}{_arguments(method)}`**. {docstring(method)}"
