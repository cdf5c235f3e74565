"""The Python interface: :func:`say` and :func:`stream`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from ..client.speech.events import Event, Final
from ..client.speech.speech import Speech
from ..client.streaming.text_sources import Text
from .runtime.session import current_session
from .speaking.costs import ask_consent
from .speaking.device_output import speak_on_device
from .speaking.files import FilePath, check_paths, save_files
from .speaking.given_text import divide_text
from .speaking.job import SpeechJob
from .speaking.speak import show_speeches, speak

__all__ = ["say", "stream"]


def say(
    text: Text | Sequence[tuple[str, str]],
    *,
    cast: Mapping[str, str] | None = None,
    play: bool = True,
    save: FilePath | Iterable[FilePath] = (),
    play_with: str | None = None,
    overlap: bool = False,
    yes: bool = False,
    **parameters: Any,
) -> Speech:
    """Speak a text and return when everything has been received; the sound plays on.

    Parameters
    ----------
    text : str, iterable of str, async iterable of str, or sequence of pairs of str
        Sent as it comes; of what a language model's client streams, the text is taken. An iterable
        is read in this thread, an async iterable on the event loop that runs here (a notebook's
        own), so both may use what belongs there. With a ``cast``: lines that begin with a name and
        a colon, or pairs of a name and what it says.
    cast : mapping of str to str, optional
        The voices by name: ``{"Anna": "heart", "Ben": "en-us"}``, say.
    play : bool, optional
        Whether it is heard, and shown, in a notebook. Without it, nothing is printed either.
    save : path, or iterable of path, optional
        Files for its sound (.wav, .mp3, .flac or .ogg) or its words as subtitles (.vtt or .srt);
        one line says where they are.
    play_with : str, optional
        In a terminal or a script, the sound device that plays it while it is made: "default", or
        a part of its name. Returns when it has been heard. Needs ``jupyter_tts[play]``.
    overlap : bool, optional
        Whether it is heard beside what other cells speak, rather than in turn with them.
    yes : bool, optional
        Whether a text that costs much at a paid server is sent without a question.
    **parameters
        ``voice, model, latency, stability, similarity, style, speed, speaker_boost, language,
        format, auto_mode, schedule, normalize, seed, read, read_code, levers, warm, cache, multi,
        server`` and the rest of :class:`SpeechRequest`. Markdown in the text is read as a person
        would read it aloud, unless ``read`` is "plain". ``latency`` may be "auto": the level is
        then chosen, and changed between sentences, so that the first sound is heard after
        ``target`` seconds (0.4, or a text such as "400ms") at the best quality. What is left out is
        as ``%config TTS`` has it. Otherwise the format is pcm_24000, and the server ElevenLabs
        where ELEVENLABS_API_KEY is set, else the embedded voice.

    Returns
    -------
    Speech

    Raises
    ------
    ParameterError
        For settings that are refused, with every fault at once; nothing has been sent.
    UnsupportedFormat
        For a file of another kind; nothing has been sent.
    TTSError
        For anything else that is foreseeable, as a sentence that says what to do.
    """
    session = current_session()
    show_speeches(session.shell)
    paths = check_paths(save)

    def received(speech: Speech) -> None:
        if speech.frames:
            save_files(speech, paths, quiet=not play)

    shared: dict[str, Any] = {"cast": cast, "yes": yes, "then": received}
    if play_with is not None:
        return speak_on_device(session, text, parameters, play_with, **shared)
    return speak(
        session,
        text,
        parameters,
        play=play,
        quiet=not play,
        overlap=overlap,
        unheard="" if paths else 'Not heard here: add play_with="default" or save=FILE.',
        **shared,
    )


async def stream(
    text: Text | Sequence[tuple[str, str]],
    *,
    cast: Mapping[str, str] | None = None,
    yes: bool = False,
    **parameters: Any,
) -> AsyncGenerator[Event, None]:
    """Speak a text, as events on the caller's own event loop. Plays nothing.

    By itself this gives a real stream; ``cache=True`` allows one from the cache.

    Parameters
    ----------
    text, cast, yes, **parameters
        As for :func:`say`.

    Yields
    ------
    Audio
        With ``pcm`` (s16le mono), ``sample_rate`` (Hz) and ``words``, as it arrives. The words'
        spans, and ``spoken``, are of the text as it was given.
    Final
        Once, last. Its ``speech`` is the whole :class:`Speech`, with its ``cost``.

    Raises
    ------
    TTSError
        As for :func:`say`; its ``speech`` holds what came before.
    """
    session = current_session()
    text, turns = divide_text(text, cast, parameters)
    job = SpeechJob.begin(session, text, parameters, reuse=False, yes=yes, turns=turns)
    await session.event_loop.run(job.prepare())
    if job.question:
        ask_consent(job.question)
        job.confirm()
    async with aclosing(job.events()) as events:
        async for event in events:
            if isinstance(event, Final):
                last = event  # yielded once the speech is stored
            else:
                yield event
    yield last
