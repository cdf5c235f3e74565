from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Audio, SpeechRequest, say, stream
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.output.request_card import render_card
from jupyter_tts.notebook.runtime.session import current_session, drop_session
from jupyter_tts.notebook.speaking.auto_level import auto_level

pytestmark = pytest.mark.usefixtures("shared_server")


@pytest.fixture(autouse=True)
def _no_session_of_another_test() -> None:
    drop_session(None)


def heard(request: SpeechRequest, latency: float, *, connecting: float = 0.0) -> Timeline:
    """Speak one utterance that was heard after so many seconds."""
    timeline = Timeline(clock=lambda: 1.0, submitted=1.0)
    auto_level(current_session(), request, 0.4).begin(request, timeline)
    timeline.warm = not connecting
    timeline.connected = 1.0 + connecting
    timeline.clock = lambda: 1.0 + latency
    timeline.arrive(0.1)
    return timeline


def test_utterances_to_the_same_server_in_the_same_voice_are_judged_together() -> None:
    request = SpeechRequest(voice="a")
    assert [heard(request, 2.0).levels[0].level for _ in range(3)] == [2, 3, 4]
    other = SpeechRequest(voice="b")
    assert heard(other, 2.0).levels[0].level == 2


def test_the_audible_latency_counts_where_a_player_has_reported_it() -> None:
    request = SpeechRequest(voice="a")
    timeline = heard(request, 0.3)
    timeline.playout_delay = 0.5
    assert heard(request, 0.3).levels[0].reason.startswith("Level 2 takes 800 ms, above")


def test_the_time_to_open_a_cold_socket_says_nothing_about_the_next_one() -> None:
    request = SpeechRequest(voice="a")
    heard(request, 0.9, connecting=0.7)
    assert "takes 200 ms of 400 ms" in heard(request, 0.2).levels[0].reason


def test_without_warm_sockets_it_counts() -> None:
    request = SpeechRequest(voice="a", warm=False)
    heard(request, 0.9, connecting=0.7)
    assert "takes 900 ms, above" in heard(request, 0.9, connecting=0.7).levels[0].reason


def test_an_utterance_without_a_sound_is_no_measurement() -> None:
    request = SpeechRequest(voice="a")
    auto_level(current_session(), request, 0.4).begin(request, Timeline())
    assert heard(request, 0.1).levels[0].reason == "Nothing was measured yet."


@pytest.mark.usefixtures("shell")
def test_say_speaks_with_the_chosen_level_and_the_card_says_why() -> None:
    speeches = [say("Hello you.", voice="en-us", latency="auto", target=5.0) for _ in range(3)]
    assert [speech.request.latency for speech in speeches] == [2, 1, 0]
    for speech in speeches:
        assert f"optimize_streaming_latency={speech.request.latency}" in speech.request.url
        [decision] = speech.timeline.levels
        card = render_card(speech.request, speech.timeline)
        assert f"Level {decision.level}: {decision.reason}" in re.sub("<[^>]+>", "", card)


@pytest.mark.usefixtures("shell")
def test_a_long_text_goes_on_at_a_better_quality_once_there_is_sound_ahead() -> None:
    text = " ".join(f"This is sentence number {n} of a story that is long." for n in range(40))
    speech = say(text, latency="auto")
    assert [word.text for word in speech.words] == text.split()
    assert speech.timeline.levels[0].level == 2
    assert speech.timeline.levels[-1].level == 0
    assert speech.timeline.levels[-1].character > 0


@pytest.mark.usefixtures("shell")
async def test_stream_takes_it_too() -> None:
    events = [event async for event in stream("Hello you.", latency="auto")]
    words = [word.text for event in events if isinstance(event, Audio) for word in event.words]
    assert words == ["Hello", "you."]


@pytest.mark.usefixtures("shell")
def test_tokens_are_spoken_with_a_chosen_level() -> None:
    def tokens() -> Iterator[str]:
        yield from ("Hello ", "you. ", "How ", "are ", "you?")

    assert [word.text for word in say(tokens(), latency="auto").words] == [
        "Hello", "you.", "How", "are", "you?",
    ]  # fmt: skip


def test_the_magic_takes_it_with_a_target(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell_magic("tts", "--latency auto --target 600ms --name speech", "Hello you.")
    assert shell.user_ns["speech"].timeline.levels[0].reason == "Nothing was measured yet."
    shell.run_cell_magic("tts", "--latency auto --dry-run", "Hello you.")
    assert "optimize_streaming_latency=2" in capsys.readouterr().out
