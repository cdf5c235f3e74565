"""A player is closed only once its saved view is in a notebook."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts.notebook.player.saved_view_delivery import SavedViewDelivery
from jupyter_tts.notebook.player.widget import Player

BUNDLE = {"text/html": "<p>", "text/plain": "p"}


def test_every_page_that_comes_is_offered_the_view_until_one_has_it(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[Any] = []
    player = Player()
    monkeypatch.setattr(player, "send", offered.append)
    model = player.model_id
    SavedViewDelivery(player, BUNDLE)
    player._handle_custom_msg({"kind": "hello", "leader": True, "next": 0}, [])
    assert offered == [{"kind": "place", "models": [model], "data": BUNDLE}] * 2
    assert player.comm is not None
    player._handle_custom_msg({"kind": "placed"}, [])
    assert player.comm is None
