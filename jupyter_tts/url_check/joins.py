"""What is wrong with the marks between the parameters: one ``?``, and then ``&``."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote_plus

from ..wire.parameters import parameter
from .findings import Findings
from .redaction import Secrets
from .text import Piece

__all__ = ["examine_joins", "shown_name"]


def shown_name(piece: Piece, secrets: Secrets) -> str:
    """Return the decoded name of a piece as it may stand in a sentence."""
    name = unquote_plus(piece.name).strip()
    return secrets.show(name) if name else "a value without a name"


def examine_joins(pieces: Sequence[Piece], secrets: Secrets, findings: Findings) -> None:
    """Add to ``findings`` every place where something else joins two parameters."""
    marks = 0
    for number, piece in enumerate(pieces):
        if piece.mark == "#":
            findings.error(
                "query",
                'A "#" stands in the URL, and a WebSocket URL has no such part (RFC 6455).',
                'Clients refuse the URL or cut off everything from the "#" on.',
            )
            return  # what joins the pairs in there makes no difference
        marks += piece.mark == "?"
        if number == 0 and piece.mark != "?":
            findings.error(
                "query",
                f'"{piece.mark}" stands before the first parameter, where "?" belongs.',
                "The server takes the parameters for a part of the path, and finds nothing there.",
            )
        elif number and piece.mark != "&":
            message = _message(piece, marks, secrets)
            findings.error("query", message, _server_reading(pieces, number, secrets))
    if any(_is_empty_pair(pieces, number) for number in range(len(pieces))):
        findings.note(
            "query", 'A "?" or "&" with nothing after it can go.', "Servers skip the empty pair."
        )


def _is_empty_pair(pieces: Sequence[Piece], number: int) -> bool:
    piece, following = pieces[number], pieces[number + 1 : number + 2]
    proper = piece.mark == ("&" if number else "?")
    return proper and not piece.text and all(piece.mark.startswith("&") for piece in following)


def _message(piece: Piece, marks: int, secrets: Secrets) -> str:
    """Return what is wrong with the mark before a piece; ``marks`` counts the ``?`` so far."""
    before = f"before {shown_name(piece, secrets)}" if piece.text else "with nothing after it"
    if not piece.mark:
        return f'An "&" is missing {before}.'
    if piece.mark == "?":
        which = {2: "A second", 3: "A third"}.get(marks, "Another")
        return f'{which} "?" stands {before}, where "&" belongs.'
    return f'"{piece.mark}" stands {before}, where "&" belongs.'


def _server_reading(pieces: Sequence[Piece], number: int, secrets: Secrets) -> str:
    """Return what a server, which splits at ``&`` only, makes of the piece with this number."""
    piece = pieces[number]
    never = f" and never {shown_name(piece, secrets)}" if piece.text else ""
    if piece.mark.startswith("&"):
        sees = secrets.show(piece.mark[1:] + unquote_plus(piece.name))
        return f'The server sees a parameter "{sees}", which it ignores{never}.'
    begin, end = number, number + 1
    while begin and not pieces[begin].mark.startswith("&"):
        begin -= 1
    while end < len(pieces) and not pieces[end].mark.startswith(("&", "#")):
        end += 1
    first, *rest = pieces[begin:end]
    if not first.name or first.value is None:
        return f"The server takes it for a part of a name that it does not know{never}."
    joined = "".join(piece.mark + secrets.hide(piece.text) for piece in rest)
    value = _shortened(secrets.hide(first.text).partition("=")[2] + joined)
    kind = ", an unknown model," if first.name == parameter("model").wire else ""
    return (
        "Everything after it becomes part of the value before: "
        f'the server sees {shown_name(first, secrets)} = "{value}"{kind}{never}.'
    )


def _shortened(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"
