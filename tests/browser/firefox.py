"""The Firefox that browser tests drive: the system's own, over WebDriver BiDi."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, Timer

from ..missing import missing
from .bidi import PATIENCE, Session, open_session
from .bidi_page import Page

__all__ = ["open_firefox"]

_NAMES = ("firefox-esr", "firefox")

_PREFERENCES = {
    # A device that is simulated: without any, Firefox starts no audio context. A version that does
    # not know this preference needs a real one.
    "media.cubeb.force_mock_context": True,
    # Nothing but loopback is reached: all else goes to a proxy that is not there.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}

# Whether an audio context starts, within seconds.
_STARTS = """() => {
    const context = new AudioContext();
    const limit = new Promise((resolve) => setTimeout(resolve, 15_000));
    return Promise.race([context.resume(), limit])
        .then(() => context.state === "running")
        .finally(() => context.close());
}"""


def require_firefox() -> str:
    """Path of the browser; without one the test is skipped, or fails where ``CI`` is set."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        missing("no Firefox found; on Debian: apt-get install firefox-esr")
    return path


def require_sound(session: Session) -> None:
    """Skip the test, or fail where ``CI`` is set, if the browser starts no sound after a click."""
    page = Page(session)
    page.click()
    started = page.evaluate(_STARTS)
    page.close()
    if not started:
        missing(
            "this Firefox starts no sound: there is no audio device, and it does not know the "
            "preference media.cubeb.force_mock_context"
        )


@contextmanager
def open_firefox(folder: Path) -> Iterator[Session]:
    """Start a Firefox with all its files in a folder; as users have it, it blocks autoplay."""
    path = require_firefox()
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in _PREFERENCES.items()]
    (folder / "user.js").write_text("".join(lines))
    command = [path, "--headless", "--no-remote", "--profile", str(folder)]
    with subprocess.Popen(
        [*command, "--remote-debugging-port", "0"],
        env={**os.environ, "HOME": str(folder)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            with open_session(_address(process)) as session:
                require_sound(session)
                yield session
            process.wait(PATIENCE)
        finally:
            process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    """Return where the browser listens; what else it has to say is read and dropped."""
    assert process.stderr
    lines = []
    limit = Timer(PATIENCE, process.kill)
    limit.start()
    try:
        for line in process.stderr:
            lines.append(line)
            if listening := re.search(r"BiDi listening on (ws://\S+)", line):
                Thread(target=process.stderr.read, daemon=True).start()
                return listening[1]
    finally:
        limit.cancel()
    raise AssertionError(f"Firefox ended, or printed no address:\n{''.join(lines)}")
