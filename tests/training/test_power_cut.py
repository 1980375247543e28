"""A run whose machine loses its power: what was saved is there, whatever was not synced, and the run ends as one that was never cut."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ganapp.base import writing
from ganapp.training.run import checkpoint, loop
from tests.support.power import Disk
from tests.training.test_loop import checkpoint_step, same, small, weights

STEPS, EVERY = 9, 3


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    with Disk(folder, cut=0) as disk:
        assert loop.train(small(STEPS, every=EVERY), folder) == "done"
    (folder / "acts").write_text(str(disk.acts))
    return folder


def cut(seed: int, whole: Path, place: Path) -> bool:
    """Cut a run somewhere, and let what the disk has go on. False when it had ended before: it tells its state by the clock, so that one
    run writes a little less often than another."""
    chance = random.Random(seed)
    saved: list[int] = [0]
    save = checkpoint.save
    with pytest.MonkeyPatch.context() as patch, Disk(place / "cut", cut=chance.randint(1, int((whole / "acts").read_text()))) as disk:

        def noted(folder: Path, state: dict[str, object]) -> None:
            save(folder, state)
            if disk.left is None:
                saved.append(int(str(state["step"])))

        patch.setattr(checkpoint, "save", noted)
        (place / "cut").mkdir(parents=True)
        loop.train(small(STEPS, every=EVERY), place / "cut")
    if disk.left is None:
        assert disk.acts < disk.cut
        return False
    after = disk.after(chance, place / "after")
    assert checkpoint_step(after) >= saved[-1], f"seed {seed}: a checkpoint that was saved is gone"
    assert loop.train(small(STEPS, every=EVERY), after) == "done"
    assert same(weights(after), weights(whole)), f"seed {seed}"
    return True


def test_what_was_saved_survives_a_cut_of_the_power(whole: Path, tmp_path: Path) -> None:
    assert sum([cut(seed, whole, tmp_path / str(seed)) for seed in range(6)]) >= 5


@pytest.mark.slow
def test_what_was_saved_survives_a_hundred_cuts(whole: Path, tmp_path: Path) -> None:
    assert sum([cut(seed, whole, tmp_path / str(seed)) for seed in range(6, 106)]) >= 90


def test_the_disk_forgets_what_was_not_synced(tmp_path: Path) -> None:
    """The test's own disk: an atomic write that is not durable may leave an empty file or the old one, a durable one never does."""
    seen: dict[bool, set[bytes]] = {True: set(), False: set()}
    for durable in (True, False):
        for seed in range(40):
            folder = tmp_path / f"{durable}{seed}"
            folder.mkdir()
            with Disk(folder, cut=1000) as disk:
                writing.write(folder / "a", b"old", durable=True)
                writing.write(folder / "a", b"new", durable=durable)
                disk.cut = disk.acts + 1
                (folder / "b").touch()
                (folder / "b").unlink()
            after = disk.after(random.Random(seed), folder / "after")
            seen[durable].add((after / "a").read_bytes())
    assert seen[True] == {b"new"}
    assert b"old" in seen[False]
    assert seen[False] - {b"old", b"new"}, "half of it"
