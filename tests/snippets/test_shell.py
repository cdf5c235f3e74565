"""The shell line is run by bash, part for part."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from jupyter_tts.snippets.snippets import snippet
from jupyter_tts.wire.request import SpeechRequest

from ..server.serving import PATIENCE, RunningServer, speak
from .running import FINAL, HARD_TEXTS, SETTINGS, TEXT, TEXTS, messages, sound

HEAD, TAIL = " |\n  websocat ", " |\n  jq "


def bash(
    script: str, folder: Path | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.environ["PATH"], **options.pop("environment", {})}
    return subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        **options,
    )


@settings(max_examples=50)
@given(SETTINGS, TEXTS)
def test_the_shell_prints_the_exact_messages(values: dict[str, Any], text: str) -> None:
    request = SpeechRequest(**values)
    code = snippet("websocat", request, text)
    printed = bash(code.partition(HEAD)[0])
    assert (printed.returncode, printed.stderr) == (0, b"")
    assert printed.stdout.endswith(b"\n")
    lines = printed.stdout.decode().removesuffix("\n").split("\n")
    goodbye = [{"close_socket": True}] if request.multi else []
    assert [json.loads(line) for line in lines] == [*messages(request, text), *goodbye]


@given(SETTINGS, TEXTS)
def test_the_shell_line_is_four_commands_and_nothing_else(
    values: dict[str, Any], text: str
) -> None:
    request = SpeechRequest(**values)
    words = shlex.split(snippet("websocat", request, text).replace("\\\n", ""))
    pipes = [number for number, word in enumerate(words) if word == "|"]
    commands = [words[0], *(words[number + 1] for number in pipes)]
    assert commands == ["printf", "websocat", "jq", "base64"]
    assert words[pipes[1] - 1] == request.url
    assert len(words[: pipes[0]]) == 5 + request.multi


# Stand-ins for the programs, so that the shell's own part can be seen: what they are given.
SHOW_ARGUMENTS = "websocat() { printf '%s\\0' \"$@\"; }; jq() { cat; }; base64() { cat; };\n"


@pytest.mark.parametrize("key", [None, 'a "key" $x'])
def test_the_shell_gives_websocat_the_url_and_the_key_if_there_is_one(
    key: str | None, tmp_path: Path
) -> None:
    request = SpeechRequest(voice="it's $(id) `id`", format="mp3_44100_128")
    done = bash(
        SHOW_ARGUMENTS + snippet("websocat", request, HARD_TEXTS[7]),
        tmp_path,
        environment={"ELEVENLABS_API_KEY": key} if key else {},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    given_arguments = (tmp_path / "speech.mp3").read_bytes().decode().split("\0")[:-1]
    header = [f"--header=xi-api-key: {key}"] if key else []
    fixed = ["--no-close", "--buffer-size=16777216"]
    assert given_arguments == [*fixed, *header, request.url]


needs_jq = pytest.mark.skipif(shutil.which("jq") is None, reason="there is no jq")


@needs_jq
def test_the_shell_turns_messages_into_sound(tmp_path: Path) -> None:
    pieces = [b"\1", b"\2\3", b"\4" * 300_000]
    frames = "\n".join(json.dumps(message) for message in (*map(sound, pieces), FINAL))
    code = snippet("websocat", SpeechRequest(format="pcm_24000"), TEXT)
    done = bash("jq " + code.partition(TAIL)[2], tmp_path, input=frames.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "speech.pcm").read_bytes() == b"".join(pieces)


@needs_jq
def test_the_shell_says_the_words_of_the_server(tmp_path: Path) -> None:
    frame = json.dumps({"message": "No such voice", "error": "voice_not_found", "code": 1008})
    code = snippet("websocat", SpeechRequest(), TEXT)
    done = bash("jq " + code.partition(TAIL)[2], tmp_path, input=frame.encode())
    assert b"No such voice" in done.stderr


@needs_jq
@pytest.mark.skipif(shutil.which("websocat") is None, reason="there is no websocat")
async def test_the_shell_hears_as_much_as_a_plain_client(
    server: RunningServer, tmp_path: Path
) -> None:
    request = SpeechRequest(format="pcm_24000", voice="en-us").at(server.address)
    done = bash(snippet("websocat", request, TEXT), tmp_path, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    pcm = (tmp_path / "speech.pcm").read_bytes()
    heard = await speak(request.url, [request.first_message, {"text": TEXT}, {"text": ""}])
    assert len(pcm) / 48_000 == pytest.approx(len(heard.audio) / 48_000, abs=0.1)
