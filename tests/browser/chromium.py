"""The Chromium that browser tests drive, and the one Playwright that drives it."""

from __future__ import annotations

import shutil
from functools import cache

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from ..missing import missing

__all__ = ["ARGUMENTS", "find_chromium", "launch_chromium", "require_chromium", "stop_playwright"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Else each window loads two pages for suggestions under its address bar: 0.8 s of a core.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
)


def find_chromium() -> str | None:
    """Path of an installed Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def require_chromium() -> str:
    """Path of the browser; without one the test is skipped, or fails where ``CI`` is set."""
    path = find_chromium()
    if path is None:
        missing("no Chromium or Chrome found; on Debian: apt-get install chromium")
    return path


@cache
def _playwright() -> Playwright:
    """Playwright's sync interface can be started only once at a time in a thread."""
    return sync_playwright().start()


def stop_playwright() -> None:
    """End Playwright, and the event loop that it keeps running; a later use starts it again."""
    if _playwright.cache_info().currsize:
        _playwright().stop()
        _playwright.cache_clear()


def launch_chromium(config: pytest.Config, *, autoplay: bool = True) -> Browser:
    """Start a browser of one's own; the caller closes it.

    Parameters
    ----------
    config
        The test run at whose end Playwright is stopped.
    autoplay
        Whether pages may sound without a user gesture.
    """
    path = require_chromium()
    if not _playwright.cache_info().currsize:
        config.add_cleanup(stop_playwright)
    arguments = [*ARGUMENTS]
    if autoplay:
        arguments.append("--autoplay-policy=no-user-gesture-required")
    return _playwright().chromium.launch(executable_path=path, args=arguments)
