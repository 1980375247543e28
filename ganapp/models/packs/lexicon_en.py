"""How 124,389 English words are spoken, a few in two ways, as the voices of Piper know phonemes: an SQLite file for a Speaker.

gruut (Hansen) wrote it down; only the file is used, no code of gruut or eSpeak. Table word_phonemes (word, pron_order, phonemes): with the
blanks between phonemes taken out, every character is a key of `phoneme_id_map` in the voice's settings.
"""

from __future__ import annotations

from ganapp.models.packs import Pack

LEXICON = "gruut_lang_en/espeak/lexicon.db"
PACK = Pack(
    package="gruut-lang-en",
    version="2.0.1",
    licence="MIT",
    files={LEXICON: "005c394695a04e235a7879f15dbefe02bd11c38fab951ed75d874699be3fedc0"},
    models={},
    title={"en": "English pronunciations", "zh": "英语发音词典"},
    makers="Hansen, gruut",
    purpose={"en": "How English words are spoken, for voice-en.", "zh": "英语单词的读音，供 voice-en 使用。"},
    archive="gruut_lang_en-2.0.1.tar.gz",
    bytes=15_275_367,
)
