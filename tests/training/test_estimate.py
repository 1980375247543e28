"""What an order is said to need is what it needs, within 30 %, for orders of every kind: by seconds of the processor, since other work on
the machine changes those by the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import bench_estimates


@pytest.mark.slow
def test_six_estimates_are_right_within_thirty_percent(tmp_path: Path) -> None:
    found = [bench_estimates.told(name, order, 25.0, 1) for name, order in bench_estimates.six(bench_estimates.pictures(tmp_path))]
    assert len(found) == 6
    off = {each.name: round(each.off(1), 2) for each in found}
    assert all(abs(share) <= bench_estimates.OFF for share in off.values()), off
