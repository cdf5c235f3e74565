"""``%config TTS``: every parameter, its precedence, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Panel
from jupyter_tts.notebook.commands.config import ConfigurableMagics
from jupyter_tts.notebook.runtime.session import session_of
from jupyter_tts.notebook.runtime.settings import Settings
from jupyter_tts.notebook.speaking.latency_target import TARGET
from jupyter_tts.notebook.speaking.request import make_request, split_target
from jupyter_tts.wire.errors import ParameterError
from jupyter_tts.wire.parameters import PARAMETERS


def config(shell: InteractiveShell, line: str) -> Any:
    return shell.run_line_magic("config", line)


def test_every_parameter_is_listed_with_what_it_accepts(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    config(shell, "TTS")
    shown = " ".join(capsys.readouterr().out.split())
    for declared in PARAMETERS:
        assert f"TTS.{declared.name}=<" in shown
        assert " ".join(declared.help.split()) in shown
        assert f"Accepted: {declared.accepted}" in shown
    for name in ("target", "cache_megabytes", "confirm_above", "repeats", "warm", "trusted_hosts"):
        assert f"TTS.{name}=<" in shown


def test_an_option_goes_before_a_setting_and_a_setting_before_what_holds_by_itself(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make_request(session_of(shell), {}).latency == 2
    for line in ("latency = 3", "stability = 0.25", "schedule = [50, 90]", "voice = 'de'"):
        config(shell, f"TTS.{line}")
    assert shell.run_cell("%%tts --dry-run --voice fr\nHello.").success
    shown = capsys.readouterr().out
    assert "optimize_streaming_latency=3" in shown
    assert '"stability": 0.25' in shown
    assert '"chunk_length_schedule": [50, 90]' in shown
    assert "/v1/text-to-speech/fr/" in shown
    assert make_request(session_of(shell), {"latency": 1, "schedule": None}).latency == 1
    assert make_request(session_of(shell), {}).voice == "de"
    panel = Panel(latency=4)
    assert (panel.request.voice, panel.request.latency, panel.request.stability) == ("de", 4, 0.25)
    panel.close()
    config(shell, "TTS.voice = None")
    assert make_request(session_of(shell), {}).voice is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("latency = 9", "latency must be a whole number from 0 to 4, not 9"),
        ("server = 'nowhere'", "server must be local, elevenlabs,"),
        ("cache = 'yes'", "cache must be True or False, not 'yes'"),
        ("target = '1ms'", "target must be 50ms to 10s, not '1ms'"),
        ("repeats = 1.5", "repeats must be a number from 0 to 1, not 1.5"),
        ("repeats = float('nan')", "repeats must be a number from 0 to 1, not nan"),
        ("repeats = True", "repeats must be a number from 0 to 1, not True"),
        ("confirm_above = -1", "should not be less than 0"),
        ("optimize_streaming_latency = 3", "optimize_streaming_latency is called TTS.latency here"),
        ("api_key = 'sk'", "api_key is no setting here: set ELEVENLABS_API_KEY, or run %tts_key"),
    ],
)
def test_what_is_refused_changes_nothing_and_stays_nowhere(
    shell: InteractiveShell, caplog: pytest.LogCaptureFixture, line: str, sentence: str
) -> None:
    config(shell, "TTS.latency = 3")
    before = dict(session_of(shell).settings.parameters)
    config(shell, f"TTS.{line}")
    assert sentence in caplog.text
    assert session_of(shell).settings.parameters == before
    assert not {"optimize_streaming_latency", "api_key"} & set(shell.config.TTS)
    shell.run_line_magic("reload_ext", "jupyter_tts")
    assert session_of(shell).settings.parameters == {**before, "latency": 2}


def test_ipython_config_is_read_and_its_faults_are_one_sentence(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.config.TTS.latency = 1
    shell.run_line_magic("reload_ext", "jupyter_tts")
    assert make_request(session_of(shell), {}).latency == 1
    shell.config.TTS.latency = 7
    assert not shell.run_cell("%reload_ext jupyter_tts").success
    printed = capsys.readouterr().out
    assert "latency must be a whole number from 0 to 4, not 7." in printed
    assert printed.count("\n") == 1
    shell.config.TTS.latency = 2
    shell.run_line_magic("load_ext", "jupyter_tts")


def test_a_command_line_holds_texts() -> None:
    traits = ConfigurableMagics.class_traits(config=True)
    assert traits["latency"].from_string("3") == 3
    assert traits["schedule"].from_string("50,90") == (50, 90)
    assert traits["cache"].from_string("false") is False
    assert traits["voice"].from_string("None") is None
    assert traits["target"].from_string("250ms") == 0.25
    assert traits["repeats"].from_string("0.25") == 0.25
    with pytest.raises(ParameterError):
        traits["repeats"].from_string("2")


def test_the_level_may_be_chosen_automatically(shell: InteractiveShell) -> None:
    assert split_target({}, session_of(shell).settings) == ({}, None)
    config(shell, "TTS.latency = 'auto'")
    assert split_target({}, session_of(shell).settings) == ({}, TARGET)
    config(shell, "TTS.target = '200ms'")
    assert split_target({}, session_of(shell).settings) == ({}, 0.2)
    assert split_target({"latency": 3}, session_of(shell).settings) == ({"latency": 3}, None)
    assert split_target({"target": 0.3}, session_of(shell).settings) == ({}, 0.3)
    assert make_request(session_of(shell), {}).latency == 2
    config(shell, "TTS.latency = 1")
    assert split_target({}, session_of(shell).settings) == ({}, None)
    assert split_target({"latency": "auto"}, session_of(shell).settings) == ({}, 0.2)


def test_unloading_takes_every_setting_back(shell: InteractiveShell) -> None:
    for line in ("latency = 4", "confirm_above = None", "cache_megabytes = 1", "repeats = 1"):
        config(shell, f"TTS.{line}")
    assert (
        session_of(shell).settings.confirm_above,
        session_of(shell).settings.cache_megabytes,
        session_of(shell).settings.repeats,
    ) == (None, 1, 1.0)
    shell.run_line_magic("unload_ext", "jupyter_tts")
    assert Settings() == session_of(shell).settings
    shell.run_line_magic("load_ext", "jupyter_tts")
