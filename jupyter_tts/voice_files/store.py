"""The folder of voice files on this machine.

A Piper voice is ``NAME.onnx``, ``NAME.onnx.json`` and, where they are known, its licence and
source in ``NAME.about.json``; a voice of hibari's is ``NAME.onnx`` alone. Files put there by hand
count as well.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ..wire.errors import VoiceFileError
from ..wire.foreign_json import read_json
from .catalogue import CatalogueVoice, catalogue
from .piper import check_model, read_settings, settings_beside
from .user_folders import data_folder, expanded

__all__ = ["FOLDER_VARIABLE", "StoredVoice", "VoiceStore", "megabytes"]

FOLDER_VARIABLE = "JUPYTER_TTS_VOICES"

# In place of a folder, where there is none: nothing is there, and nothing can be put there.
_NO_FOLDER = Path(os.devnull) / "voices"
MARGIN = 20_000_000  # bytes that stay free on the disk

# An id is one segment of a URL's path, and a file's name on every system.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_+-]+)*")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class StoredVoice:
    """A voice whose files are on this machine.

    Attributes
    ----------
    name : str
        Its id, too.
    engine : {"piper", "hibari"}
    model : Path
        The ``.onnx`` file.
    settings : Path or None
        Piper's ``.onnx.json`` file; None for hibari's.
    size : int
        Bytes of the model.
    language : str
        A language tag in lower case.
    gender : str
        ``"male"`` or ``"female"``, "" where nothing states it: Piper's settings do not.
    licence : str
        "" where it is not known.
    source : str
        A URL or a path; "" where it is not known.
    """

    name: str
    engine: Literal["piper", "hibari"]
    model: Path
    settings: Path | None
    size: int
    language: str
    gender: str
    licence: str
    source: str


class VoiceStore:
    """Voice files in a folder.

    Parameters
    ----------
    folder : Path, optional
        By default the one that ``JUPYTER_TTS_VOICES`` names, else the user's own.
    known : mapping, optional
        The voices with a known file, by name; `catalogue` by default.
    """

    def __init__(
        self, folder: Path | None = None, known: Mapping[str, CatalogueVoice] | None = None
    ) -> None:
        self.folder = folder or _default_folder()
        self._known = known

    @property
    def known(self) -> Mapping[str, CatalogueVoice]:
        """The voices with a known file, by name."""
        return catalogue() if self._known is None else self._known

    def installed(self) -> tuple[StoredVoice, ...]:
        """Return the voices that are there, by name; files that are none are passed over."""
        try:
            names = sorted(path.stem for path in self.folder.glob("*.onnx"))
        except OSError:
            return ()
        return tuple(voice for name in names if (voice := self._read(name)) is not None)

    def find(self, name: str) -> StoredVoice | None:
        """Return a voice by its name, in upper or lower case; None if it is not there."""
        wanted = name.lower()
        return next((voice for voice in self.installed() if voice.name.lower() == wanted), None)

    def path_of(self, name: str) -> Path:
        """Return where the model of a voice lies, or would lie."""
        return self.folder / f"{name}.onnx"

    def check_name(self, name: str) -> None:
        """Make sure that a voice may have this name.

        Raises
        ------
        VoiceFileError
            If it may not, or another voice has it.
        """
        if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
            raise VoiceFileError(
                f"A voice cannot be named {name!r}: its name has letters, digits and - _ + .",
                hint="Name it with --name NAME.",
            )
        if self.find(name) is not None:
            raise VoiceFileError(
                f"There is a voice {name} already.",
                hint=f"Remove it with %tts_voices rm {name}, or take another --name.",
            )

    def add_file(
        self, path: Path, name: str | None = None, *, licence: str = "", source: str = ""
    ) -> StoredVoice:
        """Copy a voice into the folder.

        Parameters
        ----------
        path : Path
            A Piper voice's ``.onnx``, with its ``.onnx.json`` beside it; or one of hibari's.
        name : str, optional
            By default the file's, without ``.onnx``.
        licence : str, optional
        source : str, optional
            By default the path.

        Raises
        ------
        VoiceFileError
        """
        check_model(path)
        known = self.known_file(path)
        if known is not None:
            self.check_name(known.name)
            with self._writing():
                self._copy(path, self.path_of(known.name))
            return self._added(known.name)
        settings = settings_beside(path)
        read_settings(settings)
        name = name or path.name.removesuffix(".onnx")
        self.check_name(name)
        if name.lower() in self.known:
            raise VoiceFileError(
                f"{path} is not the voice {name.lower()}.", hint="Take another name with --name."
            )
        with self._writing():
            # The model last: with it the voice is there.
            self._copy(settings, settings_beside(self.path_of(name)))
            self._note_about(name, licence, source or str(path.resolve()))
            self._copy(path, self.path_of(name))
        return self._added(name)

    def place(
        self, part: Path, name: str, settings: bytes = b"", *, licence: str = "", source: str = ""
    ) -> StoredVoice:
        """Put a fetched model into its place.

        Parameters
        ----------
        part : Path
            The model, in the folder and already checked.
        name : str
        settings : bytes, optional
            Those of a Piper voice.
        licence, source : str, optional

        Raises
        ------
        VoiceFileError
            If it is not a model; it is removed then.
        """
        with self._writing():
            try:
                check_model(part)
            except VoiceFileError:
                part.unlink(missing_ok=True)
                raise
            if settings:
                settings_beside(self.path_of(name)).write_bytes(settings)
                self._note_about(name, licence, source)
            os.replace(part, self.path_of(name))
        return self._added(name)

    def remove(self, name: str) -> StoredVoice:
        """Delete a voice's files, and what has come of one that was broken off.

        Raises
        ------
        VoiceFileError
            If it is not there, or cannot be deleted.
        """
        voice = self.find(name)
        removed = self._remove_parts(name if voice is None else voice.name)
        if voice is None:
            raise VoiceFileError(
                f"There is no voice {name} here"
                + ("; what had come of it was removed." if removed else ".")
            )
        with self._writing():
            for path in (voice.model, settings_beside(voice.model), self._about(voice.name)):
                path.unlink(missing_ok=True)
        return voice

    def _remove_parts(self, name: str) -> bool:
        parts = list(self.folder.glob(f"{name}.onnx*.part*")) if _NAME.fullmatch(name) else []
        with self._writing():
            for path in parts:
                path.unlink(missing_ok=True)
        return bool(parts)

    def known_file(self, path: Path) -> CatalogueVoice | None:
        """Return which known voice a file is, by its content."""
        size = path.stat().st_size
        sized = [voice for voice in self.known.values() if voice.size == size]
        if not sized:
            return None
        sha256 = sha256_of(path)
        return next((voice for voice in sized if voice.sha256 == sha256), None)

    def make_room(self, size: int) -> None:
        """Make the folder, and see that the disk has room for a file.

        Parameters
        ----------
        size : int
            Bytes.

        Raises
        ------
        VoiceFileError
        """
        if self.folder == _NO_FOLDER:
            raise VoiceFileError(
                "There is no folder for voices: this user has no home folder.",
                hint=f"Set {FOLDER_VARIABLE} to a folder that you may write to.",
            )
        with self._writing():
            self.folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.folder).free - MARGIN
        if free < size:
            raise VoiceFileError(
                f"The voice needs {megabytes(size)}, and the disk of {self.folder} has "
                f"{megabytes(max(0, free))} free.",
                hint=f"Make room, or set {FOLDER_VARIABLE} to a folder on another disk.",
            )

    def _read(self, name: str) -> StoredVoice | None:
        model = self.path_of(name)
        settings = settings_beside(model)
        try:
            status = model.stat()
            known = self.known.get(name)
            if known is not None:
                sha256 = _sha256(str(model), status.st_size, status.st_mtime_ns)
                if sha256 != known.sha256:
                    return None
                return StoredVoice(
                    name,
                    "hibari",
                    model,
                    None,
                    known.size,
                    known.language,
                    known.gender,
                    known.licence,
                    known.url,
                )
            if not _NAME.fullmatch(name):
                return None
            language = read_settings(settings).language
        except (OSError, VoiceFileError):
            return None
        about = self._read_about(name)
        return StoredVoice(
            name,
            "piper",
            model,
            settings,
            status.st_size,
            language,
            "",
            about.get("licence", ""),
            about.get("source", ""),
        )

    def _about(self, name: str) -> Path:
        return self.folder / f"{name}.about.json"

    def _note_about(self, name: str, licence: str, source: str) -> None:
        about = {"licence": licence, "source": source}
        self._about(name).write_text(json.dumps(about), "utf-8")

    def _read_about(self, name: str) -> dict[str, str]:
        try:
            about = read_json(self._about(name).read_bytes())
        except (OSError, ValueError):
            return {}
        return {key: str(value) for key, value in about.items()} if isinstance(about, dict) else {}

    def _added(self, name: str) -> StoredVoice:
        voice = self._read(name)
        if voice is None:
            raise VoiceFileError(f"The voice {name} was changed while it was added.")
        return voice

    def _copy(self, source: Path, target: Path) -> None:
        """Copy a file so that it is there whole or not at all."""
        self.make_room(source.stat().st_size)
        beside = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            with source.open("rb") as reader, beside.open("wb") as writer:
                shutil.copyfileobj(reader, writer, 1 << 20)
                writer.flush()
                os.fsync(writer.fileno())
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Name in a sentence what the system refuses."""
        try:
            yield
        except OSError as failure:
            raise VoiceFileError(
                f"{failure.filename or self.folder} cannot be written: {failure.strerror}.",
                hint=f"Set {FOLDER_VARIABLE} to a folder that you may write to.",
            ) from None


def megabytes(size: int) -> str:
    """Return a number of bytes for people: ``7.9 MB``, ``63 MB``."""
    amount = size / 1e6
    return f"{amount:.1f} MB" if amount < 10 else f"{amount:,.0f} MB"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=64)
def _sha256(path: str, size: int, modified: int) -> str:
    """Return a file's SHA-256, counted once while its size and time stay."""
    return sha256_of(Path(path))


def _default_folder() -> Path:
    named = os.environ.get(FOLDER_VARIABLE, "")
    if named:
        return expanded(named)
    try:
        return data_folder() / "voices"
    except OSError:
        return _NO_FOLDER
