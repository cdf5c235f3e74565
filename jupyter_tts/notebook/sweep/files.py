"""Where the measurements of a sweep are kept, and where those that were there before go."""

from __future__ import annotations

import shutil
from pathlib import Path

from ...voice_files.user_folders import cache_folder, temporary_folder

__all__ = ["default_folder", "put_aside"]


def default_folder() -> Path:
    """Return the folder for sweeps that name no file."""
    try:
        folder = cache_folder() / "sweeps"
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # no home, or one that cannot be written
        return temporary_folder("sweeps")
    return folder


def put_aside(path: Path) -> None:
    """Give a file or folder another name, in place of what had that before."""
    before = path.with_name(f"{path.stem}.before{path.suffix}")
    if before.is_dir():
        shutil.rmtree(before)
    path.replace(before)
