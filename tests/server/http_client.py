"""A plain HTTP client for the embedded server."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import Any

from .serving import PATIENCE


@dataclass(frozen=True)
class Answer:
    """What a request was answered with, whatever the status."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of an error."""
        return str(self.json["detail"]["code"])


def ask(url: str, body: object = None, *, method: str | None = None, **headers: str) -> Answer:
    """Send a request, with a JSON body where there is one; bytes are sent as they are."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, data, names, method=method)
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal as answer:
            return Answer(answer.code, answer.headers, answer.read())
