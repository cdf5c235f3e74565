"""A page with the panel's controls and history on it, whose kernel is the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Route

from jupyter_tts.notebook.panel.schema import declaration

from .stage import HERE, ORIGIN, STATIC, bundle, faultless_page

__all__ = ["Panel", "clear_stage", "hold_clock", "open_panel_stage", "taken_keys"]


@contextmanager
def open_panel_stage(browser: Browser, **options: Any) -> Iterator[Page]:
    """Open the page; its test fails on any uncaught error.

    Parameters
    ----------
    browser
        The page gets a context of its own in it, made with ``options``.
    """
    with faultless_page(browser, _serve, **options) as page:
        page.goto(f"{ORIGIN}/panel_page.html")
        page.wait_for_function("window.stage")
        yield page


def hold_clock(page: Page) -> None:
    """Let time pass on the page only as the test has it pass."""
    page.clock.install(time=0)
    page.clock.pause_at(1)


def taken_keys(page: Page) -> list[str]:
    """Keys that the notebook around took since last asked, modifiers apart."""
    keys: list[str] = page.evaluate("window.taken.splice(0)")
    return [key for key in keys if key not in ("Shift", "Control", "Meta", "Alt")]


def clear_stage(page: Page) -> None:
    """End all panels on the page, for the next test."""
    page.evaluate("window.stage.clear()")


def _serve(route: Route) -> None:
    """Serve modules as a notebook gets them: joined with all they import."""
    address, in_package, name = route.request.url.partition("/static/")
    if not in_package:
        route.fulfill(path=HERE / address.rpartition("/")[2])
    elif name.endswith(".js"):
        route.fulfill(body=bundle(name), content_type="text/javascript")
    else:
        route.fulfill(path=STATIC / name)


class Panel:
    """One widget on the page, seen from the kernel and from the user."""

    def __init__(self, page: Page, kind: str = "Controls", *, views: int = 1, **traits: Any):
        self.page = page
        if kind == "Controls":
            traits = {"declaration": declaration(), **traits}
        self.index = page.evaluate(
            "([kind, traits, views]) => window.stage[`add${kind}`](traits, views)",
            [kind, traits, views],
        )

    def root(self, view: int = 0) -> Locator:
        """What one view has drawn."""
        return self.page.get_by_test_id(f"panel-{self.index}-{view}")

    def button(self, name: str) -> Locator:
        return self.root().get_by_role("button", name=name, exact=True)

    def slider(self, name: str, view: int = 0) -> Locator:
        return self.root(view).get_by_role("slider", name=name, exact=True)

    def labelled(self, name: str) -> Locator:
        return self.root().get_by_label(name, exact=True)

    def field(self, name: str) -> Locator:
        """Everything about one parameter."""
        return self.root().locator(f'[data-name="{name}"]')

    def note(self, name: str) -> Locator:
        return self.field(name).locator(".jtts-field-note")

    def cost(self) -> Locator:
        """The sentence on what a change costs, as it is seen."""
        return self.root().locator(".jtts-cost .jtts-room > :first-child")

    def unfold(self, *names: str) -> None:
        """Open what is folded."""
        for name in names:
            self.root().locator("summary").filter(has_text=name).first.click()

    def open_more(self) -> None:
        self.unfold("More")

    def drawn(self, view: int = 0) -> tuple[str, str]:
        """The URL and first message shown, without what is not sent."""
        shown = (
            self.root(view)
            .locator(".jtts-request")
            .evaluate(
                """(card) => {
                const text = (parent) =>
                    [...parent.querySelectorAll("span:not(.jtts-unsent)")]
                        .map((part) => part.textContent).join("");
                return [...card.querySelectorAll(".jtts-code")].map(text);
            }"""
            )
        )
        return tuple(shown)

    def url(self, view: int = 0) -> str:
        """The URL shown, without what is not sent."""
        return self.drawn(view)[0]

    def get(self, trait: str) -> Any:
        return self.page.evaluate(
            "([index, name]) => window.panels[index].model.get(name)", [self.index, trait]
        )

    def receive(self, trait: str, value: Any) -> None:
        """Let the kernel set a trait."""
        self.page.evaluate(
            "([index, name, value]) => window.panels[index].model.receive(name, value)",
            [self.index, trait, value],
        )

    def tell(self, content: dict[str, Any]) -> None:
        """Send a message from the kernel."""
        self.page.evaluate(
            "([index, content]) => window.panels[index].model.emit('msg:custom', content, [])",
            [self.index, content],
        )

    def deafen(self, deaf: bool = True) -> None:
        """Let the kernel not answer any more, or again."""
        self.page.evaluate(
            "([index, deaf]) => { window.panels[index].model.answers = !deaf; }", [self.index, deaf]
        )

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """Messages of one kind that the kernel got."""
        messages = self.page.evaluate("(i) => window.panels[i].model.sent", self.index)
        return [message for message in messages if message["kind"] == kind]

    def saves(self) -> list[dict[str, Any]]:
        """What the kernel was given, save by save."""
        saves: list[dict[str, Any]] = self.page.evaluate(
            "(i) => window.panels[i].model.saves", self.index
        )
        return saves

    def settled(self) -> dict[str, Any]:
        """What is set, once it is saved."""
        self.frames(2)
        values = self.get("values")
        return {name: value for name, value in values.items() if value is not None}

    def frames(self, count: int = 1) -> None:
        """Let the page draw."""
        self.page.evaluate(
            """async (count) => {
                for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame);
            }""",
            count,
        )
