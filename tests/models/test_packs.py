"""The packs that are here: what each file must say, those on the Hub with files of the same formats, and their table in the documents."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from ganapp import models
from ganapp.base import locales
from ganapp.base.errors import UserError
from ganapp.models import catalog, folder, hub_access, pack_card, pack_install, pack_list, packs
from ganapp.models.packs import Pack
from ganapp.shell import main
from tests.models import test_foreign_filler as fillers
from tests.models import test_foreign_painter as painters
from tests.models.test_enlarger import compact
from tests.support import packs_table
from tests.support.fakehub import FakeHub, client_of

ON_HUB = {name: pack for name, pack in packs.packs().items() if pack.on_hub}
MODULES = sorted(packs.packs())


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_pack_has_a_card_with_what_it_measured_here(name: str, language: str) -> None:
    pack, text = packs.packs()[name], pack_card.render(name, language)
    figures = pack_list.figures(name)
    for said in (pack.title[language], pack.purpose[language], pack.makers, pack.licence, pack.version, f"packs add {name}"):
        assert said in text
    for told in figures.values():
        for row in told.get("rows", []):
            assert f"| {row['value']:.4g} " in text
            assert locales.text(f"measures.{row['name']}.note", language) in text
        assert told.get("for", {}).get(language, "") in text
        assert told.get("note", {}).get(language, "") in text
    assert (locales.text("card.pack_unmeasured", language) in text) == (not figures)
    assert [pack_card.named(each) for each in (name, pack.package, *pack.models)] == [name] * (2 + len(pack.models))


def test_the_shell_prints_the_card_of_a_pack_by_any_of_its_names(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("real-esrgan", "real-esrgan-x4plus"):
        assert main.main(["card", name]) == 0
        assert capsys.readouterr().out == pack_card.render("real-esrgan")
    assert main.main(["card", "nothing-so-called"]) != 0


@pytest.mark.parametrize("name", MODULES)
def test_a_pack_says_all_that_a_reader_wants_to_know(name: str) -> None:
    pack = packs.packs()[name]
    assert pack.licence
    assert pack.makers
    assert pack.bytes > 0
    for words in (pack.title, pack.purpose, *(model.title for model in pack.models.values())):
        assert set(words) == {"en", "zh"}
        assert words["en"]
        assert words["zh"]
    assert all(re.fullmatch(r"[0-9a-f]{64}" if not pack.on_hub else r"([0-9a-f]{64})?", digest) for digest in pack.files.values())
    assert all(catalog.FOLDER_NAME.fullmatch(model) for model in pack.models)
    assert {model.task for model in pack.models.values()} <= set(models.PROMISES)
    assert not {model for model in pack.models if any(model in other.models for other in packs.packs().values() if other is not pack)}


@pytest.mark.parametrize("name", MODULES)
def test_what_was_measured_is_of_this_packs_models_and_has_words(name: str) -> None:
    for model, measured in pack_list.figures(name).items():
        assert model in packs.packs()[name].models or model == name
        assert set(measured) <= {"seconds", "for", "megabytes", "rows", "note"}
        assert ("seconds" in measured) == ("for" in measured)
        assert set(measured.get("note", ("en", "zh"))) == {"en", "zh"}
        for row in measured.get("rows", []):
            assert {"name", "value", "samples", "better"} <= set(row)
            for language in locales.LANGUAGES:
                assert f"measures.{row['name']}.name" in locales.words(language), row["name"]


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_the_page_of_models_has_words_for_every_task(language: str) -> None:
    assert {f"models.task.{task}" for task in folder.TASKS} <= set(locales.words(language))


def test_the_table_in_the_documents_is_that_of_the_packs() -> None:
    text = packs_table.FILE.read_text(encoding="utf-8")
    assert text == packs_table.renewed(text), "write it anew: python -m tests.support.packs_table"
    for name, pack in packs.packs().items():
        assert f"| `{name}` |" in text
        assert pack.licence in text


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub that this process asks, and empty folders of packs."""
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("GANAPP_PACKS", str(tmp_path / "packs"))
    running = FakeHub()
    with client_of(running.url, tmp_path / "home", token="hf_deployer", who=hub_access.DEPLOYER):
        yield running
    running.close()


def checkpoint(path: Path) -> Path:
    """Like Real-ESRGAN's: weights of a net under params_ema."""
    torch.save({"params_ema": compact()}, path)
    return path


def file_like(model: packs.Model, place: Path, name: str) -> bytes:
    """A small file of the format of a pack's file."""
    make: dict[str, Callable[[Path], Path]] = {
        "migan_pipeline_v2.onnx": fillers.migan,
        "lama_fp32.onnx": fillers.lama,
        "stylize": lambda path: painters.fast_neural_style(path, 64),
        "upscale": checkpoint,
    }
    return make.get(name, make.get(model.task, fillers.lama))(place / name).read_bytes()


def put(server: FakeHub, pack: Pack, place: Path) -> str:
    model = next(iter(pack.models.values()))
    return server.commit(pack.package, {"README.md": b"card", **{name: file_like(model, place, name) for name in pack.files}})


COLOURS = np.random.default_rng(0).random((24, 32, 3), dtype=np.float32)


def used(model: str, task: str) -> np.ndarray:
    """What a model makes of a picture."""
    if task == "repair":
        hole = np.zeros((24, 32), np.bool_)
        hole[4:9, 4:9] = True
        return models.load(model, "repair").call(COLOURS, hole)
    if task == "upscale":
        return models.load(model, "upscale").enlarge(COLOURS).numpy()
    x = torch.from_numpy(COLOURS).permute(2, 0, 1).unsqueeze(0) * 2 - 1
    return models.load(model, "stylize").begun(x)(x).numpy()


QUICK = ("candy", "lama", "migan", "real-esrgan-original")  # one of each format


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in sorted(ON_HUB)])
def test_a_pack_on_the_hub_is_installed_and_works(name: str, server: FakeHub, tmp_path: Path) -> None:
    pack = ON_HUB[name]
    if any(importlib.util.find_spec(needed) is None for needed in pack.needs):
        pytest.skip(f"{pack.needs} is missing")
    put(server, pack, tmp_path)
    for model, each in pack.models.items():
        with pytest.raises(UserError) as refused:
            models.load(model, each.task)  # type: ignore[call-overload]
        assert refused.value.key == "pack_missing_hub"
    pack_install.add(name)
    assert set(server.authorisations) == {""}, "nobody's token is sent"
    for model, each in pack.models.items():
        result = used(model, each.task)
        assert np.isfinite(result).all()
        about = models.load(model, each.task).about  # type: ignore[call-overload]
        assert (about.source, about.licence, about.makers) == ("pack", pack.licence, pack.makers)
        [entry] = [entry for entry in catalog.listing("zh") if entry.id == model]
        assert (entry.ready, entry.source, entry.title) == (True, "pack", each.title["zh"])
    pack_install.remove(name)
    assert not any((tmp_path / "packs").glob("*--*"))


def refused(name: str) -> UserError:
    with pytest.raises(UserError) as problem:
        pack_install.add(name)
    return problem.value


def test_the_first_commit_is_the_one_for_ever(server: FakeHub, tmp_path: Path) -> None:
    pack = ON_HUB["migan"]
    first = put(server, pack, tmp_path)
    pack_install.add("migan")
    file = tmp_path / "packs" / "andraniksargsyan--migan" / "migan_pipeline_v2.onnx"
    digest = folder.digest(file)
    assert json.loads((tmp_path / "packs" / "pins.json").read_text()) == {
        pack.package: {"revision": first, "files": {file.name: digest}},
    }
    server.commit(pack.package, {file.name: b"another one"})
    pack_install.remove("migan")
    pack_install.add("migan")
    assert folder.digest(file) == digest, "the commit of the first time"
    file.write_bytes(b"altered here")
    with pytest.raises(UserError) as problem:
        models.load("migan", "repair")
    assert problem.value.key == "pack_altered"
    server.repositories["model", pack.package].commits[first][file.name] = b"altered there"
    server.objects |= {hashlib.sha256(b"altered there").hexdigest(): b"altered there"}
    assert refused("migan").key == "pack_digest"
    assert file.read_bytes() == b"altered here", "what was there stays"


def test_what_can_go_wrong_with_the_hub(server: FakeHub, tmp_path: Path) -> None:
    assert refused("migan").key == "hub_no_repository"
    pack = ON_HUB["migan"]
    server.commit(pack.package, {"README.md": b"card"})
    assert refused("migan").key == "hub_no_file"
    put(server, pack, tmp_path)
    server.cuts["migan_pipeline_v2.onnx"] = 100
    assert refused("migan").key == "hub_interrupted"
    server.statuses["/api/models"] = 503
    assert refused("migan").key == "hub_failed"
    server.close()
    assert refused("migan").key == "pack_unreachable_hub"
    assert [path.name for path in (tmp_path / "packs").iterdir()] == []


def test_a_pin_that_cannot_be_read_is_said(server: FakeHub, tmp_path: Path) -> None:
    put(server, ON_HUB["migan"], tmp_path)
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "pins.json").write_text("{")
    assert refused("migan").key == "file_unreadable"


def test_figures_beside_a_pack_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"name": "upscale_lpips_set14", "value": 0.3, "samples": 14, "better": "lower"}]
    own, every = {"seconds": 2.5, "for": {"en": "a small one", "zh": "小图"}, "rows": rows}, {"megabytes": 310}
    (tmp_path / "real_esrgan_original.json").write_text(json.dumps({"real-esrgan-original-x4": own, "*": every}))
    monkeypatch.setattr(packs, "__path__", [str(tmp_path)])
    only = {"real-esrgan-original": ON_HUB["real-esrgan-original"]}
    monkeypatch.setattr(packs, "packs", lambda: only)
    [line] = pack_list.lines()
    assert [model.get("megabytes") for model in line.models] == [310, 310]
    assert line.models[1]["rows"] == rows
    table = pack_list.table()
    assert "| 2.5 s: a small one | 310 MB | upscale_lpips_set14 0.3 |" in table
    assert "| 310 MB | not measured |" in table
    assert line.measured == {}
    assert dataclasses.asdict(line) == pack_list.report()[0]
    less = [{**rows[0], "value": 0.2}]
    together = {"*": {**every, "note": {"en": "By hand.", "zh": "手工测得。"}}, "real-esrgan-original-x4": {"rows": rows}}
    together["real-esrgan-original-x2"] = {"rows": less}
    (tmp_path / "real_esrgan_original.json").write_text(json.dumps(together))
    told = "| `real-esrgan-original-x2`, `real-esrgan-original-x4` | not measured | 310 MB | upscale_lpips_set14 0.2 to 0.3<br>By hand. |"
    assert told in pack_list.table()
