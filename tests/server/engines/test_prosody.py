"""The voice settings of a request."""

from __future__ import annotations

from dataclasses import fields

from jupyter_tts.server.engines.prosody import Prosody
from jupyter_tts.wire.parameters import PARAMETERS


def test_the_defaults_are_the_documented_ones() -> None:
    declared = {parameter.wire: parameter.default for parameter in PARAMETERS}
    for setting in fields(Prosody):
        assert setting.default == declared[setting.name]
