"""The floors of assets/js: shell/ at the bottom, parts/ (what several pages share) on it, a folder for each page on top.

Every import of every module is read: no module uses a floor above its own, no page uses another page, no import leads nowhere, every
module is used, and so is everything that one exports.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ganapp.base import paths

TESTS = Path(__file__).parents[1]
FLOORS = ("shell", "parts")  # the lowest first; every other folder is a page
ENTRIES = ("shell/start.js", "shell/boot.js", "edition/start.js", "edition/cards.js")  # loaded by the document; so is each page's page.js
ADDRESSES = {  # imports of an address that is put together while the page runs
    "shell/start.js": "staticUrl(script)",  # the page's own page.js
    "parts/runtime.js": "`${folder}ort.wasm.min.mjs`",  # of assets/vendor
}
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`\\])//[^\n]*", re.S)
STATIC = re.compile(r"^\s*(?:import|export)\b\s*(?P<names>[^;\"'()=]*?)\s*(?:\bfrom\s*)?[\"'](?P<path>[^\"']+)[\"'];?", re.M)
DYNAMIC = re.compile(r"(?<![.\w])import\((?P<address>[^()]*(?:\([^()]*\)[^()]*)*)\)")
WORKER = re.compile(r"new Worker\(tools\.staticUrl\([\"'](?P<path>[^\"']+)[\"']\)")
EXPORT = re.compile(r"^export\s+(?:async\s+)?(?:function\*?|class|const|let)\s+(\w+)", re.M)
EXPORTS = re.compile(r"^export\s*\{([^}]*)\}", re.M)


@dataclass(frozen=True)
class Import:
    """An import: the module it stands in, what it names there (empty for a whole module), and where it leads, both below assets/."""

    module: str
    names: tuple[str, ...]
    target: str


def code(file: Path) -> str:
    return COMMENT.sub("", file.read_text(encoding="utf-8"))


def named(clause: str, text: str) -> tuple[str, ...]:
    """The names that an import with this clause takes, as the other module calls them: those between its braces; of a module that is
    taken whole, those that the text uses."""
    whole = re.search(r"\*\s+as\s+(\w+)", clause)
    if whole and f"...{whole[1]}" not in text:
        return tuple(sorted(set(re.findall(rf"(?<![\w./]){whole[1]}\.(\w+)", text))))
    inside = re.search(r"\{([^}]*)\}", clause)
    return tuple(re.split(r"\s+as\s+", name.strip())[0] for name in inside[1].split(",") if name.strip()) if inside else ()


def imports(root: Path) -> Iterator[Import]:
    """Every import of the modules in `root`/js, and every worker; AssertionError for an address that cannot be read."""
    for file in sorted((root / "js").rglob("*.js")):
        module, text = file.relative_to(root / "js").as_posix(), code(file)
        statements = [(found["names"], found["path"]) for found in STATIC.finditer(text)]
        for found in DYNAMIC.finditer(text):
            address = found["address"].strip()
            if ADDRESSES.get(module) == address:
                continue
            literal = re.fullmatch(r"[\"']([^\"']+)[\"']", address)
            assert literal, f"{module} imports {address}, which nobody can follow"
            statements.append(("", literal[1]))
        for found in WORKER.finditer(text):
            yield Import(f"js/{module}", (), found["path"])
        for clause, path in statements:
            assert path.startswith("."), f"{module} imports {path}, which is no relative path"
            target = posixpath.normpath(f"js/{module}/../{path}")
            yield Import(f"js/{module}", named(clause, text), target)


def exported(file: Path) -> set[str]:
    text = code(file)
    return {*EXPORT.findall(text), *(name for clause in EXPORTS.findall(text) for name in re.split(r"[\s,]+", clause) if name)}


def room(module: str) -> str:
    return module.split("/")[1]


def faults(root: Path) -> list[str]:
    """What the imports below `root`/js do that they must not."""
    wrong = []
    for each in imports(root):
        if not (root / each.target).is_file():
            wrong.append(f"{each.module} imports {each.target}, which is not there")
            continue
        if each.target.startswith("vendor/"):
            continue
        ours, theirs = room(each.module), room(each.target)
        below = FLOORS[: FLOORS.index(ours)] if ours in FLOORS else FLOORS
        if theirs != ours and theirs not in below:
            wrong.append(f"{each.module} imports {each.target}, which stands above it or in another page")
        absent = set(each.names) - exported(root / each.target)
        wrong += [f"{each.module} imports {name} of {each.target}, which has no such thing" for name in sorted(absent)]
    return wrong


def unused(root: Path) -> list[str]:
    """Modules that no page comes to."""
    every = list(imports(root))
    modules = {file.relative_to(root).as_posix() for file in (root / "js").rglob("*.js")}
    reached: set[str] = set()
    waiting = [f"js/{entry}" for entry in ENTRIES] + [module for module in modules if module.endswith("/page.js")]
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += [each.target for each in every if each.module == module]
    return sorted(modules - reached)


def test_no_import_leads_upwards_into_another_page_or_nowhere() -> None:
    assert faults(paths.assets()) == []


def test_every_module_is_used() -> None:
    assert unused(paths.assets()) == []


def test_every_exported_name_is_used_by_another_module_or_a_test() -> None:
    root = paths.assets()
    used = {(each.target, name) for each in imports(root) for name in each.names}
    whole = {each.target for each in imports(root) if not each.names}
    tests = [
        file.read_text(encoding="utf-8") for folder in ("js", "learn", "browser", "security") for file in (TESTS / folder).glob("*.py")
    ]
    for file in sorted((root / "js").rglob("*.js")):
        module = file.relative_to(root).as_posix()
        for name in exported(file):
            known = module.endswith("/page.js") or module in whole or (module, name) in used or f"js/{ENTRIES[0]}" == module
            tested = any(
                re.search(rf"\b{file.stem}\.js|engine\([\"']{file.stem}[\"']\)", text) and re.search(rf"\b{name}\b", text) for text in tests
            )
            assert known or tested, f"nobody uses {name} of {module}"


def test_the_addresses_put_together_are_still_imported() -> None:
    for module, address in ADDRESSES.items():
        assert f"import({address})" in code(paths.assets() / "js" / module)


@pytest.mark.parametrize(
    ("module", "line", "fault"),
    [
        ("parts/dial.js", 'import { Desk } from "../digits/desk.js";', "stands above it"),
        ("shell/tone.js", 'import { Dial } from "../parts/dial.js";', "stands above it"),
        ("how/page.js", 'const models = await import("../models/page.js");', "in another page"),
        ("how/page.js", 'import "../parts/nothing.js";', "is not there"),
        ("how/page.js", 'export { nothing } from "../parts/dial.js";', "no such thing"),
    ],
)
def test_what_must_not_be_is_seen(tmp_path: Path, module: str, line: str, fault: str) -> None:
    shutil.copytree(paths.assets() / "js", tmp_path / "js")
    shutil.copytree(paths.assets() / "vendor", tmp_path / "vendor")
    with (tmp_path / "js" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    assert [each for each in faults(tmp_path) if fault in each]
    (tmp_path / "js" / "parts" / "alone.js").write_text("export const alone = 1;\n", encoding="utf-8")
    assert unused(tmp_path) == ["js/parts/alone.js"]
