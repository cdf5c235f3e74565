"""The text that its user gives: whether it can be sent, and who speaks what of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...client.reading.reading import Reading, reading_of
from ...client.speech.speech import Speech
from ...client.speech.turns import Turn, joined_text, read_turns
from ...client.streaming.tag_removal import check_not_only_tags, only_tags
from ...client.streaming.text_sources import MAX_TEXT, Text, check_text, read_all, whole_text
from ...client.streaming.turn_streams import read_turns_aloud
from ...wire.errors import ParameterError
from ...wire.request import SpeechRequest
from ..output.reading_words import in_words, leaves_code_out

__all__ = ["checked_text", "divide_text", "nothing_heard", "read_given_text"]


def checked_text(text: Text) -> Text:
    """Return a text as it can be sent.

    Raises
    ------
    ParameterError
        If it is none, or is empty.
    """
    text = check_text(text)
    whole = read_all(text) if isinstance(text, list | tuple) else text
    if isinstance(whole, str) and not whole.strip():
        raise ParameterError(["the text is empty"])
    return text


def read_given_text(
    request: SpeechRequest, text: Text, turns: Sequence[Turn] = ()
) -> tuple[Reading, tuple[Turn, ...]]:
    """Return how a text is read, which a source yet has to be, and the turns as they are sent.

    Raises
    ------
    ParameterError
        If nothing of it is spoken, or more than any model takes.
    """
    reading = reading_of(request)
    spoken_turns: tuple[Turn, ...] = ()
    if not isinstance(text, str):
        return reading, ()
    if turns:
        reading, spoken_turns = read_turns_aloud(request, turns)
    else:
        reading.feed(text, ended=True)
    if text.strip() and not reading.spoken.strip():
        raise ParameterError(
            [f"nothing of the text is to be spoken{_left_out(reading)}"],
            hint=f"{_how_to_read(reading)} Nothing was sent.",
        )
    check_not_only_tags(reading.spoken, request)
    if (count := len(reading.spoken)) > MAX_TEXT:
        raise ParameterError(
            [f"the text has {count:,} characters, and {MAX_TEXT:,} is the most in one request"],
            hint="Split it, or give it bit by bit to say(), which has no limit. Nothing was sent.",
        )
    return reading, spoken_turns


def divide_text(
    text: Text | Sequence[tuple[str, str]],
    cast: Mapping[str, str] | None,
    parameters: Mapping[str, Any],
) -> tuple[Text, tuple[Turn, ...]]:
    """Return the text that is spoken and who speaks what of it, no turns where one speaks alone.

    Parameters
    ----------
    text : str, iterable of str, async iterable of str, or sequence of pairs of str
        Pairs are of a name and what it says.
    cast : mapping of str to str or None
        The voices by name.
    parameters : mapping
        By keyword name.

    Raises
    ------
    ParameterError
        For a cast that does not go with the text, or with a voice for all.
    """
    is_pairs = isinstance(text, list | tuple) and any(isinstance(pair, tuple) for pair in text)
    if cast is None and not is_pairs:
        return check_text(text), ()
    if parameters.get("voice") is not None:
        raise ParameterError(["voice does not go with a cast, which names the voices"])
    if not (is_pairs or isinstance(text, str)):
        raise ParameterError(
            ["with a cast the text is a str, or a list of pairs of a name and a text"]
        )
    given = whole_text(text) if isinstance(text, str) else text
    turns = read_turns(given, cast)  # type: ignore[arg-type]  # of pairs, as just checked
    return joined_text(turns), turns


def nothing_heard(speech: Speech) -> str:
    """Return a sentence on a text in which there was nothing to hear."""
    reading = speech.reading
    if reason := only_tags(speech.spoken_form, speech.request):
        return f"There was nothing to hear: {reason}."
    sentence = "There was nothing to hear in this text"
    if not reading.original.strip() or reading.spoken.strip() or not reading.has_changed:
        return f"{sentence}."
    return f"{sentence}{_left_out(reading)}. {_how_to_read(reading)}"


def _left_out(reading: Reading) -> str:
    return f": {in_words(left_out)} left out" if (left_out := reading.left_out) else ""


def _how_to_read(reading: Reading) -> str:
    has_code = leaves_code_out(reading.left_out)
    with_code = "--read-code reads code blocks, too, and " if has_code else ""
    return f"{with_code}--read plain sends it as it is."
