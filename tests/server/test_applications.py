"""Which application a command line asks for, and which options go together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.access.policy import AccessPolicy
from jupyter_tts.server.applications import application, options_fault
from jupyter_tts.server.cli import make_parser
from jupyter_tts.server.listener import bind, listening
from jupyter_tts.wire.errors import ProtocolError

from .http_client import Answer, ask
from .test_cli import refusal_of

LIMITS = Limits()
NOBODY = "http://127.0.0.1:9"
RECORD = ("--record", "FILE", "--upstream", NOBODY)


@asynccontextmanager
async def run(*arguments: str, key: str | None = None) -> AsyncIterator[str]:
    """Serve what the arguments ask for; the value is the address."""
    options = make_parser().parse_args(arguments)
    assert options_fault(options) is None
    async with application(options, key, AccessPolicy(), LIMITS) as app:
        listener = await bind("127.0.0.1", 0, limits=LIMITS)
        async with listening(app, listener, limits=LIMITS) as address:
            yield address


async def get(url: str, **headers: str) -> Answer:
    return await asyncio.to_thread(ask, url, **headers)


@pytest.mark.parametrize(
    "arguments", [(), RECORD, ("--replay", "FILE"), ("--rtt", "100", "--status", "503:0.5")]
)
def test_options_that_go_together_have_no_fault(arguments: Sequence[str]) -> None:
    assert options_fault(make_parser().parse_args(arguments)) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--record", "FILE"], "--record and --upstream go together"),
        (["--upstream", "eu"], "--record and --upstream go together"),
        (["--record", "FILE", "--upstream", "eu", "--replay", "FILE"], "do not go together"),
        (["--record", "FILE", "--upstream", "local"], "needs the URL"),
        (["--record", "FILE", "--upstream", "nowhere"], "server must be"),
        (["--replay", "FILE", "--rtt", "100"], "for the embedded voice"),
        (["--rtt", "-5"], "rtt must be 0 to 5000"),
        (["--status", "often"], "CODE or CODE:PROBABILITY"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refusal_of(arguments, capsys)


async def test_without_options_it_is_the_voice_which_asks_for_the_key_there_is() -> None:
    async with run(key="SECRET") as address:
        assert (await get(f"{address}/v1/voices")).code == "invalid_api_key"
        voices = await get(f"{address}/v1/voices", xi_api_key="SECRET")
        assert len(voices.json["voices"]) > 130


async def test_the_conditions_given_are_those_it_simulates() -> None:
    async with run("--rtt", "100", "--jitter", "20") as address:
        conditions = (await get(f"{address}/jupyter_tts/conditions")).json
        assert (conditions["rtt"], conditions["jitter"]) == (100, 20)


async def test_a_proxy_passes_on_to_another_server_and_records(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    async with run("--record", str(file), "--upstream", NOBODY) as address:
        assert (await get(f"{address}/v1/voices")).status == 502
    assert file.exists()


async def test_a_replay_knows_only_what_was_recorded_and_asks_for_its_own_key(
    tmp_path: Path,
) -> None:
    file = tmp_path / "recording.jsonl"
    async with run() as voice, run("--record", str(file), "--upstream", voice) as proxy:
        live = await get(f"{proxy}/v1/voices")
    async with run("--replay", str(file), key="SECRET") as address:
        assert (await get(f"{address}/v1/voices")).status == 401
        assert (await get(f"{address}/v1/voices", xi_api_key="SECRET")).body == live.body
        assert (await get(f"{address}/v1/models", xi_api_key="SECRET")).code == "not_recorded"


async def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "there"
    file.write_text("mine")
    with pytest.raises(FileExistsError):
        async with run("--record", str(file), "--upstream", NOBODY):
            pass
    assert file.read_text() == "mine"


async def test_what_is_no_recording_is_not_replayed(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text("not a recording")
    with pytest.raises(ProtocolError):
        async with run("--replay", str(file)):
            pass
    with pytest.raises(FileNotFoundError):
        async with run("--replay", str(tmp_path / "missing")):
            pass
