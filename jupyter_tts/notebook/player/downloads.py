"""Files of a speech that its page asks for when its user downloads one.

The page makes a WAV file of its samples. Files that need an encoder, or the rules by which words
become subtitles, are made here, by the code of :meth:`Speech.save`.
"""

from __future__ import annotations

import asyncio
from typing import Final

from ...client.speech.saving import file_bytes, file_name
from ...client.speech.speech import Speech
from ...wire.errors import TTSError
from .widget import Player

__all__ = ["send_file"]

_SUFFIXES: Final = (".mp3", ".vtt", ".srt")


async def send_file(player: Player, speech: Speech, number: int, suffix: str) -> None:
    """Send a page the file that it asked for, or a sentence with the reason why not.

    Parameters
    ----------
    player : Player
    speech : Speech
    number : int
        The page's number for its question, which the answer repeats.
    suffix : str
        What kind of file.
    """
    if suffix not in _SUFFIXES:
        return
    player.send({"kind": "heard"})  # encoding may take longer than a page waits for an answer
    name = file_name(speech) + suffix
    answer = {"kind": "file", "number": number}
    try:
        data = await asyncio.to_thread(file_bytes, speech, suffix, name)
    except TTSError as failure:
        player.send({**answer, "error": str(failure)})
    else:
        player.send({**answer, "error": ""}, [data])
