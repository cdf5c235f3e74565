"""The panel: turn a knob, see the wire change, hear it."""

from __future__ import annotations

import asyncio
from typing import Any

import ipywidgets
import traitlets

from ..client.http import get_json
from ..client.keys import find_key
from ..client.speech import Speech
from ..client.stream import audio_format
from ..client.timeline import Timeline
from ..wire.diagnose import check_url
from ..wire.errors import ParameterError, TTSError
from ..wire.hosts import LOCAL
from ..wire.parameters import PARAMETERS
from ..wire.request import SpeechRequest
from ..wire.snippets import SNIPPETS, snippet
from .controls import Controls
from .declaration import declaration
from .effects import without_effect
from .engine import ENGINE
from .local import LOCAL_VOICE
from .past import Past
from .playback import Playback
from .speaking import check_text, make_request, prepare
from .utterance import Utterance

__all__ = ["Panel"]

TEXT = "The first words are heard while the last ones are still being made."

# Where copied programs look for an embedded voice; they say how to start one there.
SNIPPET_ADDRESS = "http://127.0.0.1:8123"

# Model ids of the ElevenLabs model pages that stream-input serves.
MODELS = [
    "eleven_flash_v2_5",
    "eleven_flash_v2",
    "eleven_turbo_v2_5",
    "eleven_turbo_v2",
    "eleven_multilingual_v2",
    "eleven_monolingual_v1",
]


class Panel(ipywidgets.VBox):
    """Controls for every parameter, the wire they make, a player, and a history.

    Parameters
    ----------
    text : str, optional
        What Speak speaks.
    **parameters
        As for :func:`say`.

    Attributes
    ----------
    request : SpeechRequest
        Follows the controls; can be observed.
    speech : Speech or None
        The last one spoken; can be observed.

    Raises
    ------
    ParameterError
        For settings that are refused.
    """

    request = traitlets.Instance(SpeechRequest)
    speech = traitlets.Instance(Speech, allow_none=True)

    def __init__(self, text: str = TEXT, **parameters: Any) -> None:
        self._first = make_request(parameters)
        self._playback: Playback | None = None
        self._utterance: Utterance | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._controls = Controls(
            declaration=declaration(),
            values=_values(self._first),
            text=text,
            models=MODELS,
            address=LOCAL_VOICE.url or "",
            effects=without_effect(self._first),
            snippets=[{"name": each.name, "title": each.title} for each in SNIPPETS],
        )
        self._stage = ipywidgets.VBox()
        self._past = Past(self._play)
        super().__init__(
            [self._controls, self._stage, self._past.widget],
            request=self._first,
            layout=ipywidgets.Layout(max_width="46rem"),
        )
        self._controls.observe(self._on_values, "values")
        self._controls.on_msg(self._on_message)

    def speak(self) -> None:
        """Speak the text with the settings of the controls."""
        self._start(self._speak())

    def stop(self) -> None:
        """Stop the stream and the sound."""
        ENGINE.loop.call_soon_threadsafe(self._stop)

    def close(self) -> None:
        """End the sound and free everything that the panel holds."""
        self.stop()
        if self._playback is not None:
            ENGINE.loop.call_soon_threadsafe(self._playback.close)
        for widget in (self._controls, self._stage, self._past.widget):
            widget.close()
        super().close()

    def _on_values(self, change: Any) -> None:
        try:
            self.request = SpeechRequest(**change["new"])
        except ParameterError as fault:
            self._controls.error = str(fault)
            return
        self._controls.effects = without_effect(self.request)
        if self._controls.status == "speaking":
            self._controls.message = "What has changed applies from the next Speak."

    def _on_message(self, _: Controls, content: Any, __: Any) -> None:
        if isinstance(content, dict):
            self._start(self._handle(content))

    def _start(self, work: Any) -> None:
        """Run a coroutine on the engine; its errors appear in the panel."""
        ENGINE.submit(self._guarded(work))

    async def _guarded(self, work: Any) -> None:
        try:
            await work
        except TTSError as error:
            self._controls.error = str(error)
        except Exception as error:
            # Nobody looks at a log: whatever went wrong is said where the user looks.
            self._controls.error = f"{type(error).__name__}: {error}"

    async def _handle(self, content: dict[str, Any]) -> None:
        match content:
            case {"kind": "speak"}:
                await self._speak()
            case {"kind": "stop"}:
                self._stop()
            case {"kind": "reset"}:
                self._controls.error = self._controls.message = ""
                self._controls.values = _values(self._first)
            case {"kind": "focus"}:
                await self._meet_server()
            case {"kind": "check", "number": int(number), "url": str(url)}:
                self._controls.send({"kind": "checked", "number": number, **_checked(url)})
            case {"kind": "copy", "number": int(number), "name": str(name)}:
                text = snippet(name, self._copied(name), self._controls.text)
                self._controls.send(
                    {"kind": "copied", "number": number, "name": name, "text": text}
                )

    def _copied(self, name: str) -> SpeechRequest:
        """Return the request as a snippet is to hold it.

        The notebook's own embedded voice has a random port and key, so a program is given the
        address of one that its user starts.
        """
        if self.request.server == LOCAL and name != "magic":
            return self.request.at(SNIPPET_ADDRESS)
        return self.request

    async def _meet_server(self) -> None:
        """Learn the embedded voice's address, and the server's voices."""
        server = self.request.server
        if server == LOCAL:
            url, key = await LOCAL_VOICE.start()
            self._controls.address = url
            listed = await get_json(url, "/v1/voices", key)
        else:
            listed = await get_json(server, "/v1/voices", find_key(server))
        self._controls.voices = [
            {
                "id": each["voice_id"],
                "name": each.get("name") or "",
                "language": (each.get("labels") or {}).get("language") or "",
                "gender": (each.get("labels") or {}).get("gender") or "",
            }
            for each in (listed or {}).get("voices", [])
        ]

    async def _speak(self) -> None:
        text = self._controls.text
        check_text(text)
        self._stop()
        self._controls.error = self._controls.message = ""
        self._controls.status = "speaking"
        utterance = self._utterance = None
        try:
            timeline = Timeline()
            prepared = await prepare(self.request)
            if self.request.server == LOCAL:
                self._controls.address = LOCAL_VOICE.url or ""
            speech = Speech(
                text,
                prepared.request,
                audio_format(prepared.request).sample_rate,
                timeline,
                label=prepared.label,
                keyed=prepared.key is not None,
            )
            utterance = self._utterance = Utterance(
                speech, prepared.key, self._show(speech), prepared.renew
            )
            await utterance.run(text)
            self.speech = speech
            self._past.add(speech)
        finally:
            if self._utterance is utterance:  # not one that has taken its place
                self._controls.status = "idle"

    def _stop(self) -> None:
        if self._utterance is not None:
            self._utterance.stop()

    def _show(self, speech: Speech) -> Playback:
        """Put a player for a speech on the stage, in place of the one before."""
        before, self._playback = self._playback, Playback(speech)
        self._stage.children = (self._playback.player,)
        if before is not None:
            before.close()
        return self._playback

    def _play(self, speech: Speech) -> None:
        """Play a speech of the history."""
        self._start(self._replay(speech))

    async def _replay(self, speech: Speech) -> None:
        self._stop()
        self._utterance = Utterance(speech, None, self._show(speech))
        await self._utterance.replay()


def _values(request: SpeechRequest) -> dict[str, Any]:
    values = {each.name: getattr(request, each.name) for each in PARAMETERS}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def _checked(url: str) -> dict[str, Any]:
    diagnosis = check_url(url)
    settings = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in diagnosis.parameters.items()
    }
    findings = [
        {
            "severity": str(each.severity),
            "parameter": each.parameter,
            "message": each.message,
            "effect": each.effect,
        }
        for each in diagnosis.findings
    ]
    return {
        "findings": findings,
        "mended": diagnosis.mended,
        "ok": diagnosis.ok,
        "settings": settings,
    }
