"""A voice by name, path or URL: the question before, and what is there afterwards."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from jupyter_tts.voice_files.adding import add_voice, plan_addition
from jupyter_tts.voice_files.store import VoiceStore
from jupyter_tts.wire.errors import VoiceFileError

from .file_server import FileServer
from .piper_files import MODEL, SETTINGS, write_piper

SHA256 = hashlib.sha256(MODEL).hexdigest()


@pytest.fixture
def url(file_server: FileServer) -> str:
    file_server.files["/a/de-x-low.onnx"] = MODEL
    file_server.files["/a/de-x-low.onnx.json"] = json.dumps(SETTINGS).encode()
    return f"{file_server.address}/a/de-x-low.onnx"


def test_a_voice_by_name(store: VoiceStore, file_server: FileServer, heart: bytes) -> None:
    plan = plan_addition(store, "Emma")
    target = store.folder / "emma.onnx"
    assert plan.sentence == (
        f"The voice emma (7.9 MB; licence: Apache-2.0) is fetched from "
        f"{file_server.address}/emma.onnx to {target}."
    )
    assert file_server.asked == []
    voice = add_voice(store, plan)
    assert store.installed() == (voice,)
    assert (voice.engine, voice.model.read_bytes()) == ("hibari", heart)
    assert list(store.folder.iterdir()) == [target]
    with pytest.raises(VoiceFileError, match="emma is here already"):
        plan_addition(store, "emma")


def test_it_goes_on_where_it_broke_off(store: VoiceStore, file_server: FileServer) -> None:
    file_server.stops = [2_000_000]
    with pytest.raises(VoiceFileError, match=r"after 2.0 MB of 7.9 MB. Ask again"):
        add_voice(store, plan_addition(store, "emma"))
    assert store.installed() == ()
    add_voice(store, plan_addition(store, "emma"))
    assert file_server.asked == [None, "bytes=2000000-"]


def test_offline_it_says_where_the_file_would_go(
    store: VoiceStore, file_server: FileServer
) -> None:
    file_server.statuses["/emma.onnx"] = 502
    url = f"{file_server.address}/emma.onnx"
    with pytest.raises(VoiceFileError) as caught:
        add_voice(store, plan_addition(store, "emma"))
    assert f"Or take it from another machine: {url} as {store.path_of('emma')}." in str(
        caught.value
    )


def test_a_voice_by_path_has_the_licence_of_its_card(store: VoiceStore, tmp_path: Path) -> None:
    model = write_piper(tmp_path / "mine")
    (model.parent / "MODEL_CARD").write_text("# Card\n\n## Dataset\n\n* License: CC0\n")
    plan = plan_addition(store, str(model), name="thorsten")
    assert plan.sentence == (
        f"The voice thorsten (0.0 MB; licence: CC0) is copied from {model} to "
        f"{store.folder / 'thorsten.onnx'}."
    )
    assert add_voice(store, plan).licence == "CC0"
    write_piper(model.parent, "other")
    assert "licence: not stated" in plan_addition(store, str(model)).sentence


def test_a_path_may_be_in_the_home_or_in_this_folder(
    store: VoiceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_piper(tmp_path / "mine", "own")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert plan_addition(store, "~/mine/own.onnx").name == "own"
    monkeypatch.chdir(tmp_path / "mine")
    assert plan_addition(store, "own.onnx").name == "own"


def test_a_known_file_by_path(store: VoiceStore, tmp_path: Path, heart: bytes) -> None:
    path = tmp_path / "bf_emma.onnx"
    path.write_bytes(heart)
    plan = plan_addition(store, str(path))
    assert "The voice emma" in plan.sentence
    assert add_voice(store, plan).name == "emma"


def test_a_voice_by_url(store: VoiceStore, url: str) -> None:
    plan = plan_addition(store, url, sha256=SHA256)
    assert plan.size == len(MODEL)
    assert "licence: not stated, see the voice's model card" in plan.sentence
    voice = add_voice(store, plan)
    assert (voice.name, voice.engine, voice.language) == ("de-x-low", "piper", "de-de")
    assert voice.source == url
    assert {path.suffix for path in store.folder.iterdir()} == {".onnx", ".json"}


def test_a_query_stays_with_both_files(
    store: VoiceStore, file_server: FileServer, url: str
) -> None:
    for path in list(file_server.files):
        file_server.files[f"{path}?download=true"] = file_server.files.pop(path)
    assert add_voice(store, plan_addition(store, f"{url}?download=true", sha256=SHA256)).name


def test_a_url_needs_the_hash_and_the_settings(
    store: VoiceStore, file_server: FileServer, url: str
) -> None:
    with pytest.raises(VoiceFileError, match="--sha256 HEX"):
        plan_addition(store, url)
    del file_server.files["/a/de-x-low.onnx.json"]
    with pytest.raises(VoiceFileError, match=r"404 Not Found to .*\.onnx\.json"):
        plan_addition(store, url, sha256=SHA256)
    file_server.files["/a/de-x-low.onnx.json"] = b"<html>"
    with pytest.raises(VoiceFileError, match="is not JSON"):
        plan_addition(store, url, sha256=SHA256)


def test_a_url_of_something_else_leaves_nothing(
    store: VoiceStore, file_server: FileServer, url: str
) -> None:
    file_server.files["/a/de-x-low.onnx"] = b"<html>"
    with pytest.raises(VoiceFileError, match="SHA-256 differs"):
        add_voice(store, plan_addition(store, url, sha256=SHA256))
    sha256 = hashlib.sha256(b"<html>").hexdigest()
    with pytest.raises(VoiceFileError, match="not an ONNX model"):
        add_voice(store, plan_addition(store, url, sha256=sha256))
    assert list(store.folder.iterdir()) == []


@pytest.mark.parametrize("sha256", ["", "abc", "g" * 64, "0" * 63])
def test_a_hash_has_64_digits(store: VoiceStore, url: str, sha256: str) -> None:
    with pytest.raises(VoiceFileError, match="64 hexadecimal digits"):
        plan_addition(store, url, sha256=sha256)


def test_a_hash_holds_for_a_path_too(store: VoiceStore, tmp_path: Path) -> None:
    model = write_piper(tmp_path / "mine")
    assert plan_addition(store, str(model), sha256=SHA256.upper()).path == model
    with pytest.raises(VoiceFileError, match="another SHA-256"):
        plan_addition(store, str(model), sha256="0" * 64)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("ema", "no voice 'ema' that can be fetched by name. Try emma"),
        ("heart", "comes with its package"),
        ("missing.onnx", "There is no file missing.onnx"),
        ("../missing", "There is no file"),
        (".", "is a folder. Name the .onnx file"),
        ("~nobody_of_that_name/x.onnx", "There is no file"),
        ("x" * 5000, "no voice"),
        ("x\0y", "no voice"),
        ("x\0y.onnx", "There is no file"),
        ("", "is a folder"),
        ("~\ud800/x", "There is no file"),
        ("://", "it is not a URL"),
        ("http://voices.test/x.onnx", "take https://"),
    ],
)
def test_what_is_no_voice_ends_in_a_sentence(store: VoiceStore, what: str, sentence: str) -> None:
    with pytest.raises(VoiceFileError, match=sentence):
        plan_addition(store, what)


def test_a_known_voice_keeps_its_name(store: VoiceStore, url: str) -> None:
    with pytest.raises(VoiceFileError, match="emma keeps its name"):
        plan_addition(store, "emma", name="other")
    with pytest.raises(VoiceFileError, match="emma is the name of a voice that can be fetched"):
        plan_addition(store, url, sha256=SHA256, name="emma")


def test_without_the_package_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceFileError, match=r"jupyter_tts\[natural\]"):
        plan_addition(VoiceStore(tmp_path, {}), "emma")
