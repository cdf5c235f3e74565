"""A request over HTTP as code: what it holds, and what comes of it when it is run."""

from __future__ import annotations

import ast
import json
import os
import shlex
import shutil
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from jupyter_tts.snippets.snippets import HTTP_SNIPPETS, SNIPPETS, snippet, snippets_for
from jupyter_tts.wire.request import SpeechRequest

from ..server.serving import RunningServer
from .running import HTTP_SETTINGS, TEXT, TEXTS, whole

needs_curl = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("jq") is None, reason="there is no curl, or no jq"
)


def test_the_forms_are_those_of_the_transport() -> None:
    assert snippets_for(SpeechRequest()) == SNIPPETS
    assert snippets_for(SpeechRequest(transport="http")) == HTTP_SNIPPETS
    assert [form.name for form in HTTP_SNIPPETS] == ["curl", "python", "sdk", "magic", "url"]
    with pytest.raises(KeyError):
        snippet("websocat", SpeechRequest(transport="http"), TEXT)


@given(HTTP_SETTINGS, TEXTS)
def test_curl_is_three_commands_and_sends_the_exact_body(values: dict[str, Any], text: str) -> None:
    request = SpeechRequest(**values)
    words = shlex.split(snippet("curl", request, text).replace("\\\n", ""))
    pipes = [number for number, word in enumerate(words) if word == "|"]
    assert [words[0], *(words[number + 1] for number in pipes)] == ["curl", "jq", "base64"]
    assert request.url in words
    body = json.loads(words[words.index("--data-raw") + 1])
    assert body == request.body(whole(text))


@given(HTTP_SETTINGS, TEXTS)
def test_python_holds_the_url_and_the_body(values: dict[str, Any], text: str) -> None:
    request = SpeechRequest(**values)
    code = snippet("python", request, text)
    names: dict[str, Any] = {}
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]).isupper():
            exec(ast.unparse(statement), {"os": os, **names}, names)
    assert names["URL"] == request.url
    assert names["BODY"] == request.body(whole(text))
    assert list(names["BODY"]) == list(request.body(""))


@settings(max_examples=50)
@given(HTTP_SETTINGS, TEXTS)
def test_the_sdk_is_given_all_of_the_request(values: dict[str, Any], text: str) -> None:
    request = SpeechRequest(**values)
    code = snippet("sdk", request, text)
    (call,) = (
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "stream_with_timestamps"
    )
    named = {keyword.arg for keyword in call.keywords}
    query = {
        pair.partition("=")[0] for pair in filter(None, request.url.partition("?")[2].split("&"))
    }
    path = set() if request.endpoint.is_dialogue else {"voice_id"}
    assert named == {*request.body(text), *query, *path}


async def test_python_speaks(server: RunningServer, tmp_path: Path) -> None:
    request = SpeechRequest(voice="de", format="pcm_24000", transport="http").at(server.address)
    (tmp_path / "speak.py").write_text(snippet("python", request, TEXT))
    subprocess.run([sys.executable, "speak.py"], cwd=tmp_path, check=True)
    with wave.open(str(tmp_path / "speech.wav")) as file:
        assert file.getframerate() == 24_000
        assert file.getnframes() > 24_000


@needs_curl
@pytest.mark.parametrize("model", [None, "eleven_v4"])
async def test_curl_speaks(server: RunningServer, tmp_path: Path, model: str | None) -> None:
    request = SpeechRequest(voice="de", model=model, format="pcm_24000", transport="http").at(
        server.address
    )
    subprocess.run(["bash", "-c", snippet("curl", request, TEXT)], cwd=tmp_path, check=True)
    assert len((tmp_path / "speech.pcm").read_bytes()) > 48_000


@needs_curl
@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_curl_is_given_the_key_in_one_word(shell: str, tmp_path: Path) -> None:
    shown = "curl() { printf '%s\\n' \"$@\"; }; jq() { cat; }; base64() { cat >&2; };\n"
    code = snippet("curl", SpeechRequest(transport="http"), TEXT)
    environment = {"PATH": os.environ["PATH"], "ELEVENLABS_API_KEY": 'a "key" $x'}
    done = subprocess.run(
        [shell, "-c", shown + code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '-Hxi-api-key: a "key" $x' in done.stderr.splitlines()
