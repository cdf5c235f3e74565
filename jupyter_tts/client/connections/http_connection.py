"""A connection for HTTP requests, one after another, as blocking calls."""

from __future__ import annotations

import base64
import select
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import quote, unquote, urlsplit

from ... import __version__
from ...wire.close_codes import MESSAGE_TOO_BIG, NORMAL_CLOSURE
from ...wire.error_mapping import handshake_error, server_ids
from ...wire.errors import ChannelClosed, ServerIds
from ...wire.http_exchange import END_OF_ANSWER
from ...wire.json_stream import JsonStream
from ...wire.messages import LARGEST_FRAME
from ...wire.proxies import check_http_proxy, proxy_of, proxy_refusal, tunnel_status
from ..http import MAX_BODY, CutSockets
from ..keys import Key
from .connect import OPEN_TIMEOUT, connect_error, tls_context

__all__ = ["HttpConnection", "origin"]

_MOST_READ = 65_536  # bytes
# What a URL may have beside letters and digits (RFC 3986).
_IN_URL = "%/?#[]@!$&'()*+,;=:-._~"


def origin(url: str) -> str:
    """Return the scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class HttpConnection:
    """A connection to one origin.

    Its methods block, all but `cut`, which may be called from any thread.

    Parameters
    ----------
    url : str
        ``http://`` or ``https://``; of its path nothing matters here.
    key : Key or None
        Sent as the ``xi-api-key`` header of each request, and nowhere else.
    """

    def __init__(self, url: str, key: Key | None) -> None:
        self._origin = origin(url)
        self._key = key
        self._sockets = CutSockets()
        self._is_secure = self._origin.startswith("https:")
        self._proxy: str | None = None
        self._proxy_headers: dict[str, str] = {}
        self._response: HTTPResponse | None = None
        self._connection: HTTPConnection | None = None

    def open(self) -> None:
        """Connect.

        Raises
        ------
        ConnectError
            If that fails.
        """
        try:
            self._connection = self._make()
            self._connection.connect()
            # Who waits for an answer decides how long it may take, and cuts it off.
            self._connection.sock.settimeout(None)
        except (OSError, HTTPException, ValueError) as failure:
            if self._proxy is not None and not isinstance(failure, TimeoutError):
                refused = tunnel_status(failure)
                raise proxy_refusal(self._proxy, self._origin, refused) from None
            known = failure if isinstance(failure, OSError) else ValueError(str(failure))
            raise connect_error(known, urlsplit(self._origin).netloc, self._key) from None

    def post(self, url: str, body: bytes) -> None:
        """Send a request.

        Raises
        ------
        ChannelClosed
            If the connection is lost.
        """
        assert self._connection is not None
        headers = {
            **self._proxy_headers,
            "Accept": "application/x-ndjson, application/json",
            "Content-Type": "application/json",
            "User-Agent": f"jupyter_tts/{__version__}",
            **({"xi-api-key": self._key} if self._key else {}),
        }
        is_forwarded = self._proxy is not None and not self._is_secure
        # A proxy that forwards a request is sent the whole URL.
        target = quote(url if is_forwarded else url[len(self._origin) :], safe=_IN_URL)
        try:
            self._connection.request("POST", target, body, headers)
        except (OSError, HTTPException):
            raise ChannelClosed from None

    def begin_answer(self) -> ServerIds:
        """Wait for the answer's headers, and return what the server calls the request.

        Raises
        ------
        HandshakeRefused
            If its status is not 200, or it is a page, as of a network's sign-in.
        ChannelClosed
            If the connection is lost.
        """
        assert self._connection is not None
        try:
            response = self._response = self._connection.getresponse()
            ids = server_ids(response.getheaders())
            is_page = "html" in (response.getheader("Content-Type") or "")
            if response.status == 200 and not is_page:
                return ids
            body = response.read(MAX_BODY)
        except (OSError, HTTPException, ValueError):
            raise ChannelClosed from None
        if response.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED and self._proxy is not None:
            raise proxy_refusal(self._proxy, self._origin, response.status)
        raise handshake_error(
            response.status,
            self._key.hide(body) if self._key else body,
            retry_after=response.getheader("Retry-After"),
            ids=ids,
        )

    def objects(self) -> Iterator[bytes]:
        """Yield the JSON objects of the answer, and `END_OF_ANSWER` after the last.

        Raises
        ------
        ChannelClosed
            If the connection is lost; with the code of a normal closure where the end of the
            connection is all that ends the answer.
        """
        assert self._response is not None
        response = self._response
        left = None if response.chunked else response.length
        stream = JsonStream(LARGEST_FRAME)
        try:
            while data := response.read1(_MOST_READ):
                left = None if left is None else left - len(data)
                yield from stream.feed(data)
        except OverflowError:
            raise ChannelClosed(MESSAGE_TOO_BIG) from None
        except (OSError, HTTPException, ValueError):
            raise ChannelClosed from None
        if left:
            raise ChannelClosed
        if rest := stream.rest:
            yield rest
        if left is None and not response.chunked:
            raise ChannelClosed(NORMAL_CLOSURE)
        response.close()
        yield END_OF_ANSWER

    @property
    def is_reusable(self) -> bool:
        """Whether it may carry another request: the last answer was read to its end."""
        response = self._response
        return response is None or (response.isclosed() and not response.will_close)

    @property
    def is_open(self) -> bool:
        """Whether the other side has not closed it, as far as it shows; does not block."""
        sock = None if self._connection is None else self._connection.sock
        if sock is None:
            return False
        try:
            return not select.select([sock], [], [], 0)[0]  # nothing is owed, so this is its end
        except (OSError, ValueError):
            return False

    def cut(self) -> None:
        """End it, whatever it waits for; from any thread."""
        self._sockets.cut()

    def close(self) -> None:
        """End it."""
        self.cut()
        if self._connection is not None:
            self._connection.close()

    def _make(self) -> HTTPConnection:
        parts = urlsplit(self._origin)
        host, port = parts.hostname or "", parts.port or (443 if self._is_secure else 80)
        credentials: dict[str, str] = {}
        self._proxy = proxy_of(self._origin)
        if self._proxy is not None:
            check_http_proxy(self._proxy)
            via = urlsplit(self._proxy)
            host, port = via.hostname or "", via.port or 80
            if via.username:
                pair = f"{unquote(via.username)}:{unquote(via.password or '')}".encode()
                credentials["Proxy-Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        if not self._is_secure:
            self._proxy_headers = credentials
            return self._sockets.make(HTTPConnection, host, port, timeout=OPEN_TIMEOUT)
        connection = self._sockets.make(
            HTTPSConnection, host, port, timeout=OPEN_TIMEOUT, context=tls_context()
        )
        if self._proxy is not None:
            connection.set_tunnel(parts.hostname or "", parts.port or 443, credentials)
        return connection
