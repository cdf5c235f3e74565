"""This process as a worker, where an executor's workers are its threads."""

from __future__ import annotations

from ...client.sweep.workers.worker import end_worker
from ...client.threads import in_thread
from ..runtime.session import Session

__all__ = ["end_with"]


def end_with(session: Session) -> None:
    """Have what such a worker starts, an embedded server of its own, end with the session."""
    session.part(_register)


def _register(session: Session) -> None:
    async def end() -> None:
        await in_thread(end_worker)

    session.on_close(end)
