"""Recorded answers over HTTP, played back at their own pace."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import web

from ..access.limits import Limits
from ..access.refusals import error_body
from ..simulation.simulation import reset
from .http_proxy import body_of
from .recorded_answer import RecordedAnswer, text_of
from .replay_schedule import Takes, short

__all__ = ["HttpReplay"]


class HttpReplay:
    """Answers requests over HTTP as the recorded ones were answered.

    The same is asked by the same URL, whatever its keys and tokens and the order of its
    parameters, and for speech by the same text.

    Parameters
    ----------
    answers
        The recording's.
    limits
        What a client may ask.
    """

    def __init__(self, answers: Sequence[RecordedAnswer], *, limits: Limits) -> None:
        answers = [each for each in answers if each.status]
        self._takes = Takes(answers)
        self._limits = limits
        self._held = sorted({_named(each.target, each.text) for each in answers})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request."""
        begun = asyncio.get_running_loop().time()
        text = None
        if request.method == "POST":
            text = text_of(await body_of(request, self._limits))
        found = [each for each in self._takes.find(request.raw_path) if each.text == text]
        if not found:
            held = ", ".join(self._held) or "no answers over HTTP"
            message = f"Not in the recording. It has: {held}."
            return web.json_response(error_body("not_recorded", message), status=404)
        self._takes.played(found[0])
        return await _play(request, found[0], begun)


async def _play(request: web.Request, kept: RecordedAnswer, begun: float) -> web.StreamResponse:
    """Send an answer, each part as many seconds after the request as it came then."""
    clock = asyncio.get_running_loop().time
    response = web.StreamResponse(status=kept.status, headers=kept.headers)
    await _until(begun + kept.begun, clock())
    await response.prepare(request)
    for at, piece in kept.pieces:
        await _until(begun + at, clock())
        await response.write(piece)
    if kept.ended is not None:
        await _until(begun + kept.ended, clock())
        await response.write_eof()
    elif request.transport is not None:
        reset(request.transport)
    return response


async def _until(due: float, now: float) -> None:
    if due > now:
        await asyncio.sleep(due - now)


def _named(target: str, text: str | None) -> str:
    return target if text is None else f"{target} for {short(text)!r}"
