"""What the pictures of the latency show."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from jupyter_tts.client.speech.timeline import Arrival, Decision, Reconnect, Timeline
from jupyter_tts.notebook.output.latency_picture import (
    latency_picture,
    latency_strip,
    picture_length,
)

SVG = "{http://www.w3.org/2000/svg}"


def timeline(*arrivals: tuple[float, float], connected: float = 0.1) -> Timeline:
    made = Timeline(submitted=5.0, connected=5.0 + connected)
    made.arrivals = [Arrival(5.0 + at, duration) for at, duration in arrivals]
    return made


def played(*arrivals: tuple[float, float], delay: float = 0.05) -> Timeline:
    made = timeline(*arrivals)
    made.playout_delay, made.output_latency = delay, 0.0
    made.play(made.duration, [])
    return made


def path(svg: str, name: str) -> str:
    """What a path of this class draws; "" if there is none."""
    drawn = re.search(rf'class="{name}"[^>]* d="([^"]*)"', svg)
    return drawn[1] if drawn else ""


def bars(svg: str, name: str) -> list[tuple[int, int]]:
    """From where to where the bars of a path go."""
    found = re.findall(r"M(\d+) \d+H(\d+)", path(svg, name))
    return [(int(left), int(right)) for left, right in found]


def place(at: float, made: Timeline) -> int:
    return round(1000 * at / picture_length(made))


def words(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def described(svg: str) -> str:
    (desc,) = ElementTree.fromstring(svg).iter(f"{SVG}desc")
    return desc.text or ""


def test_before_anything_has_happened_there_is_nothing_to_draw() -> None:
    assert latency_picture(Timeline()) == latency_strip(Timeline(), 1.0) == ""
    assert picture_length(Timeline()) > 0


def test_the_moments_of_the_start_are_marked_and_named() -> None:
    made = timeline((0.4, 0.5), (1.0, 0.5))
    made.silence = 0.2
    svg = latency_picture(made)
    assert re.findall(r"M(\d+) ", path(svg, "jtts-l-moment")) == [
        str(place(at, made)) for at in (0.1, 0.4, 0.6)
    ]
    assert "connected 100 ms · first byte 400 ms · first sound 600 ms" in words(svg)
    assert bars(svg, "jtts-l-silence") == [(place(0.4, made), place(0.6, made))]


def test_moments_far_enough_apart_are_named_apart() -> None:
    assert {"connected 100 ms", "first sound 900 ms"} <= set(
        words(latency_picture(timeline((0.9, 0.5))))
    )


def test_no_name_is_lost_where_the_moments_come_late() -> None:
    made = timeline((1.9, 0.1), connected=0.7)
    made.silence = 0.05
    svg = latency_picture(made)
    assert "connected 700 ms · first byte 1.9 s · first sound 1.95 s" in " · ".join(words(svg))


def test_a_message_is_a_tick_as_high_as_its_sound() -> None:
    made = timeline((0.2, 0.1), (0.6, 0.4), (1.0, 0.2))
    ticks = re.findall(r"M(\d+) \d+v-(\d+)", path(latency_picture(made), "jtts-l-made"))
    heights = [int(height) for _, height in ticks]
    assert heights[1] == max(heights)
    assert heights[0] == pytest.approx(heights[1] / 4, abs=1)
    assert heights[2] == pytest.approx(heights[1] / 2, abs=1)
    assert [int(x) for x, _ in ticks] == pytest.approx(
        [place(at, made) for at in (0.2, 0.6, 1.0)], abs=4
    )


def test_the_buffer_rises_with_what_comes_and_falls_with_what_is_heard() -> None:
    made = played((0.2, 0.5), (1.0, 0.1), (1.4, 0.1))
    line = re.findall(r"L(\d+) (\d+)", path(latency_picture(made), "jtts-l-buffer"))
    heights = {int(x): 60 - int(y) for x, y in line}
    assert heights[0] == 0
    assert max(heights.values()) == heights[min(heights, key=lambda x: abs(x - place(0.24, made)))]
    assert heights[min(heights, key=lambda x: abs(x - place(0.9, made)))] == 0


def test_what_was_heard_stands_below_with_the_times_it_ran_dry() -> None:
    made = timeline((0.2, 1.0), (2.0, 1.0))
    made.playout_delay, made.output_latency = 0.1, 0.0
    made.play(2.0, [(1.0, 0.75)])
    svg = latency_picture(made)
    cuts = [place(at, made) for at in (0.3, 1.3, 2.05)]
    (first, second) = bars(svg, "jtts-l-heard")
    assert first == pytest.approx(cuts[:2], abs=1)
    assert second[0] == pytest.approx(cuts[2], abs=1)
    assert bars(svg, "jtts-l-dry") == [pytest.approx(cuts[1:], abs=1)]
    assert "Ran dry after 1.3 s for 750 ms" in described(svg)


def test_what_its_user_paused_ends_there() -> None:
    made = played((0.2, 2.0), (2.0, 1.0))
    made.play(0.5, [])
    (bar,) = bars(latency_picture(made), "jtts-l-heard")
    assert bar == (place(0.25, made), place(0.75, made))


def test_reconnects_and_levels_are_marked() -> None:
    made = played((0.2, 1.0), (3.0, 1.0))
    made.reconnects.append(Reconnect(6.0, "lost", 10, 4))
    made.levels += [Decision(2, "first"), Decision(4, "late", 20, 7.0)]
    svg = latency_picture(made)
    assert path(svg, "jtts-l-reconnect").startswith(f"M{place(1.0, made)} ")
    assert path(svg, "jtts-l-level").startswith(f"M{place(2.0, made)} ")
    assert "reconnected after 1 s, level 4 from 2 s on" in described(svg).lower()


def test_a_wait_for_another_player_is_said_and_not_drawn() -> None:
    made = played((0.2, 1.0), (0.5, 1.0))
    made.waited, made.waited_for = 30.0, "another player"
    svg = latency_picture(made)
    assert picture_length(made) < 1
    assert bars(svg, "jtts-l-heard") == []
    assert "after 30 s of waiting for another player" in words(svg)
    assert "heard after 30.2 s, 30 s of it waiting for another player" in described(svg)


def test_hundreds_of_messages_stay_small_and_low() -> None:
    made = played(*((0.1 + 0.037 * n, 0.05) for n in range(900)))
    svg = latency_picture(made)
    assert len(svg) < 6_000
    assert float(ElementTree.fromstring(svg).attrib["height"]) <= 90
    strip = latency_strip(made, 60.0)
    assert len(strip) < 3_000
    assert float(ElementTree.fromstring(strip).attrib["height"]) <= 28


def test_strips_of_one_axis_can_be_compared() -> None:
    early, late = played((0.5, 1.0)), played((1.0, 1.0))
    starts = [bars(latency_strip(made, 4.0), "jtts-l-heard")[0][0] for made in (early, late)]
    assert starts == pytest.approx([1000 * 0.55 / 4, 1000 * 1.05 / 4], abs=1)
    strip = ElementTree.fromstring(latency_strip(early, 4.0))
    assert strip.attrib["role"] == "img"
    assert words(latency_strip(early, 4.0)) == []
    title = strip.find(f"{SVG}title")
    assert title is not None
    assert "first audible sound after 500 ms" in (title.text or "")
