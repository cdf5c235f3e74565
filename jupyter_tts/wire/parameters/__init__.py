"""Every parameter of ``stream-input``, declared once, by its place on the wire.

The URL, the first message, the magic's options, the panel's controls, the embedded server's
checks and the documentation are all read from these declarations.
"""

from __future__ import annotations

from .credentials import CREDENTIALS, Credential
from .query import FORMATS, UNLISTED_FORMATS
from .registry import PARAMETERS, check_parameters, name_fault, parameter
from .schema import SPEECH_SOCKETS, Kind, Parameter, Place

__all__ = [
    "CREDENTIALS",
    "FORMATS",
    "PARAMETERS",
    "SPEECH_SOCKETS",
    "UNLISTED_FORMATS",
    "Credential",
    "Kind",
    "Parameter",
    "Place",
    "check_parameters",
    "name_fault",
    "parameter",
]
