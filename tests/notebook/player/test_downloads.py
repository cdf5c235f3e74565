"""What the kernel gives a page that asks for a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.player.downloads import send_file
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest

RATE = 24_000
WORDS = (Word("Hello", 0.1, 0.4), Word("you.", 0.5, 0.9))


class Page:
    """A player of which only what its page gets is looked at."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, Any], list[bytes]]] = []

    def send(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        self.got.append((content, buffers or []))


def speech(words: tuple[Word, ...] = WORDS) -> Speech:
    made = Speech("Hello you.", SpeechRequest(), RATE, Timeline(), label="A")
    made.add(Audio(b"\1\2" * RATE, RATE, words))
    made.finish()
    return made


@pytest.mark.parametrize("suffix", [".mp3", ".vtt", ".srt"])
async def test_a_file_is_as_save_writes_it(suffix: str, tmp_path: Path) -> None:
    page, made = Page(), speech()
    await send_file(page, made, 7, suffix)
    data = made.save(tmp_path / f"a{suffix}").read_bytes()
    assert page.got == [
        ({"kind": "heard"}, []),
        ({"kind": "file", "number": 7, "error": ""}, [data]),
    ]


async def test_a_file_that_cannot_be_made_is_refused_with_a_sentence() -> None:
    page = Page()
    await send_file(page, speech(words=()), 7, ".srt")
    _, (answer, buffers) = page.got
    assert answer["number"] == 7
    assert "The server told no times of words, so hello-you.srt was not written." in answer["error"]
    assert buffers == []


async def test_a_page_gets_no_other_kind_of_file() -> None:
    page = Page()
    await send_file(page, speech(), 7, "/../../key")
    assert page.got == []
