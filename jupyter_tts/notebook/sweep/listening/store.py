"""Where a listener's answers are kept, and read again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ....audio.files import write_file
from ....client.sweep.listening.answers import FORMAT, Sheet, read_sheet
from ....client.sweep.listening.design import Design, refused
from ....voice_files.user_folders import data_folder, expanded, is_writable, temporary_folder
from ....wire.errors import ParameterError, TTSError
from ....wire.foreign_json import read_json
from ....wire.parameters.schema import short_repr

__all__ = [
    "MIME_TYPE",
    "checked_path",
    "default_path",
    "earlier_note",
    "open_sheet",
    "read_sheets",
    "write_sheet",
]

MIME_TYPE: Final = "application/vnd.jupyter_tts.listening+json"
"""Under which an output in a notebook's file carries the answers."""

FilePath = str | os.PathLike[str]


def default_path(design: Design, listener: str) -> Path:
    """Return where the answers are kept that have no file of their own."""
    return _folder() / f"{_begin(design, listener)}{design.key}.json"


def earlier_note(design: Design, listener: str) -> str:
    """Return a sentence on answers to other sounds of the same comparison, "" if there are none.

    What is spoken again is another sound, unless it comes from the cache or has a seed.
    """
    others = _folder().glob(f"{_begin(design, listener)}*.json")
    files = [path for path in others if path.name != default_path(design, listener).name]
    if not files:
        return ""
    return (
        "There are answers to this comparison with other sounds. To go on with them, have the same "
        "sounds again: with a seed=, from the cache, or saved."
    )


def _folder() -> Path:
    try:
        folder = data_folder() / "listening"
    except OSError:  # no home
        return temporary_folder("listening")
    return folder if is_writable(folder) else temporary_folder("listening")


def _begin(design: Design, listener: str) -> str:
    return f"{design.outline}-{hashlib.sha256(listener.encode()).hexdigest()[:8]}-"


def open_sheet(path: Path, design: Design, listener: str) -> Sheet:
    """Return the answers that a file has, none if there is no such file.

    Raises
    ------
    ParameterError
        If they are of another comparison or listener, or no answers.
    TTSError
        If the file cannot be read.
    """
    if not _is_there(path):
        return Sheet(design, listener)
    sheet = _read(path, design)
    if sheet.listener != listener:
        raise refused(
            f"{path.name} has the answers of {sheet.listener}, not of {listener}",
            hint="Name another file, or the listener.",
        )
    return sheet


def write_sheet(path: Path, sheet: Sheet) -> None:
    """Write the answers to a file, whole or not at all.

    Raises
    ------
    TTSError
        If it cannot be written.
    """
    try:
        if path.parent == _folder():
            path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, sheet.as_json().encode())
    except OSError as fault:
        raise TTSError(f"{path} cannot be written: {fault.strerror or fault}.") from None


def checked_path(path: Any) -> Path:
    """Return the path of a file in a folder that exists.

    Raises
    ------
    ParameterError
        If it is none.
    """
    if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str):
        raise refused(f"file must be a path, not {short_repr(path)}")
    if not os.fspath(path).isprintable():
        raise refused(f"{os.fspath(path)!r} is no name of a file")
    file = expanded(path)
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        if not file.parent.is_dir():
            raise refused(f"the folder {file.parent} does not exist") from None
    except OSError as fault:  # too long a name, or a folder that may not be read
        raise refused(f"{file} cannot be a file: {fault.strerror or fault}") from None
    if file.is_dir():
        raise refused(f"{file} is a folder")
    return file


def read_sheets(path: FilePath, design: Design) -> list[Sheet]:
    """Return the finished answers that a file has: an export, or a notebook with its outputs.

    Raises
    ------
    ParameterError
        If it has none, or those of another comparison.
    TTSError
        If it cannot be read.
    """
    file = checked_path(path)
    if file.suffix != ".ipynb":
        return [_finished(_read(file, design), file.name)]
    try:
        found = [*_in_notebook(read_json(_text(file)))]
    except ValueError:
        raise refused(f"{file.name}: it is no JSON, or was cut off") from None
    own = [data for data in found if data.get("comparison") == design.key]
    if not own:
        raise refused(
            f"{file.name} has no answers of this comparison, but of other comparisons"
            if found
            else f"{file.name} has no answers of a comparison"
        )
    sheets = {sheet.listener: sheet for sheet in (_of(data, design, file.name) for data in own)}
    return [_finished(sheet, file.name) for sheet in sheets.values()]


def _in_notebook(content: Any) -> Iterator[dict[str, Any]]:
    """Yield the answers in a notebook's outputs."""
    try:
        outputs = [out for cell in content["cells"] for out in cell.get("outputs", ())]
        found = [output.get("data", {}).get(MIME_TYPE) for output in outputs]
    except (KeyError, TypeError, AttributeError):
        return
    yield from (data for data in found if isinstance(data, dict) and data.get("format") == FORMAT)


def _read(path: Path, design: Design) -> Sheet:
    text = _text(path)
    try:
        return read_sheet(text, design)
    except ParameterError as fault:
        raise _named(path.name, fault) from None


def _of(data: Any, design: Design, name: str) -> Sheet:
    try:
        return Sheet.from_data(data, design)
    except ParameterError as fault:
        raise _named(name, fault) from None


def _named(name: str, fault: ParameterError) -> ParameterError:
    return refused(*(f"{name}: {one}" for one in fault.faults), hint=fault.hint)


def _finished(sheet: Sheet, name: str) -> Sheet:
    if not sheet.finished:
        raise refused(
            f"{name}: {sheet.listener} has answered {len(sheet.answers)} of {len(sheet.trials)} "
            "trials, and has not finished",
            hint="Who stops early would spoil the result: how many answers there are is to be "
            "settled before.",
        )
    return sheet


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as fault:  # in a folder that may not be read
        raise TTSError(f"{path} cannot be read: {fault.strerror or fault}.") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors put a mark in front
    except UnicodeDecodeError:
        raise refused(f"{path.name} is no text") from None
    except OSError as fault:
        raise TTSError(f"{path} cannot be read: {fault.strerror or fault}.") from None
