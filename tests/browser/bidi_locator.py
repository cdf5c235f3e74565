"""Elements of a page over WebDriver BiDi, with what the tests use of Playwright's interface."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .bidi import PATIENCE, BidiError

if TYPE_CHECKING:
    from .bidi_page import Page

__all__ = ["Locator"]

# Can be clicked: it is in the window, enabled, and nothing lies over it.
_IN_REACH = """(element) => {
    element.scrollIntoView({ block: "nearest" });
    const { x, y, width, height } = element.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return width > 0 && !element.disabled && element.contains(top);
}"""


@dataclass(frozen=True)
class Locator:
    """A way to find elements; it is followed again each time.

    Attributes
    ----------
    page
        Where they are.
    steps
        Each a locator of BiDi, and which of its elements is meant, or None for all.
    """

    page: Page
    steps: tuple[tuple[dict[str, Any], int | None], ...] = ()

    def locator(self, selector: str) -> Locator:
        return self._then("css", selector)

    def get_by_role(self, role: str, *, name: str, exact: bool = True) -> Locator:
        """By its role and name, as assistive software gets them."""
        assert exact
        return self._then("accessibility", {"role": role, "name": name})

    def get_by_text(self, text: str, *, exact: bool = True) -> Locator:
        assert exact
        return self._then("xpath", f'.//*[text()[normalize-space() = "{text}"]]')

    def nth(self, index: int) -> Locator:
        (step, _) = self.steps[-1]
        return replace(self, steps=(*self.steps[:-1], (step, index)))

    @property
    def first(self) -> Locator:
        return self.nth(0)

    def count(self) -> int:
        return len(self._elements())

    def wait_for(self, state: str = "attached") -> None:
        """Wait until there is such an element."""
        assert state == "attached"
        self._element()

    def evaluate(self, script: str, arg: Any = None) -> Any:
        return self.page.evaluate(script, arg, self._element())

    def wait_for_function(self, script: str, arg: Any = None) -> Any:
        return self.page.wait_for_function(script, arg, self._element())

    def wait_for_text(self, text: str) -> None:
        self.wait_for_function("(element, text) => element.textContent === text", text)

    def inner_text(self) -> str:
        text: str = self.evaluate("(element) => element.innerText")
        return text

    def text_content(self) -> str:
        text: str = self.evaluate("(element) => element.textContent")
        return text

    def focus(self) -> None:
        self.evaluate("(element) => element.focus()")

    def press(self, chord: str) -> None:
        self.focus()
        self.page.press(chord)

    def click(self) -> None:
        element = self._element(_IN_REACH)
        self.page.click(element)

    def _then(self, kind: str, value: Any) -> Locator:
        step = {"type": kind, "value": value}
        return replace(self, steps=(*self.steps, (step, None)))

    def _element(self, condition: str = "() => true") -> str:
        """Return the first element's handle, once there is one for which a condition holds."""
        for _ in range(round(60 * PATIENCE)):  # frames
            elements = self._elements()
            if elements and self.page.evaluate(condition, element=elements[0]):
                return elements[0]
            self.page.evaluate("new Promise(requestAnimationFrame).then(() => null)")
        raise BidiError(f"not in the page: {[step for step, _ in self.steps]}")

    def _elements(self) -> list[str]:
        elements: list[str] = []
        for step, index in self.steps:
            within = [{"sharedId": element} for element in elements]
            start = {"startNodes": within} if within else {}
            nodes = self.page.command("browsingContext.locateNodes", locator=step, **start)
            elements = [node["sharedId"] for node in nodes["nodes"]]
            elements = elements if index is None else elements[index : index + 1]
            if not elements:
                break
        return elements
