"""What the server imports, and when."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import jupyter_tts.server

SERVER = Path(jupyter_tts.server.__file__).parent


def recording_modules_after(code: str) -> list[str]:
    """The modules of ``recording`` that a program has imported at its end."""
    package = "jupyter_tts.server.recording"
    code += f"\nimport sys\nprint(*(name for name in sys.modules if name.startswith('{package}')))"
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return finished.stdout.split("\n")[-2].split()


def test_serving_imports_nothing_of_recording() -> None:
    code = (
        "import asyncio\n"
        "from jupyter_tts.server import serve\n"
        "async def main():\n"
        "    async with serve():\n"
        "        pass\n"
        "asyncio.run(main())"
    )
    assert recording_modules_after(code) == []


def test_the_command_line_imports_nothing_of_recording_unless_it_is_asked_to_record() -> None:
    code = (
        "import asyncio\n"
        "from jupyter_tts.server.access.limits import Limits\n"
        "from jupyter_tts.server.access.policy import AccessPolicy\n"
        "from jupyter_tts.server.applications import application\n"
        "from jupyter_tts.server.cli import make_parser\n"
        "async def main():\n"
        "    options = make_parser().parse_args({arguments})\n"
        "    try:\n"
        "        async with application(options, None, AccessPolicy(), Limits()):\n"
        "            pass\n"
        "    except FileNotFoundError:\n"
        "        pass\n"
        "asyncio.run(main())"
    )
    assert recording_modules_after(code.format(arguments=[])) == []
    assert recording_modules_after(code.format(arguments=["--replay", "no/such/file"]))


def test_the_rest_of_the_server_sees_only_the_front_of_recording() -> None:
    for path in SERVER.rglob("*.py"):
        if path.parent.name == "recording":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert "recording." not in (node.module or ""), path


@pytest.mark.parametrize(
    ("engine", "expected"),
    [("espeak", {"__main__.py", "engines/all_voices.py"}), ("natural", {"engines/all_voices.py"})],
)
def test_an_engine_is_named_only_where_it_is_chosen(engine: str, expected: set[str]) -> None:
    importers = {
        path.relative_to(SERVER).as_posix()
        for path in SERVER.rglob("*.py")
        if path.parent.name != engine
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and engine in (node.module or "").split(".")
    }
    assert importers == expected
