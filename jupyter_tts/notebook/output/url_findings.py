"""What is found in a URL, as HTML that looks as the panel's URL check does and needs no script."""

from __future__ import annotations

from html import escape
from typing import Final

from ...url_check.check import Diagnosis
from ...url_check.findings import Finding, Severity
from ..assets import compact_style

__all__ = ["findings_bundle"]

_SIGNS: Final = {Severity.ERROR: "×", Severity.WARNING: "!", Severity.NOTE: "i"}


def findings_bundle(diagnosis: Diagnosis) -> dict[str, str]:
    """Return what was found in a URL, by MIME type; every text in it is escaped."""
    items = "".join(map(_item, diagnosis.findings))
    listed = f'<ul class="jtts-findings">{items}</ul>' if items else ""
    html = (
        f"<style>{compact_style('theme.css', 'url_check.css')}</style>"
        '<div class="jtts-view jtts-url-check mathjax_ignore tex2jax_ignore">'
        f'<div class="jtts-url-check-summary">{_summary(diagnosis)}</div>'
        f"{listed}{_corrected(diagnosis)}</div>"
    )
    return {"text/html": html, "text/plain": str(diagnosis)}


def _summary(diagnosis: Diagnosis) -> str:
    """Return how much was found, in the panel's words."""
    if not diagnosis.findings:
        return "Nothing to find fault with."
    severities = [finding.severity for finding in diagnosis.findings]
    counts = [(severities.count(severity), severity) for severity in Severity]
    words = [f"{count} {kind}{'' if count == 1 else 's'}" for count, kind in counts if count]
    return f"{', '.join(words)}{'; it would work' if diagnosis.ok else ''}."


def _item(finding: Finding) -> str:
    sign = f'<span class="jtts-severity-sign" aria-hidden="true">{_SIGNS[finding.severity]}</span>'
    name = f'<span class="jtts-finding-parameter">{escape(finding.parameter)}:</span> '
    # Many messages begin with the name.
    is_named = not finding.parameter or finding.message.startswith(f"{finding.parameter} ")
    effect = f'<div class="jtts-finding-effect">{escape(finding.effect)}</div>'
    return (
        f'<li class="jtts-finding" data-severity="{finding.severity}">'
        f'<span class="jtts-severity">{sign}{finding.severity.capitalize()}</span>'
        f"<div><div>{'' if is_named else name}{escape(finding.message)}</div>"
        f"{effect if finding.effect else ''}</div></li>"
    )


def _corrected(diagnosis: Diagnosis) -> str:
    if diagnosis.ok and diagnosis.corrected == diagnosis.url:
        return ""
    name = "Corrected" if diagnosis.parameters else "A right URL"
    return (
        f'<div class="jtts-corrected-name">{name}</div>'
        f'<div class="jtts-corrected">{escape(diagnosis.corrected)}</div>'
    )
