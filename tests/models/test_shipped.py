"""One suite over every shipped model, and over two small ones that are written here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ganapp.base import paths
from ganapp.models import card, catalog, folder
from ganapp.sounds import mel
from tests.support import make_golden, tinymodel, tinyspeaker, tinystanzas, tinyverse, tinywriters
from tests.support.make_golden import inputs, outputs

SHIPPED = [name for name, (source, _) in catalog._folders().items() if source == "shipped"]  # a pack may hide one in the list
TINY = {
    "tiny-generator": tinymodel.generator,
    "tiny-classifier": tinymodel.classifier,
    "tiny-captions": tinywriters.captions,
    "tiny-pictures": tinywriters.pictures,
    "tiny-replies": tinywriters.replies,
    "tiny-speaker": tinyspeaker.speaker,
    "tiny-reader": tinyspeaker.reader,
    "tiny-vocoder": tinyspeaker.vocoder,
    "tiny-speech-judge": tinyspeaker.judge,
    "tiny-verse": tinyverse.folder_at,
    "tiny-stanzas": tinystanzas.folder_at,
}
LARGEST = 10_000_000  # bytes; the Hub takes larger ones, a checkout should not
GREY_LEVELS = 2  # of 255; threads, processors and versions of torch add up in another order
LOGITS = 0.02  # half precision keeps 3 digits
SAMPLES = 0.001  # of a sound that is 0.2 high


@dataclass(frozen=True)
class Case:
    """A loaded model and the folder of its golden file."""

    loaded: catalog.Loaded
    golden: Path


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module", params=[*SHIPPED, *TINY])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    name = request.param
    if name in SHIPPED:
        yield Case(catalog.load(name, folder.describe(paths.shipped_models() / name).task), make_golden.GOLDEN)
        return
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("models")
        patch.setattr(paths, "shipped_models", lambda: root)
        path = TINY[name](root / name)
        card.write(path)
        loaded = catalog.load(name, folder.describe(path).task)
        make_golden.write(loaded, root)
        yield Case(loaded, root)


def test_every_model_here_is_covered() -> None:
    here = {path.name for path in paths.shipped_models().iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert here == set(SHIPPED)


def test_whole(case: Case) -> None:
    described = folder.check(case.loaded.folder)
    for part in described.parts:
        net = case.loaded.net(part)
        assert not net.training
        assert all(torch.isfinite(p).all() for p in net.parameters())


def test_files(case: Case) -> None:
    files = {path.name: path.stat().st_size for path in case.loaded.folder.iterdir()}
    known = {folder.CONFIG, *case.loaded.description.files(), *folder.COMPANIONS}
    assert set(files) <= known
    assert max(files.values()) < LARGEST


def test_shape_and_range(case: Case) -> None:
    promises, task = case.loaded.description.promises, case.loaded.description.task
    made = outputs(case.loaded, inputs(case.loaded))
    assert made.dtype == torch.float32
    if task == "classify":
        assert made.shape == (make_golden.N, promises["classes"])
    elif task == "reply":
        assert made.shape == (make_golden.N, 1)
    elif task == "caption":
        assert made.shape == (*inputs(case.loaded)[1].shape, len(case.loaded.description.values["words"]))
    elif task == "write":
        assert made.shape[:2] == inputs(case.loaded)[0].shape
        assert made.shape[2] > len(case.loaded.description.values["alphabet"]["characters"])
    elif task in ("speak", "listen"):
        assert made.shape == (make_golden.N, promises["size"], promises.get("frames", promises["size"]))
        assert made.min() >= -6.91
        assert made.max() < 12
    elif task == "vocode":
        assert made.shape == (make_golden.N, mel.SAMPLES)
        assert made.abs().max() < 1
    elif task == "stanza":
        assert made.shape == (*inputs(case.loaded)[0].shape, case.loaded.net().config.words + case.loaded.net().config.others)
    elif task == "repair":
        assert made.shape == inputs(case.loaded)[0].shape
        assert made.abs().max() <= 1
    elif task == "stylize":
        assert made.shape == inputs(case.loaded)[0][:, :3].shape
        assert made.abs().max() < 3
    elif task == "upscale":
        side = make_golden.SIDE * promises["scale"]
        assert made.shape == (make_golden.N, promises["channels"], side, side)
        assert made.abs().max() < 2
    else:
        assert made.shape == (make_golden.N, promises["channels"], promises["size"], promises["size"])
        assert made.abs().max() <= 1
    assert made.flatten(1).std(0).max() > 1e-4, "every input gives the same"


def test_same_again(case: Case) -> None:
    given = inputs(case.loaded)
    first = outputs(case.loaded, given)
    catalog.shelf.clear()
    assert torch.equal(outputs(case.loaded, given), first)


def test_a_batch_gives_what_each_alone_gives(case: Case) -> None:
    given = inputs(case.loaded)
    together = outputs(case.loaded, given)
    alone = torch.cat([outputs(case.loaded, tuple(tensor[i : i + 1] for tensor in given)) for i in range(3)])
    torch.testing.assert_close(together[:3], alone, rtol=1e-4, atol=1e-4)


def test_directions_are_orthonormal(case: Case) -> None:
    table = case.loaded.table(folder.DIRECTIONS)
    if table is None:
        assert not (case.loaded.folder / folder.DIRECTIONS).exists()
        return
    latent, classes = (case.loaded.description.promises[key] for key in ("latent", "classes"))
    groups = [[entry["vector"] for entry in table["raw"]]]
    for kind in range(classes):
        rows = [entry["vector"] if "vector" in entry else entry["vectors"][kind] for entry in table["attributes"]]
        groups.append([row for row in rows if row])
    for vectors in map(np.array, groups):
        assert vectors.shape == (len(vectors), latent)
        np.testing.assert_allclose(vectors @ vectors.T, np.eye(len(vectors)), atol=1e-4)


def test_card(case: Case) -> None:
    text = (case.loaded.folder / folder.CARD).read_text(encoding="utf-8")
    header = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    assert header is not None
    assert f"license: {case.loaded.description.licence}" in header[1]
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Use", "Data", "Recipe", "Quality", "Limits", "Licence"]
    assert text == card.render(case.loaded.folder), f"out of date: run python -m ganapp card {case.loaded.id}"
    if "Real pictures" in text:
        assert case.loaded.description.task in ("sample", "illustrate"), "these make no pictures, or were measured beside none"
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code is not None
    ran: dict[str, Any] = {}
    exec(code[1], ran)  # what a reader copies
    assert type(ran["net"]) is type(case.loaded.net())


def test_golden(case: Case) -> None:
    path = case.golden / f"{case.loaded.id}.npz"
    assert path.is_file(), f"run python -m tests.support.make_golden {case.loaded.id}"
    kept = np.load(path)
    assert str(kept["sha256"]) == case.loaded.description.parts["model"].sha256, "the weights are others than those of the golden file"
    made = make_golden.kept(case.loaded, outputs(case.loaded, inputs(case.loaded)))
    tolerance = LOGITS if case.loaded.description.task in ("classify", "caption", "reply", "speak", "listen", "write") else GREY_LEVELS
    if case.loaded.description.task == "vocode":
        tolerance = SAMPLES
    np.testing.assert_allclose(made.astype(np.float64), kept["made"].astype(np.float64), rtol=2e-3, atol=tolerance)


def test_the_suite_sees_an_altered_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)
    tinymodel.generator(tmp_path / "tiny")
    loaded = catalog.load("tiny", "sample")
    make_golden.write(loaded, tmp_path)
    loaded.net().paint.bias.data += 0.1
    with pytest.raises(AssertionError):
        test_golden(Case(loaded, tmp_path))
