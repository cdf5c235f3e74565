"""The installed package, used from an empty folder; `.ci/package` runs this beside the wheel."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import nbformat

import jupyter_tts

TEXT = "The brown fox ran over the wide green hill. It met an old bear!"
PATIENCE = 60  # seconds


def check_place() -> None:
    """It is the installed one, without the extra [codecs], and pytest finds its fixture."""
    assert Path(jupyter_tts.__file__).is_relative_to(sys.prefix), jupyter_tts.__file__
    assert jupyter_tts.__version__ == importlib.metadata.version("jupyter_tts")
    assert importlib.metadata.entry_points(group="pytest11", name="jupyter_tts")


def check_python() -> None:
    """`say` speaks, and says what a format needs that is not installed."""
    speech = jupyter_tts.say(TEXT, server="local", play=False)
    assert speech.duration > 0
    assert [word.text for word in speech.words] == TEXT.split()
    assert 'python -m pip install "jupyter_tts[codecs]"' in refusal(format="mp3_44100_128")


def refusal(**parameters: str) -> str:
    """Return why a text is not spoken, "" if it is."""
    try:
        jupyter_tts.say(TEXT, server="local", play=False, **parameters)
    except jupyter_tts.TTSError as refused:
        return str(refused)
    return ""


def check_notebook() -> None:
    """`%%tts` leaves its view in a notebook that nobody watches."""
    sources = [
        "%load_ext jupyter_tts",
        f"%%tts --server local --name speech\n{TEXT}",
        "print(*[word.text for word in speech.words])",
    ]
    path = Path("speaks.ipynb")
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    subprocess.run(["jupyter", "execute", "--inplace", str(path)], check=True, timeout=PATIENCE)
    _, spoken, words = nbformat.read(path, as_version=4).cells
    (view,) = spoken.outputs
    assert re.search('<audio controls [^>]*src="data:audio/mpeg;base64,', view.data["text/html"])
    assert words.outputs[0].text == f"{TEXT}\n"


def check_server() -> None:
    """`python -m jupyter_tts.server` says where it is, answers, and ends in order."""
    command = [sys.executable, "-P", "-m", "jupyter_tts.server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said, _, address = server.stdout.readline().strip().rpartition(" ")
            assert said == "listening on", said
            with urllib.request.urlopen(f"{address}/v1/voices", timeout=PATIENCE) as answer:
                assert len(json.load(answer)["voices"]) > 100
        finally:
            server.terminate()
        assert server.wait(PATIENCE) == 0


if __name__ == "__main__":
    for variable in ("ELEVENLABS_API_KEY", "JUPYTER_TTS_FRONTEND"):
        os.environ.pop(variable, None)
    os.environ["JUPYTER_TTS_CACHE"] = "off"  # every check is to hear a stream
    for check in (check_place, check_python, check_notebook, check_server):
        check()
        print(f"{check.__name__}: good")
