"""assets/js/listen against ganapp/sounds: the same samples, measures and files; a link holds what it is given, whatever it says."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ganapp import models
from ganapp.base import paths
from ganapp.digits import digit
from ganapp.pictures import images
from ganapp.sounds import files, measures, mel, phase, shaping, sonification
from ganapp.sounds.shaping import Shape
from ganapp.sounds.sound import Sound, bordered, joined, resampled
from ganapp.tasks import speak, speak_number
from scripts import first_sounds
from tests.support import node

pytestmark = node.needed
KNOWN = {"words": ["zero", "one", "two"], "voices": ["anna", "ben"], "said": [[0, 0], [1, 0], [1, 1], [2, 1]]}


def printed(names: str, module: str, script: str, folder: Path | None = None) -> Any:
    head = f"import {{ {names} }} from {json.dumps(node.address(f'listen/{module}'))};\nimport {{ readFileSync }} from 'node:fs';\n"
    return node.printed(f"{head}{script}", folder)


@pytest.fixture
def voice(tmp_path: Path) -> torch.Tensor:
    """A log-mel picture (1, 64, 64) of a voice of 140 Hz, in picture.bin too."""
    t = np.arange(mel.SAMPLES) / mel.RATE
    row = sum(0.2 / n * np.sin(2 * np.pi * 140 * n * t) for n in range(1, 12)) * (t > 0.05) * (t < 0.45)
    picture = mel.logmel(torch.from_numpy(np.asarray(row, np.float32))[None])
    picture.numpy().tofile(tmp_path / "picture.bin")
    return picture


READ = "const picture = new Float32Array(readFileSync('picture.bin').buffer);\n"


@pytest.mark.parametrize("shape", [Shape(), Shape(1.4, 3.0, -6.0, 2.0), Shape(0.7, -5.0, 3.0, -4.0)])
def test_the_page_makes_the_sound_that_the_server_makes(shape: Shape, voice: torch.Tensor, tmp_path: Path) -> None:
    fields = json.dumps({"length": shape.length, "pitch": shape.pitch, "loudness": shape.loudness, "brightness": shape.brightness})
    made = np.array(printed("shaped", "mel.js", f"{READ}console.log(JSON.stringify([...shaped(picture, {fields})]))", tmp_path), np.float32)
    wanted = shaping.shaped(voice, shape)
    assert abs(len(made) - wanted.samples.shape[1]) <= 1
    n = min(len(made), wanted.samples.shape[1])
    assert np.abs(made[:n] - wanted.samples[0, :n]).max() < 0.02  # sixty rounds, in double precision there and in single here


@pytest.mark.parametrize("shape", [Shape(), Shape(0.5, 7.0, -6.0, 2.0)])
def test_the_page_has_the_vocoder_of_the_server(shape: Shape, voice: torch.Tensor, tmp_path: Path) -> None:
    fields = json.dumps({"length": shape.length, "pitch": shape.pitch, "loudness": shape.loudness, "brightness": shape.brightness})
    folder = paths.shipped_models() / "vocoder-8k"
    script = f"""{READ}import {{ shaped }} from {json.dumps(node.address("listen/mel.js"))};
const held = {json.dumps(str(folder))};
const module = await WebAssembly.compile(readFileSync({json.dumps(str(paths.assets() / "js" / "listen" / "convolve.wasm"))}));
const {{ net }} = JSON.parse(readFileSync(`${{held}}/config.json`)).parts.model;
const vocoder = new Vocoder({{ module, bytes: new Uint8Array(readFileSync(`${{held}}/model.safetensors`)), net }});
shaped(picture.map((value) => value - 1), {{ ...{fields}, length: 1.7 }}, vocoder); // what came before leaves nothing behind
console.log(JSON.stringify([...shaped(picture, {fields}, vocoder)]))"""
    made = np.array(printed("Vocoder", "vocoder.js", script, tmp_path), np.float32)
    wanted = shaping.shaped(voice, shape, models.load("vocoder-8k", "vocode")).samples[0]
    other = shaping.shaped(voice, shape).samples[0]
    assert abs(len(made) - len(wanted)) <= 1
    n = min(len(made), len(wanted))
    assert np.abs(made[:n] - wanted[:n]).max() < 0.01
    assert np.abs(made[:n] - other[:n]).max() > 0.05  # it is not the search


def test_a_sound_of_the_server_becomes_the_picture_that_it_has(voice: torch.Tensor, tmp_path: Path) -> None:
    sound = shaping.shaped(voice, Shape())
    (tmp_path / "sound.wav").write_bytes(files.wav(sound, "made"))
    script = f"""import {{ samplesOf }} from {json.dumps(node.address("listen/wav.js"))};
const samples = samplesOf(new Uint8Array(readFileSync('sound.wav')));
console.log(JSON.stringify([[...samples], [...logmel(samples)]]));"""
    samples, picture = printed("logmel", "mel.js", script, tmp_path)
    np.testing.assert_allclose(samples, sound.samples[0], atol=1e-4)
    wanted = mel.logmel(torch.tensor([samples]))[0]
    np.testing.assert_allclose(np.reshape(picture, (64, 64)), wanted, atol=5e-3)


def test_a_link_names_a_voice_and_digits_are_known_by_their_words() -> None:
    script = """console.log(JSON.stringify([voiceOf('#model=own-a&s1=1_0_1'), voiceOf('#s1=1_0_1'), voiceOf(''),
  toHash({ sounds: [], beat: [], tempo: 90, model: 'own-a' }),
  counts({ words: [...'零一二三四五六七八九'] }), counts({ words: ['kick', 'snare'] }), counts({ words: [] })]))"""
    assert printed("counts, toHash, voiceOf", "link.js", script) == ["own-a", "", "", "model=own-a&beat=&tempo=90", True, False, False]


def test_each_step_by_itself(voice: torch.Tensor, tmp_path: Path) -> None:
    script = f"""{READ}
const [long, frames] = stretched(picture, 64, 1.25);
const size = magnitudes(picture, 64);
console.log(JSON.stringify([[...tilted(picture, 64, 3)], [...long], frames, [...size], [...griffinLim(size, 64, 1)],
  [...resampled(Float64Array.from(picture.slice(0, 800)), 9000, 8000)]]));"""
    tilted, long, frames, size, once, other = printed("griffinLim, magnitudes, resampled, stretched, tilted", "mel.js", script, tmp_path)
    np.testing.assert_allclose(np.reshape(tilted, (64, 64)), shaping.tilted(voice, 3.0)[0], atol=1e-4)
    wanted = shaping.stretched(voice, 1.25)[0]
    assert frames == wanted.shape[1]
    np.testing.assert_allclose(np.reshape(long, wanted.shape), wanted, atol=1e-4)
    np.testing.assert_allclose(np.reshape(size, (64, 257)).T, mel.power(voice)[0].sqrt(), atol=2e-2, rtol=1e-3)
    np.testing.assert_allclose(once, phase.griffin_lim(voice, 1)[0], atol=2e-3)
    row = voice.flatten()[:800].numpy()
    np.testing.assert_allclose(other, resampled(Sound(row[None] / 20, 9000), 8000).samples[0] * 20, atol=1e-3)


def test_measures_are_those_of_the_server(tmp_path: Path) -> None:
    t = np.arange(4000) / mel.RATE
    rows = [
        0.3 * np.sin(2 * np.pi * 180 * t) + 0.1 * np.sin(2 * np.pi * 900 * t),
        np.random.default_rng(0).normal(0, 0.1, 4000),
        np.zeros(4000),
    ]
    np.array(rows, np.float32).tofile(tmp_path / "rows.bin")
    script = "const all = new Float32Array(readFileSync('rows.bin').buffer);\n"
    script += "console.log(JSON.stringify([0, 1, 2].map((i) => measured(all.subarray(i * 4000, (i + 1) * 4000)))))"
    for row, found in zip(rows, printed("measured", "measures.js", script, tmp_path), strict=True):
        wanted = measures.measured(bordered(row, mel.RATE))
        assert found == pytest.approx(vars(wanted), rel=2e-3, abs=1e-3)


def test_a_saved_file_is_read_again_and_says_how_it_was_made() -> None:
    script = "const bytes = wav(Float32Array.of(0, 0.5, -1, 1), { task: 'speak', word: '七', seed: 3 });\n"
    blob = base64.b64decode(printed("wav", "wav.js", f"{script}console.log(JSON.stringify(Buffer.from(bytes).toString('base64')))"))
    sound = files.read(blob)
    assert sound.rate == mel.RATE
    np.testing.assert_allclose(sound.samples, [[0, 0.5, -1, 1]], atol=1e-4)
    assert '{"likeness":{"task":"speak","word":"七","seed":3}}'.encode() in blob
    assert int.from_bytes(blob[4:8], "little") == len(blob) - 8


def test_a_link_comes_back_as_it_was() -> None:
    script = f"""const known = {json.dumps(KNOWN)};
const record = start(known);
const to = {{ word: 2, voice: 1, seed: 9 }};
Object.assign(record.sounds[2], {{ word: 1, voice: 1, seed: 4294967295, to, blend: 0.35, length: 1.5, pitch: -3 }});
record.beat[7][15] = true;
record.tempo = 143;
console.log(JSON.stringify([record, fromHash('#' + toHash(record), known), SOUNDS, STEPS, TEMPOS]))"""
    record, again, sounds, steps, tempos = printed("SOUNDS, STEPS, TEMPOS, fromHash, start, toHash", "link.js", script)
    assert again == record
    assert (len(again["sounds"]), len(again["beat"]), len(again["beat"][0])) == (sounds, sounds, steps)
    assert tempos[0] <= 143 <= tempos[1]


def test_a_link_that_says_nonsense_is_bounded() -> None:
    hashes = ["", "#tempo=3", "#s1=x&s2=1_1_-4&s3=9_0_1&s4=0_1_5_99_-99_x_1&s5=1_0_1_1_0_0_0_7_7_7&beat=zz&tempo=1e9"]
    script = f"const known = {json.dumps(KNOWN)};\nconsole.log(JSON.stringify({json.dumps(hashes)}.map((each) => fromHash(each, known))))"
    none, other, bounded = printed("fromHash", "link.js", script)
    assert (none, other) == (None, None)
    assert bounded["tempo"] == 300
    plain = printed("start", "link.js", f"console.log(JSON.stringify(start({json.dumps(KNOWN)})))")
    assert bounded["sounds"][:3] == plain["sounds"][:3]
    assert bounded["beat"] == plain["beat"]
    fourth = bounded["sounds"][3]
    assert (fourth["voice"], fourth["length"], fourth["pitch"], fourth["loudness"], fourth["brightness"]) == (0, 2, -12, 0, 1)
    assert bounded["sounds"][4]["to"] is None


def test_the_page_offers_what_the_task_takes() -> None:
    limits = printed("LIMITS", "mel.js", "console.log(JSON.stringify(LIMITS))")
    assert limits == {
        "length": list(shaping.LENGTHS),
        "pitch": list(shaping.PITCHES),
        "loudness": list(shaping.LOUDNESSES),
        "brightness": list(shaping.BRIGHTNESSES),
    }
    script = f"""const sound = {{ ...start({json.dumps(KNOWN)}).sounds[0], to: {{ word: 1, voice: 0, seed: 4 }} }};
console.log(JSON.stringify(fields(sound, {json.dumps(KNOWN)}, "vocoder")))"""
    fields = printed("fields, speaker, start", "link.js", script)
    asked = speak.Request(**fields)
    assert (asked.word_to, asked.phase) == ("one", "vocoder")
    said = json.dumps(KNOWN["said"])
    assert printed("speaker", "link.js", f"console.log(JSON.stringify([speaker({said}, 1, 1), speaker({said}, 2, 0)]))") == [1, 1]


def test_the_transform_and_its_inverse() -> None:
    script = """const samples = Float64Array.from({ length: 900 }, (_, i) => Math.sin(i * i / 300));
const spectra = forward(samples, room(10));
const back = inverse(spectra, new Float64Array(900));
console.log(JSON.stringify([[...samples], [...back], [...spectra.re], [...spectra.im], BINS, FFT, HOP]))"""
    samples, back, re, im, bins, size, hop = printed("BINS, FFT, HOP, forward, inverse, room", "fourier.js", script)
    np.testing.assert_allclose(back, samples, atol=1e-9)
    wanted = mel.spectrum(torch.tensor([samples], dtype=torch.float32))[0].numpy().T
    assert (bins, size, hop) == (wanted.shape[1], mel.FFT, mel.HOP)
    np.testing.assert_allclose(np.reshape(re, wanted.shape) + 1j * np.reshape(im, wanted.shape), wanted, atol=1e-3)


def test_digits_fade_into_each_other_as_on_the_server() -> None:
    t = np.arange(1600) / mel.RATE
    rows = [np.asarray(0.4 * np.sin(2 * np.pi * hertz * t) * (t > 0.03) * (t < 0.15), np.float32) for hertz in (200, 300, 400)]
    script = f"const rows = {json.dumps([row.tolist() for row in rows])}.map((row) => Float32Array.from(row));\n"
    made = printed("joined", "number.js", f"{script}console.log(JSON.stringify([...joined(rows)]))")
    np.testing.assert_allclose(made, joined([Sound(row[None], mel.RATE) for row in rows]).samples[0], atol=1e-6)
    said = json.dumps(KNOWN)
    assert printed(
        "wordOf", "link.js", f"console.log(JSON.stringify([wordOf({said}, 1, 1), wordOf({said}, 0, 0), wordOf({said}, 7, 0)]))"
    ) == [1, 0, -1]
    assert speak_number.DIGITS.pattern == "[0-9]{1,12}"


def test_a_drawing_becomes_the_digit_that_the_server_makes_of_it(tmp_path: Path) -> None:
    sheet = np.ones((280, 280, 3), np.float32)
    y, x = np.mgrid[0:280, 0:280]
    stroke = (np.abs(np.hypot(x - 150, (y - 130) * 0.7) - 50) < 9) | ((np.abs(x - 90 - (y - 60) / 3) < 4) & (y > 60) & (y < 240))
    sheet[stroke] = 0
    wanted = digit.from_picture(images.Picture(sheet))
    (1 - sheet[..., 0]).astype(np.float32).tofile(tmp_path / "ink.bin")
    script = "const ink = new Float32Array(readFileSync('ink.bin').buffer);\n"
    script += "console.log(JSON.stringify([[...digit(ink, 280, 280)], digit(new Float32Array(100), 10, 10)]))"
    found, nothing = printed("digit", "../parts/digit.js", script, tmp_path)
    assert nothing is None
    assert np.abs(np.reshape(found, (32, 32)) - wanted).max() < 0.15  # PIL rounds its boxes' ends to whole weights
    assert np.abs(np.reshape(found, (32, 32)) - wanted).mean() < 0.01


def test_a_digit_fits_in_a_link() -> None:
    ink = np.random.default_rng(0).integers(0, 16, 1024) / 15
    script = f"""const ink = Float32Array.from({json.dumps(ink.tolist())});
console.log(JSON.stringify([toCode(ink), [...fromCode(toCode(ink))], fromCode("short"), fromCode("?".repeat(683))]))"""
    code, again, *nothing = printed("fromCode, toCode", "../parts/inkcode.js", script)
    assert len(code) == 683
    np.testing.assert_allclose(again, ink, atol=1e-6)
    assert nothing == [None, None]


def test_a_picture_taken_for_a_spectrogram_is_that_of_the_server() -> None:
    ink = np.random.default_rng(1).random((32, 32)).astype(np.float32)
    script = f"console.log(JSON.stringify([...sonified(Float32Array.from({json.dumps(ink.ravel().tolist())}), 32)]))"
    found = np.reshape(printed("sonified", "drawn/sonified.js", script), (64, 64))
    np.testing.assert_allclose(found, sonification.sonified(torch.from_numpy(ink)[None, None])[0], atol=1e-4)
    assert found.min() >= np.log(mel.FLOOR) - 1e-3


def test_the_chinese_page_begins_with_mandarin() -> None:
    known = {"words": [str(i) for i in range(20)], "voices": ["a", "b"], "said": [[i, i // 10] for i in range(20)]}
    script = f"console.log(JSON.stringify(['en', 'zh'].map((each) => start({json.dumps(known)}, each).sounds.map((sound) => sound.word))))"
    english, chinese = printed("start", "link.js", script)
    assert english[0] < 10 <= chinese[0]
    assert sum(word >= 10 for word in chinese) == 5


def test_what_is_drawn_beforehand_is_what_the_page_begins_with() -> None:
    for language, sounds in first_sounds.first().items():
        told = json.loads((first_sounds.FOLDER / f"{language}.json").read_text())
        answer = f"{{ok: true, json: async () => ({json.dumps(told)})}}"
        script = f"globalThis.fetch = async () => ({answer});\nconst first = new First();\n"
        script += "await first.load({staticUrl: String, language: String});\n"
        script += f"console.log(JSON.stringify({json.dumps(sounds)}.map((sound) => [...first.picture(sound)])));"
        pictures = printed("First", "first.js", script)
        wanted = first_sounds.drawn(sounds).values()
        np.testing.assert_allclose(np.array(pictures), [each.ravel() for each in wanted], atol=2e-3)


def test_what_a_link_leaves_out_is_in_the_language_of_the_page() -> None:
    known = json.dumps({"words": [f"w{i}" for i in range(20)], "voices": ["a", "b"], "said": [[i, int(i > 9)] for i in range(20)]})
    parts = "['drawn=0.1.x', 's1=3_0_5'].map((hash) => fromHash(hash, known, language).sounds.map(({ word }) => word))"
    script = f"const known = {known};\nconsole.log(JSON.stringify(['en', 'zh'].map((language) => {parts})))"
    (english, one), (chinese, other) = printed("fromHash", "link.js", script)
    assert (english, chinese) == ([7, 3, 0, 9, 6, 17, 12, 18], [17, 13, 10, 19, 16, 7, 2, 8])
    assert (one, other) == ([3, *english[1:]], [3, *chinese[1:]])


def test_the_file_of_a_sentence_is_called_by_its_first_words() -> None:
    texts = ["The old clock in the hall struck seven.", "我有三只猫。", "a/b: c?", "  207 ", "?!.", "Donaudampfschifffahrtsgesellschaft"]
    names = printed("titled", "sentence.js", f"console.log(JSON.stringify({json.dumps(texts)}.map(titled)))")
    assert names == ["The old clock in the", "我有三只猫。", "ab c", "207", "!", "Donaudampfschifffahrtsge"]
