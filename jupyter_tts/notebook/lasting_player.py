"""The public :class:`Player`: a widget that stays, and plays one speech after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from comm import DummyComm

from ..client.speech.speech import Speech
from ..client.streaming.text_sources import Text
from .base_widget import disconnected
from .player.playback import Playback
from .player.widget import LastingPlayer
from .runtime.frontend import Frontend, detect
from .runtime.session import Session, current_session
from .speaking.files import FilePath, check_paths, save_files
from .speaking.speak import show_speeches, speak

__all__ = ["Player"]


class Player(LastingPlayer):
    """A player to be displayed once, which plays what it is told to say.

    An anywidget: the last line of a cell displays it, it can stand among other widgets, and in
    marimo ``mo.ui.anywidget`` takes it. It needs no IPython.

    Attributes
    ----------
    speech : Speech or None
        The last one spoken.

    Examples
    --------
    >>> player = Player()
    >>> player.say("The first words are heard while the last ones are still being made.")
    """

    speech: Speech | None

    def __init__(self) -> None:
        self._session = current_session()
        self._playback: Playback | None = None
        self.speech = None
        # A notebook that runs unattended would store a widget that has no kernel.
        unattended = self._session.shell is not None and detect() is not Frontend.LIVE
        super().__init__(**(disconnected() if unattended else {}))

    def __repr__(self) -> str:
        return "A player: run the cell to see it, in a notebook that shows widgets."

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Return the player, or a sentence where nobody can see it."""
        if self._has_page():
            return super()._repr_mimebundle_(**options)
        return {"text/plain": repr(self)}, {}

    def say(
        self,
        text: Text | Sequence[tuple[str, str]],
        *,
        cast: Mapping[str, str] | None = None,
        overlap: bool = False,
        yes: bool = False,
        save: FilePath | Iterable[FilePath] = (),
        **parameters: Any,
    ) -> Speech:
        """Speak a text in this player, instead of what it plays.

        Parameters
        ----------
        text, cast, overlap, yes, save, **parameters
            As for :func:`say`.

        Returns
        -------
        Speech
            When everything has been received; the sound plays on.

        Raises
        ------
        TTSError
            As for :func:`say`.
        """
        show_speeches(self._session.shell)
        paths = check_paths(save)

        def received(speech: Speech) -> None:
            self.speech = speech
            if speech.frames:
                save_files(speech, paths)

        return speak(
            self._session,
            text,
            parameters,
            cast=cast,
            overlap=overlap,
            yes=yes,
            output=self._begin if self._has_page() else None,
            then=received,
        )

    def stop(self) -> None:
        """End the sound, and the stream if it is still on its way."""
        playback, event_loop = self._playback, self._session.event_loop
        if playback is not None and event_loop.running:
            event_loop.loop.call_soon_threadsafe(lambda: playback.on_stop())

    def close(self) -> None:
        """End the sound, and take the player away."""
        self._end()
        self.layout.close()
        super().close()

    def _has_page(self) -> bool:
        """Whether a page may show it."""
        if self._session.shell is None:
            return not isinstance(self.comm, DummyComm)
        return detect() is Frontend.LIVE

    def _begin(self, session: Session, speech: Speech, overlap: bool) -> Playback:
        """Play a speech from now on."""
        self._end()
        self._playback = Playback(session, speech, overlap=overlap, player=self)
        return self._playback

    def _end(self) -> None:
        playback, event_loop = self._playback, self._session.event_loop
        if playback is not None and event_loop.running:
            event_loop.submit(playback.release()).result()
