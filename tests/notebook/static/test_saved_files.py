"""The subtitles that a saved view makes of its own are those that the kernel makes."""

from __future__ import annotations

from jupyter_tts.client.speech.subtitles import make_cues, srt, webvtt
from jupyter_tts.client.speech.turns import joined_text, read_turns
from jupyter_tts.client.speech.word_positions import place_words
from jupyter_tts.wire.alignment import Word

from ...node import open_node

PAIRS = [("Anna", "Is 1 < 2 & so on?"), ("Ben", "Yes. " * 12), ("Ben", "Well."), ("Anna", "Go.")]


def test_speakers_are_named_as_in_the_kernel_s_own_file() -> None:
    turns = read_turns(PAIRS, {"Anna": "a", "Ben": "b"})
    text = joined_text(turns)
    words = [Word(word, n / 2, (n + 1) / 2) for n, word in enumerate(text.split())]
    cues = make_cues(text, place_words(text, words), turns)
    with open_node(webvtt(cues)) as node:
        assert node.call("saved/saved_files.js", "srt") == srt(cues)
