"""``--record``: a proxy in front of another server, which keeps what both sides say."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import WSMsgType, web
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from ..wire.hosts import is_elevenlabs, is_loopback, websocket_url
from ..wire.secrets import redact_json, secrets_in, strip_target
from .limits import Limits
from .recording import Recorder, StreamRecorder, parsed
from .refusals import error_body
from .rehearsal import reset

__all__ = ["Proxy"]

# Bytes. ElevenLabs' own limit (pipecat#1107, elevenlabs-python#482).
_LARGEST_FRAME: Final = 16 * 2**20

_CREDENTIAL_HEADERS: Final = ("xi-api-key", "authorization")

# RFC 6455 section 7.4.1. The last one is never sent: it stands for a lost connection.
_UNSUPPORTED_DATA: Final = 1003
_NO_CODE: Final = 1005
_LOST: Final = 1006

# The library logs handshake headers at DEBUG, and one of them is the key.
_logger = logging.getLogger("jupyter_tts.server.upstream")
_logger.setLevel(logging.INFO)


class _Direct(connect):
    """A connection that follows no redirect: the key would travel to the other host."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Proxy:
    """Hands every WebSocket on to another server, and records it.

    Keys and tokens go on as well, in whatever way they came, but only to ElevenLabs' hosts over
    TLS and to this machine; the recording has none of them.

    Parameters
    ----------
    upstream
        The other server's name or URL, as `jupyter_tts.wire.hosts` has them.
    recorder
    limits
        What a client may ask.
    key
        The other server's key, for clients that bring none in a header.
    own_key
        The key that this server asks for, if any. Clients that have to show it bring none for the
        other server.
    """

    def __init__(
        self,
        upstream: str,
        recorder: Recorder,
        *,
        limits: Limits,
        key: str | None = None,
        own_key: str | None = None,
    ) -> None:
        self._upstream = websocket_url(upstream)
        self._is_trusted = is_elevenlabs(upstream) or is_loopback(upstream)
        self._is_near = is_loopback(upstream)
        self._hands_on = self._is_trusted and own_key is None  # what clients bring
        self._recorder = recorder
        self._limits = limits
        self._key = key
        self._own_key = own_key

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one handshake and the stream that follows."""
        clock = asyncio.get_running_loop().time
        given = [*request.headers.items(), *request.query.items()]
        secrets = [self._key or "", self._own_key or ""]
        secrets += secrets_in([{name: value} for name, value in given])
        record = self._recorder.stream(request.raw_path, secrets, clock())
        try:
            upstream = await self._connect(request)
        except InvalidStatus as refused:
            answer = refused.response
            body = bytes(answer.body or b"").decode("utf-8", "replace")
            record.refused(answer.status_code, body, clock())
            return web.Response(
                status=answer.status_code, text=body, content_type="application/json"
            )
        except (OSError, TimeoutError, EOFError, InvalidHandshake, InvalidURI) as fault:
            message = f"The server behind this proxy cannot be reached: {fault or 'no answer'}."
            error = error_body("upstream_unreachable", message)
            record.refused(502, json.dumps(error), clock())
            return web.json_response(error, status=502)
        async with upstream:
            return await self._relay(request, upstream, record)

    async def _connect(self, request: web.Request) -> ClientConnection:
        target = request.raw_path
        return await _Direct(
            self._upstream + (target if self._hands_on else strip_target(target)),
            additional_headers=self._credentials(request.headers),
            compression=None,  # deflate would only undo base64
            max_size=_LARGEST_FRAME,
            proxy=None if self._is_near else True,
            logger=_logger,
        )

    def _credentials(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the headers that carry a key or token to the other server."""
        brought = {name: given[name] for name in _CREDENTIAL_HEADERS if name in given}
        if self._hands_on and brought:
            return brought
        return {"xi-api-key": self._key} if self._key and self._is_trusted else {}

    async def _relay(
        self, request: web.Request, upstream: ClientConnection, record: StreamRecorder
    ) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            compress=False,
            max_msg_size=self._limits.frame_bytes,
            timeout=self._limits.farewell_seconds,
        )
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("The client left during the handshake.")
        await socket.prepare(request)
        up = asyncio.create_task(self._from_client(socket, upstream, record))
        down = asyncio.create_task(_from_server(socket, upstream, record))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            if down.done() and down.result() == _LOST:
                reset(transport)
        finally:
            up.cancel()
            down.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
        return socket

    async def _from_client(
        self, socket: web.WebSocketResponse, upstream: ClientConnection, record: StreamRecorder
    ) -> None:
        """Hand on what the client says, until it closes."""
        clock = asyncio.get_running_loop().time
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                await socket.close(code=_UNSUPPORTED_DATA, message=b"Only text is recorded.")
                return
            record.client(message.data, clock())
            try:
                await upstream.send(self._cleared(message.data))
            except ConnectionClosed:
                return

    def _cleared(self, frame: str) -> str:
        """Return a frame as the other server may see it."""
        message: Any = parsed(frame)
        if self._hands_on or redact_json(message) == message:
            return frame
        return json.dumps(redact_json(message))


async def _from_server(
    socket: web.WebSocketResponse, upstream: ClientConnection, record: StreamRecorder
) -> int:
    """Hand on what the other server says, until it closes; return the close code."""
    clock = asyncio.get_running_loop().time
    try:
        while True:
            frame = await upstream.recv()
            if not isinstance(frame, str):
                await socket.close(code=_UNSUPPORTED_DATA, message=b"Only text is recorded.")
                return _UNSUPPORTED_DATA
            record.server(frame, clock())
            await socket.send_str(frame)
    except ConnectionClosed:
        code, reason = upstream.close_code or _LOST, upstream.close_reason or ""
    record.closed(code, reason, clock())
    if code != _LOST:
        await socket.close(code=1000 if code == _NO_CODE else code, message=reason.encode())
    return code
