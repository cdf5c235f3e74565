"""What was done to a text to read it aloud, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ...client.reading.reading import Reading

__all__ = ["in_words", "leaves_code_out", "reading_sentence"]


def reading_sentence(reading: Reading) -> str:
    """Return how a text was read and what of it was left out, "" where it is sent as it is."""
    clauses = [*reading.summaries]
    if left_out := reading.left_out:
        clauses.append(f"{in_words(left_out)} left out{_how_to_read(left_out)}")
    clauses += reading.notes
    if not clauses:
        return ""
    sentence = "; ".join(clauses)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def leaves_code_out(left_out: Sequence[str]) -> bool:
    """Whether there is code in what was left out."""
    return any("code block" in what for what in left_out)


def in_words(things: Sequence[str]) -> str:
    """Return things as a list that ends in "and"."""
    *most, last = things
    return f"{', '.join(most)} and {last}" if most else last


def _how_to_read(left_out: Sequence[str]) -> str:
    if not leaves_code_out(left_out):
        return ""
    if len(left_out) > 1:
        return " (--read-code reads the code)"
    return f" (--read-code reads {'them' if 'code blocks' in left_out[0] else 'it'})"
