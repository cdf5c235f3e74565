"""Write the generated pages: ``python -m docs.make``."""

from __future__ import annotations

from . import FOLDER, pages


def main() -> None:
    """Write every page."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
