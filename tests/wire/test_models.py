from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_tts
from jupyter_tts.wire import models as table
from jupyter_tts.wire.languages import LANGUAGES, THREE_LETTERS
from jupyter_tts.wire.models import (
    DIALOGUE_MODEL,
    MODEL_IDS,
    MODELS,
    STREAM_INPUT_MODEL,
    Endpoint,
    Model,
    endpoint_of,
    find_model,
    is_dialogue_model,
    languages_of,
    level_fault,
    most_characters_of,
    most_voices_of,
)

models = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)


@pytest.mark.parametrize(
    ("model_id", "multi", "endpoint"),
    [
        (None, False, Endpoint.STREAM_INPUT),
        (None, True, Endpoint.MULTI_STREAM_INPUT),
        ("eleven_flash_v2_5", False, Endpoint.STREAM_INPUT),
        ("eleven_multilingual_v2", True, Endpoint.MULTI_STREAM_INPUT),
        ("eleven_v4_turbo", False, Endpoint.DIALOGUE),
        ("eleven_v4", True, Endpoint.MULTI_DIALOGUE),
        ("eleven_v3_conversational", False, Endpoint.DIALOGUE),
        ("eleven_v4_of_next_year", False, Endpoint.DIALOGUE),
        ("kokoro", False, Endpoint.STREAM_INPUT),
    ],
)
def test_a_model_decides_the_endpoint(
    model_id: str | None, multi: bool, endpoint: Endpoint
) -> None:
    assert endpoint_of(model_id, multi) is endpoint
    assert is_dialogue_model(model_id) is endpoint.is_dialogue
    assert endpoint.is_multi is multi


def test_an_endpoint_names_its_path() -> None:
    assert Endpoint.STREAM_INPUT.resource == "text-to-speech"
    assert Endpoint.MULTI_DIALOGUE.resource == "text-to-dialogue"
    assert Endpoint.MULTI_DIALOGUE.last_segment == "multi-stream-input"


@models
def test_the_table_and_the_rule_agree(model: Model) -> None:
    assert find_model(model.id) is model
    assert model.dialogue_sockets is is_dialogue_model(model.id)
    assert model.speech_sockets is not model.dialogue_sockets
    assert model.settings <= {
        "stability", "similarity", "style", "speed", "speaker_boost", "clone_strength"
    }  # fmt: skip


@models
def test_an_old_model_names_one_of_today(model: Model) -> None:
    assert bool(model.successor) is model.is_deprecated
    if model.is_deprecated:
        successor = find_model(model.successor)
        assert successor is not None
        assert not successor.is_deprecated
    assert (model.id in MODEL_IDS) is not model.is_removed


def test_the_number_of_languages_is_that_of_the_service() -> None:
    counts = {model_id: len(languages_of(model_id)) for model_id in MODEL_IDS}
    assert counts["eleven_flash_v2_5"] == counts["eleven_turbo_v2_5"] == 32
    assert counts["eleven_multilingual_v2"] == 29
    assert counts["eleven_v3"] == counts["eleven_v3_conversational"] == 74
    assert counts["eleven_v4"] == counts["eleven_v4_turbo"] == 84
    assert list(languages_of("eleven_flash_v2")) == ["en"]
    assert languages_of("another") == LANGUAGES
    assert len(languages_of(None)) == 32


def test_three_letters_stand_for_two() -> None:
    assert {code for code in LANGUAGES if len(code) == 2} == set(THREE_LETTERS.values())
    assert not THREE_LETTERS.keys() & LANGUAGES.keys()


def test_the_defaults_are_models_of_their_endpoints() -> None:
    assert not is_dialogue_model(STREAM_INPUT_MODEL)
    assert is_dialogue_model(DIALOGUE_MODEL)
    assert find_model(None) is None


def test_a_model_takes_so_many_voices() -> None:
    assert most_voices_of("eleven_v4") == most_voices_of("eleven_v3") == 10
    assert most_voices_of("eleven_v4_turbo") == most_voices_of(None) == 1
    assert most_voices_of("eleven_v4_of_next_year") == 10


def _literals(tree: ast.AST) -> Iterator[list[str]]:
    """Yield the texts of every list, tuple, set and dict that is written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            items: list[ast.expr | None] = [*node.elts]
        elif isinstance(node, ast.Dict):
            items = [*node.keys]
        else:
            continue
        yield [str(item.value) for item in items if isinstance(item, ast.Constant)]


def test_no_other_module_lists_models() -> None:
    root = Path(jupyter_tts.__file__).parent
    lists = {
        path.relative_to(root).as_posix(): texts
        for path in root.rglob("*.py")
        for texts in _literals(ast.parse(path.read_text(encoding="utf-8")))
        if path != Path(table.__file__) and len(set(MODEL_IDS) & set(texts)) > 1
    }
    assert not lists


def test_the_level_is_refused_where_that_was_measured() -> None:
    refused = {model.id for model in MODELS if level_fault(model.id)}
    assert refused == {"eleven_v3", "eleven_v3_conversational"}
    assert level_fault(None) is level_fault("another") is None


@pytest.mark.parametrize(
    ("model_id", "endpoint"),
    [
        (None, Endpoint.HTTP_SPEECH),
        ("eleven_flash_v2_5", Endpoint.HTTP_SPEECH),
        ("eleven_v4_turbo", Endpoint.HTTP_SPEECH),  # nobody has seen it on the other one
        ("eleven_v4", Endpoint.HTTP_DIALOGUE),
        ("eleven_v3_conversational", Endpoint.HTTP_DIALOGUE),
        ("eleven_v4_of_next_year", Endpoint.HTTP_DIALOGUE),
    ],
)
def test_over_http_a_model_has_one_endpoint(model_id: str | None, endpoint: Endpoint) -> None:
    assert endpoint_of(model_id, multi=True, http=True) is endpoint


def test_a_dialogue_over_http_is_shorter_than_other_requests() -> None:
    assert most_characters_of("eleven_v4") == 10_000
    assert most_characters_of("eleven_v4", dialogue_over_http=True) == 2_000
    assert most_characters_of("eleven_v3_conversational", dialogue_over_http=True) == 2_000
