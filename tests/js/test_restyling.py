"""What the static edition repaints with beside the nets, against what the server has: noise, soft edges, colours, sizes, tiles."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageFilter

from ganapp.models.painter import RIM
from ganapp.nets import conditional_stylizer, stylizer
from ganapp.stylizing import palette
from tests.support import node

pytestmark = node.needed


def answered(module: str, names: str, expression: str, folder: Path) -> Any:
    """What an expression gives that uses these names of a module of the edition."""
    head = f"import {{ {names} }} from {json.dumps(node.address(f'edition/{module}'))};"
    return node.printed(f"{head}\nconsole.log(JSON.stringify({expression}));", folder)


def test_noise_is_torchs(tmp_path: Path) -> None:
    asked = [(0, 52, 36), (4_294_967_295, 21, 11)]
    call = f"{json.dumps(asked)}.map(([seed, width, height]) => noise(2, width, height, seed).map((plane) => [...plane]))"
    for (seed, width, height), made in zip(asked, answered("painting/noise.js", "noise", call, tmp_path), strict=True):
        drawn = stylizer.noise(2, torch.zeros(1, 3, height, width), seed)[0].flatten(1)
        assert np.abs(np.array(made) - drawn.numpy()).max() < 2e-5


def test_soft_edges_are_pillows(tmp_path: Path) -> None:
    marks = np.zeros((300, 420), np.uint8)
    marks[:90, 30:] = marks[200:210, 5:9] = 255
    rgba = np.repeat(marks[..., None], 4, 2)
    (tmp_path / "marks.bin").write_bytes(rgba.tobytes())
    read = "import('node:fs').then(({ readFileSync }) => [...softened(readFileSync('marks.bin'), 420, 300, 'inside')])"
    everywhere = "softened(new Uint8Array(64).fill(255), 4, 4, 'inside')"
    soft, all_of_it = answered("painting/marks.js", "softened", f"[await {read}, {everywhere}]", tmp_path)
    assert np.array_equal(np.array(soft).reshape(marks.shape), Image.fromarray(marks).filter(ImageFilter.GaussianBlur(0.006 * 300)))
    assert all_of_it is None


def pictures() -> tuple[list[np.ndarray[Any, Any]], list[str]]:
    random = np.random.default_rng(3)
    both = [np.clip(random.normal(0.5, 0.2, (30, 50, 3)) @ random.normal(0, 0.8, (3, 3)), 0, 1).astype(np.float32) for _ in range(2)]
    return both, [json.dumps(each.transpose(2, 0, 1).reshape(3, -1).tolist()) for each in both]


def test_colours_go_over_as_on_the_server(tmp_path: Path) -> None:
    (made, original), (first, second) = pictures()
    planes = "const planes = (rows) => rows.map((row) => Float32Array.from(row));"
    both = f"[matched(planes({first}), planes({second})).map((p) => [...p]), whitening(planes({first}), 50, 30)]"
    call = f"(() => {{ {planes} return {both}; }})()"
    told, white = answered("painting/colours.js", "matched, whitening", call, tmp_path)
    expected = palette.matched(made, original).transpose(2, 0, 1).reshape(3, -1)
    assert np.abs(np.array(told) - expected).max() < 1e-4
    mean, matrix = stylizer.whitening(torch.from_numpy(made.transpose(2, 0, 1)[None].copy()))
    assert np.abs(np.array(white["mean"]) - mean[0].numpy()).max() < 1e-5
    assert np.abs(np.array(white["matrix"]) - matrix[0].numpy()).max() < 1e-3


def test_a_picture_of_eight_bits_is_resampled_as_pillow_does_and_strips_are_the_whole(tmp_path: Path) -> None:
    levels = np.random.default_rng(1).integers(0, 256, (37, 53), np.uint8)
    asked = [([20, 31], "lanczos"), ([71, 37], "bicubic")]
    call = f"""((p) => {json.dumps(asked)}.map(([size, by]) => {{
      const at = strips(p, [53, 37], size, by);
      return [[...resampled(p, [53, 37], size, by, true)], [...resampled(p, [53, 37], size, by)], [...at(0, 9), ...at(9, size[1])]];
    }}))(Float32Array.from({levels.flatten().tolist()}))"""
    for (size, by), (eight, whole, parts) in zip(asked, answered("pictures/resample.js", "resampled, strips", call, tmp_path), strict=True):
        expected = Image.fromarray(levels).resize((size[0], size[1]), Image.Resampling[by.upper()])
        assert np.abs(np.array(eight).reshape(size[::-1]) - np.asarray(expected, np.int16)).max() <= 1
        assert parts == whole


def test_a_file_of_what_shows_through_holds_every_level(tmp_path: Path) -> None:
    ramp = np.stack(np.meshgrid(np.arange(31) * 8, np.arange(23) * 11), axis=-1)
    noise = np.random.default_rng(2).integers(0, 256, (23, 31, 2))
    levels = np.concatenate([ramp, noise], axis=2).astype(np.uint8)  # half of it is smooth
    image = f"{{ data: Uint8ClampedArray.from({levels.flatten().tolist()}), width: 31, height: 23 }}"
    call = f"[...new Uint8Array(await (await fileOf({image}, 'image/png')).arrayBuffer())]"
    picture = Image.open(io.BytesIO(bytes(answered("pictures/file.js", "fileOf", call, tmp_path))))
    assert (picture.mode, picture.format) == ("RGBA", "PNG")
    assert np.array_equal(np.asarray(picture), levels)


def test_nets_look_as_far_as_they_say(tmp_path: Path) -> None:
    for config in (stylizer.Config(noise=2), stylizer.Config(dilations=(1, 2, 4, 2, 1, 1))):
        told = answered("nets/stylizer.js", "reach", f"reach({json.dumps({'dilations': config.dilations})})", tmp_path)
        assert told == stylizer.Net(config).receptive
    told = answered("nets/conditional.js", "reach", "[5, 6].map((blocks) => reach({ blocks }))", tmp_path)
    for blocks, reach in zip((5, 6), told, strict=True):
        net = conditional_stylizer.Net(conditional_stylizer.Config(3, blocks=blocks))
        assert 0 <= reach - net.receptive < conditional_stylizer.MULTIPLE


def test_a_frame_is_the_servers(tmp_path: Path) -> None:
    x = np.arange(13 * 22, dtype=np.float32).reshape(13, 22)
    small = f"{{ planes: [Float32Array.from({x.flatten().tolist()})], width: 22, height: 13 }}"
    call = f"(({{ planes, ...told }}) => [[...planes[0]], told])(framed({small}, 4, {RIM}))"
    plane, told = answered("pictures/tiles.js", "framed", call, tmp_path)
    larger = torch.nn.functional.pad(torch.from_numpy(x)[None, None], (0, 2, 0, 3), mode="replicate")
    expected = torch.nn.functional.pad(larger, (20, 20, 12, 12), mode="reflect")[0, 0].numpy()
    assert (told["height"], told["width"]) == expected.shape
    assert np.array_equal(np.array(plane).reshape(expected.shape), expected)
    assert told["whole"] == {"left": 20, "top": 12, "right": 44, "bottom": 28}
