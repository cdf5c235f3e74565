"""What the server knows of a voice, whatever engine it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Voice"]


@dataclass(frozen=True)
class Voice:
    """A voice of the embedded server.

    Attributes
    ----------
    id : str
        The id in a request: the engine's own name, or a well-known ElevenLabs id.
    name : str
        For people; says "(embedded voice)" where the id is ElevenLabs'.
    language : str
        A language tag in lower case: ``en-us``, ``de``, ``cmn``.
    gender : str
        ``"male"``, ``"female"`` or ``"neutral"``.
    engine : str
        The engine's name, for people.
    engine_voice : str
        The engine's own name of the voice.
    kind : str
        ``"natural"`` for a neural voice, ``"synthetic"`` for one made by rules.
    without_effect : tuple of str
        The settings, by wire name, that its engine does not have.
    names_letters : bool
        Whether it says of letters that it cannot read what they are ("Chinese letter").
    """

    id: str
    name: str
    language: str
    gender: str
    engine: str
    engine_voice: str
    kind: str = "synthetic"
    without_effect: tuple[str, ...] = ()
    names_letters: bool = False
