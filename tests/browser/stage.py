"""A page with players on it whose kernel is the test, and an ear on the page."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Browser, Locator, Page, Route

from jupyter_tts.notebook import assets

from .bidi import PATIENCE
from .ear import EAR_SCRIPT, Recording, wait_for_silence_after

__all__ = [
    "FADE",
    "HEARD_WHOLE",
    "HERE",
    "RATE",
    "Player",
    "bundle",
    "exact_stretches",
    "faultless_page",
    "file_at",
    "listen",
    "noise",
    "open_stage",
]

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "jupyter_tts" / "notebook" / "static"
ORIGIN = "http://localhost"
RATE = 24_000
FADE = round(0.005 * RATE)

# What the page reports of a stream without a gap, but for its length.
HEARD_WHOLE = {"kind": "ended", "underruns": 0, "gap": 0}

Samples = npt.NDArray[np.int16]

# The same for every page of a run.
bundle = cache(assets.bundle)


@contextmanager
def faultless_page(
    browser: Browser, serve: Callable[[Route], None], **options: Any
) -> Iterator[Page]:
    """A page in a context of its own, made with ``options``; no error on it may be uncaught."""
    context = browser.new_context(**options)
    context.route("**/*", serve)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@contextmanager
def open_stage(
    browser: Browser, *scripts: str, origin: str = ORIGIN, ear: bool = True
) -> Iterator[Page]:
    """Open the page; its test fails on any uncaught error.

    Parameters
    ----------
    browser
        The page gets a context of its own in it.
    scripts
        Run before the page's own, but after the ear's.
    origin
        What the page takes for its address; nothing is fetched from there.
    ear
        Whether to listen. Where there is no AudioWorklet a busy page may miss some of the sound.
    """
    with faultless_page(browser, _serve) as page:
        if ear:
            page.add_init_script(path=EAR_SCRIPT)
        for script in scripts:
            page.add_init_script(script)
        page.goto(f"{origin}/player_page.html")
        yield page


def _serve(route: Route) -> None:
    """Serve the player as a notebook gets it: joined with all it imports, in one request."""
    _, _, name = route.request.url.partition("/static/")
    if name == "player/player.js":
        route.fulfill(body=bundle(name), content_type="text/javascript")
    else:
        route.fulfill(path=file_at(route.request.url))


def file_at(url: str) -> Path:
    """Where the file lies that the page knows by an address."""
    _, _, name = url.partition("?")[0].rpartition("/")
    _, in_package, path = url.partition("?")[0].partition("/static/")
    return STATIC / path if in_package else HERE / name


class Player:
    """One widget on the page, seen from the kernel and from the user.

    Parameters
    ----------
    page
        Any page that has Playwright's names.
    views, client
        How many views it has, and which kernel client the page is.
    blocked
        Whether the browser waits for a user gesture before it lets the page sound.
    traits
        What the kernel has set.
    """

    def __init__(
        self,
        page: Page,
        *,
        views: int = 1,
        client: str | None = None,
        blocked: bool = False,
        **traits: Any,
    ) -> None:
        self.page = page
        self.seq = 0
        self.frames = 0
        self.index = page.evaluate(
            "([traits, options]) => window.stage.add(traits, options)",
            [traits, {"views": views, "clientId": client}],
        )
        if not blocked:  # Chromium's clock may jump while a context starts.
            page.wait_for_function(
                "!window.ear || window.ear.ears.every((_, n) => window.ear.frames(n) > 4096)"
            )

    def feed(self, samples: Samples, *sizes: int, form: str = "dataview") -> None:
        """Send samples as chunks of the given sizes, the last size for all that follow.

        Without a size they are one chunk, so that even on a busy machine none comes too late.
        """
        chunks = []
        at = 0
        while at < len(samples):
            size = sizes[min(len(chunks), len(sizes) - 1)] if sizes else len(samples)
            chunks.append((self.seq + len(chunks), samples[at : at + size]))
            at += size
        self.send_chunks(*chunks, form=form)
        self.seq += len(chunks)
        self.frames += len(samples)

    def send_chunks(self, *chunks: tuple[int, Samples], form: str = "dataview") -> None:
        """Send numbered chunks, all within one task of the page."""
        coded = [(seq, base64.b64encode(samples.astype("<i2"))) for seq, samples in chunks]
        self.page.evaluate(
            "(request) => window.stage.feed(...request)",
            [self.index, [[seq, data.decode()] for seq, data in coded], form],
        )

    def end(self) -> None:
        self.tell({"kind": "end", "seq": self.seq, "frames": self.frames})
        self.set("status", "received")

    def tell(self, content: dict[str, Any], data: bytes = b"") -> None:
        """Send a message from the kernel, with a buffer if there is data."""
        request = [self.index, content, base64.b64encode(data).decode()]
        self.page.evaluate("(request) => window.stage.tell(...request)", request)

    def set(self, trait: str, value: str) -> None:
        self.page.evaluate(
            "([index, name, value]) => window.players[index].model.set(name, value)",
            [self.index, trait, value],
        )

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What the kernel got."""
        return list(self.page.evaluate("(i) => window.players[i].model.sent", self.index))

    @property
    def saves(self) -> list[dict[str, Any]]:
        """The traits that the kernel was given."""
        return list(self.page.evaluate("(i) => window.players[i].model.saves", self.index))

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """Messages of one kind that the kernel got."""
        return [message for message in self.messages if message["kind"] == kind]

    def wait_sent(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Wait until the kernel gets such a message; the latest one."""
        wanted = {"kind": kind, **fields}
        self.page.wait_for_function(
            """([index, wanted]) => window.players[index].model.sent.some((message) =>
                Object.entries(wanted).every(([name, value]) => message[name] === value))""",
            arg=[self.index, wanted],
        )
        return next(m for m in reversed(self.sent(kind)) if wanted.items() <= m.items())

    def view(self, number: int = 0) -> Locator:
        return self.page.locator(".jtts-player").nth(self.index + number)

    def wait_state(self, state: str, number: int = 0) -> None:
        self.page.wait_for_function(
            "([index, number, state]) => window.players[index].views[number].el"
            ".querySelector('.jtts-player').dataset.state === state",
            arg=[self.index, number, state],
        )

    def button(self, name: str, number: int = 0) -> Locator:
        return self.view(number).get_by_role("button", name=name, exact=True)

    def slider(self, number: int = 0) -> Locator:
        return self.view(number).get_by_role("slider", name="Position", exact=True)

    def wait_played(self, frames: int) -> None:
        """Wait until the slider stands at or beyond a frame."""
        self.page.wait_for_function(
            "([index, seconds]) => window.players[index].views[0].el"
            ".querySelector('input').valueAsNumber >= seconds",
            arg=[self.index, frames / RATE],
        )


def noise(seconds: float, seed: int = 1, rate: int = RATE) -> Samples:
    """Random samples of every value but 0, so that silence can be told from sound."""
    values = np.random.default_rng(seed).integers(-32768, 32767, round(seconds * rate))
    return np.where(values >= 0, values + 1, values).astype(np.int16)


def exact_stretches(recording: Recording, sent: Samples) -> list[tuple[int, int]]:
    """Cut what was heard into stretches [start, stop) of ``sent``, leaving out fades and silence.

    The samples are random, so four in a row tell where in the stream a stretch begins.
    """
    heard = recording.sound
    where = {sent[i : i + 4].tobytes(): i for i in range(len(sent) - 3)}
    stretches: list[tuple[int, int]] = []
    at = 0
    while at < len(heard) - 3:
        start = where.get(heard[at : at + 4].astype(np.int16).tobytes())
        if start is None or not np.array_equal(heard[at : at + 4], sent[start : start + 4]):
            at += 1
            continue
        length = min(len(heard) - at, len(sent) - start)
        same = heard[at : at + length] == sent[start : start + length]
        length = length if same.all() else int(np.argmin(same))
        stretches.append((start, start + length))
        at += length
    return stretches


def listen(player: Player) -> Recording:
    wait_for_silence_after(player.page)
    return Recording.of(player.page)
