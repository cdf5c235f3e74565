from __future__ import annotations

import inspect
import json
import pickle

import pytest

from jupyter_tts.wire import errors
from jupyter_tts.wire.causes import handshake_error, server_error
from jupyter_tts.wire.errors import ParameterError, TTSError

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, TTSError) and kind is not ParameterError
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_says_what_happened_and_what_to_do(kind: type[TTSError]) -> None:
    error = kind("It rained.", hint="Take an umbrella.")
    assert str(error) == "It rained. Take an umbrella."
    restored = pickle.loads(pickle.dumps(error))
    assert (type(restored), str(restored)) == (kind, str(error))


def test_parameter_errors_survive_pickle_and_are_value_errors() -> None:
    restored = pickle.loads(pickle.dumps(ParameterError(["a", "b"])))
    assert isinstance(restored, ValueError)
    assert restored.faults == ("a", "b")


def test_ipython_shows_one_red_sentence_and_no_traceback() -> None:
    (line,) = TTSError("It rained.")._render_traceback_()
    assert "TTSError: It rained." in line
    assert line.startswith("\x1b[31m")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (json.dumps({"detail": {"status": "x", "message": "No such model"}}), "No such model."),
        (json.dumps({"detail": [{"msg": "field required"}]}), "field required."),
        (json.dumps({"detail": "plain"}), "plain."),
        ("<html><script>alert(1)</script>", "HTTP 500."),
        ("", "HTTP 500."),
        (b"\xff\xfe", "HTTP 500"),
        ("x" * 10_000, "…"),
    ],
)
def test_a_refused_handshake_quotes_the_server_within_bounds(body: str | bytes, said: str) -> None:
    error = handshake_error(500, body)
    assert error.status == 500
    assert said in str(error)
    assert "second ?" in error.hint
    assert "<script>" not in str(error)
    assert len(str(error)) < 600


def test_every_server_error_has_a_sentence() -> None:
    assert str(server_error("", error="")) == "The server stopped the stream: no reason given."
    assert "180 seconds" in str(server_error("Too late.", error="input_timeout_exceeded"))
