"""%tts_voices: listing, adding and removing voices."""

from __future__ import annotations

import builtins
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts.client.connections.pool import Readiness
from jupyter_tts.client.http import get_json
from jupyter_tts.client.keys import Key
from jupyter_tts.notebook.commands import voices as voices_magic
from jupyter_tts.notebook.commands.suggestions import suggest
from jupyter_tts.notebook.runtime.frontend import FRONTEND_VARIABLE
from jupyter_tts.notebook.runtime.session import session_of
from jupyter_tts.notebook.servers import voices as servers
from jupyter_tts.notebook.servers.connections import connections
from jupyter_tts.notebook.servers.embedded import embedded_server
from jupyter_tts.notebook.servers.voices import fetch_preview, known_voices
from jupyter_tts.notebook.voices.widget import VoiceList
from jupyter_tts.voice_files import catalogue, store
from jupyter_tts.voice_files.catalogue import CatalogueVoice
from jupyter_tts.voice_files.store import FOLDER_VARIABLE, VoiceStore
from jupyter_tts.wire.errors import (
    ConnectError,
    NotConfirmed,
    ParameterError,
    TTSError,
    VoiceFileError,
    VoiceNotFound,
)
from jupyter_tts.wire.request import SpeechRequest

from ...voice_files.conftest import heart  # noqa: F401
from ...voice_files.file_server import FileServer, serving
from ...voice_files.piper_files import MODEL, SETTINGS, write_piper


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def folder(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file_server: FileServer,
    heart: bytes,  # noqa: F811
) -> Path:
    """The folder of voices; emma, of those to fetch, is at the test's server."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "voices"))
    file_server.files["/emma.onnx"] = heart
    known = dict(catalogue.catalogue())
    known["emma"] = CatalogueVoice(
        "emma",
        "en-gb",
        "female",
        len(heart),
        hashlib.sha256(heart).hexdigest(),
        "Apache-2.0",
        f"{file_server.address}/emma.onnx",
    )
    monkeypatch.setattr(store, "catalogue", lambda: known)
    return tmp_path / "voices"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked; the answer is yes."""
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return " Yes "

    monkeypatch.setattr(builtins, "input", answer)
    return asked


def offered(line: str) -> list[str]:
    return [text for text, _ in suggest(line)[1]]


@pytest.mark.usefixtures("shared_server")
def test_a_terminal_lists_the_voices(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_line_magic("tts_voices", "")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("The embedded voices: 2")
    assert lines[2] == "English"
    assert "  de" in "\n".join(lines)
    (fenrir_line,) = (line for line in lines if line.startswith("  fenrir"))
    assert fenrir_line.endswith("Fenrir, en-us, male, natural, 8.0 MB; %tts_voices add fenrir")
    (heart_line,) = (line for line in lines if line.startswith("  heart"))
    assert heart_line.endswith("Heart, en-us, female, natural, 7.9 MB")


@pytest.mark.usefixtures("shared_server")
def test_words_filter_the_list(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_line_magic("tts_voices", "german male --server local")
    assert "  de " in (shown := capsys.readouterr().out)
    assert "English" not in shown
    shell.run_line_magic("tts_voices", "klingon female")
    assert capsys.readouterr().out == "There is no voice with 'klingon female'.\n"


@pytest.mark.usefixtures("shared_server")
def test_a_notebook_nobody_watches_has_html(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setenv(FRONTEND_VARIABLE, "headless")
    monkeypatch.setattr(voices_magic, "publish_display_data", shown.append)
    shell.run_line_magic("tts_voices", "natural")
    (bundle,) = shown
    assert "<summary>English (" in bundle["text/html"]
    assert "<code>heart</code> Heart, en-us, female, natural, 7.9 MB" in bundle["text/html"]
    assert bundle["text/plain"].startswith("The embedded voices")


@pytest.mark.usefixtures("shared_server")
def test_a_page_has_a_widget_that_sends_previews(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setenv(FRONTEND_VARIABLE, "live")
    monkeypatch.setattr(voices_magic, "display", shown.append)
    shell.run_line_magic("tts_voices", "german")
    (widget,) = shown
    assert isinstance(widget, VoiceList)
    (group,) = widget.groups
    assert (group["language"], group["voices"][0]["id"]) == ("German", "de")
    sent: list[Any] = []
    monkeypatch.setattr(widget, "send", lambda *message: sent.append(message))
    session = session_of(shell)
    session.event_loop.submit(widget._send_preview(7, "de")).result(60)
    session.event_loop.submit(widget._send_preview(8, "no such voice")).result(60)
    (content, (sound,)), (failure,) = sent
    assert content == {"kind": "sound", "number": 7}
    assert sound.startswith((b"ID3", b"\xff"))
    assert failure["kind"] == "failed"
    assert "no such voice has no preview" in failure["message"]
    bundle = widget._repr_mimebundle_()
    assert (
        "The embedded voices" in (bundle[0] if isinstance(bundle, tuple) else bundle)["text/plain"]
    )
    widget.close()


@pytest.mark.parametrize(
    ("listing", "error", "sentence"),
    [
        (None, VoiceNotFound, "has no preview"),
        ([], VoiceNotFound, "has no preview"),
        ({"preview_url": None}, VoiceNotFound, "has no preview"),
        ({"preview_url": "file:///etc/passwd"}, VoiceFileError, "only https://"),
        ({"preview_url": "http://127.0.0.1:1/x"}, VoiceNotFound, "would be on this machine"),
        ({"preview_url": "http://voices.test/x"}, VoiceFileError, "take https://"),
    ],
)
def test_a_preview_elsewhere_is_not_fetched(
    shell: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    listing: object,
    error: type[TTSError],
    sentence: str,
) -> None:
    async def answer(*_: object) -> object:
        return listing

    monkeypatch.setattr(servers, "get_json", answer)
    session = session_of(shell)
    preview = fetch_preview(session, "https://voices.test", "v")
    with pytest.raises(error, match=sentence):
        session.event_loop.submit(preview).result(60)


def test_a_server_that_does_not_answer_is_named(shell: InteractiveShell) -> None:
    with pytest.raises(ConnectError, match=r"127\.0\.0\.1:9"):
        shell.run_line_magic("tts_voices", "--server http://127.0.0.1:9")
    with pytest.raises(ParameterError, match="server must be"):
        shell.run_line_magic("tts_voices", "--server nowhere")


def test_a_voice_is_fetched_after_a_question(
    shell: InteractiveShell,
    answers: list[str],
    folder: Path,
    file_server: FileServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shell.run_line_magic("tts_voices", "add emma")
    (question,) = answers
    assert question == (
        f"The voice emma (7.9 MB; licence: Apache-2.0) is fetched from "
        f"{file_server.address}/emma.onnx to {folder / 'emma.onnx'}. Go on? [y/N] "
    )
    shown = capsys.readouterr().out
    assert "emma: 7.9 MB of 7.9 MB" in shown
    assert shown.endswith("The voice emma is here: --voice emma speaks with it.\n")
    assert [voice.name for voice in VoiceStore().installed()] == ["emma"]
    shell.run_line_magic("tts_voices", "rm EMMA")
    assert capsys.readouterr().out == "The voice emma was removed (7.9 MB).\n"
    assert VoiceStore().installed() == ()


def test_yes_leaves_the_question_out(
    shell: InteractiveShell, folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_piper(tmp_path / "my voices", "own")
    shell.run_line_magic("tts_voices", f'add "{path}" --name mine --yes')
    assert capsys.readouterr().out.startswith("The voice mine (0.0 MB; licence: not stated")
    assert (folder / "mine.onnx").exists()


def test_a_url_with_its_hash(
    shell: InteractiveShell, file_server: FileServer, answers: list[str]
) -> None:
    file_server.files["/x.onnx"] = MODEL
    file_server.files["/x.onnx.json"] = json.dumps(SETTINGS).encode()
    sha256 = hashlib.sha256(MODEL).hexdigest()
    shell.run_line_magic("tts_voices", f"add {file_server.address}/x.onnx --sha256 {sha256}")
    assert [voice.name for voice in VoiceStore().installed()] == ["x"]


def test_no_is_an_answer(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, folder: Path, file_server: FileServer
) -> None:
    monkeypatch.setattr(builtins, "input", lambda question: "")
    with pytest.raises(NotConfirmed, match="Nothing was added"):
        shell.run_line_magic("tts_voices", "add emma")
    assert not folder.exists()
    assert file_server.asked == []


@pytest.mark.parametrize("failure", [StdinNotImplementedError, EOFError])
def test_where_nobody_answers_yes_is_named(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, failure: type[Exception], folder: Path
) -> None:
    def ask(question: str) -> str:
        raise failure(question)

    monkeypatch.setattr(builtins, "input", ask)
    with pytest.raises(NotConfirmed, match=r"emma \(7.9 MB; .* nothing was done: add --yes"):
        shell.run_line_magic("tts_voices", "add emma")
    assert not folder.exists()


def test_an_interrupt_says_that_it_can_go_on(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(voices_magic, "add_voice", interrupt)
    with pytest.raises(VoiceFileError, match="goes on from there"):
        shell.run_line_magic("tts_voices", "add emma --yes")


def test_a_notebook_has_a_bar_that_goes_away(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures: list[Any] = []

    class Handle:
        def update(self, data: Any, **_: Any) -> None:
            pictures.append(data)

    def show(data: Any, **_: Any) -> Handle:
        pictures.append(data)
        return Handle()

    monkeypatch.setenv(FRONTEND_VARIABLE, "live")
    monkeypatch.setattr(voices_magic, "display", show)
    shell.run_line_magic("tts_voices", "add emma --yes")
    assert pictures[0]["text/html"].startswith(
        '<progress aria-label="emma" max="7936868" value="0"'
    )
    assert pictures[-2]["text/plain"] == "emma: 7.9 MB of 7.9 MB"
    assert pictures[-1] == {"text/html": "", "text/plain": ""}


@pytest.mark.parametrize(
    ("line", "error", "sentence"),
    [
        ("add", ParameterError, "takes one voice"),
        ("add a b", ParameterError, "quote a path that has spaces"),
        ("add emma --sha", ParameterError, "no option --sha .did you mean --sha256"),
        ("add emma --sha256", ParameterError, "--sha256 needs a value"),
        ("add ema --yes", VoiceFileError, "Try emma"),
        ("add heart --yes", VoiceFileError, "comes with its package"),
        ("add https://voices.test/x.onnx", VoiceFileError, "--sha256 HEX"),
        ("add https://voices.test/x.onnx --sha256 12", VoiceFileError, "64 hexadecimal digits"),
        ("rm", ParameterError, "takes one voice"),
        ("rm heart", VoiceFileError, "part of hibari-tts, so it cannot be removed"),
        ("rm emma", VoiceFileError, "There is no voice emma here. None was added"),
        ("--odd", ParameterError, "no option --odd"),
    ],
)
def test_bad_input_ends_in_a_sentence(
    shell: InteractiveShell, line: str, error: type[TTSError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        shell.run_line_magic("tts_voices", line)


@pytest.mark.usefixtures("shell")
def test_tab_offers_commands_voices_and_files(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_piper(tmp_path, "own")
    write_piper(folder, "thorsten")
    assert offered("%tts_voices ") == ["add", "rm", "--server"]
    assert offered("%tts_voices r") == ["rm"]
    assert offered("%tts_voices --server l") == ["local"]
    assert offered("%tts_voices add e") == ["emma"]
    assert offered("%tts_voices add o") == ["own.onnx"]
    assert offered("%tts_voices add voices/") == ["voices/thorsten.onnx"]
    assert offered("%tts_voices add emma --") == ["--sha256", "--name", "--yes"]
    assert offered("%tts_voices add emma --name ") == []
    assert offered("%tts_voices rm ") == ["thorsten"]
    assert offered("%tts_voices rm thorsten ") == []
    assert offered("%tts_voices german ") == ["--server"]


@pytest.mark.usefixtures("shared_server")
def test_the_server_is_asked_again_once_there_is_another_voice(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def count(server: str, path: str, *arguments: Any) -> Any:
        asked.append(path)
        return await get_json(server, path, *arguments)

    monkeypatch.setattr(servers, "get_json", count)
    session = session_of(shell)
    assert known_voices(session, "local")
    assert known_voices(session, "local")
    assert asked == ["/v1/voices"]
    shell.run_line_magic("tts_voices", "add emma --yes")
    assert known_voices(session, "local")
    assert asked == ["/v1/voices"] * 2


@pytest.mark.usefixtures("shared_server")
def test_no_socket_waits_any_more_that_knows_the_voices_of_before(shell: InteractiveShell) -> None:
    session = session_of(shell)
    request = SpeechRequest(server="local")
    pool = connections(session).pool

    async def warm() -> Key:
        url, key = await embedded_server(session).start()
        pool.warm(request.at(url), key)
        return key

    key = session.event_loop.submit(warm()).result()
    addressed = embedded_server(session).addressed(request)
    assert pool.readiness(addressed, key) is not Readiness.NONE
    shell.run_line_magic("tts_voices", "add emma --yes")
    assert pool.readiness(addressed, key) is Readiness.NONE
