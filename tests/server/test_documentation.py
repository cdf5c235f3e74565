"""The package's own description of what each setting does."""

from __future__ import annotations

import pytest

from jupyter_tts import server
from jupyter_tts.server.engines.espeak.parameters import EFFECTS
from jupyter_tts.wire.parameters import PARAMETERS

DOCUMENTATION = " ".join((server.__doc__ or "").split())


@pytest.mark.parametrize("wire", [parameter.wire for parameter in PARAMETERS if parameter.wire])
def test_every_parameter_of_the_protocol_is_in_the_table(wire: str) -> None:
    assert f"``{wire}``" in DOCUMENTATION


@pytest.mark.parametrize("wire", EFFECTS)
def test_the_table_says_what_the_voice_says_of_itself(wire: str) -> None:
    assert f"``{wire}`` {' '.join(EFFECTS[wire].split())}" in DOCUMENTATION
