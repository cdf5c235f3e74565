"""The panel's own widgets: their traits and messages are the whole contract with the page."""

from __future__ import annotations

from typing import Any

import traitlets

from ..base_widget import BaseWidget, disconnected

__all__ = ["Controls", "History", "disconnected"]


# Traits that the page sets.
_BY_USER = (
    "values",
    "text",
    "word_by_word",
    "words_per_second",
    "speak_on_change",
    "conditions",
)


class Controls(BaseWidget):
    """The controls, the live wire, the snippets and the URL check."""

    code = (
        "panel/controls.js",
        "theme.css",
        "card.css",
        "panel.css",
        "panel_fields.css",
        "panel_wire.css",
        "url_check.css",
        "sweep.css",
    )

    declaration = traitlets.Dict(help="The declared parameters, as data.").tag(sync=True)
    values = traitlets.Dict(help="What is set, by keyword name; None is not set.").tag(sync=True)
    initial = traitlets.Dict(help="What the panel opened with, in the same form.").tag(sync=True)
    text = traitlets.Unicode(help="What Speak speaks.").tag(sync=True)
    word_by_word = traitlets.Bool(help="Whether Speak sends the text a word at a time.").tag(
        sync=True
    )
    words_per_second = traitlets.Float(help="How fast the words come then.").tag(sync=True)
    speak_on_change = traitlets.Bool(help="Whether a change is spoken at once.").tag(sync=True)
    change_bar = traitlets.Unicode(help="Why it may not be, in half a sentence.").tag(sync=True)
    playing_values: Any = traitlets.Dict(
        default_value=None, allow_none=True, help="What was set for the speech that is heard."
    ).tag(sync=True)
    address = traitlets.Unicode(help="Where the embedded voice runs.").tag(sync=True)
    voices: traitlets.List[Any] = traitlets.List(help="The server's voices.").tag(sync=True)
    own_voices = traitlets.Dict(help="By server, the voice of the account.").tag(sync=True)
    models: traitlets.List[Any] = traitlets.List(help="Models to suggest.").tag(sync=True)
    status = traitlets.Enum(["idle", "speaking"], "idle").tag(sync=True)
    socket = traitlets.Unicode(help="The state of the socket opened ahead.").tag(sync=True)
    measuring = traitlets.Dict(help="What is measured, how far, and what was found.").tag(sync=True)
    error = traitlets.Unicode(help="What went wrong, in a sentence.").tag(sync=True)
    effects = traitlets.Dict(help="Controls without effect, and why.").tag(sync=True)
    remarks = traitlets.Dict(help="What to know of what is set, by keyword name.").tag(sync=True)
    conditions = traitlets.Dict(help="What is to be simulated, by name; None is not set.").tag(
        sync=True
    )
    simulated = traitlets.Unicode(help="What is simulated, in words.").tag(sync=True)
    snippets: traitlets.List[Any] = traitlets.List(help="What the request can be copied as.").tag(
        sync=True
    )
    panel_id = traitlets.Unicode(help="Id of the widget that an output shows.").tag(sync=True)
    saved = traitlets.Dict(help="HTML and text that stay in the notebook's file.").tag(sync=True)
    saved_style = traitlets.Unicode(help="The style of these.").tag(sync=True)
    saved_speech = traitlets.Dict(
        help="The same of the last speech, with its sound; and what was set for it."
    ).tag(sync=True)

    def set_by_user(self, state: dict[str, Any]) -> None:
        """Take what came with a message of the page, as if it had come before it."""
        self.set_state({name: state[name] for name in _BY_USER if name in state})


class History(BaseWidget):
    """The last utterances, to play again and compare."""

    code = ("panel/history.js", "theme.css", "card.css", "panel.css", "panel_history.css")

    entries: traitlets.List[Any] = traitlets.List(help="The last utterances, newest last.").tag(
        sync=True
    )
    seconds = traitlets.Float(help="Length of the axis of their pictures.").tag(sync=True)
    playing = traitlets.Int(-1, help="Number of the one that is playing.").tag(sync=True)
    a = traitlets.Int(-1, help="Number of the first one compared.").tag(sync=True)
    b = traitlets.Int(-1, help="Number of the second one compared.").tag(sync=True)
