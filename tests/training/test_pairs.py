"""Pairs with a teacher's pictures: read from a folder, or made by the teacher once and kept."""

import io
import json
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.models import folder
from ganapp.nets import upscaler
from ganapp.training.data import degradations, pairs, photographs, taught_pairs
from ganapp.training.recipes import upscale

NAMES = {f"{i:02d}.png" for i in range(8, 13)}
TINY = {"kind": "photo", "scale": 2, "side": 16, "batch": 4, "width": 4, "depth": 2, "windows": 0, "window": 32, "d_width": 4, "late": 1.0}


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def packed(levels):
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "WEBP", lossless=True)
    return file.getvalue()


def stored(place, source, zips=True, **more):
    """A folder of five pairs of one photograph each; the teacher's picture is the original in negative."""
    place.mkdir(exist_ok=True)
    lines, files = [], {"lr": {}, "other": {}}
    for i, name in enumerate(sorted(NAMES)):
        real = np.asarray(Image.open(source / name).resize((80, 72), Image.Resampling.LANCZOS))[8:56, 10:58]
        for kind, levels in (("lr", degradations.reduced(real, 2)), ("other", 255 - real)):
            files[kind][f"{i:05d}.webp"] = packed(levels)
        line = {"id": i, "photo": name, "resized": [80, 72], "crop": [10, 8, 48, 48], "level": ("clean", "half", "full")[i % 3]}
        lines.append(json.dumps(line | more))
    for kind, held in files.items():
        if zips:
            with zipfile.ZipFile(place / f"{kind}.zip", "w") as whole:
                for name, content in held.items():
                    whole.writestr(name, content)
        else:
            (place / kind).mkdir()
            for name, content in held.items():
                (place / kind / name).write_bytes(content)
    (place / "pairs.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return place


@pytest.mark.parametrize("zips", [True, False])
def test_pairs_on_disk_give_three_pictures_of_one_place(source, tmp_path, zips):
    found = pairs.StoredPairs(stored(tmp_path / "pairs", source, zips), source, NAMES - {"08.png"}, 2)
    assert len(found) == 4, "only those of the photographs that were named"
    pair = found[0]
    assert pair.strength == 0.5
    assert np.array_equal(pair.taught, 255 - pair.real)
    for seed in range(6):
        cut = found.crop(16, np.random.default_rng(seed))
        assert cut.small.shape == (16, 16, 3)
        assert np.array_equal(cut.taught, 255 - cut.real)
        inner = (slice(3, -3), slice(3, -3))
        assert np.abs(degradations.reduced(cut.real, 2)[inner] - cut.small[inner].astype(float)).max() <= 4, "the same place, turned alike"


def test_folders_that_hold_no_pairs_are_refused_with_a_sentence(source, tmp_path):
    place = stored(tmp_path / "pairs", source)

    def key(read):
        with pytest.raises(UserError) as told:
            read()
        assert told.value.values["folder"] in told.value.sentence("zh")
        return told.value.key

    assert key(lambda: pairs.StoredPairs(tmp_path / "none", source, NAMES, 2)) == "pairs_missing"
    assert key(lambda: pairs.StoredPairs(place, source, {"other.png"}, 2)) == "pairs_missing"
    assert key(lambda: pairs.StoredPairs(place, source, NAMES, 4)[0]) == "pair_changed", "of another scale"
    assert key(lambda: pairs.StoredPairs(place, source, NAMES, 2).crop(32, np.random.default_rng(0))) == "pairs_small"
    assert key(lambda: pairs.StoredPairs(stored(place, source, sha256="0" * 64), source, NAMES, 2)[0]) == "pair_changed"
    (place / "other.zip").unlink()
    assert key(lambda: pairs.StoredPairs(place, source, NAMES, 2)) == "pairs_missing"


@pytest.fixture
def teacher(tmp_path, monkeypatch):
    """An untrained model for four times, trained here, and how often it was called."""
    place, calls = tmp_path / "runs" / "models" / "master", []
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    about = {"task": "upscale", "title": {"en": "t", "zh": "t"}, "licence": "mit", "promises": {"scale": 4, "receptive": 4}, "training": {}}
    net = upscaler.Config(4, 4, 2)
    folder.write(place, {**about, "values": {"kind": "fidelity"}}, {"model": folder.Trained("upscaler", net, upscaler.Net(net))})
    taught_by = taught_pairs.taught_by

    def counted(*told):
        calls.append(told)
        return taught_by(*told)

    monkeypatch.setattr(taught_pairs, "taught_by", counted)
    return calls


def test_a_teacher_is_asked_once_for_each_crop_and_never_again(source, teacher, tmp_path):
    photos = photographs.Photographs(source, 32)
    lesson = taught_pairs.Lesson("master", 3, 16, 2, "gentle")

    def begin():
        return taught_pairs.TaughtPairs(lesson, photos, lambda real, random: (degradations.degraded(real, 2, 0.5, random), 0.5))

    first = [begin()[i] for i in range(3)]
    assert len(teacher) == 3
    again = [begin()[i] for i in range(3)]
    assert len(teacher) == 3, "what it made is kept"
    for one, other in zip(first, again):
        assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("small", "taught", "real"))
        assert (one.taught.shape, one.small.shape) == ((32, 32, 3), (16, 16, 3))
        plain = np.asarray(Image.fromarray(one.small).resize((32, 32), Image.Resampling.BICUBIC), float)
        assert np.abs(one.taught - plain).mean() < 8, "an untrained net is bicubic interpolation"
    kept = sorted((tmp_path / "runs" / "teacher").rglob("*.jpg"))
    assert [path.name for path in kept] == ["000000.jpg", "000001.jpg", "000002.jpg"]
    kept[1].write_bytes(kept[1].read_bytes()[:40])
    begin()[1]
    assert len(teacher) == 4, "a file that was cut short is made anew"
    with pytest.raises(UserError, match="4 times"):
        taught_pairs.TaughtPairs(taught_pairs.Lesson("upscale-x2-fidelity", 3, 16, 4, "gentle"), photos, lambda *_: None)


@pytest.mark.parametrize("taught", [1.0, 0.0])
def test_the_recipe_learns_from_pairs(source, tmp_path, taught):
    settings = {**TINY, "source": str(source), "pairs": str(stored(tmp_path / "pairs", source)), "paired": 1.0, "taught": taught}
    run = upscale.begin(upscale.Settings(**settings), 0)
    batch = run.batches(0)
    learnt = (batch.goal - batch.real).abs().amax((1, 2, 3)) > 0
    assert torch.equal(learnt, batch.harmed * taught > 0), "a picture that lacks nothing is its own goal"
    assert torch.allclose(batch.goal[learnt], -batch.real[learnt], atol=0.02)
    assert (batch.harmed**2 <= batch.strength).all()
    assert run.step(0, 4)["l1"] > 0


def test_the_recipe_has_a_teacher_enlarge_its_crops_and_resumes(source, teacher):
    settings = upscale.Settings(**{**TINY, "source": str(source), "teacher": "master", "crops": 5, "paired": 1.0, "taught": 1.0})
    run = upscale.begin(settings, 0)
    told = [run.step(k, 8) for k in range(8)]
    assert 1 <= len(teacher) <= 5
    asked = len(teacher)
    again = upscale.begin(settings, 0)
    assert [again.step(k, 8) for k in range(8)] == told
    assert len(teacher) == asked


def test_crops_need_a_teacher():
    for wrong in ({"crops": 5}, {"crops": 5, "teacher": "master", "pairs": "there"}):
        with pytest.raises(ValueError, match="teacher"):
            upscale.Settings(**{**TINY, **wrong})
