"""What the panel sends its page, as plain data."""

from __future__ import annotations

from typing import Any

from ...client.reading.reading import reading_of
from ...client.streaming.tag_removal import without_tags
from ...snippets.cell import NOTEBOOK_FORMAT
from ...snippets.snippets import snippet, snippets_for
from ...url_check.check import check_url
from ...wire.errors import TTSError
from ...wire.hosts import LOCAL
from ...wire.parameters import PARAMETERS
from ...wire.request import SpeechRequest

__all__ = ["check_payload", "sentence", "snippet_choices", "snippet_payload", "values_of"]

# Where copied programs expect an embedded voice; they say how to start one there.
SNIPPET_ADDRESS = "http://127.0.0.1:8123"


def sentence(error: Exception) -> str:
    """Return what went wrong, in words."""
    return str(error) if isinstance(error, TTSError) else f"{type(error).__name__}: {error}"


def values_of(request: SpeechRequest) -> dict[str, Any]:
    """Return the values of a request, by keyword name."""
    values = {declared.name: getattr(request, declared.name) for declared in PARAMETERS}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def snippet_choices(request: SpeechRequest) -> list[dict[str, str]]:
    """Return what a request can be copied as; its URL has a button of its own."""
    forms = [form for form in snippets_for(request) if form.name != "url"]
    return [{"name": form.name, "title": form.title} for form in forms]


def snippet_payload(name: str, request: SpeechRequest, applied: SpeechRequest, text: str) -> str:
    """Return a request as code.

    The notebook's own embedded voice has a random port and key, so a program gets the address of
    one that its user starts. It sends what a cell would send of the text.

    Parameters
    ----------
    name : str
        Of one of `snippet_choices`.
    request : SpeechRequest
        As its user has set it.
    applied : SpeechRequest
        The same with the account's voice.
    text : str
    """
    if name == "magic":
        return snippet(name, request, text)
    reading = reading_of(request)
    reading.feed(text, ended=True)
    sent = without_tags(reading.spoken) if request.removes_tags else reading.spoken
    return snippet(name, request.at(SNIPPET_ADDRESS) if request.server == LOCAL else applied, sent)


def check_payload(url: str) -> dict[str, Any]:
    """Return the findings of the URL check, and the settings in the URL that can be used here."""
    diagnosis = check_url(url)
    settings = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in diagnosis.parameters.items()
    }
    findings = [
        {
            "severity": str(finding.severity),
            "parameter": finding.parameter,
            "message": finding.message,
            "effect": finding.effect,
        }
        for finding in diagnosis.findings
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
