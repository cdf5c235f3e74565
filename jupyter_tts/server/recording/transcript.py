"""What a client has said on a WebSocket, as far as it tells a recorded stream from another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Transcript"]


@dataclass
class Transcript:
    """What a client has said: its texts joined, and whether they have ended.

    How the text was cut into messages does not count, nor do keep-alives and settings.

    Attributes
    ----------
    text : str
    ended : bool
    names_contexts : bool
        Whether the endpoint has contexts: ``""`` is a keep-alive then, else the end of input.
    contexts : list of (str or None)
        What the client calls them, in the order in which it began them.
    """

    text: str = ""
    ended: bool = False
    names_contexts: bool = False
    contexts: list[str | None] = field(default_factory=list)

    @classmethod
    def on(cls, target: str) -> Transcript:
        """Return what has been said at the beginning, on a path and query."""
        path, _, _ = target.partition("?")
        return cls(names_contexts=path.endswith("/multi-stream-input"))

    def take(self, message: Any) -> None:
        """Take a message."""
        if not isinstance(message, dict):
            return
        text = message.get("text")
        if message.get("close_socket") is True or (text == "" and not self.names_contexts):
            self.ended = True
            return
        if self.names_contexts:
            self._note_context(message)
        if isinstance(text, str) and text != " ":
            self.text += text

    def _note_context(self, message: dict[str, Any]) -> None:
        named = message.get("context_id") or message.get("contextId") or None
        if (named is None or isinstance(named, str)) and named not in self.contexts:
            self.contexts.append(named)

    @property
    def progress(self) -> int:
        """How far the client has come: every character is a step, and so is the end."""
        return len(self.text) + self.ended
