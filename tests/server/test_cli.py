"""The life of the server's process: how it starts, says so, and ends."""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.sync.client import connect as connect_sync

from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.cli import main

from .serving import PATIENCE, RunningServer, StartServer, read_all, wait_until_gone

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="process ids of children are read from /proc"
)


def run(*arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    module = ["-m", "jupyter_tts.server"] if code is None else ["-c", code]
    return subprocess.run(
        [sys.executable, *module, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def rest_of_output(server: RunningServer) -> str:
    assert server.process.stdout is not None
    return server.process.stdout.read()


def test_it_prints_one_line_when_it_can_answer(start_server: StartServer) -> None:
    server = start_server()
    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d+", server.address)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{server.address}/v1/voices", timeout=PATIENCE) as response:
        assert response.status == 200
    server.process.terminate()
    assert rest_of_output(server) == ""


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_its_worker_cleanly(
    start_server: StartServer, number: signal.Signals
) -> None:
    server = start_server()
    worker = server.worker
    server.process.send_signal(number)
    assert server.process.wait(PATIENCE) == 0
    wait_until_gone(worker)
    assert server.log == ""


async def test_open_streams_are_closed_as_going_away(start_server: StartServer) -> None:
    server = start_server()
    async with connect(server.stream_input(), compression=None, proxy=None) as stream:
        await stream.send(json.dumps({"text": " "}))
        await stream.send(json.dumps({"text": "Hello. ", "flush": True}))
        await stream.recv()
        server.process.terminate()
        assert (await read_all(stream)).code == 1001
    assert server.process.wait(PATIENCE) == 0
    assert "Traceback" not in server.log


async def test_a_client_that_does_not_read_cannot_hold_it_up(start_server: StartServer) -> None:
    server = start_server()
    async with connect(server.stream_input(), compression=None, proxy=None, max_queue=1) as stream:
        await stream.send(json.dumps({"text": " "}))
        await stream.send(json.dumps({"text": "Hello world, again and again. " * 3_000}))
        await stream.recv()
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0
        stream.transport.abort()
    assert "Traceback" not in server.log


PARENT = """
import subprocess, sys
subprocess.Popen([sys.executable, "-m", "jupyter_tts.server"])
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell of a parent's end")
def test_it_ends_when_its_parent_dies() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().startswith("listening on ")
        parent.kill()
        # The server holds the other end of this pipe: its end is the server's end.
        assert parent.stdout.read() == ""


@needs_proc
def test_it_ends_with_its_standard_input_when_asked_to(start_server: StartServer) -> None:
    server = start_server("--exit-with-stdin", stdin=subprocess.PIPE)
    worker = server.worker
    assert server.process.stdin is not None
    server.process.stdin.write("what is written there does not matter\n")
    server.process.stdin.close()
    assert server.process.wait(PATIENCE) == 0
    wait_until_gone(worker)
    assert server.log == ""


@needs_proc
def test_it_takes_its_worker_along_even_when_it_is_killed(start_server: StartServer) -> None:
    server = start_server()
    worker = server.worker
    server.process.kill()
    wait_until_gone(worker)


def test_with_a_certificate_it_serves_tls(start_server: StartServer, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = start_server("--certfile", str(tmp_path / "server.pem"))
    assert server.address.startswith("https://127.0.0.1:")
    context = trustme_context(tmp_path / "ca.pem")
    with connect_sync(server.stream_input(), ssl=context, proxy=None) as stream:
        stream.send(json.dumps({"text": ""}))
        assert json.loads(stream.recv())["isFinal"]
        assert isinstance(stream.socket, ssl.SSLSocket)
        session = stream.socket.session
        assert session is None or not session.has_ticket


def trustme_context(authority: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority))


@needs_proc
def test_the_key_does_not_reach_the_worker(start_server: StartServer) -> None:
    server = start_server(environment={"JUPYTER_TTS_SERVER_KEY": "SECRET"})
    worker = server.worker
    assert b"SECRET" not in Path(f"/proc/{worker}/environ").read_bytes()
    assert b"SECRET" not in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()


def test_arguments_that_are_wrong_end_the_process_with_one_sentence() -> None:
    result = run("--unknown")
    assert result.returncode == 2
    assert "unrecognized arguments: --unknown" in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def refusal_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the command line says of arguments with which it does not begin."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    return output.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port", "70000"], "'70000' is not a port: write a number from 0 to 65535"),
        (["--port", "x"], "'x' is not a port"),
        (["--api-key", ""], "must not be empty"),
        (["--certfile", "/no/such/file.pem"], "certificate"),
        (["--keyfile", "/no/such/file.pem"], "--keyfile needs --certfile"),
        (["--unknown"], "--unknown"),
        (["--quota", "-1"], "--quota"),
        (["--quota", "many"], "--quota"),
        (["--allow-origin", "*"], "'*' is not an origin: write it as https://example.org"),
        (["--allow-host", "a:80"], "'a:80' is not a host name"),
    ],
)
def test_wrong_arguments_are_one_sentence(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in refusal_of(arguments, capsys)


def test_where_other_machines_can_reach_it_a_key_is_needed() -> None:
    result = run("--host", "0.0.0.0")
    assert result.returncode == 1
    assert result.stderr == (
        "python -m jupyter_tts.server: other machines can reach 0.0.0.0, so a key is needed. "
        "Set JUPYTER_TTS_SERVER_KEY, or leave --host at 127.0.0.1.\n"
    )
    assert result.stdout == ""


def test_with_a_key_it_listens_where_it_is_told_to(start_server: StartServer) -> None:
    server = start_server(
        *(
            "--host",
            "0.0.0.0",
            "--allow-host",
            "voice.example",
            "--allow-origin",
            "https://a.example",
        ),
        environment={"JUPYTER_TTS_SERVER_KEY": "SECRET"},
    )
    url = server.address.replace("0.0.0.0", "127.0.0.1") + "/v1/voices/en-us"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def status(**headers: str) -> int:
        request = urllib.request.Request(url, headers={"xi-api-key": "SECRET", **headers})
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code

    assert status() == 200
    assert status(Host="voice.example") == 200
    assert status(Host="evil.example") == 403
    assert status(Origin="https://a.example") == 200
    assert status(Origin="https://b.example") == 403


def test_what_is_no_http_is_one_line_in_the_log(start_server: StartServer) -> None:
    server = start_server()
    port = int(server.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as peer:
        peer.sendall(b"GET /v1/voices HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
        assert peer.recv(65_536).startswith(b"HTTP/1.0 400 Bad Request\r\n")
    assert server.log == "ERROR a request was not HTTP\n"


@needs_proc
def test_it_may_open_as_many_files_as_its_connections_need(start_server: StartServer) -> None:
    server = start_server(preexec_fn=few_files)
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith("Max open files")]
    assert int(line.split()[3]) >= Limits().connections


def few_files() -> None:
    import resource  # POSIX only

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("--port", str(taken.getsockname()[1]))
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "in use" in result.stderr


@pytest.mark.parametrize("missing", ["espeakng_loader", "aiohttp"])
def test_a_missing_extra_is_one_sentence_that_says_how_to_install_it(missing: str) -> None:
    code = (
        f"import runpy, sys; sys.modules[{missing!r}] = None; "
        "sys.argv = ['server']; runpy.run_module('jupyter_tts.server', run_name='__main__')"
    )
    result = run(code=code)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert 'pip install "jupyter_tts[local]"' in result.stderr
    assert result.stdout == ""


def test_it_imports_nothing_of_ipython_or_the_client() -> None:
    code = (
        "import sys, jupyter_tts.server.cli; "
        "print([name for name in sys.modules if name.partition('.')[0] in "
        "('IPython', 'ipywidgets', 'anywidget') or name.startswith(('jupyter_tts.client', "
        "'jupyter_tts.notebook'))])"
    )
    assert run(code=code).stdout.strip() == "[]"
