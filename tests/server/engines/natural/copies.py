"""Copies of the bundled voice's file that pass for another voice's."""

from __future__ import annotations

from pathlib import Path

from hibari.voices import voice_path

from jupyter_tts.server.engines.onnx_file import changed, make_node

__all__ = ["copy", "plain_copy", "renamed_copy"]


def copy(path: Path) -> Path:
    """Write the file as it is."""
    path.write_bytes(Path(voice_path("heart")).read_bytes())
    return path


def renamed_copy(path: Path) -> Path:
    """Write one with another name for the node of the durations."""
    content = Path(voice_path("heart")).read_bytes()
    path.write_bytes(content.replace(b"/Cast_32_output_0", b"/Cast_99_output_0"))
    return path


def plain_copy(path: Path) -> Path:
    """Write one that does not show which node has the durations."""
    content = Path(voice_path("heart")).read_bytes()
    node = make_node(b"CumSum", (b"ids", b"/Constant_154_output_0"), b"of_no_use")
    path.write_bytes(changed(content, lambda graph: graph + node))
    return path
