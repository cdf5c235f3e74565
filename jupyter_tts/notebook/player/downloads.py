"""Files of a speech that its page asks for, to hand them to its user.

The page makes a WAV file of the samples that it has. What takes an encoder, or the rules by which
words become subtitles, is made here: as :meth:`Speech.save` writes it, by the same code.
"""

from __future__ import annotations

import asyncio
from typing import Final

from ...client.speech.saving import file_bytes, file_name
from ...client.speech.speech import Speech
from ...wire.errors import TTSError
from .widget import Player

__all__ = ["give_file"]

_GIVEN: Final = (".mp3", ".vtt", ".srt")


async def give_file(player: Player, speech: Speech, number: int, suffix: str) -> None:
    """Send a page the file that it asked for, or a sentence that says why there is none.

    Parameters
    ----------
    player : Player
    speech : Speech
    number : int
        The page's own, by which it knows the answer.
    suffix : str
        What kind of file.
    """
    if suffix not in _GIVEN:
        return
    player.send({"kind": "heard"})  # encoding may take longer than a page waits for a dead kernel
    name = file_name(speech) + suffix
    answer = {"kind": "file", "number": number}
    try:
        data = await asyncio.to_thread(file_bytes, speech, suffix, name)
    except TTSError as failure:
        player.send({**answer, "error": str(failure)})
    else:
        player.send({**answer, "error": ""}, [data])
