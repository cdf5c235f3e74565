"""Players inside ipywidgets' Outputs, in callbacks, and in outputs that are taken away."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from .conftest import OpenNotebook
from .ear import Recording, wait_for_silence_after
from .lab import FRONT_ENDS, Lab, NotebookPage
from .test_speaking import PRINT_PCM, SENTENCE, samples_of, wait_for_state

IN_NESTED_OUTPUTS = f"""
import ipywidgets as w
from jupyter_tts import say
outer, inner, mine = w.Output(), w.Output(), w.Output()
display(w.Accordion([w.Tab([outer, w.Label("Other")])], selected_index=0))
with outer:
    display(inner)
    with inner:
        speech = say({SENTENCE!r})
        print("After it.")
"""
IN_A_CALLBACK_WITH_AN_OUTPUT = """
button = w.Button(description="With")
@mine.capture()
def click(_):
    say("One.")
    say("Two.")
button.on_click(click)
w.VBox([button, mine])
"""
IN_A_CALLBACK_WITHOUT = """
bare = w.Button(description="Bare")
def speak(_):
    global speech
    speech = say("Hello from a button.")
bare.on_click(speak)
w.HBox([bare])
"""
IN_INTERACT = """
def choose(level):
    return level and say(f"Level {level}.", latency=level)
w.interact(choose, level=w.IntSlider(0, 0, 4));
"""
VIEWS = "print(*['text/html' in o['data'] for o in (*inner.outputs, *mine.outputs) if 'data' in o])"
LONG = " ".join([SENTENCE] * 3)


def click(notebook: NotebookPage, index: int, name: str) -> None:
    notebook.cell(index).get_by_role("button", name=name, exact=True).click()


def command(notebook: NotebookPage, name: str) -> None:
    notebook.page.evaluate("(name) => window.jupyterapp.commands.execute(name)", name)


def select(notebook: NotebookPage, index: int) -> None:
    notebook.page.evaluate(
        "(index) => { const { content } = window.jupyterapp.shell.currentWidget;"
        "content.deselectAll(); content.activeCellIndex = index; }",
        index,
    )


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_in_outputs_and_callbacks_a_player_is_heard_and_leaves_its_view_where_it_was(
    reuse_notebook: OpenNotebook, lab: Lab, front_end: str
) -> None:
    notebook = reuse_notebook(
        IN_NESTED_OUTPUTS,
        IN_A_CALLBACK_WITH_AN_OUTPUT,
        IN_A_CALLBACK_WITHOUT,
        PRINT_PCM,
        VIEWS,
        IN_INTERACT,
        front_end=front_end,
    )
    notebook.run(1)
    received = np.trim_zeros(samples_of(notebook, 4))
    notebook.wait_for_saved_view(1)
    assert Recording.of(notebook.page).is_all_of(received)
    expect(notebook.cell(1).locator(".widget-output .widget-output")).to_contain_text("After it.")

    notebook.run(2)
    click(notebook, 2, "With")
    expect(notebook.cell(2).locator(".jtts-view audio")).to_have_count(2)

    notebook.run(3)
    click(notebook, 3, "Bare")
    wait_for_state(notebook, 3, "Playing")
    notebook.wait_for_saved_view(3)
    click(notebook, 3, "Bare")
    wait_for_state(notebook, 3, "Playing")
    expect(notebook.cell(3).locator(".jtts-player, .jtts-view")).to_have_count(1)
    notebook.wait_for_saved_view(3)
    received = np.trim_zeros(samples_of(notebook, 4))
    heard = Recording.of(notebook.page)
    assert heard.ends_with_all_of(received)

    notebook.run(6)
    notebook.cell(6).locator(".noUi-base").click()  # its arrow keys are Notebook 7's
    expect(notebook.cell(6).locator(".widget-output .jtts-view audio")).to_have_count(1)
    assert len(Recording.of(notebook.page).sound) > len(heard.sound)

    # The kernel has it, for a page that is loaded again, and so has the file.
    notebook.run(5)
    assert notebook.printed(5).strip() == "True True True"
    notebook.save()
    saved = lab.read(notebook.name).cells[3].outputs
    assert [set(output.data) >= {"text/html"} for output in saved] == [False, True]


def silent(notebook: NotebookPage) -> bool:
    """Whether no more is heard."""
    wait_for_silence_after(notebook.page)
    before = len(Recording.of(notebook.page).sound)
    wait_for_silence_after(notebook.page)
    return len(Recording.of(notebook.page).sound) == before


def test_the_sound_ends_with_its_output_and_not_with_a_view(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(
        *[f"%%tts --name speech\n{LONG}"] * 2, f"%%tts --background\n{LONG}", "print(speech)"
    )
    players = notebook.page.locator(".jtts-player")

    notebook.run(1)
    wait_for_state(notebook, 1, "Playing")
    # Its view is made again.
    select(notebook, 1)
    command(notebook, "notebook:move-cell-down")
    wait_for_state(notebook, 2, "Playing")
    assert not silent(notebook)
    # Another view of it comes and goes.
    command(notebook, "notebook:create-output-view")
    expect(players).to_have_count(2)
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.close()")
    expect(players).to_have_count(1)
    assert not silent(notebook)
    select(notebook, 2)
    command(notebook, "notebook:clear-cell-output")
    assert silent(notebook)

    # The cell that runs again speaks at once, since what it began before is over.
    notebook.run(2)
    wait_for_state(notebook, 2, "Playing")
    notebook.run(2)
    wait_for_state(notebook, 2, "Playing")
    assert players.count() == 1

    select(notebook, 2)
    command(notebook, "notebook:delete-cell")
    assert silent(notebook)
    # Brought back, it has what was heard.
    command(notebook, "notebook:undo-cell-action")
    notebook.wait_for_saved_view(2)

    notebook.start(3)
    wait_for_state(notebook, 3, "Playing")
    command(notebook, "editmenu:clear-all")
    assert silent(notebook)
    assert notebook.page.get_by_text("model not found").count() == 0


def test_a_saved_view_and_a_player_take_turns(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(f"%%tts\n{SENTENCE}", "%%tts\nAnd another.", f"%%tts\n{LONG}")
    playing = "(audio) => !audio.paused"
    notebook.run(1)
    notebook.wait_for_saved_view(1)
    saved = notebook.cell(1).locator(".jtts-view audio")
    saved.evaluate("(audio) => (audio.loop = true)")
    click(notebook, 1, "Play")
    notebook.run(2)
    wait_for_state(notebook, 2, "Waiting")
    assert saved.evaluate(playing)
    click(notebook, 2, "Play")
    wait_for_state(notebook, 2, "Playing")
    assert not saved.evaluate(playing)
    notebook.wait_for_saved_view(2)

    notebook.run(3)
    wait_for_state(notebook, 3, "Playing")
    click(notebook, 1, "Play")
    wait_for_state(notebook, 3, "Paused")
    assert saved.evaluate(playing)
    assert silent(notebook)
    click(notebook, 2, "Play")
    expect(notebook.cell(1).get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert not saved.evaluate(playing)


def test_what_was_captured_is_heard_when_it_is_shown(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook("%%capture cap\n%tts Captured.", "cap.show()")
    notebook.run(1)
    notebook.run(2)
    notebook.wait_for_saved_view(2)
    assert not notebook.page.evaluate("window.ear.ears.some((ear) => ear.context)")
    click(notebook, 2, "Play")
    notebook.page.wait_for_function("document.querySelector('.jtts-view audio').ended")
