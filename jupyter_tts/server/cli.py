"""The command line of the embedded voice, and the life of its process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import logging
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Final

from aiohttp import web

from ..wire.errors import TTSError
from ..wire.hosts import LOCAL_KEY_VARIABLE
from .app import create_app
from .engine import Engine

__all__ = ["main"]

# Seconds between two looks at whether the parent process is still there.
_PARENT_INTERVAL: Final = 0.25

# Seconds that open streams get to end when the server closes.
_SHUTDOWN: Final = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until it is told to end; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    key = options.api_key if options.api_key is not None else os.environ.get(LOCAL_KEY_VARIABLE)
    os.environ.pop(LOCAL_KEY_VARIABLE, None)  # not for the worker process
    if options.api_key == "":
        parser.error("the key must not be empty")
    try:
        tls = _tls_context(options.certfile, options.keyfile)
    except (OSError, ValueError) as fault:
        parser.error(f"the certificate cannot be used: {fault}")
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    try:
        asyncio.run(_serve(options, key or None, tls))
    except (TTSError, OSError) as fault:
        print(f"{parser.prog}: {fault}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m jupyter_tts.server",
        description="An ElevenLabs-compatible text-to-speech server on eSpeak NG.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port; 0, the default, picks one")
    parser.add_argument(
        "--api-key",
        metavar="KEY",
        help="key that clients must send; an argument shows in the list of processes, so rather "
        f"set the environment variable {LOCAL_KEY_VARIABLE}",
    )
    parser.add_argument("--certfile", metavar="FILE", help="certificate (PEM): serve over TLS")
    parser.add_argument("--keyfile", metavar="FILE", help="its private key, if in another file")
    parser.add_argument(
        "--exit-with-stdin",
        action="store_true",
        help="end when standard input closes, so that no server outlives who holds its other end",
    )
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise ValueError
    return port


def _tls_context(certfile: str | None, keyfile: str | None) -> ssl.SSLContext | None:
    if certfile is None:
        if keyfile is not None:
            raise ValueError("--keyfile needs --certfile")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certfile, keyfile)
    return context


async def _serve(options: argparse.Namespace, key: str | None, tls: ssl.SSLContext | None) -> None:
    """Serve until a signal, the end of the parent or of standard input."""
    parent = os.getppid()
    serving = asyncio.create_task(_serve_while_child_of(parent, options, key, tls))

    def stop() -> None:
        if not serving.cancelling():  # a second signal must not cut the first one's cleaning up
            serving.cancel()

    call_stop = functools.partial(asyncio.get_running_loop().call_soon_threadsafe, stop)
    with _called_on_signals(call_stop):
        if options.exit_with_stdin:
            threading.Thread(target=_call_when_stdin_ends, args=[call_stop], daemon=True).start()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


async def _serve_while_child_of(
    parent: int, options: argparse.Namespace, key: str | None, tls: ssl.SSLContext | None
) -> None:
    async with (
        Engine() as engine,
        _listening(options, create_app(engine, key=key), tls) as address,
    ):
        print(f"listening on {address}", flush=True)
        while os.getppid() == parent:  # never changes on Windows
            await asyncio.sleep(_PARENT_INTERVAL)


@contextlib.asynccontextmanager
async def _listening(
    options: argparse.Namespace, app: web.Application, tls: ssl.SSLContext | None
) -> AsyncIterator[str]:
    """Serve `app` while the context is open; its value is the address, as a URL."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN)
    await runner.setup()
    try:
        listener = await _bind(options.host, options.port)
        await web.SockSite(runner, listener, ssl_context=tls).start()
        host, port = listener.getsockname()[:2]
        yield f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        await runner.cleanup()


async def _bind(host: str, port: int) -> socket.socket:
    """Return one listening socket, IPv4 if the host's name has both."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return socket.create_server(address, family=family)


@contextlib.contextmanager
def _called_on_signals(stop: Callable[[], object]) -> Iterator[None]:
    """Call `stop` on SIGTERM and SIGINT while the context is open."""
    before = {
        number: signal.signal(number, lambda *_: stop())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _call_when_stdin_ends(stop: Callable[[], object]) -> None:
    # os.read, not sys.stdin: a thread that waits in the latter blocks the interpreter's end.
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop has ended before
        stop()
