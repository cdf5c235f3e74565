"""A Python with the lowest or the newest versions: its environment, and what its tests gave."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from ..own_environment import activated, programs
from .interpreters import PROJECT, ROOT, Interpreter

__all__ = ["RESOLUTIONS", "Pair", "direct_dependencies"]

RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}
"""What uv calls the versions. What a dependency depends on is always the newest that fits."""


def direct_dependencies() -> set[str]:
    """Return the names of what pyproject.toml asks for, with all extras."""
    extras = PROJECT["optional-dependencies"].values()
    asked = [*PROJECT["dependencies"], *(one for extra in extras for one in extra)]
    names = {re.split(r"[^\w.-]", requirement)[0] for requirement in asked}
    return names - {PROJECT["name"]}


@dataclass
class Pair:
    """A Python, and ``lowest`` or ``newest``."""

    interpreter: Interpreter
    which: str
    problem: str = ""
    """Why there is no environment."""

    versions: dict[str, str] = field(default_factory=dict)
    """Of all packages in it, by name."""

    counts: dict[str, int] = field(default_factory=dict)
    """How many tests passed, failed and were skipped."""

    @property
    def name(self) -> str:
        """Such as ``3.12 lowest``."""
        return f"{self.interpreter.minor} {self.which}"

    @property
    def passed(self) -> bool:
        """Whether tests were run, and none failed."""
        return self.counts.get("passed", 0) > 0 and not self.counts["failed"]

    def run(self, uv: str, folder: Path, arguments: list[str]) -> None:
        """Make the environment and run the tests in it.

        Parameters
        ----------
        uv : str
            Its path.
        folder : Path
            Where environments are. One that is there already is only brought up to date.
        arguments : list of str
            What pytest is given beside ``--ignore tests/browser``.
        """
        environment = folder / self.name.replace(" ", "-")
        python = programs(environment) / "python"
        try:
            self._install(uv, environment, python)
        except subprocess.CalledProcessError as error:
            self.problem = error.stderr.strip()
            return
        report = environment / "tests.xml"
        report.unlink(missing_ok=True)
        pytest = [python, "-m", "pytest", "--ignore", "tests/browser", f"--junit-xml={report}"]
        subprocess.run([*pytest, *arguments], cwd=ROOT, env=activated(environment))
        self.counts = _counts(report)

    def _install(self, uv: str, environment: Path, python: Path) -> None:
        if not python.exists():
            _run(uv, "venv", "--python", self.interpreter.path, str(environment))
        of = ("--python", str(python))
        # The lowest version that has a wheel for this Python: who has an older one has built it.
        resolution = ("--resolution", RESOLUTIONS[self.which], "--only-binary", ":all:")
        beside = str(Path(__file__).with_name("requirements.txt"))
        project = (str(ROOT / "pyproject.toml"), "--extra", "test", beside, "--no-annotate")
        pinned = environment / "requirements.txt"
        pinned.write_text(_run(uv, "pip", "compile", *of, *resolution, *project), encoding="utf-8")
        self.versions = dict(re.findall(r"^([\w.-]+)==(\S+)", pinned.read_text(), re.MULTILINE))
        _run(uv, "pip", "sync", *of, "--only-binary", ":all:", str(pinned))
        _run(uv, "pip", "install", *of, "--no-deps", "-e", str(ROOT))


def _run(uv: str, *arguments: str) -> str:
    # As pip does, trust the certificates that this machine trusts.
    environment = {**os.environ, "UV_SYSTEM_CERTS": "true"}
    return subprocess.run(
        [uv, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout


def _counts(report: Path) -> dict[str, int]:
    if not report.exists():
        return {}
    (suite,) = ElementTree.parse(report).getroot()
    counts = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    failed, skipped = counts["failures"] + counts["errors"], counts["skipped"]
    return {"passed": counts["tests"] - failed - skipped, "failed": failed, "skipped": skipped}
