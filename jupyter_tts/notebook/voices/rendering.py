"""The list of voices without a widget: text for a terminal, HTML for a notebook nobody watches."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .listing import ListedVoice, VoiceGroup

__all__ = ["groups_html", "groups_text"]

NAMELESS = "Other"


def groups_text(title: str, groups: Sequence[VoiceGroup]) -> str:
    """Return the list as lines of text."""
    voices = [voice for group in groups for voice in group.voices]
    width = min(28, max((len(voice.id) for voice in voices), default=0))
    lines = [f"{title}: {len(voices):,}"]
    for group in groups:
        lines += ["", group.language or NAMELESS]
        lines += [_line(voice, width) for voice in group.voices]
    return "\n".join(lines)


def groups_html(title: str, groups: Sequence[VoiceGroup]) -> str:
    """Return the list as HTML that needs no script; every text in it is escaped."""
    count = sum(len(group.voices) for group in groups)
    sections = "".join(
        f"<details{' open' if index == 0 else ''}>"
        f"<summary>{escape(group.language or NAMELESS)} ({len(group.voices)})</summary>"
        f"<ul>{''.join(map(_item, group.voices))}</ul></details>"
        for index, group in enumerate(groups)
    )
    return (
        f'<div class="mathjax_ignore tex2jax_ignore"><p>{escape(title)}: {count:,}</p>'
        f"{sections}</div>"
    )


def _line(voice: ListedVoice, width: int) -> str:
    name = voice.name if voice.name != voice.id else ""
    about = ", ".join(filter(None, (name, voice.details)))
    command = f"; {voice.command}" if voice.command else ""
    return f"  {voice.id:<{width}}  {about}{command}".rstrip()


def _item(voice: ListedVoice) -> str:
    about = ", ".join(filter(None, (voice.name, voice.details)))
    command = f": <code>{escape(voice.command)}</code>" if voice.command else ""
    return f"<li><code>{escape(voice.id)}</code> {escape(about)}{command}</li>"
