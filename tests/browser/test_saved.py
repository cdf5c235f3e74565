"""The saved view: it is heard without a kernel, and its words light up as they are heard."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import numpy.typing as npt
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Locator, Page, expect

from jupyter_tts.audio.resample import Resampler
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.speech.word_positions import place_words
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest

from .conftest import OpenNotebook
from .ear import Recording, wait_for_silence_after
from .lab import Lab, NotebookPage, open_page
from .test_speaking import SENTENCE, wait_for_state

RATE = 24_000
PAGE = "http://localhost/page.html"
FALTERING = 0.3  # seconds that a media element may be out of step on a busy machine
EXACT = 0.05  # seconds by which the lit word may be early or late

# Words that can be told apart by ear: each is a tone of its own.
WORD_SECONDS = 0.25
TONES = [400 + 150 * n for n in range(12)]

# Connects a view's sound to the ear, in an audio context of the stream's rate.
LISTEN = """(audio) => {
    const context = new AudioContext({ sampleRate: 24000 });
    context.createMediaElementSource(audio).connect(context.destination);
    window.context = context;
    return window.ear.ready();
}"""

# Notes with every frame of the page which word is lit, and the sound's clock, for the first text
# that there is or will be in an element: one that only begins to watch it may find it sounding.
WATCH = """(within) => {
    const notes = (window.notes = []);
    let text = null;
    const note = () => {
        text ??= within.querySelector(".jtts-text");
        const spans = text?.querySelectorAll(".jtts-lit") ?? [];
        const lit = [...spans].map((span) => span.dataset.start);
        const audio = text?.closest(".jtts-view")?.querySelector("audio");
        const context = window.ear.ears.at(-1)?.context;
        const latency = (context?.baseLatency ?? 0) + (context?.outputLatency ?? 0);
        notes.push({
            lit: lit.map(Number),
            now: audio ? audio.currentTime : (context?.currentTime ?? 0) - latency,
        });
        // After the page's own callbacks of the next frame.
        if (text?.isConnected ?? true) setTimeout(() => requestAnimationFrame(note));
    };
    note();
}"""

# Where each block of the first context begins and how long it is, and its first sample of sound.
BLOCKS = """() => {
    const { blocks } = window.ear.ears[0];
    let silent = 0;
    for (const { samples } of blocks) {
        const at = samples.findIndex(Boolean);
        silent += at < 0 ? samples.length : at;
        if (at >= 0) break;
    }
    return [blocks.map(({ first }) => first), blocks.map(({ samples }) => samples.length), silent];
}"""

# Seeks, plays on for a second, and returns what both clocks showed meanwhile.
SEEK = """async (audio, seconds) => {
    audio.currentTime = seconds;
    await audio.play();
    const times = [];
    while (audio.currentTime < seconds + 1) {
        await new Promise(requestAnimationFrame);
        times.push([window.context.currentTime, audio.currentTime]);
    }
    audio.pause();
    return times;
}"""

BOXES = """(view) => Object.fromEntries(
    [".jtts-play", ".jtts-wave", ".jtts-time", ".jtts-download", ".jtts-text", ".jtts-info",
     ".jtts-label", ".jtts-brief", ".jtts-card", "summary",
    ].map((part) => {
        const { x, y, width, height } = view.querySelector(part).getBoundingClientRect();
        return [part, [x, y, width, height].map(Math.round)];
    }))"""

STROKE = "(path) => getComputedStyle(path).stroke"
GROUND = "(button) => getComputedStyle(button).backgroundColor"

BOX = "(cell) => Object.values(cell.getBoundingClientRect().toJSON()).map(Math.round)"

# Where the parts of a cell's player and the cell stand in the moment in which it has finished: the
# saved view may take its place in the next. FINISHED waits for what AWAIT_FINISHED looks out for.
AWAIT_FINISHED = f"""(cell) => {{
    window.finished = new Promise((resolve) => {{
        const look = () => {{
            const player = cell.querySelector(".jtts-player[data-state=finished]");
            if (player) resolve([({BOXES})(player), ({BOX})(cell)]);
        }};
        new MutationObserver(look).observe(cell, {{ subtree: true, attributes: true }});
    }});
}}"""
FINISHED = "window.finished"

SAVE_STATE = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"

DELETE = """(index) => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
    return window.jupyterapp.commands.execute("notebook:delete-cell");
}"""

PRINT_SPEECH = """
import base64, json
print(json.dumps([base64.b64encode(speech.pcm).decode(), [[w.start, w.end] for w in speech.words]]))
"""

# As on a busy machine: the page comes to what the kernel offers only when the view that took the
# player's place, by its display id, has been there for a while.
OFFER_LATE = """
import threading
from jupyter_tts.notebook.player.saved_view_delivery import SavedViewDelivery as Delivery
def offer_late(delivery, player, bundle, offer=Delivery.offer):
    gone = threading.Event()
    player.on_msg(lambda player, content, _: content["kind"] == "gone" and gone.set())
    assert gone.wait(60)
    offer(delivery, player, bundle)
Delivery.offer = offer_late
"""

Samples = npt.NDArray[np.float64]
Times = list[list[float]]
Note = dict[str, Any]


def spoken_tones() -> tuple[Speech, Times]:
    """A speech of which the test knows when each word sounds."""
    at = np.arange(round(WORD_SECONDS * RATE)) / RATE
    tones = [8000 * np.sin(2 * np.pi * tone * at) for tone in TONES]
    words = [Word(f"tone{n}", n * WORD_SECONDS, (n + 1) * WORD_SECONDS) for n in range(len(TONES))]
    speech = Speech(
        " ".join(word.text for word in words), SpeechRequest(), RATE, Timeline(), label="Tones"
    )
    pcm = np.concatenate(tones).astype("<i2").tobytes()
    speech.add(Audio(pcm, RATE, place_words(speech.text, words)))
    speech.finish()
    return speech, [[word.start, word.end] for word in words]


def notebook_of(*speeches: Speech) -> nbformat.NotebookNode:
    """A notebook as it is saved, never signed by any server."""
    outputs = [
        nbformat.v4.new_output("display_data", data=view_bundle(speech)) for speech in speeches
    ]
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("%%tts\nx", outputs=[output]) for output in outputs],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


@contextmanager
def converted_page(
    browser: Browser, *speeches: Speech, headers: dict[str, str] | None = None, **options: Any
) -> Iterator[Page]:
    """What nbconvert makes of a saved notebook, open in a page."""
    html, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook_of(*speeches))
    with open_page(browser, **options) as page:
        page.route("**/*", lambda route: route.abort())
        page.route(
            PAGE,
            lambda route: route.fulfill(
                body=html, headers={"content-type": "text/html", **(headers or {})}
            ),
        )
        page.goto(PAGE, wait_until="domcontentloaded")
        yield page


def heard_to_the_end(audio: Locator) -> Recording:
    """What has been heard once an audio element, which is listened to, has come to its end."""
    audio.evaluate("(audio) => audio.ended || new Promise((resolve) => (audio.onended = resolve))")
    wait_for_silence_after(audio.page)
    return Recording.of(audio.page)


def assert_same_sound(recording: Recording, pcm: bytes) -> None:
    """Assert that a recording is a sound at mp3's fidelity, from its beginning to its end.

    It is compared tenth by tenth of a second: on a busy machine a media element may falter, and a
    few of them, but not what follows, are then heard otherwise.
    """
    sent = np.trim_zeros(np.frombuffer(pcm, "<i2")).astype(float)
    heard = recording.sound.astype(float)
    assert len(heard) == pytest.approx(len(sent), abs=FALTERING * RATE)
    step, slack = RATE // 10, round(FALTERING * RATE)
    padded = np.pad(heard, (slack, slack + step))
    alike = [
        likeness(padded[start : start + step + 2 * slack], sent[start : start + step])
        for start in range(0, len(sent) - step, step)
        if np.abs(sent[start : start + step]).max() > 300
    ]
    assert np.mean(np.array(alike) > 0.95) > 0.85, np.round(alike, 2)


def likeness(heard: Samples, piece: Samples) -> float:
    """The normalized correlation of a piece with what is most like it in a sound."""
    size = len(heard) + len(piece)
    spectrum = np.fft.rfft(heard, size) * np.fft.rfft(piece, size).conj()
    match = np.fft.irfft(spectrum, size)[: len(heard) - len(piece) + 1]
    energy = np.concatenate(([0.0], np.cumsum(heard**2)))
    around = energy[len(piece) :] - energy[: -len(piece)]
    return float(np.max(match / np.sqrt(np.maximum(around, 1.0) * np.sum(piece**2))))


def in_the_sound(notes: list[Note], blocks: Any, pcm: bytes, recording: Recording) -> list[Note]:
    """Return notes with the second of a sound in place of the context's, whose clock may jump.

    The sound may have run dry.
    """
    firsts, lengths, silent = blocks
    rendered = np.cumsum([0, *lengths])
    clock = [
        at for first, size in zip(firsts, lengths, strict=True) for at in (first, first + size)
    ]
    sent = np.frombuffer(pcm, "<i2")
    counts = np.repeat(rendered, 2)[1:-1]
    heard = np.interp([note["now"] * RATE for note in notes], clock, counts)
    places = recording.places(np.trim_zeros(sent), heard - silent) + np.flatnonzero(sent)[0]
    return [note | {"now": at / RATE} for note, at in zip(notes, places, strict=True)]


def assert_lit_as_heard(notes: list[Note], words: Times) -> None:
    """Assert that whenever a word was lit it sounded, and that every word was lit.

    A busy machine may draw no frame while a word sounds: that one need not have been lit. And the
    first frame that it draws after a while may be the last one that shows the word before.
    """
    assert all(len(note["lit"]) <= 1 for note in notes)
    moments = itertools.pairwise([notes[0]["now"], *(note["now"] for note in notes)])
    lit = [
        (note["lit"][0], before, now)
        for note, (before, now) in zip(notes, moments, strict=True)
        if note["lit"]
    ]
    times = {round(start, 3): end for start, end in words}
    following = dict(zip(sorted(times), [*sorted(times)[1:], np.inf], strict=True))
    late = [
        (start, before, now)
        for start, before, now in lit
        if not (start - EXACT <= now and before <= max(times[start], following[start]) + EXACT)
    ]
    assert late == []
    seen = {start for start, *_ in lit}
    drawn = np.array([note["now"] for note in notes])
    inside = [(start + EXACT < drawn) & (drawn < end - EXACT) for start, end in words]
    assert {round(w[0], 3) for w, at in zip(words, inside, strict=True) if at.any()} <= seen
    assert len(seen) > len(words) / 2


def test_words_light_up_live_and_the_saved_view_takes_the_players_place(
    open_notebook: OpenNotebook, lab: Lab, shots: Path
) -> None:
    source = f"%%tts --latency 3 --name speech\n{SENTENCE}"
    notebook = open_notebook(source, PRINT_SPEECH, OFFER_LATE)
    notebook.run(3)
    page, cell = notebook.page, notebook.cell(1)
    cell.evaluate(WATCH)
    cell.evaluate(AWAIT_FINISHED)
    notebook.start(1)
    wait_for_state(notebook, 1, "Playing")
    page.screenshot(path=shots / "live.png")
    live, place = page.evaluate(FINISHED)
    notebook.wait_for_saved_view(1)
    assert cell.locator(".jtts-view").evaluate(BOXES) == live
    assert cell.evaluate(BOX) == place
    notes = page.evaluate("window.notes")
    blocks = page.evaluate(BLOCKS)
    notebook.run(2)
    coded, words = json.loads(notebook.printed(2))
    pcm = base64.b64decode(coded)
    assert_lit_as_heard(in_the_sound(notes, blocks, pcm, Recording.of(page)), words)
    page.screenshot(path=shots / "saved.png")
    notebook.wait_for_widgets(1)  # the one that brought the code
    page.evaluate(f"window.jupyterapp.commands.execute('{SAVE_STATE}')")
    notebook.save()
    saved = lab.read(notebook.name)
    assert len(json.dumps(saved.metadata["widgets"])) < 1000  # the state of none
    assert [set(output.data) for output in saved.cells[1].outputs] == [{"text/html", "text/plain"}]
    lab.end_kernels()
    again = NotebookPage(page, lab, notebook.name, "lab")
    view = again.cell(1).locator(".jtts-view")
    audio = view.locator("audio")
    audio.evaluate(LISTEN)
    view.evaluate(WATCH)
    view.get_by_role("button", name="Play", exact=True).click()
    assert_same_sound(heard_to_the_end(audio), pcm)
    assert_lit_as_heard(page.evaluate("window.notes"), words)
    assert page.get_by_text("model not found").count() == 0


def test_an_untrusted_notebook_still_plays(chromium: Browser, lab: Lab, shots: Path) -> None:
    speech, _ = spoken_tones()
    nbformat.write(notebook_of(speech), lab.root / "untrusted.ipynb")
    with open_page(chromium) as page:
        cell = NotebookPage(page, lab, "untrusted.ipynb", "lab").cell(0)
        audio = cell.locator("audio[controls]")
        expect(audio).to_be_visible()
        assert cell.locator("script, .jtts-wave, .jtts-download").count() == 0
        assert "WEBVTT" not in cell.inner_text()
        assert cell.locator(".jtts-wave-picture").evaluate("(image) => image.naturalWidth") > 0
        page.screenshot(path=shots / "untrusted.png")
        audio.evaluate(LISTEN)
        audio.evaluate("(audio) => audio.play()")
        assert_same_sound(heard_to_the_end(audio), speech.pcm)
    lab.end_kernels()


def test_a_notebook_saved_in_notebook_7_is_heard_without_a_kernel_and_the_cells_before(
    open_notebook: OpenNotebook, lab: Lab
) -> None:
    front_end = "notebook"
    cells = ("%%tts\nOne.", "%%tts --latency 3 --name speech\nKept in a notebook.", PRINT_SPEECH)
    notebook = open_notebook(*cells, front_end=front_end)
    for cell in (1, 2):
        notebook.run(cell)
        notebook.wait_for_saved_view(cell)
    notebook.run(3)
    coded, _ = json.loads(notebook.printed(3))
    notebook.page.evaluate(DELETE, 1)
    notebook.save()
    lab.end_kernels()
    saved = lab.read(notebook.name).cells[1].outputs
    assert [set(output.data) for output in saved] == [{"text/html", "text/plain"}]
    again = NotebookPage(notebook.page, lab, notebook.name, front_end)
    view = again.cell(1).locator(".jtts-view")
    expect(again.page.locator(".jtts-view")).to_have_count(1)
    audio = view.locator("audio")
    audio.evaluate(LISTEN)
    view.get_by_role("button", name="Play", exact=True).click()
    assert_same_sound(heard_to_the_end(audio), base64.b64decode(coded))
    assert again.page.get_by_text("model not found").count() == 0


def test_the_converted_page_is_heard_and_lights_the_words(chromium: Browser) -> None:
    speech, words = spoken_tones()
    with converted_page(chromium, speech, speech) as page:
        view = page.locator(".jtts-view").first
        audio = view.locator("audio")
        audio.evaluate(LISTEN)
        view.evaluate(WATCH)
        view.get_by_role("button", name="Play", exact=True).click()
        assert_same_sound(heard_to_the_end(audio), speech.pcm)
        expect(view).to_have_attribute("data-state", "finished")
        assert_lit_as_heard(page.evaluate("window.notes"), words)
        other = page.locator(".jtts-view").last
        expect(other).to_have_attribute("data-state", "paused")
        assert other.locator(".jtts-lit").count() == 0


def test_a_click_on_a_word_of_the_saved_view_is_heard_from_there(chromium: Browser) -> None:
    speech, words = spoken_tones()
    with converted_page(chromium, speech, speech) as page:
        view = page.locator(".jtts-view").first
        audio, text = view.locator("audio"), view.locator(".jtts-text")
        slider = view.get_by_role("slider", name="Position", exact=True)
        audio.evaluate(LISTEN)
        text.get_by_text("tone8", exact=True).click()
        expect(text.locator(".jtts-lit")).to_have_text("tone8")
        button = view.get_by_role("button", name="Play", exact=True)
        assert view.locator(".jtts-wave-played path").evaluate(STROKE) == button.evaluate(GROUND)
        text.press("ArrowRight")
        expect(text.locator(".jtts-lit")).to_have_text("tone9")
        slider.press("ArrowLeft")
        expect(text.locator(".jtts-lit")).to_have_text("tone5")
        other = page.locator(".jtts-view .jtts-text").last
        other.get_by_text("tone3", exact=True).dispatch_event("click")  # without a pointer
        expect(other.locator(".jtts-lit")).to_have_text("tone3")
        text.get_by_text("tone9", exact=True).click()
        button.click()
        start = round(words[9][0] * RATE)
        assert_same_sound(heard_to_the_end(audio), speech.slice(start, speech.frames))


def test_a_sound_of_a_low_rate_is_in_time_with_its_clock_after_a_seek(chromium: Browser) -> None:
    rate = 8_000
    noise = np.random.default_rng(1).normal(0, 3000, 3 * rate).astype("<i2").tobytes()
    speech = Speech("Noise", SpeechRequest(), rate, Timeline(), label="Noise")
    speech.add(Audio(noise, rate))
    speech.finish()
    with converted_page(chromium, speech) as page:
        audio = page.locator("audio")
        audio.evaluate(LISTEN)
        times = np.array(audio.evaluate(SEEK, 1.53))
        wait_for_silence_after(page)
        heard = Recording.of(page).sound.astype(float)
        firsts, lengths, silent = page.evaluate(BLOCKS)
    frames = np.concatenate(
        [np.arange(length) + first for first, length in zip(firsts, lengths, strict=True)]
    )
    sent = np.frombuffer(Resampler(rate, RATE).convert(noise), "<i2").astype(float)
    lags = []
    for start in range(0, len(heard) - RATE // 10, RATE // 10):
        place = np.argmax(np.correlate(sent, heard[start : start + RATE // 10])) / RATE
        clock = np.interp(frames[silent + start] / RATE, times[:, 0], times[:, 1])
        lags.append(clock - place)
    assert abs(np.median(lags)) < 0.06, np.round(lags, 3)


def test_a_media_key_plays_it_as_the_button_does(chromium: Browser) -> None:
    speech, _ = spoken_tones()
    with converted_page(chromium, speech) as page:
        page.locator("audio").evaluate("(audio) => audio.play()")
        expect(page.locator(".jtts-lit")).to_be_visible()
        expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


def test_the_lit_word_can_be_seen_in_a_contrast_theme(chromium: Browser) -> None:
    speech, _ = spoken_tones()
    with converted_page(chromium, speech, forced_colors="active") as page:
        word = page.locator(".jtts-text").get_by_text("tone8", exact=True)
        before = word.screenshot()
        word.click()
        page.mouse.move(0, 0)
        expect(page.locator(".jtts-lit")).to_have_text("tone8")
        assert word.screenshot() != before


def test_the_script_run_again_changes_nothing_and_one_that_may_not_run_does_no_harm(
    chromium: Browser,
) -> None:
    speech, _ = spoken_tones()
    with converted_page(chromium, speech) as page:
        view = page.locator(".jtts-view")
        view.get_by_role("button", name="Play", exact=True).wait_for()
        before = view.inner_html()
        script = view.locator("script:not([type])").text_content()
        page.evaluate("(script) => (0, eval)(script)", script)
        assert view.inner_html() == before
        assert view.get_by_role("button", name="Play", exact=True).count() == 1
    policy = {"content-security-policy": "script-src 'none'"}
    with converted_page(chromium, speech, headers=policy) as page:
        audio = page.locator(".jtts-view audio[controls]")
        expect(audio).to_be_visible()
        page.wait_for_function("(audio) => audio.readyState > 0", arg=audio.element_handle())
        expect(page.locator(".jtts-text")).to_have_text(speech.text)
