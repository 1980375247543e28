"""Say a sentence or a number in sounds that nobody said."""

from ganapp.ui.agents.tool import OfTask

TOOL = OfTask(
    "say",
    ("text", "language", "voice", "seed", "length", "pitch", "loudness", "brightness"),
    facts=("language", "model", "said", "unrecorded", "guessed", "spelled", "length"),
    file="speech",
).tool(
    "say",
    "Say a sentence or a number aloud with GANs, and return a WAV file. Chinese characters, pinyin with tones, and numbers always work; "
    "other English sentences need two packs on this server, and a refusal says so. What was said is told syllable by syllable. The same "
    "seed says it the same way.",
)
