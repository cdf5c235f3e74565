"""What the magics and :func:`say` do with a speech job: ask, show, wait."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from IPython.display import publish_display_data

from ...client.speech.speech import Speech
from ...client.streaming.text_sources import Text
from ...wire.errors import TTSError
from ..output.saved_code import saved_style
from ..output.saved_view import UNHEARD, summary, view_bundle
from ..runtime.frontend import Frontend, detect, in_marimo, lacks_page, somebody_types
from ..runtime.interrupts import interruptible, wait
from ..runtime.session import Session, current_session, session_of
from .costs import ask_consent
from .given_text import divide_text, nothing_heard
from .job import SpeechJob, SpeechOutput
from .text_pump import TextPump, check_waiting

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["show", "show_speeches", "speak"]

Then = Callable[[Speech], object]
MakeOutput = Callable[[Session, Speech, bool], SpeechOutput]


def speak(
    session: Session,
    text: Text | Sequence[tuple[str, str]],
    parameters: Mapping[str, Any],
    *,
    cast: Mapping[str, str] | None = None,
    play: bool = True,
    quiet: bool = False,
    background: bool = False,
    overlap: bool = False,
    yes: bool = False,
    name: str = "",
    output: MakeOutput | None = None,
    unheard: str = "",
    then: Then = lambda speech: None,
) -> Speech:
    """Speak a text, showing it in whatever front end there is.

    Parameters
    ----------
    session : Session
    text : str, iterable of str, async iterable of str, or sequence of pairs of str
    parameters : mapping
        By keyword name; ``latency`` may be "auto", to hold ``target`` seconds.
    cast : mapping of str to str, optional
        The voices by name, for a text that several speakers share.
    play : bool, optional
        Whether it plays, where there is a player.
    quiet : bool, optional
        Print nothing about it.
    background : bool, optional
        Return at once rather than when everything has been received.
    overlap : bool, optional
        Let it be heard beside other players, rather than in turn with them.
    yes : bool, optional
        Send it without a question, whatever it costs.
    name : str, optional
        What its user calls it; see :class:`Speech`.
    output : callable, optional
        Makes what plays it, rather than a player in the cell's output.
    unheard : str, optional
        What to add in a terminal, where nothing is heard.
    then : callable, optional
        Called with the speech once it has been received, wholly or in part.

    Raises
    ------
    TTSError
        A sentence for the reader; and whatever the text source raises.
    """
    check_waiting(text)
    text, turns = divide_text(text, cast, parameters)
    job = SpeechJob.begin(session, text, parameters, yes=yes, name=name, turns=turns)
    preparing = session.event_loop.submit(job.prepare())
    with interruptible(session, preparing):
        frontend = detect()
        if play and frontend is Frontend.LIVE:
            from ..player import cell_output  # noqa: F401  # widgets load while a server starts
        speech = wait(session, preparing)
        if job.question:
            ask_consent(job.question)
            job.confirm()
        _note_shown(session, speech, frontend)
        background = background and frontend is Frontend.LIVE
        in_cell = play and frontend is Frontend.LIVE
        shown = in_cell or output is not None

        def received(speech: Speech) -> None:
            job.settle()
            if not (shown or background or quiet):
                _show_result(session, job, frontend, play=play, unheard=unheard)
            then(speech)

        read_here = not isinstance(text, str) and not background
        pump = TextPump(text, session.event_loop.loop) if read_here else None
        try:  # an interrupt may come before the stream is known here
            stream = _start(session, job, pump, received if background else None)
            if shown:  # the text is on its way while the player is made
                with interruptible(session, stream):
                    if output is not None:
                        _attach(session, job, output(session, speech, overlap))
                    else:
                        _show_player(session, job, speech, alone=background, overlap=overlap)
            if not background:
                _wait(session, job, pump, stream)
        finally:
            if not background:
                received(speech)
        if background:
            return speech
    if not speech.frames and not quiet:
        print(nothing_heard(speech))
    return speech


def _start(
    session: Session, job: SpeechJob, pump: TextPump | None, then: Then | None
) -> Future[None]:
    """Start the stream; ``then`` is called after it, where no cell waits for it."""
    session.jobs.add(job)  # an interrupt may come before the loop starts it
    if pump is not None:
        job.on_stop = pump.interrupt
    work = job.run(None if pump is None else pump.queue)
    if then is None:
        return session.event_loop.submit(work)
    future = session.event_loop.submit(_run_then(job, work, then))
    future.add_done_callback(lambda done: done.cancelled() or done.result())  # logs it
    return future


def _wait(session: Session, job: SpeechJob, pump: TextPump | None, stream: Future[None]) -> None:
    """Wait until everything has been received."""
    if pump is None:
        wait(session, stream)
        return
    with interruptible(session, stream):
        try:
            pump.read(stream)
        except KeyboardInterrupt:
            if not job.stopped:
                raise
    try:
        wait(session, stream)
    except Exception as error:
        if error is pump.failure:
            error.__traceback__ = pump.source_frames
        raise


async def _run_then(job: SpeechJob, work: Coroutine[Any, Any, None], then: Then) -> None:
    """Speak, then call ``then`` on another thread: it may encode and write a file."""
    stream = asyncio.create_task(work)
    try:
        await asyncio.wait([stream])
    finally:
        failure = None if stream.cancelled() or not stream.done() else stream.exception()
        if failure is not None and not job.has_output:
            print(failure, file=sys.stderr)
        try:
            assert job.speech is not None
            await asyncio.to_thread(then, job.speech)
        except TTSError as error:
            print(error, file=sys.stderr)  # an output shows how the stream went, not this


def _show_player(
    session: Session, job: SpeechJob, speech: Speech, *, alone: bool = False, overlap: bool = False
) -> None:
    """Show a player in the cell, and give it the speech."""
    # Widgets are imported only where there is somebody to see them.
    from ..player.cell_output import CellOutput

    output = CellOutput(session, speech, alone=alone, overlap=overlap)
    _attach(session, job, output)


def _attach(session: Session, job: SpeechJob, output: SpeechOutput) -> None:
    session.event_loop.submit(job.attach(output)).result()


def _show_result(
    session: Session, job: SpeechJob, frontend: Frontend, *, play: bool, unheard: str
) -> None:
    """Show the speech where there is no player, once its cost is known."""
    speech = job.speech
    if speech is None or not speech.frames:
        return
    if job.settling is not None:
        wait(session, job.settling)
    if play and frontend is Frontend.HEADLESS:
        view = _view(session, speech)
        if somebody_types():  # in jupyter console say, which shows the text alone
            view["text/plain"] = _with_advice(view["text/plain"], unheard)
        publish_display_data(view)
    elif not in_marimo():  # which shows the speech itself
        print(_with_advice(f"{speech.label}: {summary(speech)}", unheard if play else ""))


def _with_advice(sentence: str, advice: str) -> str:
    return f"{sentence.removesuffix('.')}. {advice}" if advice else sentence


def _view(session: Session, speech: Speech) -> dict[str, str]:
    """Return the saved view where there is no player, and why where one might be expected."""
    note = UNHEARD if lacks_page() else ""
    return view_bundle(speech, megabytes=session.settings.saved_megabytes, note=note)


def show(session: Session, speech: Speech) -> None:
    """Show a speech, and play it where it can be heard.

    A cell that ends in ``say(...)`` displays what it has just played: once is enough.
    """
    frontend = detect()
    if session.part(_JustShown).pop(speech, None) == session.execution:
        return
    if frontend is Frontend.LIVE:
        job = SpeechJob.replay(session, speech)
        _show_player(session, job, speech)
        session.event_loop.submit(job.run())
    elif frontend is Frontend.HEADLESS:
        publish_display_data(_view(session, speech))
    else:
        print(repr(speech))


def _html(speech: Speech) -> str:
    """Return a speech as HTML, without scripts, which marimo would put into a frame of 400 px."""
    html = _view(current_session(), speech)["text/html"]
    plain = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    return f"<style>{saved_style()}</style>{plain}"


Speech.html = staticmethod(_html)


def show_speeches(shell: InteractiveShell | None) -> None:
    """Have IPython play a Speech that is displayed."""
    if shell is not None:
        assert shell.display_formatter is not None
        formatter = shell.display_formatter.ipython_display_formatter
        formatter.for_type(Speech, lambda speech: show(session_of(shell), speech))


class _JustShown(WeakKeyDictionary[Speech, int]):
    """Speeches shown by the call that made them, and in which run of a cell."""

    def __init__(self, session: Session) -> None:
        super().__init__()


def _note_shown(session: Session, speech: Speech, frontend: Frontend) -> None:
    if frontend is not Frontend.TERMINAL:
        session.part(_JustShown)[speech] = session.execution
