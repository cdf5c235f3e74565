"""Pages over WebDriver BiDi, with what the tests use of Playwright's interface.

The helpers of this folder take either page.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from .bidi import PATIENCE, BidiError, Session
from .bidi_locator import Locator

__all__ = ["Page"]

# Code points that stand for keys without a character: W3C WebDriver, "Keyboard Actions".
_KEYS = {
    "Enter": "\ue007",
    "Shift": "\ue008",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowRight": "\ue014",
    "Tab": "\ue004",
}

# A script as Playwright takes them: an expression, or a function of one argument.
_CALL = """async (text, element) => {
    const args = element ? [element, JSON.parse(text)] : [JSON.parse(text)];
    try {
        const it = (SCRIPT);
        return JSON.stringify({ value: await (typeof it === "function" ? it(...args) : it) });
    } catch (error) {
        return JSON.stringify({ error: String(error) });
    }
}"""

_WAIT = """async (...args) => {
    const it = (SCRIPT);
    const limit = performance.now() + LIMIT;
    for (;;) {
        const got = await (typeof it === "function" ? it(...args) : it);
        if (got) return got;
        if (performance.now() > limit) throw new Error("waited in vain");
        await new Promise(requestAnimationFrame);
    }
}"""


class Page:
    """One tab. Its scripts are no user's gesture; its clicks and keys are."""

    def __init__(self, session: Session, width: int = 1100, height: int = 900) -> None:
        self._session = session
        self._context = session.command("browsingContext.create", type="tab")["context"]
        self.command("browsingContext.setViewport", viewport={"width": width, "height": height})

    def command(self, method: str, **params: Any) -> Any:
        return self._session.command(method, context=self._context, **params)

    @property
    def errors(self) -> list[str]:
        """What the page's scripts did not catch."""
        return [text for context, text in self._session.errors if context == self._context]

    def close(self) -> None:
        self.command("browsingContext.close")

    def set_default_timeout(self, timeout: float) -> None:
        """Patience is not this page's to choose."""

    def add_init_script(self, path: Path) -> None:
        self._session.command(
            "script.addPreloadScript",
            functionDeclaration=f"() => {{ {path.read_text()} }}",
            contexts=[self._context],
        )

    def goto(self, url: str) -> None:
        self.command("browsingContext.navigate", url=url, wait="complete")

    def evaluate(self, script: str, arg: Any = None, element: str | None = None) -> Any:
        """Run a script, which may return a promise, and return its result as JSON knows it."""
        arguments: list[dict[str, Any]] = [{"type": "string", "value": json.dumps(arg)}]
        if element:
            arguments.append({"sharedId": element})
        result = self._session.command(
            "script.callFunction",
            functionDeclaration=_CALL.replace("SCRIPT", script),
            arguments=arguments,
            target={"context": self._context},
            awaitPromise=True,
        )
        if result["type"] == "exception":  # it could not even be parsed
            raise BidiError(f"{result['exceptionDetails']['text']}\n{script}")
        outcome = json.loads(result["result"]["value"])
        if "error" in outcome:
            raise BidiError(f"{outcome['error']}\n{script}")
        return outcome.get("value")

    def wait_for_function(self, script: str, arg: Any = None, element: str | None = None) -> Any:
        """Wait, frame by frame of the page, until a script returns something true; return that."""
        waiting = _WAIT.replace("SCRIPT", script).replace("LIMIT", str(1000 * PATIENCE))
        return self.evaluate(waiting, arg, element)

    def wait_for_selector(self, selector: str) -> None:
        self.locator(selector).wait_for()

    def locator(self, selector: str) -> Locator:
        return Locator(self).locator(selector)

    def screenshot(self, path: Path) -> None:
        data = self.command("browsingContext.captureScreenshot")["data"]
        path.write_bytes(base64.b64decode(data))

    def press(self, chord: str) -> None:
        """Press keys together on what has the focus, such as ``"Shift+Enter"``."""
        keys = [_KEYS.get(key, key) for key in chord.split("+")]
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self._act({"type": "key", "id": "keyboard", "actions": down + up})

    def click(self, element: str | None = None) -> None:
        """Click on an element, or on the page's corner."""
        origin = {"type": "element", "element": {"sharedId": element}} if element else "viewport"
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": origin}
        press = [{"type": f"pointer{way}", "button": 0} for way in ("Down", "Up")]
        self._act({"type": "pointer", "id": "mouse", "actions": [move, *press]})

    def _act(self, source: dict[str, Any]) -> None:
        self.command("input.performActions", actions=[source])
