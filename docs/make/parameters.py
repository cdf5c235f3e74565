"""The declared parameters, levels, formats and conditions, as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from jupyter_tts import server
from jupyter_tts.audio.codecs import INSTALL_PYAV
from jupyter_tts.audio.formats import PLAIN_FORMATS, parse_format
from jupyter_tts.notebook.commands.options import option_names
from jupyter_tts.wire.condition_options import STATUS_HELP
from jupyter_tts.wire.conditions import CONDITIONS
from jupyter_tts.wire.hosts import HOSTS
from jupyter_tts.wire.levels import LEVELS
from jupyter_tts.wire.models import SOCKETS, Endpoint
from jupyter_tts.wire.parameters import FORMATS, PARAMETERS, Parameter, Place
from jupyter_tts.wire.parameters.schema import SPEECH_ENDPOINTS, SPEECH_SOCKETS

from .markdown import code, prose, table

__all__ = ["conditions", "details", "formats", "levels", "servers", "summary"]

_PLACES = {
    Place.PATH: "URL, path",
    Place.ENDPOINT: "URL, endpoint",
    Place.QUERY: "URL, query",
    Place.VOICE_SETTINGS: "first message, `voice_settings`",
    Place.GENERATION_CONFIG: "first message, `generation_config`",
    Place.MESSAGE: "first message",
    Place.HOST: "URL, host",
    Place.LOCAL: "not sent",
}
_OPTIONS = option_names("%%tts")


def summary() -> str:
    """Every parameter in one table."""
    head = ("option", "name on the wire", "travels in", "accepts", "left out, the server takes")
    rows = (
        (
            f"[{code(_spellings(declared)[0])}](#{declared.name})",
            code(declared.wire),
            _PLACES[declared.place],
            _accepted(declared),
            _default(declared),
        )
        for declared in PARAMETERS
    )
    return table(head, rows)


def details() -> str:
    """Every parameter in a section of its own."""
    return "\n\n".join(
        f"### {declared.name}\n\n{declared.help}\n\n{_facts(declared)}" for declared in PARAMETERS
    )


def levels() -> str:
    """The latency levels and their levers."""
    head = ("level", "in short", "ElevenLabs' HTTP reference", "articles and answers", "levers")
    rows = (
        (
            level.value,
            level.title,
            level.official,
            level.common,
            ", ".join(f"`{name}` {_plain(value)}" for name, value in level.levers.items()),
        )
        for level in LEVELS
    )
    return table(head, rows)


def formats() -> str:
    """The output formats."""
    head = ("format", "codec", "Hz", "kbit/s", "heard in the notebook")
    rows = (
        (
            code(audio_format.name),
            audio_format.codec,
            audio_format.sample_rate,
            f"{audio_format.bytes_per_second * 8 / 1000:g}",
            "yes" if audio_format.name in PLAIN_FORMATS else "with `[codecs]`",
        )
        for audio_format in map(parse_format, FORMATS)
    )
    return f"{table(head, rows)}\n\nmp3 and Opus are decoded with PyAV. {INSTALL_PYAV}"


def servers() -> str:
    """The servers that have names."""
    return table(("name", "address"), ((code(name), code(url)) for name, url in HOSTS.items()))


def conditions() -> str:
    """What the embedded voice can simulate."""
    head = ("option", "unit", "accepts", "without", "does")
    rows = [
        (
            code(f"--{name.replace('_', '-')}"),
            condition.unit,
            condition.accepted,
            "no limit" if condition.default is None else f"{condition.default:g}",
            condition.help,
        )
        for name, condition in CONDITIONS.items()
    ]
    status = (
        code("--status"),
        "",
        "CODE or CODE:PROBABILITY",
        "none",
        f"{STATUS_HELP}; repeatable",
    )
    return table(head, [*rows, status])


def _facts(declared: Parameter) -> str:
    return table(("", ""), ((name, fact) for name, fact in _named_facts(declared) if fact))


def _named_facts(declared: Parameter) -> Iterator[tuple[str, str]]:
    yield "options", ", ".join(map(code, _spellings(declared)))
    yield "Python, settings", f"`{declared.name}=`, `c.TTS.{declared.name}`"
    yield "travels in", " as ".join(filter(None, (_PLACES[declared.place], code(declared.wire))))
    yield "a change takes", _cost(declared)
    yield "accepts", _accepted(declared)
    yield "left out", _left_out(declared)
    yield "taken by", _endpoints(declared)
    yield "over HTTP", "in the body" if declared.http_body else ""
    yield from _embedded(declared.wire)
    yield "note", declared.note
    yield "source", declared.source


def _endpoints(declared: Parameter) -> str:
    """Return the endpoints that take a parameter, where some do not."""
    if declared.endpoints == frozenset(Endpoint):
        return ""
    if declared.endpoints == SPEECH_ENDPOINTS:
        return "text-to-speech; on text-to-dialogue it is not sent"
    if declared.endpoints == SPEECH_SOCKETS:
        return "the WebSockets of text-to-speech; elsewhere it is not sent"
    if declared.endpoints == frozenset(SOCKETS):
        return "the WebSockets; over HTTP it is not sent"
    names = [
        f"`{endpoint.last_segment}` of {endpoint.resource}"
        for endpoint in Endpoint
        if endpoint in declared.endpoints
    ]
    return f"{' and '.join(names)}; elsewhere it is not sent"


def _spellings(declared: Parameter) -> list[str]:
    known = (declared.option, f"--no-{declared.option[2:]}", f"-{declared.short}")
    return [option for option in known if option in _OPTIONS]


def _accepted(declared: Parameter) -> str:
    return f"{declared.accepted}, or auto" if declared.name == "latency" else declared.accepted


def _cost(declared: Parameter) -> str:
    if declared.place is Place.LOCAL:
        return ""
    return "a new socket" if declared.place.in_url else "a new first message"


def _default(declared: Parameter) -> str:
    return "" if declared.default is None else code(_plain(declared.default))


def _left_out(declared: Parameter) -> str:
    """Return what this package does where nothing is set, and then the server."""
    by_server = _default(declared)
    if declared.name == "server":
        return "`elevenlabs` where there is a key, else `local`"
    if declared.preset is not None:
        ours = (
            f"this package {'sends' if declared.wire else 'takes'} {code(_plain(declared.preset))}"
        )
        return f"{ours}; left out of the URL, the server takes {by_server}" if by_server else ours
    if not declared.wire:
        return ""
    return f"not sent; the server takes {by_server}" if by_server else "not sent"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _embedded(wire: str) -> Iterator[tuple[str, str]]:
    """Yield what a setting does to the embedded voices, from the tables of their server."""
    natural, espeak = _effects()
    if wire in espeak:
        yield "natural voice", natural[wire]
        yield "eSpeak NG", espeak[wire]
    elif wire:
        yield "embedded voices", natural[wire]


@cache
def _effects() -> tuple[dict[str, str], dict[str, str]]:
    """Return the tables: the natural voice's, and where eSpeak NG differs."""
    _, _, natural, _, _, espeak, *_ = re.split(
        r"^=+ +=+\n", server.__doc__ or "", flags=re.MULTILINE
    )
    return _rows(natural), _rows(espeak)


def _rows(rows: str) -> dict[str, str]:
    _, *cells = re.split(r"^``(\w+)``", rows, flags=re.MULTILINE)
    return {
        wire: prose(" ".join(text.split()))
        for wire, text in zip(cells[::2], cells[1::2], strict=True)
    }
