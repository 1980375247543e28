"""The interface as @gradio/client sees it, Gradio's client for browsers and node: the example of docs/api.md."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ganapp.ui import binding
from tests.conftest import direct
from tests.support import docs

EVERY = """
const described = await client.view_api();
console.log(JSON.stringify(Object.keys(described.named_endpoints)));
const { data: rows } = await client.predict("/jobs_list", { key: "a-private-key-of-node-000001", mine: true });
console.log(JSON.stringify(rows[0]));
process.exit(0);
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not installed, and @gradio/client runs in node")
def test_the_example_of_javascript(app_url: str, tmp_path: Path) -> None:
    order = ["npm", "install", "--silent", "--no-audit", "--no-fund", "@gradio/client"]
    fetched = subprocess.run(order, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    if fetched.returncode:
        pytest.skip(f"npm could not fetch @gradio/client: {fetched.stderr[-200:]}")
    (block,) = docs.blocks("api.md", "js")
    code = block.replace("http://127.0.0.1:7860", app_url) + EVERY
    (tmp_path / "example.mjs").write_text(code, encoding="utf-8")
    done = subprocess.run(["node", "example.mjs"], cwd=tmp_path, env=direct(dict(os.environ)), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "slant" in done.stdout
    listed, told = map(json.loads, done.stdout.splitlines()[-2:])
    assert set(listed) == {f"/{name}" for name in binding.names()}, "every task and every request about jobs"
    assert told["jobs"] == [], "and one of them is answered"
