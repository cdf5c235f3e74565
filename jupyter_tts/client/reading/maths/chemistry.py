r"""What a chemist writes between the braces of ``\ce``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .commands import names
from .nodes import Letter, Node, Number, Pause, Row, Sign, Words
from .signs import YIELDS

__all__ = ["elements", "is_chemical", "reaction"]

_ELEMENTS = names(
    """
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br
    Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho
    Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm
    """
)
_LONGEST = 200
_ARROW = re.compile(r"\\(?:long|x)?(?:right|left)*arrow|\\to\b|[→⟶]")
_SPACING = re.compile(r"\\[,;:! ]|~")

_PART = re.compile(
    r"""
    (?P<equilibrium> <=+>>? | <<=> | <--?> ) | (?P<arrow> -+> ) (?:\[[^\[\]]*\])*
    | (?P<plus> (?<!\S)\+(?!\S) )
    | \^?\{?(?P<charge> \d*[+-] )\}?(?![\w(])
    | (?P<state> \((?:aq|s|l|g)\) )
    | (?P<element> [A-Z] ) (?P<rest> [a-z]? ) | (?P<number> \d+(?:[./]\d+)? )
    | (?P<letters> [a-z]+ ) | (?P<joined> \+ )
    """,
    re.VERBOSE,
)


def reaction(text: str) -> Row:
    """Return what a formula or an equation of chemistry consists of, letter by letter."""
    items: list[Node] = []
    text = _SPACING.sub(" ", _ARROW.sub(" -> ", text))
    for match in _PART.finditer(text):
        match match.lastgroup:
            case "equilibrium":
                items.append(Sign("⇌"))
            case "arrow":
                items.append(Sign(YIELDS))
            case "plus" | "joined":
                items.append(Sign("+"))
            case "charge":
                digits, sign = match["charge"][:-1], match["charge"][-1]
                items += [Pause(), Number(digits)] if digits else []
                items += [Sign("+" if sign == "+" else "−"), Pause()]
            case "state":
                items += [Pause(), Sign(match["state"]), Pause()]
            case "rest":
                items += [Letter(letter) for letter in match["element"] + match["rest"]]
            case "number":
                items.append(Number(match["number"]))
            case "letters":
                items.append(Words(match["letters"]))
    return Row(tuple(items))


def elements(text: str) -> Sequence[str]:
    """Return the symbols of elements that a text consists of, none if it has anything else."""
    symbols = re.findall(r"[A-Z][a-z]?|.", text)
    return symbols if _ELEMENTS.issuperset(symbols) else ()


def is_chemical(latex: str) -> bool:
    r"""Whether what is set upright is chemistry: ``CO_2``, but not ``kg`` or ``m/s^2``."""
    if len(latex) > _LONGEST:
        return False
    plain = _SPACING.sub("", _ARROW.sub("", latex))
    if not re.search(r"_\{?\d|\^\{?\d*[+-]", plain):
        return False
    symbols = re.sub(r"[_^{}()+\-\d\s=]", "", plain)
    return bool(symbols) and bool(elements(symbols))
