"""Packages that are installed in a version that cannot be used."""

from __future__ import annotations

import re

from .errors import PackageTooOld

__all__ = ["check_version"]


def check_version(package: str, installed: str, oldest: str) -> None:
    """Refuse a version of a package that cannot be used, before what it lacks is missed.

    Parameters
    ----------
    package : str
    installed : str
        Its version.
    oldest : str
        The first version that can be used: numbers with points, as in pyproject.toml.

    Raises
    ------
    PackageTooOld
    """
    if _numbers(installed) < _numbers(oldest):
        raise PackageTooOld(
            f"jupyter_tts needs {package} {oldest} or newer, and {installed} is installed.",
            hint=f'Install it with: python -m pip install "{package}>={oldest}", and restart.',
        )


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version.partition("+")[0])]
