"""The embedded server as a process of its own, on loopback, for as long as a benchmark needs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme

from .machine import SERVER_CORES, pin

__all__ = ["Server", "authority", "resident", "serving"]


@dataclass(frozen=True)
class Server:
    """The server's process.

    Attributes
    ----------
    process : subprocess.Popen
    address : str
        ``http://127.0.0.1:PORT``, or ``https://``.
    """

    process: subprocess.Popen[str]
    address: str

    @property
    def websocket(self) -> str:
        """The same address for WebSockets."""
        return self.address.replace("http", "ws", 1)

    def workers(self) -> list[int]:
        """The process ids of its workers (Linux)."""
        pid = self.process.pid
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def memory(self) -> tuple[float, float]:
        """Resident memory of the server and of its workers, in MB."""
        return resident(self.process.pid), sum(map(resident, self.workers()))

    def kill_workers(self) -> int:
        """Kill its workers; return how many."""
        killed = 0
        for worker in self.workers():
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                killed += 1
        return killed


@contextmanager
def serving(
    *options: str, pinned: bool = False, module: str = "jupyter_tts.server"
) -> Iterator[Server]:
    """Serve while the context is open.

    Parameters
    ----------
    *options : str
        Of ``python -m jupyter_tts.server``, chiefly its conditions.
    pinned : bool, optional
        Whether it stays off the core of the measured process.
    module : str, optional
        What is run as the server.
    """
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed below); a line per stream
    process = subprocess.Popen(
        [sys.executable, "-m", module, "--exit-with-stdin", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    with log, process:
        try:
            if pinned:
                pin(process.pid, SERVER_CORES)
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith("listening on "):
                process.wait(10)
                log.seek(0)
                raise RuntimeError(f"the server did not start:\n{log.read()[-3000:]}")
            yield Server(process, line.split()[2])
        finally:
            process.terminate()


def authority(folder: Path) -> tuple[tuple[str, str, str, str], dict[str, str]]:
    """Make a certificate for loopback.

    Returns
    -------
    tuple
        The options that make `serving` use it, and the environment that makes a client trust it.
    """
    issuer = trustme.CA()
    certificate, authorities = folder / "server.pem", folder / "authority.pem"
    key = folder / "server.key"
    issued = issuer.issue_cert("localhost", "127.0.0.1")
    issued.private_key_pem.write_to_path(key)
    issued.cert_chain_pems[0].write_to_path(certificate)
    issuer.cert_pem.write_to_path(authorities)
    options = ("--certfile", str(certificate), "--keyfile", str(key))
    return options, {"SSL_CERT_FILE": str(authorities)}


def resident(pid: int) -> float:
    """A process's resident memory in MB; 0 for one that has ended (Linux)."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0
