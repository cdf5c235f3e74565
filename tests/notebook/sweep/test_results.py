"""What a notebook keeps of a sweep."""

from __future__ import annotations

import html
import re

import pytest

from jupyter_tts.client.speech.cost import Quota
from jupyter_tts.client.sweep.summary import times_of
from jupyter_tts.client.sweep.verdicts.verdict import compare, verdict
from jupyter_tts.notebook.sweep.results import plan_bundle, results_bundle, results_page
from jupyter_tts.wire.errors import ParameterError

from .measured import LEVELS, measured

QUALITY = {
    f"level {level}": (4.0 - level / 2, 3.0 - level / 2, 5.0 - level / 2) for level in range(5)
}


def read(markup: str) -> str:
    """The words of a page that takes neither styles, scripts nor pictures."""
    bare = re.sub(r"<(style|script)>.*?</\1>", "", markup, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def test_verdict_table_and_pictures_are_there_and_small() -> None:
    plan, rows = measured()
    bundle = results_bundle(
        plan, rows, quality=QUALITY, scale="rating", note="By the embedded voice."
    )
    words = read(bundle["text/html"])
    assert words.index("level 4 by 3") < words.index("By the embedded voice.")
    assert words.index("By the embedded voice.") < words.index("95th percentile")
    assert re.search(r"level 0 100 0 1\d\d ms \(1\d\d to 1\d\d\)", words)
    titles = ["From the text", "audio, distribution", "difference from level 0", "and rating"]
    places = [words.index(title) for title in titles]
    assert places == sorted(places)
    assert len(re.findall(r'<img [^>]*alt="[^"]+', bundle["text/html"])) == 4
    assert len(bundle["text/html"]) < 60_000
    assert "level 4 by 3" in bundle["text/plain"]
    assert re.search(r"\nlevel 0 +100 +0 ", bundle["text/plain"])


def test_a_page_stands_alone_and_runs_nothing() -> None:
    page = results_page(*measured(), title="Level & <knob>")
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert page.count('role="img"') == 3
    assert "<title>Level &amp; &lt;knob&gt;</title>" in page


def test_while_it_fills_nothing_moves_and_nothing_is_concluded() -> None:
    plan, rows = measured()
    shown = [
        results_bundle(plan, rows[:count], filling=True)["text/html"]
        for count in (0, 1, 7, 250, 500)
    ]
    heights = [re.findall(r"height: (\d+)px", markup) for markup in shown]
    assert all(one == heights[0] for one in heights)
    assert "250 of 500 measured." in read(shown[3])
    assert verdict(compare(times_of(plan, rows[:250])))[0] not in read(shown[3])
    assert "without intervals" in read(shown[3])


def test_no_row_a_few_rows_and_one_condition_are_told_as_they_are() -> None:
    plan, rows = measured()
    nothing = results_bundle(plan, [])["text/plain"]
    assert nothing.startswith("0 of 500 measured.")
    few = read(results_bundle(plan, rows[:20])["text/html"])
    assert "Too few pairs to compare" in few
    assert "A 95th percentile has an upper bound from n = 72 on." in few
    assert "A median has one from n = 6 on." in few
    one = read(results_bundle(*measured({"latency": [2]}))["text/html"])
    assert "difference" not in one


def test_errors_are_counted_and_their_words_are_only_words() -> None:
    plan, rows = measured({"latency": [0, 4]}, failed="The server said <b>no</b> & closed.")
    bundle = results_bundle(plan, rows)
    assert "20 × The server said <b>no</b> & closed." in bundle["text/plain"]
    assert "<b>no" not in bundle["text/html"]
    assert "20 × The server said <b>no</b> & closed." in read(bundle["text/html"])


def test_names_are_only_words() -> None:
    plan, rows = measured(
        {"voice": ["<img src=x onerror=alert(1)>", "\"&'"]}, repeat=2, ttfb=lambda condition: 100
    )
    for markup in (results_bundle(plan, rows)["text/html"], results_page(plan, rows)):
        assert "<img src=x" not in markup
        assert "onerror" in read(markup)
    assert "<img src=x" not in plan_bundle(plan)["text/html"]


def test_many_conditions_have_a_short_verdict_and_numbers() -> None:
    networks = ["here", "rtt 100 ms", "rtt 200 ms", "rtt 300 ms"]
    axes = {**LEVELS, "network": networks, "server": ["local"]}
    bundle = results_bundle(*measured(axes, texts=2, repeat=4))
    assert len(bundle["text/plain"].splitlines()) < 70
    words = read(bundle["text/html"])
    assert "20 · level 4" in words
    assert "paired differences in latency" not in words
    assert "Simulated networks: RTT 100 ms; RTT 200 ms; RTT 300 ms." in words
    assert "the embedded voice, which says nothing of ElevenLabs" in words


def test_of_very_many_differences_those_of_the_first_axis_are_drawn() -> None:
    axes = {**LEVELS, "network": ["here", "rtt 100 ms", "rtt 200 ms"], "warm": [True, False]}
    axes["arrival"] = ["at once", "as tokens"]
    words = read(results_bundle(*measured(axes, texts=1, repeat=1), filling=True)["text/html"])
    assert "paired differences in latency" in words


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ParameterError, match="measure must be one of ttfa"):
        results_bundle(*measured({"latency": [0, 4]}, repeat=1), measure="loudness")


def test_a_plan_says_what_is_left_to_send_and_what_the_account_has() -> None:
    plan, rows = measured({"latency": [0, 2]}, repeat=4)
    characters = 2 * 4 * sum(len(prompt.text) for prompt in plan.prompts)
    whole = plan_bundle(plan)
    assert whole["text/plain"].startswith("40 streams: 2 conditions × 5 texts × 4 repetitions, ")
    assert f"{characters:,} characters to send" in whole["text/plain"]
    left = read(plan_bundle(plan, rows[:20], Quota(used=1000, limit=10_000))["text/html"])
    assert "20 of them measured" in left
    assert f"{characters // 2:,} characters to send, 9,000 of 10,000 left" in left
    assert "random, in 4 blocks (seed 1)" in left
