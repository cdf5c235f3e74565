"""What sound that several connections have brought must be, sample for sample."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.text_so_far import WholeText
from jupyter_tts.client.streaming.account import Account
from jupyter_tts.client.streaming.stream import audio_format
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.messages import decode_server

from .hearing import Heard, check, hear
from .relay import Received, Relay

__all__ = ["FADE", "check_replay", "check_seams", "hear_seamless", "samples"]

#: Seconds: the longest fade on one side of a seam.
FADE = 0.006

#: Seconds by which times and sound may differ: half of what tells two words apart.
TOLERANCE = 0.03

Samples = npt.NDArray[np.int32]


def samples(pcm: bytes) -> Samples:
    """Return s16le as numbers wide enough to be subtracted."""
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.int32)


async def hear_seamless(relay: Relay, *text: Text, **options: Any) -> Heard:
    """Read a stream to its end, and assert of its words and its sound what always holds."""
    heard = await hear(relay, *text, **options)
    check(heard)
    check_seams(heard.speech, relay.connections)
    return heard


def check_seams(speech: Speech, connections: Sequence[Received]) -> None:
    """Assert that a sound is made of whole words of what each connection brought, in order.

    Every sample is a connection's own but for a fade of a few milliseconds on either side of a
    seam; nothing jumps there; what is heard of a connection ends behind its last word that is
    kept, and before its first word that the next connection speaks.
    """
    parts = _parts(speech.spoken_form, connections)
    owns = [_decoded(connection, speech) for connection, _ in parts]
    for (connection, text), heard in zip(parts[:-1], _heard(speech, owns), strict=False):
        _check_words(_words(connection, speech), text, heard / speech.sample_rate)


def check_replay(speech: Speech, connections: Sequence[Received]) -> None:
    """Assert that a sound is what the connections brought, each less what was heard before it.

    So it must be where a server sends no times: each connection starts the text over.
    """
    fade = round(FADE * speech.sample_rate)
    owns, before, slack = [], 0, 0
    for connection in connections:
        own = _decoded(connection, speech)[before:]
        if len(own) > 2 * fade:
            owns.append(own)
        else:
            slack += len(own) + fade  # the voice is never twice the same to the sample
        before += len(own)
    for own, heard in zip(owns, _heard(speech, owns, slack), strict=True):
        assert len(own) - fade <= heard <= len(own) + fade + slack


def _heard(speech: Speech, owns: Sequence[Samples], slack: int = 0) -> list[int]:
    """Assert that a sound is made of the beginnings of others; return how much of each is heard."""
    sound = samples(speech.pcm)
    fade = round(FADE * speech.sample_rate)
    place = begin = 0  # how far the sound is accounted for, and where its last stretch begins
    before = sound[:0]  # what that stretch is the beginning of
    heard = []
    for own in owns:
        if place + fade + slack >= len(sound):
            break  # nothing of it, nor of those after it, is heard
        starts = range(begin, place + fade + slack + 1) if place else range(1)
        start, length = _stretch(sound, own, starts, fade if place else 0)
        if place:
            heard.append(start - begin)
            ending = before[max(0, heard[-1] - 2 * fade) : heard[-1] + fade]
            _check_click_free(sound[max(0, start - fade) : start + fade], ending, own[:fade])
        begin, place, before = start, start + length, own
    assert place + fade + slack >= len(sound), "a sound that no connection brought"
    ending = before[max(0, place - begin - fade) : place - begin + fade]
    _check_click_free(sound[max(0, place - 1) :], ending)
    heard.append(place - begin)
    return heard + [0] * (len(owns) - len(heard))


def _parts(text: str, connections: Sequence[Received]) -> list[tuple[Received, str]]:
    """Return the connections of which words are heard, each with these words."""
    bringing = [connection for connection in connections if connection.audio]
    begins = [text.index("".join(connection.texts)) for connection in bringing]
    for begin in begins:
        assert begin == 0 or text[begin - 1 : begin + 1].strip() != text[begin - 1 : begin + 1]
    ends = [*begins[1:], len(text)]
    together = zip(bringing, begins, ends, strict=False)  # ends has one more if nothing came
    return [(connection, text[begin:end]) for connection, begin, end in together if end > begin]


def _stretch(sound: Samples, own: Samples, starts: range, fade: int) -> tuple[int, int]:
    """Return where a connection's sound begins in what is heard, and how much of it is heard.

    Of all places it is the one from which on most is the same, since the sound of two connections
    may be the same by chance, and is where both are silent.
    """
    fade = min(fade, len(own))
    lengths = {
        start: fade + _common(sound[start + fade :], own[fade:])
        for start in _likely(sound, own, starts, fade)
        if np.all(abs(sound[start : start + fade]) <= abs(own[:fade]) + 1)
    }
    assert lengths, "a seam that is not a fade"
    start = max(lengths, key=lengths.__getitem__)
    return start, lengths[start]


def _likely(sound: Samples, own: Samples, starts: range, fade: int) -> list[int]:
    """Return where the first sample that is not silence is the same in both."""
    loud = np.flatnonzero(own[fade:])
    first = fade + int(loud[0]) if loud.size else max(0, len(own) - 1)
    window = sound[starts.start + first : starts.stop + first]
    return [starts.start + int(offset) for offset in np.flatnonzero(window == own[first])]


def _common(one: Samples, other: Samples) -> int:
    """Return how many samples two sounds have in common at their beginning."""
    size = min(len(one), len(other))
    differing = np.flatnonzero(one[:size] != other[:size])
    return int(differing[0]) if differing.size else size


def _check_click_free(seam: Samples, *material: Samples) -> None:
    """Assert that a seam jumps no more than what it is made of does, fading over 3 ms or longer."""
    steepest = max((_jump(samples) for samples in material), default=0)
    loudest = max((int(np.max(abs(samples), initial=0)) for samples in material), default=0)
    allowed = steepest + loudest / (FADE / 2 * 22_050) + 2
    assert _jump(seam) <= allowed, f"a jump of {_jump(seam)}, above {allowed:.0f}"


def _jump(sound: Samples) -> int:
    return int(np.max(abs(np.diff(sound)))) if len(sound) > 1 else 0


def _check_words(words: list[Word], text: str, heard: float) -> None:
    """Assert that the sound heard of a connection's words (s) is that of the words of a text."""
    word_count = len(text.split())
    assert [word.text for word in words[:word_count]] == text.split()
    assert heard >= words[word_count - 1].end - TOLERANCE
    assert len(words) == word_count or heard <= words[word_count].start + TOLERANCE


def _words(connection: Received, speech: Speech) -> list[Word]:
    """Return the words that a connection sent, on its own clock."""
    decode = decoder(audio_format(speech.request)).decode
    account, frames = Account(WholeText("".join(connection.texts))), 0
    for message in connection.sent:
        decoded = decode_server(json.dumps(message))
        alignment = decoded.alignment or decoded.normalized_alignment
        if alignment is not None:
            account.add(alignment, frames / speech.sample_rate)
        frames += len(decode(decoded.audio)) // 2
    return account.whole_words(frames / speech.sample_rate, ended=True)


def _decoded(connection: Received, speech: Speech) -> Samples:
    """Return the sound that a connection brought."""
    return samples(decoder(audio_format(speech.request)).decode(connection.audio))
