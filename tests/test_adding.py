"""Adding edits nothing: one of each kind is put into a copy of the project, as one file or folder, and used there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.support import tinymodel
from tests.support.idxfile import gzipped

COPIED = (
    "ganapp",
    "assets/js",
    "assets/css",
    "assets/pages",
    "assets/locales",
    "assets/lessons",
    "assets/paintings",
    "assets/shell",
)  # what is added to, or lies beside it
WORDS = {"en": {"name": "Quartic", "why": "A test's own."}, "zh": {"name": "四次方", "why": "测试用。"}}


def described(**more: Any) -> str:
    """The JSON file of a member, with words in both languages."""
    return json.dumps({**more, **WORDS}, ensure_ascii=False)


LOSS = '''"""A loss of the fourth power, for a test."""

from torch import Tensor

PAIRED = False
BORDER = 0.5
EQUILIBRIUM = {"discriminator": 0.125, "generator": 0.0625}


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    return (real - 1).pow(4).mean() + fake.pow(4).mean()


def generator(real: Tensor, fake: Tensor) -> Tensor:
    return (fake - 1).pow(4).mean()
'''
REGULARISER = '''"""Small scores, for a test."""

NEEDS = ()


def penalty(turn):
    return turn.score(turn.real).square().mean()


def weight(value, share, lazy):
    return value * share
'''
DIAGNOSIS = '''"""How pale the pictures are, for a test."""

BETTER = "lower"
ADVICE = ("stop_here",)


def measure(view):
    return 0.25


def threshold(real):
    return 0.9
'''
AUGMENTATION = '''"""Mirrored, for a test."""


def mirrored(x, sets=1):
    return x.flip(3)
'''
FAMILY = '''"""Nearest neighbours, for a test: a family of nets."""

import torch
from torch import nn

from ganapp.base.validation import settings_class


@settings_class
class Config:
    scale: int = 2
    width: int = 3
    depth: int = 1


class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config, self.gain = config, nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.gain * x.repeat_interleave(self.config.scale, 2).repeat_interleave(self.config.scale, 3)
'''
PACK = '''"""A test's pack."""

from ganapp.models.enlarger import Enlarger
from ganapp.models.packs import Model, Pack


def wide(files):
    scale = files["brushes/wide.bin"].read_bytes()[0]
    return Enlarger("wide", scale, 0, 3, "wide", lambda x: x.repeat_interleave(scale, 2).repeat_interleave(scale, 3))


MODEL = Model("upscale", {"en": "Wide", "zh": "宽"}, wide)
PACK = Pack("brushes", "1.2", "MIT", {"brushes/wide.bin": "DIGEST"}, {"wide": MODEL})
'''
TASK = '''"""Shout a word."""

from dataclasses import dataclass

from ganapp.base.validation import about, request_class
from ganapp.tasks import _result
from ganapp.tasks._fields import Name


@request_class
class Request:
    """A word."""

    word: Name = about("the word")


@dataclass(frozen=True)
class Result(_result.Table):
    """The word, loud."""

    loud: str


def run(request: Request) -> Result:
    """Say the word in capitals."""
    return Result(request.word.upper())
'''
COMMAND = '''"""Greet somebody, for a test."""


def main(arguments):
    print("Hello,", arguments[1])
    return 0
'''
PAGE = '''"""A page, for a test."""

from ganapp.ui.page import Page

PAGE = Page(slug="hello", order=50, tasks=("shout",), icon="<path d='M4 4h16' />")
'''
MEASURE = '''"""The mean, for a test."""


def mean_ink(pictures):
    return float(pictures.mean())
'''
RECIPE = '''"""Recipe `nothing`, for a test."""

from ganapp.base.validation import settings_class


@settings_class
class Settings:
    much: int = 1


def begin(settings, seed):
    raise NotImplementedError
'''
USED = """
import json, numpy as np, torch
from ganapp import losses, models
from ganapp.base import locales
from ganapp.evaluation.digits import of_pixels
from ganapp.jobs import lessons, orders
from ganapp.jobs.requests import train_options
from ganapp.metrics.mean_ink import mean_ink
from pathlib import Path
from ganapp.models import card, catalog, pack_list
from ganapp.pictures import images
from ganapp.tasks import styles, stylize
from ganapp.training.data import paintings, sets
from ganapp.training.health import diagnoses
from ganapp.training.recipes import gan
from ganapp.ui import binding, frame, page

options = train_options.run(train_options.Request()).report()
tiny = {"width": 4, "d_width": 4, "batch": 4, "size": 16, "latent": 4}
run = gan.begin(gan.Settings(**tiny, data="squares", loss="quartic", small=0.5, augment=["mirrored"], r1=0.0, r2=0.0), 0)
said = run.step(0, 2)
pictures = sets.load("squares", sets.Selection(28, 1))
many = pictures.at(torch.arange(8).repeat(40))[0]
grey = np.full((3, 4, 3), 0.5, np.float32)
PICTURE = images.data_uri(images.png(images.to_image(np.full((24, 32, 3), 0.5, np.float32))))
print(json.dumps({
    "model": [list(models.load("tinyplain", "upscale").enlarge(grey).shape), models.load("tinyplain", "upscale").about.source],
    "family": models.load("nearest", "upscale").enlarge(grey).numpy().round(2).tolist()[0][0],
    "pack": [list(models.load("wide", "upscale").enlarge(grey).shape),
             [e.title for e in catalog.listing("zh") if (e.source, e.id) == ("pack", "wide")]],
    "loss": [said["g_loss"] == said["g_loss"], options["objectives"]["quartic"]["name"]["zh"]],
    "regulariser": [said["small"] > 0, options["schema"]["small"]["high"], "small" in gan.Settings.__dataclass_fields__],
    "augmentation": options["schema"]["augment"]["choices"],
    "diagnosis": [run.doctor.examine(many, many, None)["paleness"]["value"],
                  locales.text("diagnostics.paleness.name", "zh")],
    "data": [len(pictures), list(pictures.classes), [d["name"] for d in options["datasets"] if d["id"] == "squares"]],
    "measure": [mean_ink(pictures.pictures.float() / 255), locales.text("measures.mean_ink.note", "en"),
                {row.name: [row.value, row.real] for row in of_pixels(np.ones((4, 9)), np.zeros((6, 9)))}["mean_ink"]],
    "painting": [each.work for each in paintings.described() if each.id == "lines"],
    "lesson": [lessons.lesson("quick").order["steps"], [each["name"]["zh"] for each in options["lessons"] if each["id"] == "quick"]],
    "style": [line.id for line in styles.run(styles.Request()).styles],
    "card": card.write(Path("models/stylize-lines")).read_text(encoding="utf-8"),
    "painted": stylize.run(stylize.Request(picture=PICTURE, style="lines")).style,
    "packs": [[line.name, line.models[0]["seconds"]] for line in pack_list.lines() if line.name == "brushes"],
    "task": ["shout" in binding.names(), binding.procedure("shout") is not None],
    "page": ["hello" in [each.slug for each in page.all_pages()], "hello" in frame.frame(page.all_pages()[0])],
    "recipe": "nothing" in orders.recipes(),
}))
"""


def put(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with one more of each kind; nothing that was there is changed."""
    root = tmp_path_factory.mktemp("project")
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (ROOT / "assets").iterdir():
        if not (root / "assets" / path.name).exists() and path.name != "data":
            (root / "assets" / path.name).symlink_to(path)
    for name in ("models", "assets/data"):
        (root / name).mkdir()
        for path in (ROOT / name).iterdir():
            (root / name / path.name).symlink_to(path)
    before = {path: path.read_bytes() for name in COPIED for path in (root / name).rglob("*") if path.is_file()}
    add(root)
    assert all(path.read_bytes() == content for path, content in before.items())
    return root


def add(root: Path) -> None:
    code = root / "ganapp"
    tinymodel.upscaler(root / "models" / "tinyplain", 2, "fidelity")
    tinymodel.stylizer(root / "models" / "stylize-lines", "one", 9)
    lines = {"file": "some-lines", "artist": {"en": "Nobody", "zh": "无名"}, "work": {"en": "Lines", "zh": "线条"}, "year": "2020"}
    put(root / "assets" / "paintings" / "lines.json", json.dumps(lines))
    cure = {"onward": True, "changes": {"settings": {"r1": 1.0}}}
    order = {"recipe": "gan", "steps": 9, "settings": {"loss": "quartic"}}
    put(root / "assets" / "lessons" / "quick.json", described(facts={"symptoms": ["paleness"], "order": order, "cure": cure}))
    put(code / "nets" / "nearest_neighbours.py", FAMILY)
    put(code / "losses" / "quartic.py", LOSS)
    put(code / "losses" / "quartic.json", json.dumps({k: {**v, "equation": "x", "source": "x"} for k, v in WORDS.items()}))
    put(code / "losses" / "regularisers" / "small.py", REGULARISER)
    put(code / "losses" / "regularisers" / "small.json", described(facts={"default": 0.0, "low": 0, "high": 7}))
    put(code / "training" / "health" / "diagnoses" / "paleness.py", DIAGNOSIS)
    lamps = {language: {**each, "well": "x", "ill": "x"} for language, each in WORDS.items()}
    put(code / "training" / "health" / "diagnoses" / "paleness.json", json.dumps(lamps))
    put(code / "training" / "data" / "augmentations" / "mirrored.py", AUGMENTATION)
    put(code / "training" / "data" / "augmentations" / "mirrored.json", described())
    put(code / "training" / "recipes" / "nothing.py", RECIPE)
    put(code / "metrics" / "mean_ink.py", MEASURE)
    put(code / "metrics" / "mean_ink.json", json.dumps({k: {"name": "Ink", "note": "Mean."} for k in WORDS}))
    put(code / "tasks" / "shout.py", TASK)
    put(code / "shell" / "commands" / "greet.py", COMMAND)
    put(code / "shell" / "commands" / "greet.json", json.dumps({"en": {"help": "greet somebody"}, "zh": {"help": "问好"}}))
    put(code / "ui" / "pages" / "hello.py", PAGE)
    put(root / "assets" / "pages" / "hello.html", '<h1 data-t="hello.title"></h1>')
    put(root / "assets" / "js" / "hello" / "page.js", "export function start() {}\n")
    put(root / "assets" / "css" / "hello.css", ".frame .hello { color: inherit; }\n")
    for language in WORDS:
        hello = {"name": "Hello", "description": "A page.", "title": "Hello"}
        put(root / "assets" / "locales" / language / "hello.json", json.dumps(hello))
    place = root / "site" / "brushes"
    place.mkdir(parents=True)
    (place / "wide.bin").write_bytes(b"\x02")
    put(root / "site" / "brushes-1.2.dist-info" / "METADATA", "Metadata-Version: 2.1\nName: brushes\nVersion: 1.2\n")
    put(code / "models" / "packs" / "brushes.py", PACK.replace("DIGEST", hashlib.sha256(b"\x02").hexdigest()))
    put(code / "models" / "packs" / "brushes.json", json.dumps({"wide": {"seconds": 0.25}}))
    squares(root / "assets" / "data" / "squares")


def squares(place: Path) -> None:
    """A data set that is shipped: eight pictures in two classes."""
    place.mkdir()
    pictures = np.zeros((8, 28, 28), np.uint8)
    pictures[::2, 4:20, 4:20], labels = 255, np.arange(8, dtype=np.uint8) % 2
    files = {f"{part}-{kind}": gzipped(array) for part in ("train", "t10k") for kind, array in
             (("images-idx3-ubyte.gz", pictures), ("labels-idx1-ubyte.gz", labels))}  # fmt: skip
    for name, blob in files.items():
        (place / name).write_bytes(blob)
    facts = {"classes": ["square", "nothing"], "pictures": 8, "channels": 1}
    digests = {name: hashlib.sha256(blob).hexdigest() for name, blob in files.items()}
    words = {language: {**each, "card": "x"} for language, each in WORDS.items()}
    put(place / "dataset.json", json.dumps({"facts": facts, "sha256": digests, **words}, ensure_ascii=False))


def ran(project: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(project / "site"), "GANAPP_RUNS": str(project / "runs"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run([sys.executable, *command], cwd=project, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


NEAREST = """
import torch
from pathlib import Path
from ganapp.models import folder
from ganapp.nets import nearest_neighbours as family
config = family.Config()
about = {"task": "upscale", "title": {"en": "n", "zh": "n"}, "licence": "mit", "promises": {"scale": 2, "receptive": 1}, "training": {}}
folder.write(Path("models/nearest"), {**about, "values": {}}, {"model": folder.Trained("nearest_neighbours", config, family.Net(config))})
"""


@pytest.fixture(scope="module")
def used(project: Path) -> dict[str, Any]:
    """What came of using all of them, in one process."""
    ran(project, "-c", NEAREST)
    answer: dict[str, Any] = json.loads(ran(project, "-c", USED).splitlines()[-1])
    return answer


EXPECTED = {
    "lesson": [9, ["四次方"]],
    "model": [[6, 8, 3], "shipped"],
    "family": [0.5, 0.5, 0.5],
    "pack": [[6, 8, 3], ["宽"]],
    "loss": [True, "四次方"],
    "regulariser": [True, 7, True],
    "diagnosis": [0.25, "四次方"],
    "data": [8, ["square", "nothing"], [{"en": "Quartic", "zh": "四次方"}]],
    "task": [True, True],
    "page": [True, True],
    "recipe": True,
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_one_more_is_used_without_an_edit(used: dict[str, Any], kind: str) -> None:
    assert used[kind] == EXPECTED[kind]


def test_one_more_augmentation_measure_and_style(used: dict[str, Any]) -> None:
    assert "mirrored" in used["augmentation"]
    assert used["measure"][0] == pytest.approx(16 * 16 / 28**2 / 2)
    assert used["measure"][1:] == ["Mean.", [1.0, 0.0]]
    assert used["painting"] == [{"en": "Lines", "zh": "线条"}]
    assert "stylize-lines" in used["style"]


def test_the_four_examples_of_contributing_are_carried_out(project: Path, used: dict[str, Any]) -> None:
    """Every file that an example has one write is in the copy, and what came of it works: a style paints and has its card, a pack is listed
    with what it measured, a loss trains, a page has its place (see EXPECTED)."""
    examples = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Adding, by four examples")[2]
    named = {name.replace("<name>", "lines") for name in re.findall(r"`((?:ganapp|assets)/[\w./<>-]+\.\w+)`", examples)}
    assert len(named) >= 10
    assert [name for name in sorted(named) if not (project / name).is_file()] == []
    assert used["painted"] == "stylize-lines"
    assert "## Licence" in used["card"]
    assert used["packs"] == [["brushes", 0.25]]


def test_one_more_command_and_task_in_the_shell(project: Path) -> None:
    assert ran(project, "-m", "ganapp", "greet", "you") == "Hello, you\n"
    assert json.loads(ran(project, "-m", "ganapp", "shout", "--word", "hey", "--json")) == {"loud": "HEY"}
    overview = ran(project, "-m", "ganapp", "--help")
    assert "greet somebody" in overview
    assert "Shout a word" in overview
