"""Which requests are served at all: by the Host they name and the Origin they come from.

A web page may open a WebSocket to any address and send simple requests to it, and under a name of
its own that it has re-pointed to this machine (DNS rebinding) it may even read the answers. Its
browser, however, always sends truly which host it asks, and which page it asks for.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .refusals import Refusal, error_body

__all__ = ["AccessPolicy", "check_host", "check_origin"]

_LOCALHOST: Final = "localhost"
_HOST: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:@/?#\[\]\\]+))(?::\d*)?", re.IGNORECASE)
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@\\*]+", re.IGNORECASE)

# A page's request without an Origin (an <img>, a <script>) has this instead (Fetch Metadata).
_FOREIGN_SITES: Final = frozenset({"cross-site", "same-site"})

_MOST_QUOTED: Final = 80


@dataclass(frozen=True)
class AccessPolicy:
    """Which hosts and origins are served.

    Bound to loopback, the server answers only to loopback names and addresses. Bound to another
    address, only to that one. Bound to all addresses (``0.0.0.0``, ``::``), to any address and to
    ``localhost``, but to no name: rebinding needs one. Further names are listed in `hosts`.

    A request without an Origin comes from no page. One with an Origin must come from the server's
    own, or from one listed in `origins`.

    Attributes
    ----------
    address : str
        The IP address the server is bound to.
    hosts : frozenset of str
        Further names, in lower case, that a Host may have.
    origins : frozenset of str
        Origins of web pages, in lower case, that may use the server.
    """

    address: str = "127.0.0.1"
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, address: str, hosts: Iterable[str] = (), origins: Iterable[str] = ()
    ) -> AccessPolicy:
        """Return the policy for an address and names and origins in any case."""
        return cls(
            address,
            frozenset(host.lower().removesuffix(".") for host in hosts),
            frozenset(map(str.lower, origins)),
        )

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return ipaddress.ip_address(self.address).is_loopback

    def allows_origin(self, origin: str | None) -> bool:
        """Whether an origin is one of `origins`."""
        return origin is not None and origin.lower() in self.origins

    def refusal(self, headers: Mapping[str, str], *, scheme: str) -> Refusal | None:
        """Return why a request is not served, or None.

        Of a header that came several times, every value must be allowed.

        Parameters
        ----------
        headers
            A case-insensitive mapping, perhaps with several values for a name.
        scheme
            ``http`` or ``https``: how the request came.
        """
        hosts = _all(headers, "host") or [""]
        for host in hosts:
            if refusal := self.host_refusal(host):
                return refusal
        page = self._foreign_page(headers, f"{scheme}://{hosts[0]}".lower())
        if page is not None:
            return _refused(
                "origin_not_allowed",
                f"Web pages of {page} may not use this server. To let an origin in, start it "
                "with --allow-origin.",
            )
        return None

    def host_refusal(self, host: str) -> Refusal | None:
        """Return why requests to a host are not served, or None."""
        if self._accepts(host):
            return None
        return _refused(
            "host_not_allowed",
            f"This server does not answer to the host {_quoted(host)}. Use the address it "
            "listens on, or start it with --allow-host.",
        )

    def _foreign_page(self, headers: Mapping[str, str], own: str) -> str | None:
        """Return what to call the page that a request comes from, if it may not."""
        origins = _all(headers, "origin")
        for origin in origins:
            if origin.lower() != own and not self.allows_origin(origin):
                return _quoted(origin)
        sites = {site.lower() for site in _all(headers, "sec-fetch-site")}
        return "another site" if not origins and sites & _FOREIGN_SITES else None

    def _accepts(self, host: str) -> bool:
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name = (match[1] or match[2]).lower().removesuffix(".")
        if name in self.hosts:
            return True
        bound = ipaddress.ip_address(self.address)
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name == _LOCALHOST and (bound.is_loopback or bound.is_unspecified)
        if bound.is_loopback:
            return address.is_loopback
        return bound.is_unspecified or address == bound


def _quoted(text: str) -> str:
    """Quote what a client sent, without a password that stands before an @."""
    return repr(text.rpartition("@")[2][:_MOST_QUOTED])


def _all(headers: Mapping[str, str], name: str) -> list[str]:
    """Return every value of a header."""
    get_all = getattr(headers, "getall", None)  # of a multidict
    if get_all is not None:
        return list(get_all(name, ()))
    return [headers[name]] if name in headers else []


def check_host(text: str) -> str:
    """Return a host name for `AccessPolicy`, or raise ValueError."""
    match = _HOST.fullmatch(text)
    if match is None or (match[1] or match[2]) != text.strip("[]"):
        raise ValueError(f"{text!r} is not a host name: write it without a scheme and a port")
    return text.strip("[]")


def check_origin(text: str) -> str:
    """Return an origin for `AccessPolicy`, or raise ValueError.

    ``null`` is none: every sandboxed frame and every local file has it.
    """
    if not _ORIGIN.fullmatch(text):
        raise ValueError(f"{text!r} is not an origin: write it as https://example.org")
    return text


def _refused(error: str, message: str) -> Refusal:
    return Refusal(403, error_body(error, message))
