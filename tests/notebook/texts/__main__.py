"""Write the spoken forms again: ``python -m tests.notebook.texts [group …]``."""

from __future__ import annotations

import itertools
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from .corpus import GROUPS, read, write
from .kernel import outcomes


def main(groups: list[str]) -> None:
    """Speak the texts of some groups, all without any, and write what is spoken."""
    texts = {group: read(group) for group in groups or GROUPS}
    with tempfile.TemporaryDirectory() as folder:
        spoken = iter(outcomes(itertools.chain(*texts.values()), Path(folder)))
    for group, of_group in texts.items():
        write(group, [replace(text, outcome=next(spoken)) for text in of_group])


if __name__ == "__main__":
    main(sys.argv[1:])
