"""The benchmarks' own arithmetic, and that their contenders speak."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks import levels, sweeps
from benchmarks.__main__ import main
from benchmarks.contenders import NAMES, Tokens
from benchmarks.contest import NOT_INSTALLED, Process, contest, interleaved, measured
from benchmarks.server import serving
from benchmarks.table import OURS, Measurement, Row, as_json, as_markdown, at_most
from jupyter_tts.client.sweep.rows import Row as SweepRow

MACHINE = {
    "system": "Some",
    "cores": 2,
    "load": [0.1, 0.9],
    "python": "3.11",
    "versions": {"one": "1.2"},
}

ROW = Row(
    "Latency",
    "how it was measured.",
    (
        Measurement(OURS, "first audio", "ms", (30.0, 10.0, 20.0)),
        Measurement("slow", "first audio", "ms", (2_000.0,)),
        Measurement("absent", "first audio", "ms", note=NOT_INSTALLED),
        Measurement("slow", "alone", "MB", (5.0,)),
    ),
    (at_most("≤ 15 ms", 20.0, 15.0, "ms"), at_most("≤ 25 ms", 20.0, 25.0, "ms")),
)


class Runner(NamedTuple):
    name: str
    missing: str = ""


def test_a_ratio_is_of_medians_and_to_ours_in_the_same_figure() -> None:
    assert ROW.median(OURS, "first audio") == 20
    assert [ROW.ratio(measurement) for measurement in ROW.measurements] == [None, 100, None, None]


def test_the_table_has_a_line_per_figure_and_one_per_bar() -> None:
    table = as_markdown([ROW, Row("Other", "", missing="needs node")], MACHINE).splitlines()
    lines = [line for line in table if line.startswith("|")][2:]
    assert lines == [
        "| **Latency** | jupyter_tts | first audio | 20.0 ms | 10.0 … 30.0 | 3 |  |",
        "|  | slow | first audio | 2,000 ms |  | 1 | 100 × |",
        f"|  | absent | first audio | {NOT_INSTALLED} |  |  |  |",
        "|  | slow | alone | 5.00 MB |  | 1 |  |",
        "| | *bar* | ≤ 15 ms | 20.0 ms | **missed** | | |",
        "| | *bar* | ≤ 25 ms | 20.0 ms | **met** | | |",
        "| **Other** | needs node | | | | | |",
    ]


def test_json_has_every_value() -> None:
    (row,) = json.loads(json.dumps(as_json([ROW], MACHINE)))["rows"]
    assert row["measurements"][0]["values"] == [30, 10, 20]
    assert row["measurements"][1]["ratio_to_ours"] == 100
    assert [verdict["met"] for verdict in row["verdicts"]] == [False, True]


def test_a_bar_of_what_was_not_measured_is_neither_met_nor_missed() -> None:
    assert at_most("≤ 15 ms", None, 15.0, "ms").met is None


def test_everybody_is_measured_as_often_and_begins_in_turn() -> None:
    order = []
    runners = [Runner("one"), Runner("absent", NOT_INSTALLED), Runner("two")]
    results = interleaved(runners, 3, lambda runner: order.append(runner.name) or len(order))
    assert order == ["one", "two", "two", "one", "one", "two"]
    assert results == {"one": [1, 4, 5], "two": [2, 3, 6]}


def test_a_text_comes_in_bursts_between_its_pauses() -> None:
    tokens = Tokens([(0, "One "), (0, "two. "), (2, "Three "), (0, "four.")])
    assert tokens.bursts == [(0, "One two. "), (2, "Three four.")]
    assert tokens.texts is None
    assert Tokens([(0, "One "), (0, "two.")]).texts == ["One ", "two."]


def test_contenders_in_processes_of_their_own_hear_the_same() -> None:
    steps = [(0, "Hello there, general. "), (0.01, "How are you?")]
    with serving() as server, contest(["ours", "bare"]) as processes:
        for process in processes:
            process.open(server.address, ahead=True)
        heard = interleaved(processes, 1, lambda process: process.speak(steps))
    (ours,), (bare,) = heard.values()
    assert ours["seconds"] == pytest.approx(bare["seconds"], abs=0.05)
    assert ours["seconds"] > 1
    assert min(*ours["first_audio"], *bare["first_audio"], ours["cpu"], bare["cpu"]) > 0


def test_a_contender_that_is_not_installed_says_so() -> None:
    process = Process("nowhere")
    process.end()
    assert process.missing == NOT_INSTALLED
    (line,) = measured({"sdk": process.missing}, "first audio", "ms", {})
    assert (line.who, line.values, line.note) == (NAMES["sdk"], (), NOT_INSTALLED)


def test_a_row_is_measured_and_written_in_both_forms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, figures = tmp_path / "table.md", tmp_path / "table.json"
    files = ["--markdown", str(table), "--json", str(figures)]
    main(["--rows", "load_ext", "--repeats", "1", *files])
    assert table.read_text("utf-8") == capsys.readouterr().out
    (row,) = json.loads(figures.read_text("utf-8"))["rows"]
    assert row["measurements"][0]["who"] == OURS
    assert len(row["measurements"][0]["values"]) == 1


def test_levels_are_columns_of_medians() -> None:
    measured = {
        "a voice: text whole": [
            [levels.Utterance(1_000 * level + noise, 2.0) for noise in (0, 9, -9)]
            for level in range(5)
        ]
    }
    assert levels.as_markdown(measured).splitlines()[2:] == [
        "| a voice: text whole: first sound | 0 ms | 1,000 ms | 2,000 ms | 3,000 ms | 4,000 ms |",
        "| a voice: text whole: length of the sound | 2.00 s | 2.00 s | 2.00 s | 2.00 s | 2.00 s |",
    ]


def test_levels_are_measured_with_both_voices_and_both_ways(
    capsys: pytest.CaptureFixture[str],
) -> None:
    levels.main(["--repeats", "1", "--pace", "5"])
    rows = [
        line.split("|")[1:7] for line in capsys.readouterr().out.splitlines() if "every" in line
    ]
    assert len(rows) == 4
    for name, *figures in rows:
        first, *_, last = (float(figure.split()[0].replace(",", "")) for figure in figures)
        if "length of the sound" in name:
            assert first != last  # level 4 cuts the text in more pieces than level 0


def test_cells_an_hour_are_counted_from_the_first_start_to_the_last_end() -> None:
    rows = [
        SweepRow(
            cell=str(second),
            condition={},
            text="",
            repetition=0,
            started=f"2026-11-30T12:00:{second:02}.000+00:00",
            arrivals=((500.0, 100.0), (1500.0, 100.0)),
        )
        for second in (20, 0, 10)
    ]
    assert sweeps.cells_an_hour(rows) == pytest.approx(3 * 3600 / 21.5)
    assert sweeps.as_markdown([(1, 3000.0), (4, 11_400.0)]).splitlines()[2:] == [
        "| 1 | 3,000 | 1.00 |",
        "| 4 | 11,400 | 3.80 |",
    ]
