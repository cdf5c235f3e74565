"""Widgets that no page ever shows: a notebook that is run then stores nothing of them."""

from __future__ import annotations

from typing import Any

from comm.base_comm import BaseComm
from ipywidgets import Layout

__all__ = ["unseen"]


class _NoPage(BaseComm):
    """A widget's connection that leads nowhere."""

    def publish_msg(self, *_: Any, **__: Any) -> None:
        pass


def unseen() -> dict[str, Any]:
    """Return the traits of one widget, and of its layout, that opens nothing."""
    return {"comm": _NoPage(), "layout": Layout(comm=_NoPage())}
