"""``--record``: a proxy in front of another server that records both sides."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from aiohttp import WSMsgType, web
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from ...wire.close_codes import (
    ABNORMAL_CLOSURE,
    NO_STATUS,
    NORMAL_CLOSURE,
    UNSUPPORTED_DATA,
)
from ...wire.messages import LARGEST_FRAME
from ..simulation.simulation import reset
from ..websocket.socket import accept, is_handshake
from .http_proxy import HttpProxy, unreachable
from .recording import StreamRecorder, parsed

__all__ = ["Proxy"]

# The library logs handshake headers at DEBUG, and one of them is the key.
_logger = logging.getLogger("jupyter_tts.server.recording.upstream")
_logger.setLevel(logging.INFO)


class _ConnectWithoutRedirects(connect):
    """A connection that follows no redirect: the key would travel to the other host."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Proxy(HttpProxy):
    """Passes WebSockets and HTTP requests on to another server, and records them.

    Its parameters are those of `HttpProxy`.
    """

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one handshake and the stream that follows, or one request over HTTP."""
        if not is_handshake(request):
            return await super().handle(request)
        clock = asyncio.get_running_loop().time
        secrets = self._upstream.secrets(request)
        record = self._recorder.stream(request.raw_path, secrets, clock())
        try:
            upstream = await self._connect(request)
        except InvalidStatus as refusal:
            answer = refusal.response
            body = bytes(answer.body or b"").decode("utf-8", "replace")
            record.refused(answer.status_code, body, clock())
            return web.Response(
                status=answer.status_code, text=body, content_type="application/json"
            )
        except (OSError, TimeoutError, EOFError, InvalidHandshake, InvalidURI) as fault:
            error = unreachable(fault)
            record.refused(502, json.dumps(error), clock())
            return web.json_response(error, status=502)
        async with upstream:
            return await self._relay(request, upstream, record)

    async def _connect(self, request: web.Request) -> ClientConnection:
        return await _ConnectWithoutRedirects(
            self._upstream.websocket_url(request.raw_path),
            additional_headers=self._upstream.credentials(request.headers),
            compression=None,  # deflate would only undo base64
            max_size=LARGEST_FRAME,
            proxy=None if self._upstream.is_near else True,
            logger=_logger,
        )

    async def _relay(
        self, request: web.Request, upstream: ClientConnection, record: StreamRecorder
    ) -> web.StreamResponse:
        socket, transport = await accept(request, self._limits)
        from_client = asyncio.create_task(self._from_client(socket, upstream, record))
        from_server = asyncio.create_task(_from_server(socket, upstream, record))
        try:
            await asyncio.wait({from_client, from_server}, return_when=asyncio.FIRST_COMPLETED)
            if from_server.done() and from_server.result() == ABNORMAL_CLOSURE:
                reset(transport)
        finally:
            from_client.cancel()
            from_server.cancel()
            await asyncio.gather(from_client, from_server, return_exceptions=True)
        return socket

    async def _from_client(
        self, socket: web.WebSocketResponse, upstream: ClientConnection, record: StreamRecorder
    ) -> None:
        """Pass on the client's messages until it closes."""
        clock = asyncio.get_running_loop().time
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                await socket.close(code=UNSUPPORTED_DATA, message=b"Only text is recorded.")
                return
            record.client(message.data, clock())
            try:
                await upstream.send(self._cleared(message.data))
            except ConnectionClosed:
                return

    def _cleared(self, frame: str) -> str:
        """Return a frame without what the other server must not see."""
        message: Any = parsed(frame)
        cleared = self._upstream.cleared(message)
        return frame if cleared == message else json.dumps(cleared)


async def _from_server(
    socket: web.WebSocketResponse, upstream: ClientConnection, record: StreamRecorder
) -> int:
    """Pass on the other server's frames until it closes; return the close code."""
    clock = asyncio.get_running_loop().time
    try:
        while True:
            frame = await upstream.recv()
            if not isinstance(frame, str):
                await socket.close(code=UNSUPPORTED_DATA, message=b"Only text is recorded.")
                return UNSUPPORTED_DATA
            record.server(frame, clock())
            await socket.send_str(frame)
    except ConnectionClosed:
        code, reason = upstream.close_code or ABNORMAL_CLOSURE, upstream.close_reason or ""
    code = NORMAL_CLOSURE if code == NO_STATUS else code
    record.closed(code, reason, clock())
    if code != ABNORMAL_CLOSURE:
        await socket.close(code=code, message=reason.encode())
    return code
