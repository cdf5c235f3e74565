"""A browser driven over WebDriver BiDi: its connection, and what goes over it.

Playwright cannot drive a Firefox that it has not brought itself. Pages are in ``bidi_page.py``.
Protocol: https://www.w3.org/TR/webdriver-bidi/.
"""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

__all__ = ["PATIENCE", "BidiError", "Session", "open_session"]

Site = Callable[[str], tuple[str, bytes] | None]
"""The type and the body that stand at an address, if any."""

PATIENCE = 60.0  # seconds that anything may take before it counts as failed


class BidiError(Exception):
    """The browser refused a command, or a script of the test failed."""


class Session:
    """The commands of one connection, one at a time.

    Attributes
    ----------
    errors
        What the pages' scripts did not catch, each with the page's context.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self.errors: list[tuple[str, str]] = []
        self._connection = connection
        self._ids = itertools.count(1)
        self._sites: dict[str, Site] = {}

    def command(self, method: str, **params: Any) -> Any:
        """Send a command and return its result; what happens meanwhile is seen to."""
        number = self._send(method, params)
        deadline = time.monotonic() + 2 * PATIENCE
        while True:
            left = max(0, deadline - time.monotonic())
            message = json.loads(self._connection.recv(timeout=left))
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
            self.errors.append((params["source"].get("context", ""), params["text"]))
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
