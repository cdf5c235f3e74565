"""The text that a client has sent on a WebSocket: by it a recorded stream is recognised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Transcript", "dialogue_text"]


@dataclass
class Transcript:
    """The texts a client has sent, joined, and whether its input has ended.

    How the text was cut into messages does not count, nor do keep-alives, settings and which voice
    of a dialogue a text was for.

    Attributes
    ----------
    text : str
    ended : bool
    names_contexts : bool
        Whether the endpoint has contexts: ``""`` is a keep-alive then, otherwise the end of input.
    contexts : list of (str or None)
        The client's names of its contexts, in the order in which it began them.
    """

    text: str = ""
    ended: bool = False
    names_contexts: bool = False
    contexts: list[str | None] = field(default_factory=list)

    @classmethod
    def on(cls, target: str) -> Transcript:
        """Return the empty transcript of a stream with this path and query."""
        path, _, _ = target.partition("?")
        return cls(names_contexts=path.endswith("/multi-stream-input"))

    def add(self, message: Any) -> None:
        """Add a client's message, as a JSON value."""
        if not isinstance(message, dict):
            return
        text = message.get("text")
        if message.get("close_socket") is True or (text == "" and not self.names_contexts):
            self.text += dialogue_text(message) or ""
            self.ended = True
            return
        if self.names_contexts:
            self._note_context(message)
        if isinstance(text, str) and text != " ":
            self.text += text
        self.text += dialogue_text(message) or ""

    def _note_context(self, message: dict[str, Any]) -> None:
        context_id = message.get("context_id") or message.get("contextId") or None
        if isinstance(context_id, str | None) and context_id not in self.contexts:
            self.contexts.append(context_id)

    @property
    def progress(self) -> int:
        """How far the client has come: every character is a step, and so is the end."""
        return len(self.text) + self.ended


def dialogue_text(message: dict[str, Any]) -> str | None:
    """Return the texts of a dialogue's inputs, joined; None where there are none."""
    inputs = message.get("inputs")
    if not isinstance(inputs, list):
        return None
    texts = (entry.get("text") for entry in inputs if isinstance(entry, dict))
    return "".join(text for text in texts if isinstance(text, str))
