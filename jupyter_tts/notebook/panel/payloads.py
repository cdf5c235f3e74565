"""What the panel tells its page, as plain data."""

from __future__ import annotations

from typing import Any

from ...snippets.cell import NOTEBOOK_FORMAT
from ...url_check.check import check_url
from ...wire.errors import TTSError
from ...wire.parameters import PARAMETERS
from ...wire.request import SpeechRequest

__all__ = ["checked", "sentence", "values_of"]


def sentence(error: Exception) -> str:
    """Return what went wrong, in words."""
    return str(error) if isinstance(error, TTSError) else f"{type(error).__name__}: {error}"


def values_of(request: SpeechRequest) -> dict[str, Any]:
    """Return what is set, by keyword name."""
    values = {each.name: getattr(request, each.name) for each in PARAMETERS}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def checked(url: str) -> dict[str, Any]:
    """Return what the URL doctor says of a URL, and the settings in it that can be used here."""
    diagnosis = check_url(url)
    settings = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in diagnosis.parameters.items()
    }
    findings = [
        {
            "severity": str(each.severity),
            "parameter": each.parameter,
            "message": each.message,
            "effect": each.effect,
        }
        for each in diagnosis.findings
    ]
    if "format" not in settings:
        # The documented default is mp3, which needs a decoder.
        settings["format"] = NOTEBOOK_FORMAT
    return {
        "findings": findings,
        "corrected": diagnosis.corrected,
        "ok": diagnosis.ok,
        "settings": settings,
    }
