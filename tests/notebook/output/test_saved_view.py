from __future__ import annotations

import base64
import re
import weakref
from html import unescape
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbconvert import HTMLExporter

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.audio.mp3 import Mp3File
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.saving import file_bytes
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.speech.word_positions import place_words
from jupyter_tts.notebook.output import saved_sound
from jupyter_tts.notebook.output.saved_sound import SavedSound, most_bytes
from jupyter_tts.notebook.output.saved_view import error_bundle, request_bundle, view_bundle
from jupyter_tts.notebook.runtime.session import session_of
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest

RATE = 24_000
TEXT = "Is 1 < 2? <script>"
WORDS = [Word("Is", 0.1, 0.2), Word("1", 0.3, 0.5), Word("<", 0.5, 0.5), Word("2?", 0.6, 0.9)]

# Bytes of a second of speech in a notebook: mp3 at 64 kbit/s in base64, and the times of its words,
# as spans and as subtitles.
PER_SECOND = 64_000 / 8 * 4 / 3 + 300
# Bytes of what every view has: script, style, waveform, card and tags.
EVERY_VIEW = 19_000


class Reader(HTMLParser):
    """Collects what a page shows that strips styles, scripts, sound and pictures, as GitHub."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self._unread = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unread = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._unread = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._unread else data


def tone(seconds: float) -> bytes:
    at = np.arange(round(seconds * RATE)) / RATE
    return (9000 * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes()


def speech_of(pcm: bytes, text: str = TEXT, words: list[Word] = WORDS) -> Speech:
    made = Speech(text, SpeechRequest(), RATE, Timeline(lambda: 1.0), label="A & B")
    made.add(Audio(pcm, RATE, place_words(text, words)))
    made.complete = True
    return made


@pytest.fixture
def speech() -> Speech:
    return speech_of(tone(1.0))


def sound_in(html: str) -> bytes:
    (data,) = re.findall(r'<audio [^>]*src="data:audio/mpeg;base64,([^"]+)"', html)
    return base64.b64decode(data)


def test_the_sound_is_in_the_audio_element_itself_once(speech: Speech) -> None:
    html = view_bundle(speech)["text/html"]
    decoded = decoder(parse_format("mp3_24000_64")).decode(sound_in(html))
    heard = np.frombuffer(decoded, "<i2")[: speech.frames].astype(float)
    assert np.corrcoef(heard, np.frombuffer(speech.pcm, "<i2"))[0, 1] > 0.999
    assert "<source" not in html
    assert html.count("data:audio") == 1


def test_it_holds_no_widget_and_nothing_of_the_text_becomes_markup(speech: Speech) -> None:
    bundle = view_bundle(speech)
    assert set(bundle) == {"text/html", "text/plain"}
    html = bundle["text/html"]
    assert html.count("<script") == html.count("</script>") == 2  # one of them holds subtitles
    assert "&lt;script&gt;" in html
    assert "A &amp; B" in html


def test_every_word_of_the_text_carries_its_times(speech: Speech) -> None:
    matches = re.findall(
        r'<span data-start="([\d.]+)" data-end="([\d.]+)">([^<]+)</span>',
        view_bundle(speech)["text/html"],
    )
    assert matches == [
        ("0.100", "0.200", "Is"),
        ("0.300", "0.500", "1"),
        ("0.500", "0.500", "&lt;"),
        ("0.600", "0.900", "2?"),
    ]


def test_words_written_differently_light_what_the_text_has_instead() -> None:
    text = "It has 21 birds & more."
    told = ("It", "has", "twenty", "one", "birds", "and", "more.")
    words = [Word(word, n / 10, n / 10 + 0.1) for n, word in enumerate(told)]
    html = view_bundle(speech_of(tone(1.0), text, words))["text/html"]
    (shown,) = re.findall(r'<p class="jtts-text"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert unescape(re.sub("</?span[^>]*>", "", shown)) == text
    assert '<span data-start="0.200" data-end="0.400">21</span>' in shown


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_where_neither_white_space_nor_styles_are_kept(end: str) -> None:
    words = [Word("One.", 0.0, 0.4), Word("Two.", 0.5, 0.9)]
    html = view_bundle(speech_of(tone(1.0), f"One.{end}{end}Two.{end}Three.", words))["text/html"]
    (shown,) = re.findall(r'<p class="jtts-text"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert re.sub("</?span[^>]*>", "", shown) == "One.<br><br>Two.<br>Three."


def test_a_converted_page_keeps_the_gap_between_paragraphs() -> None:
    words = [Word("One.", 0.0, 0.4), Word("Two.", 0.5, 0.9)]
    bundle = view_bundle(speech_of(tone(1.0), "One.\n\nTwo.", words))
    output = nbformat.v4.new_output("display_data", data=bundle)
    cell = nbformat.v4.new_code_cell("%%tts", outputs=[output])
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert re.search(r">One\.</span>(<br/?>){2}<span [^>]*>Two\.</span>", page)


def test_it_holds_the_subtitles_and_what_files_are_called(speech: Speech) -> None:
    speech.name = "talk"
    html = view_bundle(speech)["text/html"]
    (vtt,) = re.findall(r'<script type="text/vtt">(.*?)</script>', html, re.DOTALL)
    assert vtt.encode() == file_bytes(speech, ".vtt", "")
    assert ' data-name="talk">' in html


def test_without_times_of_words_there_are_no_subtitles() -> None:
    html = view_bundle(speech_of(tone(1.0), words=[]))["text/html"]
    assert '<script type="text/vtt">' not in html


def test_prices_in_a_text_are_no_formula(speech: Speech) -> None:
    for bundle in (view_bundle(speech), request_bundle(speech.request), error_bundle("$1 or $2")):
        assert 'mathjax_ignore tex2jax_ignore"' in bundle["text/html"]


def test_without_styles_scripts_and_sound_it_still_reads_well(speech: Speech) -> None:
    speech.timeline.playout_delay = 0.02
    text = Reader(view_bundle(speech)["text/html"]).text
    assert TEXT in text
    assert speech.request.url in text
    assert '{"text": " "' in text
    assert "Playout delay 20 ms Underruns 0 Gap ratio 0.0%" in text
    assert "The sound is in this notebook; to hear it, open the notebook in Jupyter." in text


def test_the_waveform_is_as_loud_as_the_sound_over_time() -> None:
    html = view_bundle(speech_of(tone(1.0) + bytes(2 * RATE)))["text/html"]
    (picture,) = re.findall(r'<img class="jtts-wave[^>]*src="data:image/svg[^"]+"', html)
    heights = [int(height) for height in re.findall(r"v(\d+)", picture)]
    assert len(heights) == 200
    assert min(heights[:99]) > 5 * max(heights[101:])
    assert len(picture) < 4_000


def test_a_second_of_speech_takes_less_than_eleven_kilobytes_of_a_notebook() -> None:
    text = "and so on " * 100
    words = [Word(word, n / 4, n / 4 + 0.2) for n, word in enumerate(text.split())]
    sizes = [
        len(view_bundle(speech_of(tone(seconds), text, words[: round(4 * seconds)]))["text/html"])
        for seconds in (1, 61)
    ]
    assert sizes[0] < EVERY_VIEW + PER_SECOND
    assert (sizes[1] - sizes[0]) / 60 < PER_SECOND < 11_000


@pytest.mark.parametrize("rate", [8_000, RATE])
def test_a_sound_encoded_while_it_came_is_as_it_is_saved(speech: Speech, rate: int) -> None:
    growing = Speech(TEXT, SpeechRequest(), rate, Timeline(lambda: 1.0), label="A & B")
    sound = SavedSound(growing)
    for start in range(0, speech.frames, 1000):
        growing.add(Audio(speech.slice(start, start + 1000), rate))
        sound.catch_up()
    assert sound.behind == 0
    assert sound.finish() == file_bytes(growing, ".mp3", "")


@pytest.mark.parametrize("megabytes", [0.001, 0])
def test_a_sound_too_large_for_a_notebook_is_left_out_with_a_note(
    speech: Speech, megabytes: float
) -> None:
    html = view_bundle(speech, megabytes=megabytes)["text/html"]
    assert "<audio" not in html
    note = f"it would take more than {megabytes:g} MB (%config TTS.saved_megabytes)"
    assert note in html
    assert "2?" in html
    assert speech.request.url.partition("?")[0].rpartition("/")[2] in html


def test_what_was_encoded_of_a_sound_is_dropped_once_it_is_too_large(
    speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[weakref.ref[Mp3File]] = []

    def open_file(rate: int) -> Mp3File:
        file = Mp3File(rate)
        opened.append(weakref.ref(file))
        return file

    monkeypatch.setattr(saved_sound, "Mp3File", open_file)
    sound = SavedSound(speech, 0.001)
    for _ in range(2):
        sound.catch_up()
    assert [file() for file in opened] == [None]
    assert (sound.behind, sound.finish()) == (0.0, None)


def test_plain_text_says_what_was_made(speech: Speech) -> None:
    assert view_bundle(speech)["text/plain"] == "1.00 s of speech at 24000 Hz"
    speech.notes.append("eSpeak NG speaks German: Heart speaks English.")
    assert view_bundle(speech)["text/plain"].endswith(f"Hz. {speech.notes[0]}")
    speech.complete = False
    assert "incomplete" in view_bundle(speech)["text/plain"]


def test_a_request_is_shown_with_its_url_and_message() -> None:
    request = SpeechRequest(latency=4)
    plain = request_bundle(request)["text/plain"]
    assert plain.splitlines()[0] == request.url
    assert '"chunk_length_schedule": [50]' in plain


def test_an_error_is_one_escaped_sentence() -> None:
    bundle = error_bundle("No <b>.")
    assert "No &lt;b&gt;." in bundle["text/html"]
    assert bundle["text/plain"] == "No <b>."


def test_config_says_how_much_of_a_sound_is_kept(shell: InteractiveShell) -> None:
    shell.run_line_magic("config", "TTS.saved_megabytes = 1.5")
    assert most_bytes(session_of(shell).settings.saved_megabytes) == 1_125_000
