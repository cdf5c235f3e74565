from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.notebook.commands.interpolation import Scope
from jupyter_tts.notebook.commands.options import (
    help_text,
    parse_conditions,
    parse_line,
    parse_options,
    parse_parameters,
    parse_voices,
    split_options,
)
from jupyter_tts.notebook.commands.options.words import join_lines
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
        ("--latency", "--latency needs a value"),
        ("--ssml=maybe", "--ssml takes no value, not 'maybe': write --ssml or --no-ssml"),
        ("three words", "unexpected 'three'"),
        ("--lat 3", "did you mean --latency?"),
        ("--optimize_streaming_latency 3", "--optimize_streaming_latency is called --latency here"),
        ("--speaker_boost", "--speaker_boost is called --speaker-boost here"),
        ("--voice_settings={}", "no option here: use --stability, --similarity, --style, --speed"),
        ("--xi_api_key=sk_123", "--xi_api_key is no option here: set ELEVENLABS_API_KEY"),
        ("-voice x", "-voice is called --voice here"),
        ("--latency:3", "write a blank or = after --latency, not :"),
        ("--xi_api_key：sk_123", "--xi_api_key is no option here: set ELEVENLABS_API_KEY"),
        ("key=sk_123", "a key is no option here"),
        ("--latency {nobody + 1}", "not '{nobody + 1}'"),
        ("--stability 0,5", "from 0 to 1, not '0,5' (write 0.5)"),
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


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "--latency {}",
        "--name a-{}",
        "--{}",
        "—x {}",
        "--key：{}",
        "x {}",
        "--seed=“{}”",
        "“{}",
    ],
)
def test_a_key_in_the_wrong_place_is_not_shown(line: str) -> None:
    key = "sk_" + "0123456789abcdef" * 3
    for parse in (parse_options, parse_conditions):
        with pytest.raises(ParameterError) as caught:
            parse(line.format(key))
        assert key not in str(caught.value)


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


@pytest.mark.parametrize(
    ("line", "parameters"),
    [
        *(
            (f"{dash}latency 3", {"latency": 3})
            for dash in ("‐", *"‑‒–—―−－⸺─━➖ー", "---", "ーー")
        ),
        *((f"{dash}l 3", {"latency": 3}) for dash in ("–", "—", "\u2060−")),
        ("––latency=3 —-no‑levers", {"latency": 3, "levers": False}),
        ("－－ｌａｔｅｎｃｙ＝３", {"latency": 3}),
        ("\ufeff--la\u00adtency\u00a0\u200b3\u200b\u3000-v\u202fx", {"latency": 3, "voice": "x"}),
        ("--voice “My voice” --seed ７", {"voice": "My voice", "seed": 7}),
        ("--voice=„it’s“", {"voice": "it’s"}),
        ("--voice ‘it’s’", {"voice": "it’s"}),
        ("--voice «My voice»", {"voice": "My voice"}),
        ("--voice ＂My voice＂", {"voice": "My voice"}),
        ("--voice `My voice` -l'3'", {"voice": "My voice", "latency": 3}),
        ("--voice «\u00a0My voice\u00a0» -v“x”", {"voice": "x"}),
        ("--voice 《My voice》", {"voice": "My voice"}),
        ('--voice “My voice"', {"voice": "My voice"}),
        ("--voice Anna–Marie", {"voice": "Anna–Marie"}),
        ("--voice '“x”'", {"voice": "“x”"}),
        ("--schedule 50，90 --model eleven‑flash", {"schedule": (50, 90), "model": "eleven-flash"}),
        ("--server ｗｓ：／／h.test：８０", {"server": "ws://h.test:80"}),
        ("--latency 3 # it's --wrong", {"latency": 3}),
        ("--latency 3 ＃ it’s", {"latency": 3}),
        ("# nothing", {}),
    ],
)
def test_signs_that_were_pasted_are_understood(line: str, parameters: dict[str, Any]) -> None:
    assert parse_options(line).parameters == parameters
    if "#" not in line and "＃" not in line:
        options, text = parse_line(f"{line} — “Hello” {{x}}")
        assert (options.parameters, text) == (parameters, "— “Hello” {x}")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("—latncy 3 Hello", "there is no option —latncy (did you mean --latency?)"),
        ("––latncy 3 Hello", "there is no option ––latncy (did you mean --latency?)"),
        ("–Latency 3 Hello", "–Latency is called --latency here"),
        ("—hello there", "there is no option —hello; a text that begins with — goes after --"),
        ("—xi_api_key＝sk_123 Hello", "—xi_api_key is no option here: set ELEVENLABS_API_KEY"),
        ("—Xi-Api-Key sk_123 Hello", "—Xi-Api-Key is no option here: set ELEVENLABS_API_KEY"),
        ("—api-key：sk_123 Hello", "—api-key is no option here: set ELEVENLABS_API_KEY"),
        ("--latency：3 Hello", "write a blank or = after --latency, not ："),
        ("--voice “My voice Hello", "the quote “ after --voice is not closed"),
        ('--voice "My voice Hello', 'the quote " after --voice is not closed'),
        ("--speed –- 3", "there is no value after --speed"),
        ('--read="--" x', "there is no value after --read"),
        ("--language de” Hello", "the quote ” after --language is not opened"),
        ("--voice My” Hello", "the quote ” after --voice is not opened"),
        ("--latency，3 Hello", "write a blank or = after --latency, not ，"),
        ("--latency(3) Hello", "write a blank or = after --latency, not ("),
        ("—latency；3 Hello", "write a blank or = after —latency, not ；"),
        ("-l：3 Hello", "write a blank or = after -l, not ："),
        ("-latency:3 Hello", "-latency is called --latency here"),
        ("---latncy 3 Hello", "there is no option ---latncy (did you mean --latency?)"),
        ("--speed −5 Hello", "--speed must be a number from 0.7 to 1.2, not -5.0"),
        ("--speed ０，５ Hello", "(write 0.5)"),
    ],
)
def test_what_begins_like_an_option_is_refused_rather_than_spoken(line: str, sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_line(line)
    assert sentence in str(caught.value)
    assert "sk_123" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "— Bonjour, dit-il.",
            "—Hola, ¿qué tal?",
            "—Hola amigo",
            "—¿Qué?",
            "— latency 3",
            "—你好",
        ),
        *("- a list", "-5 degrees", "−5 °C", "–5 °C", "“Quoted” text", "--note: this", "# Heading"),
        *(
            "-Hello, world",
            "—Keys!",
            "—Speed, please",
            "-v(t)",
            "---Hello you",
            "--- x",
            "—Authors who write",
            "{x} y",
            "——",
            "— latency 3",
            "\\frac",
        ),
    ],
)
def test_a_dash_that_begins_a_text_is_text(text: str) -> None:
    assert parse_line(text) == (parse_options(""), text)
    assert parse_line(f"-- {text}")[1] == text


def test_a_backslash_goes_on_with_the_options_in_the_next_line() -> None:
    assert join_lines("--latency 3 \\", "  --raw \\  \n-v x\nText \\\nmore") == (
        "--latency 3    --raw  -v x",
        "Text \\\nmore",
    )
    assert join_lines("-l 3\\", "--raw ＼\r\n-v x\nText") == ("-l 3 --raw  -v x", "Text")
    for line in ("-l 3 # it's \\", "＃ x \\"):
        assert join_lines(line, "Text") == (line, "Text")
    assert join_lines('--save "a #1" \\', "--raw\nText") == ('--save "a #1"  --raw', "Text")
    assert join_lines("--save C:\\", "Text") == ("--save C:\\", "Text")
    assert join_lines("--save C:\\a\\", "Text") == ("--save C:\\a\\", "Text")
    assert join_lines("AC\\", "") == ("AC\\", "")
    assert parse_line(join_lines("\\", "")[0])[1] == ""


def test_the_other_magics_understand_them_too() -> None:
    assert parse_conditions("—rtt ２００ # slow").rtt == 200
    with pytest.raises(ParameterError, match=r"invalid float value: '0,5' \(write 0.5\)"):
        parse_conditions("--rtt 0,5")
    action, voice = parse_voices("add “a b” —yes # mine")
    assert (action, voice.voice, voice.yes) == ("add", ["a b"], True)
    assert parse_voices("german ‘female x’")[1].filter == ["german", "female x"]


def test_pairs_and_names_are_understood_with_full_width_signs() -> None:
    for comma in "，、；;":
        options = parse_options(
            f"--cast “Ann＝heart{comma}Ben=x{comma} C＝y” --pronounce “A=b c{comma}SQL＝sequel”"
        )
        assert options.cast == {"Ann": "heart", "Ben": "x", "C": "y"}
        assert options.parameters == {"pronounce": ("A=b c", "SQL=sequel")}
    assert parse_options("--pronounce “A=b，c、d”").parameters == {"pronounce": ("A=b，c、d",)}
    assert parse_options("--name ｘ＿１").name == "x_1"


def test_words_that_are_no_options_are_one_fault() -> None:
    with pytest.raises(ParameterError) as caught:
        parse_options("three words here --raw and more")
    assert len(caught.value.faults) == 2


def test_braces_in_options_may_have_spaces_and_quotes_in_them() -> None:
    scope = Scope({"lv": 2, "d": {"a b": "x y"}, "list": [50, 90], "dash": "-x", "o": "-l 3 --raw"})
    line = """--latency {lv + 1} -v {d["a b"]} --schedule {list} --model "m {lv}" Hello {lv}"""
    options, text = parse_line(line, scope)
    assert options.parameters == {
        "latency": 3,
        "voice": "x y",
        "schedule": (50, 90),
        "model": "m 2",
    }
    assert text == "Hello {lv}"
    assert parse_options("--voice {dash} {o}", scope).parameters == {"voice": "-x", "latency": 3}
    assert parse_options("--voice '{''lv}'", scope).parameters == {"voice": "{lv}"}
    assert parse_options("--voice {{lv}}", scope).parameters == {"voice": "{lv}"}
    assert parse_options("--voice {max}", scope).parameters == {"voice": "{max}"}
    assert parse_line("-l{lv} {lv}", scope)[0].parameters == {"latency": 2}
    with pytest.raises(ParameterError, match="write a blank or = after --latency"):
        parse_line("--latency{lv} Hello", scope)


SIGNS = "—–−-=＝“”\"'‘’«{}lv3 \u00a0\u200b#\\，：é\0\ud800"


@given(st.text(SIGNS) | st.text())
def test_a_line_is_read_or_refused_in_a_sentence(line: str) -> None:
    for scope in (Scope({}), Scope({"l": 3, "v": "x"})):
        for read in (parse_line, parse_options):
            with contextlib.suppress(ParameterError):
                read(line, scope)
    head, text = split_options(line)
    assert line.startswith(head)
    assert line.endswith(text)
