"""Speeches on disk, so that what has been made once need not be made, or paid, again.

One SQLite file, which several kernels may use at once. It holds sound, words and their times, and
neither a key nor anything that is run when it is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..wire.alignment import Word
from ..wire.foreign_json import read_json
from ..wire.hosts import LOCAL, websocket_url
from ..wire.parameters import Place, parameter
from ..wire.request import SpeechRequest
from .speech.speech import Speech
from .speech.turns import Turn
from .speech.word_positions import place_words

__all__ = ["FAULTS", "CachedSpeech", "Contents", "SpeechCache", "cache_key"]

# Raised by whatever changes the sound or words that are made of what a server sends.
DECODING = 1

# Of the tables; a file of another one is replaced.
SCHEMA = 1

FILE = "speeches.sqlite3"
# What may go wrong with a file that others can reach.
FAULTS = (sqlite3.Error, OSError, ValueError, TypeError)

BUSY = 1.0  # seconds to wait for another kernel

_TABLES = (
    "DROP TABLE IF EXISTS runs",
    "DROP TABLE IF EXISTS spared",
    "DROP TABLE IF EXISTS speeches",
    (
        "CREATE TABLE speeches (key TEXT PRIMARY KEY, used INTEGER, size INTEGER, "
        "sample_rate INTEGER, words TEXT, pcm BLOB) WITHOUT ROWID"
    ),
    "CREATE INDEX recent ON speeches (used, key, size)",
    (
        "CREATE TABLE runs (key TEXT REFERENCES speeches ON DELETE CASCADE, place TEXT, "
        "PRIMARY KEY (key, place)) WITHOUT ROWID"
    ),
    "CREATE TABLE spared (characters INTEGER)",
    "INSERT INTO spared VALUES (0)",
    f"PRAGMA user_version = {SCHEMA}",
)


@dataclass(frozen=True, slots=True)
class CachedSpeech:
    """The sound and words of an earlier speech.

    Attributes
    ----------
    pcm : bytes
        s16le mono.
    sample_rate : int
        Hz.
    words : tuple of Word
    """

    pcm: bytes
    sample_rate: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a cache holds: speeches, their size in bytes, and the characters it has spared."""

    speeches: int
    size: int
    spared: int


def cache_key(
    request: SpeechRequest, text: str, *, embedded: str = "", turns: Sequence[Turn] = ()
) -> str:
    """Return a name for everything that determines the sound of a text; no key is in it.

    Parameters
    ----------
    request : SpeechRequest
        With its server as the user names it: the embedded voice's address changes.
    text : str
    embedded : str, optional
        The versions of the embedded voice, for a request to it.
    turns : sequence of Turn, optional
        Who speaks what, where several do; the names are not heard.
    """
    sent = {
        name: value
        for name, value in request.sent.items()
        if parameter(name).place not in (Place.LOCAL, Place.HOST)
    }
    server = f"{LOCAL} {embedded}" if request.server == LOCAL else websocket_url(request.server)
    spoken = [[turn.voice, turn.text] for turn in turns] or text
    whole = json.dumps([DECODING, server, sent, spoken], sort_keys=True)
    return hashlib.sha256(whole.encode("ascii")).hexdigest()


class SpeechCache:
    """A bounded cache of speeches; the least recently used give way.

    Parameters
    ----------
    folder : Path
        Made when it is needed, for its owner alone.
    most : int
        Bytes of sound and words.

    Notes
    -----
    All methods raise an error of `FAULTS` where the disk does not serve.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self.path = folder / FILE
        self._most = most

    def find(
        self, key: str, place: str | None, text: str, *, ssml: bool = False
    ) -> CachedSpeech | None:
        """Return the speech under a key, and count it as used.

        Parameters
        ----------
        key : str
            As `cache_key` makes it.
        place : str or None
            Where it must have been asked for before; None for anywhere.
        text : str
            What is spoken; it need not be sent if the speech is found.
        ssml : bool, optional
            Whether there may be SSML in it.
        """
        if not self.path.exists():
            return None
        with self._open() as database:
            row = database.execute(
                "SELECT pcm, sample_rate, words FROM speeches WHERE key = :key AND (:place"
                " IS NULL OR EXISTS (SELECT 1 FROM runs WHERE key = :key AND place = :place))",
                {"key": key, "place": place},
            ).fetchone()
        if row is None:
            return None
        # What cannot be written, as on a disk that is full, can still be read.
        with contextlib.suppress(*FAULTS), self._open() as database:
            self._use(database, key)
            database.execute("UPDATE spared SET characters = characters + ?", (len(text),))
        pcm, sample_rate, words = row
        # A word's span follows from the text, so it is not stored.
        timed = (Word(*word) for word in read_json(words))
        return CachedSpeech(pcm, sample_rate, place_words(text, timed, ssml=ssml))

    def held(self, keys: Iterable[str]) -> set[str]:
        """Return those of some keys that there is a speech under; none counts as used."""
        if not self.path.exists():
            return set()
        with self._open() as database:
            return {
                key
                for key in keys
                if database.execute("SELECT 1 FROM speeches WHERE key = ?", (key,)).fetchone()
            }

    def keep(self, key: str, place: str, speech: Speech) -> None:
        """Store a complete speech, unless it is larger than the whole cache may be."""
        pcm = speech.pcm
        words = json.dumps([(word.text, word.start, word.end) for word in speech.words])
        size = len(pcm) + len(words)
        if size > self._most:
            return
        with self._open() as database:
            database.execute(
                "INSERT INTO speeches VALUES (?, 0, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
                "size = excluded.size, sample_rate = excluded.sample_rate, "
                "words = excluded.words, pcm = excluded.pcm",
                (key, size, speech.sample_rate, words, pcm),
            )
            database.execute("INSERT OR IGNORE INTO runs VALUES (?, ?)", (key, place))
            self._use(database, key)
            self._make_room(database)

    def demote(self, key: str) -> None:
        """Have a speech give way before any other."""
        if self.path.exists():
            with self._open() as database:
                database.execute("UPDATE speeches SET used = 0 WHERE key = ?", (key,))

    def clear(self) -> None:
        """Forget everything, also where the file is damaged."""
        for path in (self.path.with_name(f"{FILE}-journal"), self.path):
            path.unlink(missing_ok=True)

    def contents(self) -> Contents:
        """Return what there is."""
        if not self.path.exists():
            return Contents(0, 0, 0)
        with self._open() as database:
            row = database.execute(
                "SELECT count(*), coalesce(sum(size), 0), (SELECT characters FROM spared) "
                "FROM speeches"
            ).fetchone()
        return Contents(*row)

    @staticmethod
    def _use(database: sqlite3.Connection, key: str) -> None:
        database.execute(
            "UPDATE speeches SET used = (SELECT max(used) + 1 FROM speeches) WHERE key = ?", (key,)
        )

    def _make_room(self, database: sqlite3.Connection) -> None:
        total = 0
        rows = database.execute("SELECT key, size FROM speeches ORDER BY used DESC").fetchall()
        for key, size in rows:
            total += size
            if total > self._most:
                database.execute("DELETE FROM speeches WHERE key = ?", (key,))

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction; one that is damaged is replaced."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            database = self._connect()
        except sqlite3.DatabaseError as fault:
            if not _is_damage(fault):
                raise
            self.clear()
            database = self._connect()
        try:
            with contextlib.closing(database), database:
                yield database
        except sqlite3.DatabaseError as fault:
            if _is_damage(fault):
                self.clear()  # the next caller begins with a new file
            raise

    def _connect(self) -> sqlite3.Connection:
        os.close(os.open(self.path, os.O_CREAT, 0o600))  # for its owner's eyes only
        database = sqlite3.connect(self.path, timeout=BUSY)
        try:
            if _schema(database) != SCHEMA:
                _make_tables(database)
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("PRAGMA synchronous = OFF")  # a power cut may cost a cache
        except BaseException:
            database.close()
            raise
        return database


def _schema(database: sqlite3.Connection) -> int:
    (schema,) = database.execute("PRAGMA user_version").fetchone()
    return int(schema)


def _make_tables(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA auto_vacuum = FULL")
    database.execute("BEGIN IMMEDIATE")
    with database:
        if _schema(database) != SCHEMA:  # another thread or kernel may have been first
            for statement in _TABLES:
                database.execute(statement)


def _is_damage(fault: sqlite3.DatabaseError) -> bool:
    """Whether what the file holds is at fault, not who may reach it or how full the disk is."""
    code = getattr(fault, "sqlite_errorcode", 0)
    # The low byte of an extended code is the code that it is a case of.
    return code & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
