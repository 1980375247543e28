import numpy as np
import pytest
from scipy import signal

from ganapp.sounds.sound import Sound, bordered, joined, levelled, resampled, trimmed


def tone(hertz: float, rate: int, seconds: float = 0.5, height: float = 0.5) -> Sound:
    return Sound((height * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)).astype(np.float32)[None], rate)


def test_the_border_keeps_numbers_finite_and_within_full_scale() -> None:
    sound = bordered(np.array([np.nan, 2.0, -np.inf, 0.25]), 8000)
    np.testing.assert_array_equal(sound.samples, np.array([[0.0, 1.0, -1.0, 0.25]], np.float32))
    assert sound.seconds == 4 / 8000
    with pytest.raises(TypeError):
        Sound(np.zeros(4, np.float32), 8000)
    with pytest.raises(ValueError, match="rate"):
        Sound(np.zeros((1, 4), np.float32), 0)


@pytest.mark.parametrize(("before", "after"), [(44100, 8000), (8000, 16000), (16000, 8000), (11025, 8000)])
def test_a_tone_is_the_same_tone_at_another_rate(before: int, after: int) -> None:
    made = resampled(tone(440, before), after)
    wanted = tone(440, after).samples[0]
    assert abs(made.samples.shape[1] - len(wanted)) <= 1
    inside = slice(200, len(wanted) - 200)
    assert np.abs(made.samples[0, inside] - wanted[inside]).max() < 2e-3


def test_what_the_new_rate_cannot_hold_is_gone() -> None:
    made = resampled(tone(5000, 16000), 8000).samples[0, 200:-200]
    assert np.abs(made).max() < 5e-3  # 3,000 Hz it would be as an alias


def test_resampling_agrees_with_an_independent_one() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 4000)
    smooth = signal.sosfilt(signal.butter(8, 2500, fs=16000, output="sos"), noise).astype(np.float32)
    mine = resampled(Sound(smooth[None], 16000), 8000).samples[0]
    other = signal.resample_poly(smooth.astype(np.float64), 1, 2, window=("kaiser", 9.0))
    assert np.abs(mine - other)[50:-50].max() < 0.02 * np.abs(other).max()


def test_levels_by_hand() -> None:
    rows = Sound(np.array([[0.2, -0.2, 0.2, -0.2], [0.0, 0.0, 0.0, 0.0], [0.9, 0.0, 0.0, 0.0]], np.float32), 8000)
    made = levelled(rows, 0.5).samples
    np.testing.assert_allclose(made[0], [0.5, -0.5, 0.5, -0.5], rtol=1e-6)
    np.testing.assert_array_equal(made[1], 0)
    np.testing.assert_allclose(made[2], [0.99, 0, 0, 0], rtol=1e-6)  # 0.5 asks for a peak of 1.0


def test_quiet_before_and_after_is_cut() -> None:
    row = np.concatenate([np.full(800, 1e-4), tone(200, 8000, 0.2).samples[0], np.full(400, 1e-4)]).astype(np.float32)
    assert trimmed(Sound(row[None], 8000)).samples.shape == (1, 1600)
    silent = Sound(np.zeros((1, 800), np.float32), 8000)
    assert trimmed(silent) is silent
    assert trimmed(Sound(np.ones((1, 3), np.float32), 8000)).samples.shape == (1, 3)


def test_sounds_fade_into_each_other_by_hand() -> None:
    high, low = Sound(np.full((1, 1600), 0.8, np.float32), 8000), Sound(np.full((1, 800), 0.2, np.float32), 8000)
    made = joined([high, low], 0.0005)  # four samples, which hold 1/8, 3/8, 5/8 and 7/8 of the second
    assert made.samples.shape == (1, 2396)
    np.testing.assert_allclose(made.samples[0, 1594:1602], [0.8, 0.8, 0.725, 0.575, 0.425, 0.275, 0.2, 0.2], rtol=1e-5)
    assert joined([high]).samples.shape == (1, 1600)
