"""The README's pictures, of the real thing: ``python -m docs.make.screenshot``.

A JupyterLab and a Chromium, as the browser tests use them, run a cell and a panel with the
embedded voice, once in each theme. Needs Pillow, for the picture that moves.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, ViewportSize, sync_playwright

from jupyter_tts.client.keys import KEY_VARIABLE
from jupyter_tts.notebook.speaking.cache_policy import CACHE_VARIABLE
from tests.browser.chromium import require_chromium
from tests.browser.lab import Lab, NotebookPage, open_page

PICTURES = Path(__file__).parents[1] / "pictures"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
LOAD = "%load_ext jupyter_tts"
SPOKEN = """\
%%tts --latency 3 --stability 0.4 --similarity 0.8
Any text, any length, any language the voice has. It is heard
while it is still being made, and each word is lit as it sounds."""
SPOKEN_WORDS = 14  # that have been lit before the picture is taken
PANEL = (
    "%tts_panel --latency 2 --stability 0.4 Any text, any length, any language the voice has, "
    "heard while the last of it is still being made."
)
COMPARED = ("0", "2")  # levels
# With a text that comes as from a language model the levels differ. The file is for both themes.
SWEEP = '''\
from jupyter_tts import Sweep

text = """A language model writes this text token by token, and the voice begins before it
has ended. How soon it can begin is for the schedule of the chunks to say, and the schedule
is what the level sets, if nobody else does."""
sweep = Sweep(latency=[0, 1, 2, 3, 4], arrival="as tokens", voice="en-us",
              texts=text, repeat=12, file="knob.jsonl")
sweep.run()'''
# What changed is lit for a moment only.
HOLD_LIGHT = "document.getAnimations().forEach((light) => { light.pause(); light.currentTime = 0 })"
# What moves, one key at a time, and how long each state of the panel is seen.
MOVES = (
    ("Latency", "ArrowRight"),
    ("Latency", "ArrowRight"),
    ("Stability", "ArrowLeft"),
    ("Similarity", "ArrowRight"),
    ("Latency", "ArrowLeft"),
)
FRAME = 1600  # milliseconds
COLOURS = 128
SIZE: ViewportSize = {"width": 1180, "height": 1500}
MARGIN = 4  # CSS pixels around what is shown
ARGUMENTS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required")


def main() -> None:
    """Take the pictures."""
    os.environ.pop(KEY_VARIABLE, None)  # the embedded voice speaks
    os.environ[CACHE_VARIABLE] = "off"  # with the figures of a real stream
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=require_chromium(), args=list(ARGUMENTS)
        )
        lab = Lab(Path(folder))
        try:
            for theme, name in THEMES.items():
                with opened(browser, lab, f"player-{theme}", SPOKEN) as page, page.theme(name):
                    take_player(page)
                with opened(browser, lab, f"panel-{theme}", PANEL) as page, page.theme(name):
                    take_panel(page)
                with opened(browser, lab, f"sweep-{theme}", SWEEP) as page, page.theme(name):
                    take_sweep(page)
        finally:
            lab.stop()
            browser.close()


@contextmanager
def opened(browser: Browser, lab: Lab, name: str, cell: str) -> Iterator[NotebookPage]:
    """Open a notebook with a cell, in a page of its own."""
    # The last cell is empty: chosen, it keeps toolbar and frame away from the others.
    notebook = lab.write(f"{name}.ipynb", [LOAD, cell, ""])
    with open_page(browser, device_scale_factor=2) as page:
        page.set_viewport_size(SIZE)
        opened = NotebookPage(page, lab, notebook, "lab")
        opened.run(0)
        yield opened
    lab.end_kernels()


def take_player(notebook: NotebookPage) -> None:
    """Show a cell that speaks. Its second run, since the voice's process starts with the first."""
    notebook.run(1)
    notebook.wait_for_saved_view(1)
    notebook.start(1)
    choose(notebook, 2)
    notebook.page.wait_for_function(
        "(count) => [...document.querySelectorAll('.jtts-text span')]"
        ".findIndex((word) => word.matches('.jtts-lit')) >= count",
        arg=SPOKEN_WORDS,
    )
    shoot(notebook, notebook.cell(0), notebook.cell(1))


def take_sweep(notebook: NotebookPage) -> None:
    """Show what a sweep found."""
    notebook.run(1)
    choose(notebook, 2)
    shoot(notebook, notebook.cell(1), notebook.cell(1))


def choose(notebook: NotebookPage, index: int) -> None:
    """Make a cell the active one."""
    notebook.page.evaluate(
        "(index) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = index; }",
        index,
    )


def take_panel(notebook: NotebookPage) -> None:
    """Show the panel just after a control has moved, with two levels to compare."""
    notebook.run(1)
    panel = notebook.cell(1)
    move_controls(notebook, panel)
    panel.get_by_label("Text comes", exact=True).select_option("word by word")
    latency = panel.get_by_role("slider", name="Latency", exact=True)
    for spoken, level in enumerate(COMPARED):
        latency.fill(level)
        panel.get_by_role("button", name="Speak", exact=True).click()
        panel.locator(".jtts-history tbody tr").nth(spoken).wait_for()
        panel.locator('.jtts-actions[data-status="idle"]').wait_for()
    latency.fill("3")
    panel.locator(".jtts-request .jtts-lit").first.wait_for()
    notebook.page.evaluate(HOLD_LIGHT)
    shoot(notebook, panel.locator(".jtts-panel"), panel.locator(".jtts-panel"))


def move_controls(notebook: NotebookPage, panel: Locator) -> None:
    """Save the panel as a picture that moves: a control, and with it the wire."""
    frames = [panel.locator(".jtts-panel").screenshot()]
    for slider, key in MOVES:
        move(panel, slider, key)
        notebook.page.evaluate(HOLD_LIGHT)
        frames.append(panel.locator(".jtts-panel").screenshot())
    first, *others = (
        Image.open(io.BytesIO(frame)).convert("RGB").quantize(COLOURS) for frame in frames
    )
    first.save(
        PICTURES / Path(notebook.name).with_suffix(".gif"),
        save_all=True,
        append_images=others,
        duration=FRAME,
        loop=0,
    )
    panel.get_by_role("button", name="Reset", exact=True).click()


def move(panel: Locator, slider: str, key: str) -> None:
    """Move a slider and wait until the wire shows it."""
    panel.get_by_role("slider", name=slider, exact=True).press(key)
    panel.locator(".jtts-lit").first.wait_for()


def shoot(notebook: NotebookPage, first: Locator, last: Locator) -> None:
    """Save a picture of everything from one element to another."""
    top, bottom = box(first), box(last)
    clip: FloatRect = {
        "x": top["x"] - MARGIN,
        "y": top["y"] - MARGIN,
        "width": top["width"] + 2 * MARGIN,
        "height": bottom["y"] + bottom["height"] - top["y"] + 2 * MARGIN,
    }
    name = Path(notebook.name).with_suffix(".png")
    picture = Image.open(io.BytesIO(notebook.page.screenshot(clip=clip))).convert("RGB")
    picture.quantize(COLOURS).save(PICTURES / name, optimize=True)


def box(element: Locator) -> FloatRect:
    """Return where a visible element is."""
    bounds = element.bounding_box()
    assert bounds is not None
    return bounds


if __name__ == "__main__":
    main()
