"""ElevenLabs' own Python SDK asks the embedded server over HTTP."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Iterator

import httpx
import pytest
from elevenlabs import VoiceSettings
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.errors import UnprocessableEntityError

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server.engines.all_voices import AllVoices

from ..server.serving import StartServer

pytestmark = pytest.mark.conformance

VOICE = "JBFqnCBsd6RMkjVDRZzb"
TEXT = (
    "The quick brown fox jumps over the lazy dog. Then, after a short rest, it does so again; "
    "nobody knows why. In the end they both sleep under the old tree. "
)
QUOTA = 5_000


@pytest.fixture
def sdk(start_server: StartServer) -> Iterator[ElevenLabs]:
    server = start_server("--quota", str(QUOTA), "--api-key", "SECRET")
    with httpx.Client() as http:
        yield ElevenLabs(api_key="SECRET", base_url=server.address, httpx_client=http)


def seconds(name: str, audio: bytes) -> float:
    coder = decoder(parse_format(name))
    pcm = coder.decode(audio) + coder.flush()
    return len(pcm) / 2 / parse_format(name).sample_rate


def test_convert_and_stream_bring_the_whole_sound(sdk: ElevenLabs) -> None:
    plain = b"".join(sdk.text_to_speech.convert(VOICE, text=TEXT, output_format="pcm_24000"))
    assert 8 < len(plain) / 48_000 < 14
    for name in ("mp3_44100_128", "mp3_22050_32", "opus_48000_64", "ulaw_8000"):
        for method in (sdk.text_to_speech.convert, sdk.text_to_speech.stream):
            audio = b"".join(method(VOICE, text=TEXT, output_format=name))
            # eSpeak NG varies by some 10 ms per segment between calls.
            assert seconds(name, audio) == pytest.approx(len(plain) / 48_000, abs=0.12)
    default = b"".join(sdk.text_to_speech.convert(VOICE, text=TEXT))
    assert seconds("mp3_44100_128", default) == pytest.approx(len(plain) / 48_000, abs=0.12)
    file = b"".join(sdk.text_to_speech.convert(VOICE, text=TEXT, output_format="wav_16000"))
    with wave.open(io.BytesIO(file)) as wav:
        assert wav.getnframes() / 16_000 == pytest.approx(len(plain) / 48_000, abs=0.12)


def test_every_argument_is_taken(sdk: ElevenLabs) -> None:
    audio = sdk.text_to_speech.stream(
        VOICE,
        text=TEXT,
        enable_logging=False,
        optimize_streaming_latency=4,
        output_format="pcm_16000",
        model_id="eleven_multilingual_v2",
        language_code="de",
        voice_settings=VoiceSettings(stability=0.1, style=0.5, use_speaker_boost=False, speed=1.2),
        seed=42,
        previous_text="Before.",
        next_text="After.",
        previous_request_ids=["a"],
        apply_text_normalization="off",
        use_pvc_as_ivc=True,
    )
    assert len(b"".join(audio)) > 100_000


def test_timestamps_arrive_whole_and_streamed(sdk: ElevenLabs) -> None:
    whole = sdk.text_to_speech.convert_with_timestamps(VOICE, text=TEXT)
    assert whole.alignment is not None
    assert "".join(whole.alignment.characters) == TEXT
    length = seconds("mp3_44100_128", base64.b64decode(whole.audio_base_64))
    assert whole.alignment.character_end_times_seconds[-1] == pytest.approx(length, abs=0.08)
    chunks = list(sdk.text_to_speech.stream_with_timestamps(VOICE, text=TEXT))
    timed = [chunk.alignment for chunk in chunks if chunk.alignment is not None]
    assert "".join(each for part in timed for each in part.characters) == TEXT
    audio = b"".join(base64.b64decode(chunk.audio_base_64) for chunk in chunks)
    assert seconds("mp3_44100_128", audio) == pytest.approx(length, abs=0.12)


def test_voices_are_listed_searched_and_found(sdk: ElevenLabs) -> None:
    everybody = sdk.voices.get_all().voices
    assert len(everybody) == len(AllVoices().voices)
    found = sdk.voices.search(search="german", page_size=5, sort="name", sort_direction="asc")
    assert [voice.voice_id for voice in found.voices] == ["de"]
    assert not found.has_more
    first = sdk.voices.search(page_size=100)
    assert first.has_more
    second = sdk.voices.search(page_size=100, next_page_token=first.next_page_token)
    assert {each.voice_id for each in first.voices}.isdisjoint(
        each.voice_id for each in second.voices
    )
    george = sdk.voices.get(VOICE)
    assert george.name == "George (embedded voice)"
    assert george.labels is not None
    assert george.labels["language"] == "en-gb"
    assert george.labels["kind"] == "synthetic"
    assert george.preview_url is not None
    assert httpx.get(george.preview_url).headers["content-type"] == "audio/mpeg"


def test_models_user_and_tokens_are_there(sdk: ElevenLabs) -> None:
    assert "eleven_flash_v2_5" in {model.model_id for model in sdk.models.list()}
    list(sdk.text_to_speech.stream(VOICE, text="Hello."))
    subscription = sdk.user.subscription.get()
    assert (subscription.character_count, subscription.character_limit) == (6, QUOTA)
    assert sdk.user.get().subscription.character_count == 6
    assert sdk.tokens.single_use.create("tts_websocket").token


def test_the_headers_are_read(sdk: ElevenLabs) -> None:
    with sdk.text_to_speech.with_raw_response.convert(VOICE, text="Hello.") as response:
        assert response.headers["character-cost"] == "6"
        assert len(response.headers["request-id"]) == 32
        assert b"".join(response.data)


def test_errors_are_the_sdks_own(sdk: ElevenLabs) -> None:
    def fails(error: type[ApiError], voice: str = VOICE, **arguments: object) -> ApiError:
        with pytest.raises(error) as refusal:
            sdk.text_to_speech.convert_with_timestamps(voice, **{"text": "x", **arguments})
        return refusal.value

    assert fails(ApiError, "nobody").body["detail"]["status"] == "voice_not_found"
    fails(UnprocessableEntityError, output_format="mp3_1_1")
    quota = fails(ApiError, text="z" * (QUOTA + 1))
    assert quota.status_code == 401
    assert quota.body["detail"]["code"] == "quota_exceeded"
