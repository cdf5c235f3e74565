"""Files in the form of a Piper voice's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["MODEL", "SETTINGS", "write_piper"]

# ModelProto: an ir_version, and a graph of a few bytes.
MODEL = bytes([0x08, 8, 0x3A, 4]) + b"\x12\x02ab"

SETTINGS: dict[str, Any] = {
    "audio": {"sample_rate": 22050, "quality": "medium"},
    "espeak": {"voice": "de"},
    "phoneme_type": "espeak",
    "phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [14]},
    "language": {"code": "de_DE"},
}


def write_piper(folder: Path, name: str = "de_DE-thorsten-medium", **changes: Any) -> Path:
    """Write a voice and return its model's path; a setting of None is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {key: value for key, value in (SETTINGS | changes).items() if value is not None}
    model = folder / f"{name}.onnx"
    model.write_bytes(MODEL)
    Path(f"{model}.json").write_text(json.dumps(settings), "utf-8")
    return model
