"""Recorded answers over HTTP, played back at their own pace."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import web

from ..access.limits import Limits
from ..access.refusals import error_body
from ..simulation.simulation import reset
from ..websocket.socket import transport_of
from .http_proxy import body_of
from .recorded_answer import RecordedAnswer, text_of
from .replay_schedule import Rotation, short

__all__ = ["HttpReplay"]


class HttpReplay:
    """Answers requests over HTTP as the recorded ones were answered.

    Requests are the same if they have the same URL, apart from keys, tokens and the order of
    parameters, and for speech the same text.

    Parameters
    ----------
    answers
        The recording's.
    limits
        What a client may ask.
    """

    def __init__(self, answers: Sequence[RecordedAnswer], *, limits: Limits) -> None:
        answers = [answer for answer in answers if answer.status]
        self._rotation = Rotation(answers)
        self._limits = limits
        self._names = sorted({_name(answer.target, answer.text) for answer in answers})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request."""
        begun = asyncio.get_running_loop().time()
        text = None
        if request.method == "POST":
            text = text_of(await body_of(request, self._limits))
        answers = [
            answer for answer in self._rotation.find(request.raw_path) if answer.text == text
        ]
        if not answers:
            names = ", ".join(self._names) or "no answers over HTTP"
            message = f"Not in the recording. It has: {names}."
            return web.json_response(error_body("not_recorded", message), status=404)
        self._rotation.count_play(answers[0])
        return await _play(request, answers[0], begun, self._limits)


async def _play(
    request: web.Request, answer: RecordedAnswer, begun: float, limits: Limits
) -> web.StreamResponse:
    """Send an answer, every part as many seconds after the request as it was recorded."""
    clock = asyncio.get_running_loop().time
    headers = {**answer.headers, "X-Content-Type-Options": "nosniff"}
    response = web.StreamResponse(status=answer.status, headers=headers)
    await _until(begun + answer.begun, clock())
    await response.prepare(request)
    for at, piece in answer.pieces:
        await _until(begun + at, clock())
        try:
            async with asyncio.timeout(limits.reader_seconds):
                await response.write(piece)
        except TimeoutError:  # a client that does not read
            transport_of(request).abort()
            return response
    if answer.ended is not None:
        await _until(begun + answer.ended, clock())
        await response.write_eof()
    elif request.transport is not None:
        reset(request.transport)
    return response


async def _until(due: float, now: float) -> None:
    if due > now:
        await asyncio.sleep(due - now)


def _name(target: str, text: str | None) -> str:
    return target if text is None else f"{target} for {short(text)!r}"
