"""The key goes into a handshake header, and nowhere else that anybody can look."""

from __future__ import annotations

import base64
import http
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
from nbclient import NotebookClient
from websockets.datastructures import Headers
from websockets.sync.server import Request, Response, ServerConnection, serve

from jupyter_tts.client.keys import KEY_VARIABLE

from .server.serving import start, stop

CANARY = "sk_canary_7Qm2vT9x"

SETUP = """
import logging, pickle
logging.basicConfig(filename="debug.log", level=logging.DEBUG)
%load_ext jupyter_tts
%xmode Verbose
from jupyter_tts import Panel, SpeechRequest, say, stream, check_url
"""

SERVED = """
%%tts --server {server} --voice en-us --name speech --save talk.wav --save talk.mp3
Hello there.
"""
REFUSED = """
%%tts --server {echo} --voice refused
Hello there.
"""
SPOKEN = """
%%tts --server {echo} --voice spoken --name spoken --save spoken.wav --save spoken.vtt
Hello there.
"""
IN_BAND = """
%%tts --server {echo} --voice accepted
Hello there.
"""
FLOWS = [
    SERVED,
    "speech, speech.timeline, speech.request, vars(speech), pickle.dumps(speech)",
    "%tts --dry-run --server elevenlabs Hello there.",
    REFUSED,
    IN_BAND,
    SPOKEN,
    "spoken, spoken.words, vars(spoken), pickle.dumps(spoken)",
    """
async for event in stream('Hello there.', server='{echo}', voice='spoken'):
    print(event)
""",
    "say('Hello.', server='{echo}', voice='refused')",
    """
try:
    say('Hello.', server='{echo}', voice='accepted')
except Exception as error:
    print(repr(error), vars(error), pickle.dumps(error))
""",
    """
async for event in stream('Hello.', server='{echo}', voice='accepted'):
    print(event)
""",
    "%tts --multi --server {server} --voice en-us Hello there.",
    "%tts --multi --server {echo} --voice accepted Hello there.",
    """
async for event in stream('Hello.', server='{echo}', voice='accepted', multi=True):
    print(event)
""",
    """
def source():
    yield 'one '
    raise LookupError
say(source(), server='{server}', voice='en-us')
""",
    "%tb",
    "%tts --server https://elsewhere.invalid Hello there.",
    "%tts --server wss://127.0.0.1:9 Hello there.",
    "%tts_check wss://api.elevenlabs.io/v1/text-to-speech/x/stream-input?xi_api_key={canary}",
    "check_url('wss://api.elevenlabs.io/v1/x?authorization=Bearer%20{canary}')",
    "panel = Panel(server='{server}', voice='en-us'); panel",
    """
import threading
done = threading.Event()
panel.observe(lambda change: done.set(), 'speech')
panel.speak()
done.wait(60)
""",
    """
from jupyter_tts.snippets.snippets import SNIPPETS, snippet
for each in SNIPPETS:
    print(snippet(each.name, panel.request, 'Hello.'))
""",
    """
from jupyter_tts.client import keys
key = keys.find_key('elevenlabs')
key, [key], {{'key': key}}
""",
    """
panel.close()
%unload_ext jupyter_tts
""",
]


@contextmanager
def echoing() -> Iterator[str]:
    """A server that says the key it was given in whatever it answers."""

    def refuse(_: ServerConnection, request: Request) -> Response | None:
        key = request.headers["xi-api-key"]
        if "refused" not in request.path:
            return None
        body = json.dumps({"detail": {"status": "invalid_api_key", "message": f"Bad key {key}"}})
        return Response(401, http.HTTPStatus(401).phrase, Headers(), body.encode())

    def handler(socket: ServerConnection) -> None:
        assert socket.request is not None
        key = socket.request.headers["xi-api-key"]
        if "spoken" in socket.request.path:
            speak(socket, f"Hello {key} there.")
            return
        fault = {"message": f"Bad key: {key}", "error": f"invalid {key}", "code": 1008}
        socket.send(json.dumps(fault))
        socket.close(1008, f"Bad key: {key}")

    with serve(handler, "127.0.0.1", 0, process_request=refuse, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


def speak(socket: ServerConnection, text: str) -> None:
    """Answer with two messages, in which each character is an item of its own."""
    while json.loads(socket.recv())["text"]:
        pass
    middle = len(text) // 2
    for part in (text[:middle], text[middle:]):
        pcm = b"\0\x10" * (2_400 * len(part))
        times = [100 * index for index in range(len(part))]
        alignment = {
            "chars": [*part],
            "charStartTimesMs": times,
            "charDurationsMs": [100] * len(part),
        }
        audio = base64.b64encode(pcm).decode()
        socket.send(json.dumps({"audio": audio, "alignment": alignment}))
    socket.send(json.dumps({"isFinal": True}))


def disguises() -> list[bytes]:
    """The key as it may have been written."""
    raw = CANARY.encode()
    coded = [base64.b64encode(bytes(shift) + raw)[4:-4] for shift in range(3)]
    return [raw, raw.hex().encode(), quote(CANARY, safe="").encode(), raw[4:], *coded]


@pytest.mark.parametrize("front_end", ["live", "headless"])
def test_the_key_is_in_nothing_that_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, front_end: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, CANARY)
    monkeypatch.setenv("JUPYTER_TTS_FRONTEND", front_end)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # what is opened ahead goes nowhere
    running = start(tmp_path / "server.log", ["--api-key", CANARY], {})
    try:
        with echoing() as echo:
            names = {"server": running.address, "echo": echo, "canary": CANARY}
            sources = [flow.format(**names).strip() for flow in (SETUP, *FLOWS)]
            notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)))
            NotebookClient(
                notebook,
                allow_errors=True,
                store_widget_state=True,
                resources={"metadata": {"path": str(tmp_path)}},
            ).execute()
    finally:
        stop(running)
    outputs = {
        flow: str(cell.outputs) for flow, cell in zip(FLOWS, notebook.cells[1:], strict=True)
    }
    assert "Error" not in outputs[SERVED]  # the flows went where they were to go
    assert "Bad key" in outputs[REFUSED]
    assert "Bad key" in outputs[IN_BAND]
    assert "••••" in outputs[FLOWS[FLOWS.index(SPOKEN) + 1]]
    for cell in notebook.cells:
        cell.source = ""  # the test itself wrote the key into two of them
    nbformat.write(notebook, tmp_path / "executed.ipynb")
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"executed.ipynb", "debug.log", "server.log", "talk.wav", "talk.mp3", "spoken.vtt"} <= {
        p.name for p in written
    }
    for path in written:
        if path.name == "history.sqlite":
            continue  # what the user typed
        for disguise in disguises():
            assert disguise not in path.read_bytes(), path
