"""How much sound, memory and disk one request may take, and all together."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import tempfile
import tracemalloc
import wave
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientError, ClientResponse, ClientSession

from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.access.sound_budget import STATUSES, SoundBudget
from jupyter_tts.server.engines.espeak.voices import DEFAULT_VOICE, find_voice
from jupyter_tts.server.http.stored_sound import StoredSound
from jupyter_tts.server.synthesis.least_seconds import least_seconds
from jupyter_tts.wire.errors import ServerError, VoiceEngineError

from ..serving import PATIENCE, in_process
from ..slow_speech import VOICE, LongEngine

SPEECH = "/v1/text-to-speech/en-us"
WAV = "output_format=wav_48000"
PCM = "output_format=pcm_48000"
SENTENCE = "A sentence of some fifty characters, more or less. "


async def read(answer: ClientResponse) -> tuple[int, bytes, bytes]:
    """Read an answer without keeping it: its size, its first and last bytes."""
    size, first, last = 0, b"", b""
    async for part in answer.content.iter_any():
        size += len(part)
        first = (first + part)[:100] if len(first) < 100 else first
        last = (last + part)[-100:]
    return size, first, last


@pytest.mark.parametrize("path", [f"{SPEECH}?{WAV}", f"{SPEECH}/with-timestamps?{WAV}"])
async def test_the_memory_of_an_answer_does_not_grow_with_it(path: str) -> None:
    peaks = []
    engine = LongEngine(0.0)
    async with in_process(engine=engine) as address, ClientSession() as session:
        for seconds in (0.02, 0.4):
            engine.seconds = seconds
            tracemalloc.start()
            async with session.post(address + path, json={"text": 10 * SENTENCE}) as answer:
                size, first, last = await read(answer)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert answer.status == 200
            assert size == answer.content_length > 510 * seconds * 96_000
            assert first.startswith((b"RIFF", b'{"audio_base64": "UklGR'))
            assert last.endswith((b"\x00", b"]}}"))
    assert size > 19_000_000
    assert peaks[1] < 9_000_000  # of which one segment is 2, in some forms


async def test_what_was_in_a_file_is_what_would_have_been_in_memory() -> None:
    answers = []
    for limits in (Limits(), Limits(memory_bytes=1_000)):
        async with in_process(limits=limits) as address, ClientSession() as session:
            for path in (f"{SPEECH}?{WAV}", f"{SPEECH}/with-timestamps?output_format=wav_8000"):
                async with session.post(address + path, json={"text": SENTENCE}) as answer:
                    answers.append(await answer.read())
    assert answers[:2] == answers[2:]
    with wave.open(io.BytesIO(answers[0])) as file:
        assert 2 * file.getnframes() == len(answers[0]) - 44
        assert file.getframerate() == 48_000
    assert [*json.loads(answers[1])] == ["audio_base64", "alignment", "normalized_alignment"]


async def test_a_text_that_is_surely_too_long_is_refused_before_it_is_spoken() -> None:
    engine = LongEngine(0.0)
    limits = Limits(sound_seconds=10.0)
    async with in_process(engine=engine, limits=limits) as address, ClientSession() as session:
        for body in ({"text": 20 * SENTENCE}, {"text": 4 * 'Wait <break time="3s"/>'}):
            for path in ("", "/stream", "/with-timestamps", "/stream/with-timestamps"):
                async with session.post(address + SPEECH + path, json=body) as answer:
                    assert answer.status == 400
                    detail = (await answer.json())["detail"]
            assert detail["code"] == "max_sound_length_exceeded"
            assert "10 seconds" in detail["message"]
        inputs = [{"text": 20 * SENTENCE, "voice_id": "en-us"}]
        dialogue = address + "/v1/text-to-dialogue"
        async with session.post(dialogue, json={"inputs": inputs}) as answer:
            assert answer.status == 400
    assert engine.spoken == 0


async def test_sound_that_turns_out_too_long_is_not_made_on() -> None:
    engine = LongEngine(0.2)
    limits = Limits(sound_seconds=20.0)
    text = {"text": 12 * SENTENCE}
    async with in_process(engine=engine, limits=limits) as address, ClientSession() as session:
        for path in (f"?{WAV}", f"/with-timestamps?{PCM}"):
            async with session.post(address + SPEECH + path, json=text) as answer:
                assert answer.status == 400
                assert (await answer.json())["detail"]["code"] == "max_sound_length_exceeded"
        for path in (f"?{PCM}", f"/stream?{PCM}", f"/stream/with-timestamps?{PCM}"):
            async with session.post(address + SPEECH + path, json=text) as answer:
                assert answer.status == 200
                with pytest.raises(ClientError):
                    await read(answer)
        assert engine.spoken <= 5 * 3 * len(SENTENCE)  # of 12 sentences
        async with session.post(address + SPEECH, json={"text": "Served on."}) as answer:
            assert (await read(answer))[0] > 0


async def test_all_requests_together_have_a_bound_that_is_given_back() -> None:
    budget = SoundBudget(Limits(sound_seconds=60, account_seconds=100, stored_bytes=1_000))
    with budget.allow(50) as first, budget.allow(10) as second:
        first.make(55)
        with pytest.raises(ServerError) as refused, budget.allow(40):
            pass
        assert STATUSES[refused.value.error] == 429
        first.store(900)
        with pytest.raises(ServerError) as refused:
            second.store(101)
        assert STATUSES[refused.value.error] == 503
        with pytest.raises(ServerError) as refused:
            first.make(6)
        assert STATUSES[refused.value.error] == 400
    assert (budget.seconds, budget.stored) == (0, 0)


async def test_an_answer_without_room_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    async with (
        in_process(engine=LongEngine(0.1), limits=Limits(memory_bytes=1_000)) as address,
        ClientSession() as session,
    ):
        async with session.post(f"{address}{SPEECH}?{WAV}", json={"text": SENTENCE}) as answer:
            assert answer.status == 500
            message = (await answer.json())["detail"]["message"]
        assert "temporary file (No such file or directory). Ask for it as a stream." in message
        async with session.post(f"{address}{SPEECH}/stream", json={"text": SENTENCE}) as answer:
            assert answer.status == 200


def test_a_disk_that_is_full_is_told_when_sound_is_added_and_not_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class FullDisk(io.RawIOBase):
        def writable(self) -> bool:
            return True

        readable = seekable = writable

        def seek(self, *_: int) -> int:
            return 0

        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: io.BufferedRandom(FullDisk()))
    with (
        SoundBudget(Limits()).allow(1) as allowance,
        StoredSound(allowance, 1_000, wav_rate=None) as sound,
    ):
        sound.add(bytes(1_000))
        with pytest.raises(VoiceEngineError, match="No space left on device"):
            sound.add(bytes(500))


async def test_a_client_that_does_not_read_a_whole_answer_is_cut_off() -> None:
    limits = Limits(reader_seconds=0.1, streams=1)
    async with in_process(engine=LongEngine(0.3), limits=limits) as address:
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1)
        body = json.dumps({"text": 10 * SENTENCE}).encode()
        head = f"POST {SPEECH}?{WAV} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}"
        writer.write(f"{head}\r\n\r\n".encode() + body)
        async with asyncio.timeout(PATIENCE), ClientSession() as session:
            status = 429
            while status == 429:  # the only place is taken until then
                async with session.post(address + SPEECH, json={"text": "Mine."}) as answer:
                    status = answer.status
        assert status == 200
        writer.close()
        del reader


async def test_a_client_that_does_not_read_lists_is_cut_off() -> None:
    limits = Limits(reader_seconds=0.1, connections=1)
    async with in_process(limits=limits) as address:
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1)
        writer.write(100 * b"GET /v1/voices HTTP/1.1\r\nHost: localhost\r\n\r\n")  # 10 MB
        await reader.readexactly(1)
        async with asyncio.timeout(PATIENCE), ClientSession() as session:
            status = 503
            while status == 503:
                async with session.get(f"{address}/v1/voices/en-us") as answer:
                    status = answer.status
        assert status == 200
        writer.close()


def test_an_estimate_is_no_longer_than_the_sound() -> None:
    voices = {name: find_voice(name) for name in ("en-us", "cmn", "ja", "ko")}
    heard = [  # seconds per character, measured with eSpeak NG
        ("en-us", "The quick brown fox jumps. ", 0.068),
        ("en-us", "龘", 0.64),
        ("en-us", "あ", 0.71),
        ("en-us", "안녕하세요", 0.158),
        ("cmn", "我們今天去了學校,然後回家吃飯。", 0.245),
        ("ja", "あ", 0.049),
        ("ko", "안녕하세요", 0.172),
        ("en-us", "привет ", 0.177),
    ]
    for name, text, seconds in heard:
        voice = voices[name]
        assert voice is not None
        estimated = least_seconds(9 * text, voice)
        assert 0.1 * seconds < estimated / len(9 * text) < seconds
        assert least_seconds(9 * text, voice, speed=2.0) == pytest.approx(estimated / 2)
    # Another engine hands them to eSpeak NG's voice of that language.
    assert least_seconds("龘", VOICE) < least_seconds("龘", DEFAULT_VOICE)
    assert least_seconds("龘", DEFAULT_VOICE, language="zh") < 0.2


@pytest.mark.parametrize("model", ["eleven_multilingual_v2", "eleven_v3"])
async def test_a_sound_that_no_engine_makes_at_once_is_made_in_parts(model: str) -> None:
    letters = 900 * "က"
    for bound in (None, 100.0):
        engine = LongEngine(0.5, most_seconds=bound)
        path = f"{SPEECH}/stream/with-timestamps?{PCM}"
        async with in_process(engine=engine) as address, ClientSession() as session:
            body = {"text": letters, "model_id": model}
            async with session.post(address + path, json=body) as answer:
                objects = [json.loads(line) async for line in answer.content]
        heard = [piece["alignment"]["characters"] for piece in objects if piece["alignment"]]
        assert [len(part) for part in heard] == ([900] if bound is None else [112, 113] * 4)
        assert "".join("".join(part) for part in heard) == letters
