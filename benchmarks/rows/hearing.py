"""A notebook in a page that hears itself, for rows about the time until something is heard."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.lab import Lab, NotebookPage, open_page

__all__ = ["FRONT_ENDS", "NO_BROWSER", "HearingNotebook", "hearing_notebook", "opened"]

FRONT_ENDS = {"JupyterLab": "lab", "Notebook 7": "notebook"}
NO_BROWSER = "needs Chromium or Chrome"
POLL = 250  # ms: the moment is known afterwards, and looking takes the page time

Opened = tuple[Browser, Lab]


class HearingNotebook(NotebookPage):
    """A notebook in a page with an ear."""

    def hear(self, index: int) -> dict[str, float]:
        """Run a cell that speaks, and stop it once it is heard.

        Returns
        -------
        dict of str to float
            When each step in the page was passed, and ``run``: milliseconds since the epoch.
        """
        began = self.start(index)
        self.page.wait_for_function("() => window.heard.first()", polling=POLL)
        steps: dict[str, float] = self.page.evaluate("() => window.heard.steps()")
        self.cell(index).get_by_role("button", name="Stop", exact=True).click()
        self.wait_until_ended(index)
        return {"run": began, **steps}

    def hear_element(self, index: int) -> float:
        """Run a cell that shows an ``<audio>`` which begins by itself; return when it is heard.

        Returns
        -------
        float
            Milliseconds after the run.
        """
        began = self.start(index)
        heard = self.page.wait_for_function("() => window.heard.first()", polling=POLL)
        self.wait_until_ended(index)
        return float(heard.json_value()) - began

    def fall_silent(self) -> None:
        """Wait until nothing is heard any more."""
        self.page.evaluate("() => window.heard.begin()")

    def printed_json(self, index: int) -> dict[str, float]:
        """Run a cell, and return what it prints."""
        self.run(index)
        steps: dict[str, float] = json.loads(self.printed(index))
        return steps


@contextmanager
def opened() -> Iterator[Opened]:
    """Open a browser that draws in software, and a JupyterLab with Notebook 7."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder))
        try:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(),
                args=[*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"],
            )
            yield browser, lab
            browser.close()
        finally:
            lab.stop()


@contextmanager
def hearing_notebook(
    place: Opened, name: str, front_end: str, cells: Sequence[str]
) -> Iterator[HearingNotebook]:
    """Open a notebook of these cells in a page of its own; its kernel ends with it."""
    browser, lab = place
    with open_page(browser) as page:
        page.add_init_script(path=Path(__file__).with_name("heard.js"))
        yield HearingNotebook(page, lab, lab.write(f"{name}.ipynb", cells), front_end)
    lab.end_kernels()
