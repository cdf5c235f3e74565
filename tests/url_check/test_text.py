from __future__ import annotations

import pytest
from hypothesis import example, given

from jupyter_tts.url_check.text import Piece, UrlText, dissect, tidy

from .test_check import ANYTHING, BASE, RIGHT


def joined(parts: UrlText) -> str:
    pieces = "".join(piece.mark + piece.text for piece in parts.pieces)
    return parts.scheme + parts.userinfo + parts.netloc + parts.path + pieces


@given(ANYTHING)
@example('\\"')
@example('x^"')
@example("x^^")
@example("\\\0")
def test_nothing_is_lost_when_a_text_is_taken_apart(url: str) -> None:
    text = tidy(url)
    assert tidy(text) == text
    assert joined(dissect(text)) == text


def test_a_right_url_has_the_parts_that_a_standard_parser_sees() -> None:
    assert dissect(RIGHT) == UrlText(
        scheme="wss://",
        userinfo="",
        netloc="api.elevenlabs.io",
        path="/v1/text-to-speech/abc/stream-input",
        pieces=(
            Piece("?", "model_id=eleven_flash_v2_5"),
            Piece("&", "optimize_streaming_latency=3"),
            Piece("&", "seed=7"),
        ),
    )


@pytest.mark.parametrize(
    ("query", "marks", "names"),
    [
        ("?model_id=x?seed=1?ssml=a", "? ? ?", "model_id seed ssml"),
        ("?model_id=xseed=1", "? ", "model_id seed"),
        ("?model_id=x, seed=1", "? , ", "model_id seed"),
        ("?model_id=xuse_speaker_boost=1", "? ", "model_id use_speaker_boost"),
        ("?model_id=xxi_api_key=1", "? ", "model_id xi_api_key"),
        ("?model_id=x&amp;seed=1", "? &amp;", "model_id seed"),
        ("?model_id=x\\u0026seed=1", "? \\u0026", "model_id seed"),
        ("?model_id=x;seed=1", "? ;", "model_id seed"),
        ("?model_id=x;y", "?", "model_id"),
        ("&model_id=x", "&", "model_id"),
        ("%3Fmodel_id=x&seed=1", "%3F &", "model_id seed"),
        ("#seed=1", "#", "seed"),
    ],
)
def test_a_query_is_cut_where_a_parameter_was_meant_to_begin(
    query: str, marks: str, names: str
) -> None:
    pieces = dissect(BASE + query).pieces
    assert " ".join(piece.mark for piece in pieces) == marks
    assert [piece.name for piece in pieces] == names.split()


@pytest.mark.parametrize(
    "userinfo", ["user@", "user:pass@", "user:pa/ss@", "user:pa?ss@", "user:pa#ss@", "a@b:c@"]
)
def test_a_password_is_found_whatever_signs_it_has(userinfo: str) -> None:
    parts = dissect(f"wss://{userinfo}h.test/v1/text-to-speech/a@b/stream-input?seed=1")
    assert parts.userinfo == userinfo
    assert parts.netloc == "h.test"
    assert parts.path == "/v1/text-to-speech/a@b/stream-input"
