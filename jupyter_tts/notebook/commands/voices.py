"""What ``%tts_voices`` does: list, add, remove."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from IPython.core.error import StdinNotImplementedError
from IPython.display import display, publish_display_data

from ...voice_files.adding import add_voice, plan_addition
from ...voice_files.store import VoiceStore, megabytes
from ...wire.errors import NotConfirmed, VoiceFileError
from ...wire.hosts import LOCAL
from ..runtime.frontend import Frontend, detect
from ..runtime.session import Session
from ..servers import voices as servers
from ..speaking.request import preview_request
from ..voices.listing import VoiceGroup, group_voices
from ..voices.rendering import groups_html, groups_text

__all__ = ["add", "list_voices", "remove"]

# Seconds between two pictures of the progress.
_EVERY = 0.1


def list_voices(session: Session, words: Sequence[str], server: str | None) -> None:
    """Show the voices of a server.

    Parameters
    ----------
    session : Session
    words : sequence of str
        Each must be in a voice's line.
    server : str or None
        By default the one that would speak.

    Raises
    ------
    TTSError
        If the server is not one, or does not answer.
    """
    server = preview_request(session, {} if server is None else {"server": server}).server
    store = VoiceStore() if server == LOCAL else None

    async def ask() -> tuple[Any, Any]:
        voices = await servers.list_voices(session, server)
        return voices, await servers.list_languages(session, server)

    voices, languages = session.event_loop.submit(ask()).result()
    groups = group_voices(voices, languages, store=store, words=words)
    title = "The embedded voices" if server == LOCAL else f"The voices of {server}"
    if not groups:
        about = f" with {' '.join(words)!r}" if words else ""
        print(f"There is no voice{about}.")
        return
    _show(session, server, title, groups)


def add(session: Session, voice: str, *, sha256: str | None, name: str | None, yes: bool) -> None:
    """Add a voice, after a question.

    Parameters
    ----------
    session : Session
    voice : str
        A name, path or URL.
    sha256, name : str or None
    yes : bool
        Whether the question is left out.

    Raises
    ------
    VoiceFileError
        If it cannot be added.
    NotConfirmed
        If the answer is no, or nobody can be asked.
    """
    store = VoiceStore()
    plan = plan_addition(store, voice, sha256=sha256, name=name)
    if yes:
        print(plan.sentence)
    else:
        _ask(plan.sentence)
    progress = _Progress(plan.name)
    try:
        added = add_voice(store, plan, progress)
    except KeyboardInterrupt:
        raise VoiceFileError(
            f"The voice {plan.name} was not added.", hint="Ask again: it goes on from there."
        ) from None
    finally:
        progress.end()
    servers.forget_voices(session)
    if find_spec("onnxruntime") is None:
        print(f'The voice {added.name} is here, but needs: pip install "jupyter_tts[natural]".')
    else:
        print(f"The voice {added.name} is here: --voice {added.name} speaks with it.")


def remove(session: Session, name: str) -> None:
    """Remove a voice's files.

    Raises
    ------
    VoiceFileError
        If there are none.
    """
    store = VoiceStore()
    known = store.known.get(name.lower())
    if known is not None and known.is_bundled:
        raise VoiceFileError(
            f"The voice {known.name} is a part of hibari-tts, so it cannot be removed by itself."
        )
    try:
        removed = store.remove(name)
    except VoiceFileError as failure:
        names = [voice.name for voice in store.installed()]
        hint = failure.hint or (f"There are {', '.join(names)}." if names else "None was added.")
        raise VoiceFileError(failure.message, hint=hint) from None
    servers.forget_voices(session)
    print(f"The voice {removed.name} was removed ({megabytes(removed.size)}).")


def _show(session: Session, server: str, title: str, groups: list[VoiceGroup]) -> None:
    frontend = detect()
    if frontend is Frontend.TERMINAL:
        print(groups_text(title, groups))
    elif frontend is Frontend.HEADLESS:
        data = {"text/html": groups_html(title, groups), "text/plain": groups_text(title, groups)}
        publish_display_data(data)
    else:
        # Widgets are imported only where there is somebody to see them.
        from ..voices.widget import VoiceList

        display(VoiceList(session, server, title, groups))


def _ask(sentence: str) -> None:
    try:
        answer = input(f"{sentence} Go on? [y/N] ")
    except (StdinNotImplementedError, EOFError):
        raise NotConfirmed(
            sentence, hint="Nobody can be asked here, so nothing was done: add --yes."
        ) from None
    if answer.strip().lower() not in ("y", "yes"):
        raise NotConfirmed("Nothing was added.")


class _Progress:
    """A bar in a notebook, a line in a terminal; nothing of it stays in the end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._in_terminal = detect() is Frontend.TERMINAL
        self._handle: Any = None
        self._shown: float | None = None

    def __call__(self, received: int, total: int | None) -> None:
        now = time.monotonic()
        if self._shown is not None and now - self._shown < _EVERY and received != total:
            return
        self._shown = now
        of = "" if total is None else f" of {megabytes(total)}"
        words = f"{self._name}: {megabytes(received)}{of}"
        if self._in_terminal:
            print(f"\r{words}\x1b[K", end="", flush=True)
            return
        value = "" if total is None else f' max="{total}" value="{received}"'
        bar = f'<progress aria-label="{self._name}"{value}></progress> {words}'
        self._show({"text/html": bar, "text/plain": words})

    def end(self) -> None:
        """Take it away."""
        if self._in_terminal and self._shown is not None:
            print("\r\x1b[K", end="", flush=True)
        elif self._handle is not None:
            self._show({"text/html": "", "text/plain": ""})

    def _show(self, data: dict[str, str]) -> None:
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)
