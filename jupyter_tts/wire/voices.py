"""ElevenLabs' voices that end, and what comes after each.

All default voices, of category premade, end on 2026-12-31 and cannot be used after that; accounts
made since March 2026 never had them (ElevenLabs' help page, quoted in
home-assistant/home-assistant.io#47697). The successors are voices of the Voice Library: 19 pairs
from the official table; Kellan, Kaelen, Lawrence and Jade have only one source for their ids.
Legacy voices are older: they are spoken with a voice of the library, on paid plans only. What the
id of a default voice answers after its end is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

__all__ = [
    "DEFAULT_VOICES",
    "LAST_DAY",
    "LEGACY_VOICES",
    "SUCCESSOR_NAMES",
    "DefaultVoice",
    "default_voice_of",
    "retirement",
    "short_retirement",
]

LAST_DAY: Final = date(2026, 12, 31)
"""The last day of the default voices."""


@dataclass(frozen=True)
class DefaultVoice:
    """A default voice, which ends on `LAST_DAY`.

    Attributes
    ----------
    id : str
    name : str
    successor_id : str
        The voice to take instead, "" where ElevenLabs names none.
    successor : str
        Its name.
    """

    id: str
    name: str
    successor_id: str = ""
    successor: str = ""


DEFAULT_VOICES: Final = (
    DefaultVoice("CwhRBWXzGAHq8TQ4Fs17", "Roger", "gOupLcAkjEnguROwi4oS", "Darian"),
    DefaultVoice("EXAVITQu4vr4xnSDxMaL", "Sarah", "OZ0L6eISlOejga3XjDFt", "Talia"),
    DefaultVoice("FGY2WhTYpPnrIDTdsKH5", "Laura", "WQP7cQUF5aAS6Axh5yaa", "Elara"),
    DefaultVoice("IKne3meq5aSn9XLyUdCD", "Charlie", "jSuBIjxMKhqIfb0wCK1F", "Baxter"),
    DefaultVoice("JBFqnCBsd6RMkjVDRZzb", "George", "6WwXjDDEMyNmFG95zycZ", "Eldrin"),
    DefaultVoice("N2lVS1w4EtoT3dr4eOWO", "Callum", "cymHWdiF8WjUCg6vvFxx", "Kellan"),
    DefaultVoice("SAz9YHcvj6GT2YYXdXww", "River", "dvbL7qkNGZY1IqPGZAjM", "Elowen"),
    DefaultVoice("SOYHLrjzK2X1ezoPC6cr", "Harry", "10NkTYmU7tSz3Kkl3Lex", "Kaelen"),
    DefaultVoice("TX3LPaxmHKxFdv7VOQHJ", "Liam", "ktkP7Nsj67dw2zcplQYt", "Lawrence"),
    DefaultVoice("Xb7hH8MSUJpSbSDYk0k2", "Alice", "BFd5oBc2DDna33pSi4Gf", "Alicia"),
    DefaultVoice("XrExE9yKIg1WjnnlVkGX", "Matilda", "QtY3JBOUKEB5xzrRfOKc", "Maisie"),
    DefaultVoice("bIHbv24MWmeRgasZH58o", "Will", "7QN34D2r3hCNwbOYIeK0", "Warren"),
    DefaultVoice("cgSgspJ2msm6clMCkdW9", "Jessica", "g7LVvkPWALzPxOQbF6OE", "Jade"),
    DefaultVoice("cjVigY5qzO86Huf0OWal", "Eric", "l7kNoIfnJKPg7779LI2t", "Eddie"),
    DefaultVoice("iP95p4xoKVk53GoZ742B", "Chris", "AaOhDHYJ1XLZk74lXhdE", "Caleb"),
    DefaultVoice("nPczCjzI2devNBz1zQrb", "Brian", "8dEUmyPMdDdK91vboYih", "Sawyer"),
    DefaultVoice("onwK4e9ZLuTAKqWW03F9", "Daniel", "fnYMz3F5gMEDGMWcH1ex", "Finley"),
    DefaultVoice("pFZP5JQG7iQjIQuC4Bku", "Lily", "22N9cF8z0o7y23njdyaY", "Florence"),
    DefaultVoice("pqHfZKP75CvOlQylNhV4", "Bill", "FrS6cKLB1wg4WYgPa9GW", "Wyatt"),
    DefaultVoice("hpp4J3VqNfWAUOO0d1Us", "Bella"),
    DefaultVoice("pNInz6obpgDQGcFmaJgB", "Adam"),
)
"""The 21 default voices, in the order of ElevenLabs' own table."""

LEGACY_VOICES: Final[Mapping[str, str]] = {
    "9BWtsMINqrJLrRacOk9x": "Aria",
    "XB0fDUnXU5powFXDhCwa": "Charlotte",
    "21m00Tcm4TlvDq8ikWAM": "Rachel",
    "29vD33N1CtxCmqQRPOHJ": "Drew",
    "2EiwWnXFnvU5JabPnv8n": "Clyde",
    "5Q0t7uMcjvnagumLfvZi": "Paul",
    "AZnzlk1XvdvUeBnXmlld": "Domi",
    "CYw3kZ02Hs0563khs1Fj": "Dave",
    "D38z5RcWu1voky8WS1ja": "Fin",
    "ErXwobaYiN019PkySvjV": "Antoni",
    "GBv7mTt0atIp3Br8iCZE": "Thomas",
    "LcfcDJNUP1GQjkzn1xUU": "Emily",
    "MF3mGyEYCl7XYWbV9V6O": "Elli",
    "ODq5zmih8GrVes37Dizd": "Patrick",
    "ThT5KcBeYPX3keUQqHPh": "Dorothy",
    "TxGEqnHWrfWFTfGW9XjX": "Josh",
    "VR6AewLTigWG4xSOukaG": "Arnold",
    "ZQe5CZNOzWyzPSCn5a3c": "James",
    "Zlb1dXrM653N07WRdFW3": "Joseph",
    "bVMeCyTHy58xNoL34h3p": "Jeremy",
    "flq6f7yk4E4fJM5XTYuZ": "Michael",
    "g5CIjZEefAph4nQFvHAz": "Ethan",
    "jBpfuIE2acCO8z3wKNLl": "Gigi",
    "jsCqWAovK2LkecY7zXl4": "Freya",
    "oWAxZDx7w5VEj9dCyTzz": "Grace",
    "pMsXgVXv3BLzUgSXRplE": "Serena",
    "piTKgcLEGmPE4e6mEKli": "Nicole",
    "t0jbNlBVZ17f02VDIeMI": "Jessie",
    "yoZ06aMxZJJ28mfd3POQ": "Sam",
    "z9fAnlkpzviPz146aGWa": "Glinda",
    "zcAOhNBS3c14rBihAFp1": "Giovanni",
    "zrHiDhphv9ZnVXBqCLjz": "Mimi",
}
"""Legacy voices by id, of those that examples use."""

SUCCESSOR_NAMES: Final[Mapping[str, str]] = {
    voice.successor_id: voice.successor for voice in DEFAULT_VOICES if voice.successor_id
}
"""The successors' names by id."""

_DEFAULT: Final = {voice.id: voice for voice in DEFAULT_VOICES}


def default_voice_of(voice_id: str) -> DefaultVoice | None:
    """Return the default voice of an id, None for any other voice."""
    return _DEFAULT.get(voice_id)


def retirement(voice_id: str, today: date) -> str | None:
    """Return what to know of a voice of ElevenLabs' that ends or has ended, None for any other.

    Parameters
    ----------
    voice_id : str
    today : date
        The last day itself is before the end.
    """
    if name := LEGACY_VOICES.get(voice_id):
        return (
            f"{name} is a legacy voice: ElevenLabs speaks with another voice in its place, and "
            "only on paid plans."
        )
    voice = default_voice_of(voice_id)
    if voice is None:
        return None
    if today <= LAST_DAY:
        end = f"{voice.name} is a default voice of ElevenLabs', which all end on {LAST_DAY}"
    else:
        end = f"{voice.name} was a default voice of ElevenLabs', which all ended on {LAST_DAY}"
    if voice.successor_id:
        return f"{end}; its successor is {voice.successor}, {voice.successor_id}."
    return f"{end}; it has no successor, so choose a voice of your account."


def short_retirement(voice_id: str, today: date) -> str | None:
    """Return the same in a few words, to stand beside the name of a voice."""
    if voice_id in LEGACY_VOICES:
        return "legacy, paid plans only"
    if voice_id not in _DEFAULT:
        return None
    return f"ends on {LAST_DAY}" if today <= LAST_DAY else f"ended on {LAST_DAY}"
