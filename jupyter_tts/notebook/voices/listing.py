"""What the list of voices has in it: the server's, and those that can be fetched for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...voice_files.store import VoiceStore, megabytes

__all__ = ["ListedVoice", "VoiceGroup", "group_voices"]

NATURAL = "natural"

# In the names of those that have ElevenLabs' ids; the whole list is of embedded voices.
EMBEDDED = " (embedded voice)"


@dataclass(frozen=True, slots=True)
class ListedVoice:
    """A voice in the list.

    Attributes
    ----------
    id, name, language, gender, kind : str
        "" for what the server does not say.
    size : str
        In words, "" for a voice without a file of its own.
    command : str
        What fetches it; "" for one that speaks already.
    """

    id: str
    name: str
    language: str
    gender: str
    kind: str
    size: str = ""
    command: str = ""

    @property
    def details(self) -> str:
        """What is known of it beside its name, in words."""
        parts = (self.language, self.gender, self.kind, self.size)
        return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class VoiceGroup:
    """The voices of a language.

    Attributes
    ----------
    language : str
        Its name.
    voices : list of ListedVoice
    """

    language: str
    voices: list[ListedVoice] = field(default_factory=list)


def group_voices(
    voices: Iterable[Mapping[str, str]],
    languages: Mapping[str, str],
    *,
    store: VoiceStore | None = None,
    words: Sequence[str] = (),
) -> list[VoiceGroup]:
    """Return voices by language: those with natural voices first, and these first in each.

    Parameters
    ----------
    voices : iterable of mapping
        As a server lists them.
    languages : mapping
        Code to name.
    store : VoiceStore, optional
        Where the server is the embedded one: its voices, and those that can be fetched, are in the
        list with their sizes.
    words : sequence of str, optional
        What a voice's line must have in it, each of them.
    """
    listed = [
        ListedVoice(*(voice[name] for name in ("id", "name", "language", "gender", "kind")))
        for voice in voices
    ]
    if store is not None:
        listed = _with_files(listed, store)
    groups: dict[str, VoiceGroup] = {}
    for voice in listed:
        name = _language_name(voice.language, languages)
        if _matches(voice, name, words):
            groups.setdefault(name, VoiceGroup(name)).voices.append(voice)
    for group in groups.values():
        group.voices.sort(key=lambda voice: (voice.kind != NATURAL, bool(voice.command)))
    return sorted(groups.values(), key=_rank)


def _with_files(listed: list[ListedVoice], store: VoiceStore) -> list[ListedVoice]:
    """Return the voices with the sizes of their files, and after them those to be fetched."""
    sizes = {name: megabytes(voice.size) for name, voice in store.known.items()}
    sizes |= {voice.name: megabytes(voice.size) for voice in store.installed()}
    spoken = {voice.id for voice in listed}
    listed = [
        replace(voice, name=voice.name.removesuffix(EMBEDDED), size=sizes.get(voice.id, ""))
        for voice in listed
    ]
    fetchable = [
        ListedVoice(
            voice.name,
            voice.name.title(),
            voice.language,
            voice.gender,
            NATURAL,
            megabytes(voice.size),
            f"%tts_voices add {voice.name}",
        )
        for voice in store.known.values()
        if not voice.is_bundled and voice.name not in spoken and store.find(voice.name) is None
    ]
    return listed + fetchable


def _language_name(tag: str, languages: Mapping[str, str]) -> str:
    base = tag.partition("-")[0]
    name = languages.get(base) or languages.get(tag) or tag
    return name.partition(" (")[0]  # the variety is in the tag


def _matches(voice: ListedVoice, language: str, words: Sequence[str]) -> bool:
    # "male" is in "female", but is another word.
    line = f" {voice.id} {voice.name} {language} {voice.details} ".lower().replace(",", "")
    return all(f" {word.lower()}" in line for word in words)


def _rank(group: VoiceGroup) -> tuple[bool, bool, str]:
    has_natural = any(voice.kind == NATURAL for voice in group.voices)
    return not has_natural, not group.language, group.language.casefold()
