"""Sound files in and out: WAV by the standard library, FLAC, OGG, MP3 and other kinds of WAV by soundfile, WAV alone on the way out."""

from __future__ import annotations

import io
import wave

import numpy as np

from ganapp.base.errors import UserError
from ganapp.sounds.sound import Samples, Sound, bordered

MOST_BYTES, MOST_SECONDS = 20 * 2**20, 600
RATES = (1000, 384_000)  # samples a second of a file that is read
FULL = 32767.0  # of a sample of 16 bits


def read(blob: bytes) -> Sound:
    """One channel (1, n), the mean of those in the file. UserError for what is no sound, is empty, or is too long."""
    if len(blob) > MOST_BYTES:
        raise UserError("sound_bytes", megabytes=MOST_BYTES // 2**20)
    channels, rate = _wave(blob) or _other(blob)
    if not RATES[0] <= rate <= RATES[1]:
        raise UserError("sound_unreadable")
    if not channels.size:
        raise UserError("sound_empty")
    if channels.shape[1] > MOST_SECONDS * rate:
        raise UserError("sound_long", seconds=MOST_SECONDS)
    return bordered(channels.mean(0), rate)


def _wave(blob: bytes) -> tuple[Samples, int] | None:
    """Channels (c, n) and rate of a WAV file of whole numbers, None for anything else."""
    try:
        with wave.open(io.BytesIO(blob)) as file:
            count, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(min(file.getnframes(), (MOST_SECONDS + 1) * rate))
    except (wave.Error, EOFError, ValueError, OverflowError, RuntimeError):  # RuntimeError: a chunk is longer than the file
        return None
    if width > 4:
        return None  # no whole numbers
    data = data[: len(data) // (count * width) * count * width]
    raw = np.frombuffer(data, np.uint8).reshape(-1, width)
    if width == 1:
        levels = (raw[:, 0].astype(np.float32) - 128) / 128
    else:  # the high bytes of a number of 32 bits
        levels = np.pad(raw, ((0, 0), (4 - width, 0))).view("<i4")[:, 0].astype(np.float32) / 2**31
    channels: Samples = levels.reshape(-1, count).T.astype(np.float32)
    return channels, rate


def _other(blob: bytes) -> tuple[Samples, int]:
    """Channels (c, n) and rate of a file of any kind that soundfile knows."""
    try:
        import soundfile
    except (ImportError, OSError) as problem:  # OSError: its library is missing
        raise UserError("sound_needs_soundfile") from problem
    try:
        with soundfile.SoundFile(io.BytesIO(blob)) as file:
            samples = file.read((MOST_SECONDS + 1) * file.samplerate, dtype="float32", always_2d=True)
            return samples.T, int(file.samplerate)
    except (RuntimeError, ValueError, TypeError, OverflowError, MemoryError) as problem:  # soundfile's own errors are RuntimeErrors
        raise UserError("sound_unreadable") from problem


def wav(sound: Sound, comment: str = "") -> bytes:
    """A WAV file of 16 bits, a channel for each row; `comment` is kept in its list of facts (chunk LIST, INFO, ICMT)."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(len(sound.samples))
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(np.round(sound.samples.T * FULL).astype("<i2").tobytes())
    chunks = [_chunk(b"LIST", b"INFO" + _chunk(b"ICMT", comment.encode("utf-8") + b"\0"))] if comment else []
    whole = b"".join([out.getvalue(), *chunks])
    return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)
