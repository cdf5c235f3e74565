"""The public Player: what its page gets of one speech after another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import comm
import nbformat
import pytest
from comm.base_comm import BaseComm
from nbclient import NotebookClient

from jupyter_tts import Player
from jupyter_tts.wire.errors import ParameterError

pytestmark = pytest.mark.usefixtures("shared_server")


class Page(BaseComm):
    """What a widget sends, as a page without IPython gets it."""

    messages: list[Any] = []  # noqa: RUF012  # one page for all widgets of a test

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **_: Any
    ) -> None:
        self.messages.append((data or {}, buffers or []))

    @classmethod
    def sound(cls, number: int) -> bytes:
        """The sound that came for a speech, in order."""
        chunks = [
            (content["seq"], buffers[0])
            for content, buffers in cls.custom()
            if content["kind"] == "audio" and content["speech"] == number
        ]
        return b"".join(bytes(buffer) for _, buffer in sorted(chunks))

    @classmethod
    def custom(cls) -> list[tuple[dict[str, Any], Any]]:
        return [(data["content"], buffers) for data, buffers in cls.messages if "content" in data]

    @classmethod
    def numbers(cls) -> list[int]:
        """The number that each message is about, as far as the page can tell by their order."""
        numbers = []
        for data, _ in cls.messages:
            number = data.get("state", {}).get("number", data.get("content", {}).get("speech"))
            if number:
                numbers.append(number)
        return numbers


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> type[Page]:
    monkeypatch.setattr(Page, "messages", [])
    monkeypatch.setattr(comm, "create_comm", Page)
    return Page


def test_one_speech_after_another_is_sent_whole_and_nothing_of_the_one_before_comes_late(
    page: type[Page], capsys: pytest.CaptureFixture[str]
) -> None:
    player = Player()
    first = player.say("Hello.", voice="en-us")
    player._handle_custom_msg({"kind": "progress", "played": 9, "state": "paused", "speech": 1}, [])
    second = player.say("And you.", voice="en-us", latency=3)
    player._handle_custom_msg({"kind": "ended", "speech": 1}, [])
    third = player.say("Well.", voice="en-us")
    assert player.speech is third
    player.close()
    assert page.numbers() == sorted(page.numbers())
    for number, speech in enumerate((first, second, third), 1):
        sent = page.sound(number)
        assert sent == speech.pcm[: len(sent)]
        assert len(sent) > 1000
    assert capsys.readouterr().out == ""


def test_what_is_refused_leaves_the_player_as_it_is(page: type[Page]) -> None:
    player = Player()
    with pytest.raises(ParameterError, match="latency"):
        player.say("Hello.", latency=9)
    assert (player.number, player.speech) == (0, None)
    player.stop()  # of nothing
    player.close()


def test_where_no_page_can_show_it_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    speech = Player().say("Hello.", voice="en-us")
    assert speech.complete
    assert capsys.readouterr().out.startswith("Embedded voice · en-us")


def test_unattended_it_leaves_no_widget_and_its_speeches_leave_their_views(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    sources = [
        "from jupyter_tts import Player\nplayer = Player()\nplayer",
        "speech = player.say('Hello.', voice='en-us')\nspeech",
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    client = NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=60)
    shown, said = (cell.outputs for cell in client.execute().cells)
    assert client.widget_state == {}
    assert [set(output.data) for output in shown] == [{"text/plain"}]
    assert ["<audio" in output.data["text/html"] for output in said] == [True]
