"""The voices and the models over HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server.engines.all_voices import AllVoices

from ..http_client import ask
from ..serving import RunningServer, StartServer

VOICES = AllVoices().voices


def search(server: RunningServer, **query: Any) -> dict[str, Any]:
    answer = ask(f"{server.address}/v2/voices?{urlencode(query, doseq=True)}")
    assert answer.status == 200
    page: dict[str, Any] = answer.json
    return page


def ids(page: dict[str, Any]) -> list[str]:
    return [voice["voice_id"] for voice in page["voices"]]


def test_pages_joined_are_all_voices(server: RunningServer) -> None:
    listed: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = search(server, page_size=50, **token)
        listed += ids(page)
        assert page["total_count"] == len(VOICES)
        assert page["has_more"] == (page["next_page_token"] is not None)
        if not page["has_more"]:
            break
        assert len(page["voices"]) == 50
        token = {"next_page_token": page["next_page_token"]}
    assert listed == [voice.id for voice in VOICES]


def test_a_page_has_10_voices_by_default(server: RunningServer) -> None:
    assert len(search(server)["voices"]) == 10


@pytest.mark.parametrize(
    ("query", "matching"),
    [
        ({"search": "rachel"}, {"21m00Tcm4TlvDq8ikWAM"}),
        ({"search": "natural"}, {"heart"}),
        ({"search": "No such voice"}, set()),
        ({"language": "de"}, {"de"}),
        ({"language": ["cy", "eo"]}, {"cy", "eo"}),
        ({"voice_ids": "en-us,de"}, {"en-us", "de"}),
        ({"voice_ids": ["fr", "nobody"]}, {"fr"}),
        ({"gender": "neutral"}, {"SAz9YHcvj6GT2YYXdXww", "dvbL7qkNGZY1IqPGZAjM"}),
        ({"voice_type": "personal"}, set()),
        ({"category": "cloned"}, set()),
        ({"search": "rachel", "gender": "male"}, set()),
    ],
)
def test_filters_are_joined(
    server: RunningServer, query: dict[str, Any], matching: set[str]
) -> None:
    page = search(server, page_size=100, **query)
    assert set(ids(page)) == matching
    assert page["total_count"] == len(matching)


def test_a_language_has_its_varieties(server: RunningServer) -> None:
    page = search(server, page_size=100, language="pt", category="premade", voice_type="default")
    assert set(ids(page)) == {"pt", "pt-br"}


def test_sorting_by_name_goes_both_ways(server: RunningServer) -> None:
    names = [voice["name"] for voice in search(server, page_size=100, sort="name")["voices"]]
    assert names == sorted(names, key=str.casefold)
    last = search(server, page_size=1, sort="name", sort_direction="desc")["voices"][0]["name"]
    assert last.casefold() == max(voice.name.casefold() for voice in VOICES)


@pytest.mark.parametrize(
    "query",
    [
        *("page_size=0", "page_size=101", "page_size=x", "next_page_token=x"),
        *("sort=size", "sort_direction=up", "voice_type=mine", "sort=name&sort=size"),
    ],
)
def test_a_page_that_cannot_be_is_refused(server: RunningServer, query: str) -> None:
    answer = ask(f"{server.address}/v2/voices?{query}")
    assert answer.status == 422
    assert answer.json["detail"][0]["loc"] == ["query", query.split("=")[0]]


def test_after_the_last_voice_there_is_an_empty_page(server: RunningServer) -> None:
    page = search(server, next_page_token="100000")
    assert (page["voices"], page["has_more"], page["next_page_token"]) == ([], False, None)


@pytest.mark.parametrize("voice_id", ["en-us", "de+f3", "cmn", "JBFqnCBsd6RMkjVDRZzb"])
def test_a_preview_is_heard(server: RunningServer, voice_id: str) -> None:
    voice = ask(f"{server.address}/v1/voices/{voice_id.replace('+', '%2B')}").json
    assert voice["voice_id"] == voice_id
    answer = ask(voice["preview_url"])
    assert answer.headers["content-type"] == "audio/mpeg"
    pcm = decoder(parse_format("mp3_44100_128")).decode(answer.body)
    assert 2 < len(pcm) / 88_200 < 15


def test_a_preview_needs_no_key_and_costs_nothing(start_server: StartServer) -> None:
    server = start_server("--api-key", "SECRET", "--quota", "3")
    assert ask(f"{server.address}/v1/voices/en-us/preview").status == 200
    assert ask(f"{server.address}/v1/voices/nobody/preview").status == 404
    subscription = ask(f"{server.address}/v1/user/subscription", xi_api_key="SECRET").json
    assert subscription["character_count"] == 0


def test_the_models_say_that_they_are_one(server: RunningServer) -> None:
    models = ask(f"{server.address}/v1/models").json
    assert "eleven_multilingual_v2" in {model["model_id"] for model in models}
    for model in models:
        assert model["can_do_text_to_speech"]
        assert "embedded voice" in model["name"]
        assert {"language_id": "de", "name": "German"} in model["languages"]
        assert model["maximum_text_length_per_request"] == 10_000


@pytest.mark.parametrize("path", ["/v1/voices", "/v2/voices", "/v1/voices/en-us", "/v1/models"])
def test_lists_need_the_key_where_one_is_set(keyed: RunningServer, path: str) -> None:
    assert ask(keyed.address + path).code == "invalid_api_key"
    assert ask(keyed.address + path, xi_api_key="SECRET").status == 200
