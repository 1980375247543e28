"""Make assets/data/dialogues from the package `chatterbot-corpus` (BSD-3-Clause): `python scripts/dialogues.py FOLDER`.

    pip download chatterbot-corpus==1.3.3 --no-deps --no-binary :all: && tar xf chatterbot_corpus-1.3.3.tar.gz
    python scripts/dialogues.py chatterbot_corpus-1.3.3

Every turn of a conversation and the next one are a pair; each pair is kept once, with the topic that its file has. Pairs that share a turn,
but for case and marks, are of one split.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import sys
import unicodedata
import zlib
from pathlib import Path

import yaml

HOME = Path(__file__).resolve().parents[1] / "assets" / "data" / "dialogues"
FOLDERS = {"en": "english", "zh": "chinese"}


def pairs(folder: Path) -> tuple[int, dict[tuple[str, str], str]]:
    """How many conversations a language has, and the topic of each pair."""
    conversations, found = 0, {}
    for file in sorted(folder.glob("*.yml")):
        for turns in yaml.safe_load(file.read_text(encoding="utf-8"))["conversations"]:
            conversations += 1
            told = [unicodedata.normalize("NFC", str(turn)).strip() for turn in turns]
            for said, reply in zip(told, told[1:]):
                if said and reply:
                    found.setdefault((said, reply), file.stem)
    return conversations, found


def plain(text: str) -> str:
    """A turn without case and marks."""
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def split(known: dict[tuple[str, str], str]) -> dict[str, list[tuple[str, str, str]]]:
    """The pairs by split: a fifth is for measuring, a tenth for choosing, what shares a turn stays together."""
    parents: dict[str, str] = {}

    def root(turn: str) -> str:
        while parents.setdefault(turn, turn) != turn:
            turn = parents[turn]
        return turn

    for said, reply in known:
        parents[root(plain(said))] = root(plain(reply))
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for (said, reply), topic in known.items():
        groups.setdefault(root(plain(said)), []).append((said, reply, topic))
    parts: dict[str, list[tuple[str, str, str]]] = {"train": [], "dev": [], "test": []}
    for name in sorted(groups):
        number = zlib.crc32(name.encode()) % 10
        parts["test" if number < 2 else "dev" if number == 2 else "train"] += groups[name]
    return parts


def main(package: Path) -> None:
    """Write pairs.xz, corpus.json and the licence."""
    HOME.mkdir(parents=True, exist_ok=True)
    whole, counts = {}, {}
    for language, name in FOLDERS.items():
        conversations, known = pairs(package / "chatterbot_corpus" / "data" / name)
        whole[language] = split(known)
        counts[language] = {"conversations": conversations, **{part: len(rows) for part, rows in whole[language].items()}}
    packed = lzma.compress(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode(), preset=9)
    (HOME / "pairs.xz").write_bytes(packed)
    facts = {"package": "chatterbot-corpus 1.3.3", "licence": "BSD-3-Clause", "pairs": counts}
    facts["sha256"] = hashlib.sha256(packed).hexdigest()
    (HOME / "corpus.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    (HOME / "LICENSE").write_text((package / "license.md").read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
