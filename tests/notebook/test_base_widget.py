"""How often the code of the widgets leaves the kernel."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from jupyter_tts import Panel
from jupyter_tts.notebook import base_widget
from jupyter_tts.notebook.player.widget import Player
from jupyter_tts.notebook.runtime.frontend import FRONTEND_VARIABLE

CELLS = [
    "%load_ext jupyter_tts",
    "%tts --voice en-us Hello.",
    "%tts --voice en-us Hello again.",
    "import ipywidgets; ipywidgets.Widget.close_all()",
    "%tts --voice en-us And again.",
]


def test_of_all_players_in_a_page_the_code_is_sent_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FRONTEND_VARIABLE, "live")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    client = NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=60)
    client.execute(env={**os.environ, "VOILA_BASE_URL": "/"})
    modules = [state["_esm"] for state in client.widget_state.values() if "_esm" in state]
    # Once at first, and once after all widgets were closed.
    assert sum("class PlayerModel" in module for module in modules) == 2
    assert max(len(module) for module in modules if "class PlayerModel" not in module) < 5000


def test_where_it_is_not_known_to_be_one_page_each_player_has_the_code() -> None:
    for player in (Player(), Player()):
        assert "class PlayerModel" in player._esm
        assert ".jtts-player" in player._css
        assert player.code_hash == ""


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize("shared", [True, False])
def test_a_panel_that_is_displayed_brings_the_code_of_the_player(
    monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    provided: list[tuple[str, ...]] = []
    panel = Panel()
    monkeypatch.setenv(FRONTEND_VARIABLE, "live")
    monkeypatch.setattr(base_widget, "_outputs_share_a_page", lambda: shared)
    monkeypatch.setattr(base_widget, "provide_code", lambda *code: provided.append(code))
    panel._repr_mimebundle_()
    assert provided == [Player.code] * shared
    panel.close()
