"""Make the sets of sounds that are shipped: `python scripts/sound_sets.py gcin/usr/share/gcin-voice/ogg`.

Both are files 5.ogg of Debian's package gcin-voice (ChionMeilin with the voice of Chu Lo; CC BY 3.0), as they are, in a zip file whose
folders are the classes: the ten digits, and syllables that were recorded in all four tones.

    apt-get download gcin-voice && dpkg-deb -x gcin-voice_*.deb gcin
"""

from __future__ import annotations

import argparse
import hashlib
import zipfile
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "assets" / "data"
DIGITS = dict(zip("零一二三四五六七八九", ("ㄌㄧㄥ2", "ㄧ", "ㄦ4", "ㄙㄢ", "ㄙ4", "ㄨ3", "ㄌㄧㄡ4", "ㄑㄧ", "ㄅㄚ", "ㄐㄧㄡ3")))
TONES = {"ā": "", "á": "2", "ǎ": "3", "à": "4"}  # what is written after a syllable
SYLLABLES = (  # recorded in all four tones
    *("ㄅㄚ", "ㄅㄛ", "ㄅㄧ", "ㄅㄨ", "ㄆㄛ", "ㄆㄢ", "ㄆㄧ", "ㄆㄨ", "ㄇㄚ", "ㄇㄛ", "ㄇㄠ", "ㄇㄧ"),
    *("ㄈㄚ", "ㄈㄟ", "ㄈㄢ", "ㄈㄨ", "ㄉㄚ", "ㄉㄧ", "ㄉㄨ", "ㄉㄨㄛ", "ㄊㄠ", "ㄊㄧ", "ㄊㄨ", "ㄊㄨㄥ"),
    *("ㄌㄟ", "ㄌㄠ", "ㄌㄧ", "ㄌㄨ", "ㄍㄜ", "ㄍㄨㄛ", "ㄏㄞ", "ㄏㄠ", "ㄏㄨ", "ㄏㄨㄟ", "ㄐㄧ", "ㄐㄩ"),
    *("ㄑㄧ", "ㄑㄩ", "ㄒㄧ", "ㄒㄩ", "ㄓ", "ㄔ", "ㄕ", "ㄕㄜ", "ㄧ", "ㄨ", "ㄩ", "ㄞ"),
)
DATE = (2026, 1, 1, 0, 0, 0)  # of every entry, so that the same recordings give the same file


def pack(path: Path, clips: dict[str, bytes]) -> None:
    """A zip file of files by their names, stored as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, blob in sorted(clips.items()):
            archive.writestr(zipfile.ZipInfo(name, DATE), blob)
    print(path, len(clips), "recordings,", path.stat().st_size, "bytes,", hashlib.sha256(path.read_bytes()).hexdigest())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("syllables", type=Path)
    root = arguments.parse_args().syllables

    def recorded(syllable: str) -> bytes:
        return (root / syllable / "5.ogg").read_bytes()

    digits = {f"{digit}/{syllable}.ogg": recorded(syllable) for digit, syllable in DIGITS.items()}
    tones = {f"{tone}/{each}{after}.ogg": recorded(each + after) for tone, after in TONES.items() for each in SYLLABLES}
    pack(DATA / "mandarin-digits" / "sounds.zip", digits)
    pack(DATA / "mandarin-tones" / "sounds.zip", tones)


if __name__ == "__main__":
    main()
