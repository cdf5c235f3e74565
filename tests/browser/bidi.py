"""Pages of a browser that speaks WebDriver BiDi, with what the tests use of Playwright's interface.

Playwright cannot drive a Firefox that it has not brought itself. The helpers of this folder take
either page. Protocol: https://www.w3.org/TR/webdriver-bidi/.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

__all__ = ["BidiError", "Locator", "Page", "Session", "open_session"]

Site = Callable[[str], tuple[str, bytes] | None]
"""The type and the body that stand at an address, if any."""

PATIENCE = 60.0  # seconds that anything may take before it counts as failed

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

# Can be clicked: it is in the window, enabled, and nothing lies over it.
_IN_REACH = """(element) => {
    element.scrollIntoView({ block: "nearest" });
    const { x, y, width, height } = element.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return width > 0 && !element.disabled && element.contains(top);
}"""


class BidiError(Exception):
    """The browser refused a command, or a script of the test failed."""


class Session:
    """The commands of one connection, one at a time.

    Attributes
    ----------
    errors
        What the pages' scripts did not catch.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self.errors: list[str] = []
        self._connection = connection
        self._ids = itertools.count(1)
        self._sites: dict[str, Site] = {}

    def command(self, method: str, **params: Any) -> Any:
        """Send a command and return its result; what happens meanwhile is seen to."""
        number = self._send(method, params)
        while True:
            message = json.loads(self._connection.recv(timeout=2 * PATIENCE))
            if message.get("id") == number:
                break
            self._see_to(message)
        if message["type"] == "error":
            raise BidiError(f"{method}: {message['error']}: {message['message']}")
        return message["result"]

    @contextmanager
    def serving(self, origin: str, site: Site) -> Iterator[None]:
        """Answer requests to an origin, of which nothing is fetched."""
        scheme, _, host = origin.partition("://")
        pattern = {"type": "pattern", "protocol": scheme, "hostname": host}
        self._sites[origin] = site
        added = self.command(
            "network.addIntercept", phases=["beforeRequestSent"], urlPatterns=[pattern]
        )
        try:
            yield
        finally:
            self.command("network.removeIntercept", intercept=added["intercept"])

    def _send(self, method: str, params: dict[str, Any]) -> int:
        number = next(self._ids)
        self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        return number

    def _see_to(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params", {})
        if method == "log.entryAdded" and params["type"] == "javascript":
            self.errors.append(params["text"])
        elif method == "network.beforeRequestSent" and params["isBlocked"]:
            self._respond(params["request"])

    def _respond(self, request: dict[str, Any]) -> None:
        url = request["url"]
        site = next(site for origin, site in self._sites.items() if url.startswith(f"{origin}/"))
        answer = site(url)
        kind, body = answer or ("text/plain", b"")
        value = {"type": "base64", "value": base64.b64encode(body).decode()}
        header = {"name": "content-type", "value": {"type": "string", "value": kind}}
        response = {"statusCode": 200 if answer else 404, "headers": [header], "body": value}
        self._send("network.provideResponse", {"request": request["request"], **response})


@contextmanager
def open_session(address: str) -> Iterator[Session]:
    """Take charge of the browser that listens at a WebSocket address, and close it in the end."""
    options = {"compression": None, "max_size": None, "proxy": None}
    with connect(f"{address}/session", **options) as connection:
        session = Session(connection)
        session.command("session.new", capabilities={})
        session.command("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        yield session
        session.command("browser.close")


class Page:
    """One tab. Its scripts are no user's gesture; its clicks and keys are."""

    def __init__(self, session: Session, width: int = 1100, height: int = 900) -> None:
        self._session = session
        self._context = session.command("browsingContext.create", type="tab")["context"]
        self.command("browsingContext.setViewport", viewport={"width": width, "height": height})

    def command(self, method: str, **params: Any) -> Any:
        return self._session.command(method, context=self._context, **params)

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

    def click(self, element: str) -> None:
        origin = {"type": "element", "element": {"sharedId": element}}
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": origin}
        press = [{"type": f"pointer{way}", "button": 0} for way in ("Down", "Up")]
        self._act({"type": "pointer", "id": "mouse", "actions": [move, *press]})

    def _act(self, source: dict[str, Any]) -> None:
        self.command("input.performActions", actions=[source])


@dataclass(frozen=True)
class Locator:
    """The way to elements; it is gone anew each time.

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
        """By what assistive software is told of it."""
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
            found = self._elements()
            if found and self.page.evaluate(condition, element=found[0]):
                return found[0]
            self.page.evaluate("new Promise(requestAnimationFrame).then(() => null)")
        raise BidiError(f"not in the page: {[step for step, _ in self.steps]}")

    def _elements(self) -> list[str]:
        found: list[str] = []
        for step, index in self.steps:
            within = [{"sharedId": element} for element in found]
            start = {"startNodes": within} if within else {}
            nodes = self.page.command("browsingContext.locateNodes", locator=step, **start)
            found = [node["sharedId"] for node in nodes["nodes"]]
            found = found if index is None else found[index : index + 1]
            if not found:
                break
        return found
