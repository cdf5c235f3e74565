from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_tts.wire.foreign_json import read_json


@pytest.mark.parametrize("value", [None, 1, "[" * 1_000, [{"a": [1]}] * 200, {"a": {"b": [[]]}}])
def test_what_a_server_may_send_is_read(value: Any) -> None:
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize("levels", [101, 900, 5_000, 100_000])
@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('{"a":', "}"), ('[1,{"a":', "}]")])
def test_what_is_nested_too_deeply_is_no_value(levels: int, before: str, after: str) -> None:
    for text in (before * levels, before * levels + "1" + after * levels):
        for data in (text, text.encode()):
            with pytest.raises(ValueError):  # noqa: PT011  # whatever it says, callers take it for no JSON
                read_json(data)


def test_some_levels_may_be_nested() -> None:
    assert read_json("[" * 100 + "]" * 100)
