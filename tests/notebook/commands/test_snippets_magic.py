"""The cell that a request is copied as, read back the way IPython and the magics read it."""

from __future__ import annotations

import ast
import dataclasses
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from jupyter_tts.notebook.commands.interpolation import Scope
from jupyter_tts.notebook.commands.options import parse_options
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.speaking.request import make_request
from jupyter_tts.snippets.cell import NOTEBOOK_FORMAT
from jupyter_tts.snippets.snippets import snippet
from jupyter_tts.wire.request import SpeechRequest

from ...snippets.running import TEXTS, whole
from ...wire.test_request import SETTINGS

# Ids with everything that quoting could get wrong.
IDS = (
    "it's",
    "say \"x\" 'y'",
    "-x",
    "-l 3",
    "--latency=4",
    "-5",
    "two  words",
    "{x}",
    "{{chr(65)}}",
    "{__import__('os').name}",
    "back\\slash \\' \\\"",
    "a\u2029b\x85c\rd\0e",
    "$HOME $(id) %s what?",
    "👩‍👩‍👧 שלום \u202e",
)


# Variables that a notebook may have, whatever stands in braces.
NAMES = Scope({"x": 3, "y": 4, "z": 5, "w": 6})


def read(cell: str) -> tuple[SpeechRequest, str]:
    """What a cell speaks, and how: IPython's own reading of it, then the magic's."""
    call = ast.parse(TransformerManager().transform_cell(cell)).body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    name, line, body = (ast.literal_eval(argument) for argument in call.value.args)
    assert name == "tts"
    options = parse_options(line, NAMES)
    text = body if options.raw else NAMES.expand(body)
    assert options == dataclasses.replace(
        parse_options(""), parameters=options.parameters, raw=options.raw
    )
    return make_request(
        current_session(), {"server": "elevenlabs", **options.parameters}
    ), text.strip()


@given(SETTINGS, TEXTS)
def test_a_cell_speaks_the_same_text_in_the_same_way(values: dict[str, Any], text: str) -> None:
    request = SpeechRequest(**values)
    options, spoken = read(snippet("magic", request, text))
    # A cell asks for a format that the notebook can play where the request asks for none.
    assert options == dataclasses.replace(request, format=request.format or NOTEBOOK_FORMAT)
    assert spoken.split() == whole(text).split()


@given(st.sampled_from(IDS) | st.text(st.characters(exclude_categories=["Cs"])))
@example("-")
@example("---")
def test_an_id_of_any_characters_survives_the_line_of_options(text: str) -> None:
    settings = {"voice": text.replace("\n", ""), "model": "m", "format": "pcm_24000"}
    # argparse takes a bare -- for its own, even after an =.
    assume(settings["voice"].strip() and settings["voice"] not in (".", "..", "--"))
    request = SpeechRequest(**settings)
    cell = snippet("magic", request, "Hello")
    assert read(cell) == (request, "Hello")


@pytest.mark.parametrize(
    ("values", "text", "cell"),
    [
        ({}, "Hello.", "%%tts\nHello."),
        ({"format": "pcm_24000", "latency": 2, "levers": True}, "Hi", "%%tts\nHi"),
        ({"latency": 3, "stability": 0.4}, "Hi", "%%tts --latency 3 --stability 0.4\nHi"),
        (
            {"speaker_boost": False, "auto_mode": True, "levers": False},
            "Hi",
            "%%tts --no-speaker-boost --auto-mode --no-levers\nHi",
        ),
        ({"schedule": [50, 90]}, "Hi", "%%tts --schedule 50,90\nHi"),
        ({"pronunciation": ["a:1", "b:2"]}, "Hi", "%%tts --pronunciation a:1,b:2\nHi"),
        ({"format": "mp3_44100_128"}, "Hi", "%%tts --format mp3_44100_128\nHi"),
        (
            {"server": "local", "voice": "My voice"},
            "Hi",
            "%%tts --voice 'My voice' --server local\nHi",
        ),
        ({"voice": "-x"}, "Hi", "%%tts --voice=-x\nHi"),
        ({}, "{x} stays", "%%tts --raw\n{x} stays"),
        ({}, "It's $5,\n\n  indented", "%%tts\nIt's $5,\n\n  indented"),
        ({"voice": "{x}"}, "Hi", "%%tts --voice '{''x}'\nHi"),
        (
            {"voice": "a\rb"},
            ">>> {x}\n...b",
            r"""get_ipython().run_cell_magic("tts", "--voice 'a\rb' --raw", ">>> {x}\n...b")""",
        ),
    ],
)
def test_a_cell_reads_as_one_would_write_it(values: dict[str, Any], text: str, cell: str) -> None:
    assert snippet("magic", SpeechRequest(**values), text) == cell


@pytest.mark.parametrize(
    "text",
    [
        ">>> a\n... b\nc",
        "a\n  >>> b {x}",
        "... a\nb",
        "...: a",
        "In [1]: a\nIn [2]: b",
        " [nav] In [1]: a",
        "a\n\n  b\n\tc",
        "left {{ alone",
        "right }} alone",
    ],
)
def test_what_looks_like_a_prompt_or_a_brace_stays_in_the_text(text: str) -> None:
    _, spoken = read(snippet("magic", SpeechRequest(), text))
    assert spoken == text.strip()


def test_the_format_left_out_is_the_one_the_notebook_asks_for() -> None:
    assert make_request(current_session(), {}).format == NOTEBOOK_FORMAT
