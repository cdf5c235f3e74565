"""Texts to measure with: in three lengths, and ten languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...wire.errors import ParameterError
from .numbers import whole_number

__all__ = ["PROMPTS", "Prompt", "choose_prompts"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text to measure with.

    Attributes
    ----------
    name : str
    text : str
    language : str
        ISO 639-1 code; "" where it is not known.
    """

    name: str
    text: str
    language: str = ""


_ENGLISH: Final = {
    "short": (
        "Sure, I can do that.",
        "Let me check that for you.",
        "It is ten past four.",
        "I am sorry, I did not catch that.",
    ),
    "medium": (
        "Your table is booked for seven tonight. Shall I send you the address?",
        "Your parcel left the depot this morning. It should reach you before noon.",
        "The meeting has moved to Thursday at half past two. I have changed your calendar.",
        "That line rings in the kitchen. Would you like me to put you through to reception?",
    ),
    "long": (
        (
            "Here is what I found. The first train leaves at nine forty and takes two hours, "
            "with one change on the way. The second is slower, but you can stay in your seat, "
            "and it has a restaurant car."
        ),
        (
            "The soup takes about forty minutes. First fry the onions until they are soft, then "
            "add the carrots and the stock. Let it simmer with the lid on, and season it just "
            "before you serve it."
        ),
        (
            "There are three ways to pay. You can use a card here, you can pay by bank transfer "
            "within two weeks, or you can settle the bill at the desk when you leave. None of "
            "them costs extra."
        ),
        (
            "Rain will move in from the west tonight and clear by morning. Tomorrow stays dry "
            "and mild, with a light wind along the coast. On Wednesday it turns colder, and "
            "there may be frost in the valleys."
        ),
    ),
}
_OTHERS: Final = {
    "de": (
        "Ja, das mache ich gern.",
        (
            "Das habe ich gefunden. Der erste Zug fährt um neun Uhr vierzig und braucht zwei "
            "Stunden, mit einem Umstieg. Der zweite ist langsamer, aber Sie können sitzen "
            "bleiben, und er hat einen Speisewagen."
        ),
    ),
    "fr": (
        "Oui, avec plaisir.",
        (
            "Voici ce que j'ai trouvé. Le premier train part à neuf heures quarante et met deux "
            "heures, avec un changement. Le second est plus lent, mais vous pouvez rester assis, "
            "et il a une voiture-bar."
        ),
    ),
    "es": (
        "Claro, ahora mismo.",
        (
            "Esto es lo que he encontrado. El primer tren sale a las nueve y cuarenta y tarda "
            "dos horas, con un transbordo. El segundo es más lento, pero puede quedarse en su "
            "asiento, y tiene cafetería."
        ),
    ),
    "it": (
        "Certo, volentieri.",
        (
            "Ecco che cosa ho trovato. Il primo treno parte alle nove e quaranta e impiega due "
            "ore, con un cambio. Il secondo è più lento, ma può restare seduto, e ha una "
            "carrozza ristorante."
        ),
    ),
    "pt": (
        "Claro, com todo o gosto.",
        (
            "Foi isto que encontrei. O primeiro comboio parte às nove e quarenta e demora duas "
            "horas, com uma mudança. O segundo é mais lento, mas pode ficar sentado, e tem bar."
        ),
    ),
    "pl": (
        "Tak, chętnie to zrobię.",
        (
            "Oto, co znalazłem. Pierwszy pociąg odjeżdża o dziewiątej czterdzieści i jedzie dwie "
            "godziny, z jedną przesiadką. Drugi jest wolniejszy, ale można zostać na miejscu, i "
            "ma wagon restauracyjny."
        ),
    ),
    "hi": (
        "हाँ, ज़रूर।",
        (
            "मुझे यह मिला है। पहली ट्रेन नौ चालीस पर चलती है और दो घंटे लेती है, बीच में एक बार "
            "बदलना होगा। दूसरी धीमी है, लेकिन आप अपनी सीट पर बैठे रह सकते हैं।"
        ),
    ),
    "ja": (
        "はい、わかりました。",
        "こちらが見つかりました。最初の列車は九時四十分に出て、乗り換え一回で二時間かかります。二本目は遅いですが、乗り換えがなく、食堂車もあります。",
    ),
    "zh": (
        "好的，没问题。",
        "我找到了这些。第一趟火车九点四十分开，要两个小时，中间换一次车。第二趟慢一些，但不用换车，还有餐车。",
    ),
}

PROMPTS: Final = (
    *(
        Prompt(f"en {length} {number + 1}", texts[number], "en")
        for number in range(4)
        for length, texts in _ENGLISH.items()
    ),
    *(
        Prompt(f"{language} {length}", text, language)
        for language, texts in _OTHERS.items()
        for length, text in zip(("short", "long"), texts, strict=True)
    ),
)
"""Thirty texts, such as an assistant says: twelve in English, two in each of nine languages."""


def choose_prompts(
    wanted: int | str | Iterable[str], *, language: str = "en"
) -> tuple[Prompt, ...]:
    """Return texts to measure with.

    Parameters
    ----------
    wanted : int, str or iterable of str
        So many built-in ones, those in the language first; or the user's own.
    language : str, optional
        ISO 639-1 code of the voices.

    Raises
    ------
    ParameterError
        If there are none, not so many, or an empty one.
    """
    if (count := whole_number(wanted)) is not None and 1 <= count <= len(PROMPTS):
        ordered = sorted(PROMPTS, key=lambda prompt: prompt.language != language)
        return tuple(ordered[:count])
    if not isinstance(wanted, Iterable) or isinstance(wanted, Mapping | bytes):
        raise ParameterError([f"texts must be 1 to {len(PROMPTS)}, or texts of your own"])
    texts: Sequence[str] = [wanted] if isinstance(wanted, str) else [*wanted]
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise ParameterError(["texts has no text to speak"])
    if len(set(texts)) < len(texts):
        raise ParameterError(["texts has the same text twice"])
    return tuple(Prompt(f"text {number}", text) for number, text in enumerate(texts, start=1))
