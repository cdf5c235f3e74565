"""The script that stands in every saved view."""

from __future__ import annotations

import base64
import re
import zlib

from jupyter_tts.notebook.output.saved_code import STAND_INS, code_name, saved_script, saved_style

MOST = 10_000  # bytes of a view's script, with its style


def test_script_and_style_are_small_and_end_where_they_should() -> None:
    script = saved_script()
    assert len(script) <= MOST
    assert not re.search(r"</|<!|\n", script)
    (text,) = re.findall(r'"([^"&<\\]{1000,})"', script)
    standing = {stand_in: character for character, stand_in in STAND_INS.items()}
    packed = base64.a85decode(text.translate(standing))
    assert saved_style() in zlib.decompress(packed, -15).decode()


def test_it_is_made_of_the_sources_as_they_are() -> None:
    assert f'"{code_name()}"' in saved_script(), "run npm ci; python -m docs.make.saved_code"
