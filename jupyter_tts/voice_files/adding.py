"""Adding a voice to the store: what it would be, for the question before, and then doing it."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit, urlunsplit

from ..wire.errors import VoiceFileError
from .catalogue import CatalogueVoice
from .fetching import Progress, check_url, fetch, fetch_bytes, size_at
from .piper import SETTINGS_LIMIT, check_model, parse_settings, read_settings, settings_beside
from .store import StoredVoice, VoiceStore, megabytes, sha256_of

__all__ = ["Addition", "add_voice", "plan_addition"]

_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")


@dataclass(frozen=True, slots=True)
class Addition:
    """A voice that is to be added.

    Attributes
    ----------
    name : str
    size : int or None
        Bytes of the model; None where a server does not say.
    licence : str
        "" where it is not known.
    url : str
        Where the model is fetched; "" for a file of this machine.
    path : Path or None
        The file of this machine.
    target : Path
        Where the model goes.
    sha256 : str
        "" where nothing is fetched.
    settings : bytes
        A Piper voice's settings, fetched; b"" where there are none or they lie beside the file.
    """

    name: str
    size: int | None
    licence: str
    url: str
    path: Path | None
    target: Path
    sha256: str = ""
    settings: bytes = b""

    @property
    def sentence(self) -> str:
        """What is about to happen, for the question before."""
        size = "of unknown size" if self.size is None else megabytes(self.size)
        licence = self.licence or "not stated, see the voice's model card"
        verb = "fetched from" if self.url else "copied from"
        return (
            f"The voice {self.name} ({size}; licence: {licence}) is {verb} "
            f"{self.url or self.path} to {self.target}."
        )


def plan_addition(
    store: VoiceStore, what: str, *, sha256: str | None = None, name: str | None = None
) -> Addition:
    """Find out what would be added.

    Parameters
    ----------
    store : VoiceStore
    what : str
        The name of a voice that can be fetched, a path, or a URL.
    sha256 : str, optional
        Of the model; needed for a URL.
    name : str, optional
        What the voice is to be called; by default as its file.

    Raises
    ------
    VoiceFileError
    """
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise VoiceFileError(
            f"A SHA-256 has 64 hexadecimal digits, not {sha256!r}.",
            hint="Take it from where the voice is published.",
        )
    if "://" in what:
        return _from_url(store, what, sha256, name)
    path = _path(what)
    known = store.known.get(what.lower())
    if known is not None and not os.path.isfile(path):
        return _from_catalogue(store, known, name)
    if os.path.dirname(what) or what.endswith(".onnx") or os.path.exists(path):
        return _from_path(store, path, sha256, name)
    raise _unknown(store, what)


def add_voice(
    store: VoiceStore, addition: Addition, progress: Progress = lambda received, total: None
) -> StoredVoice:
    """Add a voice.

    Parameters
    ----------
    store : VoiceStore
    addition : Addition
    progress : callable, optional
        Called as bytes come.

    Raises
    ------
    VoiceFileError
    """
    if addition.path is not None:
        return store.add_file(addition.path, addition.name, licence=addition.licence)
    store.make_room(addition.size or 0)
    part = addition.target.with_name(f"{addition.target.name}.part")
    try:
        fetch(addition.url, part, sha256=addition.sha256, size=addition.size, progress=progress)
    except VoiceFileError as failure:
        if failure.hint:
            raise
        raise VoiceFileError(
            failure.message,
            hint=f"Or take it from another machine: {addition.url} as {addition.target}"
            + (", and its .json beside it." if addition.settings else "."),
        ) from None
    return store.place(
        part, addition.name, addition.settings, licence=addition.licence, source=addition.url
    )


def _from_catalogue(store: VoiceStore, voice: CatalogueVoice, name: str | None) -> Addition:
    if voice.is_bundled:
        raise VoiceFileError(
            f"The voice {voice.name} comes with its package, so there is nothing to add."
        )
    if name not in (None, voice.name):
        raise VoiceFileError(f"The voice {voice.name} keeps its name.", hint="Leave --name out.")
    if store.find(voice.name) is not None:
        raise VoiceFileError(
            f"The voice {voice.name} is here already: {store.path_of(voice.name)}."
        )
    return Addition(
        voice.name,
        voice.size,
        voice.licence,
        voice.url,
        None,
        store.path_of(voice.name),
        voice.sha256,
    )


def _from_path(store: VoiceStore, path: Path, sha256: str | None, name: str | None) -> Addition:
    if os.path.isdir(path):
        raise VoiceFileError(f"{path} is a folder.", hint="Name the .onnx file in it.")
    if not os.path.isfile(path):
        raise VoiceFileError(f"There is no file {path}.")
    check_model(path)
    if sha256 is not None and sha256_of(path) != sha256.lower():
        raise VoiceFileError(f"{path} has another SHA-256, so it was not added.")
    known = store.known_file(path)
    if known is not None:
        addition = _from_catalogue(store, known, name)
        return replace(addition, url="", path=path, sha256="")
    read_settings(settings_beside(path))
    name = name or path.name.removesuffix(".onnx")
    store.check_name(name)
    return Addition(name, path.stat().st_size, _licence(path), "", path, store.path_of(name))


def _from_url(store: VoiceStore, url: str, sha256: str | None, name: str | None) -> Addition:
    check_url(url)
    if sha256 is None:
        raise VoiceFileError(
            "Of a URL the SHA-256 is needed, too: --sha256 HEX.",
            hint="It stands where the voice is published. A file of this machine needs none.",
        )
    parts = urlsplit(url)
    if name is None:
        name = PurePosixPath(unquote(parts.path)).name.removesuffix(".onnx")
    store.check_name(name)
    if name.lower() in store.known:
        raise VoiceFileError(
            f"{name} is the name of a voice that can be fetched.",
            hint="Take another name with --name.",
        )
    beside = urlunsplit(parts._replace(path=f"{parts.path}.json"))
    settings = fetch_bytes(beside, SETTINGS_LIMIT)
    parse_settings(settings, beside)
    return Addition(
        name, size_at(url), "", url, None, store.path_of(name), sha256.lower(), settings
    )


def _path(what: str) -> Path:
    # Not Path.expanduser, which fails for an unknown user. Path's own questions fail for odd names.
    try:
        return Path(os.path.expanduser(what))
    except ValueError:  # half a UTF-16 pair
        return Path(what)


def _licence(model: Path) -> str:
    """Return the licence in the model card that Piper's voices have beside them."""
    if len(list(model.parent.glob("*.onnx"))) > 1:
        return ""  # whose card would it be?
    try:
        card = model.with_name("MODEL_CARD").read_text("utf-8")[:20_000]
    except (OSError, ValueError):
        return ""
    match = re.search(r"^\W*licen[cs]e:\s*(.{1,200}?)\s*$", card, re.IGNORECASE | re.MULTILINE)
    return match[1] if match else ""


def _unknown(store: VoiceStore, what: str) -> VoiceFileError:
    fetchable = [voice.name for voice in store.known.values() if not voice.is_bundled]
    if not fetchable:
        return VoiceFileError(
            f"The voice {what!r} cannot be fetched by name: hibari-tts is not installed.",
            hint='Install it with: python -m pip install "jupyter_tts[natural]".',
        )
    near = difflib.get_close_matches(what.lower(), fetchable, n=3) or fetchable
    return VoiceFileError(
        f"There is no voice {what!r} that can be fetched by name.",
        hint=f"Try {' or '.join(near)}, or add a Piper voice by its path, or by its URL and "
        "--sha256.",
    )
