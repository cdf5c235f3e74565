"""A URL of a speech WebSocket written by hand: what is wrong with it, and the URL that was meant.

Examples
--------
>>> url = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"
>>> check_url(url + "?model_id=m?optimize_streaming_latency=3").corrected.partition("?")[2]
'model_id=m&optimize_streaming_latency=3'
"""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

from ..wire.hosts import HOSTS, LOCAL, default_voice, websocket_url
from ..wire.models import DIALOGUE_MODEL, Endpoint
from ..wire.parameters import Place, parameter
from ..wire.pasted_signs import plain_sign
from ..wire.request import SpeechRequest
from .findings import Finding, Findings, Severity
from .fit import examine_format, examine_language, examine_model, examine_voice
from .host import examine_host, is_host_like
from .path import PathReading, examine_path
from .query import examine_lacking, examine_query
from .text import (
    PATH_WORDS,
    PastedUrl,
    UrlText,
    dissect,
    is_well_formed,
    read_pasted,
)

__all__ = ["LONGEST", "Diagnosis", "Finding", "Severity", "check_url"]

# What common servers read of a request's first line (websockets 8192 bytes, aiohttp 8190).
LONGEST = 8192

# Of pasted signs in one sentence.
_MOST_SIGNS = 8


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What was found in a URL. Nothing in it holds a key that stood in the URL.

    Attributes
    ----------
    url : str
        The URL as given, with dots where a key or token stood; quotes, code and line breaks
        around it are left out, and pasted signs are those of ASCII.
    findings : tuple of Finding
        From the scheme to the last parameter.
    corrected : str
        A URL without error findings: the same URL where nothing is wrong, and the
        shortest one where nothing could be understood.
    parameters : dict
        Checked values by keyword name, as :class:`~jupyter_tts.wire.request.SpeechRequest` takes
        them: what the URL says, ``server`` always, ``voice`` on text-to-speech always, ``model`` on
        text-to-dialogue always, ``multi`` where it is one of multi-stream-input, and what stood in
        the URL but belongs in the first message.
        ``levers`` is False where the level's levers would add to the URL what it does not say.
        Empty where nothing could be understood.
    """

    url: str
    findings: tuple[Finding, ...]
    corrected: str
    parameters: dict[str, Any] = field(hash=False)

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def mended(self) -> str:
        """The former name of `corrected`; goes with the next release."""
        warnings.warn("Diagnosis.mended is called corrected now", DeprecationWarning, stacklevel=2)
        return self.corrected

    def __repr__(self) -> str:
        if not self.parameters:
            lines = [f"A right URL: {self.corrected}"]
        else:
            lines = [
                "Nothing to correct."
                if self.ok and self.corrected == self.url
                else f"Corrected: {self.corrected}"
            ]
        return "\n".join([*lines, *map(_line, self.findings)])


def check_url(url: str, *, today: date | None = None) -> Diagnosis:
    """Find what is wrong with a WebSocket URL of ElevenLabs', and correct it. Nothing is sent.

    Parameters
    ----------
    url : str
        Of ``stream-input`` or ``multi-stream-input``, of text-to-speech or text-to-dialogue, as
        typed or pasted: any text will do.
    today : date, optional
        The day on which a voice has ended or has not yet; today without it.

    Returns
    -------
    Diagnosis
    """
    pasted = read_pasted(url)
    text = pasted.text
    if not text:
        return _unreadable("There is no URL here.", "There is nothing to connect to.")
    if len(text) > LONGEST:
        return _too_long(len(text))
    parts = dissect(text)
    secrets = parts.secrets
    if not _is_url(parts):
        return _unreadable("This is not a URL.", "A client refuses it.", parts.shown(secrets))
    before, after = Findings(), Findings()
    _examine_pasted(url, pasted, before)
    netloc, path = parts.netloc, parts.path
    if netloc in PATH_WORDS and not is_well_formed(path.split("/")):
        netloc, path = "", f"/{netloc}{path}"  # the host was left out
    base = examine_host(parts.scheme, parts.userinfo, netloc, secrets, before)
    reading = examine_path(path, base, secrets, before)
    values = examine_query(parts.pieces, reading.endpoint, secrets, after)
    elsewhere = values.pop("voice", None)
    server = _server_name(base + reading.prefix)
    endpoint = examine_model(values, reading.endpoint, after)
    examine_lacking(values, endpoint, after)
    examine_language(values, endpoint, server, after)
    examine_format(values, endpoint, server, after)
    fixed: dict[str, Any] = {"server": server}
    if not endpoint.is_dialogue:
        fixed["voice"] = _chosen_voice(reading, elsewhere, server, before)
    elif voice := reading.voice or elsewhere:
        fixed["voice"] = voice  # for the first message
    if endpoint.is_multi:
        fixed["multi"] = True
    examine_voice(reading.voice or elsewhere, server, today or date.today(), after)
    corrected = _corrected_url(fixed, values, endpoint)
    if endpoint.is_dialogue:
        fixed["model"] = DIALOGUE_MODEL  # which the server takes where the URL names none
    if len(corrected) > LONGEST:
        return _too_long(len(corrected))
    return Diagnosis(
        url=parts.shown(secrets),
        findings=(*before, *after),
        corrected=corrected,
        parameters=_without_levers({**fixed, **values}),
    )


def _line(finding: Finding) -> str:
    """Return a finding as a line, which names the parameter once."""
    message = finding.message
    if not message.startswith(f"{finding.parameter} "):
        message = f"{finding.parameter}: {message}"
    return f"{finding.severity:<7} {message} {finding.effect}"


def _is_url(parts: UrlText) -> bool:
    """Whether anything in a text marks it as a URL; "hello" and "either/or?" have nothing."""
    words = [parts.netloc, *parts.segments]
    return bool(
        parts.scheme
        or is_host_like(parts.netloc)
        or any(difflib.get_close_matches(word[:40].lower(), PATH_WORDS, 1, 0.8) for word in words)
        or any(piece.value is not None for piece in parts.pieces)
    )


def _examine_pasted(url: str, pasted: PastedUrl, findings: Findings) -> None:
    if pasted.signs:
        # A letter may be of a key.
        signs = [sign for sign in pasted.signs if not sign.isalnum()][:_MOST_SIGNS]
        shown = [f'"{sign}" for "{plain_sign(sign)}"' for sign in signs]
        letters = ["full-width letters or digits"] if len(signs) < len(pasted.signs) else []
        findings.error(
            "path",
            f"The URL has {', '.join(shown + letters)}.",
            "A client sends them as letters, so the server does not find what they separate.",
        )
    if pasted.is_wrapped:
        findings.error(
            "path",
            "Quotes, line breaks, invisible characters or other text stand around or inside the "
            "URL.",
            "A client refuses it, or sends them as a part of the address.",
        )
    elif url.strip() != url:
        findings.warning("path", "Blanks stand around the URL.", "Some clients refuse such a URL.")


def _server_name(url: str) -> str:
    """Return the name of a server where it has one, else its URL."""
    names = {websocket_url(name): name for name in (LOCAL, *HOSTS)}
    return names.get(url, url)


def _chosen_voice(
    reading: PathReading, elsewhere: str | None, server: str, findings: Findings
) -> str:
    """Return the voice of the path, or else the one that the corrected URL takes instead."""
    if reading.voice is not None:
        return reading.voice
    voice = elsewhere or default_voice(server)
    if reading.endpoint.is_dialogue:  # whose path is right to name none
        findings.note(
            "voice",
            f"The corrected URL names the voice {voice}.",
            "On text-to-speech the path names the voice, not the first message.",
        )
        return voice
    taken = "the one in the query" if elsewhere else f"the server's default voice, {voice}"
    findings.error(
        "voice",
        f"{reading.voice_fault}, so the corrected URL takes {taken}.",
        "The server refuses the handshake, or reports at once that there is no such voice.",
    )
    return voice


def _corrected_url(fixed: Mapping[str, Any], values: Mapping[str, Any], endpoint: Endpoint) -> str:
    """Return the URL with a fixed path and checked values, in the order of the values."""
    model = DIALOGUE_MODEL if endpoint.is_dialogue else None
    base = SpeechRequest(**fixed, model=model).url.partition("?")[0]
    pairs = []
    for name, value in values.items():
        declared = parameter(name)
        if declared.place is Place.QUERY and endpoint in declared.endpoints:
            pairs.append(f"{declared.wire}={quote(declared.write(value), safe='')}")
    return "?".join([base, "&".join(pairs)] if pairs else [base])


def _without_levers(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters, with the levers off where these would change the URL."""
    added = SpeechRequest(**parameters).active_levers
    if any(parameter(name).place is Place.QUERY for name in added):
        return {**parameters, "levers": False}
    return parameters


def _too_long(length: int) -> Diagnosis:
    return _unreadable(
        f"The URL has {length} characters, more than the {LONGEST} that servers read.",
        "The server refuses the handshake, with HTTP 414 say, or closes the connection.",
    )


def _unreadable(message: str, effect: str, url: str = "") -> Diagnosis:
    """Return the diagnosis of a text that cannot be read: the corrected URL is the shortest one."""
    server = SpeechRequest().server
    voice = default_voice(server)
    finding = Finding(Severity.ERROR, "path", message, effect)
    fixed = {"server": server, "voice": voice}
    corrected = _corrected_url(fixed, {}, Endpoint.STREAM_INPUT)
    return Diagnosis(url, (finding,), corrected, {})
