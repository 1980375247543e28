"""Visitors of the started app, at addresses of their own. All traffic stays on this machine."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image


def picture(pixels: np.ndarray) -> str:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()


def noise(side: int, seed: int = 0) -> str:
    return picture(np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8))


def marks(side: int) -> str:
    mask = np.zeros((side, side), np.uint8)
    mask[side // 3 : side // 2, side // 3 : side // 2] = 255
    return picture(mask)


def stripes(side: int) -> str:
    """Marks all over, which take a repair minutes."""
    mask = np.zeros((side, side), np.uint8)
    mask[::40] = 255
    return picture(mask)


@dataclass(frozen=True)
class App:
    """The started app. components: the number of each page's component; process: of the server."""

    address: str
    components: dict[str, int]
    process: int

    def body(self, page: str, task: str, fields: Any, session: str = "s") -> dict[str, Any]:
        return {"data": fields, "fn_name": task, "session_hash": session, "component_id": self.components[page]}

    def client(self, **settings: Any) -> httpx.Client:
        return httpx.Client(base_url=self.address, trust_env=False, timeout=120, **settings)

    def crowd(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=1200, max_keepalive_connections=20)
        return httpx.AsyncClient(base_url=self.address, trust_env=False, timeout=600, limits=limits)

    def megabytes(self) -> float:
        """Memory that the server takes."""
        for line in Path(f"/proc/{self.process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no such process")

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process}/task").iterdir()))


PROCEDURES = "/gradio_api/component_server/"


@pytest.fixture(scope="session")
def app(app_url: str, app_runs: Path) -> App:
    config = json.loads(httpx.get(f"{app_url}/config", trust_env=False, timeout=60).text)
    kinds = {each["id"]: each["type"] for each in config["components"]}
    components = {
        slug: next(number for number in page["components"] if kinds[number] == "html") for slug, page in config["page"].items() if slug
    }
    return App(app_url, components, int((app_runs / "app.pid").read_text()))
