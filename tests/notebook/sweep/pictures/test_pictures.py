"""What the pictures of a sweep show, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

import numpy as np
import pytest

from jupyter_tts.notebook.sweep.pictures.differences import Gap, differences
from jupyter_tts.notebook.sweep.pictures.distribution import STEPS, distribution
from jupyter_tts.notebook.sweep.pictures.shapes import Picture
from jupyter_tts.notebook.sweep.pictures.tradeoff import Interval, tradeoff
from jupyter_tts.notebook.sweep.pictures.waterfall import Stages, waterfall

EVIL = "<script>alert(1)</script> & \"quoted\" 'name'"
LONG = "level 0, this network, a voice whose name is long, and at the end the text as tokens"


def elements(picture: Picture, tag: str, name: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(picture.svg)
    return [
        element
        for element in root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")
        if f"jtts-s-{name}" in element.get("class", "").split()
    ]


def bars(picture: Picture, name: str) -> list[tuple[float, float]]:
    """From where to where bars go, in percent of the room beside the names."""
    spans = []
    for bar in elements(picture, "rect", name):
        percents = re.findall(r"calc\(([\d.e-]+)%", bar.get("style", ""))
        if not bar.get("width", "").endswith("%"):
            continue  # of the key
        if not percents:
            percents = [bar.get(side, "").rstrip("%") for side in ("x", "width")]
        start, length = map(float, percents)
        spans.append((start, start + length))
    return spans


def dots(picture: Picture, name: str) -> list[tuple[float, float]]:
    return [
        (float(dot.get("cx", "").rstrip("%")), float(dot.get("cy", "")))
        for dot in elements(picture, "circle", name)
    ]


def words(picture: Picture) -> list[str]:
    root = ElementTree.fromstring(picture.svg)
    return [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]


def are_in_line(places: Sequence[float], values: Sequence[float]) -> bool:
    """Whether places are as far apart as values are, to the hundredth of a percent."""
    slope, start = np.polyfit(values, places, 1)
    return bool(slope and np.allclose(places, slope * np.asarray(values) + start, atol=0.02))


def pictures_of(names: Sequence[str], *, empty: bool = False) -> list[Picture]:
    times = {name: [] if empty else [90.0 + n, 100.0 + n, 120.0] for n, name in enumerate(names)}
    return [
        waterfall([Stages(name, *([] if empty else [10.0, 80.0, 95.0, 300.0])) for name in names]),
        distribution(times, "time to first audio"),
        differences(
            [Gap(name, *([] if empty else [-5.0, -9.0, -1.0])) for name in names], "By how"
        ),
    ]


def test_the_parts_of_a_waterfall_end_at_their_moments() -> None:
    picture = waterfall(
        [Stages("cold", 30.0, 90.0, 110.0, 310.0), Stages("warm", 0.0, 60.0, 80.0, 280.0)]
    )
    assert [len(bars(picture, part)) for part in ("connect", "wait", "silence")] == [1, 2, 2]
    cold = [bars(picture, part)[0] for part in ("connect", "wait", "silence", "playout")]
    assert are_in_line([cold[0][0], *(end for _, end in cold)], [0, 30, 90, 110, 310])
    assert {"110 ms", "80 ms", "connect", "playout delay"} <= {*words(picture)}
    assert "warm comes first after 80 ms, cold last after 110 ms" in picture.sentence


def test_a_playout_delay_that_would_hide_what_was_measured_is_not_drawn() -> None:
    picture = waterfall([Stages("here", 0.0, 3.0, 4.0, 203.0)])
    assert bars(picture, "playout") == []
    assert "playout delay" not in words(picture)
    assert "200 ms" not in words(picture)
    assert bars(picture, "silence")[0][1] > 90


def test_a_time_behind_the_playout_delay_says_that_it_is_without_it() -> None:
    picture = waterfall([Stages("slow", 0.0, 4000.0, 4000.0, 4200.0)])
    assert "4.00 s + 200 ms" in words(picture)


def test_a_distribution_steps_up_at_each_value() -> None:
    values = [50.0, 60.0, 61.0, 90.0]
    picture = distribution({"one": values, "two": []}, "time to first byte")
    (path,) = elements(picture, "path", "curve")
    steps = re.findall(r"H([\d.]+)V([\d.]+)", path.get("d", ""))
    assert are_in_line([float(x) for x, _ in steps], values)
    assert are_in_line([float(y) for _, y in steps], [0.25, 0.5, 0.75, 1.0])
    assert "half of the speeches have 60 ms or less" in picture.sentence


def test_lines_are_told_apart_without_colour_and_named_where_they_stand_alone() -> None:
    chance = np.random.default_rng(1)
    times = {f"level {n}": chance.normal(100, 5, 300).tolist() for n in range(10)}
    picture = distribution(times, "time to first audio")
    curves = elements(picture, "path", "curve")
    looks = {(curve.get("stroke-dasharray"), curve.get("stroke-width")) for curve in curves}
    assert len(looks) == 10
    assert max(curve.get("d", "").count("H") for curve in curves) == STEPS + 1
    heights = sorted(y for _, y in dots(picture, "mark"))
    assert min(np.diff(heights)) >= 11  # the height of a word
    assert {*times} <= {*words(picture)}


def test_many_conditions_are_rows_of_quantiles() -> None:
    times = {f"voice {n}": [*range(100 + n, 201 + n)] for n in range(40)}
    picture = distribution(times, "time to first audio")
    assert elements(picture, "path", "curve") == []
    low, high = bars(picture, "whisker")[0]
    lower, upper = bars(picture, "half")[0]
    places = [low, lower, dots(picture, "mark")[0][0], upper, high]
    assert are_in_line(places, [105, 125, 150, 175, 195])
    assert picture.height < 700


def test_differences_stand_at_their_values_and_what_is_told_is_filled() -> None:
    gaps = [Gap("level 4", -30.0, -40.0, -20.0), Gap("level 1", 2.0, -5.0, 9.0), Gap("level 2")]
    picture = differences(gaps, "Difference from level 0")
    (zero,) = elements(picture, "line", "zero")
    (told,), (untold,) = dots(picture, "told"), dots(picture, "untold")
    (span,), (wide,) = bars(picture, "told-span"), bars(picture, "untold-span")
    places = [float(zero.get("x1", "").rstrip("%")), told[0], untold[0], *span, *wide]
    assert are_in_line(places, [0, -30, 2, -40, -20, -5, 9])
    assert elements(picture, "circle", "untold")[0].get("fill") == "none"
    assert picture.sentence.startswith("1 of 3 differs from zero (filled dots).")
    assert differences(gaps[1:], "Difference").sentence.startswith("None can be told from zero")


def test_where_a_difference_depends_on_the_text_each_text_stands_by_itself() -> None:
    gaps = [
        Gap("turns", 20.0, 10.0, 30.0, (-40.0, 60.0)),
        Gap("grows", 50.0, 40.0, 70.0, (45.0, 80.0)),
    ]
    picture = differences(gaps, "Difference")
    texts = [float(one.get("x1", "").rstrip("%")) for one in elements(picture, "line", "text")]
    ((told, _),) = dots(picture, "told")
    assert are_in_line([*texts, told], [-40, 60, 45, 80, 50])
    assert dots(picture, "untold") == []
    assert picture.sentence.startswith("1 of 2 differs from zero")
    assert "each text by itself, where the difference depends on it" in picture.sentence


def test_latency_and_quality_cross_at_their_values() -> None:
    latency = {"a": Interval(100.0, 90.0, 120.0), "b": Interval(150.0, 140.0), "c": Interval(1.0)}
    quality = {"a": Interval(2.0, 1.5, 2.5), "b": Interval(4.0, 3.5, 4.5)}
    picture = tradeoff(latency, quality, "time to first audio", "rating")
    (ax, ay), (bx, by) = dots(picture, "mark")
    (left, right), (lower, same) = bars(picture, "span")
    assert are_in_line([ax, bx, left, right, lower, same], [100, 150, 90, 120, 140, 150])
    ends = [
        float(line.get(end, ""))
        for line in elements(picture, "line", "span")
        for end in ("y1", "y2")
    ]
    assert are_in_line([ay, by, *ends], [2, 4, 2.5, 1.5, 4.5, 3.5])
    assert picture.sentence == (
        "A has the shortest time to first audio, 100 ms;"
        " b has the highest rating, 2 more for 50 ms."
    )
    equal = tradeoff(latency, dict.fromkeys("ab", quality["a"]), "delay", "rating")
    assert equal.sentence == "A has the shortest delay, 100 ms, and no other has a higher rating."
    one = tradeoff(latency, {"a": quality["b"], "b": quality["a"]}, "delay", "rating")
    assert one.sentence == "A has the shortest delay, 100 ms, and the highest rating."


@pytest.mark.parametrize("count", [1, 2, 5, 12, 13, 40])
@pytest.mark.parametrize("name", ["level", LONG, EVIL])
def test_pictures_are_whole_and_keep_their_height(name: str, count: int) -> None:
    names = [f"{name} {n}" for n in range(count)]
    for picture, before in zip(pictures_of(names), pictures_of(names, empty=True), strict=True):
        assert (picture.height, picture.title) == (before.height, before.title)
        for svg in (picture.svg, before.svg):
            root = ElementTree.fromstring(svg)
            assert root.get("height") == str(picture.height)
            assert "nan" not in svg
            assert "script>" not in svg
            assert " id=" not in svg
            assert root[0].text == picture.title
    if name == EVIL:
        return
    wide = [word for word in words(pictures_of(names)[0]) if len(word) > 58]
    assert wide == []  # so that it fits into the narrowest output


def test_conditions_whose_names_have_no_room_are_numbers() -> None:
    names = [f"{LONG} {n}" for n in range(3)]
    rows, lines, apart = pictures_of(names)
    assert words(rows)[-3].startswith("1 · level 0, network") or "1 · " in " ".join(words(rows))
    assert {"1", "2", "3"} <= {*words(lines)}
    assert any(word.startswith("2 · ") for word in words(apart))
