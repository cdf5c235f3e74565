"""VS Code's own manager of widgets, in a page of ours, with a real kernel.

Its webview, its extension and its notebook are not here: the page stands for the first, and the
test for the others. It brings the kernel's messages and shows a cell's outputs as VS Code does.
"""

from __future__ import annotations

import base64
import queue
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from playwright.sync_api import Browser, Page, Route

from ..browser.ear import Recording
from ..browser.lab import open_page
from ..missing import missing

pytestmark = pytest.mark.front_ends

HERE = Path(__file__).with_name("vscode")
NPM = {
    "ipywidgets.js": ("@vscode/jupyter-ipywidgets8@1.0.9", "package/dist/ipywidgets.js"),
    "require.js": ("requirejs@2.3.7", "package/require.js"),
}
ANYWIDGET = Path(sys.prefix, "share/jupyter/nbextensions/anywidget/index.js")
ORIGIN = "http://localhost"
SHOWN = ("comm_open", "comm_msg", "comm_close", "display_data", "update_display_data")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page's files by name; two are fetched from npm, without what they depend on."""
    npm = shutil.which("npm")
    if npm is None:
        missing("no npm found; on Debian: apt-get install npm")
    folder = tmp_path_factory.mktemp("npm")
    served = {"host.html": HERE / "host.html", "host.js": HERE / "host.js"}
    served["anywidget.js"] = ANYWIDGET
    for name, (package, path) in NPM.items():
        packed = subprocess.run([npm, "pack", package], cwd=folder, capture_output=True, check=True)
        with tarfile.open(folder / packed.stdout.decode().split()[-1]) as archive:
            content = archive.extractfile(path)
            assert content is not None
            (folder / name).write_bytes(content.read())
        served[name] = folder / name
    return served


@pytest.fixture
def kernel() -> Iterator[BlockingKernelClient]:
    """A kernel and a client of it."""
    manager, client = start_new_kernel()
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


class Host:
    """VS Code's extension: it brings messages from the kernel to the page and back."""

    def __init__(self, page: Page, kernel: BlockingKernelClient) -> None:
        self._page = page
        self._kernel = kernel
        self._cells = 0
        self.printed = ""

    def run(self, code: str, until: Callable[[], object]) -> None:
        """Run a cell of its own, and go on until something holds."""
        self._cells += 1
        metadata = {"cellId": str(self._cells)}
        self._send("execute_request", {"code": code, "allow_stdin": True}, metadata)
        while not until():
            self._bring()
            self._take()

    def _bring(self) -> None:
        try:
            message = self._kernel.get_iopub_msg(timeout=0.02)
        except queue.Empty:
            return
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            self.printed += content["text"]
        if kind in SHOWN:
            buffers = [base64.b64encode(part).decode() for part in message["buffers"]]
            metadata = message["metadata"]
            self._page.evaluate(
                "(message) => window.host.deliver(message)",
                {"type": kind, "content": content, "metadata": metadata, "buffers": buffers},
            )

    def _take(self) -> None:
        for sent in self._page.evaluate("() => window.host.take()"):
            self._send("comm_msg", {"comm_id": sent["comm"], "data": sent["data"]}, {}, sent["id"])

    def _send(
        self, kind: str, content: dict[str, Any], metadata: dict[str, Any], number: str = ""
    ) -> None:
        message = self._kernel.session.msg(kind, content, metadata=metadata)
        if number:
            message["header"]["msg_id"] = message["msg_id"] = number
        self._kernel.shell_channel.send(message)


def test_a_cell_is_heard_and_leaves_its_saved_view(
    chromium: Browser, kernel: BlockingKernelClient, files: dict[str, Path]
) -> None:
    def serve(route: Route) -> None:
        name = route.request.url.partition("?")[0].rpartition("/")[2]
        types = {".html": "text/html", ".js": "text/javascript"}
        if name not in files:
            route.fulfill(status=404)
            return
        route.fulfill(path=files[name], content_type=types[Path(name).suffix])

    with open_page(chromium) as page:
        page.route(f"{ORIGIN}/**", serve)
        page.goto(f"{ORIGIN}/host.html?client={kernel.session.session}")
        page.wait_for_function("() => window.host")
        host = Host(page, kernel)
        player = page.locator(".jtts-player[data-state=playing]")
        saved = page.locator(".jtts-view audio")
        code = "%load_ext jupyter_tts\n%tts --voice en-us --name speech The host of VS Code."
        host.run(code, player.count)
        host.run("import base64; print(base64.b64encode(speech.pcm).decode())", saved.count)
        received = np.frombuffer(base64.b64decode(host.printed), "<i2")
        assert Recording.of(page).is_all_of(np.trim_zeros(received))
