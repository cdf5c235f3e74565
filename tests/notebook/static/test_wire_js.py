"""What the page makes of settings is what Python makes of them, byte for byte."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_tts.notebook.panel.schema import declaration
from jupyter_tts.wire.hosts import HOSTS, LOCAL
from jupyter_tts.wire.models import MODEL_IDS
from jupyter_tts.wire.parameters import PARAMETERS, Kind, Place, parameter
from jupyter_tts.wire.request import SpeechRequest, changes, settings_key

from ...node import Node, open_node
from ...wire.test_request import VALUES

MARKS = st.text("!*'()~-_. %+/?#&=:;,@ü💬\u2028\"\\", min_size=1).filter(
    lambda text: text.strip() and text not in (".", "..")
)
SERVERS = [
    LOCAL,
    *HOSTS,
    "https://example.test/a/prefix",
    "HTTPS://Example.TEST:8443//a//b//",
    "ws://[::1]:8000",
    " http://spaced.test/?",
    "wss://h/%20/ü#",
]
WIDER = {
    **VALUES,
    "voice": VALUES["voice"] | MARKS,
    "model": VALUES["model"] | MARKS,
    "server": st.sampled_from(SERVERS),
    "seed": st.integers(0, 2**32 - 1) | st.just(2**31),
    "pronounce": st.lists(
        st.text("SQa=/ˈəː\\,éŋ ", min_size=1).filter(lambda item: _accepted("pronounce", [item])),
        min_size=1,
        max_size=3,
        unique_by=lambda item: unicodedata.normalize("NFC", item.partition("=")[0]),
    ).map(lambda items: list(parameter("pronounce").check(items)))
    | VALUES["pronounce"],
    "pronunciation": st.lists(
        st.from_regex(r"[^:\s]{1,4}:[^:\s]{1,4}", fullmatch=True), min_size=1, max_size=3
    ).filter(lambda items: all(_accepted("pronunciation", [item]) for item in items)),
}
SETTINGS = st.fixed_dictionaries(
    {}, optional={name: values | st.none() for name, values in WIDER.items()}
)
ADDRESSES = st.sampled_from(["", "http://127.0.0.1:40123", "https://localhost/x/"])

REQUEST_MODULE = "panel/wire/request.js"
MESSAGE_MODULE = "panel/wire/first_message.js"
TYPED_MODULE = "panel/fields/typed_value.js"


def _accepted(name: str, value: object) -> bool:
    try:
        parameter(name).check(value)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        return False
    return True


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with open_node(declaration()) as node:
        yield node


def at(values: dict[str, Any], address: str) -> SpeechRequest:
    request = SpeechRequest(**values)
    return request.at(address) if address and request.server == LOCAL else request


@settings(max_examples=250)
@given(values=SETTINGS, address=ADDRESSES)
def test_the_page_makes_the_same_url(node: Node, values: dict[str, Any], address: str) -> None:
    request = at(values, address)
    parts = node.call(REQUEST_MODULE, "urlParts", values, address)
    assert [(part["kind"], part["text"]) for part in parts] == [
        (part.kind, part.text) for part in request.url_parts
    ]
    assert all(part["sent"] for part in parts)
    assert node.call(REQUEST_MODULE, "urlText", values, address) == request.url


@pytest.mark.parametrize("server", SERVERS)
def test_a_servers_address_is_read_alike(node: Node, server: str) -> None:
    for address in ("", "http://127.0.0.1:40123/x/"):
        assert node.call(REQUEST_MODULE, "urlText", {"server": server}, address) == (
            at({"server": server}, address).url
        )


@settings(max_examples=250)
@given(values=SETTINGS)
def test_the_page_makes_the_same_first_message(node: Node, values: dict[str, Any]) -> None:
    request = SpeechRequest(**values)
    parts = node.call(MESSAGE_MODULE, "messageParts", values)
    text = "".join(part["text"] for part in parts)
    assert text == json.dumps(request.first_message, ensure_ascii=False)


@settings(max_examples=200)
@given(values=SETTINGS)
def test_the_page_knows_what_travels_and_the_levers(node: Node, values: dict[str, Any]) -> None:
    request = SpeechRequest(**values)
    assert node.call(REQUEST_MODULE, "sentValues", values) == _plain(request.sent)
    levers = node.call(REQUEST_MODULE, "activeLevers", values)
    assert list(levers.items()) == list(_plain(request.active_levers).items())


@settings(max_examples=250)
@given(before=SETTINGS, after=SETTINGS, shared=st.sets(st.sampled_from(sorted(WIDER))))
def test_the_page_names_the_same_changes_and_costs(
    node: Node, before: dict[str, Any], after: dict[str, Any], shared: set[str]
) -> None:
    after = {**after, **{name: before.get(name) for name in shared}}
    expected = [
        {
            "parameter": change.parameter.name,
            "before": _plain(change.before),
            "after": _plain(change.after),
            "cost": change.cost.value,
        }
        for change in changes(SpeechRequest(**before), SpeechRequest(**after))
    ]
    assert node.call(REQUEST_MODULE, "changes", before, after) == expected


@settings(max_examples=200)
@given(values=SETTINGS)
def test_defaults_are_shown_for_exactly_what_is_left_out(
    node: Node, values: dict[str, Any]
) -> None:
    request = SpeechRequest(**values)
    left_out = {
        declared.name: declared
        for declared in PARAMETERS
        if declared.name not in request.sent
        and declared.default is not None
        and request.endpoint in declared.endpoints
    }
    url = node.call(REQUEST_MODULE, "unsentUrlParts", values)
    assert not any(part["sent"] for part in url)
    assert "".join(part["text"] for part in url) == "".join(
        f"&{declared.wire}={declared.write(declared.default)}"
        for declared in left_out.values()
        if declared.place is Place.QUERY and not (request.endpoint.is_http and declared.http_body)
    )
    shown = node.call(MESSAGE_MODULE, "messageParts", values, {"defaults": True})
    sent = "".join(part["text"] for part in shown if part["sent"])
    assert sent == json.dumps(request.first_message, ensure_ascii=False)
    whole = json.loads("".join(part["text"] for part in shown))
    for declared in left_out.values():
        if declared.place in (Place.VOICE_SETTINGS, Place.GENERATION_CONFIG):
            is_voice = declared.place is Place.VOICE_SETTINGS
            key = settings_key(request.endpoint) if is_voice else declared.place.value
            assert whole[key][declared.wire] == _plain(declared.default)
        elif request.endpoint.is_http and declared.http_body:
            assert whole[declared.wire] == declared.default


@pytest.mark.parametrize("model", [None, "kokoro", "eleven_v4_of_next_year", *MODEL_IDS])
@pytest.mark.parametrize("transport", ["websocket", "http"])
def test_the_page_says_the_same_of_the_level(node: Node, model: str | None, transport: str) -> None:
    for multi in (False, True):
        values = {"model": model, "transport": transport, "multi": multi}
        request = SpeechRequest(**values)
        assert node.call(REQUEST_MODULE, "levelNote", values) == request.level_note
        assert node.call(REQUEST_MODULE, "urlText", values) == request.url


TYPED = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"\A[-+]?[0-9]{0,11}[.]?[0-9]{0,4}\Z"),
    st.lists(st.integers(-10, 600).map(str), max_size=5).map(", ".join),
    st.lists(st.text("Aa=/ˈə\\éŋ2 [", max_size=6).map("Q{}".format), max_size=3).map(", ".join),
    st.from_regex(r"\A(https?|WSS|ftp)://[a-zA-Z0-9.:@/%\[\]_-]{0,12}\Z"),
    st.sampled_from(
        ["eleven_v3", "eleven_v2", "auto", "local", "a:b,c:d", "..", "...", "http://h:0"]
    ),
)


@settings(max_examples=250)
@given(name=st.sampled_from(sorted(WIDER)), text=TYPED)
def test_what_the_page_lets_a_user_type_python_accepts(node: Node, name: str, text: str) -> None:
    declared = parameter(name)
    if declared.kind is Kind.SWITCH:
        return
    reading = node.call(TYPED_MODULE, "readTyped", _declared(name), text)
    if "fault" in reading:
        assert reading["fault"] == f"must be {declared.accepted}"
    elif reading["value"] is not None and name != "language":  # which goes by the model, too
        taken = getattr(SpeechRequest(**{name: reading["value"]}), name)
        assert _plain(taken) == reading["value"]
        assert taken == declared.parse(text)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("stability", "0.25", 0.25),
        ("speed", ".8", 0.8),
        ("seed", "4294967295", 2**32 - 1),
        ("seed", "4294967296", None),
        ("seed", "1.5", None),
        ("schedule", "50,120 , 500", [50, 120, 500]),
        ("schedule", "50,,60", None),
        ("schedule", "49", None),
        ("language", "de", "de"),
        ("language", "DE", None),
        ("model", "eleven_v3_preview", "eleven_v3_preview"),
        ("model", "Eleven_Flash_V2_5", None),
        ("model", "tts-1-HD", "tts-1-HD"),
        ("model", "eleven_flash_v2_5", "eleven_flash_v2_5"),
        ("voice", "..", None),
        ("voice", "a b/ü", "a b/ü"),
        ("pronunciation", "a:1, b:2", ["a:1", "b:2"]),
        ("pronunciation", "a:1,b:2,c:3,d:4", None),
        (
            "pronounce",
            r"SQL = sequel,1\,5=x=y, GIF=/dʒɪf/",
            ["SQL=sequel", r"1\,5=x=y", "GIF=/dʒɪf/"],
        ),
        ("pronounce", "SQL=sequel, SQL=squeal", None),
        ("pronounce", "SQL", None),
        ("pronounce", "SQL=[x]", None),
        ("pronounce", "SQL=S IY1 K W AH0 L", None),
        ("pronounce", "SQL=/жə/", None),
        ("server", "eu", "eu"),
        ("server", "http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("server", "127.0.0.1:8000", None),
        ("server", "http://key@host", None),
        ("server", "http://h?a=1", None),
    ],
)
def test_typed_text_is_read_as_its_parameter(node: Node, name: str, text: str, value: Any) -> None:
    reading = node.call(TYPED_MODULE, "readTyped", _declared(name), text)
    refused = {"fault": f"must be {parameter(name).accepted}"}
    assert reading == (refused if value is None else {"value": value})


def test_an_empty_field_is_not_set(node: Node) -> None:
    assert node.call(TYPED_MODULE, "readTyped", _declared("seed"), "  ") == {"value": None}


def test_no_float_and_no_list_travels_in_the_url() -> None:
    # str() of these differs between the two languages; all others are proven to agree.
    kinds = {declared.kind for declared in PARAMETERS if declared.place.in_url}
    assert kinds <= {Kind.TEXT, Kind.INTEGER, Kind.SWITCH}


def _declared(name: str) -> Any:
    return next(declared for declared in declaration()["parameters"] if declared["name"] == name)


def _plain(value: object) -> Any:
    return json.loads(json.dumps(value))
