"""The player under the rules of front ends that are not here: imitations of them in Chromium.

VS Code shows outputs in a frame of another origin, sandboxed as below (``webviewElement.ts`` of
microsoft/vscode, #165784); with its setting ``notebook.experimental.enableCsp`` (off by default)
under a policy without ``blob:``. Colab shows each in a frame of its own. Neither has what of
JupyterLab a widget can see. Nothing here ran in VS Code or Colab.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route

from .ear import EAR_SCRIPT
from .stage import HEARD_WHOLE, Player, faultless_page, file_at, listen, noise

OUTER = "http://localhost/notebook.html"
INNER = "http://webview.localhost/player_page.html"
WEBVIEW = "allow-scripts allow-same-origin allow-forms allow-pointer-lock allow-downloads"
NO_ORIGIN = "allow-scripts"  # stricter: no storage, and no origin of its own
POLICY = "script-src http://webview.localhost 'unsafe-inline' 'unsafe-eval'"


@contextmanager
def open_frame(
    browser: Browser, *, sandbox: str = WEBVIEW, policy: str = "", ear: bool = True
) -> Iterator[Page]:
    """The players' page in a sandboxed frame of another origin."""
    outer = (
        f'<iframe sandbox="{sandbox}" allow="cross-origin-isolated; autoplay" '
        f'style="width: 100%; height: 800px" src="{INNER}"></iframe>'
    )

    def serve(route: Route) -> None:
        if route.request.url == OUTER:
            route.fulfill(body=outer, content_type="text/html")
            return
        headers = {"access-control-allow-origin": "*"}  # modules are fetched by that rule
        if policy:
            headers["content-security-policy"] = policy
        path = file_at(route.request.url)
        kinds = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
        headers["content-type"] = kinds[path.suffix]
        route.fulfill(path=path, headers=headers)

    with faultless_page(browser, serve) as page:
        if ear:
            page.add_init_script(path=EAR_SCRIPT)
        page.goto(OUTER)
        frame = page.frame(url=INNER)
        assert frame is not None
        frame.wait_for_function("window.stage")
        yield cast(Page, frame)  # it has what of a page is used


@pytest.mark.parametrize("sandbox", [WEBVIEW, NO_ORIGIN])
def test_in_a_sandboxed_frame_what_is_heard_is_what_was_sent(
    chromium: Browser, sandbox: str
) -> None:
    sent = noise(1.0)
    with open_frame(chromium, sandbox=sandbox) as frame:
        player = Player(frame, views=2)
        player.feed(sent, 1, 333, 2400)
        player.end()
        player.wait_state("playing", 1)
        player.wait_state("finished", 0)
        assert np.array_equal(listen(player).exact, sent)
        assert player.sent("ended") == [HEARD_WHOLE | {"heard": len(sent)}]


def test_an_output_that_is_taken_away_and_drawn_again_goes_on_sounding(chromium: Browser) -> None:
    sent = noise(1.5)
    with open_frame(chromium) as frame:
        player = Player(frame)
        player.feed(sent)
        player.end()
        player.wait_state("playing")
        frame.evaluate("(i) => window.players[i].views.pop().free()", player.index)
        assert frame.locator(".jtts-player").count() == 0
        frame.evaluate("(i) => window.stage.show(window.players[i])", player.index)
        player.wait_state("playing")
        player.wait_state("finished")
        assert np.array_equal(listen(player).exact, sent)


def test_a_cell_run_again_has_a_player_of_its_own(chromium: Browser) -> None:
    with open_frame(chromium) as frame:
        former = Player(frame)
        former.feed(noise(3.0))
        former.wait_state("playing")
        frame.evaluate(
            """(index) => {
                const { views, free } = window.players[index];
                for (const view of views) view.free();
                free();
            }""",
            former.index,
        )
        sent = noise(0.5, 2)
        player = Player(frame)
        player.feed(sent)
        player.end()
        player.wait_sent("ended")
        heard = listen(player).sound
        assert np.array_equal(heard[-len(sent) // 2 :], sent[-len(sent) // 2 :])


def test_under_a_policy_without_blob_addresses_the_fallback_speaks(chromium: Browser) -> None:
    sent = noise(0.5)
    with open_frame(chromium, policy=POLICY, ear=False) as frame:
        player = Player(frame)
        player.feed(sent)
        player.end()
        assert player.wait_sent("ended") == HEARD_WHOLE | {"heard": len(sent)}
