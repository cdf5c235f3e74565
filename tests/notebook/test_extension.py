from __future__ import annotations

import pickle

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.runtime.frontend import FRONTEND_VARIABLE
from jupyter_tts.wire.request import SpeechRequest


def test_a_speech_from_elsewhere_is_shown_before_anything_was_spoken_here(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FRONTEND_VARIABLE, "headless")
    made = Speech("Hello.", SpeechRequest(), 24_000, Timeline())
    made.add(Audio(b"\1\0" * 2400, 24_000))
    made.finish()
    shell.user_ns["made"] = pickle.loads(pickle.dumps(made))
    with capture_output() as shown:
        shell.run_cell("made")
    assert ["<audio" in output.data["text/html"] for output in shown.outputs] == [True]
    shell.run_line_magic("unload_ext", "jupyter_tts")
    with capture_output() as shown:
        shell.run_cell("made")
    assert [*shown.outputs] == []
    assert repr(made) in shown.stdout
    shell.run_line_magic("load_ext", "jupyter_tts")
