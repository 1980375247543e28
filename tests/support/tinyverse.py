"""A small writer of verse with a critic that nobody trained."""

from __future__ import annotations

from pathlib import Path

import torch

from ganapp.models import catalog, folder, writer
from ganapp.models.writer import Writer
from ganapp.nets import causal_transformer, text_discriminator
from ganapp.writing import corpus, prosody


def pen(place: Path) -> Writer:
    """Written as a model folder at `place`, and opened."""
    folder_at(place)
    return writer.of_folder(catalog.Loaded("pen", "trained", place, folder.describe(place)))


def poems(place: Path, count: int) -> str:
    """A reader's own file of so many poems, written at `place`."""
    known = corpus.shipped_alphabet()
    lines = ["，".join(known.text(list(line)) for line in prosody.lines(poem)) for poem in corpus.poems("train")[:count]]
    place.write_text("\n".join(lines), encoding="utf-8")
    return str(place)


def folder_at(place: Path) -> Path:
    """The model folder alone."""
    known = corpus.shipped_alphabet()
    torch.manual_seed(0)
    net = causal_transformer.Net(causal_transformer.Config(len(known), len(known.rhymes), width=16, layers=1, heads=2))
    critic = text_discriminator.Net(text_discriminator.Config(len(known), len(known.rhymes), width=16, layers=1, heads=2))
    for each in (net, critic):
        each.tone.copy_(torch.tensor(known.tones))
        each.rhyme.copy_(torch.tensor(known.rhyme))
    about = {"task": "write", "title": {"en": "t", "zh": "t"}, "licence": "mit"}
    values = {"alphabet": known.table(), "critic": {"lines": [-1.0, 0.0, 1.0], "poems": [-1.0, 0.0, 1.0]}}
    nets = {
        "model": folder.Trained("causal_transformer", net.config, net),
        "critic": folder.Trained("text_discriminator", critic.config, critic),
    }
    folder.write(place, {**about, "values": values}, nets)
    return place
