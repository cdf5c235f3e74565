"""One case: a text, a server and its faults, heard to the end in virtual time."""

from __future__ import annotations

import asyncio
import contextlib
import random
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from jupyter_tts.client.connections.channel import ConnectionSource
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.wire.errors import TTSError
from jupyter_tts.wire.request import SpeechRequest

from ...client import virtual
from .ear import Verdict, check
from .voice import PLAIN, RATE, Brief, Fault, MemoryServer, Quirks, Voice

__all__ = ["BOUND", "REQUEST", "Case", "Outcome", "hear", "hear_all", "listen"]

#: Virtual seconds after which a stream counts as endless.
BOUND: Final = 3_600.0

# With a model that is not known, all of a text is sent.
REQUEST: Final = SpeechRequest(
    server="http://127.0.0.1:1", voice="en-us", model="any", format="pcm_8000"
)
DIALOGUE_REQUEST: Final = replace(REQUEST, model="eleven_v4_turbo")


@dataclass(frozen=True, repr=False)
class Case(Brief):
    """What is tried.

    Attributes
    ----------
    text : str
    quirks : Quirks
    faults : tuple of Fault
        Of the first sockets, in order.
    always : Fault or None
        Of all others.
    tokens : int
        Into pieces of how many characters the text's source divides it; 0 for not at all.
    """

    text: str
    quirks: Quirks = PLAIN
    faults: tuple[Fault, ...] = ()
    always: Fault | None = None
    tokens: int = 0


def hear(case: Case) -> Verdict:
    """Try a case."""
    return virtual.run(_heard(case, Voice(case.text, case.quirks)))


def hear_all(cases: Iterable[Case]) -> list[Verdict]:
    """Try several cases of one text and one server."""

    async def run() -> list[Verdict]:
        voice: Voice | None = None
        verdicts = []
        for case in cases:
            if voice is None or (voice.text, voice.quirks) != (case.text, case.quirks):
                voice = Voice(case.text, case.quirks)
            verdicts.append(await _heard(case, voice))
        return verdicts

    return virtual.run(run())


async def _heard(case: Case, voice: Voice) -> Verdict:
    random.seed(zlib.crc32(repr(case).encode("utf-8", "replace")))  # of the waits between sockets
    server = MemoryServer(voice, case.faults, case.always)
    text, size = case.text, case.tokens
    source = [text[at : at + size] for at in range(0, len(text), size)] if size else text
    request = DIALOGUE_REQUEST if case.quirks.dialogue else REQUEST
    request = replace(request, ssml=bool(case.quirks.ssml))
    outcome = await listen(server, text, source, request=request)
    return check(outcome.speech, outcome.error, server, outcome.problem)


@dataclass(frozen=True)
class Outcome:
    """What came of a stream.

    Attributes
    ----------
    speech : Speech
    error : TTSError or None
        How it failed.
    problem : str
        What it must not have done; "" for nothing.
    """

    speech: Speech
    error: TTSError | None
    problem: str


async def listen(
    sockets: ConnectionSource,
    text: str,
    source: Text | None = None,
    *,
    request: SpeechRequest = REQUEST,
    bound: float = BOUND,
) -> Outcome:
    """Read a stream to its end.

    Parameters
    ----------
    sockets : ConnectionSource
    text : str
    source : str, iterable or async iterable, optional
        What comes to the text; by default, the text at once.
    request : SpeechRequest, optional
    bound : float, optional
        Seconds after which it counts as endless.
    """
    timeline = Timeline(clock=asyncio.get_running_loop().time)
    speech = Speech(text, request, RATE, timeline)
    stream = stream_speech(
        request, text if source is None else source, timeline=timeline, sockets=sockets
    )
    error: TTSError | None = None
    problem = ""
    try:
        async with asyncio.timeout(bound), contextlib.aclosing(stream) as events:
            async for event in events:
                if isinstance(event, Audio):
                    speech.add(event)
                else:
                    speech.finish()
    except TTSError as failure:
        error = failure
    except TimeoutError:
        problem = f"no end within {bound:.0f} s"
    except Exception as failure:
        problem = f"{type(failure).__name__}: {failure}"
    return Outcome(speech, error, problem)
