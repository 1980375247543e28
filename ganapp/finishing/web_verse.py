"""web.onnx and critic.onnx: a writer of quatrains and its critic for onnxruntime-web, weights in half precision, computed in single.

web.onnx takes one token of each draft at a time: token (b,), condition (b, 2) of form and rhyme, place (1,), counted from the first
character asked for, and past (layers, 2, b, heads, t, d) of the t places before; it gives scores (b, tokens) and the past with this place.
critic.onnx takes poems (b, 28) and gives lines (b, 4). All numbers but scores, past and lines are int64; b and t are free, t may be 0.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base import writing
from ganapp.base.errors import UserError
from ganapp.finishing.web import OPSET, packed
from ganapp.models import catalog
from ganapp.models.catalog import Loaded
from ganapp.models.folder import BROWSER, BROWSER_CRITIC
from ganapp.nets import causal_transformer, text_discriminator

AGREED = 2e-5  # largest difference from torch in any score
B, T = 3, 5  # of the example that is exported and compared


class Step(nn.Module):
    """A causal_transformer that is given one place. Its tables are added up in the graph, as in torch, so that halves stay exact."""

    def __init__(self, net: causal_transformer.Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, token: Tensor, condition: Tensor, place: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """Scores and the past with this place, as the module's docstring has them."""
        net, vectors = self.net, self.net.vectors()
        front = net.front - 1  # places that neither form nor rhyme says anything of
        turns, rhyming = functional.pad(net.turns, (0, 0, front, 0)), functional.pad(net.rhyming, (front, 0))
        asked = turns[:, place].squeeze(1)[condition[:, 0]] + rhyming[place] * net.kinds[condition[:, 1]]
        h = (vectors[token] + net.places()[place] + asked)[:, None]  # (b, 1, width)
        kept = []
        for number, layer in enumerate(net.layers):
            query, key, value = layer.split(h)  # type: ignore[operator]  # (b, heads, 1, d)
            key, value = torch.cat([past[number, 0], key], dim=2), torch.cat([past[number, 1], value], dim=2)
            weights = (query @ key.transpose(2, 3) * query.shape[3] ** -0.5).softmax(3)
            h = layer.joined(h, weights @ value)  # type: ignore[operator]
            kept.append(torch.stack([key, value]))
        return functional.linear(net.last(h)[:, 0], vectors, net.bias), torch.stack(kept)


class Opinion(nn.Module):
    """The critic's opinion on each line."""

    def __init__(self, critic: text_discriminator.Net) -> None:
        super().__init__()
        self.critic = critic

    def forward(self, poems: Tensor) -> Tensor:
        """(b, 28) -> (b, 4)."""
        return self.critic.of_lines(poems)


def nets(loaded: Loaded) -> tuple[causal_transformer.Net, text_discriminator.Net]:
    """Writer and critic of a folder. UserError for a folder of another make."""
    unfit = UserError("bad_value", where="model", problem=f"{loaded.id} is no writer with a critic of this make")
    return loaded.built(causal_transformer.Net, unfit), loaded.built(text_discriminator.Net, unfit, "critic")


def example(net: causal_transformer.Net) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """token, condition, place, past and poems, always the same ones."""
    torch.manual_seed(1)
    c = net.config
    past = torch.randn(c.layers, 2, B, c.heads, T, c.width // c.heads)
    token, condition = torch.randint(0, c.signs, (B,)), torch.stack([torch.arange(B) % 4, torch.arange(B) % c.rhymes], dim=1)
    return token, condition, torch.tensor([T]), past, torch.randint(0, c.signs, (B, c.lines * c.columns))


def export(model: str) -> dict[str, float]:
    """Write both files into the folder of a writer. The largest difference from torch by file; RuntimeError above `AGREED`."""
    loaded = catalog.opened(model, "write")
    net, critic = nets(loaded)
    *step, poems = example(net)
    b, t = torch.export.Dim("b", min=1, max=64), torch.export.Dim("t", min=1, max=64)
    with torch.no_grad():
        save(
            loaded.folder / BROWSER,
            Step(net).eval(),
            {"token": (step[0], {0: b}), "condition": (step[1], {0: b}), "place": (step[2], None), "past": (step[3], {2: b, 4: t})},
            ("scores", "seen"),
        )
        save(loaded.folder / BROWSER_CRITIC, Opinion(critic).eval(), {"poems": (poems, {0: b})}, ("lines",))
    worst = compared(loaded)
    if max(worst.values()) > AGREED:
        raise RuntimeError(f"what was exported differs from torch: {worst}")
    return worst


def save(path: Path, net: nn.Module, given: dict[str, tuple[Tensor, Any]], results: tuple[str, ...]) -> None:
    """A net as a file. given: an example of each input, and which of its dimensions are free."""
    import onnx

    program = torch.onnx.export(
        net,
        tuple(example for example, _ in given.values()),
        input_names=list(given),
        output_names=list(results),
        dynamic_shapes=tuple(free for _, free in given.values()),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    model = packed(program, exact=True)
    with writing.replacing(path) as partial:
        onnx.save(model, str(partial))


@torch.no_grad()
def compared(loaded: Loaded) -> dict[str, float]:
    """The largest difference in any score between torch and the files, by file; with a past and without one."""
    import onnxruntime

    net, critic = nets(loaded)
    token, condition, place, past, poems = example(net)
    sessions = {
        name: onnxruntime.InferenceSession(str(loaded.folder / name), providers=["CPUExecutionProvider"])
        for name in (BROWSER, BROWSER_CRITIC)
    }
    worst = 0.0
    for here, before in ((place, past), (torch.tensor([0]), past[:, :, :, :, :0])):
        given = (token, condition, here, before)
        names = ("token", "condition", "place", "past")
        got, _ = sessions[BROWSER].run(None, {name: part.numpy() for name, part in zip(names, given, strict=True)})
        scores, _ = net.continue_(token[:, None], condition, before if before.shape[4] else None)
        worst = max(worst, float(np.abs(got - scores[:, -1].numpy()).max()))
    other = poems[1:]  # another number than was exported
    (lines,) = sessions[BROWSER_CRITIC].run(None, {"poems": other.numpy()})
    return {BROWSER: worst, BROWSER_CRITIC: float(np.abs(lines - critic.of_lines(other).numpy()).max())}
