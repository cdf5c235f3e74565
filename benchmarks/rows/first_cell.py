"""The first cell of a fresh kernel, against the embedded voices as ``%load_ext`` leaves them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from tests.browser.chromium import find_chromium

from ..table import OURS, Measurement, Row, Verdict, at_most
from .hearing import FRONT_ENDS, NO_BROWSER, HearingNotebook, hearing_notebook, opened

__all__ = ["measure"]

TITLE = "First cell of a fresh kernel → heard"
CONDITIONS = (
    "the kernel is restarted each time, in a page that has spoken before; `%load_ext`, a pause, "
    "`%%tts`. The embedded server belongs to the kernel, and makes speech as fast as it can."
)
MOST = 250.0  # ms
TEXT = "The quick brown fox jumps over the lazy dog, and then, since it is late, it takes a rest. "


@dataclass(frozen=True)
class _Kind:
    """Which voice speaks, and how many seconds after ``%load_ext``."""

    voice: str
    name: str
    seconds: float

    @property
    def figure(self) -> str:
        when = f"{self.seconds:g} s after %load_ext" if self.seconds else "run at once"
        return f"{self.name}, {when}"


KINDS = (
    _Kind("en-us", "eSpeak NG", 1),
    _Kind("heart", "natural voice", 2),
    _Kind("en-us", "eSpeak NG", 0),
    _Kind("heart", "natural voice", 0),
)


def measure(repeats: int) -> Row:
    """Restart the kernel for every run."""
    if find_chromium() is None:
        return Row(TITLE, "", missing=NO_BROWSER)
    times: dict[_Kind, list[float]] = {kind: [] for kind in KINDS}
    speaking = (f"%%tts --voice {kind.voice} --no-cache\n{TEXT}" for kind in KINDS)
    cells = ["%load_ext jupyter_tts", *speaking]
    with (
        opened() as place,
        hearing_notebook(place, "first", FRONT_ENDS["JupyterLab"], cells) as notebook,
    ):
        _first_sound(notebook, 1, KINDS[0])  # what the page loads with it
        for _ in range(repeats):
            for index, kind in enumerate(KINDS, start=1):
                times[kind].append(_first_sound(notebook, index, kind))
    row = Row(
        TITLE,
        CONDITIONS,
        tuple(
            Measurement(OURS, kind.figure, "ms", tuple(values)) for kind, values in times.items()
        ),
    )
    verdicts: list[Verdict] = [
        at_most(f"{kind.figure}: within {MOST:g} ms", median(times[kind]), MOST, "ms")
        for kind in KINDS
        if kind.seconds
    ]
    return row.judge(*verdicts)


def _first_sound(notebook: HearingNotebook, index: int, kind: _Kind) -> float:
    notebook.restart()
    notebook.fall_silent()
    notebook.run(0)
    notebook.page.wait_for_timeout(1000 * kind.seconds)
    steps = notebook.hear(index)
    return steps["heard"] - steps["run"]
