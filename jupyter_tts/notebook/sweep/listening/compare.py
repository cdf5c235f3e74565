"""``compare``: speeches against each other, by ear and blind."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from ....client.speech.speech import Speech
from ....client.sweep.axes import Axis
from ....client.sweep.listening.answers import check_listener
from ....client.sweep.listening.design import plan_comparison, refused
from ....client.sweep.listening.sounds import Sound, check_sounds, prepare
from ....wire.errors import ParameterError
from ....wire.parameters import PARAMETERS
from ....wire.parameters.schema import short_repr
from .listening import Listening
from .store import checked_path

__all__ = ["compare", "compare_sounds"]

Speeches = Speech | Sequence[Speech]


def compare(
    *speeches: Speeches | Mapping[str, Speeches],
    method: str = "preference",
    repeat: int | None = None,
    ties: bool = False,
    reference: str | None = None,
    listener: str = "listener",
    seed: int = 1,
    file: str | os.PathLike[str] | None = None,
    **named: Speeches,
) -> Listening:
    """Compare speeches by ear, without knowing which is which.

    The page plays them in an order that only the kernel knows, equally loud, with the same silence
    before and after, and asks by keys 1, 2, arrows and Enter. Answers are kept as they come, so
    that the same call goes on where its listener stopped, in another kernel too.

    Parameters
    ----------
    *speeches : Speech, sequence of Speech, or mapping
        What is compared, each by itself or as several that speak different texts; or all of them
        by name: ``{"level 0": [a, b], "level 4": [c, d]}``.
    method : str, optional
        "preference": which of two; "abx": which of two the third one is, so whether a difference is
        heard at all; "rating": each from 0 to 100, side by side, as in ITU-R BS.1534 (MUSHRA).
    repeat : int, optional
        How often each is asked: by default as few as give 20 answers or more, of ratings 6; more,
        up to 100, where fewer could not tell the conditions apart.
    ties : bool, optional
        Whether "no preference" is an answer.
    reference : str, optional
        Of ratings: the name of what the others are measured by. It is heard openly, and hidden
        among the others.
    listener : str, optional
        Who listens; each has an order of their own.
    seed : int, optional
        Of the order.
    file : path, optional
        Where the answers are kept: by default in the user's data folder.
    **named
        Speeches by name: ``compare(level_0=a, level_4=b)``. Those without are named by the
        settings that differ.

    Returns
    -------
    Listening
        Display it to listen: it is the last line of a cell.

    Raises
    ------
    ParameterError
        If they cannot be compared, with every fault at once: fewer than two, unfinished ones,
        different texts.
    """
    conditions = _conditions(speeches, named)
    unfinished = [
        f"{name} is unfinished" + (f" ({one.progress.rstrip('.')})" if one.frames else "")
        for name, own in conditions.items()
        for one in own
        if not one.complete
    ]
    if unfinished:
        raise refused(*unfinished, hint="Wait until all of it is received, or speak it again.")
    sounds = {
        name: [Sound(one.text, one.pcm, one.sample_rate) for one in own]
        for name, own in conditions.items()
    }
    return compare_sounds(
        sounds,
        method=method,
        repeat=repeat,
        ties=ties,
        reference=reference,
        listener=listener,
        seed=seed,
        file=file,
    )


def compare_sounds(
    sounds: Mapping[str, Sequence[Sound]],
    *,
    listener: str = "listener",
    file: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Listening:
    """Compare sounds by ear: what :func:`compare` does with those of speeches.

    Parameters
    ----------
    sounds : mapping
        By the name of a condition, those of the same texts in the same order.
    listener, file, **options
        As for :func:`compare`.

    Raises
    ------
    ParameterError
        As :func:`compare`.
    """
    texts = [sound.text for sound in next(iter(sounds.values()), ())]
    faults: list[str] = []
    try:
        listener = check_listener(listener)
    except ParameterError as fault:
        faults += fault.faults
    try:
        plan_comparison([*sounds], texts or [""], **options)
    except ParameterError as fault:
        faults += fault.faults
    if len(sounds) > 1:
        faults += check_sounds(sounds)
    if file is not None:
        try:
            checked_path(file)
        except ParameterError as fault:
            faults += fault.faults
    if faults:
        raise refused(*faults)
    made = prepare(sounds)
    design = plan_comparison([*sounds], texts, sounds=made.key, **options)
    return Listening(design, made, listener, file)


def _conditions(given: Sequence[Any], named: Mapping[str, Any]) -> dict[str, list[Speech]]:
    """Return the speeches by the name of their condition."""
    unnamed = [one for one in given if not isinstance(one, Mapping)]
    pairs = [pair for one in given if isinstance(one, Mapping) for pair in one.items()]
    pairs += [(name.replace("_", " "), one) for name, one in named.items()]
    lists = [_list(one) for one in unnamed]
    names = [str(name).strip() for name, _ in pairs]
    faults = [
        f"{short_repr(one)} is no speech"
        for one, own in zip(unnamed, lists, strict=True)
        if own is None
    ]
    others = [(name, _list(one)) for name, (_, one) in zip(names, pairs, strict=True)]
    faults += [
        f"{name} must be a speech, or several, not {short_repr(one)}"
        for (name, own), (_, one) in zip(others, pairs, strict=True)
        if own is None
    ]
    faults += [f"the name {name!r} is there twice" for name in sorted(_twice(names))]
    faults += ["a condition has no name"] if "" in names else []
    if faults:
        hint = "say() returns a speech; compare(level_0=a, level_4=b) names it."
        raise refused(*faults, hint=hint)
    whole = [own for own in lists if own is not None]
    found = dict(zip(_names_of([own[:1] for own in whole], names), whole, strict=True))
    return found | {name: own for name, own in others if own is not None}


def _list(given: Any) -> list[Speech] | None:
    if isinstance(given, Speech):
        return [given]
    if isinstance(given, list | tuple) and all(isinstance(one, Speech) for one in given):
        return [*given]
    return None


def _names_of(firsts: Sequence[Sequence[Speech]], taken: Sequence[str]) -> list[str]:
    """Return names for speeches without one: by the settings that differ, or as they are called."""
    speeches = [first[0] if first else None for first in firsts]
    requests = [one.request for one in speeches if one is not None]
    labels: list[list[str]] = [[] for _ in speeches]
    for declared in PARAMETERS:
        values = [getattr(request, declared.name, None) for request in requests]
        if len(requests) == len(speeches) and any(value != values[0] for value in values):
            axis = Axis(declared.name, ())
            for own, value in zip(labels, values, strict=True):
                own.append(axis.label(value))
    by_settings = [", ".join(own) for own in labels]
    by_name = [one.name if one is not None else "" for one in speeches]
    by_number = [f"speech {number}" for number in range(1, len(speeches) + 1)]
    for names in (by_settings, by_name, by_number):
        if all(names) and not _twice([*names, *taken]):
            return names
    return by_number


def _twice(names: Sequence[str]) -> set[str]:
    return {name for name in names if [*names].count(name) > 1}
