"""Files over HTTP: fetched in parts, checked, and never larger than announced.

No key goes with these requests, wherever they lead.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from ..wire.errors import VoiceFileError
from ..wire.foreign_json import read_json
from ..wire.hosts import is_loopback
from ..wire.proxies import proxy_handler, tunnel_status
from .store import MARGIN, VoiceStore, megabytes, sha256_of

__all__ = ["LARGEST", "Progress", "check_url", "fetch", "fetch_bytes", "size_at"]

LARGEST = 1_000_000_000  # bytes of a file whose size nothing states beforehand
TIMEOUT = 30.0  # seconds without a byte
CHUNK = 1 << 16

# Bytes received, and all there are; None where the server does not say.
Progress = Callable[[int, int | None], object]

_CONTENT_RANGE = re.compile(r"bytes (?P<start>\d+)-\d+/(?P<size>\d+)")


def check_url(url: str) -> None:
    """Make sure that files may be fetched from a URL.

    Raises
    ------
    VoiceFileError
        For any but ``https://``, and ``http://`` to this machine.
    """
    fault = _url_fault(url)
    if fault:
        raise VoiceFileError(f"Nothing is fetched from {url}: {fault}.")


def fetch(
    url: str,
    part: Path,
    *,
    sha256: str,
    size: int | None = None,
    progress: Progress = lambda received, total: None,
) -> None:
    """Fetch a file, or what is missing of it, and check it.

    Parameters
    ----------
    url : str
    part : Path
        Where it is collected. What an earlier try left there is gone on with.
    sha256 : str
        64 hexadecimal digits.
    size : int, optional
        Bytes, where they are known.
    progress : callable, optional
        Called as bytes come.

    Raises
    ------
    VoiceFileError
        If the file is there only in part, the next call goes on; a wrong one is removed.
    """
    check_url(url)
    download = _Download(url, part, size, progress)
    try:
        download.run()
    except urllib.error.HTTPError as refused:
        with refused:
            raise VoiceFileError(
                f"{_host(url)} answered {refused.code} {refused.reason} to {url}."
            ) from None
    except (OSError, HTTPException) as failure:
        if isinstance(failure, OSError) and failure.filename is not None:
            raise VoiceFileError(
                f"{failure.filename} cannot be written: {failure.strerror}."
            ) from None
        raise VoiceFileError(
            f"{download.progress_clause}: {_reason(failure)}.", hint=download.hint
        ) from None
    if sha256_of(part) != sha256.lower():
        download.discard()
        raise VoiceFileError(
            f"What came from {_host(url)} is not the file that was asked for: its SHA-256 differs. "
            "It was removed.",
            hint="Check the URL and the SHA-256, and ask again.",
        )
    download.forget()


def fetch_bytes(url: str, most: int) -> bytes:
    """Return a small file.

    Parameters
    ----------
    url : str
    most : int
        Bytes.

    Raises
    ------
    VoiceFileError
    """
    check_url(url)
    try:
        with _open(urllib.request.Request(url)) as answer:
            content: bytes = answer.read(most + 1)
    except urllib.error.HTTPError as refused:
        with refused:
            raise VoiceFileError(
                f"{_host(url)} answered {refused.code} {refused.reason} to {url}."
            ) from None
    except (OSError, HTTPException) as failure:
        raise VoiceFileError(f"{url} could not be fetched: {_reason(failure)}.") from None
    if len(content) > most:
        raise VoiceFileError(f"{url} is larger than {megabytes(most)}, so it was not fetched.")
    return content


def size_at(url: str) -> int | None:
    """Return how large a server says that a file is, None where it does not."""
    check_url(url)
    try:
        with _open(urllib.request.Request(url, method="HEAD")) as answer:
            return _length(answer)
    except (OSError, HTTPException):
        return None


@dataclass
class _Download:
    """One try to have the whole of a file in its place.

    Attributes
    ----------
    url : str
    part : Path
    size : int or None
    progress : callable
    """

    url: str
    part: Path
    size: int | None
    progress: Progress

    @property
    def progress_clause(self) -> str:
        """How far it came, the beginning of a sentence."""
        received = self._received()
        if not received:
            size = f" ({megabytes(self.size)})" if self.size else ""
            return f"{self.url}{size} could not be fetched"
        of = f" of {megabytes(self.size)}" if self.size else ""
        return f"{self.url} broke off after {megabytes(received)}{of}"

    @property
    def hint(self) -> str:
        """What to do then."""
        return "Ask again: it goes on from there." if self._received() else ""

    def run(self) -> None:
        """Fetch what is missing; raises what the network does."""
        known_size = self.size
        notes = self._notes()
        received = self._received()
        if received and not self._may_go_on(notes):
            self.discard()
            received = 0
        if received:
            self.size = notes["size"]
        if received and received == self.size:
            return  # only its check was missing
        with self._request(received, notes.get("validator")) as answer:
            start, total = _place(answer)
            if start == 0:  # also where the file has changed, or the server knows no ranges
                self.size = known_size
            if start == 0 or (start == received and self.size in (None, total)):
                self._receive(answer, start, total)
                return
        # Another part than was asked for.
        self.discard()
        self.size = known_size
        with self._request(0, None) as answer:
            self._receive(answer, *_place(answer))

    def _may_go_on(self, notes: dict[str, Any]) -> bool:
        size = notes.get("size", 0)
        return notes.get("url") == self.url and (self.size is None or size == self.size)

    def discard(self) -> None:
        """Remove what has come."""
        self.part.unlink(missing_ok=True)
        self.forget()

    def forget(self) -> None:
        """Remove what is noted for the next try."""
        self._notes_path.unlink(missing_ok=True)

    def _request(self, received: int, validator: str | None) -> Any:
        request = urllib.request.Request(self.url)
        if received:
            request.add_header("Range", f"bytes={received}-")
            if validator:
                request.add_header("If-Range", validator)
        try:
            return _open(request)
        except urllib.error.HTTPError as refused:
            if refused.code != 416:  # Range Not Satisfiable
                raise
            refused.close()
            self.discard()
            return _open(urllib.request.Request(self.url))

    def _receive(self, answer: HTTPResponse, start: int, total: int | None) -> None:
        if self.size is not None and total is not None and total != self.size:
            self.discard()
            raise VoiceFileError(
                f"{_host(self.url)} has a file of {total:,} bytes there, and the voice has "
                f"{self.size:,}, so it was not fetched."
            )
        self.size = total if self.size is None else self.size
        most = LARGEST if self.size is None else self.size
        if most > LARGEST:
            raise VoiceFileError(f"{self.url} is larger than {megabytes(LARGEST)}.")
        if self.size is not None:
            VoiceStore(self.part.parent).make_room(self.size - start)
        self._note(answer)
        with self.part.open("r+b" if start else "wb") as file:
            file.truncate(start)
            file.seek(start)
            received = self._copy(answer, file, start, most)
        if received > most:
            self.discard()
            raise VoiceFileError(
                f"{_host(self.url)} sent more than the {megabytes(most)} it should have, so the "
                "file was removed."
            )
        if self.size is not None and received < self.size:
            raise VoiceFileError(f"{self.progress_clause}.", hint=self.hint)

    def _copy(self, answer: HTTPResponse, file: IO[bytes], received: int, most: int) -> int:
        self.progress(received, self.size)
        # One byte more than there may be, which shows that there are more.
        while received <= most and (chunk := answer.read1(min(CHUNK, most + 1 - received))):
            received += len(chunk)
            if received <= most:
                file.write(chunk)
                self.progress(received, self.size)
            if self.size is None and shutil.disk_usage(self.part.parent).free < MARGIN:
                raise VoiceFileError(
                    f"The disk of {self.part.parent} is full after {megabytes(received)}."
                )
        file.flush()
        os.fsync(file.fileno())
        return received

    @property
    def _notes_path(self) -> Path:
        return self.part.with_name(f"{self.part.name}.json")

    def _note(self, answer: HTTPResponse) -> None:
        tag = answer.headers.get("ETag", "")
        # A weak tag does not stand for the same bytes, so If-Range takes none (RFC 9110, 13.1.5).
        validator = tag if tag.startswith('"') else answer.headers.get("Last-Modified")
        notes = {"url": self.url, "size": self.size, "validator": validator}
        self._notes_path.write_text(json.dumps(notes), "utf-8")

    def _notes(self) -> dict[str, Any]:
        """Return what an earlier try has noted, {} if that is no longer there or not its own."""
        try:
            notes = read_json(self._notes_path.read_bytes())
        except (OSError, ValueError):
            return {}
        if not isinstance(notes, dict):
            return {}
        size, validator = notes.get("size"), notes.get("validator")
        usable = (size is None or type(size) is int) and (
            validator is None or (isinstance(validator, str) and validator.isprintable())
        )
        return notes if usable and "size" in notes else {}

    def _received(self) -> int:
        try:
            return self.part.stat().st_size
        except OSError:
            return 0


class _CheckedRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to where a file might have been asked for at once."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        fault = _url_fault(newurl)
        if not fault and is_loopback(newurl) and not is_loopback(req.full_url):
            fault = "it leads to this machine"
        if fault:
            fp.close()
            raise VoiceFileError(f"{_host(req.full_url)} leads on to {newurl}, refused: {fault}.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _open(request: urllib.request.Request) -> Any:
    opener = urllib.request.build_opener(proxy_handler(request.full_url), _CheckedRedirects)
    return opener.open(request, timeout=TIMEOUT)


def _url_fault(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = bool(parts.scheme) and parts.port != 0 and url.isascii() and url.isprintable()
    except ValueError:
        usable = False
    if not usable or " " in url:
        return "it is not a URL"
    if parts.scheme not in ("http", "https"):
        return "only https:// is fetched"
    if not parts.hostname:
        return "it is not a URL"
    if parts.username is not None or parts.password is not None:
        return "it carries a user name or password"
    if parts.scheme == "http" and not is_loopback(url):
        return "http:// is not encrypted, so take https://"
    return ""


def _place(answer: HTTPResponse) -> tuple[int, int | None]:
    """Return where in the file an answer begins, and how large the file is."""
    if answer.status != 206:
        return 0, _length(answer)
    match = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    return (int(match["start"]), int(match["size"])) if match else (-1, None)


def _length(answer: HTTPResponse) -> int | None:
    text = answer.headers.get("Content-Length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _reason(failure: Exception) -> str:
    """Return the words of a network's failure."""
    reason = getattr(failure, "reason", failure)
    if isinstance(reason, TimeoutError):
        return f"nothing came for {TIMEOUT:g} s"
    if (status := tunnel_status(reason)) is not None:
        return f"the proxy refused (HTTP {status})"  # its own words may hold its password
    return getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
