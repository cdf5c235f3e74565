"""The panel's own small sweep: the levels, with its text and everything else as it is set."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ...client.speech.cost import Quota, ask_quota
from ...client.sweep.axes import ARRIVALS, NOT_VARIED
from ...client.sweep.plan import Plan
from ...client.sweep.rows import Row, RowFile
from ...client.sweep.runner import run
from ...client.threads import in_thread
from ...wire.errors import ParameterError
from ...wire.hosts import LOCAL
from ...wire.request import SpeechRequest
from ..runtime.session import Session
from ..servers.embedded import embedded_server
from ..speaking.given_text import checked_text
from ..sweep.bench import SessionBench
from ..sweep.pictures.times import duration_words
from ..sweep.planning import make_plan
from ..sweep.results import results_fragment
from .history import shortened
from .payloads import values_of
from .widgets import Controls

__all__ = ["REPEAT", "Measuring"]

REPEAT: Final = 15
"""How often each level is measured: intervals for ten differences at once take nine."""

_LEVELS: Final = range(5)

# What is proposed holds for these alone.
_SETTINGS: Final = ["values", "text", "word_by_word", "conditions"]

# Seconds between two pictures of what there is so far.
_EVERY: Final = 0.5


class Measuring:
    """Measures the levels for a panel: told before, started, shown as it comes, cancelled.

    What it shows is the controls' trait ``measuring``: ``state`` is "planned", "running" or "done",
    with ``words`` and, as HTML, ``results``; it is empty where nothing is to be shown.

    Parameters
    ----------
    session : Session
    controls : Controls
    """

    def __init__(self, session: Session, controls: Controls) -> None:
        self._session = session
        self._controls = controls
        self._plan: Plan | None = None
        self._subject = ""
        self._changes = 0
        self._task: asyncio.Task[Any] | None = None
        self._shown = 0.0
        controls.observe(self._on_change, _SETTINGS)

    async def propose(self, request: SpeechRequest) -> None:
        """Say what would be measured, and what it takes; nothing is sent.

        Raises
        ------
        TTSError
            If it cannot be measured: no text, a model without levels, too few characters left.
        """
        self.stop()
        self._plan = None
        changes = self._changes
        text = checked_text(self._controls.text)
        plan = await in_thread(make_plan, self._session, self._axes(request), [text], REPEAT, 1)
        quota = await self._quota(request)
        if quota is not None and plan.characters > quota.left:
            raise ParameterError(
                [f"measuring needs {plan.characters:,} characters, and the account has {quota}"],
                hint="Take a shorter text. Nothing was sent.",
            )
        if self._changes != changes:
            return
        self._plan = plan
        # By the time it is measured, the controls may have been set otherwise.
        self._subject = f"Levels 0 to 4 of {request.voice}: “{shortened(self._controls.text)}”"
        left = f" ({quota})" if quota else ""
        words = (
            f"{len(plan.cells)} streams, {plan.characters:,} characters{left},"
            f" about {duration_words(plan.seconds())}"
        )
        self._show("planned", words)

    async def start(self) -> None:
        """Measure what was proposed, until all is measured or it is stopped.

        Raises
        ------
        TTSError
            If nothing can be measured: no key, no such voice.
        """
        plan = self._plan
        if plan is None or self._task is not None:
            return
        self._task = asyncio.current_task()
        rows: list[Row] = []
        try:
            await self._measure(plan, rows)
        finally:
            self._task = None
            await self._conclude(plan, rows)

    def stop(self) -> None:
        """End the measuring; what was measured stays in sight."""
        if self._task is not None:
            self._task.cancel()

    def cancel(self) -> None:
        """End the measuring, or take away what is shown of it."""
        if self._task is not None:
            self._task.cancel()
        else:
            self._plan = None
            self._controls.measuring = {}

    def close(self) -> None:
        """Follow the controls no longer."""
        self._controls.unobserve(self._on_change, _SETTINGS)

    async def _measure(self, plan: Plan, rows: list[Row]) -> None:
        bench = SessionBench(self._session)

        def measured(row: Row) -> None:
            rows.append(row)
            # Between two streams: drawing beside one would delay it.
            if time.monotonic() - self._shown >= _EVERY:
                self._show_running(plan, rows)

        try:
            with tempfile.TemporaryDirectory(prefix="jupyter_tts-") as folder:
                self._show_running(plan, rows)
                await run(plan, bench, RowFile(Path(folder) / "rows.jsonl", plan.key), measured)
        finally:
            bench.close()

    def _show_running(self, plan: Plan, rows: Sequence[Row]) -> None:
        left = duration_words(plan.seconds(rows))
        words = f"{len(rows)} of {len(plan.cells)} measured, {left} left"
        self._show("running", words, results_fragment(plan, rows, filling=True))

    async def _conclude(self, plan: Plan, rows: Sequence[Row]) -> None:
        results = await in_thread(results_fragment, plan, rows) if rows else ""
        if self._plan is plan:
            self._plan = None
            self._show("done" if rows else "", self._subject, results)

    def _show(self, state: str, words: str, results: str = "") -> None:
        self._shown = time.monotonic()
        shown = {"state": state, "words": words, "results": results}
        self._controls.measuring = shown if state else {}

    def _on_change(self, _: object) -> None:
        """Forget what was proposed for other settings, or is about to be."""
        self._changes += 1
        if self._plan is not None and self._task is None:
            self.cancel()

    def _axes(self, request: SpeechRequest) -> dict[str, Any]:
        axes: dict[str, Any] = {
            name: [value]
            for name, value in values_of(request).items()
            if value is not None and name not in NOT_VARIED
        }
        if request.server == LOCAL:
            axes["network"] = [embedded_server(self._session).conditions]
        return {
            **axes,
            "arrival": [ARRIVALS[1 if self._controls.word_by_word else 0]],
            "latency": [*_LEVELS],
        }

    async def _quota(self, request: SpeechRequest) -> Quota | None:
        key = None if request.server == LOCAL else self._session.keys.find(request.server)
        return None if key is None else await ask_quota(request.server, key)
