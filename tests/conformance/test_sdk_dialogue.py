"""ElevenLabs' own Python SDK asks the embedded server for dialogues.

It has no client for the dialogue sockets, but types of all their messages.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterator

import httpx
import pytest
from elevenlabs import types
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.errors import UnprocessableEntityError
from elevenlabs.types import DialogueInput
from pydantic import BaseModel
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format

from ..server.serving import RunningServer, StartServer

pytestmark = pytest.mark.conformance

# One of ElevenLabs' ids, and a name that only the embedded server knows.
LINES = [
    ("JBFqnCBsd6RMkjVDRZzb", "[warmly] Are you ready for the journey? "),
    ("de", "Ja, immer. "),
    ("JBFqnCBsd6RMkjVDRZzb", "Then let us go. "),
]
INPUTS = [DialogueInput(text=text, voice_id=voice_id) for voice_id, text in LINES]
TEXT = "".join(text for _, text in LINES)
# eSpeak NG varies by some 10 ms per segment between calls.
TOLERANCE = 0.2


@pytest.fixture
def server(start_server: StartServer) -> RunningServer:
    return start_server("--api-key", "SECRET")


@pytest.fixture
def sdk(server: RunningServer) -> Iterator[ElevenLabs]:
    with httpx.Client() as http:
        yield ElevenLabs(api_key="SECRET", base_url=server.address, httpx_client=http)


def seconds(name: str, audio: bytes) -> float:
    coder = decoder(parse_format(name))
    pcm = coder.decode(audio) + coder.flush()
    return len(pcm) / 2 / parse_format(name).sample_rate


def test_convert_and_stream_bring_the_whole_sound(sdk: ElevenLabs) -> None:
    dialogue = sdk.text_to_dialogue
    plain = b"".join(dialogue.convert(inputs=INPUTS, output_format="pcm_24000"))
    length = len(plain) / 48_000
    assert length > 3
    for name in ("mp3_44100_128", "opus_48000_64", "ulaw_8000"):
        for method in (dialogue.convert, dialogue.stream):
            audio = b"".join(method(inputs=INPUTS, output_format=name, model_id="eleven_v4"))
            assert seconds(name, audio) == pytest.approx(length, abs=TOLERANCE)


def test_timestamps_and_voice_segments_arrive_whole_and_streamed(sdk: ElevenLabs) -> None:
    whole = sdk.text_to_dialogue.convert_with_timestamps(inputs=INPUTS, output_format="pcm_24000")
    assert whole.alignment is not None
    assert "".join(whole.alignment.characters) == TEXT
    assert [segment.voice_id for segment in whole.voice_segments] == [voice for voice, _ in LINES]
    length = len(base64.b64decode(whole.audio_base_64)) / 48_000
    assert whole.voice_segments[-1].end_time_seconds == pytest.approx(length, abs=0.05)
    chunks = list(
        sdk.text_to_dialogue.stream_with_timestamps(inputs=INPUTS, output_format="pcm_24000")
    )
    timed = [chunk.alignment for chunk in chunks if chunk.alignment is not None]
    assert "".join(character for part in timed for character in part.characters) == TEXT
    lines = [segment.dialogue_input_index for chunk in chunks for segment in chunk.voice_segments]
    assert sorted(set(lines)) == [0, 1, 2]
    audio = b"".join(base64.b64decode(chunk.audio_base_64) for chunk in chunks)
    assert len(audio) / 48_000 == pytest.approx(length, abs=TOLERANCE)


def test_every_argument_is_taken(sdk: ElevenLabs) -> None:
    audio = sdk.text_to_dialogue.stream(
        inputs=INPUTS,
        output_format="pcm_16000",
        enable_logging=False,
        model_id="eleven_v3",
        language_code="en",
        settings=types.ToDialogueSettingsResponseModel(stability=0.1),
        previous_text="Before.",
        future_text="After.",
        seed=42,
        apply_text_normalization="off",
        use_pvc_as_ivc=True,
        previous_request_ids=["a"],
    )
    assert len(b"".join(audio)) > 50_000


def test_errors_are_the_sdks_own(sdk: ElevenLabs) -> None:
    def fails(error: type[ApiError], **arguments: object) -> ApiError:
        with pytest.raises(error) as refusal:
            sdk.text_to_dialogue.convert_with_timestamps(**{"inputs": INPUTS, **arguments})
        return refusal.value

    nobody = [DialogueInput(text="Hi.", voice_id="nobody")]
    assert fails(ApiError, inputs=nobody).body["detail"]["status"] == "voice_not_found"
    assert fails(ApiError, model_id="eleven_flash_v2_5").status_code == 400
    fails(UnprocessableEntityError, output_format="mp3_1_1")


@pytest.mark.parametrize("multi", [False, True])
def test_the_messages_of_the_sockets_are_those_of_the_sdks_types(
    server: RunningServer, multi: bool
) -> None:
    suffix = "Multi" if multi else ""
    context = {"context_id": "a"} if multi else {}
    message = getattr(types, f"TextToDialogueWebsocketClientMessage{suffix}")
    first = message(
        voices=["de"],
        voice_settings=types.TextToDialogueWebsocketVoiceSettings(stability=0.5),
        xi_api_key="SECRET",
        **context,
    )
    line = types.TextToDialogueWebsocketVoiceInput(text="Guten Morgen. ", voice_id="de")
    sent = [first, message(inputs=[line], flush=True, **context), message(close_socket=True)]
    received = _exchanged(server, sent, multi=multi)
    kinds = {
        "audio": f"TextToDialogueWebsocketAudioChunk{suffix}",
        "is_final_audio_for_turn": f"TextToDialogueWebsocketFinalAudioForTurn{suffix}",
        "is_final": f"TextToDialogueWebsocketFinal{suffix}",
    }
    for frame in received:
        (kind,) = kinds.keys() & frame.keys()
        declared = getattr(types, kinds[kind])
        assert frame.keys() <= declared.model_fields.keys()
        declared.model_validate(frame)
    assert received[-1]["is_final"] is True
    wrong = message(voices=["nobody"], xi_api_key="SECRET", **context)
    (error,) = _exchanged(server, [wrong], multi=multi)
    assert error.keys() - context.keys() == types.TextToDialogueWebsocketError.model_fields.keys()
    types.TextToDialogueWebsocketError.model_validate(error)


def _exchanged(
    server: RunningServer, messages: list[BaseModel], *, multi: bool
) -> list[dict[str, object]]:
    """Send messages as the SDK's types have them, and read everything."""
    base = server.address.replace("http", "ws", 1)
    query = "model_id=eleven_v4&output_format=pcm_24000&sync_alignment=true"
    url = f"{base}/v1/text-to-dialogue/{'multi-' * multi}stream-input?{query}"
    received: list[dict[str, object]] = []
    with connect(url, proxy=None) as socket, contextlib.suppress(ConnectionClosedError):
        for message in messages:
            socket.send(message.model_dump_json(exclude_none=True))
        for frame in socket:
            received.append(json.loads(frame))
    return received
