"""The nets of English stanzas: causal, the same a token at a time, told of rhyme and letter by their tables; a critic line by line."""

from __future__ import annotations

import torch

from ganapp.nets import stanza_critic, stanza_writer

SIZES = {"words": 20, "others": 18, "rhymes": 3, "kinds": 4, "width": 16, "layers": 2, "heads": 2}


def fitted(words: stanza_writer.Words) -> None:
    words.rhyme.copy_(torch.arange(20) % 4)  # 3: rhymes with none
    words.kind.copy_(torch.arange(20) // 5)
    words.letter.copy_(torch.arange(20))


def net() -> stanza_writer.Net:
    torch.manual_seed(0)
    built = stanza_writer.Net(stanza_writer.Config(**SIZES)).eval()
    fitted(built.words)
    return built


def rows(b: int = 3, n: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(1)
    highest = (5, 13, 13, 4, 27)
    where = torch.stack([torch.randint(0, each, (b, n), generator=draw) for each in highest], dim=2)
    return torch.randint(0, 38, (b, n), generator=draw), where


def test_a_later_token_changes_nothing_before_it() -> None:
    tokens, where = rows()
    before = net()(tokens, where)
    changed, told = tokens.clone(), where.clone()
    changed[:, 8] = (changed[:, 8] + 1) % 20
    told[:, 9, 1] = (told[:, 9, 1] + 1) % 13
    after = net()(changed, told)
    assert torch.equal(before[:, :8], after[:, :8])
    assert not torch.allclose(before[:, 8:], after[:, 8:])


def test_step_by_step_gives_what_the_whole_row_gives() -> None:
    tokens, where = rows()
    whole, past, parts = net()(tokens, where), None, []
    for place in range(tokens.shape[1]):
        scores, past = net().continue_(tokens[:, place : place + 1], where[:, place : place + 1], past)
        parts.append(scores)
    assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-5)


def test_what_a_rhyme_adds_goes_to_all_its_words_and_to_no_other() -> None:
    built = net()
    before = built.vectors()
    with torch.no_grad():
        built.words.rhymes[1] += 1
    moved = (built.vectors() - before).abs().sum(1) > 0
    assert moved.nonzero().squeeze(1).tolist() == [1, 5, 9, 13, 17]


def test_a_critic_reads_a_text_to_its_end_and_no_further() -> None:
    torch.manual_seed(0)
    critic = stanza_critic.Net(stanza_critic.Config(**SIZES)).eval()
    fitted(critic.words)
    tokens, where = rows()
    where[:, :, 0] = torch.arange(12) // 3  # four lines of three tokens
    where[:, 10:, 0] = 4
    scores = critic(tokens, where)
    assert scores.shape == (3, 4)
    changed = tokens.clone()
    changed[:, 10:] = 0
    assert torch.allclose(critic(changed, where), scores, atol=1e-6)
    changed[:, 4] = (changed[:, 4] + 1) % 20
    assert not torch.allclose(critic(changed, where), scores)
    assert torch.allclose(critic(tokens[:, :10], where[:, :10]), scores, atol=1e-6)
