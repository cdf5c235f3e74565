"""What is wrong with the rows of a table, told at once, and alike faults together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from ....wire.errors import ParameterError

__all__ = ["RowFaults"]

_MOST_FAULTS: Final = 10  # that are told; of more, their number
_MOST_ROWS: Final = 5  # that are named in one

_UNSENT: Final = "Nothing was sent."


class RowFaults:
    """Collects faults."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[int]] = defaultdict(list)
        self._names: dict[int, str] = {}
        self._others: list[str] = []
        self._hints: dict[str, None] = {}

    def add(
        self, rows: Sequence[int], clauses: Iterable[str], *, name: str = "", hint: str = ""
    ) -> None:
        """Note what is wrong with rows.

        Parameters
        ----------
        rows : sequence of int
            Their numbers.
        clauses : iterable of str
        name : str, optional
            What the user calls the row, if it is one.
        hint : str, optional
        """
        if name:
            self._names[rows[0]] = name
        for clause in clauses:
            self._rows[clause] += rows
        if hint:
            self._hints[hint] = None

    def add_other(self, clause: str) -> None:
        """Note what is wrong between rows."""
        self._others.append(clause)

    def check(self) -> None:
        """Raise what there is.

        Raises
        ------
        ParameterError
            With the first ten faults.
        """
        faults = [f"{self._called(rows)}: {clause}" for clause, rows in self._rows.items()]
        faults += self._others
        if not faults:
            return
        more = len(faults) - _MOST_FAULTS
        told = [*faults[:_MOST_FAULTS], *([f"and {more:,} more"] if more > 0 else [])]
        raise ParameterError(told, hint=" ".join([*self._hints, _UNSENT]))

    def _called(self, rows: Sequence[int]) -> str:
        """Return rows in words: ``"row 3 (id 'mars')"``, ``"rows 1, 2, 3, 4, 5 and 7 more"``."""
        if len(rows) == 1:
            name = self._names.get(rows[0])
            return f"row {rows[0]} (id {name})" if name else f"row {rows[0]}"
        numbers = [f"{row:,}" for row in rows[:_MOST_ROWS]]
        more = len(rows) - _MOST_ROWS
        if more > 0:
            return f"rows {', '.join(numbers)} and {more:,} more"
        return f"rows {', '.join(numbers[:-1])} and {numbers[-1]}"
