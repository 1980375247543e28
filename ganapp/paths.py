"""Every path from the root of the project, and every environment setting. No other module reads either."""

from __future__ import annotations

import os
from dataclasses import dataclass
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


def most_megapixels() -> int:
    """Millions of pixels that a picture of a request may have (`GANAPP_MEGAPIXELS`, 1 to 50; 50 without, 24 on a Space)."""
    given = os.environ.get("GANAPP_MEGAPIXELS", "").strip()
    if given.isdigit() and int(given):
        return int(given)
    return 24 if os.environ.get("SPACE_ID") else 50


def result_megapixels() -> int:
    """Millions of pixels that a result may have (`GANAPP_RESULT_MEGAPIXELS`; without it 0, no limit, and 100 on a Space)."""
    given = os.environ.get("GANAPP_RESULT_MEGAPIXELS", "").strip()
    if given.isdigit():
        return int(given)
    return 100 if os.environ.get("SPACE_ID") else 0


def models_from_hub() -> bool:
    """Whether shipped models are to be loaded from the Hub revision pinned in models/hub.json (`GANAPP_MODELS=hub`)."""
    return os.environ.get("GANAPP_MODELS", "").strip().lower() == "hub"


def processes() -> tuple[int, int]:
    """How many processes a launcher started for this run, and this one's number on its machine (WORLD_SIZE, LOCAL_RANK); (1, 0) without."""
    return int(os.environ.get("WORLD_SIZE") or 1), int(os.environ.get("LOCAL_RANK") or 0)


def jobs() -> Path:
    """Folder of the training jobs that page and shell started, one folder each."""
    return runs() / "jobs"


UPLOAD = "upload:"  # how an order names pictures that a visitor has sent


def uploads() -> Path:
    """Folder of the pictures that visitors have sent, one folder each."""
    return runs() / "uploads"


def results() -> Path:
    """Folder of results that wait to be fetched, for an hour."""
    return runs() / "results"


def pictures(source: str) -> Path:
    """The folder or zip file that an order's `source` names: a path, or "upload:<name>" for what a visitor has sent."""
    if not source.startswith(UPLOAD):
        return Path(source)
    folder = uploads() / Path(source.removeprefix(UPLOAD)).name / "pictures"
    held = list(folder.iterdir()) if folder.is_dir() else []
    packed = len(held) == 1 and held[0].is_file() and held[0].suffix.lower() == ".zip"
    return held[0] if packed else folder


@dataclass(frozen=True)
class Limits:
    """What a deployer allows; 0 is no limit. seconds, steps: of a job; jobs: of a visitor, waiting or running at once;
    disk_mb: of all a visitor's jobs together; upload_mb: of one upload; days: after which an ended job is removed."""

    seconds: int = 0
    steps: int = 0
    jobs: int = 0
    disk_mb: int = 0
    upload_mb: int = 200
    days: int = 0


def limits() -> Limits:
    """GANAPP_JOB_SECONDS, GANAPP_JOB_STEPS, GANAPP_JOBS_PER_VISITOR, GANAPP_DISK_PER_VISITOR_MB, GANAPP_UPLOAD_MB, GANAPP_KEEP_DAYS."""
    names = {
        "seconds": "JOB_SECONDS",
        "steps": "JOB_STEPS",
        "jobs": "JOBS_PER_VISITOR",
        "disk_mb": "DISK_PER_VISITOR_MB",
        "upload_mb": "UPLOAD_MB",
        "days": "KEEP_DAYS",
    }
    given = {field: os.environ.get(f"GANAPP_{name}", "").strip() for field, name in names.items()}
    return Limits(**{field: max(0, int(value)) for field, value in given.items() if value})


def administrator_password() -> str:
    """`GANAPP_ADMIN_PASSWORD`: who gives it sees and may change every job; empty when there is no administrator."""
    return os.environ.get("GANAPP_ADMIN_PASSWORD") or ""


def hub_image() -> str:
    """The container image of jobs on Hugging Face Jobs (`GANAPP_HUB_IMAGE`): any with Python 3.11 or newer and pip."""
    return os.environ.get("GANAPP_HUB_IMAGE") or "python:3.12"


def child_environment(**more: str) -> dict[str, str]:
    """This process's environment with `more`, for a process it starts; the administrator's password is none of its business."""
    return {name: value for name, value in {**os.environ, **more}.items() if name != "GANAPP_ADMIN_PASSWORD"}


def recipes() -> Path:
    """Folder of the training recipes, one file each."""
    return ROOT / "ganapp" / "training" / "recipes"


def zero_gpu() -> bool:
    """Whether this is a ZeroGPU Space, which lends a card for the length of a call (`SPACES_ZERO_GPU`)."""
    return os.environ.get("SPACES_ZERO_GPU", "").strip().lower() in ("1", "t", "true")


def language() -> str:
    """ "zh" where the shell speaks Chinese (LC_ALL, LC_MESSAGES, LANG, first set one counts), else "en"."""
    spoken = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if spoken.lower().startswith("zh") else "en"


def features() -> Path:
    """Folder of vgg16_lpips.safetensors, which perceptual losses and measures look through (`GANAPP_FEATURES`; runs/features without)."""
    return Path(os.environ.get("GANAPP_FEATURES") or runs() / "features")


def paintings() -> Path:
    """Folder of paintings that the recipe `stylize` learns from (`GANAPP_PAINTINGS`; runs/paintings without)."""
    return Path(os.environ.get("GANAPP_PAINTINGS") or runs() / "paintings")


def photographs() -> Path:
    """Photographs that the recipes `repair`, `upscale` and `stylize` learn from (`GANAPP_PHOTOGRAPHS`; runs/photographs without)."""
    return Path(os.environ.get("GANAPP_PHOTOGRAPHS") or runs() / "photographs")
