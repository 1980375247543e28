"""Recipe `stylize`: a net that repaints photographs, for one painting, or for many at once with an encoder for any.

Johnson et al. 2016: what VGG16 finds in the repainted photograph is to have the Gram matrices of the painting, at four depths, while what
it finds deepest stays at its place (the content, relu4_2); and along random lines it is to be distributed as in the painting (the sliced
Wasserstein loss of Heitz et al. 2021, which alone learns colours first and strokes slowly). Late in the run a patch discriminator joins,
that tells patches of the painting from patches of the result (one score for each painting), for strokes that are real; it pulls
`adversarial` times as hard as the rest, weighed by gradients (Esser et al. 2021).

`style` names one painting, and the result is its model; or a folder, and the result is a model for any picture, with an encoder that
tells a painting's numbers, and in the folder `styles` beside it one plain model for each painting of `named`.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ganapp.errors import UserError
from ganapp.losses import gram, hinge, sliced
from ganapp.metrics import vgg
from ganapp.nets import patch_discriminator, style_encoder, stylizer
from ganapp.training import paintings, photographs, style_folders
from ganapp.training.device import here
from ganapp.training.ema import Average
from ganapp.training.paintings import Painting, Source
from ganapp.training.photographs import Photographs, drawing
from ganapp.training.randomness import mixed
from ganapp.training.recipes.digits import cosine
from ganapp.training.style_folders import One

LAYERS = (1, 3, 6, 8)  # relu1_2, relu2_2, relu3_3, relu4_2
POOL = 600  # crops of photographs, each with the features of its content once they are known
OTHERS = 160  # pictures that serve as further styles: parts of photographs and drawings
SHOWN, FIXED = 5, -1
WARM = 50  # steps until the rate is reached


@dataclass(frozen=True)
class Settings:
    """style: a picture file of one painting or a folder of paintings, in the deployer's folder of paintings unless the path is a whole one,
    "" for that folder; named: ids of paintings (see training/paintings.py) that get `share` of the turns, numbers of their own and a model
    each; name: of the style, for one painting; start: a model to start from, an id or a folder, "" for none; source: a folder of
    photographs ("" for the deployer's);

    others: share of turns whose style is part of a photograph or a drawing; side: of the crops; batch; rate, rate_end: of the nets, and
    the share left at the end (cosine); half_life: of the average, in steps; content, smooth, sliced: weights of the content's loss, of
    total variation and of the sliced Wasserstein distance beside 1 for the Gram matrices; lines, places: of that distance; adversarial:
    pull of the discriminator as a share of the rest's, 0 = none; late: share of the steps after which it joins; d_rate, d_width: its
    own; width: of the net; code: of the encoder."""

    style: str = ""
    named: tuple[str, ...] = ()
    name: str = ""
    start: str = ""
    source: str = ""
    share: float = 0.6
    others: float = 0.12
    side: int = 128
    batch: int = 4
    rate: float = 3e-3
    rate_end: float = 0.05
    half_life: float = 30.0
    content: float = 0.25
    smooth: float = 0.05
    sliced: float = 0.3
    lines: int = 64
    places: int = 1024
    adversarial: float = 0.3
    late: float = 0.6
    d_rate: float = 4e-4
    d_width: int = 32
    width: int = 64
    code: int = 64

    def __post_init__(self) -> None:
        object.__setattr__(self, "named", tuple(self.named))
        if self.side % 16 or self.side < 64 or self.batch < 1 or min(self.lines, self.places) < 1:
            raise ValueError("side must be a multiple of 16 from 64, batch, lines and places positive")
        if not 0 <= self.share + self.others <= 1 or not 0 <= self.late <= 1:
            raise ValueError("share + others and late must be from 0 to 1")


@dataclass(frozen=True)
class Content:
    """Crops x (b, 3, side, side) in [-1, 1] and the features of their content (b, c, h, w)."""

    x: Tensor
    features: Tensor


class StylizeRun:
    """Training of a stylizer; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place = seed, here()
        self.eye = self.place.ready(vgg.features())
        place = paintings.place(s.style)
        found = paintings.files(place)
        if not found:
            raise UserError("file_unreadable", name=place.name)
        self.many = place.is_dir()
        self.photos = Photographs(photographs.place(s.source), s.side)
        self.known = [paintings.known(name, found) for name in s.named]
        self.files = [*(path for _, path in self.known), *(path for path in found if path not in [path for _, path in self.known])]
        self.styles = [self._source(paintings.tensor(paintings.opened(path)), i) for i, path in enumerate(self.files)]
        self.contents: dict[int, tuple[Tensor, Tensor]] = {}
        self.extra: dict[int, Source] = {}
        torch.manual_seed(mixed(seed, FIXED))
        self._nets()
        self.fixed = self._fixed()

    def _nets(self) -> None:
        s = self.settings
        start = style_folders.start(s.start)
        self.body = start.body if start else ""
        config = start.net.config if start else stylizer.Config(s.width)
        net = stylizer.Net(config)
        if start:
            net.load_state_dict(start.net.state_dict())
        encoder = copy.deepcopy(start.encoder) if start else None  # a loaded net is everybody's
        if not self.many:
            with torch.no_grad():
                whole = self.styles[0].whole
                numbers = encoder(whole) if encoder else torch.zeros(1, net.numbers)
                net = stylizer.tuned(net, stylizer.style(numbers, whole)).train().requires_grad_(True)
            encoder = None
        elif encoder is None:
            encoder = style_encoder.Net(style_encoder.Config(net.numbers, s.code))
        parts: dict[str, nn.Module] = {"net": net} | ({"encoder": encoder.train().requires_grad_(True)} if encoder else {})
        parts["own"] = _Own(len(self.known), net.numbers)
        self.parts = self.place.ready(nn.ModuleDict(parts))
        self.average = Average(self.parts, s.half_life)
        config_d = patch_discriminator.Config(s.d_width, heads=len(self.styles))
        self.critic = self.place.ready(patch_discriminator.Net(config_d))
        self.optimisers = {
            "parts": torch.optim.Adam(self.parts.parameters(), s.rate, (0.9, 0.99)),
            "critic": torch.optim.Adam(self.critic.parameters(), s.d_rate, (0.5, 0.99)),
        }

    def _source(self, whole: Tensor, number: int = -1) -> Source:
        whole = whole.to(self.place.device)
        return Source(whole, paintings.seen(whole, self.eye.layers, LAYERS, self.seed), number)

    def _fixed(self) -> Tensor:
        """Crops of held-out photographs that stay the same, (n, 3, 2 side, 2 side)."""
        side = 2 * self.settings.side
        kept = Photographs(photographs.place(self.settings.source), side, held_out=True, most=SHOWN)
        return torch.cat([paintings.tensor(kept.crop(side, np.random.default_rng(mixed(self.seed, FIXED - i)))) for i in range(SHOWN)])

    def _content(self, place: int) -> tuple[Tensor, Tensor]:
        """One of the crops of photographs and the features of its content, computed when it is first asked for."""
        if place not in self.contents:
            crop = self.photos.crop(self.settings.side, np.random.default_rng(mixed(self.seed, 1024 * POOL + place)))
            x = paintings.tensor(crop).to(self.place.device)
            with torch.no_grad():
                self.contents[place] = (x, self.eye.layers(x, LAYERS[-1:])[0].half())
        return self.contents[place]

    def _style(self, random: np.random.Generator) -> tuple[Source, int]:
        """A style for one picture, and its place among the named ones, -1 for none."""
        s, turn = self.settings, random.random()
        if self.many and turn >= 1 - s.others:
            return self._other(int(random.integers(OTHERS))), -1
        if not self.many or (self.known and turn < s.share):
            place = int(random.integers(max(1, len(self.known))))
            return self.styles[place], place if self.known else -1
        return self.styles[int(random.integers(len(self.styles)))], -1

    def _other(self, place: int) -> Source:
        """Part of a photograph, or a drawing, as a style."""
        if place not in self.extra:
            random = np.random.default_rng(mixed(self.seed, -1024 - place))
            side = 2 * self.settings.side
            picture = drawing(side, random) if place % 3 == 0 else self.photos.crop(side, random)
            self.extra[place] = self._source(paintings.tensor(picture))
        return self.extra[place]

    def step(self, k: int, steps: int) -> dict[str, float]:
        s = self.settings
        torch.manual_seed(mixed(self.seed, k))
        random = np.random.default_rng(mixed(self.seed, k))
        held = [self._content(int(place)) for place in random.integers(POOL, size=s.batch)]
        content = Content(torch.cat([x for x, _ in held]), torch.cat([features for _, features in held]).float())
        chosen = [self._style(random) for _ in range(s.batch)]
        for group in self.optimisers["parts"].param_groups:
            group["lr"] = cosine(s.rate, s.rate * s.rate_end, k, steps) * min(1.0, (k + 1) / WARM)
        self.parts.train()
        made = self.parts["net"](content.x, None, self._told(chosen, self.parts))
        told, pull = self._seen(made, content, [source for source, _ in chosen], k)
        since = k - s.late * steps
        if s.adversarial and since >= 0:
            more, push = self._contest(made, [source for source, _ in chosen], random)
            ramp = min(1.0, (since + 1) / max(1.0, 0.05 * steps))
            pull = pull + push * (s.adversarial * ramp * pull.norm() / push.norm().clamp(min=1e-12))
            told |= more
        self.optimisers["parts"].zero_grad()
        made.backward(pull)
        torch.nn.utils.clip_grad_norm_(self.parts.parameters(), 1.0)
        self.optimisers["parts"].step()
        self.average.follow(self.parts, k + 1)
        return told

    def _told(self, chosen: list[tuple[Source, int]], parts: nn.ModuleDict) -> stylizer.Style | None:
        """The styles of a batch; None for a net of one style, which holds its own."""
        if "encoder" not in parts:
            return None
        numbers = []
        for source, place in chosen:
            told = parts["encoder"](source.whole)
            numbers.append(told + parts["own"](place) if place >= 0 else told)
        palettes = [stylizer.palette(source.whole) for source, _ in chosen]
        return stylizer.Style(torch.cat(numbers), torch.cat([mean for mean, _ in palettes]), torch.cat([matrix for _, matrix in palettes]))

    def _seen(self, made: Tensor, content: Content, sources: list[Source], k: int) -> tuple[dict[str, float], Tensor]:
        """The losses that VGG16 measures, and total variation: values, and their gradient at `made`."""
        s, fill = self.settings, made.detach().requires_grad_()
        found = self.eye.layers(fill, LAYERS)
        like = self._like(found, sources)
        apart = self._apart(found, sources, k) if s.sliced else torch.zeros(())
        moved = (found[-1] - content.features).square().mean((1, 2, 3)) / content.features.square().mean((1, 2, 3)).clamp(min=1e-8)
        rough = (fill[..., 1:] - fill[..., :-1]).abs().mean() + (fill[..., 1:, :] - fill[..., :-1, :]).abs().mean()
        loss = like + s.sliced * apart + s.content * moved.mean() + s.smooth * rough
        told = {"style": like.item(), "sliced": apart.item(), "content": moved.mean().item(), "rough": rough.item()}
        return told, torch.autograd.grad(loss, fill)[0]

    @staticmethod
    def _like(found: list[Tensor], sources: list[Source]) -> Tensor:
        """The mean distance of Gram matrices over the depths."""
        grams = [torch.stack([source.seen.grams[depth] for source in sources]) for depth in range(len(found))]
        return torch.stack([gram.distance(gram.matrix(features), wanted).mean() for features, wanted in zip(found, grams)]).mean()

    def _apart(self, found: list[Tensor], sources: list[Source], k: int) -> Tensor:
        """The mean sliced Wasserstein distance over the depths, along lines and at places that follow from the step."""
        s, generator = self.settings, torch.Generator().manual_seed(mixed(self.seed, k))
        apart = []
        for depth, features in enumerate(found):
            mine, wanted = features.flatten(2), [source.seen.features[depth] for source in sources]
            count = min(s.places, mine.shape[2], *(each.shape[1] for each in wanted))
            lines = sliced.directions(mine.shape[1], s.lines, generator).to(mine.device)
            mine = mine[:, :, torch.randperm(mine.shape[2], generator=generator)[:count].to(mine.device)]
            wanted = [each[:, torch.randperm(each.shape[1], generator=generator)[:count].to(mine.device)].float() for each in wanted]
            apart.append(sliced.distance(mine, torch.stack(wanted), lines).mean())
        return torch.stack(apart).mean()

    def _contest(self, made: Tensor, sources: list[Source], random: np.random.Generator) -> tuple[dict[str, float], Tensor]:
        """A step of the discriminator on patches of the paintings and of the results, then its gradient at `made`; pictures whose style is
        no painting are left out."""
        rows = [i for i, source in enumerate(sources) if source.number >= 0]
        if not rows:
            return {"critic": 2.0, "adversarial": 0.0}, torch.zeros_like(made)
        heads = torch.tensor([sources[i].number for i in rows], device=made.device)
        real = torch.cat([paintings.patch(sources[i].whole, made.shape[-1], random) for i in rows])
        scores = self._scores(torch.cat([real, made[rows].detach()]), heads.repeat(2))
        one, other = scores.chunk(2)
        loss = hinge.discriminator(one, other)
        self.optimisers["critic"].zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimisers["critic"].step()
        fill = made.detach().requires_grad_()
        scores = self._scores(fill[rows], heads)
        push = hinge.generator(scores, scores)
        return {"critic": loss.item(), "adversarial": push.item()}, torch.autograd.grad(push, fill)[0]

    def _scores(self, x: Tensor, heads: Tensor) -> Tensor:
        """(b, h, w): for each picture the scores that belong to its painting."""
        scores: Tensor = self.critic(x)
        return scores[torch.arange(len(heads), device=heads.device), heads]

    def state(self) -> dict[str, Any]:
        nets = {"parts": self.parts, "critic": self.critic, "average": self.average.net}
        optimisers = {name: optimiser.state_dict() for name, optimiser in self.optimisers.items()}
        return {**{name: net.state_dict() for name, net in nets.items()}, "optimisers": optimisers}

    def restore(self, state: dict[str, Any]) -> None:
        for name, net in (("parts", self.parts), ("critic", self.critic), ("average", self.average.net)):
            net.load_state_dict(state[name])
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """Each held-out photograph, then as the first paintings (at most five) would have it."""
        x = self.fixed.to(self.place.device)
        shown = [x]
        parts: Any = self.average.net
        for place in range(min(5, max(1, len(self.known)))):
            chosen = [(self.styles[place], place if self.known else -1)] * len(x)
            told = self._told(chosen, parts)
            shown.append(parts["net"](x, None, told) if told else stylizer.paint(parts["net"], x))
        return ((torch.stack(shown, 1).flatten(0, 1).clamp(-1, 1) + 1) / 2).cpu()

    @torch.no_grad()
    def write(self, path: Path, summary: dict[str, Any]) -> None:
        parts: Any = self.average.net
        net = parts["net"].eval()
        style = "" if self.many else self.files[0].name  # a path of this machine says nothing elsewhere
        data = f"paintings, {len(self.files)} of them; photographs, {len(self.photos.pictures)} of them"
        summary = {**summary, "settings": {**summary.get("settings", {}), "style": style}, "data": data}
        body = (not self.many and self.body) or style_folders.digest(net)
        if not self.many:
            plain = stylizer.Net(net.config)
            plain.load_state_dict(net.state_dict())
            one = One(plain, self._painting(), self.files[0], body)
            style_folders.write_one(path, one, summary)
            return
        encoder = parts["encoder"].eval()
        for place, (painting, file) in enumerate(self.known):
            numbers = encoder(self.styles[place].whole) + parts["own"](place)
            plain = stylizer.tuned(net, stylizer.style(numbers, self.styles[place].whole))
            one = One(plain, painting, file, body)
            style_folders.write_one(path.parent / "styles" / f"stylize-{painting.id}", one, summary)
        style_folders.write_any(path, net, encoder, summary)

    def _painting(self) -> Painting:
        """What is known of the one painting, or what the settings call it."""
        stem = self.files[0].stem
        title = self.settings.name or stem
        known = (painting for painting in paintings.KNOWN if painting.file == stem and not self.settings.name)
        return next(known, Painting(stem, "", {}, {"en": title, "zh": title}, ""))


class _Own(nn.Module):
    """Numbers that a named painting adds to what the encoder tells of it: (n, numbers)."""

    def __init__(self, count: int, numbers: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.zeros(count, numbers))

    def forward(self, place: int) -> Tensor:
        """(numbers,) of the painting at that place."""
        return self.table[place]


def begin(settings: Settings, seed: int) -> StylizeRun:
    """A new run of the recipe. UserError without photographs, the painting, or the features that the losses need."""
    return StylizeRun(settings, seed)
