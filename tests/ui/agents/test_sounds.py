"""A tool that answers with a sound: an audio block that is a WAV file, the address of the same file, and what was said."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from ganapp.base import results
from ganapp.base.errors import UserError
from ganapp.tasks import say
from ganapp.ui.agents import tool
from ganapp.ui.agents.caller import Caller
from tests.support.awaited import awaited


def test_a_sentence_and_a_number_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setattr(say, "here", lambda: False)
    caller = Caller("http://here", "en")
    sound, where, facts = awaited(tool.call("say", {"text": "我有三只猫。", "seed": 3}, caller))
    blob = base64.b64decode(sound.data)
    assert (sound.type, sound.mimeType, blob[:4], blob[8:12]) == ("audio", "audio/wav", b"RIFF", b"WAVE")
    assert where.text.startswith("speech.wav: http://here/results/")
    kept = results.find(where.text.partition(results.ADDRESS)[2].partition(" ")[0])
    assert kept is not None
    assert kept.path.read_bytes() == blob
    told = json.loads(facts.text)
    assert (told["language"], told["said"]) == ("zh", ["wo2", "you3", "san1", "zhi1", "mao1"])
    assert 0.5 < told["length"] < 5
    *_, facts = awaited(tool.call("say", {"text": "42", "language": "en", "voice": "theo"}, caller))
    assert json.loads(facts.text)["said"] == ["four", "two"]
    with pytest.raises(UserError, match="packs add voice-en"):
        awaited(tool.call("say", {"text": "Good morning"}, caller))
    assert len(tool.tools()) <= 12
