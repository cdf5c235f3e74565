"""The front end's files as they are shipped."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from jupyter_tts.notebook.assets import bundle, page_code

ENTRIES = [
    "player/player.js",
    "panel/controls.js",
    "panel/history.js",
    "voices/voices.js",
    "saved/saved.js",
]

_DECLARED = re.compile(r"^(?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE)


@pytest.mark.parametrize("entry", ENTRIES)
def test_modules_that_are_joined_share_no_name(entry: str) -> None:
    """They share one scope, where a name declared twice is a syntax error and no player at all."""
    names = Counter(_DECLARED.findall(bundle(entry)))
    assert len(names) > 10
    assert not [name for name, times in names.items() if times > 1]


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry != "saved/saved.js"])
def test_what_puts_a_module_into_a_page_shares_no_name_with_it(entry: str) -> None:
    assert page_code(entry).provider.count("const widgetOfPage =") == 1
    names = _DECLARED.findall(bundle(entry))
    assert not {"widgetOfPage", *_DECLARED.findall(bundle("loading/page_code.js"))} & {*names}


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_bundle_needs_no_other_file(entry: str) -> None:
    assert not re.search(r"^\s*import |^export (?!default)", bundle(entry), re.MULTILINE)
