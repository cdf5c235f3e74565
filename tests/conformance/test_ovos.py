"""The client speaks with a server that this project did not write: ovos-tts-server.

It serves HTTP and stream-input below ``/elevenlabs``, tells no times of characters, and sends the
sound of the whole text once the text has ended (ovos-tts-server 1.13.4, ``routers/elevenlabs.py``).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from jupyter_tts import say
from jupyter_tts.audio.codecs import decoder, encoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.client.http import get_json
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.notebook.runtime.session import drop_session
from jupyter_tts.wire.errors import ConnectionLost, ProtocolError
from jupyter_tts.wire.request import SpeechRequest

from ..missing import missing
from ..server.serving import PATIENCE
from .ovos_plugin.chimes import sound

pytestmark = pytest.mark.conformance

PLUGIN = Path(__file__).with_name("ovos_plugin")
TEXT = (
    "The quick brown fox jumps over the lazy dog. Then, after a short rest, it does so again; "
    "nobody knows why – in the end they sleep. "
)
VOICES = ("high", "tower/low")


@pytest.fixture(scope="module")
def ovos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server, with a voice whose sound can be foretold; the value is the URL for a client."""
    if find_spec("ovos_tts_server") is None:
        missing("no ovos_tts_server; run: pip install -r tests/conformance/requirements.txt")
    home = tmp_path_factory.mktemp("ovos")
    entry_points = home / "chimes-1.dist-info" / "entry_points.txt"
    entry_points.parent.mkdir()
    entry_points.write_text("[opm.tts]\nchimes = chimes_plugin:Chimes\n")
    entry_points.with_name("METADATA").write_text("Metadata-Version: 2.1\nName: chimes\nVersion: 1")
    command = ["-m", "ovos_tts_server", "--engine", "chimes", "--host", "127.0.0.1", "--port", "0"]
    environment = {
        **os.environ,
        **dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(home)),
        "PYTHONPATH": os.pathsep.join(map(str, (PLUGIN, home))),
    }
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(
            [sys.executable, *command],
            stdout=log,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        ) as process,
    ):
        assert process.stderr is not None
        said = ""
        try:
            while (found := re.search(r"running on (http://127\.0\.0\.1:\d+)", said)) is None:
                line = process.stderr.readline()
                assert line, said
                said += line
            yield f"{found[1]}/elevenlabs"
        finally:
            process.kill()
            process.communicate(timeout=PATIENCE)


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    yield
    drop_session(None)


@pytest.mark.parametrize("voice", VOICES)
def test_every_sample_of_two_utterances_arrives(ovos: str, voice: str) -> None:
    for text in (TEXT, "A second one. "):
        speech = say(text, server=ovos, voice=voice, play=False)
        assert speech.pcm == sound(voice, text)
        assert speech.complete
        assert speech.spoken == text
        assert speech.words == ()
        assert not speech.timeline.reconnects


def test_text_that_comes_bit_by_bit_is_whole(ovos: str) -> None:
    bits = (TEXT[start : start + 3] for start in range(0, len(TEXT), 3))
    speech = say(bits, server=ovos, voice="high", latency=4, stability=0.3, play=False)
    assert speech.pcm == sound("high", TEXT)


def test_other_formats_are_the_same_sound(ovos: str) -> None:
    whole = np.frombuffer(sound("high", TEXT), "<i2")
    twice = say(TEXT, server=ovos, voice="high", format="pcm_48000", play=False)
    assert np.array_equal(np.frombuffer(twice.pcm, "<i2")[::2], whole)
    ulaw = parse_format("ulaw_8000")
    telephone = say(TEXT, server=ovos, voice="high", format=ulaw.name, play=False)
    coded = encoder(ulaw).encode(whole[::3].tobytes())
    assert telephone.pcm == decoder(ulaw).decode(coded)


async def test_its_voices_are_listed(ovos: str) -> None:
    listed = await get_json(ovos, "/v1/voices", None)
    assert [voice["voice_id"] for voice in listed["voices"]] == list(VOICES)


async def spoken(server: str, text: str, **parameters: str) -> bytes:
    request = SpeechRequest(server=server, voice="high", **parameters)
    events = stream_speech(request, text, retry=Retry(base=0.0, cap=0.0))
    return b"".join([event.pcm async for event in events if isinstance(event, Audio)])


async def test_a_voice_that_fails_is_an_error_though_the_socket_closes_in_order(ovos: str) -> None:
    with pytest.raises(ConnectionLost, match="before all of the text was spoken"):
        await spoken(ovos, "This is unspeakable.", format="pcm_24000")


async def test_wav_under_the_name_of_mp3_is_an_error_and_no_silence(ovos: str) -> None:
    with pytest.raises(ProtocolError, match="bytes that are no mp3_44100_128"):
        await spoken(ovos, TEXT, format="mp3_44100_128")  # it has no pydub
