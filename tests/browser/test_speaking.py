"""``%%tts`` in real front ends: what is heard, and what the controls do to it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Locator, expect

from .conftest import OpenNotebook
from .ear import Recording, wait_for_silence_after
from .lab import FRONT_ENDS, Lab, NotebookPage

Samples = npt.NDArray[np.int16]

MOST_RUNS = 5  # of a cell that is to sound without a gap
SENTENCE = "The quick brown fox jumps over the dog."  # heard in real time: long ones cost
PRINT_PCM = "import base64; print(base64.b64encode(speech.pcm).decode())"

# A text source that gives one sentence, and the next one only when the test says so.
HELD_UP = """
import time, pathlib
from jupyter_tts import say

def source():
    yield "The first sentence is heard while the second one is still missing. "
    while not pathlib.Path("go").exists():
        time.sleep(0.02)
    yield "And here it comes."

speech = say(source(), latency=4, auto_mode=True)
"""


def samples_of(notebook: NotebookPage, index: int) -> Samples:
    """The samples that a cell prints as base64."""
    notebook.run(index)
    return np.frombuffer(base64.b64decode(notebook.printed(index)), "<i2")


def wait_for_state(notebook: NotebookPage, index: int, state: str) -> None:
    """Wait until a player of a cell is seen in a state, which may last for a second only."""
    notebook.page.wait_for_function(
        """([index, state]) => {
            const cell = document.querySelectorAll(".jp-Notebook .jp-Cell")[index];
            const player = cell?.querySelector(`.jtts-player[data-state=${state}]`);
            return player?.checkVisibility();
        }""",
        arg=[index, state.lower()],
    )


def wait_until_loaded(audio: Locator) -> None:
    """Wait until an audio element knows how long its sound is."""
    audio.evaluate("(audio) => (audio.preload = 'metadata')")  # else only once it is pointed at
    loaded = "(audio) => audio.readyState >= 1"
    audio.page.wait_for_function(loaded, arg=audio.element_handle())


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_what_is_heard_is_what_was_received_sample_for_sample(
    reuse_notebook: OpenNotebook, front_end: str
) -> None:
    notebook = reuse_notebook(
        f"%%tts --latency 3 --name speech\n{SENTENCE}",
        PRINT_PCM,
        "print(speech.timeline.underruns, speech.timeline.audible_latency is not None)",
        front_end=front_end,
    )
    for _ in range(MOST_RUNS):
        notebook.page.evaluate("window.ear.forget()")
        notebook.run(1)
        received = np.trim_zeros(samples_of(notebook, 2))
        notebook.wait_for_saved_view(1)
        notebook.run(3)
        underruns, measured = notebook.printed(3).split()
        assert measured == "True"
        if underruns == "0":  # on a busy machine the sound may run dry, and fades out there
            break
    assert np.array_equal(Recording.of(notebook.page).exact, received)


def test_mp3_is_heard_as_it_was_decoded(reuse_notebook: OpenNotebook) -> None:
    source = "%%tts --format mp3_44100_128 --name speech\nThis came as mp3."
    notebook = reuse_notebook(source, PRINT_PCM)
    notebook.run(1)
    received = np.trim_zeros(samples_of(notebook, 2))
    notebook.wait_for_saved_view(1)
    heard = Recording.of(notebook.page)
    assert heard.rate == 44_100
    assert heard.is_all_of(received)


def test_over_http_the_same_is_heard_and_the_card_shows_the_request(
    reuse_notebook: OpenNotebook,
) -> None:
    notebook = reuse_notebook(
        f"%%tts --transport http --model eleven_v4 --name speech\n{SENTENCE}", PRINT_PCM
    )
    notebook.run(1)
    received = np.trim_zeros(samples_of(notebook, 2))
    notebook.wait_for_saved_view(1)
    assert Recording.of(notebook.page).is_all_of(received)
    card = notebook.cell(1).locator(".jtts-request")
    expect(card).to_contain_text(re.compile(r"POST http://127\.0\.0\.1:\d+/v1/text-to-dialogue/"))
    expect(card).not_to_contain_text("xi-api-key")
    expect(card).to_contain_text('"inputs": [{"text": "…", "voice_id": "heart"}]')


def test_sound_comes_before_the_stream_has_ended(reuse_notebook: OpenNotebook, lab: Lab) -> None:
    notebook = reuse_notebook(HELD_UP, PRINT_PCM)
    notebook.start(1)
    wait_for_state(notebook, 1, "Playing")
    notebook.page.wait_for_function("() => window.ear.sounded(0)")
    assert notebook.running(1)
    (lab.root / "go").touch()
    try:
        received = np.trim_zeros(samples_of(notebook, 2))
        notebook.wait_for_saved_view(1)
    finally:
        (lab.root / "go").unlink()
    assert Recording.of(notebook.page).is_all_of(received)


def test_stop_ends_the_sound_the_stream_and_the_cell_while_it_runs(
    reuse_notebook: OpenNotebook,
) -> None:
    notebook = reuse_notebook(HELD_UP, "print(speech.complete, speech.text)")
    notebook.start(1)
    wait_for_state(notebook, 1, "Playing")
    notebook.cell(1).get_by_role("button", name="Stop", exact=True).click()
    notebook.wait_until_ended(1)
    wait_for_silence_after(notebook.page)
    before = len(Recording.of(notebook.page).sound)
    wait_for_silence_after(notebook.page)
    assert len(Recording.of(notebook.page).sound) == before
    notebook.run(2)
    assert notebook.printed(2).startswith("False The first sentence")


def test_stop_works_while_the_cell_runs_where_a_front_end_asks_for_no_subshell(
    open_notebook: OpenNotebook, lab: Lab
) -> None:
    with lab.without_subshells():
        notebook = open_notebook(HELD_UP)
        notebook.start(1)
        wait_for_state(notebook, 1, "Playing")
        notebook.cell(1).get_by_role("button", name="Stop", exact=True).click()
        notebook.wait_until_ended(1)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_interrupting_the_kernel_ends_stream_and_sound(
    reuse_notebook: OpenNotebook, front_end: str
) -> None:
    notebook = reuse_notebook(HELD_UP, "print('still here')", front_end=front_end)
    notebook.start(1)
    wait_for_state(notebook, 1, "Playing")
    notebook.interrupt()
    wait_for_state(notebook, 1, "Stopped")
    notebook.wait_until_ended(1)
    assert "Stopped." in notebook.printed(1)
    assert "Traceback" not in notebook.printed(1)
    wait_for_silence_after(notebook.page)
    before = len(Recording.of(notebook.page).sound)
    wait_for_silence_after(notebook.page)
    assert len(Recording.of(notebook.page).sound) == before
    notebook.run(2)
    assert notebook.printed(2) == "still here\n"


def test_interrupting_an_idle_kernel_ends_sound_that_plays_on(
    reuse_notebook: OpenNotebook,
) -> None:
    notebook = reuse_notebook(f"%%tts\n{SENTENCE * 3}")
    notebook.run(1)
    wait_for_state(notebook, 1, "Playing")
    notebook.interrupt()
    wait_for_state(notebook, 1, "Stopped")


def test_pause_holds_the_sound_and_play_goes_on_where_it_was(
    reuse_notebook: OpenNotebook,
) -> None:
    notebook = reuse_notebook(f"%%tts --name speech\n{SENTENCE}", PRINT_PCM)
    notebook.run(1)
    cell = notebook.cell(1)
    wait_for_state(notebook, 1, "Playing")
    cell.get_by_role("button", name="Pause", exact=True).click()
    wait_for_state(notebook, 1, "Paused")
    received = np.trim_zeros(samples_of(notebook, 2))
    wait_for_silence_after(notebook.page)
    heard = np.count_nonzero(Recording.of(notebook.page).sound)
    assert 0 < heard < np.count_nonzero(received)
    assert cell.locator(".jtts-view").count() == 0  # never under a user who has paused
    cell.get_by_role("button", name="Play", exact=True).click()
    notebook.wait_for_saved_view(1)
    sound = Recording.of(notebook.page).sound
    gap = 240  # fades at the pause
    assert np.array_equal(sound[-gap:], received[-gap:])
    assert len(sound) >= len(received)


def test_replay_is_heard_from_the_start(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(f"%%tts --name speech\n{SENTENCE}", PRINT_PCM)
    notebook.run(1)
    wait_for_state(notebook, 1, "Playing")
    notebook.page.wait_for_function("() => window.ear.frames(0) > 24000")
    notebook.cell(1).get_by_role("button", name="Play", exact=True).click()
    received = np.trim_zeros(samples_of(notebook, 2))
    notebook.wait_for_saved_view(1)
    assert np.array_equal(Recording.of(notebook.page).sound[-len(received) + 240 :], received[240:])


def test_minutes_made_in_seconds_reach_the_player_whole(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(
        "text = ' '.join(f'This is sentence number {n} of many.' for n in range(75))",
        "%%tts --voice en-us --name speech\n{text}",
        "print(speech.duration, speech.timeline.real_time_factor < 0.5)",
    )
    notebook.run(1)
    notebook.run(2)
    notebook.run(3)
    duration, faster = notebook.printed(3).split()
    assert float(duration) > 180
    assert faster == "True"
    slider = notebook.cell(2).get_by_role("slider", name="Position")
    saved = notebook.cell(2).locator(".jtts-view")
    while float(slider.get_attribute("max") or 0) != pytest.approx(float(duration), abs=1e-3):
        slider.press("End")  # each jump to the end makes room for the next 30 s
    if float(slider.input_value()) < float(duration) - 1:
        slider.press("End")
    audio = saved.locator("audio")
    wait_until_loaded(audio)
    assert audio.evaluate("(audio) => audio.duration") == pytest.approx(float(duration), abs=0.1)


PRINT_ALL = """
import numpy, base64
spoken = [numpy.trim_zeros(numpy.frombuffer(speech.pcm, "<i2")) for speech in speeches]
print(base64.b64encode(numpy.concatenate(spoken)).decode())
"""


def test_run_all_of_twenty_cells_is_heard_in_order_one_voice_at_a_time(
    reuse_notebook: OpenNotebook,
) -> None:
    letters = "abcdefghijklmnopqrst"
    notebook = reuse_notebook(
        *(f"%%tts --name {letter}\n{letter}." for letter in letters),
        f"speeches = [{', '.join(letters)}]\n{PRINT_ALL}",
    )
    notebook.run_all()
    spoken = np.frombuffer(base64.b64decode(notebook.printed(21)), "<i2")
    notebook.wait_for_saved_view(20)
    assert Recording.of(notebook.page).is_all_of(spoken)


def test_ten_streams_in_the_background_and_a_panel_take_turns(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(
        "from jupyter_tts import Panel\npanel = Panel('The panel.')\npanel",
        "speeches = []\nfor letter in 'abcdefghij':\n"
        "    %tts --background --name speech {letter}.\n"
        "    speeches.append(speech)",
        "print(len(panel.speech.pcm) > 0)\nspeeches.append(panel.speech)\n" + PRINT_ALL,
    )
    notebook.run(1)
    notebook.run(2)
    notebook.cell(1).get_by_role("button", name="Speak", exact=True).click()
    expect(notebook.cell(2).locator(".jtts-view audio")).to_have_count(10)
    wait_for_state(notebook, 1, "Finished")
    notebook.run(3)
    complete, encoded = notebook.printed(3).split()
    assert complete == "True"
    spoken = np.frombuffer(base64.b64decode(encoded), "<i2")
    assert Recording.of(notebook.page).is_all_of(spoken)


def test_a_speech_that_is_displayed_is_played_again(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(
        f"%%tts --name speech --no-play\n{SENTENCE}",
        "speech",
        PRINT_PCM,
    )
    notebook.run(1)
    assert "s of speech" in notebook.printed(1)
    notebook.run(2)
    notebook.wait_for_saved_view(2)
    received = np.trim_zeros(samples_of(notebook, 3))
    assert Recording.of(notebook.page).is_all_of(received)


def test_say_at_the_end_of_a_cell_is_heard_once(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(
        "from jupyter_tts import say\nsay('Hello you.')", "speech = _", PRINT_PCM
    )
    notebook.run(1)
    notebook.wait_for_saved_view(1)
    assert len(notebook.outputs(1)) == 1
    notebook.run(2)
    received = np.trim_zeros(samples_of(notebook, 3))
    assert Recording.of(notebook.page).is_all_of(received)


def test_a_stream_in_the_background_lets_the_cell_end(
    reuse_notebook: OpenNotebook, lab: Lab
) -> None:
    notebook = reuse_notebook(f"%%tts --background --name speech\n{SENTENCE}", PRINT_PCM)
    notebook.run(1)
    notebook.wait_for_saved_view(1)
    received = np.trim_zeros(samples_of(notebook, 2))
    assert Recording.of(notebook.page).is_all_of(received)


def test_an_async_generator_of_the_kernels_own_loop_is_spoken(
    reuse_notebook: OpenNotebook,
) -> None:
    notebook = reuse_notebook(
        "import asyncio\nfrom jupyter_tts import say\n"
        "ready = asyncio.get_running_loop().create_future()\n"
        "asyncio.get_running_loop().call_later(0.05, ready.set_result, 'two ')\n"
        "async def source():\n    yield 'one '\n    yield await ready\n    yield 'three'\n"
        "speech = say(source())",
        "print(*(word.text for word in speech.words))",
        "print('and the cells after it run')",
    )
    notebook.run_all()
    assert notebook.printed(2) == "one two three\n"
    assert notebook.printed(3) == "and the cells after it run\n"


def test_a_fault_leaves_one_sentence_and_no_player(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(
        "%%tts --server http://127.0.0.1:9\nhello", "%%tts --latency 5\nhello"
    )
    for index, sentence in ((1, "No connection to 127.0.0.1:9"), (2, "0 to 4, not 5")):
        notebook.run(index)
        expect(notebook.cell(index).get_by_text(sentence)).to_be_visible()
        expect(notebook.cell(index).get_by_role("button", name="Play", exact=True)).to_have_count(0)
        expect(notebook.cell(index).get_by_role("slider")).to_have_count(0)
        errors = [o for o in notebook.outputs(index) if o["output_type"] == "error"]
        assert len(errors) == 1
        assert len(errors[0]["traceback"]) == 1


def test_it_is_drawn_in_both_themes(reuse_notebook: OpenNotebook, shots: Path) -> None:
    notebook = reuse_notebook(f"%%tts --latency 3 --stability 0.4\n{SENTENCE * 2}")
    notebook.run(1)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        with notebook.theme(theme):
            wait_for_state(notebook, 1, "Playing")
            player = notebook.cell(1).get_by_role("slider", name="Position")
            expect(player).to_be_visible()
            notebook.page.screenshot(path=shots / f"player {theme}.png")
    notebook.wait_for_saved_view(1)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        with notebook.theme(theme):
            notebook.page.screenshot(path=shots / f"saved {theme}.png")


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_keys_pressed_in_the_player_are_not_the_notebooks(
    reuse_notebook: OpenNotebook, front_end: str
) -> None:
    notebook = reuse_notebook(f"%%tts\n{SENTENCE}", "1", "2", front_end=front_end)
    notebook.run(1)
    cell = notebook.cell(1)
    pause = cell.get_by_role("button", name="Pause", exact=True)
    pause.focus()
    notebook.page.keyboard.press("Enter")
    wait_for_state(notebook, 1, "Paused")
    position = cell.get_by_role("slider", name="Position", exact=True)
    position.focus()
    for key in ("Home", "ArrowUp", "ArrowUp", "ArrowDown"):
        notebook.page.keyboard.press(key)
    expect(position).to_have_attribute("aria-valuetext", re.compile(r"^(0:01|1\.0) of"))
    active = "window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    mode = "window.jupyterapp.shell.currentWidget.content.mode"
    assert (notebook.page.evaluate(active), notebook.page.evaluate(mode)) == (1, "command")
