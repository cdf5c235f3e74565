"""Where an emoji ends."""

from __future__ import annotations

import pytest

from jupyter_tts.client.reading.emoji import emoji_end

EMOJI = [
    "😀",
    "👍🏽",
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "🏃🏾‍♀️",
    "🏃‍♂",
    "👩🏻‍⚕️",
    "❤️‍🔥",
    "🇩🇪",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "1️⃣",
    "#⃣",
    "❤",
    "❤️",
    "❤︎",
    "⚠️",
    "☺",
    "♥️",
    "➡️",
    "▶️",
    "ℹ️",
    "✅",
    "❌",
    "✓",
    "✗",
    "☐",
    "⭐",
    "🅰️",
    "🈷️",
    "🫠",
    "🩷",
    "👩‍",  # cut off behind the joiner
    "🇩",  # half a flag
    "🏻",  # a skin tone without its hand
]
# Neither a sign that has a word, nor a letter, nor what draws a picture on its own.
TEXT = "a é 中 0 1 # * © ® ™ ©️ → ⇒ ↔ ➡ ♀ ♠ ♭ ★ ☆ ─ █ ● • – € ° ½ ∑ ℝ Ⓐ ① 〽 🄰 𝐱 \ufe0f \u200d ."


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_is_taken_whole_and_nothing_behind_it(emoji: str) -> None:
    assert emoji_end(f"a{emoji} b", 1) == 1 + len(emoji)
    assert emoji_end(f"a{emoji}b", 1) == 1 + len(emoji)
    assert emoji_end(emoji, 0) == len(emoji)


@pytest.mark.parametrize("sign", TEXT.split(" "))
def test_other_signs_are_no_emoji(sign: str) -> None:
    assert emoji_end(f"a{sign} b", 1) == 1


def test_emoji_that_stand_side_by_side_are_taken_one_by_one() -> None:
    text = "👍👍🏽🇩🇪🇫🇷🇮😀"
    ends = []
    end = 0
    while end < len(text):
        end = emoji_end(text, end)
        ends.append(end)
    assert ends == [1, 3, 5, 7, 8, 9]


def test_no_emoji_begins_at_the_end_of_a_text() -> None:
    assert emoji_end("", 0) == 0
    assert emoji_end("😀", 1) == 1
