"""A user without a home folder, whose id is in no list of users, as in a container."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import platformdirs
import pytest

from jupyter_tts.voice_files import user_folders
from jupyter_tts.voice_files.store import FOLDER_VARIABLE, VoiceStore
from jupyter_tts.wire.errors import VoiceFileError


@pytest.fixture(params=["raises", "keeps the tilde"])
def no_home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What platformdirs does then, in its newest versions and in older ones."""

    def folder(*_: object, **__: object) -> Path:
        if request.param == "raises":
            raise RuntimeError("could not determine the home directory")
        return Path("~/.cache/jupyter_tts")

    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(platformdirs, "user_cache_path", folder)
    monkeypatch.setattr(platformdirs, "user_data_path", folder)
    monkeypatch.setattr(Path, "home", home)
    monkeypatch.setattr(os.path, "expanduser", os.fspath)
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)


@pytest.mark.usefixtures("no_home")
def test_folders_are_missing_as_files_are() -> None:
    for folder in (user_folders.cache_folder, user_folders.data_folder):
        with pytest.raises(OSError, match="this user has no home folder"):
            folder()
    assert user_folders.shortened(Path("/a/b")) == "/a/b"
    assert user_folders.expanded("~/a") == Path("~/a")


@pytest.mark.usefixtures("no_home")
def test_there_are_no_voices_and_to_add_one_says_why() -> None:
    store = VoiceStore()
    assert store.installed() == ()
    assert store.find("amy") is None
    with pytest.raises(VoiceFileError) as refused:
        store.make_room(1)
    assert "this user has no home folder" in str(refused.value)
    assert FOLDER_VARIABLE in pickle.loads(pickle.dumps(refused.value)).hint


def test_paths_are_shown_as_they_are_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert user_folders.shortened(tmp_path / "a" / "b") == os.path.join("~", "a", "b")
    assert user_folders.expanded("~nobody-of-this-name/a") == Path("~nobody-of-this-name/a")


def test_a_folder_that_cannot_be_made_is_not_writable(tmp_path: Path) -> None:
    assert user_folders.is_writable(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    assert not user_folders.is_writable(tmp_path / "file" / "b")
    assert not user_folders.is_writable(Path(os.devnull) / "b")
