"""Cases that failed once."""

from __future__ import annotations

from typing import Final

from .corpus import TEXTS
from .hearing import Case
from .voice import Fault, Quirks

__all__ = ["KEPT"]

_MUTE: Final = Quirks(mute_messages=2, seed=184)

KEPT: Final[tuple[Case, ...]] = (
    # A sign, or a part of it, that did not come before the end.
    Case("a | b", faults=(Fault("reset", 0.3),)),
    Case("* * *", faults=(Fault("close 1000", 0.3),)),
    Case("— so it was —", faults=(Fault("close 1011", 0.6),)),
    Case("—", faults=(Fault("close 1000"),)),
    Case(TEXTS["rust"], faults=(Fault("stall", 3.3),)),
    # A loss inside a long word.
    Case(TEXTS["long word in prose"], faults=(Fault("reset", 3.8),)),
    Case(TEXTS["address"], faults=(Fault("close 1011", 2.1),)),
    Case(TEXTS["xml"], faults=(Fault("reset", 2.1),)),
    Case(TEXTS["address"], _MUTE, (Fault("close 1011", 1.2),)),
    # A stall inside a word, and a loss inside the same one.
    Case(TEXTS["reported link"], faults=(Fault("stall", 0.6),)),
    Case(
        TEXTS["hindi"],
        Quirks(times="running"),
        (Fault("stall", 1.8), Fault("close 1011", 0.1), Fault("stall", 1.3)),
    ),
    Case(TEXTS["rust"], Quirks(split=3, seed=722), (Fault("stall", 2.4), Fault("stall", 0.3))),
    # A piece of the text that ended inside a word.
    Case(
        TEXTS["domains"],
        Quirks(times="running"),
        (Fault("reset", 0.6, cut=False), Fault("close 1011", 1.2), Fault("stall", 2.4, cut=False)),
        tokens=4,
    ),
    Case(
        TEXTS["details"],
        Quirks(times="segment"),
        (Fault("reset", 0.7, cut=False), Fault("reset", 0.1), Fault("reset", 1.6)),
    ),
    # Words that were not told around a loss.
    Case("Hello 👋 and welcome back", Quirks(omit_words=6, seed=922), (Fault("close 1011", 0.9),)),
    Case(TEXTS["headings"], Quirks(omit_words=6, pace=0.5, seed=441), (Fault("close 1011", 0.3),)),
    Case(TEXTS["template"], Quirks(omit_words=6, pace=0.5, seed=118), (Fault("close 1000", 3.1),)),
    Case(TEXTS["times"], Quirks(omit_words=6, pace=0.5, seed=815), (Fault("close 1011", 1.9),)),
    Case(TEXTS["ssml speak"], Quirks(omit_messages=4, seed=528), (Fault("close 1000", 0.9),)),
    Case(TEXTS["log"], Quirks(split=3, pace=0.5, seed=602), (Fault("close 1000", 1.2),), tokens=4),
    Case(TEXTS["image"], Quirks(omit_words=6, pace=0.5, seed=992), (Fault("stall", 1.0),)),
    Case(TEXTS["poem"], Quirks(omit_words=6, seed=591), (Fault("stall", 0.4),)),
    Case(
        TEXTS["digits"],
        Quirks(times="running", omit_words=3, seed=131),
        (Fault("stall", 0.2),),
        tokens=4,
    ),
    Case(TEXTS["shell"], Quirks(mute_messages=2, seed=329), (Fault("stall", 0.7),)),
    # Words that were told otherwise, in pieces, late or for another time.
    Case(TEXTS["log"], Quirks(normalise="normalized", pace=0.5), (Fault("close 1000", 0.1),)),
    Case(
        TEXTS["autolink"],
        Quirks(times="running", normalise="only", pace=0.5),
        (Fault("close 1011", 2.6),),
    ),
    Case(
        TEXTS["html attributes"], Quirks(normalise="both"), (Fault("close 1011", 3.0, cut=False),)
    ),
    Case("step → step", Quirks(split=3, seed=258), (Fault("reset", 0.2), Fault("close 1000"))),
    Case(TEXTS["emoji start"], Quirks(lie=0.3, seed=407), (Fault("close 1000", 1.4),), tokens=4),
    Case(
        "Good night",
        Quirks(times="running", apart="after", pace=0.5),
        (Fault("close 1000", 0.1), Fault("close 1011", 0.1)),
    ),
    Case(
        TEXTS["rust"],
        Quirks(apart="before", pace=0.5),
        (Fault("close 1011", 1.4), Fault("reset", 1.0)),
    ),
    # Servers that ended in order and were asked again.
    Case(TEXTS["table"], Quirks(normalise="both", seed=23)),
    Case(TEXTS["equation"], Quirks(normalise="both", seed=82)),
    Case(TEXTS["html list"], Quirks(normalise="both", seed=54)),
    Case("<b>bold</b>", Quirks(normalise="both", seed=4)),
    Case(TEXTS["quote"], Quirks(times="running", omit_words=3, seed=28)),
    Case(TEXTS["hebrew points"], Quirks(fold=True, seed=120)),
    Case(TEXTS["refrain"], Quirks(times="cumulative", seed=147)),
)
