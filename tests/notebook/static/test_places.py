"""Where a page shows a player, and what takes its place there: cells, Outputs, nested ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ...node import open_node

MODULE = Path(__file__).with_name("notebook_model.js")

NESTED: dict[str, Any] = {
    "cells": [["text"], ["widget tab"]],
    "widgets": {
        "tab": {"children": ["label", "box"]},
        "label": {},
        "box": {"children": ["out"]},
        "out": {"outputs": ["print", "widget inner"]},
        "inner": {"outputs": ["widget player"]},
        "player": {},
        "elsewhere": {"outputs": ["widget other"]},
    },
}
OUTPUTS = ["out", "inner", "elsewhere"]


def call(page: dict[str, Any], name: str, *arguments: Any) -> Any:
    with open_node(page) as node:
        return node.call(MODULE, name, *arguments)


def test_a_view_takes_the_players_place_in_a_cell_or_in_any_output_and_the_kernel_knows() -> None:
    assert call(NESTED, "replace", ["former", "player"], OUTPUTS) == {
        "replaced": True,
        "cells": [["text"], ["widget tab"]],
        "kernel": {"inner": ["saved"]},
    }
    cell = {"cells": [["text", "widget player", "text"]]}
    assert call(cell, "replace", ["player"], []) == {
        "replaced": True,
        "cells": [["text", "saved", "text"]],
        "kernel": {},
    }


@pytest.mark.parametrize(
    ("page", "outputs", "replaced"),
    [
        ({"cells": [["text"]]}, [], False),
        ({"cells": [["text"], ["saved"]]}, [], True),  # by its display id
        ({"cells": [["text"]]}, ["an Output that the page does not have"], None),
        ({}, [], None),
    ],
)
def test_a_page_knows_that_a_player_is_nowhere_only_if_it_knows_every_place(
    page: dict[str, Any], outputs: list[str], replaced: bool | None
) -> None:
    assert call(page, "replace", ["player"], outputs)["replaced"] is replaced


def test_without_cells_an_output_has_its_trait_replaced() -> None:
    page = {"widgets": {"out": {"outputs": ["widget other", "widget player"]}}}
    done = call(page, "replace", ["player"], ["out"])
    assert (done["replaced"], done["kernel"]) == (True, {"out": ["widget other", "saved"]})


def test_what_is_inside_something_shown_is_shown_and_nothing_else() -> None:
    assert call(NESTED, "shows", ["player"], OUTPUTS) is True
    assert call(NESTED, "shows", ["other"], OUTPUTS) is False
    cleared = NESTED | {"cells": [["text"], []]}
    assert call(cleared, "shows", ["player"], OUTPUTS) is False


@pytest.mark.parametrize("views", [0, 1])
def test_without_cells_an_output_shows_what_it_has_while_it_is_drawn(views: int) -> None:
    page = {"widgets": {"out": {"outputs": ["widget player"], "views": views}}}
    assert call(page, "shows", ["player"], ["out"]) is bool(views)


def test_a_callbacks_player_is_shown_in_the_cell_of_its_widget() -> None:
    page = {
        "cells": [["text"], ["widget box"], []],
        "widgets": {"box": {"children": ["button"]}, "button": {}},
    }
    first, second = ["m1", "a"], ["m1", "b"]
    shown = call(page, "showBeside", "button", [], first, second)["cells"]
    assert shown == [["text"], ["widget box", "widget a", "widget b"], []]
    # What a later message speaks takes the place of both.
    shown = call(page, "showBeside", "button", [], first, second, ["m2", "c"])["cells"]
    assert shown == [["text"], ["widget box", "widget c", ""], []]


def test_a_callbacks_player_is_shown_in_the_output_of_its_widget() -> None:
    page = {
        "cells": [["widget out"]],
        "widgets": {"out": {"outputs": ["widget button"]}, "button": {}},
    }
    shown = call(page, "showBeside", "button", ["out"], ["m1", "a"])
    assert shown == {"cells": [["widget out"]], "kernel": {"out": ["widget button", "widget a"]}}
