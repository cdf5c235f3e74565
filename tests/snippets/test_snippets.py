from __future__ import annotations

import ast
import json
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_tts.snippets.snippets import SNIPPETS, snippet
from jupyter_tts.wire.parameters import PARAMETERS, Place, parameter
from jupyter_tts.wire.request import SpeechRequest

from .running import HARD_TEXTS, SETTINGS, TEXT, TEXTS, whole


def test_names_and_titles_are_unique_and_a_wrong_name_is_refused() -> None:
    assert [form.name for form in SNIPPETS] == [
        "python",
        "sdk",
        "magic",
        "javascript",
        "websocat",
        "url",
    ]
    assert len({form.title for form in SNIPPETS}) == len(SNIPPETS)
    with pytest.raises(KeyError):
        snippet("perl", SpeechRequest(), TEXT)


@given(SETTINGS, TEXTS)
def test_the_url_is_the_url(values: dict[str, Any], text: str) -> None:
    request = SpeechRequest(**values)
    assert snippet("url", request, text) == request.url


@pytest.mark.parametrize("form", SNIPPETS, ids=lambda form: form.name)
def test_nothing_is_read_from_the_environment(form: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    request = SpeechRequest(voice="v", latency=3)
    monkeypatch.delenv("ELEVENLABS_API_KEY", raising=False)
    without = form.render(request, TEXT)
    monkeypatch.setenv("ELEVENLABS_API_KEY", "SECRET")
    assert form.render(request, TEXT) == without


@pytest.mark.parametrize(
    ("address", "keyed"),
    [
        ("elevenlabs", True),
        ("eu", True),
        ("http://127.0.0.1:8000", True),
        ("https://localhost", True),
        ("https://example.test", False),
        ("ws://api.elevenlabs.io", False),
        ("wss://elevenlabs.io.example.test", False),
    ],
)
def test_the_key_is_for_elevenlabs_over_tls_and_for_this_machine(address: str, keyed: bool) -> None:
    request = SpeechRequest(server=address)
    assert ("environ" in snippet("python", request, TEXT)) is keyed
    assert ("process.env" in snippet("javascript", request, TEXT)) is keyed
    assert ("$ELEVENLABS_API_KEY" in snippet("websocat", request, TEXT)) is keyed
    assert ("api_key=None" in snippet("sdk", request, TEXT)) is not keyed


@pytest.mark.parametrize("name", ["python", "sdk", "javascript"])
def test_a_program_for_this_machine_says_how_to_start_its_server(name: str) -> None:
    command = "python -m jupyter_tts.server --port 8765\n"
    assert command in snippet(name, SpeechRequest(server="http://127.0.0.1:8765"), TEXT)
    for other in ("local", "elevenlabs", "https://localhost:8765", "http://127.0.0.1:8765/x"):
        assert "jupyter_tts" not in snippet(name, SpeechRequest(server=other), TEXT)


@given(SETTINGS, TEXTS)
def test_every_text_can_be_saved_as_utf_8(values: dict[str, Any], text: str) -> None:
    for form in SNIPPETS:
        form.render(SpeechRequest(**values), text).encode()


def constants(code: str) -> dict[str, Any]:
    """The literals a module gives to its names."""
    values = {}
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                values[statement.targets[0].id] = ast.literal_eval(statement.value)
            except ValueError:
                continue  # a call
    return values


@given(SETTINGS, TEXTS)
def test_python_holds_the_request_and_the_text(values: dict[str, Any], text: str) -> None:
    request = SpeechRequest(**values)
    code = snippet("python", request, text)
    compile(code.encode(), "speak.py", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    written = constants(code)
    assert written["URL"] == request.url
    assert written["FIRST_MESSAGE"] == request.first_message
    assert written["TEXT"] == whole(text)


@given(SETTINGS, TEXTS)
def test_the_sdk_call_holds_what_the_sdk_can_carry(values: dict[str, Any], text: str) -> None:
    request = SpeechRequest(**{**values, "model": "eleven_flash_v2_5"})
    code = snippet("sdk", request, text)
    compile(code.encode(), "speak.py", "exec")
    assert constants(code)["TEXT"] == whole(text)
    (call,) = (
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "convert_realtime"
    )
    assert ast.literal_eval(call.args[0]) == request.sent["voice"]
    given_names = {keyword.arg: keyword.value for keyword in call.keywords}
    voice_settings = given_names.pop("voice_settings", None)
    given_names.pop("text")
    assert {name: ast.literal_eval(value) for name, value in given_names.items() if name} == {
        wire: value
        for wire, value in (("model_id", request.model), ("output_format", request.format))
        if value is not None
    }
    carried = {}
    if isinstance(voice_settings, ast.Call):
        carried = {
            keyword.arg: ast.literal_eval(keyword.value) for keyword in voice_settings.keywords
        }
    assert carried == request.first_message.get("voice_settings", {})


@given(SETTINGS)
def test_the_sdk_call_names_what_it_leaves_out(values: dict[str, Any]) -> None:
    request = SpeechRequest(**{**values, "model": "eleven_flash_v2_5"})
    code = snippet("sdk", request, TEXT)
    comment = " ".join(line[2:] for line in code.splitlines() if line.startswith("# "))
    named = comment.partition("leaves out: ")[2].rstrip(".").split(", ")
    nameless = (Place.LOCAL, Place.HOST, Place.ENDPOINT)
    wires = {declared.wire for declared in PARAMETERS if declared.place not in nameless}
    sent = {declared.wire for declared in PARAMETERS if declared.name in request.sent} & wires
    passed = {
        "voice_id",
        "model_id",
        "output_format",
        *request.first_message.get("voice_settings", {}),
    }
    level, endpoint = "optimize_streaming_latency", "multi-stream-input"
    assert set(named) - {endpoint} == sent - passed
    assert {level, endpoint} & set(named) == ({endpoint} if request.multi else {level})


@given(values=SETTINGS, text=TEXTS, multi=st.booleans())
def test_the_sdk_speaks_a_dialogue_over_http(
    values: dict[str, Any], text: str, *, multi: bool
) -> None:
    request = SpeechRequest(**{**values, "model": "eleven_v4", "multi": multi})
    code = snippet("sdk", request, text)
    compile(code.encode(), "speak.py", "exec")
    assert constants(code)["TEXT"] == whole(text)
    (call,) = (
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "stream"
    )
    given_names = {keyword.arg: keyword.value for keyword in call.keywords}
    given_names.pop("inputs")
    given_names.pop("settings", None)
    expected = {
        parameter(name).wire: request.sent[name]
        for name in ("model", "format", "language", "seed", "normalize", "logging")
        if name in request.sent
    }
    assert {name: ast.literal_eval(value) for name, value in given_names.items() if name} == (
        expected
    )
    comment = " ".join(line[2:] for line in code.splitlines() if line.startswith("# "))
    assert "over HTTP" in comment
    assert "sync_alignment" in comment


READ_MODULES = """
import { readFileSync } from "node:fs";
import vm from "node:vm";
const found = JSON.parse(readFileSync(0, "utf8")).map((code) => {
  new vm.SourceTextModule(code);
  const constants = code.slice(code.indexOf("const url = "), code.indexOf("\\nconst key = "));
  return vm.runInNewContext(constants + "\\nJSON.stringify([url, firstMessage, text])");
});
console.log("[" + found.join() + "]");
"""


@settings(max_examples=10)
@given(st.lists(st.tuples(SETTINGS, TEXTS), min_size=1, max_size=40))
def test_javascript_holds_the_request_and_the_text(
    cases: list[tuple[dict[str, Any], str]],
) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    requests = [(SpeechRequest(**values), text) for values, text in cases]
    codes = [snippet("javascript", request, text) for request, text in requests]
    flags = ("--experimental-vm-modules", "--no-warnings", "--input-type=module", "--eval")
    done = subprocess.run(
        [node, *flags, READ_MODULES],
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        [request.url, request.first_message, whole(text)] for request, text in requests
    ]


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_javascript_never_closes_a_script_of_a_page(text: str) -> None:
    code = snippet("javascript", SpeechRequest(), text).lower()
    assert not any(markup in code for markup in ("</script", "<script", "<!--"))
