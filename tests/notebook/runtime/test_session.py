"""One session for each shell: what it holds, and that nothing of it survives `%unload_ext`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from jupyter_tts import say, stream
from jupyter_tts.client.keys import KEY_VARIABLE
from jupyter_tts.notebook.servers.embedded import EmbeddedServer
from jupyter_tts.wire.errors import ConnectError, TTSError

from ..conftest import end_shell

HOST = "https://voices.test"


@pytest.fixture
def other() -> Iterator[InteractiveShell]:
    """A second shell in the same process, with the extension loaded."""
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyter_tts")
    yield shell
    shell.run_line_magic("unload_ext", "jupyter_tts")
    end_shell(shell)


def url_of(shell: InteractiveShell, options: str = "") -> str:
    """The URL that a cell of a shell would send its text to."""
    with capture_output() as shown:
        shell.run_cell(f"%tts --dry-run --server elevenlabs {options} Hello.")
    (output,) = shown.outputs
    return str(output.data["text/plain"].partition("\n")[0])


def is_withheld(shell: InteractiveShell, server: str) -> bool:
    """Whether a shell's key stays away from a server."""
    code = (
        "from jupyter_tts.notebook.runtime.session import current_session\n"
        f"withheld = current_session().keys.withheld({server!r})"
    )
    assert shell.run_cell(code).success
    return bool(shell.user_ns["withheld"])


def test_what_was_configured_does_not_survive_an_unload(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    shell.run_line_magic("config", "TTS.trusted_hosts = ['voices.test']")
    shell.run_line_magic("config", "TTS.latency = 4")
    shell.run_line_magic("config", "TTS.stability = 0.25")
    assert not is_withheld(shell, HOST)
    assert "optimize_streaming_latency=4" in url_of(shell)
    shell.run_line_magic("unload_ext", "jupyter_tts")
    assert is_withheld(shell, HOST)
    shell.run_line_magic("load_ext", "jupyter_tts")
    assert is_withheld(shell, HOST)
    assert "optimize_streaming_latency=2" in url_of(shell)


def test_what_a_configuration_file_sets_is_there_again_after_a_reload(
    shell: InteractiveShell,
) -> None:
    shell.run_line_magic("unload_ext", "jupyter_tts")
    shell.config.TTS.latency = 1
    try:
        shell.run_line_magic("load_ext", "jupyter_tts")
        shell.run_line_magic("config", "TTS.latency = 4")
        assert "optimize_streaming_latency=4" in url_of(shell)
        shell.run_line_magic("reload_ext", "jupyter_tts")
        assert "optimize_streaming_latency=1" in url_of(shell)
    finally:
        del shell.config["TTS"]


def test_two_shells_in_one_process_share_nothing(
    shell: InteractiveShell, other: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    shell.run_line_magic("config", "TTS.latency = 4")
    shell.run_line_magic("config", "TTS.trusted_hosts = ['voices.test']")
    shell.run_line_magic("tts_network", "--rtt 200")
    assert "optimize_streaming_latency=4" in url_of(shell)
    assert "optimize_streaming_latency=2" in url_of(other)
    assert (is_withheld(shell, HOST), is_withheld(other, HOST)) == (False, True)
    with capture_output() as shown:
        other.run_line_magic("tts_network", "")
    assert shown.stdout == "The embedded voice simulates nothing.\n"
    other.run_line_magic("unload_ext", "jupyter_tts")
    assert "optimize_streaming_latency=4" in url_of(shell)
    other.run_line_magic("load_ext", "jupyter_tts")


def test_a_key_that_was_typed_is_forgotten_with_its_session(
    shell: InteractiveShell, other: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _: "sk_canary")
    shell.run_line_magic("tts_key", "")
    assert is_withheld(shell, HOST)
    assert not is_withheld(other, HOST)
    shell.run_line_magic("reload_ext", "jupyter_tts")
    assert not is_withheld(shell, HOST)


def test_a_session_that_has_ended_says_so(shell: InteractiveShell) -> None:
    shell.run_cell("from jupyter_tts import Panel\npanel = Panel('Hello.', server='local')")
    shell.run_line_magic("unload_ext", "jupyter_tts")
    panel = shell.user_ns["panel"]
    panel.speak()
    assert "%load_ext jupyter_tts" in panel._controls.error
    panel.close()


async def never(voice: str) -> None:
    await asyncio.get_running_loop().create_future()


async def refused(voice: str) -> None:
    try:
        await never(voice)
    finally:
        raise ConnectError("No connection.")


@pytest.mark.parametrize("check", [never, refused])
@pytest.mark.parametrize("call", ["say", "stream"])
def test_a_speech_that_another_thread_prepares_ends_with_a_sentence(
    shell: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    check: Callable[[str], Awaitable[None]],
) -> None:
    preparing = threading.Event()

    async def check_voice(server: EmbeddedServer, voice: str) -> None:
        preparing.set()
        await check(voice)

    async def read() -> None:
        async for _ in stream("Hello.", server="local"):
            pass

    def speak() -> None:
        if call == "say":
            say("Hello.", server="local", play=False)
        else:
            asyncio.run(read())

    monkeypatch.setattr(EmbeddedServer, "check_voice", check_voice)
    with ThreadPoolExecutor() as pool:
        speaking = pool.submit(speak)
        assert preparing.wait(60)
        shell.run_line_magic("unload_ext", "jupyter_tts")
        with pytest.raises(TTSError, match=r"^The extension was unloaded\."):
            speaking.result(60)


@pytest.mark.usefixtures("shared_server")
def test_a_stream_on_another_loop_ends_with_a_sentence_and_leaves_no_socket(
    shell: InteractiveShell,
) -> None:
    hearing = threading.Event()

    async def endless() -> AsyncIterator[str]:
        while True:
            yield "This is a sentence, one of many. "
            await asyncio.sleep(0.1)

    async def listen() -> None:
        async for _ in stream(endless(), server="local", auto_mode=True):
            hearing.set()

    with ThreadPoolExecutor() as pool:
        listening = pool.submit(asyncio.run, listen())
        assert hearing.wait(60)
        shell.run_line_magic("unload_ext", "jupyter_tts")
        with pytest.raises(TTSError, match=r"^The extension was unloaded\."):
            listening.result(60)
