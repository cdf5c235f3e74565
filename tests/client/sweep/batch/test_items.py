"""From a table to texts, requests and files, checked before anything is spoken."""

from __future__ import annotations

import collections
import datetime
import os
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.sweep.batch.file_names import FileTemplate
from jupyter_tts.client.sweep.batch.items import Item, read_items, read_layout
from jupyter_tts.client.sweep.batch.table import read_table
from jupyter_tts.wire.errors import ParameterError

Named = collections.namedtuple("Named", "id text")  # as a table's rows may be


def read(rows: Any, to: Any = "out/{id}.mp3", **options: Any) -> list[Item]:
    return read_items(rows, read_layout(to, **options))


def faults(rows: Any, to: Any = "out/{id}.mp3", **options: Any) -> tuple[str, ...]:
    with pytest.raises(ParameterError) as refused:
        read(rows, to, **options)
    return refused.value.faults


def database_rows() -> list[sqlite3.Row]:
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    rows = database.execute("SELECT 'a' AS id, 'One.' AS text UNION SELECT 'b', 'Two.'").fetchall()
    database.close()
    return rows


class Polars:
    def to_dicts(self) -> list[dict[str, str]]:
        return [{"id": "a", "text": "One."}, {"id": "b", "text": "Two."}]


DICTS = [{"id": "a", "text": "One."}, {"id": "b", "text": "Two."}]


@pytest.mark.parametrize(
    "rows",
    [
        DICTS,
        (dict(row) for row in DICTS),
        pd.DataFrame(DICTS),
        [Named("a", "One."), Named("b", "Two.")],
        pd.DataFrame(DICTS).itertuples(index=False),
        database_rows(),
        Polars(),
    ],
    ids=["dicts", "generator", "DataFrame", "named tuples", "itertuples", "sqlite3", "polars"],
)
def test_rows_come_in_many_kinds(rows: Any) -> None:
    assert [(item.row, item.id, item.text) for item in read(rows)] == [
        (1, "a", "One."),
        (2, "b", "Two."),
    ]


def test_rows_without_an_id_have_their_number() -> None:
    items = read(pd.Series(["One.", "Two."]), "out/{id:03d}.mp3", subtitles=["srt", "vtt"])
    assert [path.as_posix() for path in items[1].files] == [
        "out/002.mp3",
        "out/002.srt",
        "out/002.vtt",
    ]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("One.", "rows must be texts, dicts or a DataFrame, not 'One.'"),
        ({"text": "One."}, "rows must be texts, dicts or a DataFrame, not {'text': 'One.'}"),
        (7, "rows must be texts, dicts or a DataFrame, not 7"),
        ([], "there are no rows"),
        (pd.DataFrame({"text": []}), "there are no rows"),
        (["One.", 7], "row 2: it must be a text or a dict, not 7"),
        ([{"texts": "One."}], "row 1: there is no field 'text' with its text"),
        ([{"text": None}], "row 1: its text is empty"),
        ([{"text": " "}], "row 1: its text is empty"),
        ([{"text": 7}], "row 1: its text must be a str, not 7"),
        (
            [{"text": "One.", "id": None}],
            "row 1 (id None): id is empty",
        ),
        ([{"text": "![]()"}], "row 1: nothing of its text is to be spoken"),
    ],
)
def test_what_is_no_row_is_refused(rows: Any, fault: str) -> None:
    assert faults(rows)[0].startswith(fault)


def test_an_async_iterable_has_to_be_read_first() -> None:
    async def rows() -> Any:
        yield "One."

    assert "async iterable" in faults(rows())[0]


def test_all_faults_are_told_at_once_the_first_ten_in_full() -> None:
    told = faults([{"text": "A", "seed": f"{number} or so"} for number in range(47)])
    assert len(told) == 11
    assert told[-1] == "and 37 more"
    rows = [{"text": "", "id": ".."}, {"text": "A", "stability": 7, "style": "x"}]
    assert faults(rows) == (
        "row 1 (id '..'): its text is empty",
        "row 1 (id '..'): its file would have no name",
        "row 2: stability must be a number from 0 to 1, not 7",
        "row 2: style must be a number from 0 to 1, not 'x'",
    )


def test_alike_faults_are_told_together() -> None:
    assert faults([{"texts": "A"}] * 1_047) == (
        "rows 1, 2, 3, 4, 5 and 1,042 more: there is no field 'text' with its text",
    )
    assert faults(["A", "", {"text": None, "id": "x"}], "{name}.mp3")[1:] == (
        "rows 2 and 3: its text is empty",
    )


def test_a_text_may_be_made_of_fields() -> None:
    planets = pd.DataFrame({"name": ["Mars"], "moons": [2], "far": [1.5237], "n o": [True]})
    text = "{name} has {moons:d} moons, {{is}} {far:.2f} away, {name!r}, {n o}."
    assert read(planets, text=text)[0].text == "Mars has 2 moons, {is} 1.52 away, 'Mars', True."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{moon} moons", "row 1: there is no field 'moon' (did you mean 'moons'?)"),
        ("{name} has {rings}", "row 1: rings is empty"),
        ("{moons:x.y}", "row 1: moons cannot be written as 'x.y'"),
        ("{name.__class__}", "row 1: there is no field 'name.__class__'"),
        ("{name[0]}", "row 1: there is no field 'name[0]'"),
        ("{name", "text: '{name' is no template"),
        ("{}", "text: '{}' is no template: {} names no field"),
        ("", "text: must be the name of a field, or a template, not ''"),
        (7, "text: must be the name of a field, or a template, not 7"),
    ],
)
def test_a_template_that_a_row_does_not_fit_is_refused(text: Any, fault: str) -> None:
    rows = [{"name": "Mars", "moons": 2, "rings": float("nan")}]
    assert faults(rows, text=text)[0].startswith(fault)


def test_fields_with_the_name_of_a_parameter_are_that_for_their_row() -> None:
    table = pd.DataFrame(
        {
            "text": ["One.", "Two.", "Three."],
            "voice": ["heart", None, " "],
            "latency": [4, None, 0],  # floats, since one is missing
            "speaker_boost": ["true", "", "false"],
            "schedule": ["50,90", None, ""],
        }
    )
    first, second, third = (item.request for item in read(table, parameters={"latency": 3}))
    assert (first.voice, first.latency, first.speaker_boost) == ("heart", 4, True)
    assert first.schedule == (50, 90)
    assert (second.voice, second.latency, second.speaker_boost) == (None, 3, None)
    assert (third.voice, third.latency, third.speaker_boost) == (None, 0, False)


def test_which_fields_are_parameters_may_be_said() -> None:
    rows = [{"text": "Light is fast.", "speed": 299_792, "voice": "heart"}]
    with pytest.raises(ParameterError, match=r"row 1: speed must be .* columns=\[…\] says which"):
        read(rows)
    assert read(rows, columns=["voice"])[0].request.voice == "heart"
    assert read(rows, columns=())[0].request.voice is None
    assert faults(rows, columns="sped") == ("columns: 'sped' is no parameter",)


def test_the_key_of_an_item_changes_with_what_is_heard_and_with_nothing_else() -> None:
    def key(text: str = "One.", to: str = "out/{id}.mp3", **parameters: Any) -> str:
        return read([text], to, parameters=parameters)[0].key

    same = key(voice="heart")
    assert key(voice="heart", cache=False, warm=False) == same
    assert key(voice="heart", to="elsewhere/{id}-b.mp3") == same
    others = [
        key("Two.", voice="heart"),
        key(voice="en-us"),
        key(voice="heart", to="out/{id}.wav"),
        key("*One.*", voice="heart"),  # spoken alike, and shown otherwise
    ]
    assert len({same, *others}) == 5


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("../../etc/passwd", "..-..-etc-passwd.mp3"),
        ("..\\..\\x", "..-..-x.mp3"),
        ("/etc/passwd", "-etc-passwd.mp3"),
        ("C:\\x", "C--x.mp3"),
        ("~root", "~root.mp3"),
        ("a\0b\nc", "a-b-c.mp3"),
        ('What? <"yes"> | *no*', "What- --yes-- - -no-.mp3"),
        ("CON", "_CON.mp3"),
        ("com1.x", "_com1.x.mp3"),
        ("v1.2", "v1.2.mp3"),
        ("火星", "火星.mp3"),
        (datetime.time(10, 15), "10-15-00.mp3"),
    ],
)
def test_no_value_leads_out_of_the_folder(value: object, name: str) -> None:
    assert read([{"text": "x", "id": value}])[0].files == (Path("out") / name,)


@pytest.mark.parametrize("value", ["", ".", "..", " ", "...", "x" * 241, "é" * 121, "\ud800"])
def test_a_value_that_makes_no_name_is_refused(value: str) -> None:
    assert faults([{"text": "x", "id": value}])


def test_a_folder_is_no_way_out_either() -> None:
    for value in ("..", ".", "", " "):
        assert faults([{"text": "x", "who": value}], "out/{who}/{id}.mp3")
    item = read([{"text": "x", "who": "../NUL"}], "out/{who}/{id}.mp3")[0]
    assert item.files == (Path("out/..-NUL/1.mp3"),)


@given(st.text(max_size=40), st.sampled_from(["out/{v}.mp3", "out/{v}/{v}.wav", "out/a{v}b.srt"]))
def test_whatever_a_value_is_its_file_is_in_the_folder(value: str, to: str) -> None:
    template = FileTemplate.read(to)
    try:
        path = template.path({"v": value})
    except ValueError:
        return
    assert Path(os.path.normpath(path)) == path
    assert path.is_relative_to("out")
    assert len(path.parts) == len(Path(to).parts)
    assert path.suffix == template.suffix


@pytest.mark.parametrize(
    ("first", "second"), [("a", "A"), ("a/b", "a-b"), ("é", "e\u0301"), ("x.", "x?")]
)
def test_two_rows_never_share_a_file(first: str, second: str) -> None:
    rows = [{"text": "x", "id": first}, {"text": "y", "id": second}]
    if (first, second) == ("x.", "x?"):
        assert len(read(rows)) == 2
    else:
        assert faults(rows)[0].startswith("rows 1 and 2 would both be written to ")


@pytest.mark.parametrize(
    ("to", "options", "fault"),
    [
        ("out/{id}.aac", {}, "to: A speech is saved as .wav, .mp3, .flac or .ogg"),
        ("out/{id}", {}, "to: A speech is saved as "),
        ("out/a.mp3/{id}", {}, "to: A speech is saved as "),
        ("", {}, "to: A speech is saved as "),
        ([], {}, "to names no file"),
        (7, {}, "to: a file is named by a path, not 7"),
        ([b"x.mp3"], {}, "to: a file is named by a path, not b'x.mp3'"),
        ("out/{id.mp3", {}, "to: 'out/{id.mp3' is no template"),
        ("out/\0{id}.mp3", {}, "to: no file can have the name"),
        (["{id}.mp3", "{id}.MP3"], {}, "a row would have the same file twice"),
        ("{id}.mp3", {"subtitles": "txt"}, "subtitles must be 'srt' or 'vtt', not 'txt'"),
        (["{id}.mp3", "{id}.srt"], {"subtitles": "srt"}, "a row would have the same file twice"),
    ],
)
def test_a_path_that_is_no_template_is_refused(
    to: Any, options: dict[str, Any], fault: str
) -> None:
    assert faults(["x"], to, **options)[0].startswith(fault)


def test_a_folder_is_what_is_before_the_first_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    folders: dict[str, str] = {
        "out/{id}.mp3": "out",
        "{id}.mp3": ".",
        "~/a b/x-{id}.mp3": "/home/me/a b",
        "out/one.mp3": "out",
    }
    assert {to: FileTemplate.read(to).folder.as_posix() for to in folders} == folders


def test_a_table_gives_python_values() -> None:
    import numpy as np

    fields = read_table([{"a": np.int64(3), "b": np.float64(0.5), 7: "x"}])[0]
    assert [(type(value), value) for value in fields.values()] == [
        (int, 3),
        (float, 0.5),
        (str, "x"),
        (int, 1),
    ]
