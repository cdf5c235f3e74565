"""Files over HTTP, from a server that breaks off, changes its mind, or sends something else."""

from __future__ import annotations

import hashlib
import shutil
import threading
from pathlib import Path
from typing import NamedTuple

import pytest

from jupyter_tts.voice_files import fetching
from jupyter_tts.voice_files.fetching import fetch, fetch_bytes, size_at
from jupyter_tts.wire.errors import VoiceFileError

from .file_server import FileServer

CONTENT = bytes(range(256)) * 4096  # 1 MB
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def url(file_server: FileServer) -> str:
    file_server.files["/voice.onnx"] = CONTENT
    return f"{file_server.address}/voice.onnx"


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "voice.onnx.part"


def break_off(file_server: FileServer, url: str, part: Path, size: int | None, after: int) -> None:
    file_server.stops = [after]
    with pytest.raises(VoiceFileError, match="goes on from there"):
        fetch(url, part, sha256=SHA256, size=size)
    assert part.read_bytes() == CONTENT[:after]


@pytest.mark.parametrize("size", [None, len(CONTENT)])
def test_a_file_is_fetched_with_progress(url: str, part: Path, size: int | None) -> None:
    seen: list[tuple[int, int | None]] = []
    fetch(url, part, sha256=SHA256.upper(), size=size, progress=lambda *now: seen.append(now))
    assert part.read_bytes() == CONTENT
    assert list(part.parent.iterdir()) == [part]
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)


def test_no_key_goes_along(
    file_server: FileServer, url: str, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELEVENLABS_API_KEY", "sk_canary")
    fetch(url, part, sha256=SHA256)
    assert "canary" not in str(file_server.headers)
    assert not {"authorization", "xi-api-key", "cookie"} & {
        name.lower() for name in file_server.headers
    }


@pytest.mark.parametrize("size", [None, len(CONTENT)])
@pytest.mark.parametrize("after", [1, 300_000, len(CONTENT) - 1])
def test_it_goes_on_where_it_broke_off(
    file_server: FileServer, url: str, part: Path, size: int | None, after: int
) -> None:
    break_off(file_server, url, part, size, after)
    seen: list[tuple[int, int | None]] = []
    fetch(url, part, sha256=SHA256, size=size, progress=lambda *now: seen.append(now))
    assert file_server.asked == [None, f"bytes={after}-"]
    assert file_server.headers["If-Range"] == '"1"'
    assert seen[0] == (after, len(CONTENT))
    assert part.read_bytes() == CONTENT


def test_a_sentence_says_how_far_it_came(file_server: FileServer, url: str, part: Path) -> None:
    file_server.stops = [300_000]
    with pytest.raises(VoiceFileError, match=r"broke off after 0.3 MB of 1.0 MB. Ask again: it"):
        fetch(url, part, sha256=SHA256)


def test_a_server_without_ranges_begins_again(
    file_server: FileServer, url: str, part: Path
) -> None:
    break_off(file_server, url, part, len(CONTENT), 300_000)
    file_server.ranges = False
    fetch(url, part, sha256=SHA256, size=len(CONTENT))
    assert part.read_bytes() == CONTENT
    assert len(file_server.asked) == 2  # the whole came as the answer to the part


@pytest.mark.parametrize("notes", ["", "[]", '{"url": 7}', '{"size": "x"}', '{"validator": "\\n"}'])
def test_notes_that_are_not_its_own_begin_again(
    file_server: FileServer, url: str, part: Path, notes: str
) -> None:
    break_off(file_server, url, part, None, 300_000)
    part.with_name(f"{part.name}.json").write_text(notes)
    fetch(url, part, sha256=SHA256)
    assert file_server.asked == [None, None]


def test_a_file_that_has_changed_is_begun_again(
    file_server: FileServer, url: str, part: Path
) -> None:
    file_server.files["/voice.onnx"] = bytes(len(CONTENT))
    file_server.etag = '"0"'
    file_server.stops = [300_000]
    with pytest.raises(VoiceFileError):
        fetch(url, part, sha256=SHA256)
    file_server.files["/voice.onnx"], file_server.etag = CONTENT, '"1"'
    fetch(url, part, sha256=SHA256)
    assert part.read_bytes() == CONTENT


def test_a_file_that_has_another_size_now_is_begun_again(
    file_server: FileServer, url: str, part: Path
) -> None:
    file_server.files["/voice.onnx"] = bytes(2 * len(CONTENT))
    file_server.stops = [300_000]
    with pytest.raises(VoiceFileError):
        fetch(url, part, sha256=SHA256)
    file_server.files["/voice.onnx"] = CONTENT  # and the same tag
    fetch(url, part, sha256=SHA256)
    assert part.read_bytes() == CONTENT


def test_what_came_from_another_url_is_not_gone_on_with(
    file_server: FileServer, url: str, part: Path
) -> None:
    file_server.files["/other.onnx"] = bytes(len(CONTENT))
    file_server.stops = [300_000]
    with pytest.raises(VoiceFileError):
        fetch(f"{file_server.address}/other.onnx", part, sha256=SHA256)
    fetch(url, part, sha256=SHA256)
    assert file_server.asked == [None, None]


def test_a_part_that_is_too_long_is_begun_again(
    file_server: FileServer, url: str, part: Path
) -> None:
    break_off(file_server, url, part, len(CONTENT), 300_000)
    part.write_bytes(CONTENT + b"more")
    fetch(url, part, sha256=SHA256, size=len(CONTENT))
    assert part.read_bytes() == CONTENT


def test_a_whole_part_only_needs_its_check(file_server: FileServer, url: str, part: Path) -> None:
    break_off(file_server, url, part, len(CONTENT), 300_000)
    part.write_bytes(CONTENT)
    fetch(url, part, sha256=SHA256, size=len(CONTENT))
    assert len(file_server.asked) == 1


def test_wrong_bytes_are_removed(file_server: FileServer, url: str, part: Path) -> None:
    file_server.files["/voice.onnx"] = bytes(len(CONTENT))
    with pytest.raises(VoiceFileError, match=r"its SHA-256 differs. It was removed."):
        fetch(url, part, sha256=SHA256, size=len(CONTENT))
    assert list(part.parent.iterdir()) == []


def test_a_file_of_another_size_is_not_begun(file_server: FileServer, url: str, part: Path) -> None:
    with pytest.raises(VoiceFileError, match="1,048,576 bytes there, and the voice has 9"):
        fetch(url, part, sha256=SHA256, size=9)
    assert list(part.parent.iterdir()) == []


def test_no_more_than_expected_is_taken(
    file_server: FileServer, url: str, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_server.announces = False
    with pytest.raises(VoiceFileError, match="sent more than the"):
        fetch(url, part, sha256=SHA256, size=1000)
    monkeypatch.setattr(fetching, "LARGEST", 500_000)
    with pytest.raises(VoiceFileError, match=r"sent more than the 0.5 MB"):
        fetch(url, part, sha256=SHA256)
    file_server.announces = True
    with pytest.raises(VoiceFileError, match=r"is larger than 0.5 MB"):
        fetch(url, part, sha256=SHA256)
    assert not part.exists()


def test_a_size_that_nobody_states_is_no_hindrance(
    file_server: FileServer, url: str, part: Path
) -> None:
    file_server.announces = False
    assert size_at(url) is None
    seen: list[int | None] = []
    fetch(url, part, sha256=SHA256, progress=lambda received, total: seen.append(total))
    assert set(seen) == {None}


def test_a_silent_server_ends_in_a_sentence(
    file_server: FileServer, url: str, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.2)
    file_server.stops, file_server.wait = [300_000], threading.Event()
    with pytest.raises(VoiceFileError, match=r"after 0.3 MB of 1.0 MB: nothing came for 0.2 s"):
        fetch(url, part, sha256=SHA256)
    file_server.wait.set()


def test_a_status_is_named(file_server: FileServer, url: str, part: Path) -> None:
    with pytest.raises(VoiceFileError, match="answered 404 Not Found"):
        fetch(f"{file_server.address}/none", part, sha256=SHA256)
    file_server.statuses["/voice.onnx"] = 503
    with pytest.raises(VoiceFileError, match="answered 503"):
        fetch_bytes(url, 10)


def test_an_unreachable_server_is_named(part: Path) -> None:
    url = "http://127.0.0.1:9/voice.onnx"
    with pytest.raises(VoiceFileError, match=r"x \(63 MB\) could not be fetched: .*refused"):
        fetch(url, part, sha256=SHA256, size=63_000_000)
    assert size_at(url) is None


def test_a_redirect_is_followed(file_server: FileServer, url: str, part: Path) -> None:
    file_server.redirects["/moved"] = url
    file_server.stops = [300_000]
    moved = f"{file_server.address}/moved"
    with pytest.raises(VoiceFileError, match="goes on from there"):
        fetch(moved, part, sha256=SHA256)
    fetch(moved, part, sha256=SHA256)
    assert part.read_bytes() == CONTENT
    assert file_server.asked[-1] == "bytes=300000-"


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://voices.test/x", "http://voices.test/x", "data:,x"]
)
def test_a_redirect_to_elsewhere_is_refused(
    file_server: FileServer, url: str, part: Path, target: str
) -> None:
    file_server.redirects["/voice.onnx"] = target
    with pytest.raises(VoiceFileError, match=r"leads on to .*, refused|is not allowed"):
        fetch(url, part, sha256=SHA256)
    assert not part.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://voices.test/x.onnx",
        "file:///etc/passwd",
        "ftp://voices.test/x.onnx",
        "https://user:secret@voices.test/x.onnx",
        "https:///x.onnx",
        "https://[x/y.onnx",
        "https://voices.test/a b.onnx",
        "://",
    ],
)
def test_nothing_is_fetched_in_the_clear_or_from_what_is_no_url(url: str, part: Path) -> None:
    with pytest.raises(VoiceFileError, match="Nothing is fetched from"):
        fetch(url, part, sha256=SHA256)


class _Usage(NamedTuple):
    free: int


def test_a_full_disk_is_seen_beforehand(
    url: str, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: _Usage(free=20_000_001))
    with pytest.raises(VoiceFileError, match="Make room"):
        fetch(url, part, sha256=SHA256)


def test_an_interrupted_fetch_goes_on(file_server: FileServer, url: str, part: Path) -> None:
    def interrupt(received: int, total: int | None) -> None:
        if received > 300_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(url, part, sha256=SHA256, progress=interrupt)
    fetch(url, part, sha256=SHA256)
    assert file_server.asked[1] is not None
    assert part.read_bytes() == CONTENT


def test_small_files_have_a_limit(file_server: FileServer, url: str) -> None:
    file_server.files["/small"] = b"{}"
    assert fetch_bytes(f"{file_server.address}/small", 2) == b"{}"
    with pytest.raises(VoiceFileError, match="is larger than"):
        fetch_bytes(url, 1000)
