"""What is wrong with a parameter's value."""

from __future__ import annotations

import math
import re
from typing import Any
from urllib.parse import unquote, unquote_plus

from ..wire.parameters import Kind, Parameter, Place
from .findings import Findings
from .redaction import Secrets

__all__ = ["is_placeholder", "read_value"]

_TRUE = ("true", "1", "yes", "on")
_FALSE = ("false", "0", "no", "off")

# RFC 3986, query: what a value may hold unencoded.
_LEGAL = re.compile(r"(?:[\w.~!$'()*+,;:@/?-]|%[0-9A-Fa-f]{2})*", re.ASCII)

# A gap that was left in a template: {voice_id}, <voice-id>, :voice_id, YOUR_VOICE_ID. Braces and
# the like never stand in a URL unencoded; encoded, they count only around a name such as voice_id.
_GAP = re.compile(r"[{}<>]|^[$:]\w")
_ENCODED_GAP = re.compile(
    r"[{<]\s*[\w-]*(voice|model|id)[\w-]*\s*[>}]|your[-_ ](voice|model)[-_ ]?(id)?", re.IGNORECASE
)


def read_value(declared: Parameter, raw: str, secrets: Secrets, findings: Findings) -> Any:
    """Return the checked value, the nearest accepted one, or None; add to ``findings``.

    Parameters
    ----------
    declared : Parameter
    raw : str
        The value as it stands in the query.
    """
    wire = declared.wire
    text = _read_text(declared, raw, secrets, findings)
    if text is None:
        return None
    if declared.kind in (Kind.INTEGERS, Kind.TEXTS):
        text = text.strip("[] ")
    try:
        value = declared.parse(text)
        if declared.kind is Kind.TEXT:
            declared.parse(text.lower())  # what is refused is so in capitals too: Eleven_V3
    except ValueError:
        return _corrected_value(declared, text, secrets, findings)
    if declared.kind in (Kind.INTEGER, Kind.SWITCH) and declared.write(value) != text:
        findings.warning(
            declared.name,
            f"{wire} is written {declared.write(value)}, not {secrets.show(text)}.",
            "A server may refuse the other spelling or not understand it.",
        )
    return value


def _read_text(declared: Parameter, raw: str, secrets: Secrets, findings: Findings) -> str | None:
    """Return the decoded value; None where there is none or it cannot be read."""
    wire, bare = declared.wire, raw.strip(" \"'")
    try:
        text = unquote_plus(bare, errors="strict")
    except UnicodeDecodeError:
        fault = f"The value of {wire} is not UTF-8 text."
    else:
        if is_placeholder(raw):
            shown = secrets.show(text)
            fault = f"The placeholder {shown} stands where a value of {wire} belongs."
        elif not text:
            fault = f"{wire} has no value."
        elif "=" in raw:
            fault = f'A "=" stands in the value of {wire}, so an "&" seems to be missing in it.'
        else:
            _examine_encoding(declared, raw, bare, findings)
            return text
    findings.error(declared.name, fault, _refusal(declared))
    return None


def _examine_encoding(declared: Parameter, raw: str, bare: str, findings: Findings) -> None:
    if declared.place is Place.QUERY and (bare != raw or not _LEGAL.fullmatch(raw)):
        findings.error(
            declared.name,
            f"The value of {declared.wire} holds quotes, spaces or characters that must be "
            "percent-encoded.",
            "Clients refuse such a URL or alter it, so the server sees another value.",
        )


def _corrected_value(declared: Parameter, text: str, secrets: Secrets, findings: Findings) -> Any:
    """Return the accepted value that is nearest to a refused one, or None."""
    value = _nearest(declared, text)
    accepted = declared.accepted if declared.kind is not Kind.SWITCH else "true or false"
    corrected = "it is left out" if value is None else f"{declared.write(value)} takes its place"
    findings.error(
        declared.name,
        f'{declared.wire} must be {accepted}, not "{secrets.show(text)}"; {corrected}.',
        _refusal(declared),
    )
    return value


def _nearest(declared: Parameter, text: str) -> Any:
    lower = text.strip().lower()
    if declared.kind in (Kind.INTEGER, Kind.NUMBER):
        return _nearest_number(declared, lower)
    if declared.kind is Kind.SWITCH:
        return True if lower in _TRUE else False if lower in _FALSE else None
    if declared.name == "language":
        lower = re.split("[-_]", lower)[0]  # es of es-ES
    try:
        return declared.parse(lower)
    except ValueError:
        return None


def _nearest_number(declared: Parameter, text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if math.isnan(number):
        return None
    low = -math.inf if declared.low is None else float(declared.low)
    high = math.inf if declared.high is None else float(declared.high)
    number = min(max(number, low), high)
    if math.isinf(number):
        return None
    return round(number) if declared.kind is Kind.INTEGER else number


def _refusal(declared: Parameter) -> str:
    """Return what a server does with a value that it does not accept."""
    if declared.place is Place.QUERY and declared.name == "model":
        return "The server refuses the handshake, with HTTP 403 for such a model."
    return "The server refuses the handshake, or ignores the value."


def is_placeholder(raw: str) -> bool:
    """Whether a value, as written, is a gap that was left in a template."""
    return bool(_GAP.search(raw) or _ENCODED_GAP.fullmatch(unquote(raw)))
