"""Half sentences beside the controls: where one cannot matter, or is not to be had."""

from __future__ import annotations

from ...wire.hosts import LOCAL, is_loopback, websocket_url
from ...wire.request import SpeechRequest

__all__ = ["change_bar", "text_hint"]


def text_hint(request: SpeechRequest, *, in_words: bool) -> str:
    """Return why the way the text comes does not matter, or why it makes the level not matter.

    Parameters
    ----------
    request : SpeechRequest
    in_words : bool
        Whether the text comes word by word.
    """
    if in_words:
        return "HTTP waits for all of it" if request.endpoint.is_http else ""
    return "any level will do" if request.server == LOCAL else ""


def change_bar(request: SpeechRequest) -> str:
    """Return why a change is not spoken at once: where it may cost, each wants a click of its own.

    Parameters
    ----------
    request : SpeechRequest
    """
    if request.server == LOCAL or is_loopback(websocket_url(request.server)):
        return ""
    return "off: each change would cost"
