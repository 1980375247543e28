"""Recipe `stylize`: a net that repaints photographs, for one painting, or for many at once with an encoder for any.

Johnson et al. 2016: the VGG16 features of the repainted photograph should have the moments of the painting (means and covariances, see
losses/moments.py) and, along random lines, its distribution (the sliced Wasserstein loss of Heitz et al. 2021, which alone learns colours
first and strokes slowly). VGG16 looks twice: at the result in half its size, four stages deep, where large forms and movement are seen;
and at a piece of it at full size, not so deep, where strokes are. In the small one what it finds deepest stays at its place: the content
(relu4_2, each channel less its mean, so that another palette is no other content). Late in the run a patch discriminator joins, that tells
patches of the painting from pieces of the result (one score for each painting), for strokes that are real; it pulls `adversarial` times as
hard as the rest, weighed by gradients (Esser et al. 2021).

`style` names one painting, and the result is its model; or a folder, and the result is a model for any picture, with an encoder that
tells a painting's numbers, and in the folder `styles` beside it one plain model for each painting of `named`.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor, nn

from ganapp.base.errors import UserError
from ganapp.base.kinds import Items, Share, Whole, Width, Widths, refused
from ganapp.base.validation import settings_class
from ganapp.losses import hinge
from ganapp.metrics import vgg
from ganapp.nets import patch_discriminator, style_encoder, stylizer
from ganapp.pictures.box import Box
from ganapp.training.data import paintings, photographs
from ganapp.training.data.paintings import Patch, Source
from ganapp.training.data.photographs import Levels, Photographs, drawing
from ganapp.training.recipes import _style_folders, _style_nets
from ganapp.training.recipes._style_folders import One, OwnNumbers
from ganapp.training.recipes._style_losses import COARSE, FINE, Content, Lines, apart_from, halved, placed
from ganapp.training.run import distributed, states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import cosine

POOL = 600  # crops of photographs, each with the features of its content once they are known
OTHERS = 160  # pictures that serve as further styles: parts of photographs and drawings
SHOWN, FIXED = 5, -1
WARM = 50  # steps until the rate is reached


@settings_class
class Settings:
    """style: a picture file of one painting or a folder of paintings, in the deployer's folder of paintings unless the path is a whole one,
    "" for that folder; named: ids of paintings (files of assets/paintings) that get `share` of the turns, numbers of their own and a model
    each; name: of the style, for one painting; start: a model to start from, an id or a folder,
    "pack:" and the id for the painter of a pack, with one painting, "" for none; source: a folder of
    photographs ("" for the deployer's);

    others: share of turns whose style is part of a photograph or a drawing; side: of the crops; piece: of the part that is looked at in
    full size; batch; rate, rate_end: of the nets, and the share left at the end (cosine); half_life: of the average, in steps;
    coarse, content, smooth: weights of the style in half size, of the content and of total variation beside 1 for the style in full size;
    early, early_content: share of the steps, at the beginning, in which the content has that weight instead: once a style is there it makes
    room for the photograph, while a net that keeps the photograph from the start may never find it;
    sliced: of the sliced Wasserstein distance beside 1 for the moments; lines, places: of that distance; adversarial: pull of the
    discriminator as a share of the rest's, 0 = none; late: share of the steps after which it joins; d_rate, d_width: its own; width,
    dilations, noise: of the net, see nets/stylizer.py; code: of the encoder."""

    style: str = ""
    named: Annotated[tuple[str, ...], Items(1000)] = ()
    name: str = ""
    start: str = ""
    source: str = ""
    share: Share = 0.6
    others: Share = 0.12
    side: Annotated[int, Whole(64, 4096, step=16)] = 256
    piece: Annotated[int, Whole(32, 4096, step=8)] = 128
    batch: Annotated[int, Whole(1, 4096)] = 1
    rate: float = 2e-3
    rate_end: float = 0.05
    half_life: float = 30.0
    coarse: float = 2.0
    content: float = 0.9
    early: Share = 0.35
    early_content: float = 0.5
    smooth: float = 0.05
    sliced: float = 0.3
    lines: Width = 64
    places: Width = 2048
    adversarial: float = 0.3
    late: Share = 0.5
    d_rate: float = 1e-3
    d_width: int = 32
    width: int = 64
    dilations: Widths = (1, 2, 4, 2, 1, 1)
    noise: int = 2
    code: int = 64

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.piece > self.side:
            raise refused("piece_in_side")
        if self.share + self.others > 1:
            raise refused("shares_of_one")
        return self


class StylizeRun(states.Stateful):
    """Training of a stylizer; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place = seed, here()
        self.eye = self.place.ready(vgg.features())
        place = paintings.place(s.style)
        files = paintings.files(place)
        if not files:
            raise UserError("file_unreadable", name=place.name)
        self.many = place.is_dir()
        self.usable_early = not self.many
        self.photos = Photographs(photographs.place(s.source), s.side)
        self.known = [paintings.known(name, files) for name in s.named]
        self.files = [*(path for _, path in self.known), *(path for path in files if path not in [path for _, path in self.known])]
        self.styles = [self._source(paintings.tensor(paintings.opened(path)), i) for i, path in enumerate(self.files)]
        self.contents: dict[int, tuple[Levels, Tensor]] = {}
        self.extra: dict[int, Source] = {}
        self.beside: Tensor | None = None  # the held-out photographs in any picture's style, (n, 3, side, side)
        torch.manual_seed(mixed(seed, FIXED))
        self._nets()
        self.fixed = self._fixed()

    def _nets(self) -> None:
        s = self.settings
        single = None if self.many else _style_nets.of_pack(s.start, self.files[0])
        start = None if single else _style_folders.start(s.start)
        self.body, self.single = start.body if start else "", single is not None
        net = stylizer.Net(stylizer.Config(s.width, dilations=s.dilations, noise=s.noise))
        if start:
            net = _style_folders.reshaped(s.start, start.net, s.dilations, s.noise)
        encoder = copy.deepcopy(start.encoder) if start else None  # a loaded net is everybody's
        if not self.many and not single:
            with torch.no_grad():
                whole = self.styles[0].whole
                numbers = encoder(whole) if encoder else torch.zeros(1, net.numbers)
                net = stylizer.tuned(net, stylizer.style(numbers, whole)).train().requires_grad_(True)
            encoder = None
        elif encoder is None and not single:
            encoder = style_encoder.Net(style_encoder.Config(net.numbers, s.code))
        parts: dict[str, nn.Module] = {"net": single or net} | ({"encoder": encoder.train().requires_grad_(True)} if encoder else {})
        parts["own"] = OwnNumbers(len(self.known), net.numbers)
        self.parts = self.place.ready(nn.ModuleDict(parts))
        self.average = Average(self.parts, s.half_life)
        config_d = patch_discriminator.Config(s.d_width, heads=len(self.styles))
        self.critic = self.place.ready(patch_discriminator.Net(config_d))
        self.noise = 0 if single else net.config.noise
        self.optimisers = {
            "parts": torch.optim.Adam(self.parts.parameters(), s.rate, (0.9, 0.99)),
            "critic": torch.optim.Adam(self.critic.parameters(), s.d_rate, (0.5, 0.99)),
        }

    def _source(self, whole: Tensor, number: int = -1) -> Source:
        whole = whole.to(self.place.device)
        see = self.eye.layers
        return Source(whole, paintings.seen(whole, see, FINE, self.seed), paintings.seen(halved(whole), see, COARSE, self.seed), number)

    def _fixed(self) -> Tensor:
        """The middles of held-out photographs, each of another one, (n, 3, side, side)."""
        side = self.settings.side
        kept = Photographs(photographs.place(self.settings.source), side, held_out=True, most=SHOWN)
        return torch.cat([paintings.tensor(kept.middle(i, side)) for i in range(len(kept.pictures))])

    def _content(self, place: int) -> tuple[Tensor, Tensor]:
        """One of the crops of photographs, (1, 3, side, side), and its content, computed at its first use."""
        if place not in self.contents:
            crop = self.photos.crop(self.settings.side, np.random.default_rng(mixed(self.seed, 1024 * POOL + place)))
            with torch.no_grad():
                deepest = self.eye.layers(halved(paintings.tensor(crop).to(self.place.device)), COARSE[-1:])[0]
            self.contents[place] = (crop, placed(deepest).half())
        crop, content = self.contents[place]
        return paintings.tensor(crop).to(self.place.device), content.float()

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
            side = self.settings.side
            picture = drawing(side, random) if place % 3 == 0 else self.photos.crop(side, random)
            self.extra[place] = self._source(paintings.tensor(picture))
        return self.extra[place]

    def step(self, k: int, steps: int) -> dict[str, float]:
        s = self.settings
        torch.manual_seed(mixed(self.seed, k))
        random = np.random.default_rng(mixed(self.seed, k))
        rows = self.place.rows(s.batch)
        held = [self._content(int(place)) for place in random.integers(POOL, size=s.batch)[rows.start : rows.stop]]
        weight = s.early_content if k < s.early * steps else s.content
        content = Content(torch.cat([x for x, _ in held]), torch.cat([each for _, each in held]), weight)
        chosen = [self._style(random) for _ in range(s.batch)]  # of every row, so that all processes draw the same
        for group in self.optimisers["parts"].param_groups:
            group["lr"] = cosine(s.rate, s.rate * s.rate_end, k, steps) * min(1.0, (k + 1) / WARM)
        self.parts.train()
        repainted = self.parts["net"](self._noised(content.x), None, self._style_batch([chosen[row] for row in rows], self.parts))
        sources, piece = [source for source, _ in chosen], self._piece(random)
        losses, pull = self._seen(repainted, content, [sources[row] for row in rows], piece, k)
        since = k - s.late * steps
        if s.adversarial and since >= 0:
            more, push = self._contest(repainted, paintings.patches(sources, piece.height, random, rows), piece)
            ramp = min(1.0, (since + 1) / max(1.0, 0.05 * steps))
            pull = self.place.balanced(pull, push, s.adversarial * ramp)
            losses |= more
        self.optimisers["parts"].zero_grad()
        repainted.backward(pull)
        distributed.step(self.optimisers["parts"], 1.0)
        self.average.follow(self.parts, k + 1)
        return losses

    def _style_batch(self, chosen: list[tuple[Source, int]], parts: nn.ModuleDict) -> stylizer.Style | None:
        """The styles of a batch; None for a net of one style, which holds its own."""
        if "encoder" not in parts:
            return None
        numbers = []
        for source, place in chosen:
            code = parts["encoder"](source.whole)
            numbers.append(code + parts["own"](place) if place >= 0 else code)
        palettes = [stylizer.palette(source.whole) for source, _ in chosen]
        return stylizer.Style(torch.cat(numbers), torch.cat([mean for mean, _ in palettes]), torch.cat([matrix for _, matrix in palettes]))

    def _noised(self, x: Tensor) -> Tensor:
        """This process's crops with the planes of noise that they have in the whole batch."""
        planes = stylizer.noise(self.noise, x[:1].expand(self.settings.batch, *x.shape[1:]))
        return torch.cat([x, self.place.part(planes)], 1)

    def _piece(self, random: np.random.Generator) -> Box:
        """Which piece of the results is looked at in full size."""
        side, piece = self.settings.side, self.settings.piece
        top, left = (int(random.integers(0, side - piece + 1)) for _ in range(2))
        return Box(top, left, piece, piece)

    def _seen(self, repainted: Tensor, content: Content, sources: list[Source], piece: Box, k: int) -> tuple[dict[str, float], Tensor]:
        """The losses that VGG16 measures, and total variation: values, and their gradient at `repainted`."""
        s, fill = self.settings, repainted.detach().requires_grad_()
        features = self.eye.layers(halved(fill), COARSE)
        lines = Lines(s.lines if s.sliced else 0, s.places, mixed(self.seed, k), self.place.rows(s.batch).start)
        like, apart = apart_from(features, [source.coarse for source in sources], lines)
        near = self.eye.layers(fill[(..., *piece.slices)].contiguous(), FINE)
        like_near, apart_near = apart_from(near, [source.fine for source in sources], lines)
        moved = content.moved(features[-1])
        rough = (fill[..., 1:] - fill[..., :-1]).abs().mean() + (fill[..., 1:, :] - fill[..., :-1, :]).abs().mean()
        style = s.coarse * (like + s.sliced * apart) + like_near + s.sliced * apart_near
        loss = style + content.weight * moved + s.smooth * rough
        losses = {"style": (like + like_near).item() / 2, "sliced": (apart + apart_near).item() / 2}
        return losses | {"content": moved.item(), "rough": rough.item()}, torch.autograd.grad(loss, fill)[0]

    def _contest(self, repainted: Tensor, patches: list[Patch], piece: Box) -> tuple[dict[str, float], Tensor]:
        """A step of the discriminator on patches of the paintings and pieces of the results, then its gradient at `repainted`;
        pictures whose style is no painting are left out."""
        weight = self.place.weight(len(patches))
        if not distributed.total(len(patches)):
            return {"critic": 2.0, "adversarial": 0.0}, torch.zeros_like(repainted)
        rows = [each.row for each in patches]
        heads = torch.tensor([each.number for each in patches], device=repainted.device, dtype=torch.long)
        cut = (rows, slice(None), *piece.slices)
        scores = self._scores(torch.cat([*(each.pixels for each in patches), repainted.detach()[cut]]), heads.repeat(2))
        one, other = scores.chunk(2)
        loss = hinge.discriminator(one, other) * weight if rows else scores.sum()
        self.optimisers["critic"].zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimisers["critic"].step()
        fill = repainted.detach().requires_grad_()
        scores = self._scores(fill[cut], heads)
        push = hinge.generator(scores, scores) * weight if rows else scores.sum()
        return {"critic": loss.item(), "adversarial": push.item()}, torch.autograd.grad(push, fill)[0]

    def _scores(self, x: Tensor, heads: Tensor) -> Tensor:
        """(b, h, w): for each picture the scores that belong to its painting."""
        scores: Tensor = self.critic(x)
        return scores[torch.arange(len(heads), device=heads.device), heads]

    def holders(self) -> states.Holders:
        return {"parts": self.parts, "critic": self.critic, "average": self.average.net, "optimisers": self.optimisers}

    @torch.no_grad()
    def samples(self) -> Tensor:
        """Each held-out photograph, then as the first paintings (at most five) would have it."""
        x = self.fixed.to(self.place.device)
        shown = [x]
        parts: Any = self.average.net
        wide = stylizer.noised(x, self.noise, self.seed)
        for place in range(min(5, max(1, len(self.known)))):
            chosen = [(self.styles[place], place if self.known else -1)] * len(x)
            style = self._style_batch(chosen, parts)
            mirrored = not style and not self.single  # the pack's painter leaves no frame
            shown.append(stylizer.paint(parts["net"], x) if mirrored else parts["net"](wide, None, style))
        return ((torch.stack(shown, 1).flatten(0, 1).clamp(-1, 1) + 1) / 2).cpu()

    @torch.no_grad()
    def sheets(self) -> dict[str, Tensor | None]:
        """Beside the samples: for one painting each held-out photograph, then as the painter of any picture's style has it without
        training, then as this net has it; nothing where that painter's pack is not here."""
        if not self.many and self.beside is None:
            self.beside = _style_nets.at_once(self.files[0], self.fixed)
        if self.beside is None:
            return {}
        pairs = self.samples()
        pairs = pairs.view(len(self.fixed), -1, *pairs.shape[1:])  # (n, 2, 3, side, side)
        return {"beside": torch.cat([pairs[:, :1], (self.beside.unsqueeze(1) + 1) / 2, pairs[:, 1:]], 1).flatten(0, 1)}

    @torch.no_grad()
    def write(self, path: Path, summary: dict[str, Any]) -> None:
        parts: Any = self.average.net
        net = parts["net"].eval()
        style = "" if self.many else self.files[0].name  # a path of this machine says nothing elsewhere
        data = f"paintings, {len(self.files)} of them; photographs, {len(self.photos.pictures)} of them"
        summary = {**summary, "settings": {**summary.get("settings", {}), "style": style}, "data": data}
        body = (not self.many and self.body) or _style_folders.digest(net)
        if not self.many:
            known = _style_folders.painting(self.files[0], self.settings.name)
            one = One(net, known, self.files[0], body, noise=self.noise)
            if self.single:
                one, summary["note"] = _style_nets.told(one, self.settings.start)
            _style_folders.write_one(path, one, summary)
            return
        encoder = parts["encoder"].eval()
        for place, (painting, file) in enumerate(self.known):
            numbers = encoder(self.styles[place].whole) + parts["own"](place)
            plain = stylizer.tuned(net, stylizer.style(numbers, self.styles[place].whole))
            one = One(plain, painting, file, body, noise=self.noise)
            _style_folders.write_one(path.parent / "styles" / f"stylize-{painting.id}", one, summary)
        _style_folders.write_any(path, net, encoder, summary)


def begin(settings: Settings, seed: int) -> StylizeRun:
    """A new run of the recipe. UserError without photographs, the painting, or the features that the losses need."""
    return StylizeRun(settings, seed)
