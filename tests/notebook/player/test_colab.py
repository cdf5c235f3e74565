"""What is shown where Colab seems to be: a simulation, by a module of Colab's name."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from anywidget import _util
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.player.cell_output import CellOutput
from jupyter_tts.notebook.runtime.frontend import Frontend, detect
from jupyter_tts.notebook.runtime.session import session_of
from jupyter_tts.wire.request import SpeechRequest

MANAGER = "https://colab.test/manager.min.js"


class Kernel:
    """A kernel whose client names no cell, as Colab's may not."""

    def get_parent(self) -> dict[str, Any]:
        return {"metadata": {}, "header": {"session": "s1"}}


@pytest.fixture
def enabled(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pretend to be in Colab; how often its manager of third-party widgets was asked for."""
    calls: list[str] = []
    output: Any = ModuleType("google.colab.output")
    output.enable_custom_widget_manager = lambda: calls.append("enabled")
    output._widgets = SimpleNamespace(_installed_url=MANAGER)
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    monkeypatch.setattr(shell, "kernel", Kernel(), raising=False)
    _util.enable_custom_widget_manager_once.cache_clear()
    return calls


def test_in_colab_a_player_is_shown_without_a_line_to_be_run_first(
    shell: InteractiveShell, enabled: list[str]
) -> None:
    assert detect() is Frontend.LIVE
    speech = Speech("Hello you.", SpeechRequest(), 24_000, Timeline())
    with capture_output() as captured:
        CellOutput(session_of(shell), speech)
    (shown,) = captured.outputs
    (view,) = [kind for kind in shown.data if "widget-view" in kind]
    assert shown.metadata[view]["colab"]["custom_widget_manager"]["url"] == MANAGER
    assert enabled == ["enabled"]
    assert "run the cell again: Hello you." in shown.data["text/plain"]
