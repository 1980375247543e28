"""docs/contract.json: no name, argument or default of the interface changes unseen."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import ROOT
from tests.support import contract


@pytest.fixture(scope="module")
def written() -> dict[str, dict[str, contract.Names]]:
    read: dict[str, dict[str, contract.Names]] = json.loads(contract.FILE.read_text(encoding="utf-8"))
    return read


def newest() -> str:
    """The part of CHANGELOG.md on what comes next."""
    return re.split(r"(?m)^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))[1]


def test_the_contract_is_what_the_code_does(written: dict[str, dict[str, contract.Names]]) -> None:
    code = json.loads(json.dumps(contract.present()))
    assert contract.changed(written["now"], code) == [], "write it anew: python -m tests.support.contract"


def test_what_changed_since_the_release_is_told(written: dict[str, dict[str, contract.Names]]) -> None:
    told = newest()
    untold = [name for name in contract.changed(written["released"], written["now"]) if not re.search(rf"`/?{name}\b", told)]
    assert untold == [], "CHANGELOG.md must name them in its newest part, as `/name`"


@pytest.mark.parametrize("change", ["renamed", "default", "type", "gone", "new"])
def test_a_change_is_seen(change: str) -> None:
    before = {"endpoints": {"upscale": {"factor": {"type": "number low 1 high 8", "default": 4.0}}}, "tools": {}}
    after = json.loads(json.dumps(before))
    endpoint = after["endpoints"]["upscale"]
    if change == "renamed":
        endpoint["scale"] = endpoint.pop("factor")
    elif change == "gone":
        del after["endpoints"]["upscale"]
    elif change == "new":
        after["tools"]["enlarge"] = {}
    else:
        endpoint["factor"][change] = "other"
    assert contract.changed(before, after) == ["enlarge" if change == "new" else "upscale"]
