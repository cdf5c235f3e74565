"""The pages for readers: what is generated is current, what is linked is there."""

from __future__ import annotations

import importlib
import re
import struct
from pathlib import Path

import pytest

import jupyter_tts
from docs.make import FOLDER, pages
from docs.make.licences import closure, declared, licence
from docs.make.settings import VARIABLES
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.commands.options import option_names
from jupyter_tts.wire.parameters import PARAMETERS
from jupyter_tts.wire.request import SpeechRequest

ROOT = FOLDER.parent
PACKAGE = Path(jupyter_tts.__file__).parent
PAGES = [*sorted(ROOT.glob("README*.md")), ROOT / "DEVELOP.md", *sorted(FOLDER.glob("*.md"))]
PICTURES = sorted((FOLDER / "pictures").glob("*.png"))
MOST = 250_000  # bytes of a picture: the page is read over slow lines, too

# What says nothing of its licence; docs/licences.md says what is known.
SILENT = {"espeakng-loader"}


@pytest.mark.parametrize("name", pages())
def test_a_generated_page_is_what_the_command_makes(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == pages()[name], "run: python -m docs.make"


@pytest.mark.parametrize("name", [declared.name for declared in PARAMETERS])
def test_every_parameter_has_a_section_that_says_where_it_comes_from(name: str) -> None:
    section = pages()["reference.md"].partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    declared_one = next(parameter for parameter in PARAMETERS if parameter.name == name)
    assert declared_one.source in section
    assert declared_one.wire in section
    voices = re.findall(r"^\| (embedded voices|natural voice|eSpeak NG) \|", section, re.MULTILINE)
    both = ["natural voice", "eSpeak NG"]
    assert voices in (["embedded voices"], both) if declared_one.wire else voices == []


def test_every_option_of_the_magic_is_in_the_reference() -> None:
    documented = set(re.findall(r"`(--?[\w-]+)[ `]", pages()["reference.md"]))
    assert option_names("%%tts").keys() - documented == set()


def test_what_a_received_object_holds_is_explained_and_so_are_its_kinds() -> None:
    page = pages()["python.md"]
    speech = page.partition("\n### Speech\n")[2].partition("\n### ")[0]
    made = vars(Speech("Hello.", SpeechRequest(), 24_000, Timeline()))
    assert [name for name in made if name[0] != "_" and f"`{name} : " not in speech] == []
    received = page.partition("\n## What you get\n")[2].partition("\n## Errors\n")[0]
    kinds = set(re.findall(r"\b[A-Z]\w+", " ".join(re.findall(r"- `[^`]+ : ([^`]+)`", received))))
    explained = set(re.findall(r"^### (\w+)$", page, re.MULTILINE))
    assert kinds - explained == {"None", "Severity"}  # the latter's values stand beside it


def test_every_variable_that_is_read_is_explained() -> None:
    read = set()
    for path in PACKAGE.rglob("*.py"):
        variables = re.findall(r"environ\.get\(([A-Z_]+|\"\w+\")", path.read_text(encoding="utf-8"))
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        # A quoted name is in a program that is copied, not read here.
        names = [variable for variable in variables if not variable.startswith('"')]
        read |= {getattr(importlib.import_module(module), constant) for constant in names}
    assert read == set(VARIABLES)


def test_the_paths_that_developers_are_given_are_there() -> None:
    guide = (ROOT / "DEVELOP.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w.-]+/(?:[\w./-]+\.(?:py|js|css|md)|(?:[\w.-]+/)*))`", guide)
    assert len(named) > 50
    missing = {name for name in named if not any((top / name).exists() for top in (PACKAGE, ROOT))}
    assert missing == set()


def test_every_package_is_in_the_developers_tree() -> None:
    guide = (ROOT / "DEVELOP.md").read_text(encoding="utf-8")
    tree = guide.partition("```\njupyter_tts/\n")[2].partition("```")[0]
    drawn: set[Path] = set()
    parents = [PACKAGE]
    for indent, name in re.findall(r"^( +)(\w+)/", tree, re.MULTILINE):
        parents[len(indent) // 2 :] = [parents[len(indent) // 2 - 1] / name]
        drawn.add(parents[-1])
    packages = {path.parent for path in PACKAGE.rglob("*/__init__.py")} - {PACKAGE}
    assert drawn == packages | {PACKAGE / "notebook" / "static"}


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text)
    for target in map("".join, targets):
        if target.startswith("https:"):
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


@pytest.mark.parametrize("test", ["privacy.md", "licences.md", "reliability.md"])
def test_the_tests_that_a_page_names_are_there(test: str) -> None:
    named = re.findall(r"`(test_\w+)`", (FOLDER / test).read_text(encoding="utf-8"))
    sources = "".join(file.read_text(encoding="utf-8") for file in ROOT.glob("tests/**/test_*.py"))
    assert [test for test in named if f"def {test}(" not in sources] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_sharp_and_small(picture: Path) -> None:
    data = picture.read_bytes()
    width, _ = struct.unpack(">II", data[16:24])  # IHDR, the first chunk (PNG section 11.2.1)
    assert width > 1200
    assert len(data) < MOST


@pytest.mark.parametrize("extra", declared())
def test_every_dependency_is_listed_with_the_licence_it_states(extra: str) -> None:
    page = (FOLDER / "licences.md").read_text(encoding="utf-8")
    group = rf"`\[{extra}\]`" if extra else "core"
    for dependency in declared()[extra]:
        row = re.search(rf"^\| {dependency.name} \| {group} \| ([^|]+) \|", page, re.MULTILINE)
        assert row, dependency.name
        stated = licence(dependency.name)
        assert (dependency.name in SILENT) == (stated == "")
        family = re.match(r"L?GPL|\w+", row[1])
        assert not stated or (family and family[0] in stated), dependency.name


def test_no_dependency_says_that_it_is_under_the_gpl() -> None:
    # LGPL is not meant; what those bring along that state another licence, the page says in bold.
    everything = closure([dependency for group in declared().values() for dependency in group])
    assert len(everything) > 50
    licences = {name: licence(name) for name in everything}
    assert {name: text for name, text in licences.items() if re.search(r"\bA?GPL", text)} == {}


def test_only_one_file_loads_the_voice() -> None:
    loading = {
        path.name for path in PACKAGE.rglob("*.py") if "CDLL(" in path.read_text(encoding="utf-8")
    }
    assert loading == {"espeak_library.py"}
