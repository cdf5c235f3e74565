"""From rows to what is to be made of each: a text, a request, and files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ....wire.errors import ParameterError
from ....wire.parameters import PARAMETERS, Kind, Parameter
from ....wire.parameters.schema import short_repr
from ....wire.request import SpeechRequest
from ...cache import cache_key
from ...reading.reading import Reading, reading_of
from ...speech.saving import SUBTITLES
from ...streaming.tag_removal import only_tags
from ...streaming.text_sources import MAX_TEXT, whole_text
from .faults import RowFaults
from .file_names import FileTemplate, same_file
from .table import ID, TEXT, Fields, is_missing, read_table
from .templates import Template, read_template

__all__ = ["Item", "Layout", "MakeRequest", "read_aloud", "read_items", "read_layout"]

MakeRequest = Callable[[Mapping[str, Any]], SpeechRequest]
"""Makes the request of parameters by keyword name."""

_BY_NAME: Final = {declared.name: declared for declared in PARAMETERS}
_COLUMNS: Final = "A field with the name of a parameter is one, unless columns=[…] says which are."
_NOT_TEXT: Final = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.SWITCH, Kind.INTEGERS, Kind.TEXTS})


@dataclass(frozen=True)
class Layout:
    """How the rows of a table are read, and where they go.

    Attributes
    ----------
    text : Template or str
        The text of a row: a template, or the name of its field.
    files : sequence of FileTemplate
        At least one.
    columns : frozenset of str or None
        The fields that are parameters of their row; None for all that have the name of one.
    parameters : mapping
        Of every row, where it has none of its own.
    make_request : callable
    """

    text: Template | str
    files: Sequence[FileTemplate]
    columns: frozenset[str] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    make_request: MakeRequest = lambda parameters: SpeechRequest(**parameters)

    @property
    def folder(self) -> Path:
        """Where the files are, and what is known of them."""
        return self.files[0].folder


@dataclass(frozen=True, slots=True)
class Item:
    """What is to be made of one row.

    Attributes
    ----------
    row : int
        Its number, from 1.
    id : str
        What its user calls it.
    text : str
    request : SpeechRequest
        With its server as the user names it.
    files : tuple of path
    characters : int
        That are spoken.
    key : str
        The same for the same text, parameters and kinds of files, and for no other.
    """

    row: int
    id: str
    text: str
    request: SpeechRequest
    files: tuple[Path, ...]
    characters: int
    key: str

    @property
    def reading(self) -> Reading:
        """How its text is read, which has it whole."""
        return read_aloud(self.request, self.text)


def read_layout(
    to: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    text: str = TEXT,
    subtitles: str | Iterable[str] | None = None,
    columns: Iterable[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    make_request: MakeRequest | None = None,
) -> Layout:
    """Return how rows are read, checked before any of them is.

    Parameters
    ----------
    to : path, or iterable of path
        Templates of files.
    text : str, optional
        The name of a field, or with braces in it a template.
    subtitles : "srt", "vtt", or iterable of them, optional
        Files beside the first one.
    columns : iterable of str, optional
        Which fields are parameters.
    parameters : mapping, optional
    make_request : callable, optional

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    faults: list[str] = []
    files = _read_files(to, subtitles, faults)
    spoken: Template | str = text
    try:
        if not isinstance(text, str) or not text:
            raise ValueError(f"must be the name of a field, or a template, not {short_repr(text)}")
        spoken = read_template(text) if "{" in text else text
    except ValueError as fault:
        faults.append(f"text: {fault}")
    chosen = None if columns is None else frozenset(map(str, _listed(columns)))
    for name in sorted(chosen or ()):
        if name not in _BY_NAME:
            faults.append(f"columns: {name!r} is no parameter")
    if faults:
        raise ParameterError(faults)
    given = dict(parameters or {})
    made = {} if make_request is None else {"make_request": make_request}
    return Layout(spoken, tuple(files), chosen, given, **made)


def read_items(rows: Iterable[Any], layout: Layout) -> list[Item]:
    """Return what is to be made of every row.

    Raises
    ------
    ParameterError
        With the faults of all rows, the first ten of them told; alike ones are told together.
    """
    items: list[Item] = []
    faults = RowFaults()
    taken: dict[str, int] = {}
    requests: dict[Any, SpeechRequest] = {}
    for number, fields in enumerate(read_table(rows), start=1):
        try:
            item = _item(number, fields, layout, requests)
        except ParameterError as fault:
            name = "" if fields[ID] == number else short_repr(fields[ID])
            faults.add([number], fault.faults, name=name, hint=fault.hint)
            continue
        for path in item.files:
            first = taken.setdefault(same_file(path), number)
            if first != number:
                clash = f"rows {first:,} and {number:,} would both be written to {path.name!r}"
                faults.add_other(clash)
        items.append(item)
    faults.check()
    return items


def _read_files(to: Any, subtitles: Any, faults: list[str]) -> list[FileTemplate]:
    """Return the templates of the files of a row, and note what is wrong with them."""
    files: list[FileTemplate] = []
    paths = [to] if isinstance(to, str | os.PathLike) or not isinstance(to, Iterable) else [*to]
    for path in paths:
        try:
            files.append(FileTemplate.read(path))
        except ValueError as fault:
            faults.append(f"to: {fault}")
    if not paths:
        faults.append("to names no file")
    for kind in _listed(subtitles):
        if f".{kind}" not in SUBTITLES:
            faults.append(f"subtitles must be 'srt' or 'vtt', not {short_repr(kind)}")
        elif files:
            files.append(files[0].beside(f".{kind}"))
    if len({same_file(Path(one.written)) for one in files}) < len(files):
        faults.append("a row would have the same file twice")
    return files


def _item(number: int, fields: Fields, layout: Layout, requests: dict[Any, SpeechRequest]) -> Item:
    """Return what is to be made of a row.

    Raises
    ------
    ParameterError
        With every fault of the row.
    """
    faults: list[str] = []
    hint = ""
    text, request = "", None
    files: tuple[Path, ...] = ()
    try:
        text = _text(fields, layout.text)
    except (ValueError, ParameterError) as fault:
        faults += getattr(fault, "faults", [str(fault)])
    try:
        files = tuple(template.path(fields) for template in layout.files)
    except ValueError as fault:
        faults.append(str(fault))
    try:
        request = _request(fields, layout, requests)
    except ParameterError as fault:
        faults += fault.faults
        hint = fault.hint
    reading = None if request is None or not text else read_aloud(request, text)
    if reading is not None and request is not None:
        faults += _unspoken(reading, request)
    if faults or request is None or reading is None:
        raise ParameterError(faults, hint=hint)
    return Item(
        row=number,
        id=str(fields[ID]),
        text=text,
        request=request,
        files=files,
        characters=reading.length,
        key=_key(request, reading, files),
    )


def _text(fields: Fields, wanted: Template | str) -> str:
    """Return what a row is to say."""
    if isinstance(wanted, Template):
        text: Any = wanted.fill(fields)
    elif wanted not in fields:
        raise ValueError(f"there is no field {wanted!r} with its text")
    elif is_missing(text := fields[wanted]):
        text = ""
    if not isinstance(text, str):
        raise ValueError(f"its text must be a str, not {short_repr(text)}")
    if not text.strip():
        raise ValueError("its text is empty")
    return str(whole_text(text))


def _request(fields: Fields, layout: Layout, requests: dict[Any, SpeechRequest]) -> SpeechRequest:
    """Return the request of a row; one is made for all that have the same parameters."""
    own: dict[str, Any] = {}
    faults: list[str] = []
    for name, value in fields.items():
        declared = _BY_NAME.get(name)
        chosen = layout.columns is None or name in layout.columns
        if declared is None or not chosen or name == layout.text or _is_blank(value):
            continue
        try:
            own[name] = _parameter(declared, value)
        except ValueError as fault:
            faults.append(f"{name} {fault}")
    if faults:
        raise ParameterError(faults, hint="" if layout.columns is not None else _COLUMNS)
    shared = tuple(sorted(own.items()))
    try:
        if shared not in requests:
            requests[shared] = layout.make_request({**layout.parameters, **own})
        return requests[shared]
    except ParameterError as refused:
        raise ParameterError(refused.faults, hint="") from None


def _parameter(declared: Parameter, value: Any) -> Any:
    """Return a cell of a table as a parameter: a file of text has no types of its own."""
    if isinstance(value, str):
        return declared.parse(value) if declared.kind in _NOT_TEXT else declared.check(value)
    if declared.kind is Kind.INTEGER and isinstance(value, float) and value.is_integer():
        value = int(value)  # a column of pandas with holes is of floats
    return declared.check(value)


def _is_blank(value: Any) -> bool:
    return is_missing(value) or (isinstance(value, str) and not value.strip())


def read_aloud(request: SpeechRequest, text: str) -> Reading:
    """Return how a request has a text read, with all of it."""
    reading = reading_of(request)
    reading.feed(text, ended=True)
    return reading


def _unspoken(reading: Reading, request: SpeechRequest) -> list[str]:
    """Return why a text cannot be spoken, nothing if it can."""
    if not reading.spoken.strip():
        left_out = f": {', '.join(reading.left_out)} left out" if reading.left_out else ""
        return [f"nothing of its text is to be spoken{left_out}"]
    if fault := only_tags(reading.spoken, request):
        return [fault]
    if reading.length > MAX_TEXT:
        return [f"its text has {reading.length:,} characters, and {MAX_TEXT:,} are the most"]
    return []


def _key(request: SpeechRequest, reading: Reading, files: Sequence[Path]) -> str:
    """Return what tells a row that is to be made again from one that is made."""
    sound = cache_key(request, reading.spoken)
    whole = "\0".join([sound, reading.original, *(path.suffix for path in files)])
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    return [given] if isinstance(given, str) or not isinstance(given, Iterable) else [*given]
