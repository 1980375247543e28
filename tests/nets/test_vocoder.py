"""The vocoder's net: its short frames are joined without loss, and what it begins from goes through it."""

from __future__ import annotations

import pytest
import torch

from ganapp.nets import vocoder, wave_discriminator
from ganapp.nets.vocoder import Config, Net


def test_spectra_of_short_frames_are_joined_to_the_samples_they_are_of() -> None:
    torch.manual_seed(0)
    net, samples = Net(Config(width=4, blocks=1)), torch.randn(2, 900)
    spectrum = net.spectrum(samples)
    assert spectrum.shape == (2, 2 * 41, 46)
    again = net.samples(spectrum)
    torch.testing.assert_close(again[:, 60:-60], samples[:, 60:-60], rtol=1e-4, atol=1e-4)
    complex_ = torch.stft(samples, 80, 20, 80, torch.hann_window(80), pad_mode="constant", return_complex=True)
    torch.testing.assert_close(spectrum, torch.cat([complex_.real, complex_.imag], 1), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("frames", [2, 17, 64])
def test_it_begins_from_what_it_is_given(frames: int) -> None:
    torch.manual_seed(0)
    net, guess = Net(Config(width=8, blocks=2)), 0.1 * torch.randn(3, (frames - 1) * 100)
    made = net(torch.zeros(3, 64, frames), guess)  # before it has learned anything
    assert made.shape == guess.shape
    torch.testing.assert_close(made[:, 40:-40], guess[:, 40:-40], rtol=1e-3, atol=1e-4)
    made.square().sum().backward()
    assert net.tell.weight.grad is not None
    assert net.tell.weight.grad.abs().max() > 0


def test_one_that_is_given_nothing_needs_the_picture_alone() -> None:
    torch.manual_seed(0)
    net = Net(Config(width=8, blocks=1, guess=False))
    picture = torch.randn(1, 64, 5)
    torch.nn.init.normal_(net.tell.weight, 0.0, 0.1)
    assert torch.equal(net(picture, torch.zeros(1, 400)), net(picture, torch.ones(1, 400)))
    assert net(picture, torch.zeros(1, 400)).abs().max() > 0


def test_steps_divide_the_hop() -> None:
    with pytest.raises(ValueError, match="divides"):
        Net(Config(hop=100, step=24))


def test_the_discriminator_sees_every_second_sample_and_spectra() -> None:
    rows = wave_discriminator.folded(torch.arange(10.0)[None] / 5, 2)
    assert rows[:, 0, 0].tolist() == [[0.0, 2.0, 4.0, 6.0, 8.0], [1.0, 3.0, 5.0, 7.0, 9.0]]
    net = wave_discriminator.Net(wave_discriminator.Config(periods=(2, 3), frames=(80,), width=4))
    seen = net.layers(torch.randn(2, 1000))
    assert [len(layers) for layers in seen] == [4, 4, 4]
    assert seen[2][-1].shape[:2] == (2, 1)
    tone = torch.sin(torch.arange(1600) * (2 * torch.pi / 8))[None]  # the tenth of 80 samples' bins
    sizes = vocoder.OVERLAP * wave_discriminator.spectra(tone, 80)[0, :41, 0, 10:30].square()
    assert int((sizes + wave_discriminator.spectra(tone, 80)[0, 41:, 0, 10:30].square()).mean(1).argmax()) == 10
