from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.markup import Markup
from jupyter_tts.client.speech.text_matching import WholeText
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.wire.alignment import Alignment, Word
from jupyter_tts.wire.messages import (
    ServerMessage,
    decode_dialogue_client,
    encode_dialogue_server,
    encode_server,
)
from jupyter_tts.wire.request import SpeechRequest

from ..conftest import ServeWith

AT_ONCE = Retry(base=0.0, cap=0.0)
TEXT = "[laughs softly] Well,[sighs] no. See [1]."


def times(text: str) -> Alignment:
    return Alignment(tuple(text), tuple(range(0, 20 * len(text), 20)), (20,) * len(text))


def sound(text: str) -> bytes:
    return b"\1\0" * (160 * len(text))  # 20 ms for a character, at 8 kHz


def test_no_word_is_inside_a_tag() -> None:
    tags = Markup(WholeText(TEXT), audio_tags=True)
    words = [
        Word("[laughs", 0.0, 0.1, (0, 7)),
        Word("softly]", 0.1, 0.2, (8, 15)),
        Word("Well,[sighs]", 0.2, 0.3, (16, 28)),
        Word("[1].", 0.4, 0.5, (37, 41)),
        Word("more", 0.5, 0.6),
    ]
    kept = [(word.text, word.span) for word in tags.outside(words)]
    assert kept == [("Well,", (16, 21)), ("[1].", (37, 41)), ("more", None)]
    assert tags.parted(7) == (0, 15)
    assert not any(map(tags.parted, (0, 15, 16, 21, 38, len(TEXT))))


async def test_where_tags_are_performed_they_are_sent_and_keep_their_time_unlit(
    serve_with: ServeWith,
) -> None:
    texts: list[str] = []

    async def handler(socket: ServerConnection) -> None:
        async for frame in socket:
            message = decode_dialogue_client(frame)
            texts.extend(entry.text for entry in message.inputs)
            if message.close_socket:
                break
        message = ServerMessage(sound(TEXT), alignment=times(TEXT))
        await socket.send(encode_dialogue_server(message))
        await socket.send(encode_dialogue_server(ServerMessage(is_final=True)))

    request = SpeechRequest(
        server=await serve_with(handler), model="eleven_v4", format="pcm_8000", voice="v"
    )
    events = [event async for event in stream_speech(request, TEXT, retry=AT_ONCE)]
    assert "".join(texts) == TEXT
    heard = [event for event in events if isinstance(event, Audio)]
    words = [word for audio in heard for word in audio.words]
    assert [word.text for word in words] == ["Well,", "no.", "See", "[1]."]
    assert words[0].start == pytest.approx(0.32)
    assert b"".join(audio.pcm for audio in heard) == sound(TEXT)
    assert not any(audio.note for audio in heard)


async def test_a_stream_lost_inside_a_tag_goes_on_with_the_whole_tag(
    serve_with: ServeWith,
) -> None:
    text = "Oh. [laughs very softly] Well, no."
    sockets: list[str] = []

    async def handler(socket: ServerConnection) -> None:
        sockets.append("")
        async for frame in socket:
            message: Any = json.loads(frame)
            sockets[-1] += "".join(entry["text"] for entry in message.get("inputs", []))
            if message.get("close_socket"):
                break
        part = text[: text.index("softly")] if len(sockets) == 1 else sockets[-1]
        answer = ServerMessage(sound(part), alignment=times(part))
        await socket.send(encode_dialogue_server(answer))
        if len(sockets) == 1:
            socket.transport.abort()
            return
        await socket.send(encode_dialogue_server(ServerMessage(is_final=True)))

    request = SpeechRequest(
        server=await serve_with(handler), model="eleven_v4", format="pcm_8000", voice="v"
    )
    events = [event async for event in stream_speech(request, text, retry=AT_ONCE)]
    assert sockets == [text, "[laughs very softly] Well, no."]
    words = [word.text for event in events if isinstance(event, Audio) for word in event.words]
    assert words == ["Oh.", "Well,", "no."]


@pytest.mark.parametrize("split", [False, True])
async def test_where_tags_would_be_read_aloud_they_are_not_sent_and_a_note_says_so(
    serve_with: ServeWith, *, split: bool
) -> None:
    texts: list[str] = []

    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        while not texts or texts[-1]:
            texts.append(json.loads(await socket.recv())["text"])
        said = "".join(texts)
        await socket.send(encode_server(ServerMessage(sound(said), alignment=times(said))))
        await socket.send(encode_server(ServerMessage(is_final=True)))

    request = SpeechRequest(
        server=await serve_with(handler), model="eleven_flash_v2_5", format="pcm_8000", voice="v"
    )
    source = [*TEXT] if split else TEXT
    events = [event async for event in stream_speech(request, source, retry=AT_ONCE)]
    assert "".join(texts) == "Well, no. See [1]."
    heard = [event for event in events if isinstance(event, Audio)]
    words = [word for audio in heard for word in audio.words]
    assert [TEXT[slice(*word.span)] for word in words if word.span] == [
        "Well,",
        "no.",
        "See",
        "[1].",
    ]
    notes = [audio.note for audio in heard if audio.note]
    assert notes == ["Audio tags are not sent, since eleven_flash_v2_5 would read them aloud."]
    assert heard[-1].spoken == len(TEXT)
