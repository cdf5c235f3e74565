"""What makes a player of a saved view: a script that stands in each, style and all, in some 10 kB.

Each view is whole in itself, so that any cell may be deleted. The script is compressed, since it is
the same in every view; a page unpacks it once. ``python -m docs.make.saved_code`` makes it again
when what it is made of has changed, which a test notices.
"""

from __future__ import annotations

import hashlib
from functools import cache

from ..assets import STATIC, bundle, compact_style

__all__ = ["ENTRY", "LOADER", "SCRIPT", "STAND_INS", "code_name", "saved_script", "saved_style"]

ENTRY = "saved/saved.js"
LOADER = "saved/loader.js"
SCRIPT = STATIC / "saved" / "saved_script.txt"
# Of Ascii85, what HTML, JSON and JavaScript have a meaning for.
STAND_INS = str.maketrans('"&<\\', "vwxy")


def saved_style() -> str:
    """Return the style of a speech, live or saved, as few bytes."""
    return compact_style("theme.css", "speech.css", "card.css")


def code_name() -> str:
    """Return the name that the code has in a page: one for each version of its sources."""
    sources = (bundle(ENTRY), bundle(LOADER), saved_style())
    return f"jtts_{hashlib.blake2b(chr(0).join(sources).encode(), digest_size=4).hexdigest()}"


@cache
def saved_script() -> str:
    """Return the script that stands in a saved view."""
    return SCRIPT.read_text("ascii")
