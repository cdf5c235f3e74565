from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest

from jupyter_tts.client.speech.timeline import Arrival, Timeline
from jupyter_tts.notebook.output.request_card import figures, render_card
from jupyter_tts.wire.request import SpeechRequest

EVIL = "<script>alert('x')</script>&\"'"


class Reader(HTMLParser):
    """Collects the text, and the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def test_the_card_shows_the_exact_url_and_message() -> None:
    request = SpeechRequest(latency=3, stability=0.4, voice="a b")
    card = read(render_card(request))
    assert request.url in card.text
    assert '{"text": " ", "voice_settings": {"stability": 0.4}' in card.text
    assert "Level 3" in card.text
    assert "deprecated" in card.text
    assert "schedule 50/90/140/200" in card.text


def test_a_voice_and_a_model_that_end_are_noted() -> None:
    request = SpeechRequest(voice="JBFqnCBsd6RMkjVDRZzb", model="eleven_turbo_v2_5")
    before = read(render_card(request, today=date(2026, 12, 31))).text
    assert "end on 2026-12-31; its successor is Eldrin, 6WwXjDDEMyNmFG95zycZ." in before
    assert "eleven_turbo_v2_5 is deprecated; its successor is eleven_flash_v2_5." in before
    assert "George was a default voice" in read(render_card(request, today=date(2027, 1, 1))).text


def test_no_string_becomes_markup() -> None:
    card = read(render_card(SpeechRequest(voice=EVIL, model=EVIL, pronunciation=["<b>:1"])))
    assert card.tags <= {"div", "span", "strong", "wbr"}


def test_a_key_is_shown_as_dots() -> None:
    assert "xi-api-key: ••••••••" in render_card(SpeechRequest(), keyed=True)
    assert "xi-api-key" not in render_card(SpeechRequest())


def test_figures_are_given_as_far_as_they_were_measured() -> None:
    assert figures(None) == ""
    timeline = Timeline(lambda: 1.0)
    assert figures(timeline) == ""
    timeline.connect()
    timeline.connected = 1.0052
    assert figures(timeline) == "cold socket: connected after 5 ms"
    timeline.connected = None
    timeline.arrivals.append(Arrival(1.0123, 0.5))
    assert figures(timeline) == "first byte after 12 ms, first audible sound after 12 ms"
    timeline.silence, timeline.playout_delay, timeline.output_latency = 0.02, 0.1, 0.03
    timeline.underruns = 2
    assert figures(timeline).endswith("heard after 162 ms, 2 underruns")
    timeline.waited, timeline.waited_for = 2.0, "another player"
    assert "heard after 2.16 s, 2 s of it waiting for another player" in figures(timeline)
    timeline.underruns, timeline.gap = 1, 0.013
    assert figures(timeline).endswith(", 1 underrun, gap ratio 2.6%")
    timeline.connect(warm=True)
    assert figures(timeline).startswith("warm socket, first byte after 12 ms")
    assert "warm socket" in render_card(SpeechRequest(), timeline)


def test_figures_that_count_from_the_first_text_say_so() -> None:
    timeline = Timeline(lambda: 1.0)
    timeline.begin()
    assert figures(timeline) == ""
    timeline.arrivals.append(Arrival(1.5, 0.5))
    timeline.underruns = 2
    assert figures(timeline).endswith(
        "sound after 500 ms, counted from the first text, 2 underruns"
    )


@pytest.mark.parametrize("level", range(5))
def test_every_level_says_what_it_means(level: int) -> None:
    request = SpeechRequest(latency=level)
    assert request.level.official in read(render_card(request)).text


def test_over_http_the_card_shows_request_line_headers_and_body() -> None:
    request = SpeechRequest(model="eleven_flash_v2_5", stability=0.4, transport="http")
    card = read(render_card(request, keyed=True)).text
    assert f"RequestPOST {request.url}content-type: application/jsonxi-api-key: ••••" in card
    assert (
        'Body{"text": "…", "model_id": "eleven_flash_v2_5", "voice_settings": {"stability": 0.4}}'
    ) in card
    assert "once all of the text has come" in card
    assert "First message" not in card


def test_over_http_the_figures_are_a_connections() -> None:
    timeline = Timeline(submitted=1.0, connected=1.25)
    assert figures(timeline, http=True) == "cold connection: connected after 250 ms"
    timeline.warm = True
    assert figures(timeline, http=True) == "warm connection"
    assert figures(timeline) == "warm socket"
