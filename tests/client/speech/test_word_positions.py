from __future__ import annotations

from jupyter_tts.client.speech.word_positions import WordPlacer, default_gap


def placed(text: str, *words: str) -> list[str | None]:
    placer = WordPlacer(text)
    return [placer.place(word) for word in words]


def test_the_gaps_and_the_words_are_the_text_again() -> None:
    text = " One,\n\ntwo  (three) 東京 ends."
    placer = WordPlacer(text)
    words = ["One,", "two", "(three)", "東", "京"]
    joined = "".join(f"{placer.place(word)}{word}" for word in words)
    assert joined + placer.rest == text
    assert placer.rest == " ends."


def test_a_word_that_comes_twice_is_found_where_it_is_next() -> None:
    assert placed("a b a b", "a", "a", "b") == ["", " b ", " "]


def test_a_word_written_otherwise_is_not_there_and_holds_up_no_other() -> None:
    assert placed("It’s 5 o'clock", "It's", "five", "o'clock") == [None, None, "It’s 5 "]


def test_a_word_is_not_looked_for_in_the_whole_text() -> None:
    assert placed("word " * 30 + "end", "end") == [None]


def test_words_of_which_the_text_says_nothing_are_parted_but_for_han() -> None:
    assert default_gap("one", "two") == " "
    assert default_gap("東", "京") == ""
