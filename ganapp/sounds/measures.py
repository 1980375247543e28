"""What can be measured of a sound: its length, pitch, loudness and brightness. The sliders of the page are told in these."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from ganapp.sounds.sound import QUIET, Samples, Sound, trimmed

LOWEST, HIGHEST = 60.0, 500.0  # Hz, of a voice's pitch
VOICED = 0.6  # what the correlation with itself a period later must reach
FRAME, STEP = 0.05, 0.01  # seconds
DECIBELS = 35.0  # below the loudest moment a sound is over


@dataclass(frozen=True)
class Measured:
    """length: seconds from the first to the last moment that is heard; pitch: Hz, the middle one of its voiced moments, 0 where there are
    none; loudness: decibels of its root mean square while it is heard, 0 for a square wave of full scale; brightness: Hz, the centre of its
    spectrum by power."""

    length: float
    pitch: float
    loudness: float
    brightness: float

    def rounded(self) -> dict[str, float]:
        """All four by their names, to four places, as they are told."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def measured(sound: Sound) -> Measured:
    """All four of a single sound (1, n); of silence 0, 0, -120 and 0."""
    heard = trimmed(sound, DECIBELS)
    row = heard.samples[0]
    rms = float(np.sqrt(np.mean(row.astype(np.float64) ** 2))) if len(row) else 0.0
    if rms <= QUIET:
        return Measured(0.0, 0.0, -120.0, 0.0)
    return Measured(heard.seconds, pitch(row, sound.rate), 20 * float(np.log10(rms)), brightness(row, sound.rate))


def brightness(row: Samples, rate: int) -> float:
    """The centre of the power spectrum of samples (n,) in Hz."""
    power = np.abs(np.fft.rfft(row.astype(np.float64))) ** 2
    return float((power * np.fft.rfftfreq(len(row), 1 / rate)).sum() / max(power.sum(), 1e-12))


def pitch(row: Samples, rate: int) -> float:
    """The middle pitch of samples (n,) over the moments that are voiced, 0 without any.

    By the highest peak of the autocorrelation, normalised as in Boersma 1993, "Accurate short-term analysis of the fundamental frequency".
    """
    size, step = round(FRAME * rate), max(1, round(STEP * rate))
    found = [_period(row[start : start + size].astype(np.float64), rate) for start in range(0, max(1, len(row) - size + 1), step)]
    voiced = [each for each in found if each > 0]
    return float(np.median(voiced)) if voiced else 0.0


def _period(frame: np.ndarray, rate: int) -> float:
    """The pitch of one frame, 0 where it is not voiced."""
    window = np.hanning(len(frame) + 2)[1:-1]
    size = 2 * len(frame)

    def own(x: np.ndarray) -> np.ndarray:
        return np.fft.irfft(np.abs(np.fft.rfft(x, size)) ** 2)[: len(frame)]

    heard, shape = own((frame - frame.mean()) * window), own(window)
    if heard[0] <= len(frame) * QUIET**2:
        return 0.0
    curve = heard / heard[0] / np.maximum(shape / shape[0], 1e-3)
    low, high = max(2, int(rate / HIGHEST)), min(int(rate / LOWEST) + 1, len(frame) - 2)
    lags = np.arange(low, high)
    peaks = lags[(curve[lags] >= curve[lags - 1]) & (curve[lags] >= curve[lags + 1])]
    if not len(peaks):
        return 0.0
    best = peaks[np.argmax(curve[peaks] - 0.01 * np.log2(peaks / low))]  # of two alike the shorter period: not an octave too low
    if curve[best] < VOICED:
        return 0.0
    before, at, after = curve[best - 1 : best + 2]
    bend = before - 2 * at + after
    return float(rate / (best + (0.5 * (before - after) / bend if bend else 0.0)))
