"""Words as a server reads them aloud."""

from __future__ import annotations

import calendar
import re
from typing import Final

__all__ = ["normalised"]

# fmt: off
_ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
_TENS: Final = (
    "zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)
# fmt: on
_MONTHS: Final = tuple(calendar.month_name)[1:]
_CURRENCIES: Final = {"$": "dollars", "€": "euros", "£": "pounds"}

_ABBREVIATIONS: Final = {
    "Dr.": "Doctor",
    "Mr.": "Mister",
    "Ms.": "Miss",
    "St.": "Saint",
    "Prof.": "Professor",
    "e.g.": "for example",
    "i.e.": "that is",
    "p.m.": "P M",
    "cf.": "compare",
    "Art.": "Article",
    "km/h": "kilometres per hour",
    "w/o": "without",
}
_SIGNS: Final = {
    "%": "percent",
    "&": "and",
    "+": "plus",
    "=": "equals",
    "→": "to",
    "€": "euros",
    "$": "dollars",
    "§": "section",
    "°": "degrees",
    "@": "at",
    "#": "number",
    "½": "one half",
    "²": "squared",
    "<": "less than",
    ">": "greater than",
}


def normalised(word: str) -> str:
    """Return a word as it is read aloud; itself where it is read as it is written."""
    if word in _ABBREVIATIONS:
        return _ABBREVIATIONS[word]
    word = re.sub(r"(\d{4})-(\d\d)-(\d\d)", _date, word)
    word = re.sub(r"([$€£])(\d+)(?:[.,](\d\d))?", _price, word)
    word = re.sub(r"\d+", lambda digits: f" {_number(int(digits[0]))} ", word)
    for sign, name in _SIGNS.items():
        word = word.replace(sign, f" {name} ")
    word = re.sub(r"\s+([.,;:!?)])", r"\1", word)
    return " ".join(word.split()) or word


def _date(match: re.Match[str]) -> str:
    year, month, day = map(int, match.groups())
    if not 1 <= month <= 12:
        return match[0]
    return f"{_MONTHS[month - 1]} {_number(day)}, {_number(year // 100)} {_number(year % 100)}"


def _price(match: re.Match[str]) -> str:
    currency, whole, cents = match.groups()
    price = f"{_number(int(whole))} {_CURRENCIES[currency]}"
    return f"{price} and {_number(int(cents))} cents" if cents else price


def _number(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        ones = f"-{_ONES[number % 10]}" if number % 10 else ""
        return _TENS[number // 10] + ones
    if number < 1_000:
        rest = f" {_number(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    if number < 1_000_000:
        rest = f" {_number(number % 1_000)}" if number % 1_000 else ""
        return f"{_number(number // 1_000)} thousand{rest}"
    return " ".join(_ONES[int(digit)] for digit in str(number))
