"""What was done to a text to read it aloud, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ...client.reading.reading import Reading

__all__ = ["in_words", "reading_sentence"]


def reading_sentence(reading: Reading) -> str:
    """Return how a text was read and what of it was left out, "" where it is sent as it is."""
    clauses = [*reading.summaries]
    if left_out := reading.left_out:
        can_read = any("code block" in what for what in left_out)
        how = " (--read-code reads it)" if can_read else ""
        clauses.append(f"{in_words(left_out)} left out{how}")
    clauses += reading.notes
    if not clauses:
        return ""
    sentence = "; ".join(clauses)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def in_words(things: Sequence[str]) -> str:
    """Return things as a list that ends in "and"."""
    *most, last = things
    return f"{', '.join(most)} and {last}" if most else last
