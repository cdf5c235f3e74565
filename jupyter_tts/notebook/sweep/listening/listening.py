"""A blind comparison, as its user holds it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ....audio.files import wav_bytes
from ....client.sweep.listening.analysis import analyse
from ....client.sweep.listening.answers import Sheet
from ....client.sweep.listening.design import RATING, Design, refused
from ....client.sweep.listening.sounds import SoundSet
from ....client.sweep.listening.tradeoff import TradeOff, tradeoffs
from ....client.sweep.listening.trials import Trial
from ....client.sweep.listening.verdict import verdict
from ....client.sweep.verdicts.comparisons import Comparison
from ....wire.errors import TTSError
from ...runtime.frontend import Frontend, detect
from .result_view import ShownResult, progress_bundle, result_bundle, result_html
from .store import (
    MIME_TYPE,
    FilePath,
    checked_path,
    default_path,
    earlier_note,
    open_sheet,
    read_sheets,
    write_sheet,
)
from .widget import ListeningWidget

__all__ = ["Listening"]


class Listening:
    """A blind comparison of several conditions; :func:`compare` makes one.

    Displayed, it is what its listener listens with; once that is finished, the result. ``design``
    has what is compared, and how.
    """

    def __init__(
        self,
        design: Design,
        sounds: SoundSet,
        listener: str,
        file: str | os.PathLike[str] | None = None,
    ) -> None:
        self.design = design
        self._sounds = sounds
        path = default_path(design, listener) if file is None else checked_path(file)
        self._path = path.absolute()  # the notebook may change its folder
        self._own = open_sheet(self._path, design, listener)
        self._kept = self._own.as_data()
        is_new = file is None and not self._own.answers
        self._earlier = earlier_note(design, listener) if is_new else ""
        self._others: dict[str, Sheet] = {}
        self._widget: ListeningWidget | None = None

    @property
    def listener(self) -> str:
        """Who listens."""
        return self._own.listener

    @property
    def answered(self) -> int:
        """How many trials its listener has answered."""
        return len(self._own.answers)

    @property
    def trials(self) -> int:
        """How many there are."""
        return len(self._own.trials)

    @property
    def finished(self) -> bool:
        """Whether there is a result: its listener, or one that was added, has answered all."""
        return self._own.finished or bool(self._others)

    @property
    def scale(self) -> str:
        """What :attr:`quality` is."""
        return "rating" if self.design.method == RATING else "preference (%)"

    @property
    def result(self) -> ShownResult:
        """What all finished listeners' answers say; displayed, with a table.

        Raises
        ------
        TTSError
            If nobody has finished.
        """
        sheets = [*([self._own] if self._own.finished else []), *self._others.values()]
        if not sheets:
            raise TTSError(
                f"There is no result yet: {self.answered} of {self.trials} trials are answered.",
                hint="Display the comparison, and listen to the rest.",
            )
        return ShownResult.of(analyse(self.design, sheets))

    @property
    def verdict(self) -> list[str]:
        """What the answers say, in sentences.

        Raises
        ------
        TTSError
            If nobody has finished.
        """
        return verdict(self.result)

    @property
    def quality(self) -> dict[str, tuple[float, float, float]]:
        """By condition: percent preferred or the median rating, and its interval; {} of ABX.

        Raises
        ------
        TTSError
            If nobody has finished.
        """
        return self.result.quality

    def tradeoffs(
        self, comparisons: Iterable[Comparison], *, measure: str = "ttfa"
    ) -> list[TradeOff]:
        """Return what is given up by ear for each millisecond, for measured conditions.

        Parameters
        ----------
        comparisons : iterable of Comparison
            What a sweep found of the same conditions.
        measure : str, optional
            What of them it compared.

        Raises
        ------
        TTSError
            If nobody has finished.
        """
        return tradeoffs(self.result, comparisons, measure=measure)

    def export(self, path: FilePath) -> Path:
        """Write its listener's answers to a file, for :meth:`add`, and return its path.

        Raises
        ------
        ParameterError
            If its folder does not exist.
        TTSError
            If it cannot be written.
        """
        file = checked_path(path)
        write_sheet(file, self._own)
        return file

    def add(self, *others: FilePath | Sheet | Listening) -> None:
        """Add the answers of other listeners: all of them, or with a fault none.

        Parameters
        ----------
        *others : path or Listening
            Files that :meth:`export` wrote, or notebooks with this comparison in an output. Those
            of a simulation, too.

        Raises
        ------
        ParameterError
            If they are of another comparison, not finished, changed, or here already.
        TTSError
            If a file cannot be read.
        """
        here = {*self._others, *([self.listener] if self._own.answers else [])}
        added: dict[str, Sheet] = {}
        for other in others:
            for sheet in self._sheets(other):
                if sheet.listener in {*here, *added}:
                    raise refused(
                        f"the answers of {sheet.listener} are here already",
                        hint="Each listener has a name of their own: compare(…, listener=NAME).",
                    )
                added[sheet.listener] = sheet
        # Its listener's own, where nothing is answered here, are what they have answered.
        self._own = added.pop(self.listener, self._own)
        self._others |= added
        self._refresh()

    def _sheets(self, other: Any) -> list[Sheet]:
        if isinstance(other, str | os.PathLike):
            return read_sheets(other, self.design)
        if isinstance(other, Listening):
            other = other._own
        if not isinstance(other, Sheet):
            raise refused(f"add takes the path of a file, not {type(other).__name__}")
        if other.design != self.design:
            raise refused(f"the answers of {other.listener} are of another comparison")
        if not other.finished:
            raise refused(f"{other.listener} has not finished")
        return [other]

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Return what its listener listens with; without a page, how far that is."""
        if detect() is not Frontend.LIVE:
            return self._bundle(), {}
        if self._widget is None or self._widget.comm is None:
            self._widget = self._make_widget()
        shown = self._widget._repr_mimebundle_(**options)
        data = shown[0] if isinstance(shown, tuple) else shown
        return {**(data or {}), **self._bundle()}, {}

    def _bundle(self) -> dict[str, Any]:
        """Return what stays in a notebook, by MIME type; before the end it tells no name."""
        carried = {MIME_TYPE: self._own.as_data()}
        if self._own.finished:
            return {**result_bundle(self.result), **carried}
        return {**progress_bundle(self._own), **carried}

    def _make_widget(self) -> ListeningWidget:
        design = self.design
        return ListeningWidget(
            self._on_trial,
            self._on_answer,
            self._on_finish,
            method=design.method,
            sounds=len(self._own.trials[0].sounds),
            trials=self.trials,
            ties=design.ties,
            reference=design.reference is not None,
            sample_rate=self._sounds.sample_rate,
            note=" ".join(filter(None, [self._sounds.note, design.shortfall, self._earlier])),
            listener=self.listener,
            **self._state(),
        )

    def _state(self) -> dict[str, Any]:
        finished = self._own.finished
        return {
            "answered": self.answered,
            "finished": finished,
            "result": result_html(self.result) if finished else "",
            "saved": self._bundle(),
        }

    def _refresh(self) -> None:
        if self._widget is None:
            return
        with self._widget.hold_sync():
            for name, value in self._state().items():
                setattr(self._widget, name, value)

    def _on_trial(self, number: int) -> None:
        """Send a trial: one that is answered, or the next; or the one after it, in advance."""
        if self._widget is None or self._own.finished:
            return
        if 0 <= number <= self.answered + 1 and number < self.trials:
            answer = self._own.answers.get(number)
            has_answer = number in self._own.answers
            given = {"value": answer} if has_answer else None
            self._widget.send_trial(number, given, self._sounds_of(self._own.trials[number]))

    def _on_answer(self, trial: int, answer: Any) -> None:
        try:
            self._own.answer(trial, answer)
            self._refresh()
            self._keep()
        except TTSError as fault:
            self._fail(fault)

    def _on_finish(self) -> None:
        try:
            if not self._own.finished:
                self._own.finish()
            self._refresh()
            self._keep()
        except TTSError as fault:
            self._fail(fault)

    def _keep(self) -> None:
        """Write the answers to their file, unless it has others by now."""
        there = open_sheet(self._path, self.design, self.listener)
        if there.answers and there.as_data() != self._kept:
            raise refused(
                f"{self._path.name} has answers by now that were given elsewhere, so those given "
                "here are not kept",
                hint="Run the cell again to go on from there.",
            )
        write_sheet(self._path, self._own)
        self._kept = self._own.as_data()

    def _fail(self, fault: TTSError) -> None:
        if self._widget is not None:
            self._widget.send_failure(str(fault))

    def _sounds_of(self, trial: Trial) -> list[bytes]:
        """Return the sounds of a trial as WAV files without any tag."""
        order = [*trial.sounds]
        if trial.x is not None:
            order.append(trial.sounds[trial.x])
        if self.design.reference is not None:
            order.append(self.design.conditions.index(self.design.reference))
        sounds = self._sounds
        return [wav_bytes(sounds.sounds[one][trial.text], sounds.sample_rate) for one in order]

    def __repr__(self) -> str:
        return str(self._bundle()["text/plain"])
