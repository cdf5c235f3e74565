"""The measurements of a sweep as tables, and its results as a page."""

from __future__ import annotations

import csv
import dataclasses
import importlib.util
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...client.speech.saving import check_folder, named_path
from ...client.sweep.plan import Plan
from ...client.sweep.rows import Row
from ...wire.errors import TTSError, UnsupportedFormat

if TYPE_CHECKING:
    import pandas

__all__ = ["FILES", "as_frame", "check_path", "table_bytes"]

FILES: Final = (".csv", ".parquet", ".html")
"""What a sweep can be saved as."""

# Fields that are no column: the condition's values and the scores are columns of their own.
_NO_COLUMNS: Final = frozenset({"condition", "arrivals", "cell", "scores"})
_FIELDS: Final = [one.name for one in dataclasses.fields(Row) if one.name not in _NO_COLUMNS]


def check_path(path: str | os.PathLike[str]) -> Path:
    """Return where a sweep is to be saved.

    Raises
    ------
    UnsupportedFormat
        For another kind of file.
    ParameterError
        If no file can have the name, or its folder does not exist.
    TTSError
        For a kind that needs a package which is missing.
    """
    target = named_path(path)
    if target.suffix.lower() not in FILES:
        raise UnsupportedFormat(
            f"A sweep cannot be saved as {target.suffix or target.name!r}.",
            hint=f"Use {', '.join(FILES[:-1])} or {FILES[-1]}.",
        )
    check_folder(target)
    if target.suffix.lower() == ".parquet":
        _need("pandas", "A table")
        _need("pyarrow", "A .parquet file")
    return target


def as_frame(plan: Plan, rows: Sequence[Row]) -> pandas.DataFrame:
    """Return rows of a plan as a table.

    Raises
    ------
    TTSError
        Without pandas.
    """
    _need("pandas", "A table")
    import pandas as pd

    return pd.DataFrame(_records(rows), columns=_columns(plan, rows))


def table_bytes(plan: Plan, rows: Sequence[Row], suffix: str) -> bytes:
    """Return rows of a plan as a .csv or a .parquet file.

    Raises
    ------
    TTSError
        Without pandas and pyarrow, for the latter.
    """
    if suffix == ".parquet":
        parquet: bytes = as_frame(plan, rows).to_parquet(index=False)
        return parquet
    table = io.StringIO()
    writer = csv.DictWriter(table, _columns(plan, rows))
    writer.writeheader()
    writer.writerows(_records(rows))
    return table.getvalue().encode()


def _columns(plan: Plan, rows: Sequence[Row]) -> list[str]:
    """Return what the columns are called, also where there are no rows."""
    scores = dict.fromkeys(name for row in rows for name in row.scores)
    return [*(axis.name for axis in plan.axes), *_FIELDS, *scores]


def _records(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {
            **{name: _plain(value) for name, value in row.condition.items()},
            **{name: getattr(row, name) for name in _FIELDS},
            **row.scores,
        }
        for row in rows
    ]


def _plain(value: Any) -> Any:
    """Return a value of an axis as every file of tables has it: several of them as one text."""
    return " ".join(map(str, value)) if isinstance(value, tuple) else value


def _need(package: str, what: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise TTSError(
            f"{what} needs {package}, which is not installed.",
            hint=f'Install it with: pip install {package}, or save("results.csv").',
        )
