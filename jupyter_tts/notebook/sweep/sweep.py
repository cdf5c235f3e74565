"""A sweep: the same texts under several conditions, measured again and again, and a verdict."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...audio.files import write_file
from ...client.speech.saving import check_folder, named_path
from ...client.sweep.listening.sounds import Sound
from ...client.sweep.numbers import whole_number
from ...client.sweep.one_writer import one_writer
from ...client.sweep.recordings import Recordings, recordings_beside
from ...client.sweep.rows import Row, RowFile
from ...client.sweep.runner import run
from ...client.sweep.scores import Scorer, check_scores, score
from ...client.sweep.summary import Summary, check_measure, summarise
from ...client.sweep.verdicts.comparisons import Against, check_against
from ...client.sweep.verdicts.conclusions import Conclusion, conclude
from ...client.sweep.verdicts.verdict import check_same
from ...client.sweep.workers.remote import check_workers, run_on
from ...client.sweep.workers.secret import Secret
from ...wire.errors import MissingKey, ParameterError, TTSError
from ..runtime.session import current_session
from .bench import SessionBench
from .files import default_folder, put_aside
from .own_worker import end_with
from .payment import check_payment, paid_servers, quota_of
from .plan_view import PlanView
from .planning import make_plan
from .progress import Progress
from .results import results_bundle, results_page
from .saving import as_frame, check_path, table_bytes
from .watching import Work, watch

if TYPE_CHECKING:
    import pandas

    from .listening.listening import Listening

__all__ = ["Sweep"]

_UNSENT: Final = "Nothing was sent."


class Sweep:
    """The same texts under several conditions, measured again and again.

    Nothing is sent before :meth:`run`.

    Parameters
    ----------
    texts : int, str or iterable of str, optional
        So many of thirty built-in ones, or your own.
    repeat : int, optional
        How often each text is measured under each condition.
    seed : int, optional
        Of the random order.
    measure : str, optional
        What is compared: "ttfa", the time to the first audible sound; "ttfb", to the first byte;
        "audible", to when it is heard from a player that starts 200 ms after the first byte;
        "connect", "silence", "gap" or "duration".
    same : float, optional
        Milliseconds below which a difference does not matter. Only with it are conditions called
        the same.
    against : "first" or "all", optional
        Whether each value of an axis is compared with its first one, or with each other one; by
        default with each other one where that makes 10 comparisons at most.
    file : path, optional
        Where the measurements are kept as they come: by default in the user's cache folder, so
        that an equal sweep goes on where it stopped, in another kernel too.
    **axes
        What varies, as a list, or what holds for all, as one value: any parameter of
        :func:`jupyter_tts.say` (``latency=[0, 1, 2, 3, 4]``, ``voice=["heart", "en-us"]``,
        ``transport=["websocket", "http"]``, ``warm=[True, False]``), ``network=["here", "rtt 100
        ms"]`` (simulated by the embedded voice) and ``arrival=["at once", "as tokens"]``. A range
        may be written "0..4".

    Raises
    ------
    ParameterError
        With every fault at once; nothing has been sent.
    """

    def __init__(
        self,
        *,
        texts: int | str | Iterable[str] = 5,
        repeat: int = 20,
        seed: int = 1,
        measure: str = "ttfa",
        same: float | None = None,
        against: Against | None = None,
        file: str | os.PathLike[str] | None = None,
        **axes: Any,
    ) -> None:
        self._session = current_session()
        self._measure = measure
        self._same = same
        self._against = against
        self._file: RowFile | None = None
        self._listening: Listening | None = None
        self._path = None if file is None else named_path(file)
        self._plan = make_plan(
            self._session,
            axes,
            texts,
            repeat,
            seed,
            partial(check_measure, measure),
            partial(check_same, same),
            partial(check_against, against),
            *([] if self._path is None else [partial(check_folder, self._path)]),
        )

    @property
    def plan(self) -> PlanView:
        """What is going to be measured, what it costs and how long it takes.

        A paid account is asked for what it has left, where there is a key; no text is sent.
        """
        quota = None
        with contextlib.suppress(MissingKey):  # a plan may be looked at before there is one
            quota = quota_of(self._session, self._plan)
        return PlanView(self._plan, self.rows, quota, self._against)

    @property
    def rows(self) -> list[Row]:
        """What was measured, in its order."""
        return [*self._rows_file().rows]

    @property
    def summary(self) -> list[Summary]:
        """What was measured under each condition."""
        return summarise(self._plan, self.rows, self._measure)

    @property
    def verdict(self) -> list[str]:
        """What the measurements say, in sentences."""
        return self._conclude(self.rows).sentences

    def _conclude(self, rows: Sequence[Row]) -> Conclusion:
        return conclude(self._plan, rows, self._measure, same=self._same, against=self._against)

    def run(
        self,
        executor: Executor | None = None,
        *,
        at_once: int | None = None,
        secret: Secret | None = None,
        regions: Mapping[str, str] | None = None,
        sound: bool | None = None,
        scores: Mapping[str, Scorer] | None = None,
        yes: bool = False,
        restart: bool = False,
    ) -> None:
        """Measure what is left of the plan, showing the results as they come.

        May be interrupted, and goes on from there when it is run again.

        Parameters
        ----------
        executor : concurrent.futures.Executor, optional
            Workers that measure, in other regions say: Dask's ``client.get_executor()``,
            ipyparallel's ``client.executor()``, or any other. By default this machine measures.
        at_once : int, optional
            Streams at the same time, at most ``%config TTS.concurrency``. By default one here,
            since streams beside each other spoil what is measured, and that many on workers. With
            ``server="local"`` there may be as many as there are workers: each has its own.
        secret : Secret, optional
            Where each worker finds the key, if not in its own ``ELEVENLABS_API_KEY``.
        regions : mapping of str to str, optional
            Where a worker is, by its name; else its ``JUPYTER_TTS_REGION`` says so.
        sound : bool, optional
            Whether one sound of each condition and text is kept, for :meth:`listen`. By default
            it is here, and does not come back from workers unless it is scored.
        scores : mapping of str to callable, optional
            What else is found of each sound that was kept, once all is measured:
            ``{"wer": word_error_rate(asr), "dnsmos": dnsmos}``, both of
            :mod:`jupyter_tts.client.sweep.scores`, or functions of samples, rate and text.
        yes : bool, optional
            Whether no question is asked, whatever it takes of a paid account.
        restart : bool, optional
            Whether what was measured before is put aside, and all is measured again.

        Raises
        ------
        ParameterError
            If it cannot be done so, or the account has too few characters left; nothing was sent.
        TTSError
            If nothing can be measured: no key, no such voice; or the sweep runs in another kernel.
            An error of a stream is a row.
        """
        streams = self._streams(at_once, executor)
        check_scores(scores or {})
        if executor is not None:
            check_workers(executor, secret, regions)
        elif secret is not None or regions is not None:
            raise ParameterError(["secret and regions are for the workers of an executor"])
        with one_writer(self._rows_file().path, "sweep"):
            self._file = None  # it may have been gone on with in another kernel
            before = [] if restart else self.rows
            if self._plan.left(before):
                check_payment(self._session, self._plan, before, yes=yes)
            if restart:
                self._restart()
            work: dict[str, Any] = {"at_once": streams}
            if executor is not None:
                work |= {"secret": secret, "regions": regions}
            keeps = executor is None or bool(scores) if sound is None else sound
            self._run(executor, scores or {}, work, keeps=keeps)

    def listen(
        self,
        method: str = "preference",
        *,
        repeat: int | None = None,
        ties: bool = False,
        reference: str | None = None,
        listener: str = "listener",
        seed: int = 1,
        file: str | os.PathLike[str] | None = None,
    ) -> Listening:
        """Compare what the conditions sound like, blind; the last line of a cell.

        Once it is finished, the sweep shows what an earlier sound costs to hear.

        Parameters
        ----------
        method, repeat, ties, reference, listener, seed, file
            As for :func:`jupyter_tts.compare`.

        Raises
        ------
        ParameterError
            If a condition has no sound of a text, or only one condition has been measured.
        """
        kept = recordings_beside(self._rows_file().path, self._plan)
        sounds: dict[str, list[Sound]] = {}
        lacking: list[str] = []
        for condition in self._plan.conditions:
            name = self._plan.label(condition)
            for prompt in self._plan.prompts:
                recording = kept.load(condition, prompt.name)
                if recording is None:
                    lacking.append(f"{prompt.name} of {name}")
                else:
                    sounds.setdefault(name, []).append(Sound(prompt.text, *recording))
        if lacking:
            more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
            raise ParameterError(
                [f"there is no sound of {', '.join(lacking[:3])}{more}"],
                hint="run() keeps one of each that is whole; on workers run(executor, sound=True).",
            )
        # Widgets are imported only where there is somebody to see them.
        from .listening.compare import compare_sounds

        self._listening = compare_sounds(
            sounds,
            method=method,
            repeat=repeat,
            ties=ties,
            reference=reference,
            listener=listener,
            seed=seed,
            file=file,
        )
        return self._listening

    def frame(self) -> pandas.DataFrame:
        """Return the measurements as a table, a row each.

        Raises
        ------
        TTSError
            Without pandas.
        """
        return as_frame(self._plan, self.rows)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save the measurements (.csv or .parquet), or verdict and pictures (.html).

        Raises
        ------
        UnsupportedFormat
            For another kind of file.
        ParameterError
            If no file can have the name, or its folder does not exist.
        OSError
            If it cannot be written.
        """
        target = check_path(path)
        if target.suffix.lower() == ".html":
            page = results_page(self._plan, self.rows, **self._options, **self._heard())
            data = page.encode()
        else:
            data = table_bytes(self._plan, self.rows, target.suffix.lower())
        write_file(target, data)
        return target

    def __repr__(self) -> str:
        return self._bundle("")["text/plain"]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self._bundle("")

    def _bundle(self, line: str) -> dict[str, str]:
        options = self._options
        rows = self._rows_file().rows
        if line:
            return results_bundle(self._plan, rows, note=line, filling=True, **options)
        return results_bundle(self._plan, rows, **options, **self._heard())

    @property
    def _options(self) -> dict[str, Any]:
        return {"measure": self._measure, "same": self._same, "against": self._against}

    def _heard(self) -> dict[str, Any]:
        """Return what listeners found, where they have finished, and what there is to note."""
        listening, note = self._listening, self._rows_file().note
        if listening is None or not listening.finished:
            return {"note": note}
        compared = self._conclude(self.rows).comparisons
        joined = listening.tradeoffs(compared, measure=self._measure)
        sentences = [one.sentence for one in joined]
        return {
            "quality": listening.quality,
            "scale": listening.scale,
            "note": " ".join(filter(None, [*sentences, note])),
        }

    def _run(
        self,
        executor: Executor | None,
        scores: Mapping[str, Scorer],
        work: dict[str, Any],
        *,
        keeps: bool,
    ) -> None:
        file = self._rows_file()
        progress = Progress(len(self._plan.cells), self._bundle)
        kept = recordings_beside(file.path, self._plan)
        if not file.rows and kept.folder.is_dir():
            put_aside(kept.folder)  # of a file that its user has removed
        work["recordings"] = kept if keeps else None
        try:
            if self._plan.left(file.rows):
                if executor is None:
                    self._run_here(file, progress, work)
                else:
                    end_with(self._session)
                    work["trusted"] = self._session.keys.trusted
                    measure = partial(run_on, executor, self._plan, file, **work)
                    self._run_with(measure, progress, beside=work["at_once"])
            if scores:
                self._score(file, kept, scores, progress)
        except BaseException:
            progress.end(measured=bool(file.rows))
            raise
        progress.end()

    def _run_here(self, file: RowFile, progress: Progress, work: dict[str, Any]) -> None:
        bench = SessionBench(self._session)
        try:
            servers = {condition["server"] for condition in self._plan.conditions}
            beside = work["at_once"] * len(servers)
            measure = partial(run, self._plan, bench, file, **work)
            self._run_with(measure, progress, beside, lambda: beside == 1 and progress.is_due)
        finally:
            bench.close()

    def _run_with(
        self,
        measure: Work[Row],
        progress: Progress,
        beside: int,
        is_due: Callable[[], bool] = lambda: False,
    ) -> None:
        """Measure with so many streams beside each other, and show how far it is."""
        rows = self._rows_file().rows

        def show(_: Row | None = None) -> None:
            progress.update(len(rows), lambda: self._plan.seconds(rows) / beside)

        show()
        watch(self._session, measure, show, is_due)

    def _score(
        self,
        file: RowFile,
        kept: Recordings,
        scores: Mapping[str, Scorer],
        progress: Progress,
    ) -> None:
        heard = [row for row in file.rows if row.sound]
        if not heard:
            raise TTSError(
                "There is no sound to score.",
                hint="What was measured is kept. run(sound=True, restart=True) keeps sound, too.",
            )
        if total := sum(not scores.keys() <= row.scores.keys() for row in heard):
            count = itertools.count(1)
            progress.update_scores(0, total)
            watch(
                self._session,
                partial(score, self._plan, file, kept, scores),
                lambda _: progress.update_scores(next(count), total),
            )

    def _streams(self, at_once: int | None, executor: Executor | None) -> int:
        most = self._session.settings.connections.concurrency
        if at_once is None:
            return 1 if executor is None else most
        streams = whole_number(at_once) or 0
        if executor is not None and not paid_servers(self._plan):
            # Each worker has an embedded voice of its own.
            if streams < 1:
                raise ParameterError([f"at_once must be a number of tasks, not {at_once!r}"])
        elif not 1 <= streams <= most:
            raise ParameterError(
                [f"at_once must be 1 to {most}, the account's concurrency, not {at_once!r}"],
                hint=f"%config TTS.concurrency says what your plan has. {_UNSENT}",
            )
        return streams

    def _rows_file(self) -> RowFile:
        if self._file is None:
            path = self._path or default_folder() / f"{self._plan.key}.jsonl"
            conditions = {cell.name: cell.condition for cell in self._plan.cells}
            self._file = RowFile(path, self._plan.key, conditions)
        return self._file

    def _restart(self) -> None:
        """Begin a new file; the one there was stays beside it."""
        if not self.rows:
            return  # an empty one takes the place of nothing that was put aside before
        path = self._rows_file().path
        for old in (path, path.with_suffix(".sounds")):
            if old.exists():
                put_aside(old)
        self._file = None
