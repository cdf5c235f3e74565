"""The list of voices as a widget, in which each can be heard."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import traitlets

from ...wire.errors import TTSError
from ..base_widget import BaseWidget
from ..runtime.session import Session
from ..servers.voices import fetch_preview
from .listing import VoiceGroup
from .rendering import groups_text

__all__ = ["VoiceList"]


class VoiceList(BaseWidget):
    """A server's voices, by language, with a filter and a preview of each.

    A page may be far from the kernel's machine, where the embedded server and its previews are, so
    the kernel fetches a preview and sends it.

    Parameters
    ----------
    session : Session
    server : str
    title : str
    groups : sequence of VoiceGroup
    """

    code = ("voices/voices.js", "theme.css", "voices.css")

    title = traitlets.Unicode(help="Whose voices they are.").tag(sync=True)
    groups: traitlets.List[Any] = traitlets.List(help="Voices by language.").tag(sync=True)

    def __init__(
        self, session: Session, server: str, title: str, groups: Sequence[VoiceGroup]
    ) -> None:
        super().__init__(title=title, groups=[dataclasses.asdict(group) for group in groups])
        self._session = session
        self._server = server
        self._text = groups_text(title, groups)
        self.on_msg(self._on_message)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Return the widget, and the list as text for where there are no widgets."""
        bundles: Any = super()._repr_mimebundle_(**options)
        data = bundles[0] if isinstance(bundles, tuple) else bundles
        data["text/plain"] = self._text
        return bundles

    def _on_message(self, _: VoiceList, content: Any, __: Any) -> None:
        match content:
            case {"kind": "preview", "number": int(number), "voice": str(voice)}:
                self.send({"kind": "heard"})  # else the page takes the kernel for dead
                try:
                    self._session.event_loop.submit(self._send_preview(number, voice))
                except TTSError as error:
                    self._send_failure(number, error)

    async def _send_preview(self, number: int, voice: str) -> None:
        try:
            sound = await fetch_preview(self._session, self._server, voice)
        except Exception as error:
            # Any error is shown where the user looks, since that is not a log.
            self._send_failure(number, error)
        else:
            self.send({"kind": "sound", "number": number}, [sound])

    def _send_failure(self, number: int, error: Exception) -> None:
        self.send({"kind": "failed", "number": number, "message": str(error)})
