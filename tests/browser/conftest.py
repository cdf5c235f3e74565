"""One JupyterLab and one browser for all browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from .chromium import launch_chromium
from .lab import Lab, NotebookPage, open_page

OpenNotebook = Callable[..., NotebookPage]


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> Iterator[Browser]:
    browser = launch_chromium(pytestconfig)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def lab(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


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


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go; look at them with ``pytest --basetemp``."""
    return tmp_path
