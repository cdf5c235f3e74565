"""``--replay``: a server that plays recorded streams back at their own pace."""

from __future__ import annotations

import asyncio

from aiohttp import WSMsgType, web

from ...wire.close_codes import ABNORMAL_CLOSURE, POLICY_VIOLATION, close_reason
from ...wire.errors import ServerError
from ...wire.messages import ServerFault, ServerMessage, encode_server
from ..access.limits import Limits
from ..access.refusals import error_body
from ..simulation.simulation import reset
from ..websocket.socket import accept, is_handshake
from .http_replay import HttpReplay
from .recording import Closed, Recording, parsed
from .replay_schedule import ReplaySchedule, Rotation, refusal_of

__all__ = ["Replay"]


class Replay:
    """Answers a client as the recorded client with the same request was answered.

    Requests are the same if they have the same URL, apart from keys, tokens and the order of
    parameters, and the same text, however it is cut into messages.

    Parameters
    ----------
    recording
    limits
        What a client may ask.
    """

    def __init__(self, recording: Recording, *, limits: Limits) -> None:
        self._rotation = Rotation(recording.streams)
        self._targets = sorted({stream.target for stream in recording.streams})
        self._limits = limits
        self._http = HttpReplay(recording.answers, limits=limits)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one handshake and the stream that follows, or one request over HTTP."""
        if not is_handshake(request):
            return await self._http.handle(request)
        streams = self._rotation.find(request.raw_path)
        if not streams:
            message = f"Not in the recording. It has: {', '.join(self._targets)}."
            return web.json_response(error_body("not_recorded", message), status=404)
        refused = refusal_of(streams)
        if refused is not None:
            self._rotation.count_play(streams[0])
            return web.Response(
                status=refused.status, text=refused.body, content_type="application/json"
            )
        socket, transport = await accept(request, self._limits)
        schedule = ReplaySchedule(
            self._rotation,
            [stream for stream in streams if refusal_of([stream]) is None],
            asyncio.get_running_loop().time(),
        )
        try:
            if await _play(socket, schedule, self._limits) == ABNORMAL_CLOSURE:
                reset(transport)
        except TimeoutError:  # a client that does not read
            transport.abort()
        except ServerError as error:
            fault = ServerFault(error.message, error.error, error.code)
            await socket.send_str(encode_server(ServerMessage(fault=fault)))
            await socket.close(code=POLICY_VIOLATION, message=close_reason(error.message))
        return socket


async def _play(
    socket: web.WebSocketResponse, schedule: ReplaySchedule, limits: Limits
) -> int | None:
    """Play to the end; return the close code, or None if the client left before.

    Raises
    ------
    TimeoutError
        If the client does not read.
    """
    clock = asyncio.get_running_loop().time
    while True:
        try:
            async with asyncio.timeout_at(schedule.due):
                message = await socket.receive()
        except TimeoutError:
            event = schedule.next
            assert event is not None  # it was due
            if isinstance(event, Closed):
                if event.code != ABNORMAL_CLOSURE:
                    await socket.close(code=event.code, message=event.reason.encode())
                return event.code
            async with asyncio.timeout(limits.reader_seconds):
                await socket.send_str(schedule.as_sent(event))
            schedule.sent()
            continue
        if message.type is not WSMsgType.TEXT:
            return None
        schedule.receive(parsed(message.data), clock())
