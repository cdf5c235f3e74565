"""The script that stands in every saved view: ``python -m docs.make.saved_code``.

esbuild (``npm ci``) gives its functions short names; zopfli deflates it with its style, into the
format that browsers unpack.
"""

from __future__ import annotations

import base64
import json
import subprocess
import zlib
from pathlib import Path
from string import ascii_letters

from zopfli.zlib import compress

from jupyter_tts.notebook.assets import bundle
from jupyter_tts.notebook.output.saved_code import (
    ENTRY,
    LOADER,
    SCRIPT,
    STAND_INS,
    code_name,
    saved_style,
)

_ESBUILD = Path(__file__).parents[2] / "node_modules" / ".bin" / "esbuild"
_ADD_STYLE = 'document.head.appendChild(document.createElement("style")).textContent = {};'


def packed_script() -> str:
    """Return the script, with all it needs inside."""
    style = _ADD_STYLE.format(json.dumps(saved_style()))
    script = _minified(style + bundle(ENTRY))
    # Ascii85 takes four bytes at a time; a comment makes up for what is missing.
    comments = ("", *(f"//{ascii_letters[:n]}" for n in range(len(ascii_letters))))
    packed = next(made for end in comments if len(made := _deflated(script + end)) % 4 == 0)
    text = base64.a85encode(packed).decode().translate(STAND_INS)
    assert "z" not in text, "four zeros, which the loader does not know"
    arguments = json.dumps([code_name(), text])
    return _minified(f"{bundle(LOADER)}\nenlivenViews(...{arguments});")


def _deflated(script: str) -> bytes:
    """Return a script as browsers unpack it, without zlib's header and checksum."""
    packed = compress(script.encode(), numiterations=100)[2:-4]
    assert zlib.decompress(packed, -15)
    return packed


def _minified(source: str) -> str:
    """Return a script of few bytes, with no names of its own in a page."""
    command = [_ESBUILD, "--minify", "--format=iife", "--target=es2022"]
    made = subprocess.run(command, input=source, capture_output=True, check=True, text=True)
    return made.stdout.strip()


if __name__ == "__main__":
    SCRIPT.write_text(packed_script(), "ascii")
    print(f"{SCRIPT.stat().st_size:,} bytes")
