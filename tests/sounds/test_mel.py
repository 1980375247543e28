import numpy as np
import torch
from scipy import signal

from ganapp.sounds import mel, phase, pictured


def tone(hertz: float, height: float = 0.5) -> torch.Tensor:
    return (height * torch.sin(2 * torch.pi * hertz * torch.arange(mel.SAMPLES) / mel.RATE))[None]


def test_the_mel_scale_by_hand() -> None:
    np.testing.assert_allclose(mel.mels(np.array([0.0, 700.0, 6300.0])), [0.0, 2595 * np.log10(2), 2595.0])
    np.testing.assert_allclose(mel.hertz(mel.mels(np.array([40.0, 1000.0, 4000.0]))), [40.0, 1000.0, 4000.0])


def test_triangles_rise_and_fall_between_neighbours() -> None:
    bank, centres = mel.bank(), mel.centres()
    assert bank.shape == (64, 257)
    assert bool((bank.sum(1) > 0).all())
    assert bool((bank.argmax(1).diff() >= 0).all())
    # between the first and the last middle the weights of a frequency sum to one
    inside = (torch.arange(257) * mel.RATE / mel.FFT > centres[0]) & (torch.arange(257) * mel.RATE / mel.FFT < centres[-1])
    torch.testing.assert_close(bank.sum(0)[inside], torch.ones(int(inside.sum())), rtol=1e-4, atol=1e-4)


def test_a_tone_has_the_power_that_theory_gives_it() -> None:
    # Hann's window of 400 sums to 200: a tone of height 0.5 in the middle of a bin has the amplitude 0.5 * 200 / 2 = 50
    assert abs(float(mel.spectrum(tone(1000.0)).abs()[0, 64, 30]) - 50.0) < 0.05
    picture = mel.logmel(tone(1000.0))
    assert picture.shape == (1, 64, 64)
    nearest = int((mel.centres() - 1000).abs().argmin())
    assert int(picture[0, :, 30].argmax()) == nearest
    by_hand = float((mel.bank()[nearest] * mel.spectrum(tone(1000.0))[0, :, 30].abs() ** 2).sum().log())
    assert abs(float(picture[0, nearest, 30]) - by_hand) < 1e-4


def test_silence_is_the_floor() -> None:
    torch.testing.assert_close(mel.logmel(torch.zeros(1, mel.SAMPLES)), torch.full((1, 64, 64), np.log(1e-3)).float())


def test_the_transform_agrees_with_scipy() -> None:
    x = torch.randn(1, 2000, generator=torch.Generator().manual_seed(1))
    window = np.zeros(512)
    window[56:456] = mel.window().numpy()
    frame = np.pad(x[0].numpy(), 256)[500 : 500 + 512] * window
    np.testing.assert_allclose(mel.spectrum(x)[0, :, 5].numpy(), np.fft.rfft(frame), atol=2e-4)
    np.testing.assert_allclose(mel.window().numpy(), signal.get_window("hann", 400), atol=1e-6)


def test_powers_are_found_that_have_the_bands_powers() -> None:
    wanted = mel.logmel(torch.randn(1, mel.SAMPLES, generator=torch.Generator().manual_seed(3)) * 0.1)

    def apart(rounds: int) -> float:
        found = mel.power(wanted, rounds)
        assert bool((found >= 0).all())
        return float(((mel.bank() @ found).clamp(min=mel.FLOOR).log() - wanted).abs().mean())

    assert apart(0) > apart(10) > apart(mel.ROUNDS)
    assert apart(mel.ROUNDS) < 0.05


def test_griffin_lim_gives_a_sound_with_that_picture() -> None:
    tones = sum(tone(150.0 * n, 0.3 / n) for n in range(1, 8))
    wanted = mel.logmel(tones)
    samples = phase.griffin_lim(wanted)
    assert samples.shape == (1, mel.SAMPLES)
    assert float(samples.abs().max()) <= 1
    loud = wanted > 0
    assert float((mel.logmel(samples) - wanted)[loud].abs().mean()) < 0.35
    worse = phase.griffin_lim(wanted, rounds=1)
    assert float((mel.logmel(worse) - wanted)[loud].abs().mean()) > float((mel.logmel(samples) - wanted)[loud].abs().mean())


def test_what_is_too_loud_is_made_quieter_as_a_whole() -> None:
    tones = sum(tone(150.0 * n, 0.3 / n) for n in range(1, 8))
    plain, loud = (phase.griffin_lim(mel.logmel(tones) + add) for add in (0.0, 5.0))
    assert abs(float(loud.abs().max()) - phase.PEAK) < 1e-4
    assert float(((loud / loud.norm()) * (plain / plain.norm())).sum()) > 0.9  # the same wave


def test_cut_and_filled_to_a_length() -> None:
    assert mel.framed(torch.ones(2, 7000)).shape == (2, mel.SAMPLES)
    assert mel.framed(torch.ones(1, 10), 12)[0].tolist() == [1.0] * 10 + [0.0] * 2


def test_pictures_for_a_classifier_and_for_eyes() -> None:
    picture = torch.tensor([[[np.log(1e-3)], [7.0], [70.0]]]).float()
    torch.testing.assert_close(pictured.of_logmel(picture), torch.tensor([[[[-1.0], [1.0], [1.0]]]]), atol=1e-4, rtol=0)
    torch.testing.assert_close(pictured.shown(picture)[0, 0, :, 0], torch.tensor([1.0, 1.0, 0.0]), atol=1e-4, rtol=0)
