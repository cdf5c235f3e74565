"""Files that a user takes away from a live player."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.saving import file_bytes
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.speech.word_positions import place_words
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest

from .conftest import OpenNotebook
from .stage import RATE, Player, noise, open_stage
from .test_saved import converted_page, spoken_tones
from .test_speaking import SENTENCE, wait_for_state

# Neither AudioWorklet nor what else needs https or this machine.
INSECURE = "http://jupyter.test"

UNHEARD = "The kernel does not answer: it is busy, or gone. The WAV file needs none."


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with open_stage(chromium, origin=INSECURE, ear=False) as page:
        yield page
        assert page.url == f"{INSECURE}/player_page.html"


def item(view: Locator, kind: str) -> Locator:
    """What the menu of a player or saved view offers of a kind."""
    return view.locator(".jtts-item", has=view.page.get_by_text(kind, exact=True))


def downloaded(view: Locator, kind: str) -> tuple[str, bytes]:
    """Name and content of the file that a choice in the open menu gives."""
    with view.page.expect_download() as download:
        item(view, kind).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def open_menu(view: Locator) -> None:
    view.get_by_role("button", name="Download", exact=True).click()


def samples_of(wav: bytes) -> bytes:
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return file.readframes(file.getnframes())


def test_the_wav_holds_every_sample_received_in_mid_stream_too(page: Page) -> None:
    sent = noise(13.0)
    player = Player(page, autoplay=False)
    view = player.view()
    button = player.button("Download")
    expect(button).to_have_attribute("aria-disabled", "true")
    player.feed(sent[: 12 * RATE], 7_000)
    open_menu(view)
    expect(item(view, "WAV")).to_have_text("WAV0:12, received so far")
    expect(item(view, "MP3")).to_have_text("MP3once all has been received")
    expect(item(view, "MP3")).to_have_attribute("aria-disabled", "true")
    name, wav = downloaded(view, "WAV")
    assert name == "hello-you.wav"
    assert samples_of(wav) == sent[: 12 * RATE].tobytes()
    player.set("status", "received")  # by the kernel, which paces what it sends
    open_menu(view)
    expect(item(view, "WAV")).to_have_text("WAV0:12, so far in the page; MP3 has all")
    player.feed(sent[12 * RATE :])
    player.end()
    expect(item(view, "WAV")).to_have_text("WAV0:13, all of it")
    assert samples_of(downloaded(view, "WAV")[1]) == sent.tobytes()


def test_what_the_kernel_makes_is_handed_on_byte_for_byte(page: Page) -> None:
    speech, _ = spoken_tones()
    player = Player(page, autoplay=False)
    view = player.view()
    player.feed(np.frombuffer(speech.pcm, "<i2"))
    player.tell({"kind": "words", "words": {"first": 0, "list": [["", "tone0", 0.0, 0.25]]}})
    player.end()
    for number, kind in enumerate(("MP3", "VTT", "SRT")):
        data = file_bytes(speech, f".{kind.lower()}", "")
        open_menu(view)
        with page.expect_download() as download:
            item(view, kind).click()
            asked = player.wait_sent("file", suffix=f".{kind.lower()}")
            expect(view.locator(".jtts-menu .jtts-note")).to_contain_text(f"for the {kind} file")
            answer = {"kind": "file", "number": asked["number"], "error": ""}
            player.tell({**answer, "number": asked["number"] - 1}, b"another page's")
            player.tell(answer, data)
        assert download.value.suggested_filename == f"hello-you.{kind.lower()}"
        assert Path(download.value.path()).read_bytes() == data
        assert len(player.sent("file")) == number + 1
    open_menu(view)
    item(view, "SRT").click()
    number = player.wait_sent("file", suffix=".srt", number=asked["number"] + 1)["number"]
    player.tell({"kind": "file", "number": number, "error": "The disk is <full>."})
    expect(view.get_by_text("The disk is <full>.", exact=True)).to_be_visible()


def test_without_a_kernel_the_wav_can_be_had_and_nothing_else_is_offered(page: Page) -> None:
    sent = noise(0.5)
    player = Player(page, autoplay=False)
    player.feed(sent)
    player.end()
    page.evaluate("void (players[0].model.send = () => { throw new Error('Cannot send') })")
    open_menu(player.view())
    expect(player.view().get_by_text(UNHEARD, exact=True)).to_be_visible()
    for kind in ("MP3", "VTT", "SRT"):
        expect(item(player.view(), kind)).to_have_attribute("aria-disabled", "true")
    assert samples_of(downloaded(player.view(), "WAV")[1]) == sent.tobytes()


def test_the_menu_is_used_by_keyboard_moves_nothing_and_holds_the_view(page: Page) -> None:
    player = Player(page, autoplay=False)
    view = player.view()
    player.feed(noise(0.5))
    player.end()
    page.evaluate("document.addEventListener('keydown', (e) => (window.leaked ??= []).push(e.key))")
    place = view.bounding_box()
    button = player.button("Download")
    button.focus()
    page.keyboard.press("Enter")
    expect(item(view, "WAV")).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    player.wait_sent("interaction", active=True)
    assert view.bounding_box() == place
    button.focus()
    page.keyboard.press("ArrowUp")
    expect(item(view, "SRT")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(item(view, "WAV")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(item(view, "SRT")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(item(view, "WAV")).to_be_hidden()
    player.wait_sent("interaction", active=False)
    assert page.evaluate("window.leaked") is None
    page.keyboard.press("Space")
    with page.expect_download():
        page.keyboard.press("Enter")
    expect(button).to_be_focused()
    open_menu(view)
    page.mouse.click(5, 5)
    expect(item(view, "WAV")).to_be_hidden()


def test_a_converted_page_gives_the_sound_in_it_and_subtitles_without_fetching(
    chromium: Browser,
) -> None:
    texts = ["1<2", "&lt;", "R&D.", *(f"Wort{n}." for n in range(20)), "Ende<!--", "</script>"]
    speech = Speech(" ".join(texts), SpeechRequest(), RATE, Timeline())
    words = tuple(Word(text, n, n + 0.5) for n, text in enumerate(texts))
    speech.add(Audio(bytes(2 * RATE * len(texts)), RATE, place_words(speech.text, words)))
    speech.finish()
    policy = {"content-security-policy": "connect-src 'none'"}
    with converted_page(chromium, speech, headers=policy) as page:
        view, address = page.locator(".jtts-view"), page.url
        expect(view.locator(".jtts-text")).to_have_text(speech.text)
        for kind in ("MP3", "VTT", "SRT"):
            open_menu(view)
            name, data = downloaded(view, kind)
            suffix = f".{kind.lower()}"
            assert name == f"1-2-lt-r-d-wort0-wort1-wort2-wort3-wort4{suffix}"
            assert data == file_bytes(speech, suffix, name)
        assert page.content().count("data:audio") == 1
        assert page.url == address


def test_live_and_saved_give_what_save_writes(
    reuse_notebook: OpenNotebook, tmp_path: Path, shots: Path
) -> None:
    files = {kind: tmp_path / f"talk.{kind.lower()}" for kind in ("MP3", "VTT", "SRT")}
    notebook = reuse_notebook(
        f"%%tts --name talk\n{SENTENCE}",
        "".join(f"talk.save({str(path)!r})\n" for path in files.values()),
    )
    page, cell = notebook.page, notebook.cell(1)
    address = page.url
    notebook.start(1)
    wait_for_state(notebook, 1, "Playing")
    live = cell.locator(".jtts-player")
    open_menu(live)
    expect(item(live, "MP3")).to_have_attribute("aria-disabled", "false")
    page.screenshot(path=shots / "live-menu.png")
    given = {"MP3": downloaded(live, "MP3")}
    open_menu(live)
    given["SRT"] = downloaded(live, "SRT")
    notebook.wait_for_saved_view(1)
    view = cell.locator(".jtts-view")
    notebook.run(2)
    for kind, path in files.items():
        open_menu(view)
        page.screenshot(path=shots / f"saved-menu-{kind}.png")
        name, data = downloaded(view, kind)
        assert (name, data) == (path.name, path.read_bytes())
        assert given.get(kind, (name, data)) == (name, data)
    with av.open(str(files["MP3"])) as mp3:
        decoded = sum(frame.samples for frame in mp3.decode(audio=0))
    lit = view.locator(".jtts-text span").last.get_attribute("data-end")
    assert decoded / RATE == pytest.approx(float(lit or 0), abs=0.5)
    assert page.url == address
