from __future__ import annotations

import copy
import pickle
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from jupyter_tts.url_check.check import LONGEST, Diagnosis, Finding, Severity, check_url
from jupyter_tts.url_check.redaction import DOTS, has_credential
from jupyter_tts.wire.hosts import default_voice
from jupyter_tts.wire.parameters import CREDENTIALS, PARAMETERS, Place
from jupyter_tts.wire.request import SpeechRequest

from ..wire.test_request import SETTINGS

BASE = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"
RIGHT = f"{BASE}?model_id=eleven_flash_v2_5&optimize_streaming_latency=3&seed=7"
SECRET = "5uPerS3cret"

FRAGMENTS = [
    *(
        "wss://",
        "ws://",
        "https://",
        "http:/",
        "api.elevenlabs.io",
        "elevenlabs.io",
        "[::1]",
        ":80",
    ),
    *(
        "/v1",
        "/text-to-speech",
        "/text-to-dialogue",
        "/",
        "stream-input",
        "multi-stream-input",
        "stream",
        "//",
        "..",
        ".",
    ),
    *(
        "?",
        "&",
        "&amp;",
        ";",
        "#",
        "=",
        "@",
        ":",
        ",",
        "+",
        " ",
        "\n",
        '"',
        "“",
        "'",
        "\\",
        "%",
        "$x",
    ),
    *("？", "＆", "＝", "：", "／", "–", "”", "」", "\\\n", " -H", "curl ", "\u00a0", "%EF%BC%9F"),
    *("%2F", "%zz", "%ff", "%ED%A0%80", "%3F", "%26", "%25", "\x00", "\ud800", "\u200b", "é", "ｗ"),
    *("{voice_id}", "<x>", "nan", "inf", "-1", "9", "1e999", "True", "eleven_v3", "[50]", "EN"),
    *("eleven_v4_turbo", "fa", "eleven_flash_v2_5"),
    *(declared.wire for declared in PARAMETERS if declared.wire),
    *(declared.name for declared in PARAMETERS),
    *(credential.wire for credential in CREDENTIALS),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A right URL with some of it cut out, and something else put in."""
    url = RIGHT
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(url)))
        end = min(len(url), begin + draw(st.integers(0, 6)))
        url = url[:begin] + draw(st.sampled_from(["", *FRAGMENTS])) + url[end:]
    return url


ANYTHING = st.one_of(
    st.text(), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join), mutated()
)


def all_text(diagnosis: Diagnosis) -> str:
    """Return everything that a diagnosis shows or holds, as one text."""
    sentences = [f.parameter + f.message + f.effect for f in diagnosis.findings]
    return "".join([repr(diagnosis), repr(diagnosis.__dict__), diagnosis.url, *sentences])


def test_a_url_without_faults_is_left_alone() -> None:
    diagnosis = check_url(BASE + "?model_id=eleven_flash_v2_5")
    assert diagnosis.ok
    assert diagnosis.findings == ()
    assert diagnosis.corrected == diagnosis.url == BASE + "?model_id=eleven_flash_v2_5"
    assert repr(diagnosis) == "Nothing to correct."


def test_the_second_question_mark_of_the_article_is_found_and_corrected() -> None:
    diagnosis = check_url(f"{BASE}?model_id=eleven_multilingual_v2?optimize_streaming_latency=3")
    assert not diagnosis.ok
    assert diagnosis.corrected == (
        f"{BASE}?model_id=eleven_multilingual_v2&optimize_streaming_latency=3"
    )
    finding = diagnosis.findings[0]
    assert finding == Finding(
        Severity.ERROR,
        "query",
        'A second "?" stands before optimize_streaming_latency, where "&" belongs.',
        "Everything after it becomes part of the value before: the server sees "
        'model_id = "eleven_multilingual_v2?optimize_streaming_latency=3", an unknown model, '
        "and never optimize_streaming_latency.",
    )
    assert diagnosis.parameters == {
        "server": "elevenlabs",
        "voice": "abc",
        "model": "eleven_multilingual_v2",
        "latency": 3,
    }


def test_a_severity_equals_its_plain_string() -> None:
    severities = [finding.severity for finding in check_url(RIGHT).findings]
    assert severities == ["note"]
    assert [str(severity) for severity in Severity] == ["error", "warning", "note"]


def test_a_diagnosis_shows_one_finding_a_line_and_the_corrected_url() -> None:
    diagnosis = check_url(f"{BASE}?seed=-1?latency=9&stability=1&foo=1")
    lines = repr(diagnosis).splitlines()
    assert lines[0] == f"Corrected: {diagnosis.corrected}"
    assert [line.split()[:3] for line in lines[1:]] == [
        ["error", "query:", "A"],
        ["error", "seed", "must"],  # a name that the message begins with is not said twice
        ["error", "latency:", "The"],
        ["error", "latency:", "optimize_streaming_latency"],
        ["error", "stability", "belongs"],
        ["warning", "foo", "is"],
        ["note", "latency:", "optimize_streaming_latency"],
    ]


def test_a_diagnosis_is_a_value() -> None:
    diagnosis = check_url(RIGHT)
    assert diagnosis == check_url(RIGHT)
    assert hash(diagnosis) == hash(check_url(RIGHT))
    assert pickle.loads(pickle.dumps(diagnosis)) == copy.deepcopy(diagnosis) == diagnosis


HOSTS = [
    *("api.elevenlabs.io", "api.eu.residency.elevenlabs.io", "api.jp.residency.elevenlabs.io"),
    *("elevenlabs.io", "127.0.0.1", "localhost", "[::1]", "h.test", "auth", "hello"),
]
SEGMENTS = [
    *("v1", "v2", "text-to-speech", "text-to-dialogue", "stream-input", "multi-stream-input"),
    *("stream", "abc"),
    *("%26seed", "%3Fa", "stream-input%26a", "stream-input%3Fx", "a b", "..", "x&y", "{voice}"),
]
SEPARATORS = ["/", "//", ":", "::", ":80", ":x", "?", "&", ";", "#", "=", "@", "%26", "%3f", " "]
PAIRS = ["voice_id=stream-input%26a", "voice=a%2Fstream-input%3Fb", "model_id=Eleven_V3", "foo=1"]


def glued(*choices: list[str], most: int) -> st.SearchStrategy[str]:
    """Texts made of one of each choice after the other, again and again."""
    piece = st.tuples(*(st.sampled_from(choice) for choice in choices)).map("".join)
    return st.lists(piece, max_size=most).map("".join)


# Hosts, paths and queries that look like some, put together at random.
GLUED = st.one_of(
    glued(HOSTS + SEGMENTS + SEPARATORS + PAIRS + FRAGMENTS, most=14),
    st.tuples(
        st.sampled_from(["wss://", "ws://", "https://", "", "//", "/"]),
        glued(HOSTS + SEPARATORS, most=4),
        glued([*SEPARATORS[:3], *"/////"], SEGMENTS + HOSTS, most=8),
        glued(SEPARATORS, PAIRS + FRAGMENTS, most=4),
    ).map("".join),
)


@settings(max_examples=300)
@given(st.one_of(ANYTHING, GLUED))
@example("")
@example("hello")
@example("wss://127.0.0.1api.elevenlabs.io::")
@example("wss://h.test::99999/v1/text-to-speech/a/stream-input")
@example("multi-stream-input/%26seed/v1/text-to-speech/multi-stream-input&")
@example("wss://h.test/v1/text-to-speech?voice_id=stream-input%26a")
@example("wss://[")
@example("wss://h.test/v1/text-to-dialogue/abc/stream-input?model_id=eleven_v4&voice_id=d")
@example("text-to-dialogue/multi-stream-input?model_id=eleven_flash_v2_5")
@example(f"{BASE}?model_id=ELEVEN_V3&style=1&optimize_streaming_latency=3")
@example("wss://h:99999999/v1/text-to-speech/a/stream-input")
@example("wss://℀.test/v1/text-to-speech/a/stream-input")
@example(f"{BASE}?voice_settings=" + "[" * 7000)
@example(f"{BASE}?seed=" + "9" * 5000)
def test_the_corrected_url_of_any_text_has_no_errors_and_stays_the_same(url: str) -> None:
    diagnosis = check_url(url)
    again = check_url(diagnosis.corrected)
    assert again.ok
    assert again.corrected == again.url == diagnosis.corrected
    if diagnosis.parameters:
        assert again.parameters["server"] == diagnosis.parameters["server"]
        in_dialogue = "/text-to-dialogue/" in diagnosis.corrected  # whose URLs name no voice
        assert in_dialogue or again.parameters["voice"] == diagnosis.parameters["voice"]
        assert again.parameters.get("model") == diagnosis.parameters.get("model")
    parts = urlsplit(diagnosis.corrected)
    assert parts.scheme in ("ws", "wss")
    assert parts.hostname
    assert parts.fragment == ""
    assert parts.path.endswith("stream-input")
    pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    assert len(dict(pairs)) == len(pairs)
    assert set(dict(pairs)) <= {
        declared.wire for declared in PARAMETERS if declared.place is Place.QUERY
    }


@given(ANYTHING)
def test_whatever_is_pasted_its_settings_can_be_used(url: str) -> None:
    diagnosis = check_url(url)
    request = SpeechRequest(**diagnosis.parameters)
    corrected, built = urlsplit(diagnosis.corrected), urlsplit(request.url)
    assert not diagnosis.parameters or corrected.path == built.path
    for name, value in parse_qsl(corrected.query):
        assert (name, value) in parse_qsl(built.query)
    assert all(finding.message.endswith(".") for finding in diagnosis.findings)
    assert all(finding.effect.endswith(".") for finding in diagnosis.findings)


@given(SETTINGS)
def test_a_url_that_this_package_builds_is_right_and_read_back(chosen: dict[str, Any]) -> None:
    url = SpeechRequest(**chosen | {"transport": "websocket"}).url
    assume(not has_credential(url) and len(url) <= LONGEST)
    diagnosis = check_url(url)
    assert diagnosis.ok
    assert diagnosis.corrected == diagnosis.url == url
    again = SpeechRequest(**diagnosis.parameters)
    assert again.url == url


def test_settings_leave_the_levers_off_that_would_change_the_url() -> None:
    bare = f"{BASE}?optimize_streaming_latency=4"
    assert check_url(bare).parameters["levers"] is False
    assert SpeechRequest(**check_url(bare).parameters).url == bare
    whole = f"{bare}&apply_text_normalization=off"
    assert "levers" not in check_url(whole).parameters
    assert SpeechRequest(**check_url(whole).parameters).url == whole


@pytest.mark.parametrize(
    "wrapped",
    [
        f'"{BASE}"',
        f"<{BASE}>",
        f"“{BASE}”,",
        f"`{BASE}`",
        f'uri = f"{BASE}"  # then websockets.connect(uri)',
        f"websocat {BASE}",
        BASE.replace("/v1", "\n    /v1"),
        BASE.replace("abc", "a\u00adb\u200bc\u202c\ufeff"),
        *(f"{opening}{BASE}{closing}" for opening, closing in ("«»", "„“", "‘’", "「」", "＂＂")),
        *(f"{BASE} {sign}" for sign in ("\\", "\\\n", "^\r\n")),
        f'\\"{BASE}\\"',
        f'"{{\\"url\\": \\"{BASE}\\"}}"',
        f"curl '{BASE}' \\\n  -H 'xi-api-key: {SECRET}' \\\n  -d '{{\n  \"text\": \"x\"\n}}'",
        f'$ curl -X POST \\\n -H "xi-api-key: {SECRET}" -H "Accept: audio/mpeg" {BASE} > out.mp3',
        f"curl -H 'Origin: https://example.test' {BASE} -o a.mp3",
        f"!websocat {BASE} -H 'xi-api-key: {SECRET}'",
        f"{BASE} ^\r\n  --header x",
        f"{BASE} # mine",
        f"curl {BASE} && echo done",
        BASE.replace("/v1", "\\\n/v1"),
    ],
)
def test_what_was_copied_along_with_the_url_is_left_out(wrapped: str) -> None:
    diagnosis = check_url(wrapped)
    assert diagnosis.corrected == diagnosis.url == BASE
    assert [finding.severity for finding in diagnosis.findings] == ["error"]
    assert repr(diagnosis).startswith(f"Corrected: {BASE}\n")
    assert SECRET not in all_text(diagnosis)


@pytest.mark.parametrize(
    ("written", "signs"),
    [
        ({"?": "？", "&": "＆", "=": "＝"}, '"？" for "?", "＝" for "=", "＆" for "&".'),
        ({"://": "：／／", ".": "。"}, '"：" for ":", "／" for "/", "。" for ".".'),
        (
            {"wss": "ｗｓｓ", "-to-": "–to‑"},
            '"–" for "-", "‑" for "-", full-width letters or digits',
        ),
        ({"?": "%EF%BC%9F", "=": "%ef%bc%9d"}, '"？" for "?", "＝" for "=".'),
        ({"?": "﹖", "&": "﹠"}, '"﹖" for "?", "﹠" for "&".'),
    ],
)
def test_pasted_signs_are_named_and_replaced(written: dict[str, str], signs: str) -> None:
    url = RIGHT
    for right, pasted in written.items():
        url = url.replace(right, pasted)
    diagnosis = check_url(url)
    assert diagnosis.corrected == diagnosis.url == RIGHT
    error, *others = diagnosis.findings
    assert error.message.startswith(f"The URL has {signs}")
    assert others == list(check_url(RIGHT).findings)


def test_blanks_around_the_url_are_a_warning() -> None:
    diagnosis = check_url(f"  {BASE}\n")
    assert diagnosis.corrected == BASE
    assert [finding.severity for finding in diagnosis.findings] == ["warning"]


@pytest.mark.parametrize("url", ["", "  \n ", '""'])
def test_an_empty_text_gets_the_shortest_url_that_works(url: str) -> None:
    diagnosis = check_url(url)
    assert [finding.message for finding in diagnosis.findings] == ["There is no URL here."]
    assert diagnosis.corrected == BASE.replace("abc", default_voice("elevenlabs"))


@pytest.mark.parametrize(
    "text",
    ["hello", "Hello, world.", "What is this?", "either/or", "1", "a:b", "model", f"key:{SECRET}"],
)
def test_what_is_no_url_at_all_is_not_made_one(text: str) -> None:
    diagnosis = check_url(text)
    assert [(f.severity, f.message) for f in diagnosis.findings] == [
        ("error", "This is not a URL.")
    ]
    assert diagnosis.parameters == {}
    assert check_url(diagnosis.corrected).ok
    assert repr(diagnosis).startswith(f"A right URL: {diagnosis.corrected}\n")
    assert SECRET not in all_text(diagnosis)


@pytest.mark.parametrize(
    "text",
    [
        *("wss://", "elevenlabs", "api.elevenlabs.io", "localhost", "localhost:8000", "[::1]"),
        *("v1/text-to-speech/abc/stream-input", "text_to_speech/abc", "stream-input", "?seed=7"),
    ],
)
def test_a_scheme_a_host_a_path_or_a_query_alone_is_a_url_to_mend(text: str) -> None:
    diagnosis = check_url(text)
    assert {"server", "voice"} <= set(diagnosis.parameters)
    assert "This is not a URL." not in [finding.message for finding in diagnosis.findings]


@pytest.mark.parametrize(
    "url",
    [
        "x" * 1_000_000,
        RIGHT + "?" * LONGEST,
        f"{BASE}?api_key={SECRET}&model_id=" + "m" * LONGEST,
        f"{BASE}?model_id=" + "é" * (LONGEST // 5),  # longer than servers read once it is encoded
    ],
)
def test_a_url_longer_than_servers_read_is_not_read_here(url: str) -> None:
    diagnosis = check_url(url)
    assert [finding.severity for finding in diagnosis.findings] == ["error"]
    assert str(LONGEST) in diagnosis.findings[0].message
    assert SECRET not in all_text(diagnosis)
    assert len(all_text(diagnosis)) < 2000
    assert check_url(diagnosis.corrected).ok


@pytest.mark.parametrize("piece", ["?", "&", "a=1?", "api_key=123456789&", "style=", "&amp;", "é{"])
def test_an_answer_is_bounded_however_much_is_wrong(piece: str) -> None:
    url = f"{BASE}?" + piece * (8000 // len(piece))
    diagnosis = check_url(url)
    assert len(diagnosis.findings) < 200
    assert max(len(f.parameter + f.message + f.effect) for f in diagnosis.findings) < 600
    assert check_url(diagnosis.corrected).ok


NAMES = ["xi_api_key", "xi-api-key", "api_key", "apikey", "key", "token", "authorization"]
NAMES += ["single_use_token", "XI_API_KEY", "Authorization", "ELEVENLABS_API_KEY", "xi%5Fapi_key"]
NAMES += ["%61pi%5fkey", "%2561pi_key"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "before",
    ["?", "?model_id=x&", "?model_id=x?", "?model_id=x;", "?model_id=x&amp;", "?model_id=x", "#"],
)
@pytest.mark.parametrize("after", ["", "&seed=7", "?seed=7"])
def test_no_key_is_held_or_repeated(before: str, name: str, after: str) -> None:
    diagnosis = check_url(f"{BASE}{before}{name}={SECRET}{after}")
    assert SECRET not in all_text(diagnosis)
    assert DOTS in diagnosis.url
    assert not diagnosis.ok
    assert ("seed=7" in diagnosis.corrected) == bool(after)


@pytest.mark.parametrize(
    "url",
    [
        f"wss://user:{SECRET}@api.elevenlabs.io/v1/text-to-speech/abc/stream-input",
        f"wss://{SECRET}@api.elevenlabs.io/v1/text-to-speech/abc/stream-input",
        f"wss://user:x/{SECRET}@api.elevenlabs.io/v1/text-to-speech/abc/stream-input",
        f"wss://user:x?{SECRET}@api.elevenlabs.io/v1/text-to-speech/abc/stream-input",
        f"user:{SECRET}@api.elevenlabs.io/v1/text-to-speech/abc/stream-input",
        f"{BASE}&api_key={SECRET}",
        f"{BASE}%3Fapi_key={SECRET}",
        f"{BASE}%3Fapi_key%3D{SECRET}",
        f"{BASE}/api_key={SECRET}",
        f"{BASE}/api_key=x/{SECRET}",
        BASE.replace("abc", f"key={SECRET}"),
        f"wss://api_key={SECRET}/v1/text-to-speech/abc/stream-input",
        f"api_key:{SECRET}",
        f"api_key={SECRET} {BASE}",
        f"{BASE}?model_id=x -H 'xi-api-key: {SECRET}'",
        f"{BASE}？xi＿api＿key＝{SECRET}",
        f"{BASE}?xi_\u200bapi\u00ad_key={SECRET}",
        f"{BASE}?ａｐｉ＿ｋｅｙ＝{SECRET}",
        f"{BASE}%EF%BC%9Fapi_key%EF%BC%9D{SECRET}",
        f"{BASE}?model_id=x%3Fapi_key%3D{SECRET}",
        f"{BASE}?api_key=x?{SECRET}",
        f"{BASE}?api_key=x&{SECRET}&seed=7",
        f"{BASE}?api_key=x#{SECRET}",
        f"{BASE}?authorization=Bearer {SECRET}",
        f"{BASE}?authorization=Bearer%20{SECRET}",
        f"{BASE}?authorization=Bearer%20{SECRET}&foo={SECRET}",
        f'{BASE}?voice_settings={{"xi_api_key":"{SECRET}"}}',
        f"{BASE}?api_key={SECRET}&api_key={SECRET}2",
        f"{BASE}?api_key={SECRET}&{SECRET}=1",
        f"{BASE}?api_key={SECRET}&model_id={SECRET}",
        f"{BASE}?api_key={quote(SECRET[:4])}{SECRET[4:]}&model_id=%35{SECRET[1:]}",
        f"{BASE.replace('abc', SECRET)}?api_key={SECRET}",
        f"wss://{SECRET}.test/v1/text-to-speech/abc/stream-input?api_key={SECRET}",
        f"wss://h.test/{SECRET}/v1/text-to-speech/abc/stream-input?api_key={SECRET}",
        f"wss://h.test:{SECRET}/v1/text-to-speech/abc/stream-input?api_key={SECRET}",
        f"{BASE}?" + "a=1&" * 100 + f"api_key={SECRET}",
    ],
)
def test_a_key_in_an_unexpected_place_is_not_repeated_either(url: str) -> None:
    diagnosis = check_url(url)
    assert SECRET not in all_text(diagnosis)
    assert not diagnosis.ok
    assert check_url(diagnosis.corrected).ok


def test_a_key_without_a_name_is_known_by_its_shape() -> None:
    key = "sk_" + "0123456789abcdef" * 3
    for url in (f"{BASE}?{key}", f"{BASE}?model_id={key}", BASE.replace("abc", key)):
        assert key not in all_text(check_url(url))


@given(
    st.sampled_from(NAMES),
    st.text("abcXYZ789-_.~", min_size=8, max_size=40).map(lambda text: f"Zq{text}"),
    st.sampled_from(["?", "&", ";", "#", "&amp;", ", "]),
    mutated(),
)
def test_no_key_survives_whatever_else_is_wrong(
    name: str, secret: str, mark: str, url: str
) -> None:
    diagnosis = check_url(f"{url}{mark}{name}={secret}")
    assert secret not in all_text(diagnosis)


def test_the_former_name_of_the_corrected_url_still_works_and_warns() -> None:
    diagnosis = check_url("https://api.elevenlabs.io/v1/text-to-speech/abc/stream-input")
    with pytest.warns(DeprecationWarning, match="corrected"):
        assert diagnosis.mended == diagnosis.corrected
