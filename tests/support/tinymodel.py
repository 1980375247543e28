"""Small model folders for tests: whole and loadable, weights from a fixed seed."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from ganapp.models import folder
from ganapp.nets import dcgan_discriminator, dcgan_generator, digit_classifier, style_encoder
from ganapp.nets import inpainter as nets_inpainter
from ganapp.nets import stylizer as nets_stylizer
from ganapp.nets import upscaler as nets_upscaler

LATENT, SIZE = 8, 16


def generator(path: Path, seed: int = 0, width: int = 8) -> Path:
    """A generator of digits with its discriminator and two directions."""
    torch.manual_seed(seed)
    made = dcgan_generator.Config(size=SIZE, latent=LATENT, width=width, embedding=4)
    judged = dcgan_discriminator.Config(size=SIZE, width=8)
    folder.write(
        path,
        {
            "task": "sample",
            "title": {"en": "Tiny digits", "zh": "小数字"},
            "licence": "mit",
            "promises": {"size": SIZE, "channels": 1, "classes": 10, "latent": LATENT},
            "training": {"recipe": "digits", "steps": 1, "seed": seed, "settings": {"width": width}, "seconds": 1, "data": "mnist"},
        },
        {
            "model": folder.Trained("dcgan_generator", made, dcgan_generator.Net(made)),
            "discriminator": folder.Trained("dcgan_discriminator", judged, dcgan_discriminator.Net(judged)),
        },
    )
    vectors = torch.eye(LATENT)[:2].tolist()
    attributes = [{"name": "slant", "vector": vectors[0], "correlation": 0.9}]
    directions = {"attributes": attributes, "raw": [{"name": "raw 1", "vector": vectors[1]}]}
    (path / folder.DIRECTIONS).write_text(json.dumps(directions))
    return path


def classifier(path: Path, seed: int = 0) -> Path:
    """A classifier of digits."""
    torch.manual_seed(seed)
    config = digit_classifier.Config(size=SIZE, width=4, features=8)
    promises = {"size": SIZE, "channels": 1, "classes": 10, "features": 8}
    net = folder.Trained("digit_classifier", config, digit_classifier.Net(config))
    folder.write(path, {"task": "classify", "title": {"en": "Tiny judge"}, "licence": "mit", "promises": promises}, {"model": net})
    return path


def edit(path: Path, **changes: object) -> None:
    """Change keys of config.json without any check; None removes one."""
    config = json.loads((path / folder.CONFIG).read_text()) | changes
    (path / folder.CONFIG).write_text(json.dumps({key: value for key, value in config.items() if value is not None}))


def edit_part(path: Path, part: str = "model", **changes: object) -> None:
    """Change keys of one part of config.json without any check."""
    parts = json.loads((path / folder.CONFIG).read_text())["parts"]
    edit(path, parts={**parts, part: {**parts[part], **changes}})


def inpainter(path: Path, seed: int = 0) -> Path:
    """A net that fills holes: untrained, so it stretches a membrane over them."""
    torch.manual_seed(seed)
    config = nets_inpainter.Config(widths=(4, 6, 8), fine=4, dilations=(1, 2))
    net = folder.Trained("inpainter", config, nets_inpainter.Net(config))
    title = {"en": "Tiny repair", "zh": "小修复"}
    folder.write(path, {"task": "repair", "title": title, "licence": "mit", "promises": {"side": 64, "multiple": 8}}, {"model": net})
    return path


def upscaler(path: Path, scale: int = 4, kind: str = "fidelity", seed: int = 0, width: int = 4, **more: object) -> Path:
    """A net that enlarges. "fidelity" is untrained, so it is bicubic; "photo" adds a little noise to that, can clean, and names the
    fidelity folder beside it as its sibling."""
    torch.manual_seed(seed)
    config = nets_upscaler.Config(scale=scale, width=width, depth=2, denoise=kind == "photo")
    net = nets_upscaler.Net(config)
    values = {"kind": kind}
    if kind == "photo":
        torch.nn.init.normal_(net.tail.weight, std=0.02)
        values["sibling"] = f"upscale-x{scale}-fidelity"
    promises = {"scale": scale, "channels": 3, "multiple": 1, "receptive": net.receptive}
    described = {"task": "upscale", "title": {"en": f"Tiny {kind}"}, "licence": "mit", "promises": promises, "values": values}
    folder.write(path, {**described, **more}, {"model": folder.Trained("upscaler", config, net)})
    return path


def upscalers(models: Path) -> Path:
    """The upscalers that are shipped, and the best one, small and untrained, as folders in `models`."""
    for scale in (2, 4):
        for kind in ("fidelity", "photo"):
            upscaler(models / f"upscale-x{scale}-{kind}", scale, kind)
    upscaler(models / "upscale-x4-best", 4, "photo", width=6)
    return models


PAINTED = {"artist": {"en": "A painter", "zh": "一位画家"}, "work": {"en": "A work", "zh": "一幅画"}, "year": "1889", "side": 48}
DOT = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNg+M8AAAICAQB7CYF4AAAAAElFTkSuQmCC"
NARROW = {"width": 8, "half": 6, "fine": 4, "dilations": (1, 2)}


def stylizer(path: Path, body: str = "", seed: int = 0, noise: int = 0, **more: object) -> Path:
    """A net of one style that repaints with strong, random strokes. Nets of one `body` differ in a few numbers only."""
    torch.manual_seed(sum(body.encode()) if body else seed)
    config = nets_stylizer.Config(**NARROW, noise=noise)
    net = nets_stylizer.Net(config)
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        net.paint.weight.mul_(4)
        net.base.bias.copy_(torch.rand(3, generator=random) - 0.5)
        net.paint.bias.copy_(torch.rand(3, generator=random) * 0.2)
    promises = {"channels": 3, "multiple": nets_stylizer.MULTIPLE, "receptive": net.receptive}
    described = {"task": "stylize", "title": {"en": path.name, "zh": "小风格"}, "licence": "mit", "promises": promises}
    values = {**PAINTED, "body": body, "thumbnail": DOT}
    folder.write(path, {**described, "values": values, **more}, {"model": folder.Trained("stylizer", config, net)})
    return path


def any_style(path: Path, seed: int = 5) -> Path:
    """A net that takes its style from a picture: untrained, so it takes the picture's colours and some of its numbers."""
    torch.manual_seed(seed)
    config = nets_stylizer.Config(**NARROW)
    net = nets_stylizer.Net(config)
    told = style_encoder.Config(net.numbers, code=8, widths=(4, 6))
    encoder = style_encoder.Net(told)
    with torch.no_grad():
        net.paint.weight.mul_(4)
        encoder.tell.weight.mul_(5)
    parts = {"model": folder.Trained("stylizer", config, net), "encoder": folder.Trained("style_encoder", told, encoder)}
    promises = {"channels": 3, "multiple": nets_stylizer.MULTIPLE, "receptive": net.receptive}
    described = {"task": "stylize", "title": {"en": "Any", "zh": "任意"}, "licence": "mit", "promises": promises}
    folder.write(path, {**described, "values": {"any": True, "side": 48}}, parts)
    return path


def stylizers(models: Path) -> Path:
    """Three styles, two of them of one body, the third with noise, and a net for any style, as folders in `models`."""
    for seed, (name, body) in enumerate({"great-wave": "one", "starry-night": "one", "cafe-terrace": ""}.items()):
        stylizer(models / f"stylize-{name}", body, seed, noise=0 if body else 2)
    any_style(models / "stylize-any")
    return models
