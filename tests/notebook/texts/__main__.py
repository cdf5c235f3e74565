"""Write the spoken forms anew: ``python -m tests.notebook.texts [group …]``."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from .corpus import GROUPS, read, write
from .kernel import outcomes


def main(groups: list[str]) -> None:
    """Speak the texts of some groups, all without any, and write what is spoken."""
    for group in groups or GROUPS:
        texts = read(group)
        with tempfile.TemporaryDirectory() as folder:
            spoken = outcomes(texts, Path(folder))
        write(
            group, [replace(text, outcome=made) for text, made in zip(texts, spoken, strict=True)]
        )


if __name__ == "__main__":
    main(sys.argv[1:])
