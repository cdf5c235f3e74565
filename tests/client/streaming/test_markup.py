from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.markup import Markup
from jupyter_tts.client.speech.saving import file_bytes
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.text_so_far import WholeText
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.speech.visible_text import VisibleText
from jupyter_tts.client.speech.word_positions import shown_words
from jupyter_tts.client.streaming.account import Account
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
from jupyter_tts.wire.ssml import tag_spans, unescaped

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


BREAK = '<break time="1s"/>'
PHONEME = '<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>'
SSML = f"<speak>Wait.{BREAK}I <emphasis>say</emphasis> {PHONEME}, fish &amp; chips.</speak>"
PAUSE = 1.0  # seconds
RATE = 8_000


def spoken_ssml(text: str, told: str) -> tuple[bytes, Alignment | None]:
    """Speak a text, 20 ms for a character, with what is told of it in one of several ways."""
    characters: list[tuple[str, int, int]] = []
    pcm = b""

    def sound(part: str, milliseconds: int, *, silent: bool, is_told: bool = True) -> None:
        nonlocal pcm
        start = 1_000 * len(pcm) // (2 * RATE)
        pcm += (b"\0\0" if silent else b"\0\4") * (RATE * milliseconds // 1_000)
        if is_told:
            length = milliseconds // len(part)
            characters.extend((c, start + n * length, length) for n, c in enumerate(part))

    end = 0
    for first, last in [*tag_spans(text), (len(text), len(text))]:
        for character in text[end:first] if told == "as sent" else unescaped(text[end:first]):
            sound(character, 20, silent=character.isspace())
        tag, end = text[first:last], last
        pause = int(1_000 * PAUSE) if tag == BREAK else 0
        if told == "as sent" and tag:
            sound(tag, pause, silent=True)
        elif pause:
            sound(".", pause, silent=True, is_told=told == "dots")
        if pause and told == "stretched" and characters:
            character, start, length = characters[-1]
            characters[-1] = character, start, length + pause
    if told == "nothing" or not characters:
        return pcm, None
    return pcm, Alignment(*map(tuple, zip(*characters, strict=True)))


async def hear_ssml(
    serve_with: ServeWith,
    text: str,
    told: str,
    source: list[str] | str | None = None,
    *,
    ssml: bool = True,
) -> tuple[Speech, list[str]]:
    sent: list[str] = []

    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        sent.append("")
        while part := json.loads(await socket.recv())["text"]:
            sent[-1] += part if part.strip() else ""
        pcm, alignment = spoken_ssml(sent[-1].strip(), told)
        await socket.send(encode_server(ServerMessage(pcm, alignment=alignment)))
        await socket.send(encode_server(ServerMessage(is_final=True)))

    request = SpeechRequest(
        server=await serve_with(handler), format="pcm_8000", voice="v", ssml=ssml
    )
    speech = Speech(text, request, RATE, Timeline())
    async for event in stream_speech(request, source or text, retry=AT_ONCE):
        if isinstance(event, Audio):
            speech.add(event)
        else:
            speech.finish()
    return speech, sent


@pytest.mark.parametrize("told", ["as sent", "left out", "stretched", "dots"])
async def test_of_ssml_the_words_alone_are_words_and_a_cue_ends_before_a_break(
    serve_with: ServeWith, told: str
) -> None:
    speech, sent = await hear_ssml(serve_with, SSML, told, [*SSML])
    assert sent == [SSML]
    assert [word.text for word in speech.words] == [
        "Wait.", "I", "say", "tomato", "fish", "&", "chips.",
    ]  # fmt: skip
    assert [SSML[slice(*word.span)] for word in speech.words if word.span] == [
        "Wait.", "I", "say", "tomato", "fish", "&amp;", "chips.",
    ]  # fmt: skip
    assert speech.words[0].end == pytest.approx(0.1, abs=0.02)
    assert speech.words[1].start == pytest.approx(0.1 + PAUSE, abs=0.02)
    assert speech.visible.text == "Wait. I say tomato, fish & chips."
    first, second = file_bytes(speech, ".srt", "").decode().split("\n\n")
    assert first.splitlines()[1:] == ["00:00:00,000 --> 00:00:00,100", "Wait."]
    assert second.splitlines()[1].startswith("00:00:01,100 --> ")
    assert second.splitlines()[2:] == ["I say tomato, fish & chips."]
    assert (speech.spoken, speech.unspoken) == (SSML, "")


async def test_of_ssml_without_times_there_are_no_words_and_all_is_spoken(
    serve_with: ServeWith,
) -> None:
    speech, sent = await hear_ssml(serve_with, SSML, "nothing")
    assert (sent, speech.words, speech.complete) == ([SSML], (), True)


async def test_without_ssml_tags_are_text(
    serve_with: ServeWith,
) -> None:
    speech, _ = await hear_ssml(serve_with, "a <b>c</b>", "as sent", ssml=False)
    assert [word.text for word in speech.words] == ["a", "<b>c</b>"]
    assert speech.visible.text == speech.text


# Words of letters, and markup that stands between them, in them, and around them.
parts = st.lists(
    st.sampled_from(["one", "two three", "un<b>believ</b>able", "fish &amp; chips", "so.", "7"])
    | st.sampled_from([BREAK, "<s>", "</s>", PHONEME, '<prosody rate="slow">', "<!-- x -->"]),
    min_size=1,
    max_size=10,
)


@given(
    parts.flatmap(lambda some: st.sampled_from(["", " ", "\n"]).map(lambda gap: gap.join(some))),
    st.sampled_from(["as sent", "left out", "stretched", "dots"]),
    st.integers(1, 40),
)
def test_no_word_and_nothing_lit_is_in_ssml(text: str, told: str, size: int) -> None:
    _, alignment = spoken_ssml(text, told) if text.strip() else (b"", None)
    if alignment is None:
        return
    markup = Markup(WholeText(text), ssml=True)
    account = Account(WholeText(text), markup=markup)
    words: list[Word] = []
    fields = alignment.characters, alignment.starts, alignment.durations
    for at in range(0, len(alignment.starts), size):
        account.add(Alignment(*(field[at : at + size] for field in fields)), 0.0)
        words += account.whole_words(account.end)
        assert markup.parted(account.mark(account.end).position) is None
    words += account.whole_words(1e6, ended=True)
    placed = markup.outside(words)
    spans = [word.span for word in placed if word.span is not None]
    assert spans == sorted(spans)
    for start, stop in spans:
        assert 0 <= start < stop <= len(text)
        assert not [tag for tag in tag_spans(text) if start < tag[1] and tag[0] < stop]
    visible = VisibleText(text, ssml=True)
    shown = [word for _, word in shown_words(visible.text, visible.words(placed))]
    letters = [re.sub(r"\W", "", part) for part in (visible.text, "".join(w.text for w in shown))]
    assert letters[0] == letters[1]
