"""What is found in a URL, one dataclass a finding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Findings", "Severity"]


class Severity(StrEnum):
    """How much a finding matters; equal to the plain string."""

    ERROR = "error"  # the server will refuse or misread the URL
    WARNING = "warning"  # likely not what was meant
    NOTE = "note"  # good to know


@dataclass(frozen=True)
class Finding:
    """One thing found in a URL.

    Attributes
    ----------
    severity : Severity
        ``"error"``, ``"warning"`` or ``"note"``.
    parameter : str
        The parameter's keyword name, its name on the wire where this package does not know it,
        or a part of the URL: ``"scheme"``, ``"host"``, ``"path"``, ``"voice"`` or ``"query"``.
    message : str
        What is wrong, as one sentence.
    effect : str
        What a server would make of it.
    """

    severity: Severity
    parameter: str
    message: str
    effect: str


class Findings(list[Finding]):
    """Findings in the order in which they were made."""

    def error(self, parameter: str, message: str, effect: str) -> None:
        """Add what the server will refuse or misread."""
        self.append(Finding(Severity.ERROR, parameter, message, effect))

    def warning(self, parameter: str, message: str, effect: str) -> None:
        """Add what is likely not what was meant."""
        self.append(Finding(Severity.WARNING, parameter, message, effect))

    def note(self, parameter: str, message: str, effect: str) -> None:
        """Add what is good to know."""
        self.append(Finding(Severity.NOTE, parameter, message, effect))
