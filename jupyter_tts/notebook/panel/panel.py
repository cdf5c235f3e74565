"""The panel: turn a knob, see the wire change, hear it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Coroutine, Iterator
from datetime import date
from typing import Any

import ipywidgets
import traitlets

from ...client.speech.speech import Speech
from ...client.streaming.text_sources import whole_text
from ...wire.errors import NotConfirmed, ParameterError, TTSError
from ...wire.hosts import LOCAL
from ...wire.models import MODEL_IDS
from ...wire.notes import request_notes
from ...wire.parameters.schema import short_repr
from ...wire.request import SpeechRequest
from ..output.saved_view import request_bundle
from ..player.playback import Playback
from ..player.widget import Player
from ..runtime.frontend import Frontend, detect
from ..runtime.session import current_session
from ..servers.account_voices import account_voices
from ..servers.embedded import embedded_server
from ..servers.voices import list_voices
from ..speaking.given_text import checked_text
from ..speaking.job import SpeechJob
from ..speaking.preconnect import Preconnector
from ..speaking.request import make_request
from .hints import change_bar, text_hint
from .history import SpeechHistory
from .measuring import Measuring
from .network import NetworkSection
from .payloads import check_payload, sentence, snippet_choices, snippet_payload, values_of
from .saved_panel import SavedPanel
from .schema import declaration, without_effect
from .widgets import Controls, disconnected
from .word_by_word import WORDS_PER_SECOND, word_by_word

__all__ = ["Panel"]

TEXT = "The first words are heard while the last ones are still being made."

NO_CONTROLS = "The panel itself needs Jupyter's widgets; a Player can be shown here."


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

    request = traitlets.Instance(SpeechRequest, read_only=True)
    speech = traitlets.Instance(Speech, allow_none=True, read_only=True)

    _closed = True  # until everything has been made

    def __init__(self, text: str = TEXT, **parameters: Any) -> None:
        self._session = current_session()
        self._server = embedded_server(self._session)
        self._first = make_request(self._session, parameters)
        if not isinstance(text, str):
            raise ParameterError([f"a panel's text is a str, not {short_repr(text)}"])
        text = whole_text(text)
        self._playback: Playback | None = None
        self._job: SpeechJob | None = None
        self._turn: asyncio.Task[Any] | None = None
        self._confirming: tuple[str, SpeechRequest] | None = None
        self._refused: ParameterError | None = None  # why no request can be made of the values
        self._loading: set[str] = set()  # servers whose voices are asked for
        # A notebook that runs unattended would store widgets that have no kernel.
        self._is_visible = detect() is not Frontend.HEADLESS
        traits = dict if self._is_visible else disconnected
        self._controls = Controls(
            **traits(),
            declaration=declaration(),
            values=values_of(self._first),
            initial=values_of(self._first),
            text=text,
            words_per_second=WORDS_PER_SECOND,
            models=list(MODEL_IDS),
            address=self._server.url or "",
            effects=without_effect(self._first),
            remarks=self._remarks(self._first, in_words=False),
            change_bar=change_bar(self._first),
            own_voices=self._own_voices(self._first),
            snippets=snippet_choices(self._first),
        )
        self._network = NetworkSection(self._controls, self._server)
        self._measuring = Measuring(self._session, self._controls)
        self._preconnector = Preconnector(self._session, self._on_socket)
        self._stage = ipywidgets.VBox(**traits())
        self._history = SpeechHistory(self._play, **traits())
        super().__init__([self._controls, self._stage, self._history.widget], **traits())
        self.add_class("jtts-panel")
        self.set_trait("request", self._first)
        self._saved = SavedPanel(self._controls, self._history.widget, self.model_id or "")
        self._update_saved()
        self._history.widget.observe(self._update_saved, "entries")
        self._controls.observe(self._on_values, "values")
        self._controls.observe(self._on_text_coming, "word_by_word")
        self._controls.on_msg(self._on_message)
        self._closed = False

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Return the panel, or only its request where nobody can use the controls."""
        if self._is_visible and detect() is Frontend.LIVE:
            Player.prepare_page()
            # Where the widget cannot be shown, in an untrusted notebook say, the rest is.
            return {**(super()._repr_mimebundle_(**options) or {}), **self._saved.bundle}
        return request_bundle(self._applied_request, () if self._session.shell else (NO_CONTROLS,))

    @property
    def _applied_request(self) -> SpeechRequest:
        """The request as it travels: with the account's voice and the embedded one's address."""
        return self._server.addressed(account_voices(self._session).applied(self.request))

    def _update_saved(self, _: object = None) -> None:
        self._saved.update(self._applied_request)

    def speak(self) -> None:
        """Speak the text with the settings of the controls."""
        self._start(self._speak())

    def stop(self) -> None:
        """Stop the stream and the sound."""
        self._call(self._stop)

    def close(self) -> None:
        """End the sound and free everything that the panel holds."""
        if self._closed:
            return
        self._closed = True
        self._network.close()
        self._measuring.close()
        self._preconnector.close()
        self.stop()
        if self._playback is not None:
            self._call(self._playback.close)
        for widget in (self._controls, self._stage, self._history.widget, self):
            widget.layout.close()
        for widget in (self._controls, self._stage, self._history.widget):
            widget.close()
        super().close()

    def _call(self, function: Callable[[], object]) -> None:
        """Call a function on the event loop, if that runs."""
        if self._session.event_loop.running:
            self._session.event_loop.loop.call_soon_threadsafe(function)

    def _on_values(self, change: Any) -> None:
        before, self._refused = self._refused, None
        if before is not None and self._controls.error == sentence(before):
            self._controls.error = ""
        try:
            self._follow(SpeechRequest(**change["new"]))
        except ParameterError as error:
            self._refused = error
            self._controls.error = sentence(error)
            # The page shows the model already, and what is refused is its language most often.
            with contextlib.suppress(ParameterError):
                self._annotate(SpeechRequest(**{**change["new"], "language": None}))
        except Exception as error:
            # A user's own observer may fail too, and nobody would look for it in a log.
            self._controls.error = sentence(error)

    def _on_text_coming(self, _: object) -> None:
        self._controls.remarks = self._remarks(self.request)

    def _on_socket(self, state: str) -> None:
        self._controls.socket = state

    def _follow(self, request: SpeechRequest) -> None:
        if (request.url, request.warm) != (self.request.url, self.request.warm):
            self._preconnector.want(request)
        moved = request.server != self.request.server
        self._annotate(request)
        self._controls.snippets = snippet_choices(request)
        if moved:
            self._follow_account(request)
        self._controls.change_bar = change_bar(request)
        if moved and self._controls.voices:
            self._controls.voices = []
            self._start(self._load_voices(request.server))
        self.set_trait("request", request)
        self._update_saved()

    def _annotate(self, request: SpeechRequest) -> None:
        """Show at the controls which have no effect, and what there is to know."""
        self._controls.effects = without_effect(request, self._controls.voices)
        self._controls.remarks = self._remarks(request)

    def _remarks(self, request: SpeechRequest, *, in_words: bool | None = None) -> dict[str, str]:
        """Return what to know of what is set, by keyword name, and of how the ``text`` comes."""
        if in_words is None:
            in_words = self._controls.word_by_word
        voice = account_voices(self._session).known(request)
        remarks = request_notes(request if voice is None else voice.apply(request), date.today())
        if voice is not None:
            remarks["voice"] = " ".join(filter(None, (voice.note, remarks.get("voice"))))
        if hint := text_hint(request, in_words=in_words):
            remarks["text"] = hint
        return remarks

    def _own_voices(self, request: SpeechRequest) -> dict[str, str]:
        voice = account_voices(self._session).known(dataclasses.replace(request, voice=None))
        return {} if voice is None else {request.server: voice.id}

    def _follow_account(self, request: SpeechRequest) -> None:
        """Have the wire show the account's voice, once that is known."""
        if self._is_visible and self._session.keys.trusts(request.server):
            self._start(self._load_own_voice(request))

    async def _load_own_voice(self, request: SpeechRequest) -> None:
        unnamed = dataclasses.replace(request, voice=None)
        if await account_voices(self._session).choose(unnamed) is not None:
            self._controls.own_voices = {**self._controls.own_voices, **self._own_voices(unnamed)}
            self._controls.remarks = self._remarks(self.request)

    def _on_message(self, _: Controls, content: Any, __: Any) -> None:
        if isinstance(content, dict):
            self._controls.send({"kind": "heard"})  # else the page takes the kernel for dead
            if isinstance(state := content.get("set"), dict):
                self._controls.set_by_user(state)
            self._start(self._handle(content))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine on the event loop; its errors appear in the panel."""
        if self._closed:
            work.close()
            return
        try:
            self._session.event_loop.submit(self._report_errors(work))
        except TTSError as error:
            work.close()
            self._controls.error = sentence(error)

    async def _report_errors(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            # Any error is shown where the user looks, since that is not a log.
            self._controls.error = sentence(error)

    async def _handle(self, content: dict[str, Any]) -> None:
        match content:
            case {"kind": "speak", "on_change": True} if change_bar(self.request):
                pass  # the page may not know yet that the server is another one
            case {"kind": "speak"}:
                await self._speak()
            case {"kind": "stop"}:
                self._stop()
            case {"kind": "measure", "step": str(step)}:
                await self._measure(step)
            case {"kind": "reset"}:
                self._controls.error = ""
                self._controls.values = values_of(self._first)
                self._controls.word_by_word = False
                self._controls.words_per_second = WORDS_PER_SECOND
            case {"kind": "near"}:
                self._preconnector.want(self.request, at_once=True)
                self._follow_account(self.request)
            case {"kind": "focus"}:
                self._preconnector.want(self.request, at_once=True)
                self._follow_account(self.request)
                await self._load_voices(self.request.server)
            case {"kind": "check", "number": int(number), "url": str(url)}:
                self._controls.send({"kind": "checked", "number": number, **check_payload(url)})
            case {"kind": "copy", "number": int(number), "name": str(name)}:
                applied = account_voices(self._session).applied(self.request)
                text = snippet_payload(name, self.request, applied, self._controls.text)
                self._controls.send(
                    {"kind": "copied", "number": number, "name": name, "text": text}
                )

    async def _measure(self, step: str) -> None:
        if step == "propose":
            if self._refused is not None:
                raise self._refused
            self._stop()  # sound on its way would delay what is measured
            self._controls.error = ""
            await self._measuring.propose(self.request)
        elif step == "start":
            await self._measuring.start()
        else:
            self._measuring.cancel()

    async def _load_voices(self, server: str) -> None:
        """Load the embedded voice's address, and the server's voices.

        A server that does not answer is no error here: Speak will report it.
        """
        if server in self._loading:
            return
        self._loading.add(server)
        try:
            with contextlib.suppress(TTSError):
                voices = await list_voices(self._session, server)
                if server == LOCAL:
                    self._controls.address = self._server.url or ""
                if server == self.request.server:
                    self._controls.voices = list(voices)
                    self._controls.effects = without_effect(self.request, voices)
        finally:
            self._loading.discard(server)

    async def _speak(self) -> None:
        if self._refused is not None:
            raise self._refused  # the page shows these values, and not those of the last request
        text, request = self._controls.text, self.request
        pace = self._controls.words_per_second if self._controls.word_by_word else None
        checked = checked_text(text)
        assert isinstance(checked, str)
        self._stop()
        self._controls.error = ""
        job = SpeechJob(self._session, request, checked, reuse=False)
        with self._taking_turn(job, request):
            try:
                speech = await job.prepare()
                if request.server == LOCAL:
                    self._controls.address = self._server.url or ""
                if job.question:
                    self._ask_twice(job.question, (text, request))
                    job.confirm()
                playback = self._show(speech)
                if playback is not None:
                    await job.attach(playback)
                await job.run(None if pace is None else word_by_word(checked, pace))
            finally:
                if job.speech is not None and job.speech.frames:
                    self._history.add(job.speech, request, words=pace, simulated=job.simulated)
                    self.set_trait("speech", job.speech)
            if playback is not None:
                await playback.wait_until_heard()
                playback.player.autoplay = False  # or a page that is loaded again would play it
        if speech.frames and not self._closed:
            await self._saved.keep(
                speech, values_of(request), self._session.settings.saved_megabytes
            )

    def _ask_twice(self, question: str, utterance: tuple[str, SpeechRequest]) -> None:
        """Require a second Speak for a costly text, since a panel cannot ask a question."""
        if self._confirming != utterance:
            self._confirming = utterance
            raise NotConfirmed(question, hint="Nothing was sent yet; Speak again sends it.")

    async def _replay(self, speech: Speech, request: SpeechRequest) -> None:
        self._stop()
        job = SpeechJob.replay(self._session, speech)
        with self._taking_turn(job, request):
            playback = self._show(speech)
            if playback is not None:
                await job.attach(playback)
                await job.run()
                await playback.wait_until_heard()

    @contextlib.contextmanager
    def _taking_turn(self, job: SpeechJob, request: SpeechRequest) -> Iterator[None]:
        """Make a job the panel's current one, until its sound is over or another replaces it.

        ``request`` is as its user has set it: the job's own names the present address of ``local``.
        """
        turn = self._turn = asyncio.current_task()
        self._job = job
        self._controls.playing_values = values_of(request)
        self._controls.status = "speaking"
        try:
            yield
        finally:
            if self._turn is turn:
                self._turn = self._job = None
                self._history.end()
                self._controls.playing_values = None
                self._controls.status = "idle"

    def _stop(self) -> None:
        """End the current job, even one that is still being prepared, and the measuring."""
        self._measuring.stop()
        if self._job is not None and self._job.receiving:
            self._job.stop()
        elif self._turn is not None:
            self._turn.cancel()

    def _show(self, speech: Speech) -> Playback | None:
        """Replace the panel's player by one for this speech, where a panel is shown at all."""
        if not self._is_visible:
            return None
        before, self._playback = self._playback, Playback(self._session, speech, with_request=False)
        self._stage.children = (self._playback.player,)
        if before is not None:
            before.close()
        return self._playback

    def _play(self, speech: Speech, request: SpeechRequest) -> None:
        """Play a speech of the history."""
        self._start(self._replay(speech, request))
