"""What each setting does to the sound of either engine."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .acoustics import (
    Apart,
    Figures,
    Followed,
    followed,
    measure,
    semitones,
    spectral_distance,
    spread,
    words_apart,
)
from .sentences import SETTINGS_SENTENCES
from .speakers import SEED, SPEAKERS, Sounds, Speaker, speaking
from .table import markdown

__all__ = ["VARIANTS", "Effect", "Variant", "add_options", "page", "run", "table"]

TAKES = 5

HEAD = (
    "setting",
    "value",
    "pitch",
    "melody",
    "pace",
    "loudness",
    "spectrum",
    "words",
    "between takes",
)

EXPLANATION = f"""\
Measured over {len(SETTINGS_SENTENCES)} sentences, with one setting changed at a time \
and the same seed; the first row of
each table has all defaults.

- **pitch**: the median, and how far it is from the default's in semitones (probabilistic YIN);
- **melody**: from the lowest tenth of the pitch to the highest, in semitones;
- **pace**: letters and digits per second, and as a share of the default's;
- **loudness**: after ITU-R BS.1770;
- **spectrum**: how far the average spectrum is from the default's, in dB, whatever the level; a
  change of pitch alone moves it too;
- **words**: how far the mean pitch and the length of a word are from the default's (root mean
  square);
- **between takes**: {TAKES} seeds; how far the same two differ from take to take (standard
  deviation).

eSpeak NG has no seed: what it spoke before changes a sound a little, its defaults spoken twice
too."""

LANGUAGES = """\
heart speaks American English only; with another `language_code`, `en-gb` included, eSpeak NG speaks
instead of it. eSpeak NG's other kinds of English stand in its table."""


@dataclass(frozen=True)
class Variant:
    """One value of one setting.

    Attributes
    ----------
    setting : str
        Its name on the wire; "" for the defaults.
    value : str
    arguments : dict
        For the engine.
    takes : bool
        Whether it is measured with several seeds.
    espeak_only : bool
    """

    setting: str
    value: str
    arguments: dict[str, Any]
    takes: bool = False
    espeak_only: bool = False


def _variants() -> Iterator[Variant]:
    yield Variant("", "", {})
    for stability in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield Variant("stability", f"{stability:g}", {"stability": stability}, takes=True)
    for name, values in {
        "similarity_boost": (0.0, 0.25, 0.5, 1.0),
        "style": (0.5, 1.0),
        "speed": (0.7, 1.2),
    }.items():
        for value in values:
            yield Variant(name, f"{value:g}", {name: value})
    yield Variant("use_speaker_boost", "false", {"use_speaker_boost": False})
    yield Variant("seed", f"{SEED + 1}", {"seed": SEED + 1})
    for language in ("en-gb", "en-gb-scotland", "en-gb-x-rp", "en-029", "en-us-nyc"):
        yield Variant("language_code", language, {"language": language}, espeak_only=True)


VARIANTS: Final = tuple(_variants())
"""The defaults, and then one setting at a time."""


@dataclass(frozen=True)
class Effect:
    """What a variant sounds like.

    Attributes
    ----------
    variant : Variant
    figures : Figures
    words : Apart
        From the defaults.
    between_takes : Apart, optional
    """

    variant: Variant
    figures: Figures
    words: Apart
    between_takes: Apart | None = None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="beside standard output")


def run(options: argparse.Namespace) -> int:
    """Measure, and print a page."""
    text = page({speaker.name: effects(speaker) for speaker in SPEAKERS})
    print(text, end="")
    if options.markdown:
        options.markdown.write_text(text, "utf-8")
    return 0


def effects(speaker: Speaker) -> list[Effect]:
    """Measure every variant of a speaker."""
    variants = [
        variant for variant in VARIANTS if not variant.espeak_only or "eSpeak" in speaker.name
    ]
    with speaking(speaker) as speak:
        default = _take(speak, variants[0], SEED)
        return [_effect(speak, variant, default) for variant in variants]


def _effect(speak: Sounds, variant: Variant, default: Sequence[Followed]) -> Effect:
    first = _take(speak, variant, SEED)
    figures, words = measure(first), words_apart(first, default)
    if not variant.takes:
        return Effect(variant, figures, words)
    others = [_take(speak, variant, SEED + number) for number in range(1, TAKES)]
    return Effect(variant, figures, words, spread([first, *others]))


def _take(speak: Sounds, variant: Variant, seed: int) -> list[Followed]:
    return followed(speak(SETTINGS_SENTENCES, **{"seed": seed, **variant.arguments}))


def page(measured: dict[str, list[Effect]]) -> str:
    """The tables of all speakers, and how to read them."""
    tables = [f"## {name}\n\n{table(effects)}\n" for name, effects in measured.items()]
    return "\n".join(
        [
            "# What the settings do, measured\n",
            "This page is made by `python -m benchmarks.voices settings`.\n",
            f"{EXPLANATION}\n",
            f"{LANGUAGES}\n",
            *tables,
        ]
    )


def table(effects: Sequence[Effect]) -> str:
    """The effects of one speaker's settings; the first is that of the defaults."""
    default = effects[0].figures
    return markdown(HEAD, [_cells(effect, default) for effect in effects])


def _cells(effect: Effect, default: Figures) -> Sequence[str]:
    figures, variant = effect.figures, effect.variant
    shift = float(semitones(figures.median, default.median))
    pace = figures.rate / default.rate
    return (
        f"`{variant.setting}`" if variant.setting else "defaults",
        variant.value,
        f"{figures.median:.0f} Hz ({_signed(shift)})",
        f"{figures.span:.1f}",
        f"{figures.rate:.1f} ({100 * pace:.0f} %)",
        f"{figures.lufs:.1f} LUFS",
        f"{spectral_distance(figures.spectrum, default.spectrum):.1f} dB",
        _differences(effect.words),
        _differences(effect.between_takes),
    )


def _differences(apart: Apart | None) -> str:
    return f"{apart.pitch:.1f} semitones, {apart.length:.1f} %" if apart else ""


def _signed(value: float) -> str:
    rounded = round(value, 1)
    return f"{rounded:+.1f}" if rounded else "0"
