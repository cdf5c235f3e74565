"""Heard gaps and added delay over traces of uneven arrivals, simulated."""

from __future__ import annotations

import shutil

from ..playout import Figures, compare
from ..table import OURS, Measurement, Row, Verdict, at_most

__all__ = ["measure"]

TRACES = 50
STRICT = 500  # ms, the fixed buffer to compare with
NEAR = 1.2  # × the optimum


def _figures(who: str, heard: Figures) -> tuple[Measurement, Measurement]:
    return (
        Measurement(who, "added delay", "ms", (1000 * heard.delay,)),
        Measurement(who, "heard gap ratio", "%", (100 * heard.gap_ratio,)),
    )


def measure(repeats: int) -> Row:  # the same every time
    """Simulate the player's buffer, fixed ones, and the optimum."""
    title = f"Playout over {TRACES} jitter traces"
    if shutil.which("node") is None:
        return Row(title, "", missing="needs node")
    result = compare(count=TRACES)
    fixed = [
        _figures(f"fixed buffer, {size} ms", result_of_size)
        for size, result_of_size in result.fixed.items()
    ]
    assert result.known is not None
    ours, strict = result.ours, result.fixed[STRICT]
    return Row(
        title,
        f"simulated: {result.utterances} utterances of {TRACES} synthetic sessions, the same for "
        "the same seed, so there is one repeat. Delay counts from the first message. The optimum "
        "knows all arrivals and leaves as much gap as ours did; between them stands the best fixed "
        "wait in each session for as much gap, by one who knows how its network and server behave, "
        "but not what they will do.",
        (
            *_figures(OURS, ours),
            *(measurement for pair in fixed for measurement in pair),
            Measurement("network known", "added delay", "ms", (1000 * result.known,)),
            Measurement("offline optimum", "added delay", "ms", (1000 * result.optimum,)),
        ),
        (
            Verdict(
                f"no more gaps than {STRICT} ms fixed",
                f"{ours.gap_ratio:.2%} against {strict.gap_ratio:.2%}",
                ours.gap_ratio <= strict.gap_ratio,
            ),
            at_most("under half its delay", ours.delay / strict.delay, 0.5, "×"),
            at_most("within 20 % of the optimum", ours.delay / result.optimum, NEAR, "×"),
        ),
    )
