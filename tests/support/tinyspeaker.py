"""Small models of spoken words, untrained, and a file of recordings that were never made, for tests."""

from __future__ import annotations

from pathlib import Path

import torch

from ganapp.models import folder
from ganapp.nets import digit_classifier, mel_discriminator, mel_generator, mel_pair_discriminator, mel_reader
from ganapp.nets import vocoder as vocoder_net
from ganapp.sounds import mel
from ganapp.training.data import spoken, waves

ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WORDS = (*ENGLISH, *"零一二三四五六七八九")
VOICES = ("anna", "ben", "chu")
SAID = sorted({(word, voice) for word in range(10) for voice in (0, 1)} | {(word, 2) for word in range(10, 20)})


def recordings(path: Path, each: int = 2) -> Path:
    """Bursts of tones, `each` for training and as many held out for every word that a voice says; Mandarin for training alone."""
    random = torch.Generator().manual_seed(0)
    rows = [(word, voice, split) for word, voice in SAID for split in (0, 1) for _ in range(each) if word < 10 or split == 0]
    t = torch.arange(mel.SAMPLES) / mel.RATE
    heights = 100 + 150 * torch.tensor([row[0] for row in rows])[:, None] + 10 * torch.rand(len(rows), 1, generator=random)
    sounds = 0.3 * torch.sin(2 * torch.pi * heights * t) * (t > 0.1) * (t < 0.5)
    words, voices, split = (torch.tensor([row[i] for row in rows]) for i in range(3))
    spoken.save(path, spoken.Spoken(mel.logmel(sounds), words, voices, split, WORDS, VOICES, "tones"))
    return path


def speaker(path: Path, seed: int = 0) -> Path:
    """A speaker that hums, and its discriminator."""
    torch.manual_seed(seed)
    config = mel_generator.Config(latent=8, words=len(WORDS), voices=len(VOICES), width=8, code=8, sheets=2, last=2)
    net = mel_generator.Net(config)
    with torch.no_grad():
        net.low.fill_(spoken.floor())
        net.mean.copy_(torch.linspace(4, -6, mel.BANDS))
        net.scale.fill_(2.0)
    judging = mel_discriminator.Config(words=len(WORDS), voices=len(VOICES), width=4, features=8)
    described = {
        "task": "speak",
        "title": {"en": "Tiny", "zh": "小"},
        "licence": "mit",
        "promises": {"size": mel.FRAMES, "channels": 1, "latent": 8, "rate": mel.RATE},
        "values": {"words": list(WORDS), "voices": list(VOICES), "said": SAID},
    }
    nets = {
        "model": folder.Trained("mel_generator", config, net),
        "discriminator": folder.Trained("mel_discriminator", judging, mel_discriminator.Net(judging)),
    }
    folder.write(path, described, nets)
    return path


def reader(path: Path, seed: int = 0) -> Path:
    """A reader of drawn digits that hums, and its discriminator."""
    torch.manual_seed(seed)
    config = mel_reader.Config(eye=8, latent=8, voices=len(VOICES), width=8, code=8, sheets=2, last=2)
    net = mel_reader.Net(config)
    with torch.no_grad():
        net.low.fill_(spoken.floor())
        net.mean.copy_(torch.linspace(4, -6, mel.BANDS))
        net.scale.fill_(2.0)
    judging = mel_pair_discriminator.Config(eye=8, voices=len(VOICES), width=4, features=8)
    described = {
        "task": "listen",
        "title": {"en": "Tiny", "zh": "小"},
        "licence": "mit",
        "promises": {"size": mel.FRAMES, "channels": 1, "latent": 8, "rate": mel.RATE, "side": 32},
        "values": {"words": list(WORDS), "voices": list(VOICES), "languages": [0, 0, 1]},
    }
    nets = {
        "model": folder.Trained("mel_reader", config, net),
        "discriminator": folder.Trained("mel_pair_discriminator", judging, mel_pair_discriminator.Net(judging)),
    }
    folder.write(path, described, nets)
    return path


def judge(path: Path, seed: int = 0) -> Path:
    """A judge that knows nothing."""
    torch.manual_seed(seed)
    config = digit_classifier.Config(mel.FRAMES, 1, len(WORDS), 2, 4)
    described = {
        "task": "classify",
        "title": {"en": "Tiny", "zh": "小"},
        "licence": "mit",
        "promises": {"size": mel.FRAMES, "channels": 1, "classes": len(WORDS), "features": 4},
        "values": {"words": list(WORDS)},
    }
    folder.write(path, described, {"model": folder.Trained("digit_classifier", config, digit_classifier.Net(config))})
    return path


def waves_at(path: Path, each: int = 4, rounds: int = 2) -> Path:
    """Bursts of tones as samples, `each` of every voice to learn from, and a string of ten that is held out for the first and the last."""
    random = torch.Generator().manual_seed(0)
    rows = [(voice, waves.LEARNED) for voice in range(len(VOICES)) for _ in range(each)]
    rows += [(voice, string) for string, voice in enumerate((0, len(VOICES) - 1)) for _ in range(10)]
    t = torch.arange(mel.SAMPLES) / mel.RATE
    pitch = 100 + 200 * torch.rand(len(rows), 1, generator=random)
    tones = torch.stack([torch.sin(2 * torch.pi * n * pitch * t) / n for n in range(1, 6)]).sum(0)
    samples = 0.15 * tones * (t > 0.03) * (t < 0.4)
    voices, strings = (torch.tensor([row[i] for row in rows]) for i in range(2))
    lengths = torch.full((len(rows),), 3600)
    guesses = waves.guessed(samples, rounds)
    waves.save(path, waves.Waves(samples, guesses, voices, lengths, strings, VOICES, ("en", "en", "zh"), rounds, "tones"))
    return path


def vocoder(path: Path, rounds: int = 2, seed: int = 0) -> Path:
    """A vocoder that has learned nothing: it gives what it begins from."""
    torch.manual_seed(seed)
    config = vocoder_net.Config(width=8, blocks=1, guess=rounds > 0, rounds=rounds)
    described = {
        "task": "vocode",
        "title": {"en": "Tiny", "zh": "小"},
        "licence": "mit",
        "promises": {"rate": mel.RATE, "rounds": rounds},
    }
    folder.write(path, described, {"model": folder.Trained("vocoder", config, vocoder_net.Net(config))})
    return path
