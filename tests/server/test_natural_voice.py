"""The natural voice through the server, as a client hears it."""

from __future__ import annotations

import json

from .http_client import ask
from .serving import RunningServer, speak

FIRST = {"text": " "}
LAST = {"text": ""}


async def test_a_seed_in_the_url_gives_the_same_sound_again(server: RunningServer) -> None:
    text = "Hello there, this is the natural voice, heard while the rest of it is still made. "
    sounds = []
    for seed in (7, 7, 8):
        url = server.stream_input(f"output_format=pcm_24000&seed={seed}", voice="heart")
        result = await speak(url, [FIRST, {"text": text}, LAST])
        assert result.text.strip() == text.strip()
        sounds.append(result.audio)
    assert len(sounds[0]) > 48_000
    assert sounds[0] == sounds[1]
    assert sounds[0] != sounds[2]


async def test_a_text_in_another_script_is_heard(server: RunningServer) -> None:
    url = server.stream_input(voice="heart")
    result = await speak(url, [FIRST, {"text": "你好，世界。 "}, LAST])
    assert len(result.audio) > 24_000


async def test_who_speaks_instead_is_told_with_the_first_of_its_messages(
    server: RunningServer,
) -> None:
    url = server.stream_input("auto_mode=true", voice="heart")
    texts = [
        "Hello there, my friend. ",
        "你好，我的朋友。",
        "你好，世界。",
        "And hello to you again. ",
    ]
    result = await speak(url, [FIRST, *({"text": text, "flush": True} for text in texts), LAST])
    notes = [
        message["embedded_voice"] for message in result.messages if "embedded_voice" in message
    ]
    assert notes == ["eSpeak NG speaks Chinese: Heart speaks English."]


def test_who_speaks_instead_is_told_over_http_too(server: RunningServer) -> None:
    url = f"{server.address}/v1/text-to-speech/heart"
    text = {"text": "Hello there, my friend. 你好，我的朋友。"}
    lines = ask(f"{url}/stream/with-timestamps", text).body.splitlines()
    notes = [line["embedded_voice"] for line in map(json.loads, lines) if "embedded_voice" in line]
    assert notes == ["eSpeak NG speaks Chinese: Heart speaks English."]
    assert ask(f"{url}/with-timestamps", text).json["embedded_voice"] == notes[0]
