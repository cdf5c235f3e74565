"""The rows that are narrated, however they are given, as fields by name."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any, Final

from ....wire.errors import ParameterError
from ....wire.parameters.schema import short_repr
from .faults import RowFaults

__all__ = ["ID", "TEXT", "Fields", "is_missing", "read_table"]

TEXT: Final = "text"
"""The field of a row that is only a text."""

ID: Final = "id"
"""The field that names a row: its number, from 1, where it has none."""

Fields = Mapping[str, Any]

# How libraries of tables give their rows as dicts: polars, pyarrow.
_AS_DICTS: Final = ("to_dicts", "to_pylist")
_WANTED: Final = "rows must be texts, dicts or a DataFrame"


def read_table(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the fields of each row.

    Parameters
    ----------
    rows : iterable
        Texts, or what has fields by name: dicts, named tuples; or a DataFrame. A generator is read
        to its end.

    Raises
    ------
    ParameterError
        If there are none, or what is no row is among them.
    """
    read: list[dict[str, Any]] = []
    faults = RowFaults()
    for number, row in enumerate(_rows(rows), start=1):
        fields = _fields(row)
        if fields is None:
            faults.add([number], [f"it must be a text or a dict, not {short_repr(row)}"])
            continue
        fields.setdefault(ID, number)
        read.append(fields)
    faults.check()
    if not read:
        raise ParameterError(["there are no rows"])
    return read


def is_missing(value: Any) -> bool:
    """Whether a table has no value here: None, or what pandas and numpy have in its place."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value  # NaN


def _rows(rows: Any) -> Iterable[Any]:
    for name in _AS_DICTS:
        if callable(give := getattr(rows, name, None)):
            return give()  # type: ignore[no-any-return]  # a list of dicts
    if hasattr(rows, "columns") and callable(give := getattr(rows, "to_dict", None)):
        return give("records")  # type: ignore[no-any-return]  # pandas
    if isinstance(rows, AsyncIterable):
        raise ParameterError([f"{_WANTED}; an async iterable has to be read first"])
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        raise ParameterError([f"{_WANTED}, not {short_repr(rows)}"])
    return rows


def _fields(row: Any) -> dict[str, Any] | None:
    if isinstance(row, str):
        return {TEXT: row}
    if callable(give := getattr(row, "_asdict", None)):
        row = give()  # a named tuple
    if not hasattr(row, "keys"):
        return None
    return {str(name): _plain(row[name]) for name in row.keys()}  # noqa: SIM118  # of a sqlite3.Row, too


def _plain(value: Any) -> Any:
    """Return a value as Python's own: a number of numpy's, say."""
    if type(value).__module__ == "numpy" and callable(item := getattr(value, "item", None)):
        return item()
    return value
