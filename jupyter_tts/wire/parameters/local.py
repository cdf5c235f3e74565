"""Parameters that never travel: they decide what this package does itself."""

from __future__ import annotations

from ..pronunciations import MOST_PRONUNCIATIONS, PAIR_PATTERN
from .schema import Kind, Parameter, Place

__all__ = ["CACHE", "LEVERS", "PRONOUNCE", "READ", "READ_CODE", "WARM"]

PRONOUNCE = Parameter(
    name="pronounce",
    wire="",
    place=Place.LOCAL,
    kind=Kind.PAIRS,
    pattern=PAIR_PATTERN,
    most=MOST_PRONUNCIATIONS,
    expects="pairs such as SQL=sequel",
    help="How words are to be spoken: respelled, SQL=sequel, or in IPA, GIF=/dʒɪf/.",
    note="Whole words, as they are written; one in lower case also with a capital. IPA is sent in "
    "the form that the model reads; where it reads none, the word stays as it is.",
    source="this package; the forms of IPA from the ElevenLabs guide to pronunciation",
)

READ = Parameter(
    name="read",
    wire="",
    place=Place.LOCAL,
    kind=Kind.TEXT,
    choices=("auto", "markdown", "plain"),
    preset="auto",
    help="How the text is read: its Markdown as a person would read it aloud, or plain as it is.",
    note="With auto a text without Markdown is sent as it is, and so is all that comes before the "
    "first Markdown. SSML is always sent as it is.",
    source="this package",
)

READ_CODE = Parameter(
    name="read_code",
    wire="",
    place=Place.LOCAL,
    kind=Kind.SWITCH,
    preset=False,
    help="Read the code blocks of Markdown aloud, too, which are left out otherwise.",
    source="this package",
)

LEVERS = Parameter(
    name="levers",
    wire="",
    place=Place.LOCAL,
    kind=Kind.SWITCH,
    preset=True,
    help="Let the latency level also set the schedule and normalization that go with it.",
    source="this package",
)

WARM = Parameter(
    name="warm",
    wire="",
    place=Place.LOCAL,
    kind=Kind.SWITCH,
    preset=True,
    help="Begin on a socket that was opened ahead, and open one for the next stream.",
    note="It is replaced before its inactivity_timeout is over, and closed after two minutes "
    "without use.",
    source="this package",
)

CACHE = Parameter(
    name="cache",
    wire="",
    place=Place.LOCAL,
    kind=Kind.SWITCH,
    help="Play what was made before of the same text and settings, and keep what is made.",
    note="Left out, the embedded voice's speeches are kept, and any other server's for the "
    "notebook that asked for them; panels, stream() and servers on this machine use no cache.",
    source="this package",
)
