"""Which package imports which."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_tts

PACKAGE = Path(jupyter_tts.__file__).parent
ALLOWED = {
    "wire": {"wire"},
    "url_check": {"url_check", "wire"},
    "snippets": {"snippets", "wire"},
    "audio": {"audio", "wire"},
    "voice_files": {"voice_files", "wire"},
    "client": {"client", "audio", "wire"},
    "server": {"server", "audio", "voice_files", "wire"},
    "notebook": {"notebook", "client", "audio", "snippets", "url_check", "voice_files", "wire"},
}
# Which sub-packages a sub-package may import, itself apart. Modules beside them hold what is light
# or shared, and may be imported by all; those of ``notebook`` and ``server`` import them in turn.
ALLOWED_INSIDE = {
    "client": {
        "reading": set(),
        "connections": set(),
        "speech": {"reading"},
        "streaming": {"connections", "reading", "speech"},
        "sweep": {"streaming", "connections", "reading", "speech"},
    },
    "notebook": {
        "runtime": set(),
        "servers": {"runtime"},
        "output": {"runtime"},
        "player": {"output", "runtime"},
        "speaking": {"player", "output", "servers", "runtime"},
        "sweep": {"speaking", "player", "output", "servers", "runtime"},
        "panel": {"sweep", "speaking", "player", "output", "servers", "runtime"},
        "voices": {"output", "servers", "runtime"},
        "commands": {"panel", "sweep", "voices", "speaking", "output", "servers", "runtime"},
    },
    "server": {
        "access": set(),
        "engines": set(),
        "simulation": {"access"},
        "synthesis": {"engines", "access"},
        "websocket": {"synthesis", "engines", "simulation", "access"},
        "http": {"synthesis", "engines", "simulation", "access"},
        "openapi": {"http", "synthesis", "engines", "simulation", "access"},
        "recording": {"websocket", "simulation", "access"},
    },
}
INSIDE = [(top, folder) for top, folders in ALLOWED_INSIDE.items() for folder in folders]
FORBIDDEN = {
    "wire": {"asyncio", "IPython", "ipywidgets", "websockets", "aiohttp", "numpy"},
    "url_check": {"asyncio", "IPython", "ipywidgets", "websockets", "aiohttp", "numpy"},
    "snippets": {"asyncio", "IPython", "ipywidgets", "websockets", "aiohttp", "numpy"},
    "voice_files": {
        "asyncio",
        "IPython",
        "ipywidgets",
        "websockets",
        "aiohttp",
        "numpy",
        "hibari",
        "onnxruntime",
    },
    "audio": {"asyncio", "IPython", "ipywidgets", "websockets", "aiohttp"},
    "client": {"IPython", "ipywidgets", "anywidget", "aiohttp"},
    "server": {"IPython", "ipywidgets", "anywidget"},
    "notebook": {"aiohttp", "espeakng_loader", "hibari", "onnxruntime"},
}


def imports(path: Path) -> Iterator[str]:
    """Absolute names of what a module imports."""
    package = ["jupyter_tts", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            yield ".".join([*base, *([node.module] if node.module else [])])


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_never_go_up(package: str) -> None:
    for path in (PACKAGE / package).rglob("*.py"):
        for name in imports(path):
            top, _, rest = name.partition(".")
            assert top not in FORBIDDEN[package], f"{path} imports {name}"
            if top == "jupyter_tts" and rest:
                assert rest.partition(".")[0] in ALLOWED[package], f"{path} imports {name}"


@pytest.mark.parametrize(("top", "folder"), INSIDE)
def test_imports_inside_a_package_go_one_way(top: str, folder: str) -> None:
    closed = ALLOWED_INSIDE[top].keys() - ALLOWED_INSIDE[top][folder] - {folder}
    for path in (PACKAGE / top / folder).rglob("*.py"):
        for name in imports(path):
            inside, _, rest = name.partition(f"jupyter_tts.{top}.")
            assert inside or rest.partition(".")[0] not in closed, f"{path} imports {name}"


def test_every_folder_has_its_arrows() -> None:
    for top, folders in ALLOWED_INSIDE.items():
        packages = {path.parent.name for path in (PACKAGE / top).glob("*/__init__.py")}
        assert packages == folders.keys()


def test_every_exception_is_in_the_one_tree() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.name == "errors.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                assert not any(base.endswith(("Error", "Exception")) for base in bases), node.name


def test_loading_the_extension_pulls_in_nothing_heavy() -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "import sys\n"
        "shell = InteractiveShell.instance()\n"
        "before = set(sys.modules)\n"
        "shell.run_line_magic('load_ext', 'jupyter_tts')\n"
        "print(*(set(sys.modules) - before))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "jupyter_tts" in loaded
    assert not loaded & {
        "numpy",
        "websockets",
        "anywidget",
        "ipywidgets",
        "aiohttp",
        "nest_asyncio2",
        "asyncio",
        "ssl",
    }
    # What only a cell, or the Tab key, needs.
    for later in ("server", "client.sweep", "wire.request", "notebook.commands.options"):
        assert f"jupyter_tts.{later}" not in done.stdout
