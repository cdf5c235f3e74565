"""Speeches on disk: what is found again, for whom, and what gives way."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
from pathlib import Path

import pytest

from jupyter_tts.client import cache as module
from jupyter_tts.client.cache import FAULTS, Contents, SpeechCache, cache_key
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest

TEXT = "Hello you."
WORDS = (Word("Hello", 0.0, 0.4), Word("you.", 0.5, 0.9))


def speech(frames: int = 1000, words: tuple[Word, ...] = ()) -> Speech:
    made = Speech(TEXT, SpeechRequest(), 16_000, Timeline())
    made.restore(bytes(range(250)) * (frames // 125), words)
    return made


@pytest.fixture
def cache(tmp_path: Path) -> SpeechCache:
    return SpeechCache(tmp_path / "new" / "folder", 1_000_000)


def test_what_is_kept_is_found_with_its_words_in_order(cache: SpeechCache) -> None:
    assert cache.find("a", None, TEXT) is None
    cache.keep("a", "here", speech(words=WORDS))
    cached = cache.find("a", None, TEXT)
    assert cached is not None
    assert (cached.pcm, cached.sample_rate, cached.words) == (speech().pcm, 16_000, WORDS)
    assert cache.find("b", None, TEXT) is None
    assert [word.span for word in cached.words] == [(0, 5), (6, 10)]
    held = cache.contents()
    assert (held.speeches, held.spared) == (1, len(TEXT))
    assert held.size == len(cached.pcm) + len('[["Hello", 0.0, 0.4], ["you.", 0.5, 0.9]]')


@pytest.mark.parametrize("levels", [900, 100_000])
def test_words_that_are_nested_deeply_are_a_fault_of_the_file(
    cache: SpeechCache, levels: int
) -> None:
    cache.keep("a", "here", speech(words=WORDS))
    with contextlib.closing(sqlite3.connect(cache.path)) as database, database:
        database.execute("UPDATE speeches SET words = ?", ("[" * levels + "]" * levels,))
    with pytest.raises(FAULTS):
        cache.find("a", None, TEXT)


def test_a_place_finds_only_what_was_made_there(cache: SpeechCache) -> None:
    cache.keep("a", "here", speech())
    assert cache.find("a", "there", TEXT) is None
    assert cache.find("a", "here", TEXT) is not None
    cache.keep("a", "there", speech())
    assert cache.find("a", "there", TEXT) is not None
    assert cache.find("a", "here", TEXT) is not None
    assert cache.contents().speeches == 1


def test_the_least_recently_used_gives_way(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, 3 * 2002)  # of sound, and "[]" for no words
    for key in "abc":
        cache.keep(key, "here", speech())
    assert cache.find("a", None, TEXT)
    cache.keep("d", "here", speech())
    left = [key for key in "abcd" if cache.find(key, None, TEXT)]
    assert left == ["a", "c", "d"]
    assert cache.contents().size == 3 * 2002
    cache.keep("e", "here", speech(3125))  # larger than all the room there is
    assert cache.find("e", None, TEXT) is None
    assert cache.find("d", None, TEXT)


def test_what_is_cleared_is_gone_from_the_disk(cache: SpeechCache) -> None:
    cache.clear()
    cache.keep("a", "here", speech())
    cache.clear()
    assert list(cache.path.parent.iterdir()) == []
    assert cache.contents() == Contents(0, 0, 0)


def test_only_its_owner_can_read_it(cache: SpeechCache) -> None:
    cache.keep("a", "here", speech())
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", ["text", "schema"])
def test_a_file_that_cannot_be_read_is_begun_anew(cache: SpeechCache, damage: str) -> None:
    cache.keep("a", "here", speech())
    if damage == "text":
        cache.path.write_text("no database" * 1000)
    else:
        database = sqlite3.connect(cache.path)
        database.execute("PRAGMA user_version = 99")
        database.close()
    assert cache.find("a", None, TEXT) is None
    cache.keep("a", "here", speech())
    assert cache.find("a", None, TEXT) is not None


def test_a_file_that_turns_out_to_be_damaged_is_begun_anew(cache: SpeechCache) -> None:
    cache.keep("a", "here", speech(10_000))
    held = cache.path.read_bytes()
    cache.path.write_bytes(held[:4096].ljust(len(held), b"\xff"))  # its first page is whole
    with pytest.raises(sqlite3.DatabaseError, match="malformed"):
        cache.find("a", None, TEXT)
    assert cache.contents() == Contents(0, 0, 0)
    cache.keep("a", "here", speech())
    assert cache.find("a", None, TEXT) is not None


def test_what_cannot_be_written_can_be_read(
    cache: SpeechCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.keep("a", "here", speech())
    monkeypatch.setattr(module, "BUSY", 0.0)
    with contextlib.closing(sqlite3.connect(cache.path)) as another:
        another.execute("BEGIN IMMEDIATE")
        assert cache.find("a", None, TEXT) is not None
    assert cache.contents().spared == 0


def key(text: str = TEXT, embedded: str = "1", **parameters: object) -> str:
    return cache_key(SpeechRequest(**{"server": "local", **parameters}), text, embedded=embedded)


def test_everything_that_determines_the_sound_is_in_the_key() -> None:
    other = {
        "voice": "de",
        "model": "m",
        "latency": 3,
        "stability": 0.2,
        "format": "pcm_16000",
        "schedule": [60],
        "seed": 1,
        "ssml": True,
        "multi": True,
        "levers": False,  # by what it takes out of the request
        "server": "elevenlabs",
    }
    changed = [key(**{name: value}) for name, value in other.items()]
    changed += [key("Hello you!"), key(embedded="2"), key(server="eu"), key(server="ws://a.b/c")]
    assert len({key(), *changed}) == 1 + len(changed)


def test_what_does_not_travel_is_not_in_the_key() -> None:
    assert key(warm=False, cache=True, voice="heart") == key()  # the voice that speaks anyway
    assert key(server="http://a.b/") == key(server="ws://a.b")
    assert key("\ud800")  # half a character, as a broken text may hold


def test_a_file_that_another_has_just_begun_keeps_what_is_in_it(
    cache: SpeechCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module._make_tables

    def late(database: sqlite3.Connection) -> None:
        monkeypatch.setattr(module, "_make_tables", real)
        cache.keep("a", "here", speech())  # between the look at the file and its making
        real(database)

    monkeypatch.setattr(module, "_make_tables", late)
    cache.keep("b", "here", speech())
    assert cache.held(["a", "b"]) == {"a", "b"}
