"""All engines as one: each text goes to the engine that its voice, language and script ask for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from ...audio.resample import Resampler
from ...wire.errors import LocalVoiceMissing, SoundTooLong, TTSError, VoiceEngineError
from .engine import Begun, Engine, told
from .espeak.engine import EspeakEngine
from .espeak.voices import DEFAULT_VOICE
from .natural.engine import NaturalEngine
from .piper.engine import PiperEngine
from .prosody import DEFAULT_PROSODY, Prosody
from .scripts import UNDETERMINED, is_written_in, script_language, script_runs
from .sound_length import check_length
from .ssml import spans
from .timed_speech import TimedSpeech, join
from .voices import Voice

__all__ = ["AllVoices"]

# Speaks for another engine's voice what that cannot: the natural voice is a woman's.
_STAND_IN = "en-us+f2"

# Seconds after which an engine that did not start is tried again: it may have been installed since.
_RETRY_AFTER = 30.0


@dataclass(frozen=True)
class _Part:
    """A part of a text, and who speaks it in which language (None: the voice's own)."""

    text: str
    voice: Voice
    language: str | None


class AllVoices:
    """The `Engine` that holds the others.

    eSpeak NG speaks every language, and so for any other engine's voice what that cannot: a text
    in another language or script, and everything if its engine does not start. `TimedSpeech.note`
    says so. The other engines start at the first text for them, or when `prepare` is called.

    Parameters
    ----------
    espeak : Engine, optional
    others : sequence of Engine, optional
        By default the natural voices' and Piper's.
    added : sequence of Engine, optional
        Further ones. Of two voices with one id, theirs speaks.
    most_seconds : float, optional
        How long the sound of one text may be; a longer one raises SoundTooLong. It holds for the
        engines that are made here.
    """

    def __init__(
        self,
        espeak: Engine | None = None,
        others: Sequence[Engine] | None = None,
        *,
        added: Sequence[Engine] = (),
        most_seconds: float | None = None,
    ) -> None:
        self._most_seconds = most_seconds
        self._espeak = espeak or EspeakEngine(most_seconds=most_seconds)
        if others is None:
            others = [
                NaturalEngine(most_seconds=most_seconds),
                PiperEngine(most_seconds=most_seconds),
            ]
        self._others = [_StartedOnDemand(engine) for engine in (*added, *others)]

    @property
    def _engines(self) -> list[Engine]:
        return [*(other.engine for other in self._others), self._espeak]

    @property
    def description(self) -> str:
        """What speaks, for people."""
        natural = [other.engine.voices[0].engine for other in self._others if other.engine.voices]
        if not natural:
            return self._espeak.description
        return f"The embedded voices, natural ({', '.join(natural)}) and synthetic (eSpeak NG)"

    @property
    def voices(self) -> Sequence[Voice]:
        """The voices of all engines that are installed; eSpeak NG's come last."""
        return [voice for engine in self._engines for voice in engine.voices]

    @property
    def languages(self) -> Mapping[str, str]:
        """The language codes that `speak` knows, and the names of the languages."""
        return self._espeak.languages

    def find_voice(self, voice_id: str) -> Voice | None:
        """Find a voice by its id in any engine."""
        found = (engine.find_voice(voice_id) for engine in self._engines)
        return next((voice for voice in found if voice is not None), None)

    def speaks(self, voice: Voice, language: str) -> bool:
        """Whether a language is spoken, be it by another voice."""
        return self._espeak.speaks(self._stand_in(), language)

    async def start(self) -> None:
        """Start eSpeak NG.

        Raises
        ------
        LocalVoiceMissing
            When it is not installed or does not start.
        """
        await self._espeak.start()

    async def close(self) -> None:
        """End the engines; texts still waiting fail with VoiceEngineError."""
        await asyncio.gather(*(other.close() for other in self._others), self._espeak.close())

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def prepare(self, voice: Voice) -> None:
        """Begin to start the engine of a voice that is about to be spoken with."""
        if (owner := self._owner(voice)) is not None:
            owner.begin()

    async def speak(
        self,
        text: str,
        voice: Voice,
        *,
        prosody: Prosody = DEFAULT_PROSODY,
        language: str | None = None,
        read_digits: bool = False,
        markup: bool = False,
        last: bool = True,
        begun: Begun | None = None,
    ) -> TimedSpeech:
        """Speak a text; see `Engine.speak`. `TimedSpeech.note` says who else speaks, and why."""

        async def speak(part: _Part, *, last: bool) -> TimedSpeech:
            owner = self._owner(part.voice)
            engine = self._espeak if owner is None else await owner.ready()
            return await engine.speak(
                part.text,
                part.voice,
                prosody=prosody,
                language=part.language,
                read_digits=read_digits,
                markup=markup,
                last=last,
                begun=told(noted, begun) if part is only else None,
            )

        def noted(spoken: TimedSpeech) -> TimedSpeech:
            return replace(spoken, note=note or spoken.note)

        # A socket that was opened earlier may name a file that was replaced since.
        if self._owner(voice) is None and voice.engine != DEFAULT_VOICE.engine:
            voice = self.find_voice(voice.id) or voice
        parts, note = self._parts(text, voice, language, markup=markup)
        only = parts[0] if len(parts) == 1 else None
        try:
            spoken: list[TimedSpeech] = []
            for part in parts:
                spoken.append(await speak(part, last=last and part is parts[-1]))
                check_length(spoken, self._most_seconds)
        except SoundTooLong:
            raise  # whatever voice speaks
        except (LocalVoiceMissing, VoiceEngineError) as failure:
            if all(self._owner(part.voice) is None for part in parts):
                raise
            code = language or script_language(text)
            spoken = [await speak(_Part(text, self._stand_in(), code), last=last)]
            note = self._failure_note(voice, failure)
        own_note = next((part.note for part in spoken if part.note), "")
        return replace(_joined(spoken), note=note or own_note)

    def _parts(
        self, text: str, voice: Voice, language: str | None, *, markup: bool
    ) -> tuple[list[_Part], str]:
        """Return who speaks which part of a text, and what there is to say about that."""
        owner = self._owner(voice)
        if owner is None and voice.engine != DEFAULT_VOICE.engine:
            note = f"{self._stand_in().engine} speaks: {voice.name} is gone."
            return [_Part(text, self._stand_in(), language or script_language(text))], note
        if owner is None:
            return [_Part(text, voice, language)], ""
        unknown = ""
        if language is not None and not self._knows(language):
            unknown = (
                f"No embedded voice knows the language {language}: {voice.name} speaks as ever."
            )
            language = None
        other = script_language(text)
        if other is not None and is_written_in(voice.language, other):
            other = None
        if language is not None and not owner.engine.speaks(voice, language):
            other = language
        if other is not None:
            note = self._language_note(voice, [other])
            return [_Part(text, self._stand_in(), other)], note
        parts = [
            _Part(run, voice, language)
            if code is None or is_written_in(voice.language, code)
            else _Part(run, self._stand_in(), code)
            for run, code in script_runs(text, whole=spans(text) if markup else ())
        ]
        others = [part.language for part in parts if part.voice != voice and part.language]
        return parts, self._language_note(voice, others) if others else unknown

    def _language_note(self, voice: Voice, codes: Iterable[str]) -> str:
        """Say who speaks languages that a voice does not."""
        names = [self._language_name(code) for code in dict.fromkeys(codes)]
        own = self._language_name(voice.language)
        stand_in = self._stand_in().engine
        return f"{stand_in} speaks {' and '.join(names)}: {voice.name} speaks {own}."

    def _failure_note(self, voice: Voice, failure: TTSError) -> str:
        return f"{self._stand_in().engine} speaks instead of {voice.name}. {failure}"

    def _language_name(self, code: str) -> str:
        base = _base(code)
        if base == UNDETERMINED:
            return "what is in other letters"
        return self.languages.get(base, base).partition(" (")[0]

    def _owner(self, voice: Voice) -> _StartedOnDemand | None:
        """Return the engine of a voice, None for eSpeak NG."""
        owners = (other for other in self._others if other.engine.find_voice(voice.id) == voice)
        return next(owners, None)

    def _knows(self, language: str) -> bool:
        return _base(language) in self.languages

    def _stand_in(self) -> Voice:
        return self._espeak.find_voice(_STAND_IN) or DEFAULT_VOICE


class _StartedOnDemand:
    """An engine that is started when it is first needed, and some time after it failed again."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._start: asyncio.Task[None] | None = None
        self._failed_at = 0.0

    def begin(self) -> asyncio.Task[None]:
        """Begin to start it, if that has not been done; return the start."""
        is_over = self._start is not None and self._start.done() and self._failed_at > 0.0
        if self._start is None or (is_over and time.monotonic() > self._failed_at + _RETRY_AFTER):
            self._failed_at = 0.0
            self._start = asyncio.create_task(self.engine.start())
            self._start.add_done_callback(self._note_failure)
        return self._start

    async def ready(self) -> Engine:
        """Return the engine, started.

        Raises
        ------
        LocalVoiceMissing
            When it is not installed or does not start.
        """
        # Shielded: a client that leaves must not end the start that others wait for.
        await asyncio.shield(self.begin())
        return self.engine

    async def close(self) -> None:
        """End the engine, if it was started."""
        start, self._start = self._start, None
        if start is not None:
            start.cancel()
            await asyncio.wait({start})
            await self.engine.close()

    def _note_failure(self, start: asyncio.Task[None]) -> None:
        if start.cancelled() or start.exception() is not None:
            self._failed_at = time.monotonic()


def _joined(parts: Sequence[TimedSpeech]) -> TimedSpeech:
    """Join what different engines have spoken, at the highest of their rates."""
    rate = max(part.sample_rate for part in parts)
    return join([part if part.sample_rate == rate else _converted(part, rate) for part in parts])


def _converted(spoken: TimedSpeech, rate: int) -> TimedSpeech:
    def moved(samples: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sample * rate // spoken.sample_rate for sample in samples)

    pcm = Resampler(spoken.sample_rate, rate).convert(spoken.pcm)
    return TimedSpeech(pcm, spoken.characters, moved(spoken.starts), moved(spoken.ends), rate)


def _base(code: str) -> str:
    return code.strip().lower().replace("_", "-").partition("-")[0]
