"""From a table to files: :func:`narrate`."""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Final

from ....client.sweep.batch.items import Item, Layout, read_items, read_layout
from ....client.sweep.batch.manifest import Manifest
from ....client.sweep.batch.plan import BatchPlan
from ....client.sweep.batch.rate_limit import RateLimit
from ....client.sweep.batch.remote import Workers
from ....client.sweep.batch.results import NarratedRow, done_before
from ....client.sweep.batch.runner import narrate_items, remove_leftovers
from ....client.sweep.batch.table import TEXT
from ....client.sweep.one_writer import one_writer
from ....client.sweep.workers.secret import Secret
from ....wire.errors import ParameterError, TTSError
from ...runtime.interrupts import wait
from ...runtime.session import Session, current_session
from ...speaking.costs import ask_consent
from ...speaking.request import make_request
from ..own_worker import end_with
from ..watching import watch
from .narration import Narration
from .plan import make_plan
from .progress import NarrationProgress
from .row_speaker import SessionSpeaker

__all__ = ["narrate"]

TO: Final = "out/{id}.mp3"


def narrate(
    rows: Iterable[Any],
    to: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = TO,
    *,
    text: str = TEXT,
    subtitles: str | Iterable[str] | None = None,
    columns: Iterable[str] | None = None,
    executor: Executor | None = None,
    secret: Secret | None = None,
    yes: bool = False,
    dry_run: bool = False,
    **parameters: Any,
) -> Narration:
    """Speak every row of a table into files, without playing them.

    What is done stays: the same call goes on where it was stopped, by an interrupt, a fault or the
    end of the process, and sends nothing again that is in its file or in the cache. A row whose
    text or parameters have changed is made again, and so is a file that is gone or was changed.
    What is done is written to ``manifest.jsonl``, in the folder of the files.

    Parameters
    ----------
    rows : iterable
        Dicts, texts, named tuples, or a DataFrame; a generator is read to its end. The field ``id``
        names a row, by default its number from 1. A field that has the name of a parameter
        (``voice``, ``latency``, ``language`` …) is that parameter for its row, unless it is empty.
    to : path, or iterable of path, optional
        The files of a row, with its fields in braces: sound (.wav, .mp3, .flac or .ogg) and
        subtitles (.vtt or .srt). What no file name may have is replaced in a value, so that none
        leads out of the folder. Folders are made.
    text : str, optional
        The field with the text, or a template: ``"{name} has {moons} moons."``
    subtitles : "srt", "vtt", or several, optional
        Files beside the first one.
    columns : iterable of str, optional
        The only fields that are parameters; ``()`` for none.
    executor : concurrent.futures.Executor, optional
        Speaks on its workers, Dask's or ipyparallel's say; the files are written here.
    secret : Secret, optional
        Where each of these workers finds the key; by default in ``ELEVENLABS_API_KEY``.
    yes : bool, optional
        Whether no question is asked, whatever it takes of a paid account.
    dry_run : bool, optional
        Only say what would be done, and what it costs: no text is sent.
    **parameters
        As for :func:`say`, for each row that has none of its own. ``cache=False`` speaks again what
        was made before.

    Returns
    -------
    Narration
        A row for each, those that failed included: the batch goes on. As many are spoken at once
        as ``%config TTS.concurrency`` allows; where the service asks for patience, all wait.

    Raises
    ------
    ParameterError
        With the faults of all rows; nothing has been sent.
    NotConfirmed
        If its cost was not agreed to; nothing has been sent.
    TTSError
        For what would hit every row: no key, no quota, a disk that is full; or if another kernel
        makes files in the same folder.
    """
    session = current_session()
    make_request(session, parameters)  # what is wrong for all rows is told once
    layout = read_layout(
        to,
        text=text,
        subtitles=subtitles,
        columns=columns,
        parameters=parameters,
        make_request=functools.partial(make_request, session),
    )
    workers = None
    if executor is not None:
        end_with(session)
        workers = Workers(executor, secret=secret, trusted=session.keys.trusted)
    elif secret is not None:
        raise ParameterError(["secret is for the workers of an executor"])
    items = read_items(rows, layout)
    manifest = _manifest(layout)
    done = {item.row: record for item in items if (record := manifest.record(item))}
    before = [done_before(item, done[item.row]) for item in items if item.row in done]
    left = [item for item in items if item.row not in done]
    planning = session.event_loop.submit(
        session.until_closed(
            make_plan(session, layout.folder, left, len(before), on_workers=workers is not None)
        )
    )
    plan = wait(session, planning)
    if dry_run or not left:
        return Narration(plan, before)
    if not yes and plan.is_costly(session.settings.confirm_above):
        ask_consent(plan.question)
    _prepare_folders(items, manifest.path)
    with one_writer(manifest.path, "batch"):
        remove_leftovers([path for item in items for path in item.files])
        # A question may have waited for its answer while another kernel made some.
        if any(_manifest(layout).record(item) for item in left):
            raise TTSError(
                "Rows of this batch have just been made in another kernel.",
                hint="Nothing was sent; the same call goes on with the rest.",
            )
        made = _run(session, plan, manifest, workers)
    sent = sum(row.sent for row in made)
    quota = None if plan.quota is None else plan.quota.after(sent)
    return Narration(plan, [*before, *made], quota)


def _run(
    session: Session, plan: BatchPlan, manifest: Manifest, workers: Workers | None
) -> list[NarratedRow]:
    made: list[NarratedRow] = []
    progress = NarrationProgress(plan.rows, plan.done)

    def work(put: Callable[[NarratedRow | float], None]) -> Coroutine[Any, Any, None]:
        limit = RateLimit(paused=put)
        return narrate_items(
            plan.left,
            SessionSpeaker(session, limit, workers),
            manifest,
            at_once=session.settings.connections.concurrency,
            limit=limit,
            finished=put,
        )

    def show(come: NarratedRow | float) -> None:
        if isinstance(come, NarratedRow):
            made.append(come)
            progress.finished(come)
        else:
            progress.paused(come)

    try:
        watch(session, work, show)
    except TTSError as fault:
        count = plan.done + sum(not row.error for row in made)
        fault.hint = (
            f"{fault.hint} {count:,} of {plan.rows:,} rows are done; the same call goes on with "
            "the rest."
        ).lstrip()
        raise
    finally:
        progress.close()
    return made


def _manifest(layout: Layout) -> Manifest:
    try:
        return Manifest(layout.folder)
    except OSError as failure:
        raise TTSError(
            f"The manifest in {str(layout.folder)!r} cannot be read: "
            f"{failure.strerror or failure}.",
            hint="Nothing was sent.",
        ) from None


def _prepare_folders(items: Sequence[Item], manifest: Path) -> None:
    """Make the folders before anything is paid for."""
    files = [path for item in items for path in item.files]
    path = manifest
    try:
        for path in {manifest.parent, *(path.parent for path in files)}:
            path.mkdir(parents=True, exist_ok=True)
            _check_writable(path)
        if (path := manifest).exists():
            _check_writable(path)
    except OSError as failure:
        raise TTSError(
            f"{str(path)!r} cannot be used: {failure.strerror or failure}.",
            hint="Nothing was sent.",
        ) from None


def _check_writable(path: Path) -> None:
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
