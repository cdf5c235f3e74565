"""One JupyterLab, one Chromium and one Firefox for all browser tests."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .bidi import Session
from .chromium import launch_chromium, stop_playwright
from .firefox import open_firefox
from .lab import Lab, NotebookPage, new_page, open_page
from .panel_stage import clear_stage, open_panel_stage
from .stage import open_stage

OpenNotebook = Callable[..., NotebookPage]
FAILED = pytest.StashKey[bool]()


# Of the package, not of the session: once Playwright has started it keeps an event loop running,
# and no test with a loop of its own may follow before it has ended.
@pytest.fixture(scope="package")
def chromium(pytestconfig: pytest.Config) -> Iterator[Browser]:
    browser = launch_chromium(pytestconfig)
    yield browser
    browser.close()
    stop_playwright()


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="package")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with open_firefox(tmp_path_factory.mktemp("firefox")) as session:
        yield session


@pytest.fixture
def open_notebook(
    chromium: Browser, lab: Lab, request: pytest.FixtureRequest
) -> Iterator[OpenNotebook]:
    """Open a new notebook of the cells given; its page and kernel end with the test."""
    with ExitStack() as stack:
        stack.callback(lab.end_kernels)

        def open_one(*cells: str, front_end: str = "lab", **options: Any) -> NotebookPage:
            page = stack.enter_context(open_page(chromium, **options))
            name = "".join(c if c.isalnum() else "-" for c in request.node.name) + ".ipynb"
            lab.write(name, ["%load_ext jupyter_tts", *cells])
            notebook = NotebookPage(page, lab, name, front_end)
            notebook.run(0)
            return notebook

        yield open_one


@pytest.fixture(scope="package")
def _reused(lab: Lab) -> Iterator[dict[str, NotebookPage]]:
    reused: dict[str, NotebookPage] = {}
    yield reused
    for notebook in reused.values():
        notebook.close()


@pytest.fixture
def reuse_notebook(
    chromium: Browser, lab: Lab, request: pytest.FixtureRequest, _reused: dict[str, NotebookPage]
) -> Iterator[OpenNotebook]:
    """Have a notebook of the cells given, in the page and the kernel of the test before.

    Both forget what was. For tests that end no kernel, leave nothing configured and have one
    notebook. One that fails takes page and kernel with it.
    """
    used = ""

    def reuse(*cells: str, front_end: str = "lab") -> NotebookPage:
        nonlocal used
        used = front_end
        if front_end not in _reused:
            name = lab.write(f"reused-{front_end}.ipynb", [""])
            page = new_page(chromium)
            _reused[front_end] = NotebookPage(page, lab, name, front_end)
            _reused[front_end].keep()
        notebook = _reused[front_end]
        notebook.begin_anew(["%load_ext jupyter_tts", *cells])
        notebook.run(0)
        return notebook

    yield reuse
    if used in _reused and request.node.stash.get(FAILED, False):
        _reused.pop(used).close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport]:
    """Let fixtures know whether their test has failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page for players, which the test puts there."""
    with open_stage(chromium) as page:
        yield page


@pytest.fixture(scope="module")
def _panel_page(chromium: Browser) -> Iterator[Page]:
    with open_panel_stage(chromium, permissions=["clipboard-read", "clipboard-write"]) as page:
        yield page


@pytest.fixture
def panel_page(_panel_page: Page) -> Iterator[Page]:
    """A page for panels, which the test puts there and the fixture takes away."""
    size = _panel_page.viewport_size
    yield _panel_page
    clear_stage(_panel_page)
    if size and _panel_page.viewport_size != size:
        _panel_page.set_viewport_size(size)


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go; look at them with ``pytest --basetemp``."""
    return tmp_path
