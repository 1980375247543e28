"""web.onnx and critic.onnx of a writer of English stanzas, for onnxruntime-web; as web_verse.py does it for quatrains.

web.onnx takes one token of each draft at a time: token (b,), where (b, 5) as writing/metre.py says it, place (1,), counted from START, and
past (layers, 2, b, heads, t, d) of the t places before; it gives scores (b, tokens) and the past with this place. critic.onnx takes texts
(b, n) with where (b, n, 5) of each token itself, and gives lines (b, 4). All numbers but scores, past and lines are int64; b, t and n are
free, t may be 0.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.finishing.web_verse import AGREED, B, T, save
from ganapp.models import catalog
from ganapp.models.catalog import Loaded
from ganapp.models.folder import BROWSER, BROWSER_CRITIC
from ganapp.nets import stanza_critic, stanza_writer

N = 9  # tokens of the texts that are exported and compared


class Step(nn.Module):
    """A stanza_writer that is given one place."""

    def __init__(self, net: stanza_writer.Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, token: Tensor, where: Tensor, place: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """Scores and the past with this place, as the module's docstring has them."""
        net, vectors = self.net, self.net.vectors()
        h = vectors[token][:, None] + net.place[place] + net.told(where[:, None])  # (b, 1, width)
        kept = []
        for number, layer in enumerate(net.layers):
            query, key, value = layer.split(h)  # type: ignore[operator]  # (b, heads, 1, d)
            key, value = torch.cat([past[number, 0], key], dim=2), torch.cat([past[number, 1], value], dim=2)
            weights = (query @ key.transpose(2, 3) * query.shape[3] ** -0.5).softmax(3)
            h = layer.joined(h, weights @ value)  # type: ignore[operator]
            kept.append(torch.stack([key, value]))
        return functional.linear(net.last(h)[:, 0], vectors, net.bias), torch.stack(kept)


def nets(loaded: Loaded) -> tuple[stanza_writer.Net, stanza_critic.Net | None]:
    """Writer and critic of a folder, None where it has no critic. UserError for a folder of another make."""
    unfit = UserError("bad_value", where="model", problem=f"{loaded.id} is no writer of stanzas")
    critic = loaded.built(stanza_critic.Net, unfit, "critic") if "critic" in loaded.description.parts else None
    return loaded.built(stanza_writer.Net, unfit), critic


def example(net: stanza_writer.Net) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """token, where, place, past, texts and where of those, always the same ones."""
    torch.manual_seed(1)
    c = net.config
    past = torch.randn(c.layers, 2, B, c.heads, T, c.width // c.heads)
    where = torch.tensor([[0, 3, 5, 2, 26], [1, 0, 8, c.rhymes, 4], [4, 0, 0, c.rhymes, 26]])
    texts = torch.randint(0, c.words, (B, N))
    places = torch.stack([torch.arange(N) * 5 // N, torch.arange(N) % 3, *[torch.zeros(N, dtype=torch.long)] * 3], dim=1)
    return torch.randint(0, c.words, (B,)), where, torch.tensor([T]), past, texts, places.expand(B, -1, -1)


def export(model: str) -> dict[str, float]:
    """Write both files into the folder of a writer. The largest difference from torch by file; RuntimeError above `AGREED`."""
    loaded = catalog.opened(model, "stanza")
    net, critic = nets(loaded)
    token, where, place, past, texts, places = example(net)
    b, t, n = (torch.export.Dim(name, min=1, max=64) for name in ("b", "t", "n"))
    with torch.no_grad():
        save(
            loaded.folder / BROWSER,
            Step(net).eval(),
            {"token": (token, {0: b}), "where": (where, {0: b}), "place": (place, None), "past": (past, {2: b, 4: t})},
            ("scores", "seen"),
        )
        if critic:
            given = {"texts": (texts, {0: b, 1: n}), "where": (places, {0: b, 1: n})}
            save(loaded.folder / BROWSER_CRITIC, critic.eval(), given, ("lines",))
    worst = compared(loaded)
    if max(worst.values()) > AGREED:
        raise RuntimeError(f"what was exported differs from torch: {worst}")
    return worst


@torch.no_grad()
def compared(loaded: Loaded) -> dict[str, float]:
    """The largest difference in any score between torch and the files, by file; with a past and without one."""
    import onnxruntime

    net, critic = nets(loaded)
    token, where, place, past, texts, places = example(net)
    session = onnxruntime.InferenceSession(str(loaded.folder / BROWSER), providers=["CPUExecutionProvider"])
    worst = {BROWSER: 0.0}
    for here, before in ((place, past), (torch.tensor([0]), past[:, :, :, :, :0])):
        given = {"token": token, "where": where, "place": here, "past": before}
        got, _ = session.run(None, {name: part.numpy() for name, part in given.items()})
        scores, _ = net.continue_(token[:, None], where[:, None], before if before.shape[4] else None)
        worst[BROWSER] = max(worst[BROWSER], float(np.abs(got - scores[:, -1].numpy()).max()))
    if critic:
        session = onnxruntime.InferenceSession(str(loaded.folder / BROWSER_CRITIC), providers=["CPUExecutionProvider"])
        texts, places = texts[1:, 1:], places[1:, 1:]  # other numbers than were exported
        (lines,) = session.run(None, {"texts": texts.numpy(), "where": places.numpy()})
        worst[BROWSER_CRITIC] = float(np.abs(lines - critic(texts, places).numpy()).max())
    return worst
