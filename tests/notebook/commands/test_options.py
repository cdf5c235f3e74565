from __future__ import annotations

import pytest

from jupyter_tts.notebook.commands.options import (
    help_text,
    parse_options,
    parse_parameters,
    split_options,
)
from jupyter_tts.wire.errors import ParameterError
from jupyter_tts.wire.parameters import PARAMETERS, Kind, Parameter


def test_every_option_of_the_magic_is_understood() -> None:
    options = parse_options(
        '-l 3 -v "My voice" -m eleven_flash_v2_5 --stability 0.4 --similarity=0.8 --style 0 '
        "--speed 1.1 --no-speaker-boost --language de --format pcm_16000 --auto-mode "
        "--schedule 50,90 --normalize off --seed 7 --no-levers --server eu --name x "
        "--save 'a b.wav' --save a.vtt --no-play --background --dry-run --raw"
    )
    assert options.parameters == {
        "latency": 3,
        "voice": "My voice",
        "model": "eleven_flash_v2_5",
        "stability": 0.4,
        "similarity": 0.8,
        "style": 0.0,
        "speed": 1.1,
        "speaker_boost": False,
        "language": "de",
        "format": "pcm_16000",
        "auto_mode": True,
        "schedule": (50, 90),
        "normalize": "off",
        "seed": 7,
        "levers": False,
        "server": "eu",
    }
    assert (options.name, options.save) == ("x", ("a b.wav", "a.vtt"))
    assert not options.play
    assert options.background
    assert options.dry_run
    assert options.raw


@pytest.mark.parametrize(
    "switch", [declared for declared in PARAMETERS if declared.kind is Kind.SWITCH]
)
def test_a_switch_is_turned_on_and_off_whatever_the_settings_are(switch: Parameter) -> None:
    assert parse_options(switch.option).parameters == {switch.name: True}
    off = switch.option.replace("--", "--no-")
    assert parse_options(off).parameters == {switch.name: False}


def test_nothing_given_is_nothing_set() -> None:
    options = parse_options("")
    assert options.parameters == {}
    assert options.save == ()
    assert options.play


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--latncy 3", "there is no option --latncy (did you mean --latency?)"),
        ("--latency 5", "--latency must be a whole number from 0 to 4, not 5"),
        ("--latency", "argument"),
        ("three words", "unexpected 'three'"),
        ("--lat 3", "did you mean --latency?"),
        ("--optimize_streaming_latency 3", "--optimize_streaming_latency is called --latency here"),
        ("--speaker_boost", "--speaker_boost is called --speaker-boost here"),
        ("--voice_settings={}", "no option here: use --stability, --similarity, --style, --speed"),
        ("--xi_api_key=sk_123", "--xi_api_key is no option here: set ELEVENLABS_API_KEY"),
        ("--help", "%%tts? lists the options"),
        ("--name 2x", "--name must be a name for a variable"),
        ("--normalize maybe", "auto, on or off"),
    ],
)
def test_a_wrong_option_is_one_sentence(line: str, sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_options(line)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "sk_123" not in str(caught.value)
    assert str(caught.value).endswith("Nothing was sent.")


def test_all_faults_come_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        parse_options("--latency 5 --stability 7.5 --nonsense 3 --speed 9")
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(
    ("line", "head", "text"),
    [
        ("it's nice", "", "it's nice"),
        ("-l 3 it's  nice -- really", "-l 3", "it's  nice -- really"),
        ('--voice "a b" "quoted" text', '--voice "a b"', '"quoted" text'),
        ("--raw --latency=4 {x}", "--raw --latency=4", "{x}"),
        ("-5 degrees", "", "-5 degrees"),
        ("- a list", "", "- a list"),
        ("--raw -- --latency is a word", "--raw ", "--latency is a word"),
        ("-l 3", "-l 3", ""),
    ],
)
def test_options_lead_and_the_text_stays_as_it_is(line: str, head: str, text: str) -> None:
    parts = split_options(line)
    assert (parts[0].strip(), parts[1]) == (head.strip(), text)


def test_help_names_every_option_with_what_it_accepts() -> None:
    text = " ".join(help_text().split())
    for declared in PARAMETERS:
        assert declared.option in text or f"--no-{declared.option[2:]}" in text
        assert declared.help.rstrip(".") in text
    for option in ("--name", "--save", "--no-play", "--background", "--dry-run", "--raw"):
        assert option in text
    assert "0 to 4" in text


def test_a_level_may_be_chosen_to_hold_a_target() -> None:
    assert parse_options("--latency auto").parameters == {"latency": "auto"}
    assert parse_options("--target 600ms").parameters == {"latency": "auto", "target": 0.6}


def test_a_target_beside_a_level_is_refused() -> None:
    with pytest.raises(ParameterError, match="--target goes with --latency auto"):
        parse_options("--latency 3 --target 600ms")
    with pytest.raises(ParameterError, match="--target must be 50ms to 10s, not '1ms'"):
        parse_options("--target 1ms")


@pytest.mark.parametrize("line", ["--latency auto", "--target 600ms"])
def test_the_panel_shows_the_level_that_it_takes(line: str) -> None:
    with pytest.raises(ParameterError, match="%tts_panel has no --latency auto"):
        parse_parameters(line, "%tts_panel")
