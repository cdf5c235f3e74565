from __future__ import annotations

import inspect
import pickle

import pytest

from jupyter_tts.wire import errors
from jupyter_tts.wire.errors import ParameterError, ServerIds, TTSError

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
    error = ParameterError(["a", "b"], hint="Do this.")
    error.identify(ServerIds("id", "trace"))
    restored = pickle.loads(pickle.dumps(error))
    assert restored.hint == "Do this."
    assert str(restored) == str(error)
    assert (restored.request_id, restored.trace_id) == ("id", "trace")
    assert isinstance(restored, ValueError)
    assert restored.faults == ("a", "b")


def test_ipython_shows_one_red_sentence_and_no_traceback() -> None:
    (line,) = TTSError("It rained.")._render_traceback_()
    assert "TTSError: It rained." in line
    assert line.startswith("\x1b[31m")
