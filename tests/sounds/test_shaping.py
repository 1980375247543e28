import numpy as np
import torch

from ganapp.sounds import mel, shaping
from ganapp.sounds.measures import measured
from ganapp.sounds.shaping import Shape
from ganapp.sounds.sound import Sound


def voice(hertz: float = 150.0, seconds: float = 0.4, height: float = 0.2) -> Sound:
    t = np.arange(round(seconds * mel.RATE)) / mel.RATE
    row = sum(height / n * np.sin(2 * np.pi * hertz * n * t) for n in range(1, 9))
    return Sound(np.pad(row, (400, mel.SAMPLES - 400 - len(t))).astype(np.float32)[None], mel.RATE)


def test_measures_by_hand() -> None:
    t = np.arange(3200) / 8000
    square = Sound(np.pad(np.where(np.arange(3200) % 40 < 20, 0.5, -0.5), 800).astype(np.float32)[None], 8000)  # 200 Hz
    found = measured(square)
    assert abs(found.length - 0.4) < 0.011
    assert abs(found.pitch - 200) < 1
    assert abs(found.loudness - 20 * np.log10(0.5)) < 0.1
    tone = Sound((0.3 * np.sin(2 * np.pi * 1000 * t)).astype(np.float32)[None], 8000)
    assert abs(measured(tone).brightness - 1000) < 5
    noise = np.random.default_rng(0).normal(0, 0.1, 4000).astype(np.float32)
    assert measured(Sound(noise[None], 8000)).pitch == 0
    silent = measured(Sound(np.zeros((1, 800), np.float32), 8000))
    assert (silent.length, silent.pitch, silent.loudness, silent.brightness) == (0.0, 0.0, -120.0, 0.0)


def shaped(shape: Shape) -> Sound:
    return shaping.shaped(mel.logmel(torch.from_numpy(voice().samples)), shape)


def test_each_slider_moves_what_it_is_called_after_and_is_monotone() -> None:
    cases = {"length": (0.6, 1.0, 1.6), "pitch": (-5.0, 0.0, 7.0), "loudness": (-12.0, -6.0, 0.0), "brightness": (-5.0, 0.0, 5.0)}
    plain = measured(shaped(Shape()))
    assert abs(plain.pitch - 150) < 4
    for name, values in cases.items():
        found = [measured(shaped(Shape(**{name: value}))) for value in values]
        series = [getattr(each, name) for each in found]
        assert series == sorted(series), (name, series)
        if name == "length":
            np.testing.assert_allclose([s / plain.length for s in series], values, rtol=0.15)
        elif name == "pitch":
            np.testing.assert_allclose([12 * np.log2(s / plain.pitch) for s in series], values, atol=0.5)
        elif name == "loudness":
            np.testing.assert_allclose([s - plain.loudness for s in series], values, atol=0.5)
        else:
            assert series[2] / series[0] > 1.3
        if name != "length":
            assert all(abs(each.length / plain.length - 1) < 0.2 for each in found), name


def test_stretching_by_hand() -> None:
    picture = torch.tensor([[[0.0, 2.0, 4.0]]])
    torch.testing.assert_close(shaping.stretched(picture, 2.0), torch.tensor([[[0.0, 1.0, 2.0, 3.0, 4.0]]]))
    assert shaping.stretched(picture, 0.5).shape == (1, 1, 2)


def test_silence_stays_silent() -> None:
    silent = torch.full((1, 64, 64), float(np.log(1e-3)))
    torch.testing.assert_close(shaping.tilted(silent, 6.0), silent)
