"""All engines as one: each text goes to the engine that its voice, language and script ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from ...wire.errors import LocalVoiceMissing
from .engine import Engine
from .espeak.engine import EspeakEngine
from .espeak.voices import DEFAULT_VOICE
from .natural import installation
from .natural.engine import NaturalEngine
from .natural.voices import speaks
from .prosody import DEFAULT_PROSODY, Prosody
from .scripts import script_language
from .timed_speech import TimedSpeech
from .voices import Voice

__all__ = ["AllVoices"]

# Speaks for the natural voice, a woman's, what that does not.
_STAND_IN = "en-us+f2"


class AllVoices:
    """The `Engine` that holds the natural voice and eSpeak NG.

    A natural voice speaks English; another language, asked for by ``language`` or, without one, by
    the script of the text, is eSpeak NG's. Every other voice is eSpeak NG's own. The natural
    engine takes a second to load and 225 MB: it starts at the first text for it.

    Parameters
    ----------
    espeak : Engine, optional
    natural : Engine, optional
        By default there if its package is installed.
    """

    def __init__(self, espeak: Engine | None = None, natural: Engine | None = None) -> None:
        self._espeak = espeak or EspeakEngine()
        self._natural = natural
        if natural is None and installation.is_installed():
            self._natural = NaturalEngine()
        self._starting: asyncio.Lock | None = None
        self._has_natural_started = False

    @property
    def description(self) -> str:
        """What speaks, for people."""
        if self._natural is None:
            return self._espeak.description
        return "The embedded voices, natural (hibari) and synthetic (eSpeak NG)"

    @property
    def voices(self) -> Sequence[Voice]:
        """The natural voices, if they are installed, and those of eSpeak NG."""
        natural = self._natural.voices if self._natural else ()
        return (*natural, *self._espeak.voices)

    @property
    def languages(self) -> Mapping[str, str]:
        """The language codes that `speak` knows, and the names of the languages."""
        return self._espeak.languages

    def find_voice(self, voice_id: str) -> Voice | None:
        """Find a voice by its id in either engine."""
        natural = self._natural.find_voice(voice_id) if self._natural else None
        return natural or self._espeak.find_voice(voice_id)

    async def start(self) -> None:
        """Start eSpeak NG.

        Raises
        ------
        LocalVoiceMissing
            When it is not installed or does not start.
        """
        self._starting = asyncio.Lock()  # bound to the loop that runs now
        await self._espeak.start()

    async def close(self) -> None:
        """End the engines; texts still waiting fail with VoiceEngineError."""
        await self._espeak.close()
        if self._natural and self._has_natural_started:
            self._has_natural_started = False
            await self._natural.close()

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
    ) -> TimedSpeech:
        """Speak a text with the engine that `voice_for` names; see `Engine.speak`."""
        voice, language = self.voice_for(text, voice, language)
        engine = self._espeak
        if self._is_natural(voice):
            engine = await self._started_natural()
        return await engine.speak(
            text,
            voice,
            prosody=prosody,
            language=language,
            read_digits=read_digits,
            markup=markup,
            last=last,
        )

    def voice_for(
        self, text: str, voice: Voice, language: str | None = None
    ) -> tuple[Voice, str | None]:
        """Return the voice that speaks a text when this one is asked for, and in which language.

        Parameters
        ----------
        text : str
        voice : Voice
        language : str, optional
            The request's language_code; ignored where no voice knows it.
        """
        if not self._is_natural(voice):
            return voice, language
        if language is not None and (speaks(language) or not self._knows(language)):
            language = None
        elif language is not None:
            return self._stand_in(), language
        by_script = script_language(text)
        return (voice, None) if by_script is None else (self._stand_in(), by_script)

    def _is_natural(self, voice: Voice) -> bool:
        return self._natural is not None and voice in self._natural.voices

    def _knows(self, language: str) -> bool:
        return language.lower().replace("_", "-").partition("-")[0] in self.languages

    def _stand_in(self) -> Voice:
        return self._espeak.find_voice(_STAND_IN) or DEFAULT_VOICE

    async def _started_natural(self) -> Engine:
        if self._natural is None or self._starting is None:
            raise LocalVoiceMissing(
                "The natural voice is not installed.", hint=installation.INSTALL_HINT
            )
        async with self._starting:
            if not self._has_natural_started:
                await self._natural.start()
                self._has_natural_started = True
        return self._natural
