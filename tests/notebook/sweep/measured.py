"""Rows of sweeps whose times are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.rows import Row

__all__ = ["LEVELS", "measured"]

LEVELS = {"latency": "0..4"}


def measured(
    axes: Mapping[str, Any] = LEVELS,
    *,
    texts: int = 5,
    repeat: int = 20,
    ttfb: Callable[[Mapping[str, Any]], float] = lambda condition: 100 - 8 * condition["latency"],
    spread: float = 5.0,
    failed: str = "",
) -> tuple[Plan, list[Row]]:
    """A plan, and all its rows: 20 ms of silence, 200 ms of playout delay, every tenth failed."""
    plan = Plan(axes_of(axes), choose_prompts(texts), repeat)
    chance = np.random.default_rng(1)
    rows = []
    for number, cell in enumerate(plan.cells):
        of_row: dict[str, Any] = {
            "cell": cell.name,
            "condition": cell.condition,
            "text": cell.prompt.name,
            "repetition": cell.repetition,
            "characters": len(cell.prompt.text),
        }
        if failed and number % 10 == 0:
            rows.append(Row(**of_row, error=failed, kind="TTSError"))
            continue
        first = ttfb(cell.condition) + spread * float(chance.normal())
        times = {"connect": 0.0, "ttfb": first, "ttfa": first + 20, "audible": first + 220}
        rows.append(Row(**of_row, **times, silence=20.0, duration=3000.0))
    return plan, rows
