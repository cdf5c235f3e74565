"""Every text with every fault, and a sample of servers that tell what they speak in other ways."""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from .corpus import TEXTS
from .ear import Verdict
from .hearing import Case, hear_all
from .voice import KINDS, PLAIN, Fault, Quirks, Voice

__all__ = [
    "BEYOND",
    "MOST_FAILED",
    "QUIRKS",
    "Row",
    "drops",
    "healthy_cases",
    "main",
    "plain_cases",
    "problems_of",
    "sampled_cases",
    "tabulate",
    "try_all",
]

_PLAIN: Final = "plain"

#: How the servers of the sample differ from the plain one.
QUIRKS: Final[dict[str, Quirks]] = {
    "plain, several faults": PLAIN,
    "times run on": Quirks(times="running"),
    "times of the segment": Quirks(times="segment clock"),
    "times ahead": Quirks(times="segment"),
    "all again": Quirks(times="cumulative"),
    "no times": Quirks(times="none"),
    "normalised": Quirks(normalise="both"),
    "normalised beside": Quirks(normalise="normalized"),
    "normalised only": Quirks(normalise="only", times="running"),
    "normalised ahead": Quirks(normalise="both", times="segment"),
    "words omitted": Quirks(omit_words=6),
    "many words omitted": Quirks(omit_words=3, times="running"),
    "messages omitted": Quirks(omit_messages=4),
    "messages omitted, times run on": Quirks(omit_messages=4, times="running"),
    "first message omitted": Quirks(mute_messages=2),
    "merged": Quirks(merge=4),
    "split": Quirks(split=3),
    "without spaces": Quirks(merge=1),
    "inserted": Quirks(insert=5),
    "folded": Quirks(fold=True),
    "word by word": Quirks(grouped=True),
    "times before the sound": Quirks(apart="before"),
    "times after the sound, run on": Quirks(apart="after", times="running"),
    "merged, split and normalised": Quirks(merge=5, split=5, normalise="both"),
    "ends early": Quirks(early=True),
    "ends early, times run on": Quirks(early=True, times="running"),
    "durations ±30 %": Quirks(lie=0.3),
    "durations ±30 %, times run on": Quirks(lie=0.3, times="running"),
    "clock ±30 %": Quirks(drift=0.3),
    "clock ±30 %, times run on": Quirks(drift=0.3, times="running"),
    "halves": Quirks(halves=True),
    "field misnamed": Quirks(misnamed=True),
    "markup skipped": Quirks(skip_markup=True),
    "SSML": Quirks(ssml="told"),
    "SSML, times run on": Quirks(ssml="told", times="running"),
    "SSML, tags not told": Quirks(ssml="untold"),
    "SSML, breaks told as full stops": Quirks(ssml="dots"),
    "SSML, no times": Quirks(ssml="untold", times="none"),
    "SSML, normalised": Quirks(ssml="untold", normalise="both"),
    "no final": Quirks(final=False),
    "text-to-dialogue": Quirks(dialogue=True),
    "text-to-dialogue, word by word": Quirks(dialogue=True, grouped=True),
    "text-to-dialogue, messages omitted": Quirks(dialogue=True, omit_messages=4),
    "text-to-dialogue, durations ±30 %": Quirks(dialogue=True, lie=0.3),
    "all at once": Quirks(
        times="running", normalise="both", omit_words=9, merge=9, split=9, omit_messages=9, lie=0.2
    ),
}


#: Servers whose clock is wrong: where their words begin nobody can know. They are tried and
#: counted, and nothing is asserted of them.
BEYOND: Final = frozenset(name for name, quirks in QUIRKS.items() if quirks.drift)


#: The part of the cases in which a server that tells other things than it speaks may mislead a
#: stream by a part of a word.
MOST_FAILED: Final = 0.005


@dataclass
class Row:
    """What came of the cases with one server.

    Attributes
    ----------
    cases : int
    lost, doubled, broken : int
        Cases in which words were lost, were doubled, or something else was wrong.
    misplaced : int
        Cases in which a word has another time than its sound.
    over_budget : int
        Cases in which too much was sent again after its sound had come.
    reasons : Counter of str
        Why others ended incomplete.
    ratios, repeats : list of float
        Characters sent for each of the text, and of these after their sound had come.
    sockets : int
        The most that a stream took.
    failures : list of (Case, Verdict)
    """

    cases: int = 0
    lost: int = 0
    doubled: int = 0
    broken: int = 0
    misplaced: int = 0
    over_budget: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    ratios: list[float] = field(default_factory=list)
    repeats: list[float] = field(default_factory=list)
    sockets: int = 0
    failures: list[tuple[Case, Verdict]] = field(default_factory=list)

    def add(self, case: Case, verdict: Verdict) -> None:
        """Count a case."""
        self.cases += 1
        self.lost += verdict.lost > 0
        self.doubled += verdict.doubled > 0
        self.broken += bool(verdict.problem)
        self.misplaced += verdict.misplaced > 0
        self.over_budget += verdict.over_budget
        if not verdict.complete and verdict.holds:
            self.reasons[verdict.reason.split(".")[0][:80]] += 1
        if not verdict.holds or verdict.over_budget:
            self.failures.append((case, verdict))
        self.ratios.append(verdict.ratio)
        self.repeats.append(verdict.resent / max(1, verdict.length))
        self.sockets = max(self.sockets, verdict.sockets)

    @property
    def incomplete(self) -> int:
        """Cases that ended incomplete, and said so."""
        return self.reasons.total()


def drops(text: str) -> list[float]:
    """Return every 0.1 s of a text's sound, and its end."""
    return [step / 10 for step in range(math.ceil(Voice(text, PLAIN).seconds * 10) + 1)]


def plain_cases(text: str) -> Iterator[Case]:
    """Yield every drop of a text with every kind of fault, and none."""
    yield Case(text)
    for at in drops(text):
        for kind in KINDS:
            yield Case(text, faults=(Fault(kind, at),))


def healthy_cases(texts: Sequence[str]) -> Iterator[tuple[str, Case]]:
    """Yield every text with every server and no fault."""
    for name, quirks in QUIRKS.items():
        for number, text in enumerate(texts):
            yield name, Case(text, replace(quirks, seed=number))


def sampled_cases(count: int, seed: int, texts: Sequence[str]) -> Iterator[tuple[str, Case]]:
    """Yield a sample of texts, servers and faults, each with its server's name."""
    chance = random.Random(seed)
    names = list(QUIRKS)
    for number in range(count):
        name = names[number % len(names)]
        text = chance.choice(texts)
        quirks = replace(
            QUIRKS[name], seed=chance.randrange(1_000), pace=chance.choice((0.0, 0.0, 0.5))
        )
        moments = drops(text)
        faults = tuple(
            Fault(chance.choice(KINDS), chance.choice(moments), chance.random() < 0.7)
            for _ in range(chance.choice((1, 1, 2, 3)))
        )
        yield name, Case(text, quirks, faults, tokens=chance.choice((0, 0, 4)))


def try_all(
    named_cases: Iterable[tuple[str, Case]], processes: int | None = None
) -> dict[str, Row]:
    """Try cases, on all cores, and return what came of them by their servers' names."""
    by_server: dict[tuple[str, str], list[tuple[str, Case]]] = defaultdict(list)
    for name, case in named_cases:
        by_server[name if name != _PLAIN else "", case.text].append((name, case))
    rows: dict[str, Row] = defaultdict(Row)
    with multiprocessing.Pool(processes or os.cpu_count()) as pool:
        for results in pool.imap_unordered(_try, by_server.values()):
            for name, case, verdict in results:
                rows[name].add(case, verdict)
    return rows


def _try(named_cases: list[tuple[str, Case]]) -> list[tuple[str, Case, Verdict]]:
    verdicts = hear_all(case for _, case in named_cases)
    return [
        (name, case, verdict) for (name, case), verdict in zip(named_cases, verdicts, strict=True)
    ]


def tabulate(rows: dict[str, Row]) -> str:
    """Return a table of what came of the cases (Markdown)."""
    head = (
        "server",
        "cases",
        "lost",
        "doubled",
        "otherwise wrong",
        "incomplete",
        "sent ÷ text: most, mean",
        "sent again: most",
        "over budget",
        "words at a wrong time",
        "sockets: most",
    )
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    for name in (_PLAIN, *QUIRKS):
        if row := rows.get(name):
            lines.append(
                f"| {name} | {row.cases:,} | {row.lost:,} | {row.doubled:,} | {row.broken:,} "
                f"| {row.incomplete:,} | {max(row.ratios):.2f}, "
                f"{sum(row.ratios) / row.cases:.2f} | {max(row.repeats):.2f} | {row.over_budget:,} "
                f"| {row.misplaced:,} "
                f"| {row.sockets} |"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try everything, print what came of it, and return 1 if a word was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.lossless", description=__doc__)
    parser.add_argument("--quirks", type=int, default=3_600, metavar="N", help="cases to sample")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--text", metavar="NAME", help="this text alone")
    parser.add_argument("--show", type=int, default=5, metavar="N", help="failures to print")
    options = parser.parse_args(arguments)
    if options.text and options.text not in TEXTS:
        parser.error(f"there is no text {options.text!r}; there are {', '.join(TEXTS)}")
    texts = [TEXTS[options.text]] if options.text else list(TEXTS.values())
    begun = time.monotonic()
    rows = try_all(
        [
            *((_PLAIN, case) for text in texts for case in plain_cases(text)),
            *healthy_cases(texts),
            *sampled_cases(options.quirks, options.seed, texts),
        ]
    )
    print(tabulate(rows))
    reasons = sum((row.reasons for row in rows.values()), Counter[str]())
    for reason, count in reasons.most_common():
        print(f"incomplete, {count:,} times: {reason}")
    kinds = Counter(
        " and ".join(fault.kind for fault in case.faults) or "no fault"
        for row in rows.values()
        for case, _ in row.failures
    )
    for kind, count in kinds.most_common(10):
        print(f"failed, {count:,} times: {kind}")
    for name, row in rows.items():
        for case, verdict in row.failures[: options.show]:
            print(f"\n{name}: {case!r}\n  {verdict!r}")
    problems = problems_of(rows)
    print(f"\n{time.monotonic() - begun:.0f} s")
    print("\n".join(problems))
    return 1 if problems else 0


def problems_of(rows: dict[str, Row]) -> list[str]:
    """Return what is wrong with the whole."""
    problems = []
    for name, row in rows.items():
        whole = [case for case, _ in row.failures if name == _PLAIN or not case.faults]
        if whole and name not in BEYOND:
            problems.append(f"{name}: in {len(whole):,} cases it is not as promised.")
    others = [row for name, row in rows.items() if name != _PLAIN and name not in BEYOND]
    failed = sum(len(row.failures) for row in others)
    tried = sum(row.cases for row in others)
    print(f"With other servers {failed:,} of {tried:,} cases are not as promised.")
    if failed > MOST_FAILED * tried:
        problems.append("That is more than may be.")
    for name, row in rows.items():
        if row.incomplete and name == _PLAIN:
            problems.append(f"{row.incomplete:,} speeches of a plain server ended incomplete.")
    sampled = [row for name, row in rows.items() if name != _PLAIN]
    incomplete = sum(row.incomplete for row in sampled)
    if incomplete * 10 > sum(row.cases for row in sampled):
        problems.append(f"{incomplete:,} speeches of other servers ended incomplete.")
    return problems
