"""What is shown and what is spoken of 200 texts: ``python -m tests.notebook.texts`` writes it."""

from __future__ import annotations

import pytest

from .corpus import GROUPS, Outcome, Text, read
from .kernel import NAMES, outcomes

TEXTS = [text for group in GROUPS for text in read(group)]


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What became of each text in a notebook."""
    made = outcomes(TEXTS, tmp_path_factory.mktemp("ipython"))
    return {text.name: outcome for text, outcome in zip(TEXTS, made, strict=True)}


def test_there_are_forty_of_each_kind() -> None:
    assert len({text.name for text in TEXTS}) == 40 * len(GROUPS) == 200


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_a_text_is_shown_and_spoken_so(text: Text, spoken: dict[str, Outcome]) -> None:
    assert spoken[text.name] == text.outcome


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_a_text_is_changed_only_where_it_names_what_the_user_has(text: Text) -> None:
    assert text.outcome is not None
    if not text.outcome.refused and text.outcome.shown != text.text:
        assert "{" in text.text
        assert any(name in text.text for name in NAMES)
