"""The words of each language."""

from __future__ import annotations

import importlib
from functools import cache
from typing import cast

from .wording import Wording

__all__ = ["wording_for"]

_MODULES = {"en": "english", "de": "german", "es": "spanish", "fr": "french", "zh": "chinese"}


@cache
def wording_for(language: str) -> Wording:
    """Return the words of a language; signs where it has none here.

    Parameters
    ----------
    language : str
        ISO 639-1 code, with or without a region.
    """
    module = _MODULES.get(language.replace("_", "-").split("-")[0].lower(), "signs")
    return cast(Wording, importlib.import_module(f".{module}", __name__).WORDING)
