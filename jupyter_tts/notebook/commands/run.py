"""What one ``%%tts`` or ``%tts_panel`` does, once its options have been read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display, publish_display_data

from ...client.speech.speech import Speech
from ...client.speech.turns import Turn, joined_text
from ...client.streaming.turn_streams import request_of_turns
from ...wire.errors import ParameterError
from ..output.saved_view import request_bundle
from ..runtime.frontend import Frontend, detect
from ..runtime.session import Session, session_of
from ..servers.account_voices import account_voices
from ..servers.embedded import embedded_server
from ..speaking.device_output import speak_on_device
from ..speaking.files import check_paths, save_files
from ..speaking.given_text import divide_text, read_given_text
from ..speaking.request import preview_request
from ..speaking.speak import show_speeches, speak
from .options import Options

__all__ = ["open_panel", "run"]

UNHEARD = "Not heard here: add --play-with default or --save FILE."


def run(shell: InteractiveShell, options: Options, text: str) -> None:
    """Speak a text as the options say, or show the request.

    Parameters
    ----------
    shell : InteractiveShell
        Its ``--name`` variable is set here.
    options : Options
    text : str

    Raises
    ------
    TTSError
        A sentence for the reader; and whatever the text source raises.
    """
    if not text:
        raise ParameterError(
            ["the text is empty"], hint="Write it under %%tts, or after %tts. Nothing was sent."
        )
    session = session_of(shell)
    if options.dry_run:
        _, turns = divide_text(text, options.cast, options.parameters)
        spoken = joined_text(turns) if turns else text
        _show_request(session, options.parameters, turns, spoken)
        return
    check_paths(options.save)

    def keep(speech: Speech) -> None:
        if options.name is not None:
            shell.user_ns[options.name] = speech
        if speech.frames:
            save_files(speech, options.save)

    show_speeches(shell)
    shared: dict[str, Any] = {
        "cast": options.cast,
        "yes": options.yes,
        "name": options.name or "",
        "then": keep,
    }
    if options.play_with is not None:
        speech = speak_on_device(session, text, options.parameters, options.play_with, **shared)
    else:
        speech = speak(
            session,
            text,
            options.parameters,
            play=options.play,
            background=options.background,
            overlap=options.overlap,
            unheard="" if options.save else UNHEARD,
            **shared,
        )
    if options.name is not None:
        shell.user_ns[options.name] = speech  # it still grows in the background


def open_panel(shell: InteractiveShell, text: str, parameters: Mapping[str, Any]) -> None:
    """Show a panel, or only its request where nobody can use the controls.

    Parameters
    ----------
    shell : InteractiveShell
    text : str
        "" for the panel's default.
    parameters : mapping
        By keyword name.

    Raises
    ------
    ParameterError
        For settings that are refused.
    """
    if detect() is not Frontend.LIVE:
        _show_request(session_of(shell), parameters)
        return
    # Widgets are imported only where there is somebody to see them.
    from ..panel.panel import Panel

    display(Panel(*([text] if text else []), **parameters))


def _show_request(
    session: Session,
    parameters: Mapping[str, Any],
    turns: Sequence[Turn] = (),
    text: str = "",
) -> None:
    request = preview_request(session, parameters)
    reading, spoken_turns = read_given_text(request, text, turns)
    if turns:
        request = request_of_turns(request, spoken_turns)
    voice = account_voices(session).preview(request)
    if voice is not None:
        request = voice.apply(request)
    notes = () if voice is None else (voice.note,)
    addressed = embedded_server(session).addressed(request)
    publish_display_data(request_bundle(addressed, notes, turns, text, reading, spoken_turns))
