"""Texts to measure with: in three lengths, and ten languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ...wire.errors import ParameterError

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


_TEXTS: Final = {
    "en": (
        "Sure, I can do that.",
        "Your table is booked for seven tonight. Shall I send you the address?",
        (
            "Here is what I found. The first train leaves at nine forty and takes two hours, "
            "with one change on the way. The second is slower, but you can stay in your seat, "
            "and it has a restaurant car."
        ),
    ),
    "de": (
        "Ja, das mache ich gern.",
        "Der Tisch ist für heute Abend um sieben bestellt. Soll ich Ihnen die Adresse schicken?",
        (
            "Das habe ich gefunden. Der erste Zug fährt um neun Uhr vierzig und braucht zwei "
            "Stunden, mit einem Umstieg. Der zweite ist langsamer, aber Sie können sitzen "
            "bleiben, und er hat einen Speisewagen."
        ),
    ),
    "fr": (
        "Oui, avec plaisir.",
        (
            "La table est réservée pour ce soir à sept heures. Voulez-vous que je vous envoie "
            "l'adresse ?"
        ),
        (
            "Voici ce que j'ai trouvé. Le premier train part à neuf heures quarante et met deux "
            "heures, avec un changement. Le second est plus lent, mais vous pouvez rester assis, "
            "et il a une voiture-bar."
        ),
    ),
    "es": (
        "Claro, ahora mismo.",
        "La mesa está reservada para esta noche a las siete. ¿Le envío la dirección?",
        (
            "Esto es lo que he encontrado. El primer tren sale a las nueve y cuarenta y tarda "
            "dos horas, con un transbordo. El segundo es más lento, pero puede quedarse en su "
            "asiento, y tiene cafetería."
        ),
    ),
    "it": (
        "Certo, volentieri.",
        "Il tavolo è prenotato per stasera alle sette. Vuole che le mandi l'indirizzo?",
        (
            "Ecco che cosa ho trovato. Il primo treno parte alle nove e quaranta e impiega due "
            "ore, con un cambio. Il secondo è più lento, ma può restare seduto, e ha una "
            "carrozza ristorante."
        ),
    ),
    "pt": (
        "Claro, com todo o gosto.",
        "A mesa está reservada para hoje às sete da noite. Quer que lhe envie o endereço?",
        (
            "Foi isto que encontrei. O primeiro comboio parte às nove e quarenta e demora duas "
            "horas, com uma mudança. O segundo é mais lento, mas pode ficar sentado, e tem bar."
        ),
    ),
    "pl": (
        "Tak, chętnie to zrobię.",
        "Stolik jest zarezerwowany na dziś na siódmą wieczorem. Czy wysłać adres?",
        (
            "Oto, co znalazłem. Pierwszy pociąg odjeżdża o dziewiątej czterdzieści i jedzie dwie "
            "godziny, z jedną przesiadką. Drugi jest wolniejszy, ale można zostać na miejscu, i "
            "ma wagon restauracyjny."
        ),
    ),
    "hi": (
        "हाँ, ज़रूर।",
        "आज शाम सात बजे के लिए मेज़ आरक्षित है। क्या मैं आपको पता भेज दूँ?",
        (
            "मुझे यह मिला है। पहली ट्रेन नौ चालीस पर चलती है और दो घंटे लेती है, बीच में एक बार "
            "बदलना होगा। दूसरी धीमी है, लेकिन आप अपनी सीट पर बैठे रह सकते हैं।"
        ),
    ),
    "ja": (
        "はい、わかりました。",
        "今夜七時にお席をご用意しました。住所をお送りしましょうか。",
        "こちらが見つかりました。最初の列車は九時四十分に出て、乗り換え一回で二時間かかります。二本目は遅いですが、乗り換えがなく、食堂車もあります。",
    ),
    "zh": (
        "好的，没问题。",
        "今晚七点的位子已经订好了。要我把地址发给您吗？",
        "我找到了这些。第一趟火车九点四十分开，要两个小时，中间换一次车。第二趟慢一些，但不用换车，还有餐车。",
    ),
}
_LENGTHS: Final = ("short", "medium", "long")

PROMPTS: Final = tuple(
    Prompt(f"{language} {length}", text, language)
    for language, texts in _TEXTS.items()
    for length, text in zip(_LENGTHS, texts, strict=True)
)
"""Thirty texts: what an assistant says, in one sentence, two, and three or four."""


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
    if isinstance(wanted, int):
        if not 1 <= wanted <= len(PROMPTS):
            raise ParameterError([f"texts must be 1 to {len(PROMPTS)}, or texts of your own"])
        ordered = sorted(PROMPTS, key=lambda prompt: prompt.language != language)
        return tuple(ordered[:wanted])
    texts: Sequence[str] = [wanted] if isinstance(wanted, str) else [*wanted]
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise ParameterError(["texts has no text to speak"])
    if len(set(texts)) < len(texts):
        raise ParameterError(["texts has the same text twice"])
    return tuple(Prompt(f"text {number}", text) for number, text in enumerate(texts, start=1))
