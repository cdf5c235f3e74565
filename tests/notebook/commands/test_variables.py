"""Which names the magics see where they run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts.notebook.commands import run as running
from jupyter_tts.notebook.commands.options import Options

Spoken = list[tuple[object, str]]


@pytest.fixture
def spoken(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Spoken]:
    """Run a cell, and return the level and the text of all that would have been spoken."""
    texts: Spoken = []

    def keep(_: object, options: Options, text: str) -> None:
        texts.append((options.parameters.get("latency"), text))

    def keep_panel(_: object, text: str, parameters: dict[str, object]) -> None:
        texts.append((parameters.get("latency"), text))

    def run(source: str) -> Spoken:
        texts.clear()
        shell.run_cell(source).raise_error()
        return texts.copy()

    monkeypatch.setattr(running, "run", keep)
    monkeypatch.setattr(running, "open_panel", keep_panel)
    return run


def test_a_line_sees_the_variables_of_the_function_before_those_of_the_notebook(
    spoken: Callable[[str], Spoken],
) -> None:
    source = """
who, where, level = "Ada", "London", 1
def greet(who, level):
    %tts --latency {level + 1} Hello {who} in {where}
    get_ipython().run_line_magic("tts", "-l {level} {who}")
    %tts_panel --latency {level} {who}
    def again(who):
        %tts {who} {level}
    again("Eve")
    for word in (f"{n}" for n in range(2)):
        %tts {word}{n}
greet("Bob", 2)
%tts {who}, {level}
"""
    assert spoken(source) == [
        (3, "Hello Bob in London"),
        (2, "Bob"),
        (2, "Bob"),
        (None, "Eve 1"),  # as Python: level is not used in again(), so it is no variable of it
        (None, "0{n}"),
        (None, "1{n}"),
        (None, "Ada, 1"),
    ]


def test_a_class_has_variables_and_a_cell_has_those_of_the_notebook(
    spoken: Callable[[str], Spoken],
) -> None:
    source = """
who = "Ada"
class Greeting:
    who = "Bob"
    %tts {who} {__qualname__}
def greet(who):
    get_ipython().run_cell_magic("tts", "", "{who}")
greet("Eve")
"""
    assert spoken(source) == [(None, "Bob {__qualname__}"), (None, "Ada")]
    assert spoken("%%tts --latency {len(who)}\n{who}") == [(3, "Ada")]


def test_what_ipython_and_python_put_there_is_not_the_users(
    shell: InteractiveShell, spoken: Callable[[str], Spoken]
) -> None:
    shell.run_cell("6 * 7", store_history=True)
    text = "{In} {Out} {_} {_1} {_i} {exit} {quit} {open} {get_ipython} {__name__} {display} {_oh}"
    assert spoken(f"%tts {text}") == [(None, text)]
    assert spoken("%tts {Out[1]}") == [(None, "42")]
    assert spoken("exit, _mine, n = 1, 2, 1\n%tts {exit} {_mine} {Out[n]} {[_, n]}") == [
        (None, "1 2 42 [42, 1]")
    ]
    shell.user_ns["exit"] = shell.user_ns_hidden["exit"]


def test_a_value_with_spaces_and_dashes_is_one_value(spoken: Callable[[str], Spoken]) -> None:
    source = """
voice, options = "--voice", "--latency 3 --raw"
%tts --voice {voice} --save "{voice} a.wav" -l {len( voice[:1] )} Hello
%tts {options}
get_ipython().run_cell_magic("tts", "{options}", "{voice}")
"""
    assert spoken(source) == [(1, "Hello"), (None, "--latency 3 --raw"), (3, "{voice}")]


def test_a_line_may_have_been_pasted_with_other_blanks(
    shell: InteractiveShell, spoken: Callable[[str], Spoken]
) -> None:
    source = """
def greet(who):
    %tts\u00a0\u200b—latency\u00a03\u3000Hello\u00a0{who}
greet("Bob")
%tts\u3000Hello
%tts_panel\u202f-l 1 Hello
"""
    assert spoken(source) == [(3, "Hello\u00a0Bob"), (None, "Hello"), (1, "Hello")]
    assert spoken("%%tts\u00a0--latency\u00a03\nHello\u00a0you") == [(3, "Hello\u00a0you")]
    assert spoken("text = '%tts\u00a0x'\n%tts {text}") == [(None, "%tts\u00a0x")]
    transformers = shell.input_transformers_cleanup.copy()
    shell.run_line_magic("unload_ext", "jupyter_tts")
    assert len(shell.input_transformers_cleanup) == len(transformers) - 1
    shell.run_line_magic("load_ext", "jupyter_tts")
    assert shell.input_transformers_cleanup == transformers


def test_a_url_may_be_in_a_variable(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    source = """
base = "wss://api.elevenlabs.io/v1/text-to-speech"
def check(voice):
    %tts_check {base}/{voice}/stream-input?seed={seed}
check("abc")
"""
    shell.run_cell(source).raise_error()
    printed = capsys.readouterr().out
    assert f"{shell.user_ns['base']}/abc/stream-input" in printed
    assert "The placeholder {seed} stands where a value of seed belongs." in printed
