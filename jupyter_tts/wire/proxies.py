"""The proxy on the way to a server, as the environment or the system names it."""

from __future__ import annotations

import re
import urllib.request
from typing import Final
from urllib.parse import urlsplit

from .errors import ConnectError
from .hosts import is_loopback

__all__ = [
    "CHECK_PROXY",
    "check_http_proxy",
    "proxy_handler",
    "proxy_of",
    "proxy_refusal",
    "tunnel_status",
]

CHECK_PROXY: Final = "Check HTTPS_PROXY and ALL_PROXY."

# Whose proxies are asked for, by the scheme of the address, as websockets does; then all.
_SCHEMES: Final = {
    "wss": ("wss", "socks", "https"),
    "ws": ("ws", "socks", "https", "http"),
    "https": ("https",),
    "http": ("http",),
}
_TUNNEL: Final = re.compile(r"Tunnel connection failed: (\d{3})")
_UNAUTHORISED: Final = 407


def proxy_of(url: str) -> str | None:
    """Return the URL of the proxy for an address, None for none; never one for this machine.

    ``NO_PROXY`` is heeded, and ``ALL_PROXY`` where there is no proxy for the scheme.
    """
    parts = urlsplit(url)
    if is_loopback(url) or urllib.request.proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = urllib.request.getproxies()
    for scheme in (*_SCHEMES.get(parts.scheme, (parts.scheme,)), "all"):
        if proxy := proxies.get(scheme, "").strip():
            if scheme == "socks" and proxy.startswith("http://"):  # as macOS declares them
                return f"socks5h://{proxy[7:]}"
            return proxy if "://" in proxy else f"http://{proxy}"
    return None


def proxy_handler(url: str) -> urllib.request.ProxyHandler:
    """Return what has urllib use the proxy for an address, or none.

    Raises
    ------
    ConnectError
        If it is none that urllib can use.
    """
    proxy = proxy_of(url)
    if proxy is None:
        return urllib.request.ProxyHandler({})
    check_http_proxy(proxy)
    return urllib.request.ProxyHandler({"http": proxy, "https": proxy})


def check_http_proxy(proxy: str) -> None:
    """Refuse a proxy that requests over HTTP cannot go through.

    Raises
    ------
    ConnectError
    """
    if not proxy.startswith("http://"):
        raise ConnectError(
            f"The proxy {_place(proxy)} cannot carry HTTP requests: only http:// ones do.",
            hint=CHECK_PROXY,
        )


def proxy_refusal(proxy: str, url: str, status: int | None = None) -> ConnectError:
    """Return the error of a proxy that does not let a connection through, in words of our own.

    Its own words may hold its password, which is not told either.

    Parameters
    ----------
    proxy, url : str
    status : int, optional
        HTTP status of its answer.
    """
    host = urlsplit(url).netloc.rpartition("@")[2] or url
    answer = f" (HTTP {status})" if status is not None else ""
    hint = CHECK_PROXY
    if status == _UNAUTHORISED:
        hint = f"It wants a name and a password: http://NAME:PASSWORD@{_place(proxy)}. {hint}"
    return ConnectError(f"The proxy {_place(proxy)} does not connect to {host}{answer}.", hint=hint)


def tunnel_status(failure: object) -> int | None:
    """Return the status with which a proxy refused a tunnel, by what http.client says of it."""
    refused = _TUNNEL.search(str(failure))
    return int(refused[1]) if refused else None


def _place(proxy: str) -> str:
    return urlsplit(proxy).netloc.rpartition("@")[2] or "of the environment"
