"""How the static edition chooses and weighs its enlargers (assets/js/edition), run by node and compared with the server's."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from ganapp.nets import upscaler
from tests.support import node

pytestmark = node.needed


def written(net: upscaler.Net) -> str:
    """The tensors of a net as the page holds them."""
    tensors = {name: {"data": value.flatten().tolist(), "dims": list(value.shape)} for name, value in net.state_dict().items()}
    return f"typed({json.dumps(tensors)})"


@pytest.mark.parametrize("width", [4, 6])
def test_between_two_nets_lie_the_server_s_weights_even_where_one_is_wider(width: int) -> None:
    torch.manual_seed(0)
    plain = upscaler.Net(upscaler.Config(4, 4, 2))
    photo = upscaler.Net(upscaler.Config(4, width, 2, denoise=True, cleaner=3))
    for net in (plain, photo):
        torch.nn.init.normal_(net.tail.weight)
    said = node.printed(f"""
import {{ between }} from "{node.address("edition/nets/upscaler.js")}";
const typed = (tensors) => {{ for (const each of Object.values(tensors)) each.data = Float32Array.from(each.data); return tensors; }};
const made = between({written(plain)}, {written(photo)}, 0.3);
console.log(JSON.stringify(Object.fromEntries(Object.entries(made).map(([name, {{ data }}]) => [name, [...data]]))));
""")
    wanted = upscaler.between(plain, photo, 0.3).state_dict()
    assert said.keys() == wanted.keys()
    for name, value in wanted.items():
        assert torch.allclose(torch.tensor(said[name], dtype=torch.float32), value.flatten(), atol=1e-6), name


LINES = """[["x2-photo", 2, 32], ["x4-photo", 4, 32], ["x4-best", 4, 64]].map(([name, scale, width]) => (
  { id: `upscale-${name}`, scale, net: { config: { width, depth: 16 }, sibling: "" } }))"""


def asked(script: str, lines: str = LINES) -> Any:
    """What a script prints that asks the tasks of the page, for the models of these lines."""
    return node.printed(f"""
globalThis.navigator ??= {{}};
const {{ Photos }} = await import("{node.address("edition/photos.js")}");
const place = {{ facts: async () => {lines}, elsewhere: () => new Error("elsewhere") }};
const photos = new Photos(place, null);
const plan = (model, factor) => photos.plan({{ width: 1000, height: 1000, model, factor }}).catch(({{ message }}) => message);
console.log(JSON.stringify({script}));
""")


def test_the_best_one_is_chosen_as_on_the_server_and_its_time_is_told() -> None:
    wanted = '[await plan("best", 4), await plan("upscale-x4-best", 8), await plan("best", 2), await plan("photo", 4)]'
    four, eight, two, photo = asked(wanted)
    assert four["nets"] == ["upscale-x4-best"]
    assert eight["nets"] == ["upscale-x4-best", "upscale-x2-photo"]
    assert two["nets"] == ["upscale-x2-photo"]
    assert four["seconds"] == pytest.approx(4 * photo["seconds"])
    assert eight["seconds"] == pytest.approx(four["seconds"] + 16 * photo["seconds"])


def test_without_its_folder_nobody_enlarges_by_it() -> None:
    assert asked('[await plan("best", 4), await plan("best", 2)]', f"{LINES}.slice(0, 2)") == ["elsewhere", "elsewhere"]
