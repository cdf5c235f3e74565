"""A pasted URL split into its parts as it was written, before it is checked.

The standard parsers read what a server would read. Here the mistakes must stay visible: a second
``?``, an ``&`` that is missing, a ``/`` inside a password.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ..wire.hosts import LOCAL
from ..wire.messages import ClientMessage, DialogueMessage
from ..wire.models import SOCKETS, Endpoint
from ..wire.parameters import CREDENTIALS, PARAMETERS
from ..wire.pasted_signs import INVISIBLE, plain_sign
from ..wire.request import SpeechRequest
from .redaction import DOTS, Secrets, has_credential

__all__ = [
    "DIALOGUE_FIELDS",
    "LAST_SEGMENTS",
    "MESSAGE_FIELDS",
    "NETLOC",
    "PATH_WORDS",
    "RESOURCES",
    "VERSION",
    "PastedUrl",
    "Piece",
    "UrlText",
    "dissect",
    "is_well_formed",
    "read_pasted",
    "split_path",
    "tidy",
]

# The shape of the path, read from the one place that writes it.
VERSION = urlsplit(SpeechRequest(server=LOCAL).url).path.split("/")[1]
RESOURCES = tuple(dict.fromkeys(endpoint.resource for endpoint in SOCKETS))
LAST_SEGMENTS = tuple(dict.fromkeys(endpoint.last_segment for endpoint in SOCKETS))
PATH_WORDS = frozenset({VERSION, *RESOURCES, *LAST_SEGMENTS})


@dataclass(frozen=True)
class PastedUrl:
    """A URL as it was pasted.

    Attributes
    ----------
    text : str
        The URL, with the signs of ASCII.
    signs : tuple of str
        Those in it that stood for signs of ASCII; but no quotes and blanks.
    is_wrapped : bool
        Whether something other than blanks stood around or between.
    """

    text: str
    signs: tuple[str, ...]
    is_wrapped: bool


def _fields(message: type) -> tuple[str, ...]:
    """Return what a client's messages hold, credentials aside."""
    names = (field.name for field in dataclasses.fields(message))
    return tuple(name for name in names if not has_credential(f"{name}="))


MESSAGE_FIELDS = _fields(ClientMessage)
DIALOGUE_FIELDS = _fields(DialogueMessage)

NETLOC = re.compile(r"(?P<host>[\w.~-]{1,253}|\[[0-9A-Fa-f:.]+\])(?P<port>:[0-9]{0,5})?")

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://+|(?:wss?|https?)(?::/?|//)", re.IGNORECASE)
_WRAPPING = " \t\"'`<>(),「」『』《》〈〉【】"
_CLOSING = {'"': '"', "'": "'", "`": "`", "<": ">", "(": ")", "「": "」", "『": "』", "《": "》"}

# Control characters, invisible ones, and half of a UTF-16 pair: none can be part of a URL.
_INVISIBLE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{INVISIBLE}]")

# Code or a shell command before the URL: uri = f"wss://..., websocat -H ... wss://...
_LEAD = re.compile(r"[^/?#&@]+?(?=(?:wss?|https?)://)", re.IGNORECASE)

# A command of a shell, whose other options may stand before the URL and behind it, and a comment.
_COMMAND = re.compile(r"[\s$>%!]*(?:curl|wget|websocat|wscat|https?)(?:\.exe)?\s", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:wss?|https?)://[^\s\"'`]*", re.IGNORECASE)
_BEHIND = re.compile(r"\s+(?:(?:[\\^]\s+)?--?[A-Za-z]|(?:#|>|&&)\s).*", re.DOTALL)

# What a shell goes on behind in the next line: of sh, of cmd, of PowerShell. The first also stands
# before a quote that is inside another string.
_CONTINUED = re.compile(r"[\\^]$|(?<=\s)`$")

# Full-width signs that a browser has percent-encoded, where the query should begin.
_ENCODED_SIGN = re.compile("%EF%BC%(?:9F|86|9D|83)", re.IGNORECASE)  # of ? & = #
_ENCODED_QUERY = re.compile(
    rf"[^?#]*{Endpoint.STREAM_INPUT.last_segment}/?(?=%EF%BC%(?:9F|86|83))", re.IGNORECASE
)

# Where the query begins although no "?" does: "stream-input&model_id=x", "stream-input%3F...".
_UNMARKED_QUERY = re.compile(
    rf"(?<={Endpoint.STREAM_INPUT.last_segment})/?(?=&|;|%3f|%26)", re.IGNORECASE
)

# Pieces without "=", which after a key may be the rest of it.
_NAMELESS = re.compile(r"(?:[?#&;][^=?#&;]*(?=[?#&;]|$))+")

# What joins parameters, or is used in place of it.
_MARK = re.compile(r"^%3f|^%26|[?#;]|&(?:amp;)*|\\u0026", re.IGNORECASE)

_NAMES = {
    *(declared.wire for declared in PARAMETERS if declared.wire),
    *(credential.wire for credential in CREDENTIALS),
    *MESSAGE_FIELDS,
    *DIALOGUE_FIELDS,
    *("api_key", "apikey"),  # not of this protocol, but what people write
}
_NEXT_NAME = re.compile(
    # what stands in place of the "&", and the name
    r"(?:[\s,|+]|%2[06c]|%3f){0,8}(?P<name>"
    + "|".join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))
    + ")(?==)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """A ``name=value`` of the query, percent-encoded as written.

    Attributes
    ----------
    mark : str
        What stands before it: ``"?"`` and ``"&"`` are right in their places; ``""``, a blank or a
        comma where an ``&`` is missing.
    text : str
        The piece, without the mark.
    """

    mark: str
    text: str

    @property
    def name(self) -> str:
        """What stands before the first ``=``, or all of it."""
        return self.text.partition("=")[0]

    @property
    def value(self) -> str | None:
        """What stands after the first ``=``; None without one."""
        _, equals, value = self.text.partition("=")
        return value if equals else None


@dataclass(frozen=True)
class UrlText:
    """The parts of a URL as written; joined they are the text.

    Attributes
    ----------
    scheme : str
        With its colon and slashes.
    userinfo : str
        With its ``@``; a secret.
    netloc : str
        Host and port.
    path : str
        From the first ``/``.
    pieces : tuple of Piece
        Query and fragment.
    """

    scheme: str
    userinfo: str
    netloc: str
    path: str
    pieces: tuple[Piece, ...]

    @property
    def segments(self) -> list[str]:
        """The path's segments, the empty ones too."""
        return self.path.split("/")

    @property
    def secrets(self) -> Secrets:
        """The keys, tokens and passwords in it."""
        texts = [*self.segments, *(piece.text for piece in self.pieces)]
        if not NETLOC.fullmatch(self.netloc):
            texts.append(self.netloc)
        user, _, password = self.userinfo.removesuffix("@").partition(":")
        return Secrets(texts, values=(user, password), public=PATH_WORDS | _NAMES)

    def shown(self, secrets: Secrets) -> str:
        """Return the text with dots where a secret stands."""
        bad_host = secrets.repeated_in(self.netloc) or (
            not NETLOC.fullmatch(self.netloc) and secrets.held_by(self.netloc)
        )
        return "".join(
            [
                DOTS if secrets.repeated_in(self.scheme) else self.scheme,
                f"{DOTS}@" if self.userinfo else "",
                DOTS if bad_host else self.netloc,
                "/".join(self._shown_segments(secrets)),
                *(piece.mark + secrets.hide(piece.text) for piece in self.pieces),
            ]
        )

    def _shown_segments(self, secrets: Secrets) -> Iterator[str]:
        spilled = False  # a key with a "/" in it goes on in the next segment
        for segment in self.segments:
            hidden = secrets.hide(segment)
            spilled = spilled or hidden != segment
            safe = hidden != segment or not spilled or segment in PATH_WORDS
            yield hidden if safe else DOTS


def tidy(url: str) -> str:
    """Return a pasted URL as `read_pasted` reads it."""
    return read_pasted(url).text


def read_pasted(url: str) -> PastedUrl:
    """Read a URL that was pasted with what stood around it, and with signs that are none of a URL.

    Around it may stand quotes, brackets, line breaks, code, and the other words of a command.
    """
    whole = written = _INVISIBLE.sub("", _joined(url))
    if query := _ENCODED_QUERY.match(whole):
        tail = whole[query.end() :]
        whole = query.group() + _ENCODED_SIGN.sub(lambda sign: unquote(sign.group()), tail)
    plain = "".join(map(plain_sign, whole))
    text, before = plain, None
    while text != before:
        before, text = text, _unwrapped(text)
    start = plain.find(text)
    signs = dict.fromkeys(whole[start : start + len(text)])
    return PastedUrl(
        text,
        tuple(sign for sign in signs if plain_sign(sign) not in (sign, '"', "'", " ")),
        is_wrapped=written != url.strip() or text != plain.strip(),
    )


def _joined(url: str) -> str:
    """Return lines as one, as a shell joins them where they end in its sign for that."""
    joined = ""
    for line in map(str.strip, url.splitlines()):
        begins_word = line[:1] in ("-", '"', "'") or _ADDRESS.match(line)
        blank = " " if joined and begins_word else ""
        joined += blank + _CONTINUED.sub("", line).rstrip()
    return joined


def _unwrapped(text: str) -> str:
    """Return a text without the outermost of what is around a URL."""
    address = _address(text) if _COMMAND.match(text) else None
    if address is not None:
        text = address.group()
    elif lead := _LEAD.match(text):
        closing = _CLOSING.get(text[lead.end() - 1])
        text = text[lead.end() :]
        text = text.partition(closing)[0] if closing else text
    return _CONTINUED.sub("", _BEHIND.sub("", text).strip(_WRAPPING))


def _address(command: str) -> re.Match[str] | None:
    """Return the URL in a command, that of an endpoint before others."""
    addresses = list(_ADDRESS.finditer(command))
    known = [url for url in addresses if any(word in url.group() for word in RESOURCES)]
    return next(iter(known or addresses), None)


def is_well_formed(segments: list[str]) -> bool:
    """Whether a path's segments are those of a WebSocket endpoint, perhaps behind a prefix."""
    return split_path(segments) is not None


def split_path(segments: list[str]) -> tuple[str, str, Endpoint] | None:
    """Return prefix, voice and endpoint of a well-formed path, None for any other.

    The voice is ``""`` on text-to-dialogue, whose paths name none.
    """
    for endpoint in SOCKETS:
        voice = segments[-2:-1] if not endpoint.is_dialogue else []
        tail = [VERSION, endpoint.resource, *voice, endpoint.last_segment]
        before = segments[: -len(tail)]
        if segments[-len(tail) :] == tail and (before == [""] or (before and before[-1])):
            return "/".join(before), "".join(voice), endpoint
    return None


def dissect(text: str) -> UrlText:
    """Split a tidy text into its parts; those that it lacks are empty."""
    match = _SCHEME.match(text)
    scheme = match.group() if match else ""
    userinfo, rest = _split_userinfo(text[len(scheme) :])
    netloc, path = _split_head(re.split("[?#]", rest, maxsplit=1)[0])
    path = path[: _path_end(path)]
    tail = rest[len(netloc) + len(path) :]
    secret = has_credential(path) if path else _is_credential(netloc)
    if secret and (more := _NAMELESS.match(tail)):  # a key with a "?" or "#" in it
        tail = tail[more.end() :]
        netloc, path = (netloc, path + more.group()) if path else (netloc + more.group(), "")
    return UrlText(scheme, userinfo, netloc, path, tuple(_pieces(tail)))


def _split_head(head: str) -> tuple[str, str]:
    """Split what stands before the query into host and path."""
    netloc = head.partition("/")[0]
    if _is_credential(netloc):  # a key with a "/" in it
        netloc = head.partition(f"/{VERSION}/")[0]
    return netloc, head[len(netloc) :]


def _is_credential(netloc: str) -> bool:
    """Whether a secret stands where the host belongs; auth:8080 is a host."""
    return has_credential(netloc) and not NETLOC.fullmatch(netloc)


def _split_userinfo(rest: str) -> tuple[str, str]:
    """Split off user name and password, also where a ``/``, ``?`` or ``#`` stands in them."""
    authority = rest.partition("/")[0]
    if "@" not in authority and not NETLOC.fullmatch(re.split("[?#]", authority)[0]):
        authority = re.split("|".join(f"/{resource}" for resource in RESOURCES), rest)[0]
    end = authority.rfind("@") + 1
    return rest[:end], rest[end:]


def _path_end(path: str) -> int:
    """Return where the path ends, even where its query does not begin with ``?``."""
    if is_well_formed(path.split("/")):
        return len(path)
    if query := _UNMARKED_QUERY.search(path):
        return query.end()
    start = path.rfind("/") + 1
    mark = re.compile("[&;]").search(path, start)
    return mark.start() if mark and "=" in path[mark.end() :] else len(path)


def _pieces(tail: str) -> Iterator[Piece]:
    """Split query and fragment where a parameter begins, or was meant to begin."""
    marks = list(_MARK.finditer(tail))
    ends = [*(mark.start() for mark in marks), len(tail)][1:]
    sign, begin, secret = "", 0, False
    for mark, end in zip(marks, ends, strict=True):
        text = tail[mark.end() : end]
        if begin and _continues(mark.group(), text, secret):
            secret = secret or has_credential(text)
            continue
        if begin:
            yield from _split_at_names(Piece(sign, tail[begin : mark.start()]))
        sign, begin, secret = mark.group(), mark.end(), has_credential(text)
    if begin:
        yield from _split_at_names(Piece(sign, tail[begin:]))


def _continues(mark: str, text: str, after_secret: bool) -> bool:
    """Whether a text without ``=`` belongs to the piece before it.

    A ``;`` may stand in a value; and what follows a credential may be the rest of a key.
    """
    return "=" not in text and (mark == ";" or (after_secret and bool(text)))


def _split_at_names(piece: Piece) -> Iterator[Piece]:
    """Split a piece before every known name inside its value, where an ``&`` is missing."""
    mark, begin = piece.mark, 0
    for following in _NEXT_NAME.finditer(piece.text, len(piece.name) + 1):
        yield Piece(mark, piece.text[begin : following.start()])
        begin = following.start("name")
        mark = piece.text[following.start() : begin]
    yield Piece(mark, piece.text[begin:])
