"""A model of text-to-dialogue chooses its endpoint by itself, in cells and from Python."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import say
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.output.request_card import render_card
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.speaking.request import begin_request

pytestmark = pytest.mark.usefixtures("shared_server", "shell")


@pytest.mark.parametrize("multi", [False, True])
def test_a_cell_speaks_and_its_card_shows_that_url_and_message(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], *, multi: bool
) -> None:
    options = "--model eleven_v4_turbo --latency 3 --similarity 0.4 --voice en-us --name heard"
    shell.run_cell_magic(
        "tts", f"{options}{' --multi' if multi else ''}", "[laughs] One two. Three."
    )
    capsys.readouterr()
    speech = shell.user_ns["heard"]
    assert [word.text for word in speech.words] == ["One", "two.", "Three."]
    assert speech.words[0].start > 0.1  # the tag has its time
    assert speech.text == "[laughs] One two. Three."
    assert speech.notes == []
    card = render_card(speech.request, speech.timeline)
    last = "multi-stream-input" if multi else "stream-input"
    assert f"/v1/text-to-dialogue/{last}" in card
    assert "&quot;voices&quot;: [&quot;en-us&quot;]" in card
    assert "similarity" not in card
    assert "each sentence flushed" in card
    assert "no effect" in card


def test_elsewhere_a_tag_is_not_spoken_and_the_card_says_so() -> None:
    speech = say("[laughs] One two.", model="eleven_flash_v2_5", voice="en-us")
    assert [word.text for word in speech.words] == ["One", "two."]
    assert speech.text == "[laughs] One two."
    (note,) = speech.notes
    assert "not sent" in note


def test_an_automatic_level_has_nothing_to_choose_there() -> None:
    session = current_session()
    for model, chosen in (("eleven_v4_turbo", False), ("eleven_flash_v2_5", True)):
        request, levels = begin_request(session, {"model": model, "latency": "auto"}, Timeline())
        assert request.model == model
        assert (levels is not None) == chosen
