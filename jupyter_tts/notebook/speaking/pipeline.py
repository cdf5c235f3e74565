"""From a text and parameters to a Speech: what the magics and :func:`say` share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data

from ...client.speech.speech import Speech
from ...client.speech.timeline import Timeline
from ...client.streaming.text_sources import Text
from ...wire.errors import ParameterError
from ..output.mime_bundles import summary, view_bundle
from ..runtime.event_loop import EVENT_LOOP
from ..runtime.frontend import Frontend, detect, execution
from ..runtime.interrupts import interruptible, wait
from .cache_policy import keep, recall
from .costs import ask_consent, price, settle
from .preparation import Prepared, prepare
from .request import begin_request
from .utterance import Utterance

if TYPE_CHECKING:
    from ..player.cell_output import CellPlayback

__all__ = ["check_text", "show", "show_speeches", "speak"]

# Characters. The largest limit that ElevenLabs documents for a request (Flash v2.5, models page);
# of the embedded voice it is some 45 minutes of English.
MAX_TEXT = 40_000


def speak(
    text: Text,
    parameters: Mapping[str, Any],
    *,
    play: bool = True,
    background: bool = False,
    overlap: bool = False,
    yes: bool = False,
    name: str = "",
    then: Callable[[Speech], object] = lambda speech: None,
) -> Speech:
    """Speak a text, showing it in whatever front end there is.

    Parameters
    ----------
    text : str, iterable of str or async iterable of str
    parameters : mapping
        By keyword name; ``latency`` may be "auto", to hold ``target`` seconds.
    play : bool, optional
        Whether it is to be heard.
    background : bool, optional
        Return at once rather than when everything has been received.
    overlap : bool, optional
        Let it be heard beside other players, rather than in turn with them.
    yes : bool, optional
        Send it without a question, whatever it costs.
    name : str, optional
        What its user calls it; see :class:`Speech`.
    then : callable, optional
        Called with the speech once it has been received, however far it got.

    Raises
    ------
    TTSError
        A sentence for the reader; and whatever the text source raises.
    """
    check_text(text)
    timeline = Timeline()
    request, levels = begin_request(parameters, timeline)
    if levels is None and isinstance(text, str) and (kept := recall(request, text)) is not None:
        kept.name = name
        return _play_kept(kept, play=play, overlap=overlap, then=then)
    preparing = EVENT_LOOP.submit(prepare(request))
    with interruptible(preparing):
        frontend = detect()
        if play and frontend is Frontend.LIVE:
            pass
        prepared = wait(preparing)
        if not yes:
            _confirm(prepared, text, timeline)
        speech = prepared.speech(text if isinstance(text, str) else "", timeline)
        speech.name = name
        _note_shown(speech, frontend)
        background = background and frontend is Frontend.LIVE
        playback = _player(speech, frontend, alone=background, overlap=overlap) if play else None
        utterance = Utterance(speech, prepared.key, playback, prepared.renew, levels)

        def received(speech: Speech) -> None:
            if isinstance(text, str):
                keep(request, text, speech)
            settling = settle(speech, prepared.account, playback)
            if playback is None and not background:
                _show_settled(speech, settling, frontend, play=play)
            then(speech)

        if background:
            utterance.start(text, received)
            return speech
        try:
            utterance.speak(text)
        finally:
            received(speech)
    if not speech.frames:
        print("There was nothing to be heard in this text.")
    return speech


def _show_settled(
    speech: Speech, settling: Future[None] | None, frontend: Frontend, *, play: bool
) -> None:
    """Show what was made once its cost is known."""
    if speech.frames:
        if settling is not None:
            wait(settling)
        _show_made(speech, frontend, play=play)


def _play_kept(
    speech: Speech, *, play: bool, overlap: bool, then: Callable[[Speech], object]
) -> Speech:
    """Show and play a speech from the cache, as one that has just been received."""
    frontend = detect()
    _note_shown(speech, frontend)
    playback = _player(speech, frontend, overlap=overlap) if play else None
    if playback is not None:
        EVENT_LOOP.submit(Utterance(speech, None, playback).replay())
    else:
        _show_made(speech, frontend, play=play)
    then(speech)
    return speech


def _confirm(prepared: Prepared, text: Text, timeline: Timeline) -> None:
    """Ask before a costly text is sent; the clock begins when it has been answered."""
    if isinstance(text, str) and prepared.account is not None:
        said = wait(EVENT_LOOP.submit(price(prepared.request.server, prepared.account, text)))
        if said:
            ask_consent(said)
            timeline.submitted = timeline.clock()


def check_text(text: Text) -> None:
    """Refuse a text that is empty, or longer than any model takes.

    Raises
    ------
    ParameterError
    """
    if not isinstance(text, str):
        return
    if not text.strip():
        raise ParameterError(["the text is empty"])
    if len(text) > MAX_TEXT:
        raise ParameterError(
            [f"the text has {len(text):,} characters, and {MAX_TEXT:,} is the most in one request"],
            hint="Split it, or give it bit by bit to say(), which has no limit. Nothing was sent.",
        )


def _player(
    speech: Speech, frontend: Frontend, *, alone: bool = False, overlap: bool = False
) -> CellPlayback | None:
    if frontend is not Frontend.LIVE:
        return None
    # Widgets are imported only where there is somebody to see them.
    from ..player.cell_output import CellPlayback

    return CellPlayback(speech, alone=alone, overlap=overlap)


def _show_made(speech: Speech, frontend: Frontend, *, play: bool) -> None:
    """Show what was made where no player does."""
    if play and frontend is Frontend.HEADLESS:
        publish_display_data(view_bundle(speech))
    else:
        print(f"{speech.label}: {summary(speech)}")


def _note_shown(speech: Speech, frontend: Frontend) -> None:
    if frontend is not Frontend.TERMINAL:
        _JUST_SHOWN[speech] = execution()


# Speeches shown by the call that made them, and in which execution.
_JUST_SHOWN: WeakKeyDictionary[Speech, int] = WeakKeyDictionary()


def show(speech: Speech) -> None:
    """Show a speech, and play it where it can be heard.

    A cell that ends in ``say(...)`` displays what it has just played: once is enough.
    """
    frontend = detect()
    if _JUST_SHOWN.pop(speech, None) == execution():
        return
    if (playback := _player(speech, frontend)) is not None:
        EVENT_LOOP.submit(Utterance(speech, None, playback).replay())
    elif frontend is Frontend.HEADLESS:
        publish_display_data(view_bundle(speech))
    else:
        print(repr(speech))


def show_speeches() -> None:
    """Have IPython play a Speech that is displayed."""
    shell = get_ipython()
    if shell is not None:
        assert shell.display_formatter is not None
        shell.display_formatter.ipython_display_formatter.for_type(Speech, show)
