"""The embedded server while clients come, vanish and misbehave, and its workers are killed.

``python -m benchmarks.churn [--minutes 30] [--rate 2000]`` starts a server on loopback that
requires a key, and begins so many clients a minute, evenly: most speak a stream to its end; the
others vanish in the middle of one, open a socket and say nothing, come without the key, or ask for
a file. Every second its workers are killed. At the start, at half of the time and at the end, when
all clients have gone, it counts what the server still has, once that has given free memory back to
the system. It prints that, and memory, threads and descriptors meanwhile (Linux with glibc), and
fails where the server has more at the end, a stream is lost, or a client is refused: no more come
than the server has places, so on a machine that is busy fewer than asked for, and a refusal is a
place that was not given back. Half a minute by default, which shows only whether it works.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientError, ClientSession
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from .server import Server, resident, serving
from .server_load import END, FIRST, PATH, PATIENCE, SENTENCES

__all__ = ["Look", "grown", "main"]

KEY = "churn"
VARIABLE = "JUPYTER_TTS_SERVER_KEY"
KINDS = {"whole": 12, "vanishes": 4, "silent": 2, "stranger": 1, "file": 1}
"""What clients do, and how often of twenty."""

MOST_CLIENTS = 64
"""At once: what 2,000 a minute are where each is served at once, and far fewer than the server's
`Limits.streams`."""

LOOKS = 10
"""How often the server is looked at while clients come."""

MOST_GROWTH = {"megabytes": 8.0, "objects": 2_000, "threads": 1, "descriptors": 2}
"""How much more the server may have at the end than at the start, when there are no clients; of
memory and objects, than at half of the time, when all that is kept for good is there."""


@dataclass(frozen=True)
class Look:
    """What the server's process has at a time.

    Attributes
    ----------
    at : str
        When.
    megabytes : float
        Resident, without its workers.
    threads, descriptors : int
    clients : int
        How many there were.
    objects : int or None
        Python's blocks of memory in use, where they were counted.
    """

    at: str
    megabytes: float
    threads: int
    descriptors: int
    clients: int = 0
    objects: int | None = None

    @classmethod
    def now(cls, server: Server, at: str, clients: int = 0, objects: int | None = None) -> Look:
        """Look at a server."""
        process = Path(f"/proc/{server.process.pid}")
        return cls(
            at,
            resident(server.process.pid),
            len([*(process / "task").iterdir()]),
            len([*(process / "fd").iterdir()]),
            clients,
            objects,
        )

    @classmethod
    async def without_clients(cls, server: Server, at: str) -> Look:
        """Look at a server whose clients have gone, and which has given free memory back."""
        await asyncio.sleep(2.0)  # the last worker starts, the last connections end
        server.process.send_signal(signal.SIGUSR1)
        assert server.process.stdout is not None
        objects = int(await asyncio.to_thread(server.process.stdout.readline))
        return cls.now(server, at, objects=objects)


def grown(start: Look, half: Look, end: Look) -> list[str]:
    """Return what has grown; there are no clients at the three."""
    before = {"megabytes": half, "objects": half, "threads": start, "descriptors": start}
    return [
        f"{name}: {getattr(before[name], name):.0f}, then {getattr(end, name):.0f}"
        for name, most in MOST_GROWTH.items()
        if getattr(end, name) > getattr(before[name], name) + most
    ]


async def come(server: Server, kind: str, chance: random.Random, tally: Counter[str]) -> None:
    """Be one client, and note what it meets."""
    headers = {} if kind == "stranger" else {"xi-api-key": KEY}
    sentences = chance.sample(SENTENCES, chance.randint(1, 3))
    try:
        async with asyncio.timeout(PATIENCE):
            if kind == "file":
                await _ask_for_file(server, headers, " ".join(sentences))
            else:
                await _open_stream(server, headers, kind, sentences)
        tally[kind] += 1
    except (WebSocketException, ClientError, OSError, TimeoutError, AssertionError) as fault:
        tally[f"failed: {kind}, {type(fault).__name__} {fault}"] += 1


async def _ask_for_file(server: Server, headers: dict[str, str], text: str) -> None:
    url = f"{server.address}/v1/text-to-speech/en-us/with-timestamps?output_format=wav_48000"
    async with (
        ClientSession(headers=headers) as session,
        session.post(url, json={"text": text}) as answer,
    ):
        assert answer.status == 200, f"HTTP {answer.status}"
        assert "audio_base64" in await answer.json()


async def _open_stream(
    server: Server, headers: dict[str, str], kind: str, sentences: Sequence[str]
) -> None:
    socket = await connect(
        server.websocket + PATH, compression=None, proxy=None, additional_headers=headers
    )
    try:
        if kind in ("silent", "stranger"):
            await asyncio.sleep(2.0)
            return
        await socket.send(FIRST)
        for sentence in sentences:
            await socket.send(json.dumps({"text": f"{sentence} "}))
        await socket.send(END)
        heard = ""
        async for frame in socket:
            message = json.loads(frame)
            heard += "".join((message.get("alignment") or {}).get("chars", ()))
            if kind == "vanishes" and message.get("audio"):
                return
        sent = "".join(f"{sentence} " for sentence in sentences)
        assert heard == sent, f"{len(sent)} characters sent, {len(heard)} heard"
    finally:
        if kind == "whole":
            await socket.close()
        else:
            socket.transport.abort()


async def churn(
    server: Server, minutes: float, rate: float
) -> tuple[list[Look], list[str], Counter[str]]:
    """Begin `rate` clients a minute for some minutes.

    Returns
    -------
    tuple
        What was seen, what of it has grown, and what the clients met.
    """
    chance = random.Random(0)
    tally: Counter[str] = Counter()
    await come(server, "whole", chance, tally)  # so that everything has been used once
    start = await Look.without_clients(server, "the start")
    first = await _come_evenly(server, minutes / 2, rate, chance, tally)
    half = await Look.without_clients(server, "half of the time")
    second = await _come_evenly(server, minutes / 2, rate, chance, tally, before=minutes / 2)
    end = await Look.without_clients(server, "the end")
    return [start, *first, half, *second, end], grown(start, half, end), tally


async def _come_evenly(
    server: Server,
    minutes: float,
    rate: float,
    chance: random.Random,
    tally: Counter[str],
    *,
    before: float = 0.0,
) -> list[Look]:
    """Begin clients for some minutes, before which there were others; wait until they have gone."""
    looks: list[Look] = []
    clients: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def each(period: float, act: Callable[[], None]) -> None:
        number = 0
        while (number := number + 1) * period <= 60 * minutes:
            await asyncio.sleep(max(0.0, began + number * period - loop.time()))
            act()

    async with asyncio.TaskGroup() as group:

        def begin() -> None:
            if len(clients) >= MOST_CLIENTS:
                tally["not begun, the machine is busy"] += 1
                return
            (kind,) = chance.choices([*KINDS], [*KINDS.values()])
            client = group.create_task(come(server, kind, chance, tally))
            clients.add(client)
            client.add_done_callback(clients.discard)

        def look() -> None:
            at = f"{before + (loop.time() - began) / 60:.1f} min"
            looks.append(Look.now(server, at, len(clients)))
            print(looks[-1], file=sys.stderr, flush=True)

        def kill() -> None:
            tally["workers killed"] += server.kill_workers()

        group.create_task(each(60.0 / rate, begin))
        group.create_task(each(1.0, kill))
        group.create_task(each(60 * minutes / (LOOKS // 2), look))
    return looks


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if something grew or was lost."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.churn", description="Churn on the embedded server."
    )
    parser.add_argument("--minutes", type=float, default=0.5, help="for so long (%(default)s)")
    parser.add_argument("--rate", type=float, default=600, help="clients a minute (%(default)s)")
    options = parser.parse_args(arguments)
    os.environ[VARIABLE] = KEY  # the server takes it from there
    with serving(module="benchmarks.measured_server") as server:
        looks, growth, tally = asyncio.run(churn(server, options.minutes, options.rate))
    print("| " + " | ".join(["at", "clients", *MOST_GROWTH]) + " |\n|---|---|---|---|---|---|")
    for look in looks:
        values = [getattr(look, name) for name in MOST_GROWTH]
        has = ["" if value is None else f"{value:.0f}" for value in values]
        print("| " + " | ".join([look.at, str(look.clients), *has]) + " |")
    for name, count in sorted(tally.items()):
        print(f"- {name}: {count}")
    faults = [f"grown: {what}" for what in growth]
    faults += [name for name in tally if name.startswith("failed")]
    print("\n".join(faults) or "Nothing grew, and no stream was lost.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
