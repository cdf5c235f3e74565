from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from jupyter_tts.url_check.check import check_url

BASE = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?model_id=x?seed=1", 'A second "?" stands before seed, where "&" belongs.'),
        ("?model_id=xseed=1", 'An "&" is missing before seed.'),
        ("?model_id=x;seed=1", '";" stands before seed, where "&" belongs.'),
        ("?model_id=x, seed=1", '", " stands before seed, where "&" belongs.'),
        ("?model_id=x%26seed=1", '"%26" stands before seed, where "&" belongs.'),
        ("?model_id=x&amp;seed=1", '"&amp;" stands before seed, where "&" belongs.'),
        ("?model_id=x\\u0026seed=1", '"\\u0026" stands before seed, where "&" belongs.'),
        ("&model_id=x&seed=1", '"&" stands before the first parameter, where "?" belongs.'),
        ("%3Fmodel_id=x&seed=1", '"%3F" stands before the first parameter, where "?" belongs.'),
    ],
)
def test_a_wrong_join_is_found_and_corrected(query: str, message: str) -> None:
    diagnosis = check_url(BASE + query)
    assert [(f.severity, f.parameter, f.message) for f in diagnosis.findings] == [
        ("error", "query", message)
    ]
    assert diagnosis.corrected == f"{BASE}?model_id=x&seed=1"


@pytest.mark.parametrize("join", ["?", "", ";", "?enable_ssml_parsing=true?"])
def test_the_effect_is_what_a_standard_parser_makes_of_it(join: str) -> None:
    url = f"{BASE}?model_id=x{join}seed=1&sync_alignment=true"
    seen = parse_qs(urlsplit(url).query)
    assert "seed" not in seen
    effects = [f.effect for f in check_url(url).findings]
    assert effects
    for effect in effects:
        assert f'the server sees model_id = "{seen["model_id"][0]}", an unknown model,' in effect
    assert effects[-1].endswith("and never seed.")


def test_an_html_ampersand_makes_a_parameter_of_another_name() -> None:
    url = f"{BASE}?model_id=x&amp;seed=1"
    assert list(parse_qs(urlsplit(url).query, separator="&")) == ["model_id", "amp;seed"]
    assert '"amp;seed"' in check_url(url).findings[0].effect


def test_a_third_question_mark_is_counted() -> None:
    diagnosis = check_url(f"{BASE}?model_id=x?seed=1?enable_logging=true?auto_mode=true")
    starts = [finding.message.partition(' "?"')[0] for finding in diagnosis.findings]
    assert starts == ["A second", "A third", "Another"]
    assert diagnosis.corrected == f"{BASE}?model_id=x&seed=1&enable_logging=true&auto_mode=true"


@pytest.mark.parametrize("query", ["?", "?&seed=1", "?seed=1&", "?seed=1&&ssml"])
def test_an_empty_pair_is_a_note(query: str) -> None:
    notes = [f for f in check_url(BASE + query).findings if f.parameter == "query"]
    assert [f.severity for f in notes] == ["note"]


def test_a_question_mark_at_the_end_is_not_part_of_the_value() -> None:
    diagnosis = check_url(f"{BASE}?model_id=x?")
    assert 'model_id = "x?"' in diagnosis.findings[0].effect
    assert diagnosis.corrected == f"{BASE}?model_id=x"


def test_a_fragment_never_reaches_the_server_and_its_parameters_are_moved() -> None:
    diagnosis = check_url(f"{BASE}?model_id=x#&seed=1?ssml=")
    assert "RFC 6455" in diagnosis.findings[0].message
    assert diagnosis.corrected == f"{BASE}?model_id=x&seed=1"
