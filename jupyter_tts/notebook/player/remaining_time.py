"""How much of a speech is still to come, as far as its text lets one guess."""

from __future__ import annotations

from ...client.speech.speech import Speech

__all__ = ["remaining"]

# Characters spoken in a second before anything is known: English at some 170 words a minute.
USUAL_PACE = 15.0


def remaining(speech: Speech, sent: int, *, received: bool) -> float | None:
    """Return the seconds of sound that are still to be sent, None if nobody can know.

    Exact once everything has been received. Before, the characters that were not spoken yet are
    taken to go as fast as those before them.

    Parameters
    ----------
    speech : Speech
        One whose text is still being written has no ``text``.
    sent : int
        Frames sent so far.
    received : bool
        Whether no more will be received.
    """
    waiting = (speech.frames - sent) / speech.sample_rate
    if received:
        return waiting
    if not speech.text:
        return None
    spoken, duration = len(speech.spoken), speech.duration
    if not spoken:  # a server that tells no times of words
        return waiting + max(0.0, len(speech.text) / USUAL_PACE - duration)
    pace = (spoken + USUAL_PACE) / (duration + 1.0)
    return waiting + (len(speech.text) - spoken) / pace
