"""`--multi`: several streams on one socket, and the request as it was sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Audio, say, stream
from jupyter_tts.notebook.commands.options import parse_options
from jupyter_tts.notebook.output.request_card import render_card

pytestmark = pytest.mark.usefixtures("shared_server", "shell")

MESSAGE = "{&quot;text&quot;: &quot; &quot;, &quot;context_id&quot;: &quot;%s&quot;"


def test_the_option_is_a_switch() -> None:
    assert parse_options("--multi").parameters == {"multi": True}
    assert parse_options("--no-multi").parameters == {"multi": False}


def test_cells_share_a_socket_and_each_shows_the_context_it_was(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell_magic("tts", "--multi --latency 3 --name first", "One two.")
    second = say("Three.", multi=True, latency=1)
    first = shell.user_ns["first"]
    for speech, context, words in ((first, "1", ["One", "two."]), (second, "2", ["Three."])):
        assert [word.text for word in speech.words] == words
        card = render_card(speech.request, speech.timeline)
        assert "/multi-stream-input" in card
        assert "optimize_streaming_latency" not in card
        assert MESSAGE % context in card
        assert "It is not sent" in card
    # The level is not in the URL, so that another one needs no other socket.
    assert (first.timeline.warm, second.timeline.warm) == (False, True)
    capsys.readouterr()


def test_a_dry_run_shows_what_the_first_context_would_be_sent(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell_magic("tts", "--multi --dry-run --no-levers", "One.")
    shown = capsys.readouterr().out
    assert "/multi-stream-input?output_format=pcm_24000" in shown
    assert '{"text": " ", "context_id": "1"}' in shown


@pytest.mark.parametrize("warm", [True, False])
async def test_streams_of_another_loop_at_the_same_time(*, warm: bool) -> None:
    async def words(text: str) -> list[str]:
        chosen: dict[str, Any] = {"multi": True, "warm": warm}
        heard = [event async for event in stream(text, **chosen) if isinstance(event, Audio)]
        return [word.text for audio in heard for word in audio.words]

    texts = ["One two.", "Three four five."]
    assert await asyncio.gather(*map(words, texts)) == [text.split() for text in texts]
