"""A player is closed only once its saved view is in a notebook, or there are too many."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Output

from jupyter_tts.notebook.player import saved_view_delivery
from jupyter_tts.notebook.player.saved_view_delivery import SavedViewDelivery
from jupyter_tts.notebook.player.widget import Player
from jupyter_tts.notebook.runtime.session import current_session

BUNDLE = {"text/html": "<p>", "text/plain": "p"}


@pytest.fixture
def delivery(shell: InteractiveShell) -> SavedViewDelivery:
    return SavedViewDelivery(current_session())


def test_every_page_that_comes_is_offered_the_view_until_one_has_it(
    delivery: SavedViewDelivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[Any] = []
    output = Output()
    player = Player()
    monkeypatch.setattr(player, "send", offered.append)
    place = {
        "kind": "place",
        "session": "",
        "models": [player.model_id],
        "outputs": [output.model_id],
        "data": BUNDLE,
    }
    delivery.offer(player, BUNDLE)
    player._handle_custom_msg({"kind": "hello", "leader": True, "next": 0}, [])
    assert offered == [place, place]
    assert player.comm is not None
    player._handle_custom_msg({"kind": "placed"}, [])
    assert player.comm is None
    output.close()


@pytest.mark.parametrize("limit", ["players", "bytes"])
def test_where_no_page_answers_the_oldest_make_room_and_outputs_show_their_views(
    delivery: SavedViewDelivery, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    if limit == "players":
        monkeypatch.setattr(saved_view_delivery, "MOST_PLAYERS", 2)
    else:
        monkeypatch.setattr(saved_view_delivery, "MOST_BYTES", 2 * len("<p>p"))
    players = [Player() for _ in range(5)]
    output = Output()
    output.outputs = tuple(
        {"output_type": "display_data", "data": player.view, "metadata": {}} for player in players
    )
    for player in players:
        delivery.offer(player, BUNDLE)
    assert [player.comm is None for player in players] == [True, True, True, False, False]
    assert [entry["data"] == BUNDLE for entry in output.outputs] == [True] * 3 + [False] * 2
    for player in players[3:]:
        player.close()
    output.close()


def test_a_view_larger_than_all_may_be_is_offered_too(
    delivery: SavedViewDelivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_view_delivery, "MOST_BYTES", 0)
    player = Player()
    delivery.offer(player, BUNDLE)
    assert player.comm is not None
    player.close()
