"""A server of one file on loopback that can break off, ignore ranges, or send something else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FileServer:
    """What it serves, and how.

    Attributes
    ----------
    files
        By path.
    stops : list of int
        After how many bytes the next answers break off.
    ranges : bool
        Whether it knows ranges.
    announces : bool
        Whether it says how long a file is.
    redirects
        Path to URL.
    statuses
        Path to an HTTP status.
    asked
        The Range of each GET, and the headers of the last.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    etag: str = '"1"'
    stops: list[int] = field(default_factory=list)
    ranges: bool = True
    announces: bool = True
    redirects: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    wait: threading.Event | None = None
    asked: list[str | None] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def answer(self, request: BaseHTTPRequestHandler, *, body: bool) -> None:
        path = request.path
        if body:
            self.asked.append(request.headers.get("Range"))
            self.headers = dict(request.headers)
        if path in self.redirects:
            request.send_response(302)
            request.send_header("Location", self.redirects[path])
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if path in self.statuses or path not in self.files:
            request.send_error(self.statuses.get(path, 404))
            return
        content = self.files[path]
        start = self._start(request, len(content))
        if start is not None and start >= len(content):
            request.send_error(416)
            return
        request.send_response(200 if start is None else 206)
        if start is not None:
            where = f"bytes {start}-{len(content) - 1}/{len(content)}"
            request.send_header("Content-Range", where)
        request.send_header("ETag", self.etag)
        rest = content[start or 0 :]
        if self.announces:
            request.send_header("Content-Length", str(len(rest)))
        request.end_headers()
        if not body:
            return
        stop = self.stops.pop(0) if self.stops else len(rest)
        with suppress(ConnectionError):  # a client that has enough hangs up
            request.wfile.write(rest[:stop])
            request.wfile.flush()
        if self.wait is not None:
            self.wait.wait(10)
        request.close_connection = True

    def _start(self, request: BaseHTTPRequestHandler, size: int) -> int | None:
        wanted = request.headers.get("Range")
        if wanted is None or not self.ranges:
            return None
        if request.headers.get("If-Range", self.etag) != self.etag:
            return None
        return int(wanted.removeprefix("bytes=").removesuffix("-"))


@contextmanager
def serving() -> Iterator[FileServer]:
    """Serve on a free port of loopback."""
    served = FileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.answer(self, body=True)

        def do_HEAD(self) -> None:
            served.answer(self, body=False)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
