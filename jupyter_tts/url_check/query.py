"""What is wrong after the ``?``: names, places and repetitions of the parameters."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from ..wire.foreign_json import read_json
from ..wire.models import Endpoint
from ..wire.parameters import CREDENTIALS, PARAMETERS, Place, parameter
from .findings import Findings
from .joins import examine_joins, shown_name
from .redaction import Secrets, decoded, has_credential
from .text import DIALOGUE_FIELDS, MESSAGE_FIELDS, Piece
from .values import read_value

__all__ = ["MOST_PAIRS", "examine_lacking", "examine_query"]

# Far more than the protocol has; the bound keeps the answer short and quick.
MOST_PAIRS = 64

# Never part of multi-stream-input, and by now in neither reference (ElevenLabs WebSocket
# reference, multi-context guide of 2025-05-08; both are marked deprecated over HTTP).
_WITHDRAWN = frozenset(declared.name for declared in PARAMETERS if not declared.in_multi)

_BY_WIRE = {declared.wire: declared for declared in PARAMETERS if declared.wire}
_URL_CREDENTIALS = {credential.wire for credential in CREDENTIALS if credential.place == "query"}
_FIRST_MESSAGE = {"voices", *_BY_WIRE, *(place.value for place in Place)}
_EVERY_MESSAGE = {*MESSAGE_FIELDS, *DIALOGUE_FIELDS} - _FIRST_MESSAGE
_IGNORED = "The server does not know it and ignores it, so it has no effect."
_NOT_KNOWN = "It has no effect there; whether the server ignores or refuses it is not known."


def _plain(name: str) -> str:
    """Return a name without case, hyphens and underscores: ``modelId`` is ``model_id``."""
    return re.sub(r"[\W_]+", "", name.lower())


# Every spelling of a name that is understood, to its name on the wire.
_WIRE_NAMES = {_plain(name): name for name in (*MESSAGE_FIELDS, *DIALOGUE_FIELDS)}
_WIRE_NAMES |= {_plain(declared.name): declared.wire for declared in PARAMETERS if declared.wire}
_WIRE_NAMES |= {_plain(wire): wire for wire in _BY_WIRE}
_NEAR = [plain for plain, wire in _WIRE_NAMES.items() if wire in _BY_WIRE]


def examine_query(
    pieces: tuple[Piece, ...], endpoint: Endpoint, secrets: Secrets, findings: Findings
) -> dict[str, Any]:
    """Read query and fragment, and add what is wrong with them to ``findings``.

    Returns
    -------
    dict
        Checked values by keyword name, in the order of the URL. Those that belong in the first
        message, and a voice, are among them.
    """
    examine_joins(pieces[:MOST_PAIRS], secrets, findings)
    if len(pieces) > MOST_PAIRS:
        findings.error(
            "query",
            f"The URL has more than {MOST_PAIRS} parameters, and those after them were not read.",
            "The protocol does not have that many, so the server ignores most or refuses all.",
        )
    candidates: dict[str, list[Any]] = {}
    for piece in pieces[:MOST_PAIRS]:
        if piece.text:
            for name, value in _examine_piece(piece, endpoint, secrets, findings):
                candidates.setdefault(name, []).append(value)
    _examine_repeats(candidates, findings)
    return {name: usable[-1] for name, all_ in candidates.items() if (usable := _usable(all_))}


def _usable(values: list[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _examine_piece(
    piece: Piece, endpoint: Endpoint, secrets: Secrets, findings: Findings
) -> Iterator[tuple[str, Any]]:
    """Yield keyword names with their checked values, None for a value that cannot be used."""
    name = shown_name(piece, secrets)
    wire = _wire_name(unquote_plus(piece.name))
    declared = _BY_WIRE.get(wire or "")
    if secrets.held_by(piece.text):
        _examine_secret(piece, declared.name if declared else name, findings)
    elif wire is None:
        _examine_unknown(piece, name, endpoint, findings)
    elif declared is None:
        if wire not in (DIALOGUE_FIELDS if endpoint.is_dialogue else MESSAGE_FIELDS):
            _examine_unknown(piece, wire, endpoint, findings)
            return
        _examine_misplaced(wire, wire, Place.MESSAGE, endpoint, findings)
        yield from _from_object(wire, piece)
    else:
        if declared.place is not Place.QUERY and endpoint not in declared.endpoints:
            pass  # examine_lacking reports it
        elif declared.place is not Place.QUERY:
            _examine_misplaced(declared.name, wire, declared.place, endpoint, findings)
        elif unquote_plus(piece.name) != wire:
            findings.error(
                declared.name, f'The parameter\'s name is {wire}, not "{name}".', _IGNORED
            )
        yield declared.name, read_value(declared, piece.value or "", secrets, findings)


def _wire_name(name: str) -> str | None:
    """Return the name on the wire that a name is or stands for, or None."""
    if name in _BY_WIRE:
        return name
    # voice_settings.stability and voice_settings[stability] too
    last = _plain(re.split(r"[.\[]", name)[-1])[:60]
    if last in _WIRE_NAMES:
        return _WIRE_NAMES[last]
    # Short words resemble each other by chance.
    near = difflib.get_close_matches(last, _NEAR, n=1, cutoff=0.75 if len(last) >= 10 else 0.8)
    return _WIRE_NAMES[near[0]] if near else None


def _examine_unknown(piece: Piece, name: str, endpoint: Endpoint, findings: Findings) -> None:
    if piece.name and piece.value is not None:
        effect = _NOT_KNOWN if endpoint.is_dialogue else _IGNORED
        findings.warning(name, f"{name} is not a parameter of {_base(endpoint).label}.", effect)
    else:
        findings.warning("query", f'"{name}" is not a parameter with a name and a value.', _IGNORED)


def _base(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint of the same resource that has no contexts."""
    return Endpoint.DIALOGUE if endpoint.is_dialogue else Endpoint.STREAM_INPUT


def _examine_secret(piece: Piece, name: str, findings: Findings) -> None:
    if not has_credential(f"{piece.name}="):
        findings.error(
            name,
            f"A key or token stands in the value of {name}.",
            "The server misreads the value, and logs and histories keep the key.",
        )
        return
    findings.error(
        name,
        f"{name} puts a key into the URL; it travels in the xi-api-key header of the handshake.",
        "The server takes it from here too, but logs and histories on the way keep it."
        if decoded(piece.name) in _URL_CREDENTIALS
        else "The server does not look for a key there, while logs and histories keep it.",
    )


def _examine_misplaced(
    keyword: str, wire: str, place: Place, endpoint: Endpoint, findings: Findings
) -> None:
    if place is Place.PATH and endpoint.is_dialogue:
        findings.error(
            keyword,
            "A voice belongs in the first message, in the list voices, not in the URL.",
            "The server ignores it here, and takes no text for a voice that was not named there.",
        )
        return
    if place is Place.PATH:
        findings.error(
            keyword,
            f"{wire} belongs in the path, before /{Endpoint.STREAM_INPUT.last_segment}.",
            "The server ignores it here: only the path tells it the voice.",
        )
        return
    inside = "" if place is Place.MESSAGE else f", under {place.value}"
    message = "messages" if wire in _EVERY_MESSAGE else "first message"
    findings.error(keyword, f"{wire} belongs in the {message}{inside}, not in the URL.", _IGNORED)


def _from_object(wire: str, piece: Piece) -> Iterator[tuple[str, Any]]:
    """Yield what a JSON object holds that stands in the URL as ``voice_settings={...}``."""
    try:
        data = read_json(unquote_plus(piece.value or ""))
    except ValueError:
        return
    for name, value in data.items() if isinstance(data, dict) else ():
        declared = _BY_WIRE.get(name)
        if declared is not None and declared.place.value == wire:
            try:
                yield declared.name, declared.check(value)
            except ValueError:
                continue  # the finding that it belongs elsewhere is there already


def _examine_repeats(candidates: dict[str, list[Any]], findings: Findings) -> None:
    for name, values in candidates.items():
        if len(values) < 2:
            continue
        wire = parameter(name).wire
        if all(value == values[0] for value in values):
            findings.warning(
                name, f"{wire} stands in the URL more than once.", "The server needs one."
            )
        else:
            findings.error(
                name,
                f"{wire} stands in the URL more than once, with different values.",
                "It is not documented which one the server takes; many take the last.",
            )


def examine_lacking(values: dict[str, Any], endpoint: Endpoint, findings: Findings) -> None:
    """Report deprecated parameters, and those that the endpoint does not have."""
    for name in values:
        declared = parameter(name)
        if endpoint not in declared.endpoints:
            effect = _NOT_KNOWN if endpoint.is_dialogue else _IGNORED
            findings.warning(
                name, f"{declared.wire} is not a parameter of {endpoint.label}.", effect
            )
        elif name in _WITHDRAWN:
            findings.note(
                name,
                f"{declared.wire} is deprecated: it is no longer in the WebSocket reference.",
                declared.note,
            )
