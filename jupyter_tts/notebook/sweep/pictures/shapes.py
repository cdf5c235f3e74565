"""What the pictures of a sweep are drawn with.

Places across are in percent of the width there is, and words keep their size. Classes take the
theme's colours (``style/sweep.css``); the colours written here hold where there is no style, and
each can be told from white and from black. There are no ids: a page may hold many pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from ...output.latency_labels import CHARACTER, NARROWEST
from ...output.latency_picture import ACCENT, INK, QUIET
from .axis import Axis

__all__ = ["ACCENT", "INK", "QUIET", "Field", "Picture", "picture", "width_of"]

_USUAL: Final = 700  # pixels of a picture, where no style is taken


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes
    ----------
    title : str
    sentence : str
        What is seen in it.
    svg : str
    height : int
        Pixels.
    """

    title: str
    sentence: str
    svg: str
    height: int


def picture(title: str, sentence: str, height: int, *parts: str) -> Picture:
    """Return a picture; those who do not see it are read its title and its sentence."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="jtts-s-picture" role="img" width="100%"'
        f' height="{height}" font-family="system-ui, sans-serif" font-size="10.5" fill="{INK}">'
        f"<title>{escape(title)}</title><desc>{escape(sentence)}</desc>{''.join(parts)}</svg>"
    )
    return Picture(title, sentence, svg, height)


class Field:
    """Where shapes stand: right of a margin in pixels, in percent of the room there.

    Parameters
    ----------
    left, right : int, optional
        The margins.
    """

    def __init__(self, left: int = 0, right: int = 0) -> None:
        self._left = left
        self._margins = left + right

    def text(self, x: float, y: float, words: str, *, anchor: str = "", shift: int = 0) -> str:
        """Return words at a place, moved by some pixels."""
        offset = _number(self._offset(x) + shift)
        moved = f' dx="{offset}"' if offset != "0" else ""
        side = f' text-anchor="{anchor}"' if anchor else ""
        return f'<text x="{_number(x)}%" y="{_number(y)}"{moved}{side}>{escape(words)}</text>'

    def dot(self, name: str, x: float, y: float, *, color: str = INK, is_ring: bool = False) -> str:
        """Return a dot."""
        paint = f'fill="none" stroke="{color}" stroke-width="1.5"' if is_ring else f'fill="{color}"'
        return (
            f'<circle class="jtts-s-{name}" cx="{_number(x)}%" cy="{_number(y)}"'
            f' r="{3.4 if is_ring else 4}"{self._moved(x)} {paint}/>'
        )

    def upright(
        self,
        name: str,
        x: float,
        down: tuple[float, float],
        *,
        color: str = QUIET,
        width: float = 1,
    ) -> str:
        """Return an upright line."""
        return (
            f'<line class="jtts-s-{name}" x1="{_number(x)}%" x2="{_number(x)}%"'
            f' y1="{_number(down[0])}" y2="{_number(down[1])}"{self._moved(x)}'
            f' stroke="{color}" stroke-width="{width}"{_faint(name)}/>'
        )

    def bar(
        self, name: str, across: tuple[float, float], down: tuple[float, float], paint: str
    ) -> str:
        """Return a bar, "" for one without length."""
        start, length = across[0], across[1] - across[0]
        if length < 0.01:  # percent
            return ""
        usual = 1 - self._margins / _USUAL
        x, width = 100 * self._left / _USUAL + start * usual, length * usual
        style = ""
        if self._margins:
            shorter = _number(length * self._margins / 100)
            style = (
                f' style="x:calc({_number(start)}% + {_number(self._offset(start))}px);'
                f'width:calc({_number(length)}% - {shorter}px)"'
            )
        return (
            f'<rect class="jtts-s-{name}" x="{_number(x)}%" width="{_number(width)}%"'
            f' y="{_number(down[0])}" height="{_number(down[1] - down[0])}"'
            f"{style} {paint}{_faint(name)}/>"
        )

    def stroke(
        self,
        name: str,
        across: tuple[float, float],
        y: float,
        *,
        color: str = QUIET,
        width: float = 1,
    ) -> str:
        """Return a level line."""
        return self.bar(name, across, (y - width / 2, y + width / 2), f'fill="{color}"')

    def axis(self, axis: Axis, y: int, top: int, *, signed: bool = False) -> str:
        """Return an axis at a height, with its marks, and pale lines up from them."""
        parts = [self.stroke("axis", (0, 100), y)]
        end = -100.0
        for tick in axis.ticks:
            place, words = axis.percent(tick), axis.tick_words(tick, signed=signed)
            parts.append(self.upright("grid", place, (top, y), width=0.5))
            half = width_of(words) / 2
            if place - (2 * half if place > 100 - half else half) < end:
                continue
            anchor = "" if place < half else "end" if place > 100 - half else "middle"
            parts.append(self.text(place, y + 12, words, anchor=anchor))
            end = place + (2 * half if place < half else half)
        return "".join(parts)

    def _offset(self, x: float) -> float:
        return self._left - x * self._margins / 100

    def _moved(self, x: float) -> str:
        offset = _number(self._offset(x))
        return f' transform="translate({offset} 0)"' if offset != "0" else ""


def _faint(name: str) -> str:
    return ' opacity=".4"' if name == "grid" else ""


def _number(value: float) -> str:
    return f"{round(value, 2) or 0.0:g}"


def width_of(words: str) -> float:
    """Return how wide words are, in percent of the narrowest picture."""
    return 100 * CHARACTER * (len(words) + 1) / NARROWEST
