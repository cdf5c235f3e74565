"""The first sound of a whole text, over a WebSocket and over HTTP."""

from __future__ import annotations

import asyncio

from jupyter_tts.client.connections.pool import ConnectionPool, Readiness
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.wire.request import SpeechRequest

from ..server import serving
from ..table import OURS, Measurement, Row
from . import SENTENCE

__all__ = ["measure"]

FIRST_AUDIO_DELAY = 100  # ms
ROUND_TRIP = 60  # ms
COLD = "first sound, connection opened for it"
WARM = "first sound, connection open"
NAMES = {"websocket": OURS, "http": f"{OURS}, --transport http"}
PATIENCE = 10.0  # s


async def _first_sound(request: SpeechRequest, pool: ConnectionPool) -> float:
    """Speak the sentence, and return when the first sound came, in ms."""
    timeline = Timeline()
    async for _ in stream_speech(request, SENTENCE, timeline=timeline, sockets=pool):
        pass
    assert timeline.ttfa is not None
    return 1000 * timeline.ttfa


async def _both(request: SpeechRequest) -> tuple[float, float]:
    """Speak cold, and again on what that has left."""
    pool = ConnectionPool()
    try:
        cold = await _first_sound(request, pool)
        async with asyncio.timeout(PATIENCE):
            while pool.readiness(request, None) is not Readiness.READY:
                await asyncio.sleep(0.01)
        return cold, await _first_sound(request, pool)
    finally:
        await pool.close()


async def _measure(address: str, repeats: int) -> dict[str, list[tuple[float, float]]]:
    requests = {
        transport: SpeechRequest(
            server=address, voice="en-us", format="pcm_24000", transport=transport
        )
        for transport in NAMES
    }
    await _both(requests["websocket"])  # so that the voice has started
    times: dict[str, list[tuple[float, float]]] = {transport: [] for transport in NAMES}
    for number in range(repeats):
        order = [*NAMES] if number % 2 else [*reversed(NAMES)]
        for transport in order:
            times[transport].append(await _both(requests[transport]))
    return times


def measure(repeats: int) -> Row:
    """Speak the same sentence over both, equally often and in turn."""
    conditions = ("--rtt", str(ROUND_TRIP), "--first-audio-delay", str(FIRST_AUDIO_DELAY))
    with serving(*conditions) as server:
        times = asyncio.run(_measure(server.address, repeats))
    return Row(
        "WebSocket or HTTP",
        f"a sentence that is there at once. The server makes the first audio {FIRST_AUDIO_DELAY} "
        f"ms after it is to speak; a round trip of {ROUND_TRIP} ms is simulated on what it sends; "
        "no TLS. Both with their defaults.",
        tuple(
            Measurement(NAMES[transport], figure, "ms", tuple(value[which] for value in values))
            for which, figure in enumerate((COLD, WARM))
            for transport, values in times.items()
        ),
    )
