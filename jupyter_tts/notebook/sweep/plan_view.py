"""A plan as its user sees it: what it sends, costs and takes, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...client.speech.cost import Quota
from ...client.sweep.plan import Cell, Plan
from ...client.sweep.rows import Row
from ...client.sweep.verdicts.comparisons import Against
from .results import plan_bundle

__all__ = ["PlanView"]


class PlanView:
    """What a sweep is going to measure.

    Attributes
    ----------
    quota : Quota or None
        Of the account that pays, where one does and its server tells.
    """

    def __init__(
        self,
        plan: Plan,
        rows: Sequence[Row],
        quota: Quota | None,
        against: Against | None = None,
    ) -> None:
        self._plan = plan
        self._against = against
        self._rows = rows
        self.quota = quota

    @property
    def cells(self) -> list[Cell]:
        """The measurements, in their order."""
        return self._plan.cells

    @property
    def left(self) -> list[Cell]:
        """Those that are not made yet."""
        return self._plan.left(self._rows)

    @property
    def characters(self) -> int:
        """Characters that are sent for all of them, without the warm-up."""
        return self._plan.characters

    @property
    def minutes(self) -> float:
        """How long those take that are left."""
        return self._plan.seconds(self._rows) / 60

    def __repr__(self) -> str:
        return self._bundle["text/plain"]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self._bundle

    @property
    def _bundle(self) -> dict[str, str]:
        return plan_bundle(self._plan, self._rows, self.quota, self._against)
