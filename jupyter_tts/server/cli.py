"""The command line of the embedded voice, and the life of its process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import logging
import os
import re
import signal
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from ..wire.condition_options import add_condition_options
from ..wire.errors import ParameterError, TTSError
from ..wire.hosts import LOCAL_KEY_VARIABLE
from .access.limits import Limits
from .access.policy import AccessPolicy, check_host, check_origin
from .applications import add_recording_options, application, options_fault
from .listener import bind, listening

if sys.platform == "win32":
    resource = None
else:
    import resource

__all__ = ["main", "make_parser"]

T = TypeVar("T")

# Seconds between two looks at whether the parent process is still there.
_PARENT_INTERVAL: Final = 0.25

# File descriptors that are not connections: the workers' pipes, the loop, the log.
_OWN_DESCRIPTORS: Final = 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until it is asked to end; return the exit code."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    key = options.api_key if options.api_key is not None else os.environ.get(LOCAL_KEY_VARIABLE)
    os.environ.pop(LOCAL_KEY_VARIABLE, None)  # not for the worker process
    if options.api_key == "":
        parser.error("the key must not be empty")
    if fault := options_fault(options):
        parser.error(fault)
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


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m jupyter_tts.server",
        description="An ElevenLabs-compatible text-to-speech server: a natural voice for English, "
        "eSpeak NG for other languages.",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (%(default)s); one that other machines can reach needs a key",
    )
    parser.add_argument(
        "--port", type=_checked(_port), default=0, help="port; 0, the default, picks one"
    )
    parser.add_argument(
        "--api-key",
        metavar="KEY",
        help="key that clients must send; an argument shows in the list of processes, so rather "
        f"set the environment variable {LOCAL_KEY_VARIABLE}",
    )
    parser.add_argument(
        "--allow-origin",
        type=_checked(check_origin),
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let web pages of this origin (https://example.org) use the server; may be repeated",
    )
    parser.add_argument(
        "--allow-host",
        type=_checked(check_host),
        action="append",
        default=[],
        metavar="NAME",
        help="answer to this host name too, which a proxy or a name server gives this machine; "
        "may be repeated",
    )
    parser.add_argument("--certfile", metavar="FILE", help="certificate (PEM): serve over TLS")
    parser.add_argument("--keyfile", metavar="FILE", help="its private key, if in another file")
    parser.add_argument(
        "--exit-with-stdin",
        action="store_true",
        help="end when standard input closes, so that no server outlives who holds its other end",
    )
    add_condition_options(parser)
    add_recording_options(parser)
    return parser


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65_535:
        raise ValueError(f"{text!r} is not a port: write a number from 0 to 65535")
    return int(text)


def _checked(check: Callable[[str], T]) -> Callable[[str], T]:
    """Let argparse show a ValueError's own words."""

    def checked(text: str) -> T:
        try:
            return check(text)
        except ValueError as fault:
            raise argparse.ArgumentTypeError(str(fault)) from None

    return checked


def _tls_context(certfile: str | None, keyfile: str | None) -> ssl.SSLContext | None:
    if certfile is None:
        if keyfile is not None:
            raise ValueError("--keyfile needs --certfile")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certfile, keyfile)
    # A ticket would arrive while a client with threads, as ElevenLabs' own SDK, sends its request;
    # Python's TLS then loses that now and then.
    context.num_tickets = 0
    return context


async def _serve(options: argparse.Namespace, key: str | None, tls: ssl.SSLContext | None) -> None:
    """Serve until a signal, the end of the parent or of standard input."""
    parent = os.getppid()
    serving = asyncio.create_task(_serve_while_child_of(parent, options, key, tls))

    def stop() -> None:
        if not serving.cancelling():  # a second signal must not interrupt the cleanup of the first
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
    limits = Limits()
    with await bind(options.host, options.port, limits=limits) as listener:
        access = _access(options, listener.getsockname()[0], key)
        _allow_descriptors(limits.connections + _OWN_DESCRIPTORS)
        async with (
            application(options, key, access, limits) as app,
            listening(app, listener, limits=limits, tls=tls) as address,
        ):
            print(f"listening on {address}", flush=True)
            while os.getppid() == parent:  # never changes on Windows
                await asyncio.sleep(_PARENT_INTERVAL)


def _access(options: argparse.Namespace, address: str, key: str | None) -> AccessPolicy:
    """Return which hosts and origins a server on this address serves.

    Raises
    ------
    ParameterError
        If other machines can reach it and it asks for no key.
    """
    access = AccessPolicy.of(address, [options.host, *options.allow_host], options.allow_origin)
    if key is None and not access.is_local:
        raise ParameterError(
            [f"other machines can reach {options.host}, so a key is needed"],
            hint=f"Set {LOCAL_KEY_VARIABLE}, or leave --host at 127.0.0.1.",
        )
    return access


def _allow_descriptors(count: int) -> None:
    """Raise the soft limit of open files, 256 on macOS, as far as that is allowed."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


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
