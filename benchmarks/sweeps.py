"""``python -m benchmarks.sweeps`` measures how much faster a sweep is with more workers.

A Dask cluster of processes on this machine measures two embedded servers. These simulate a service
at which a stream is mostly waited for, and have as many streams at once as there are workers. A
rate is of the cells after the warm-up, from the first one's start to the last one's end.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.rows import Row, RowFile
from jupyter_tts.client.sweep.workers.remote import run_on

from .machine import load
from .server import serving

__all__ = ["as_markdown", "cells_an_hour", "main"]

TEXT = "Your table is booked for seven tonight. Shall I send you the address?"


def cells_an_hour(rows: Sequence[Row]) -> float:
    """Return how many cells an hour were measured."""
    starts = [datetime.datetime.fromisoformat(row.started).timestamp() for row in rows]
    ends = [start + row.arrivals[-1][0] / 1000 for start, row in zip(starts, rows, strict=True)]
    return 3600 * len(rows) / (max(ends) - min(starts))


def as_markdown(rates: Sequence[tuple[int, float]]) -> str:
    """Return the cells an hour by the number of workers, and how many times one worker's."""
    first = rates[0][1] / rates[0][0]
    lines = ["| workers | cells an hour | times one worker's |", "|---:|---:|---:|"]
    lines += [f"| {workers} | {rate:,.0f} | {rate / first:.2f} |" for workers, rate in rates]
    return "\n".join(lines) + "\n"


def _measure(client: Any, workers: int, servers: list[str], cells: int) -> float:
    axes = axes_of({"server": servers, "voice": "en-us", "warm": False})
    plan = Plan(axes, choose_prompts([TEXT]), repeat=-(-cells // 2) * workers)
    with tempfile.TemporaryDirectory() as folder:
        file = RowFile(Path(folder) / "rows.jsonl", plan.key)
        asyncio.run(run_on(client.get_executor(), plan, file, at_once=workers))
    if failed := [row.error for row in file.rows if row.error]:
        raise RuntimeError(f"{len(failed)} cells failed: {failed[0]}")
    return cells_an_hour(file.rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweeps", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--cells", type=int, default=8, help="for each worker")
    parser.add_argument("--delay", type=float, default=5000, help="of the first sound (ms)")
    parser.add_argument("--rate", type=float, default=4, help="seconds of sound made per second")
    options = parser.parse_args(arguments)
    from distributed import Client, LocalCluster

    simulated = (f"--first-audio-delay={options.delay:g}", f"--generation-rate={options.rate:g}")
    before, rates = load(), []
    for workers in options.workers:
        allowed = f"--concurrency={workers}"
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
        )
        with (
            serving(*simulated, allowed) as first,
            serving(*simulated, allowed) as second,
            cluster,
            Client(cluster) as client,
        ):
            servers = [first.address, second.address]
            rates.append((workers, _measure(client, workers, servers, options.cells)))
    print(as_markdown(rates))
    print(f"{options.cells} cells a worker, two servers, {' '.join(simulated)}; ", end="")
    print(f"system load {before} before, {load()} after.")


if __name__ == "__main__":
    main()
