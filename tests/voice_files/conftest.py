"""A folder of voices, a server of files, and files that look like voices."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from jupyter_tts.voice_files.catalogue import CatalogueVoice
from jupyter_tts.voice_files.store import VoiceStore

from .file_server import FileServer, serving


@pytest.fixture(scope="session")
def heart() -> bytes:
    """The model that hibari's package brings along."""
    spec = find_spec("hibari")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "assets" / "hibari.onnx").read_bytes()


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    with serving() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path, file_server: FileServer, heart: bytes) -> VoiceStore:
    """A store that knows one voice to fetch, a copy of the bundled one, from the server."""
    file_server.files["/emma.onnx"] = heart
    sha256 = hashlib.sha256(heart).hexdigest()
    emma = CatalogueVoice(
        "emma",
        "en-gb",
        "female",
        len(heart),
        sha256,
        "Apache-2.0",
        f"{file_server.address}/emma.onnx",
    )
    bundled = CatalogueVoice("heart", "en-us", "female", 3, "0" * 64, "Apache-2.0", "")
    return VoiceStore(tmp_path / "voices", {"emma": emma, "heart": bundled})
