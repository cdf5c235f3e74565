"""Which state machine a request is spoken with."""

from __future__ import annotations

from .dialogue import MULTI_DIALOGUE, DialogueContextProtocol, DialogueProtocol
from .http_exchange import HttpExchange
from .messages import FIRST_CONTEXT
from .models import Endpoint
from .multi_context import MULTI_STREAM_INPUT, ContextProtocol, MultiContextEndpoint
from .protocol import StreamProtocol
from .request import SpeechRequest

__all__ = ["multi_context_endpoint", "new_exchange"]


def multi_context_endpoint(request: SpeechRequest) -> MultiContextEndpoint | None:
    """Return the endpoint that a request names, None if its sockets are not shared."""
    match request.endpoint:
        case Endpoint.MULTI_STREAM_INPUT:
            return MULTI_STREAM_INPUT
        case Endpoint.MULTI_DIALOGUE:
            return MULTI_DIALOGUE
        case _:
            return None


def new_exchange(request: SpeechRequest) -> StreamProtocol:
    """Return the client's side of a stream that has a socket, or a request, to itself."""
    match request.endpoint:
        case Endpoint.STREAM_INPUT:
            return StreamProtocol(request)
        case Endpoint.MULTI_STREAM_INPUT:
            return ContextProtocol(request, FIRST_CONTEXT)
        case Endpoint.DIALOGUE:
            return DialogueProtocol(request)
        case Endpoint.MULTI_DIALOGUE:
            return DialogueContextProtocol(request, FIRST_CONTEXT)
        case Endpoint.HTTP_SPEECH | Endpoint.HTTP_DIALOGUE:
            return HttpExchange(request)
