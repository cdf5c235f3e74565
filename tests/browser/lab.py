"""A real JupyterLab on loopback, and its notebooks in a real browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, Locator, Page, expect

from .bidi import PATIENCE
from .ear import EAR_SCRIPT

__all__ = ["FRONT_ENDS", "Lab", "NotebookPage", "new_page", "open_page"]

FRONT_ENDS = ("lab", "notebook")
TOKEN = "loopback-test"
expect.set_options(timeout=PATIENCE * 1000)


class Lab:
    """A JupyterLab server with configuration folders of its own.

    It also serves Notebook 7. Files and kernels live below ``root``.

    Attributes
    ----------
    kept
        Ids of the kernels that outlive a test.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kept: set[str] = set()
        self._log = (root / "server.log").open("w")
        self._setting("notification", fetchNews="false", checkForUpdates=False)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *self._options()],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=root,
            env={**os.environ, **self._environment()},
        )
        self.url = self._address()

    def write(self, name: str, cells: Sequence[str], **metadata: Any) -> str:
        """Write a notebook of code cells and return its name."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}, **metadata},
        )
        nbformat.write(notebook, self.root / name)
        return name

    def read(self, name: str) -> nbformat.NotebookNode:
        """Read a notebook as it was saved."""
        return nbformat.read(self.root / name, as_version=4)

    @contextmanager
    def without_subshells(self) -> Iterator[None]:
        """Have JupyterLab send widgets' messages as other front ends do, behind a running cell."""
        self._setting("kernels-settings", commsOverSubshells="disabled")
        yield
        self._setting("kernels-settings")

    def end_kernels(self) -> None:
        """End every kernel but those that are kept."""
        for kernel in self._api("/api/kernels"):
            if kernel["id"] not in self.kept:
                self._api(f"/api/kernels/{kernel['id']}", "DELETE")

    def stop(self) -> None:
        """End the server and all it started."""
        self.kept.clear()
        with suppress(OSError):
            self.end_kernels()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _options(self) -> list[str]:
        return [
            *("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={self.root}",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]

    def _environment(self) -> dict[str, str]:
        folders = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        return {name: str(self.root / f".{folder}") for name, folder in folders.items()}

    def _setting(self, plugin: str, **values: Any) -> None:
        folder = self.root / ".settings" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{plugin}.jupyterlab-settings").write_text(json.dumps(values))

    def _address(self) -> str:
        """Return where the server listens, once it answers."""
        log = Path(self._log.name)
        while self._process.poll() is None:
            for line in log.read_text().splitlines():
                if " http://127.0.0.1:" in line and "token=" in line:
                    url = line[line.index("http://") :].split("/lab")[0]
                    with suppress(urllib.error.URLError):
                        self._api("/api", url=url)
                        return url
        raise AssertionError(f"JupyterLab ended:\n{log.read_text()}")

    def _api(self, path: str, method: str = "GET", url: str = "") -> Any:
        request = urllib.request.Request(
            (url or self.url) + path, method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            body = answer.read()
        return json.loads(body) if body else None


class NotebookPage:
    """A notebook in JupyterLab or Notebook 7, open in a page."""

    def __init__(self, page: Page, lab: Lab, name: str, front_end: str) -> None:
        self.page = page
        self._lab = lab
        self._kernel = ""
        self.name = name
        page.set_default_timeout(PATIENCE * 1000)
        workspace = f"workspaces/test-{name.partition('.')[0]}"
        path = f"lab/{workspace}/tree/{name}" if front_end == "lab" else f"notebooks/{name}"
        page.goto(f"{lab.url}/{path}?token={TOKEN}" + ("&reset" if front_end == "lab" else ""))
        page.wait_for_selector(".jp-Notebook .jp-Cell")

    def begin_anew(self, cells: Sequence[str]) -> None:
        """Put other cells in the place of those there are; kernel and page forget what was."""
        self.wait_until_idle()
        self.page.evaluate(_BEGIN_ANEW, [list(cells), _FORGET])

    def keep(self) -> None:
        """Let the kernel outlive a test; it ends with `close`."""
        self.wait_until_idle()
        self._kernel = self.page.evaluate(
            "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.id"
        )
        self._lab.kept.add(self._kernel)

    def close(self) -> None:
        """End the page and the kernel."""
        self.page.context.close()
        self._lab.kept.discard(self._kernel)
        self._lab.end_kernels()

    def wait_until_idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext"
            "?.session?.kernel?.status === 'idle'"
        )

    def running(self, index: int) -> bool:
        """Whether the cell has been started and not ended.

        Not the kernel's status: that turns idle with every message a subshell has handled.
        """
        return self._prompt(index).inner_text() == "[*]:"

    def wait_until_ended(self, index: int) -> None:
        """Wait until the cell has ended."""
        self.page.wait_for_function(
            """(index) => /^\\[\\d+\\]:$/.test(document.querySelectorAll(".jp-Notebook .jp-Cell")
                [index].querySelector(".jp-InputPrompt").textContent)""",
            arg=index,
        )

    def _prompt(self, index: int) -> Locator:
        return self.cell(index).locator(".jp-InputPrompt")

    def run(self, index: int) -> None:
        """Run a cell and wait until it has ended."""
        self.wait_until_idle()
        self.page.evaluate(f"async (index) => {{ {_SELECT} await {_RUN}; }}", index)

    def start(self, index: int) -> int:
        """Run a cell and do not wait; return when, in milliseconds since the epoch."""
        self.wait_until_idle()
        run = f"(index) => {{ {_SELECT} const now = Date.now(); {_RUN}; return now; }}"
        began: int = self.page.evaluate(run, index)
        return began

    def restart(self) -> None:
        """Restart the kernel, and wait until it is there."""
        self.wait_until_idle()
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
        )
        self.wait_until_idle()

    def run_all(self) -> None:
        """Run all cells and wait until they have ended."""
        self.wait_until_idle()
        self.page.evaluate("() => window.jupyterapp.commands.execute('runmenu:run-all')")

    @contextmanager
    def theme(self, name: str) -> Iterator[None]:
        """Give the page another theme for a while."""
        before = self.page.evaluate("document.body.dataset.jpThemeName")
        self._use_theme(name)
        yield
        self._use_theme(before)

    def _use_theme(self, name: str) -> None:
        change = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
        self.page.evaluate(change, name)
        expect(self.page.locator(f'body[data-jp-theme-name="{name}"]')).to_have_count(1)

    def interrupt(self) -> None:
        """Interrupt the kernel, as the button in the toolbar does."""
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()"
        )

    def save(self) -> None:
        """Save the notebook."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def cell(self, index: int) -> Locator:
        """The cell's element."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """The cell's outputs, as they would be saved."""
        outputs: list[dict[str, Any]] = self.page.evaluate(
            "(index) => window.jupyterapp.shell.currentWidget.content.widgets[index]"
            ".model.outputs.toJSON()",
            index,
        )
        return outputs

    def wait_until_saves(self, index: int, wanted: str) -> None:
        """Wait until the cell's outputs would be saved with a text."""
        self.page.wait_for_function(
            "([index, wanted]) => JSON.stringify(window.jupyterapp.shell.currentWidget.content"
            ".model.toJSON().cells[index].outputs).includes(wanted)",
            arg=[index, wanted],
            polling=100,
        )

    def wait_for_widgets(self, count: int) -> None:
        """Wait until the page knows of so many widgets that the kernel has."""
        self.page.wait_for_function(
            "(count) => [...window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
            "._comms.values()].filter(({ targetName }) => targetName === 'jupyter.widget').length"
            " === count",
            arg=count,
        )

    def printed(self, index: int) -> str:
        """What the cell has printed or returned as text, and the sentences of its errors."""
        return "".join(map(_text_of, self.outputs(index)))

    def wait_for_saved_view(self, index: int) -> None:
        """Wait until the cell's output is the static view."""
        self.cell(index).locator(".jtts-view audio").wait_for(state="attached")


_SELECT = (
    "const { content } = window.jupyterapp.shell.currentWidget;"
    "content.activeCellIndex = index; content.deselectAll();"
)
_RUN = "window.jupyterapp.commands.execute('notebook:run-cell')"
_FORGET = "import ipywidgets; ipywidgets.Widget.close_all(); get_ipython().reset(new_session=False)"
_BEGIN_ANEW = """async ([sources, forget]) => {
    const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
    await sessionContext.session.kernel.requestExecute({ code: forget, silent: true }).done;
    await window.ear.forget();
    // What players keep for one another and for the next one.
    delete globalThis[Symbol.for("jupyter_tts.page")];
    delete globalThis[Symbol.for("jupyter_tts.arrivals.1")];
    const notebook = content.model.sharedModel;
    const before = notebook.cells.length;
    const cells = sources.map((source) => ({ cell_type: "code", source, metadata: {} }));
    notebook.transact(() => {
        notebook.insertCells(before, cells);
        notebook.deleteCellRange(0, before);
    }, false);
}"""


def _text_of(output: dict[str, Any]) -> str:
    if output["output_type"] == "stream":
        return "".join(output["text"])
    if output["output_type"] == "error":
        return "\n".join(output["traceback"])
    return "".join(output["data"].get("text/plain", ""))


@contextmanager
def open_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page with an ear, in a browser context of its own."""
    page = new_page(browser, **options)
    try:
        yield page
    finally:
        page.context.close()


def new_page(browser: Browser, **options: Any) -> Page:
    """Return what `open_page` opens; the caller closes its context."""
    page = browser.new_context(viewport={"width": 1100, "height": 900}, **options).new_page()
    page.add_init_script(path=EAR_SCRIPT)
    return page
