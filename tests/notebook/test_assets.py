"""The front end's files as they are shipped."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from jupyter_tts.notebook.assets import bundle, compact_script

ENTRIES = ["player/player.js", "panel/controls.js", "panel/history.js", "saved/saved.js"]

_DECLARED = re.compile(r"^(?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE)


@pytest.mark.parametrize("entry", ENTRIES)
def test_modules_that_are_joined_share_no_name(entry: str) -> None:
    """They share one scope, where a name declared twice is a syntax error and no player at all."""
    names = Counter(_DECLARED.findall(bundle(entry)))
    assert len(names) > 10
    assert not [name for name, times in names.items() if times > 1]


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_bundle_needs_no_other_file(entry: str) -> None:
    assert not re.search(r"^\s*import |^export (?!default)", bundle(entry), re.MULTILINE)


def test_a_script_in_a_saved_view_has_no_comments_and_cannot_end_early() -> None:
    script = compact_script("saved/saved.js")
    assert len(script) < len(bundle("saved/saved.js"))
    assert not re.search(r"/\*|^\s*//|</script", script, re.MULTILINE)
