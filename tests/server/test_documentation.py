"""The package's own description of what each setting does."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from jupyter_tts import server
from jupyter_tts.server.engines.espeak.parameters import EFFECTS
from jupyter_tts.server.engines.natural.parameters import EFFECTS as NATURAL_EFFECTS
from jupyter_tts.wire.parameters import PARAMETERS

DOCUMENTATION = " ".join((server.__doc__ or "").split())


@pytest.mark.parametrize("wire", [parameter.wire for parameter in PARAMETERS if parameter.wire])
def test_every_parameter_of_the_protocol_is_in_the_table(wire: str) -> None:
    assert f"``{wire}``" in DOCUMENTATION


@pytest.mark.parametrize("effects", [EFFECTS, NATURAL_EFFECTS], ids=["espeak", "natural"])
@pytest.mark.parametrize("wire", EFFECTS)
def test_the_tables_say_what_the_voices_say_of_themselves(
    wire: str, effects: Mapping[str, str]
) -> None:
    assert f"``{wire}`` {' '.join(effects[wire].split())}" in DOCUMENTATION


def test_the_second_table_has_what_the_first_does_not_say() -> None:
    _, _, second = DOCUMENTATION.partition("eSpeak NG differs in these:")
    differing = [wire for wire in EFFECTS if EFFECTS[wire] != NATURAL_EFFECTS[wire]]
    assert [wire for wire in EFFECTS if f"``{wire}`` {EFFECTS[wire]}" in second] == differing
