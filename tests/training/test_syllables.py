"""What recipes of syllables learn from: compositions, recordings told anew, and nets that know words by their parts."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.models import catalog
from ganapp.nets import composed, mel_generator
from ganapp.speaking import syllables as writing
from ganapp.training.data import spoken
from ganapp.training.data import syllables as data
from ganapp.training.recipes import syllables
from tests.support import tinyspeaker, tinysyllables


def test_every_word_is_an_initial_a_final_and_a_tone(tmp_path: Path) -> None:
    held = data.composition(spoken.load(str(tinysyllables.recordings(tmp_path / "s.safetensors"))))
    assert held.table.shape == (len(tinysyllables.WORDS), sum(held.sizes))
    for word, row in zip(tinysyllables.WORDS, held.table):
        syllable = writing.of_bopomofo(word)
        assert syllable is not None
        initial, final, tone = torch.split(row, held.sizes)
        assert (initial.sum(), final.sum(), tone.sum()) == (1, 1, 1)
        assert held.initials[initial.argmax()] == syllable.initial
        assert held.finals[final.argmax()] == syllable.final
        assert int(tone.argmax()) + 1 == syllable.tone


def test_all_tones_come_behind_what_was_recorded(tmp_path: Path) -> None:
    held = data.composition(spoken.load(str(tinysyllables.recordings(tmp_path / "s.safetensors"))))
    whole = held.in_all_tones()
    assert whole.every[: len(held.every)] == held.every
    assert torch.equal(whole.table[: len(held.every)], held.table)
    assert len(set(whole.every)) == len(whole.every)
    assert writing.of_bopomofo("ㄨㄛ2") in whole.every
    assert len(whole.every) == 5 * len({(each.initial, each.final) for each in whole.every})


def test_words_that_are_no_syllables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no syllables"):
        data.composition(spoken.load(str(tinyspeaker.recordings(tmp_path / "s.safetensors", 1))))


def test_a_recording_is_told_anew_and_silence_stays_silent() -> None:
    torch.manual_seed(0)
    picture = torch.full((20, 64, 32), spoken.floor())
    picture[:, :, 4:20] = torch.linspace(3, -3, 64)[None, :, None]
    told = data.retold(picture)
    lengths = (told > spoken.floor() + 1).any(1).sum(1)
    assert int(lengths.min()) < 16 < int(lengths.max())
    assert told[:, :, 30:].max() == pytest.approx(spoken.floor(), abs=1e-4)
    torch.testing.assert_close(data.retold(picture, 0.0, 0.0), picture, atol=1e-4, rtol=0)
    assert data.framed(picture).shape == (20, 64, 64)


def test_what_is_learned_of_a_part_is_known_of_every_word_that_has_it() -> None:
    words = composed.words(3, 2, 4)
    assert isinstance(words, composed.Composed)
    words.table.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
    made = words(torch.eye(3))
    torch.testing.assert_close(made[2], made[0] + made[1])
    assert isinstance(composed.words(3, 0, 4), torch.nn.Linear)


def test_a_speaker_of_syllables_begins_as_one_of_words_and_says_more_than_was_recorded(tmp_path: Path) -> None:
    source = str(tinysyllables.recordings(tmp_path / "s.safetensors"))
    teacher = tinyspeaker.speaker(tmp_path / "speaker")
    sizes = {"width": 8, "code": 8, "latent": 8, "critic": 4, "features": 8, "batch": 4}
    run = syllables.begin(syllables.Settings(source, speaker=str(teacher), **sizes), 0)  # type: ignore[arg-type]
    known = catalog.opened(str(teacher), "speak").net()
    assert torch.equal(run.speaker.blocks[0].first.weight, known.blocks[0].first.weight)
    run.write(tmp_path / "made", {"settings": {}})
    made = catalog.opened(str(tmp_path / "made"), "speak")
    net = made.net()
    assert isinstance(net, mel_generator.Net)
    values = made.description.values
    assert values["recorded"] == len(tinysyllables.WORDS) < len(values["words"]) == net.config.words
    assert [values["words"][i] for i in values["held_out"]] == list(tinysyllables.HELD_OUT)
    z, words = torch.zeros(2, 8), torch.eye(net.config.words)[[0, values["words"].index("ㄨㄛ2")]]
    one, other = net(z, words, torch.ones(2, 1))
    assert one.shape == (64, data.FRAMES)
    assert not torch.equal(one, other)
