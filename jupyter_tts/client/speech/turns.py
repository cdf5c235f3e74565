"""A text that several speakers share: who speaks which part of it, and with which voice."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...wire.errors import ParameterError
from ...wire.parameters import check_parameters

__all__ = ["Part", "Turn", "joined_text", "parse_cast", "parts_of", "read_turns", "voices_of"]

_NAME: Final = re.compile(r"[^\W_](?:[\w .'’-]{0,38}[\w.'’])?")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_LABEL: Final = re.compile(
    r"\s*(?P<label>[^:：]{1,40}?)\s*(?P<colon>[:：])(?P<space>\s|$)?\s*(?P<text>.*)", re.DOTALL
)
# As language models write it: **Anna:** and **Anna**:
_MARKED_LABEL: Final = re.compile(
    r"\A\s*(?P<mark>[*_]{1,3})(?P<label>[^:：*_]{1,40})(?:(?P=mark)\s*[:：]|[:：]\s*(?P=mark))(?=\s|\Z)"
)
_MOST_WORDS: Final = 3
_ALIKE: Final = 0.7  # from which on two names count as near


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says before another does.

    Attributes
    ----------
    speaker : str
        As the cast spells the name.
    voice : str
    start : int
        Where it begins in the whole text.
    text : str
        Without the name.
    """

    speaker: str
    voice: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a whole text that one voice speaks without another between.

    Attributes
    ----------
    voice : str
    start, stop : int
        From which character to before which.
    """

    voice: str
    start: int
    stop: int


def parse_cast(text: str) -> dict[str, str]:
    """Return the voices by name of ``"Anna=VOICE, Ben=VOICE"``.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    pairs = [part.partition("=") for part in re.split(r"[,，;\n]", text) if part.strip()]
    faults = [
        f"{''.join(pair).strip()!r} in the cast must be a name, = and a voice"
        for pair in pairs
        if not pair[1]
    ]
    if faults:
        raise ParameterError(faults)
    names = [name.strip() for name, _, _ in pairs]
    _check_names(names)
    return {name: voice.strip() for name, (_, _, voice) in zip(names, pairs, strict=True)}


def read_turns(
    text: str | Sequence[tuple[str, str]], cast: Mapping[str, str] | None
) -> tuple[Turn, ...]:
    """Divide a text among its speakers.

    Parameters
    ----------
    text : str or sequence of tuple of str and str
        Lines that begin with a name and a colon, where a line without one goes on with the speaker
        before; or pairs of a name and a text.
    cast : mapping of str to str or None
        The voices by name.

    Raises
    ------
    ParameterError
        If the cast or the text has a fault; with every one at once.
    """
    voices = _checked_cast({} if cast is None else cast)
    pairs = _read_lines(text, voices) if isinstance(text, str) else _read_pairs(text, voices)
    turns: list[Turn] = []
    start = 0
    for name, spoken in pairs:
        if spoken := spoken.strip():
            turns.append(Turn(name, voices[name], start, spoken))
            start += len(spoken) + 1
    if not turns:
        raise ParameterError(["the text is empty"])
    return tuple(turns)


def joined_text(turns: Iterable[Turn]) -> str:
    """Return the whole text, a line for each turn, without the names."""
    return "\n".join(turn.text for turn in turns)


def voices_of(turns: Iterable[Turn]) -> tuple[str, ...]:
    """Return the voices that speak, in the order in which they begin."""
    return tuple(dict.fromkeys(turn.voice for turn in turns))


def parts_of(turns: Sequence[Turn]) -> tuple[Part, ...]:
    """Return the parts of the whole text, each as long as one voice speaks."""
    parts: list[Part] = []
    for turn in turns:
        stop = turn.start + len(turn.text) + 1
        if parts and parts[-1].voice == turn.voice:
            parts[-1] = Part(turn.voice, parts[-1].start, stop)
        else:
            parts.append(Part(turn.voice, turn.start, stop))
    last = parts[-1]
    return (*parts[:-1], Part(last.voice, last.start, last.stop - 1))


def _checked_cast(cast: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(cast, Mapping):
        raise ParameterError([f"a cast is a dict of names and voices, not {type(cast).__name__}"])
    _check_names(cast)
    faults: list[str] = []
    for name, voice in cast.items():
        try:
            checked = check_parameters({"voice": voice})
        except ParameterError as fault:
            faults += [f"the voice of {name}: {clause}" for clause in fault.faults]
        else:
            if "voice" not in checked or checked["voice"] is None:
                faults.append(f"{name} has no voice in the cast")
    if faults:
        raise ParameterError(faults)
    return {name.strip(): voice for name, voice in cast.items()}


def _check_names(names: Iterable[object]) -> None:
    faults: list[str] = []
    known: dict[str, str] = {}
    for name in names:
        if not (isinstance(name, str) and _NAME.fullmatch(name.strip())):
            faults.append(
                "a name in the cast has letters, digits, spaces and .'- (40 at most), "
                f"not {_short(str(name))!r}"
            )
        elif name.strip().casefold() in known:
            faults.append(f"{name.strip()} is in the cast twice")
        else:
            known[name.strip().casefold()] = name
    if faults:
        raise ParameterError(faults)


def _read_lines(text: str, voices: Mapping[str, str]) -> list[tuple[str, str]]:
    by_name = {_folded(name): name for name in voices}
    turns: list[tuple[str, list[str]]] = []
    faults: list[str] = []
    unknown: dict[str, str] = {}
    for number, line in enumerate(_LINE_END.split(text), start=1):
        match = _LABEL.fullmatch(_MARKED_LABEL.sub(r"\g<label>:", line, count=1))
        label = match["label"] if match else ""
        name = by_name.get(_folded(label))
        if match and name is not None:
            turns.append((name, [match["text"]]))
        elif match and _may_be_name(match, by_name):
            if _folded(label) not in unknown:
                unknown[_folded(label)] = label
                faults.append(f"line {number}: {_unknown(label, by_name)}")
        elif turns:
            turns[-1][1].append(line)
        elif line.strip() and not faults:
            names = " or ".join(f"{name}:" for name in [*voices][:3]) or "a name and a colon"
            faults.append(f"line {number} has no speaker: begin it with {names}")
    _refuse(faults, unknown)
    return [(name, "\n".join(lines)) for name, lines in turns]


def _read_pairs(
    pairs: Sequence[tuple[str, str]], voices: Mapping[str, str]
) -> list[tuple[str, str]]:
    by_name = {_folded(name): name for name in voices}
    turns: list[tuple[str, str]] = []
    faults: list[str] = []
    unknown: dict[str, str] = {}
    for number, pair in enumerate(pairs, start=1):
        match pair:
            case (str(label), str(text)):
                pass
            case _:
                faults.append(f"turn {number} must be a pair of a name and a text")
                continue
        if (name := by_name.get(_folded(label))) is not None:
            turns.append((name, text))
        elif _folded(label) not in unknown:
            unknown[_folded(label)] = label
            faults.append(f"turn {number}: {_unknown(label, by_name)}")
    _refuse(faults, unknown, is_text=False)
    return turns


def _refuse(faults: list[str], unknown: Mapping[str, str], *, is_text: bool = True) -> None:
    if not faults:
        return
    hints: list[str] = []
    if unknown:
        more = ", ".join(f"{_short(label)}=VOICE" for label in unknown.values())
        hints.append(f"Add {more} to the cast.")
        if is_text:
            hints.append("What is no name goes into the line of a speaker, after the colon.")
    raise ParameterError(faults, hint=" ".join([*hints, "Nothing was sent."]))


def _unknown(label: str, by_name: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(_folded(label), by_name, n=2, cutoff=_ALIKE)
    if near:
        meant = " or ".join(by_name[name] for name in near)
        return f"{_short(label)!r} is not in the cast (did you mean {meant}?)"
    return f"{_short(label)!r} is not in the cast"


def _may_be_name(match: re.Match[str], by_name: Mapping[str, str]) -> bool:
    """Whether what stands before a colon looks like a name, rather than like part of a sentence."""
    label = match["label"]
    if match["colon"] == ":" and match["space"] is None:
        return False  # of a time, or a URL
    words = label.split()
    if not _NAME.fullmatch(label) or len(words) > _MOST_WORDS:
        return False
    if difflib.get_close_matches(_folded(label), by_name, n=1, cutoff=_ALIKE):
        return True
    # Scripts without capitals have short names.
    caseless = label.upper() == label.lower()
    return len(label) <= 6 if caseless else all(not word[0].islower() for word in words)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
