"""What a sweep found, in pages without a kernel: drawn in their colours, and no word on another."""

from __future__ import annotations

from typing import Any

import nbformat
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Route

from jupyter_tts.notebook.sweep.results import results_bundle, results_page

from ..notebook.sweep.measured import LEVELS, measured
from .stage import ORIGIN, faultless_page

QUALITY = {f"level {level}": (4 - level / 2, 3 - level / 2, 5 - level / 2) for level in range(5)}
LONG = ["a voice whose name is long", "another one whose name is long"]

# Of each picture: words that stand on others, or beyond its sides.
CROWDED = """() => [...document.querySelectorAll("svg.jtts-s-picture")].flatMap((svg) => {
    const box = svg.getBoundingClientRect();
    const words = [...svg.querySelectorAll("text")].map((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        return { words: text.textContent, left, right, top: top + 2, bottom: bottom - 2 };
    });
    const on = (a, b) => a !== b && a.left < b.right && b.left < a.right
        && a.top < b.bottom && b.top < a.bottom;
    return words.filter((one) => words.some((other) => on(one, other))
        || one.left < box.left - 1 || one.right > box.right + 8).map((one) => one.words);
})"""

# Where the bars of the first byte begin, and the names end.
BESIDE = """() => {
    const edge = (element, side) => Math.round(element.getBoundingClientRect()[side]);
    const picture = document.querySelector("svg.jtts-s-picture");
    const bars = [...picture.querySelectorAll("rect.jtts-s-wait")].slice(1);
    const names = [...picture.querySelectorAll("text[text-anchor=end]")].slice(0, bars.length);
    return [bars.map((bar) => edge(bar, "left")), names.map((name) => edge(name, "right"))];
}"""

COLOURS = """() => [...document.querySelectorAll(".jtts-sweep")].flatMap((root) => [
    getComputedStyle(root).color, getComputedStyle(root.querySelector("svg text")).fill])"""


def serve(html: str) -> Any:
    def answer(route: Route) -> None:
        if route.request.url == f"{ORIGIN}/page.html":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.abort()

    return answer


def test_nbconverts_page_draws_the_pictures_and_without_scripts_shows_them(
    chromium: Browser,
) -> None:
    bundle = results_bundle(*measured(), quality=QUALITY)
    output = nbformat.v4.new_output("display_data", data=bundle)
    cell = nbformat.v4.new_code_cell("sweep", outputs=[output])
    html, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    with faultless_page(chromium, serve(html), color_scheme="dark") as page:
        page.goto(f"{ORIGIN}/page.html")
        assert page.locator("svg.jtts-s-picture").count() == 4
        assert page.locator(".jtts-sweep img").count() == 0
        ink, words = page.evaluate(COLOURS)
        assert ink == words
        assert page.evaluate(CROWDED) == []
    with faultless_page(chromium, serve(html), java_script_enabled=False) as page:
        page.goto(f"{ORIGIN}/page.html")
        pictures = page.locator(".jtts-sweep img")
        assert pictures.count() == 4
        boxes = [pictures.nth(number).bounding_box() for number in range(4)]
        assert all(box and box["width"] > 400 and box["height"] > 50 for box in boxes)


def test_no_word_stands_on_another(chromium: Browser) -> None:
    many: dict[str, Any] = {**LEVELS, "voice": LONG, "warm": [True, False]}
    for axes in (LEVELS, {"latency": [0, 4], "voice": LONG}, many):
        html = results_page(*measured(axes, texts=2, repeat=4))
        with faultless_page(chromium, serve(html)) as page:
            page.goto(f"{ORIGIN}/page.html")
            for width in (380, 1000):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(CROWDED) == []
                if axes is LEVELS:
                    starts, ends = page.evaluate(BESIDE)
                    assert len({*starts}) == 1
                    assert all(4 <= starts[0] - end <= 12 for end in ends)
            if axes is LEVELS:
                page.set_viewport_size({"width": 120, "height": 900})
                assert page.evaluate(CROWDED) != []
