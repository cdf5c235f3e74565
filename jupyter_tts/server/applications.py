"""The application that the command line asks for: the voice, a recording proxy or a replay."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from ..wire.condition_options import conditions_from_options
from ..wire.conditions import Conditions
from ..wire.errors import ParameterError
from ..wire.hosts import HOSTS, KEY_VARIABLE, LOCAL, server_fault
from .access.limits import Limits
from .access.middleware import single_handler_app
from .access.policy import AccessPolicy
from .app import create_app
from .engines.all_voices import AllVoices
from .engines.sound_length import MOST_SECONDS
from .simulation.simulation import Simulation

__all__ = ["add_recording_options", "application", "options_fault"]


def add_recording_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to record and to replay to a command line."""
    group = parser.add_argument_group(
        "record and replay", "record the streams of another server, or play recorded ones"
    )
    group.add_argument(
        "--record",
        metavar="FILE",
        help="pass WebSockets and HTTP on to --upstream and record both sides, without keys, in a "
        f"new file; the key comes from the client or from {KEY_VARIABLE}",
    )
    group.add_argument(
        "--upstream",
        metavar="SERVER",
        help=f"the server to record: {', '.join(HOSTS)}, or a URL",
    )
    group.add_argument(
        "--replay",
        metavar="FILE",
        help="answer requests from a recording, at its pace",
    )


def options_fault(options: argparse.Namespace) -> str | None:
    """Return why the options do not go together, or None."""
    try:
        conditions = conditions_from_options(options)
    except ParameterError as fault:
        return str(fault)
    if (options.record is None) != (options.upstream is None):
        return "--record and --upstream go together"
    if options.record is None and options.replay is None:
        return None
    if options.record is not None and options.replay is not None:
        return "--record and --replay do not go together"
    if options.upstream == LOCAL:
        return "--upstream needs the URL of an embedded voice that runs"
    if options.upstream is not None and (wrong := server_fault(options.upstream)):
        return wrong
    if conditions != Conditions():
        return "simulated conditions are for the embedded voice"
    return None


@contextlib.asynccontextmanager
async def application(
    options: argparse.Namespace, key: str | None, access: AccessPolicy, limits: Limits
) -> AsyncIterator[web.Application]:
    """Open the application, with what it needs, as a context.

    Parameters
    ----------
    options
        Without a fault.
    key
        The key that clients must send, or None for no key.
    access
        Which hosts and origins are served.
    limits
        What one client may take.

    Raises
    ------
    ProtocolError
        If the file to replay is not a recording.
    OSError
        If a file cannot be read, or the one to record to exists.
    """
    if options.replay is not None:
        from .recording import Replay, read_recording

        with Path(options.replay).open(encoding="utf-8") as file:
            replay = Replay(read_recording(file), limits=limits)
        yield single_handler_app(replay.handle, access, key=key)
    elif options.record is not None:
        from .recording import Proxy, Recorder, Upstream

        with Path(options.record).open("x", encoding="utf-8") as file:
            upstream_key = os.environ.get(KEY_VARIABLE, "").strip() or None
            upstream = Upstream(options.upstream, key=upstream_key, own_key=key)
            proxy = Proxy(upstream, Recorder(file), limits=limits)
            yield single_handler_app(proxy.handle, access, key=key)
    else:
        simulation = Simulation(conditions_from_options(options))
        async with AllVoices(most_seconds=MOST_SECONDS) as engine:
            yield create_app(engine, key=key, access=access, limits=limits, simulation=simulation)
