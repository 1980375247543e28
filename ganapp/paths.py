"""Every path from the root of the project, and every environment setting. No other module reads either."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def shipped_models() -> Path:
    """Folder of the generators that come with the project."""
    return ROOT / "models"


def trained_models() -> Path:
    """Folder that training jobs write model folders into; `GANAPP_RUNS` moves it (a Space's persistent disk)."""
    return runs() / "models"


def runs() -> Path:
    """Folder of training jobs."""
    return Path(os.environ.get("GANAPP_RUNS") or ROOT / "runs")


def assets() -> Path:
    """Style sheets, scripts, locales, examples and shipped data sets."""
    return ROOT / "assets"


def memory_budget_mb() -> int:
    """Megabytes of loaded weights that the catalogue keeps before it drops the least recently used (`GANAPP_MEMORY_MB`)."""
    return int(os.environ.get("GANAPP_MEMORY_MB") or 1024)


def models_from_hub() -> bool:
    """Whether shipped models are to be loaded from the Hub revision pinned in models/hub.json (`GANAPP_MODELS=hub`)."""
    return os.environ.get("GANAPP_MODELS", "").strip().lower() == "hub"
