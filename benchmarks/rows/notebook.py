"""From running a cell to the first heard sample, in JupyterLab in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.browser.chromium import find_chromium
from tests.browser.lab import Lab, NotebookPage, open_page

from ..contenders import NAMES, VOICE
from ..server import Server, serving
from ..table import OURS, Measurement, Row, Verdict, at_most
from .hearing import NO_BROWSER, opened

__all__ = ["measure"]

SECONDS: Final = {5: 1, 30: 6, 120: 24}  # of speech, and how often the text is repeated for it
RATE = 4  # × real time
SOONER = 10.0  # × at JUDGED s of speech
JUDGED = 30
MOST = 60.0  # ms after the first byte
AFTER = "first byte → first heard sample, {} s of speech"
TITLE = "Cell run → sound in JupyterLab"
CONDITIONS = (
    f"speech is made at {RATE} × real time; JupyterLab in headless Chromium, whose page hears what "
    "reaches the output of its AudioContexts (media elements are led through one), above -60 dB, "
    "without the time that the device takes. All are cells of one notebook, each kind run once "
    "before. The SDK streams mp3_44100_128 over HTTP, as its examples do; the others pcm_24000 "
    "over a WebSocket, ours with a warm one."
)

TEXT = "The quick brown fox jumps over the lazy dog, and then, since it is late, it takes a rest. "

SETUP = """
import base64, json, time
import numpy as np
from IPython.display import Audio, display
from websockets.asyncio.client import connect
from elevenlabs.client import ElevenLabs
from elevenlabs.play import play
sdk = ElevenLabs(api_key="loopback", base_url="{address}")
%load_ext jupyter_tts
"""

OURS_CELL = "%%tts --server {address} --voice {voice} --name speech\n{text}"

# Wall-clock milliseconds at which the first message with sound was there.
FIRST_BYTE = """
timeline = speech.timeline
print(1000 * (time.time() - timeline.clock() + timeline.arrivals[0].at))
"""

SDK_CELL = """
play(
    sdk.text_to_speech.stream("{voice}", text="{text}", model_id="eleven_flash_v2_5"),
    notebook=True,
)
"""

BARE_CELL = """
pcm = b""
url = "{websocket}/v1/text-to-speech/{voice}/stream-input?output_format=pcm_24000"
async with connect(url, compression=None, proxy=None) as socket:
    for text in (" ", "{text}", ""):
        await socket.send(json.dumps({{"text": text}}))
    async for frame in socket:
        pcm += base64.b64decode(json.loads(frame).get("audio") or "")
display(Audio(np.frombuffer(pcm, "<i2"), rate=24_000, autoplay=True))
"""

CELLS: Final = {
    OURS: OURS_CELL,
    "ElevenLabs SDK, `play(notebook=True)`": SDK_CELL,
    f"{NAMES['bare']}, then `IPython.display.Audio`": BARE_CELL,
}


def _figure(seconds: int) -> str:
    return f"cell run → first heard sample, {seconds} s of speech"


class _Listening:
    """A notebook with a cell for everybody and every length, and an ear on its page.

    Parameters
    ----------
    page : playwright.sync_api.Page
        With an ear.
    lab : Lab
    server : Server
    """

    def __init__(self, page: Page, lab: Lab, server: Server) -> None:
        page.add_init_script(path=Path(__file__).with_name("heard.js"))
        self._places = [(who, seconds) for seconds in SECONDS for who in CELLS]
        values = {"address": server.address, "websocket": server.websocket, "voice": VOICE}
        cells = [
            CELLS[who].format(text=TEXT * SECONDS[seconds], **values)
            for who, seconds in self._places
        ]
        setup = SETUP.format(**values)
        name = lab.write("heard.ipynb", [setup, *cells, FIRST_BYTE])
        self._notebook = NotebookPage(page, lab, name, "lab")
        self._notebook.run(0)

    def first_sound(self, who: str, seconds: int) -> tuple[float, float | None]:
        """Run a cell, stop it once it is heard.

        Returns
        -------
        tuple of float and (float or None)
            Milliseconds from running the cell to its first sound; and, for ours, from the first
            byte to it.
        """
        notebook, page = self._notebook, self._notebook.page
        place = 1 + self._places.index((who, seconds))
        page.evaluate("() => window.heard.begin()")
        began = notebook.start(place)
        heard = page.wait_for_function("() => window.heard.first()").json_value()
        if who != OURS:
            notebook.wait_until_ended(place)
            return heard - began, None
        notebook.cell(place).get_by_role("button", name="Stop", exact=True).click()
        notebook.wait_until_ended(place)
        probe = 1 + len(self._places)
        notebook.run(probe)
        return heard - began, heard - float(notebook.printed(probe))


@contextmanager
def _listening() -> Iterator[_Listening]:
    """Start JupyterLab, a browser and a server; end them with the context."""
    with (
        serving("--generation-rate", str(RATE)) as server,
        opened() as (browser, lab),
        open_page(browser) as page,
    ):
        yield _Listening(page, lab, server)


def measure(repeats: int) -> Row:
    """Run every cell as often, one after the other."""
    if find_chromium() is None:
        return Row(TITLE, "", missing=NO_BROWSER)
    delays: dict[tuple[str, int], list[float]] = {}
    after: dict[int, list[float]] = {}
    with _listening() as listening:
        for who in CELLS:
            listening.first_sound(who, min(SECONDS))  # what is loaded with the first one
        for seconds in SECONDS:
            for number in range(repeats):
                order = [*CELLS][number % len(CELLS) :] + [*CELLS][: number % len(CELLS)]
                for who in order:
                    sound, since = listening.first_sound(who, seconds)
                    delays.setdefault((who, seconds), []).append(sound)
                    if since is not None:
                        after.setdefault(seconds, []).append(since)
    return _judged(
        Row(
            TITLE,
            CONDITIONS,
            (
                *(
                    Measurement(who, _figure(seconds), "ms", tuple(delays[who, seconds]))
                    for seconds in SECONDS
                    for who in CELLS
                ),
                *(
                    Measurement(OURS, AFTER.format(seconds), "ms", tuple(after[seconds]))
                    for seconds in SECONDS
                ),
            ),
        )
    )


def _judged(row: Row) -> Row:
    ours = row.median(OURS, _figure(JUDGED))
    others = [row.median(who, _figure(JUDGED)) for who in CELLS if who != OURS]
    least = min(median for median in others if median is not None)
    sooner = least / ours
    late = max(row.median(OURS, AFTER.format(seconds)) for seconds in SECONDS)
    return row.judge(
        Verdict(f"≥ {SOONER:g} × sooner at {JUDGED} s", f"{sooner:.1f} × sooner", sooner >= SOONER),
        at_most(f"within {MOST:g} ms of the first byte, at every length", late, MOST, "ms"),
    )
