from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import jupyter_tts
from jupyter_tts.wire.errors import PackageTooOld
from jupyter_tts.wire.package_versions import check_version

PACKAGE = Path(jupyter_tts.__file__).parent


@pytest.mark.parametrize(("version", "oldest"), [("14.2", "15"), ("3.9.5", "3.14"), ("1.6", "1.7")])
def test_an_old_one_is_refused_with_the_version_that_is_needed(version: str, oldest: str) -> None:
    said = rf"needs aiohttp {oldest} or newer, and {version} is installed"
    with pytest.raises(PackageTooOld, match=said) as caught:
        check_version("aiohttp", version, oldest)
    assert f'"aiohttp>={oldest}"' in caught.value.hint


@pytest.mark.parametrize("version", ["15", "15.0", "15.0.1", "17.4", "100.0rc1", "15.0+local.1"])
def test_a_new_one_is_taken(version: str) -> None:
    check_version("websockets", version, "15")


def test_what_is_refused_is_what_is_not_declared() -> None:
    project = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(project)["project"]
    asked = [*declared["dependencies"], *declared["optional-dependencies"]["local"]]
    asked += declared["optional-dependencies"]["codecs"]
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    checked = re.findall(r'check_version\("([\w-]+)", .+, "([\d.]+)"\)', sources)
    assert {name for name, _ in checked} == {"aiohttp", "av", "lameenc", "websockets"}
    assert {f"{name}>={oldest}" for name, oldest in checked} <= set(asked)
