"""The recipe of replies: a tiny run through both stages, which part pays the generator, and what may not be proposed."""

from __future__ import annotations

from pathlib import Path

import torch

from ganapp.base.order_file import Order
from ganapp.training.recipes import replies
from ganapp.writing import dialogue
from tests.support.tinyruns import digests

TINY = {"batch": 8, "buckets": 256, "proposals": 2, "likelihood": 0.5}


def test_a_tiny_run_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    order = Order("replies", 4, every=2, threads=1, settings=TINY)
    assert digests(tmp_path / "whole", order) == digests(tmp_path / "stopped", order, stop=2)


def test_both_learn_by_likelihood_and_then_play(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    run = replies.begin(replies.Settings(batch=32, buckets=1024, likelihood=0.9), 0)
    before = {name: net.weight.detach().clone() for name, net in run.players.items()}
    losses = [run.step(k, 22)["words"] for k in range(19)]
    assert sum(losses[-5:]) < sum(losses[:5])
    assert all(not torch.equal(net.weight, before[name]) for name, net in run.players.items())
    learnt = run.players["generator"].weight.detach().clone()
    report = run.step(21, 22)
    assert 0 < report["fooled"] < 1
    assert not torch.equal(run.players["generator"].weight, learnt)


def test_true_replies_and_other_languages_are_no_wrong_replies() -> None:
    data = replies.Corpus(256)
    english = len(dialogue.pairs("en", "train"))
    assert data.same.diagonal().all()
    assert data.same[:english, english:].all()
    assert data.same[english:, :english].all()
    assert data.same[:english, :english].float().mean() < 0.05
