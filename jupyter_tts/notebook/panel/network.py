"""The simulated network of the embedded voice, where its user sees and sets it.

The conditions belong to this kernel's embedded voice: every panel and every cell shares them.
"""

from __future__ import annotations

import argparse
from typing import Any

from ...wire.condition_options import read_statuses
from ...wire.conditions import Conditions
from ...wire.errors import ParameterError
from ..servers.embedded import EmbeddedServer
from .widgets import Controls

__all__ = ["NetworkSection"]


class NetworkSection:
    """Keeps a panel's Network section and the embedded voice's conditions in step.

    Parameters
    ----------
    controls : Controls
    server : EmbeddedServer
    """

    def __init__(self, controls: Controls, server: EmbeddedServer) -> None:
        self._controls = controls
        self._server = server
        self._show()
        controls.observe(self._on_page, "conditions")
        self._server.observe(self._show, "conditions")

    def close(self) -> None:
        """Stop following the embedded voice and the page."""
        self._server.unobserve(self._show, "conditions")
        self._controls.unobserve(self._on_page, "conditions")

    def _show(self, _: object = None) -> None:
        with self._controls.hold_sync():
            self._controls.conditions = _changed_values(self._server.conditions)
            self._controls.simulated = self._server.conditions.summary

    def _on_page(self, change: Any) -> None:
        try:
            self._server.conditions = _conditions_of(change["new"])
        except ParameterError as error:
            self._controls.error = str(error)
            return
        self._controls.error = ""


def _changed_values(conditions: Conditions) -> dict[str, Any]:
    """Return what differs from the defaults, as the page has it: statuses as ``503:0.5``."""
    without = Conditions().plain
    changed = {name: value for name, value in conditions.plain.items() if value != without[name]}
    if conditions.status:
        changed["status"] = [f"{code}:{often:g}" for code, often in conditions.status.items()]
    return changed


def _conditions_of(values: dict[str, Any]) -> Conditions:
    """Return what the page has set, as conditions.

    Raises
    ------
    ParameterError
        If they cannot be.
    """
    plain = {name: value for name, value in values.items() if value is not None}
    try:
        plain["status"] = read_statuses(plain.get("status", []))
    except argparse.ArgumentTypeError as fault:
        raise ParameterError([f"status: {fault}"], hint="") from None
    return Conditions.of(plain)
