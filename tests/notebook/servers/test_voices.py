"""The voices of a server, read from its list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from jupyter_tts.notebook.runtime.session import Session
from jupyter_tts.notebook.servers.embedded import embedded_server
from jupyter_tts.notebook.servers.voices import list_languages, list_voices, read_voices
from jupyter_tts.wire.errors import LocalVoiceMissing
from jupyter_tts.wire.hosts import LOCAL


def test_a_voice_has_its_id_name_and_labels() -> None:
    labels = {"language": "de", "gender": "female", "kind": "natural", "without_effect": "seed"}
    voice = {"voice_id": "v", "name": "Vera", "labels": labels}
    assert read_voices({"voices": [{**voice, "category": "premade"}]}) == [
        {"id": "v", "name": "Vera", **labels}
    ]


@pytest.mark.parametrize("labels", [{}, {"labels": None}, {"labels": ["de"]}, {"labels": {}}])
def test_what_a_voice_does_not_say_is_empty(labels: dict[str, object]) -> None:
    assert read_voices({"voices": [{"voice_id": 7, "name": None, **labels}]}) == [
        {"id": "7", "name": "", "language": "", "gender": "", "kind": "", "without_effect": ""}
    ]


@pytest.mark.parametrize(
    "listing", [None, [], "voices", {}, {"voices": None}, {"voices": 7}, {"voices": {"a": 1}}]
)
def test_a_list_that_is_none_has_no_voices(listing: object) -> None:
    assert read_voices(listing) == []


def test_what_is_no_voice_is_left_out() -> None:
    voices = read_voices({"voices": [None, "v", {"name": "Nameless"}, {"voice_id": "v"}]})
    assert [voice["id"] for voice in voices] == ["v"]


def test_a_voice_can_be_shown_whatever_its_name() -> None:
    labels = {"language": "\ud83d", "gender": "\ude00"}
    (voice,) = read_voices(
        {"voices": [{"voice_id": "\ud83d", "name": "\ud83d\ude00", "labels": labels}]}
    )
    assert "".join(voice.values()).encode().decode() == "\ufffd😀\ufffd\ufffd"


@pytest.mark.parametrize("ask", [list_voices, list_languages])
async def test_an_embedded_server_that_is_asked_for_its_voices_is_not_stopped_for_another(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[Session, str], Awaitable[object]]
) -> None:
    session = Session()
    server = embedded_server(session)
    starting, started = asyncio.Event(), asyncio.Event()

    async def bring_up() -> None:
        starting.set()
        await started.wait()
        raise LocalVoiceMissing("As far as it was to come.")

    monkeypatch.setattr(server, "_bring_up", bring_up)
    asked = asyncio.ensure_future(ask(session, LOCAL))
    await starting.wait()
    await server.stop_unused()
    started.set()
    with pytest.raises(LocalVoiceMissing):
        await asked
