import io
import struct
import wave

import numpy as np
import pytest

from ganapp.base.errors import UserError
from ganapp.sounds import files
from ganapp.sounds.sound import Sound

soundfile = pytest.importorskip("soundfile")


def made(data: bytes, width: int, channels: int = 1, rate: int = 8000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("width", "data"),
    [
        (1, bytes([128, 192, 0])),
        (2, struct.pack("<3h", 0, 16384, -32768)),
        (3, b"\0\0\0" + b"\0\0\x40" + b"\0\0\x80"),
        (4, struct.pack("<3i", 0, 2**30, -(2**31))),
    ],
)
def test_whole_numbers_of_every_width_are_shares_of_full_scale(width: int, data: bytes) -> None:
    sound = files.read(made(data, width))
    assert sound.rate == 8000
    np.testing.assert_allclose(sound.samples, [[0.0, 0.5, -1.0]])


def test_channels_are_averaged() -> None:
    sound = files.read(made(struct.pack("<4h", 16384, 0, -16384, -16384), 2, channels=2))
    np.testing.assert_allclose(sound.samples, [[0.25, -0.5]])


@pytest.mark.parametrize(
    ("kind", "subtype", "within"), [("FLAC", "PCM_16", 1e-4), ("OGG", "VORBIS", 0.05), ("MP3", None, 0.05), ("WAV", "FLOAT", 1e-6)]
)
def test_other_kinds_of_files_are_read(kind: str, subtype: str | None, within: float) -> None:
    wanted = 0.5 * np.sin(np.arange(16000) * 2 * np.pi * 440 / 16000)
    out = io.BytesIO()
    soundfile.write(out, wanted, 16000, format=kind, subtype=subtype)
    sound = files.read(out.getvalue())
    assert (sound.rate, sound.samples.dtype) == (16000, np.float32)
    middle = slice(4000, 12000)
    assert np.abs(sound.samples[0, middle] - wanted[middle]).max() < within


def test_what_is_written_is_read_again() -> None:
    wanted = Sound(np.array([[0.0, 0.5, -0.25, 1.0, -1.0]], np.float32), 8000)
    blob = files.wav(wanted, '{"seed": 3}')
    again = files.read(blob)
    np.testing.assert_allclose(again.samples, wanted.samples, atol=1 / 32767)
    assert b"ICMT" in blob
    assert b'{"seed": 3}' in blob
    assert int.from_bytes(blob[4:8], "little") == len(blob) - 8
    assert soundfile.info(io.BytesIO(blob)).frames == 5


@pytest.mark.parametrize(
    ("blob", "key"),
    [
        (b"no sound at all", "sound_unreadable"),
        (b"", "sound_unreadable"),
        (made(b"", 2), "sound_empty"),
        (made(bytes(2000), 2)[:30], "sound_unreadable"),
        (made(bytes(601 * 1000), 1, rate=1000), "sound_long"),
        (made(bytes(20), 2, rate=50), "sound_unreadable"),
        (bytes(files.MOST_BYTES + 1), "sound_bytes"),
    ],
)
def test_what_is_no_sound_is_told_in_one_sentence(blob: bytes, key: str) -> None:
    with pytest.raises(UserError) as problem:
        files.read(blob)
    assert problem.value.key == key
    assert problem.value.sentence("zh") != problem.value.sentence("en")


def test_without_soundfile_wave_files_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "soundfile", None)
    assert files.read(made(struct.pack("<h", 16384), 2)).samples[0, 0] == 0.5
    with pytest.raises(UserError) as problem:
        files.read(b"OggS and so on")
    assert problem.value.key == "sound_needs_soundfile"
