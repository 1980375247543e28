"""Every path from the root of the project, and every environment setting. No other module reads either."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ganapp.base import writing

ROOT = Path(__file__).resolve().parents[2]


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


def secret() -> bytes:
    """Random bytes of this installation, drawn once and kept in runs/secret; where that cannot be written, for as long as the process."""
    return _secret(runs())


@cache
def _secret(folder: Path) -> bytes:
    drawn = os.urandom(32)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), writing.replacing(folder / "secret", exclusive=True) as partial:
            partial.touch(0o600)
            partial.write_bytes(drawn)
        kept = (folder / "secret").read_bytes()
        return kept if len(kept) == len(drawn) else drawn
    return drawn


UPLOAD = "upload:"  # how an order names pictures that a visitor has sent


def without_uploads(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as they may be published: that pictures were sent, but not under which name."""
    return {name: UPLOAD if isinstance(value, str) and value.startswith(UPLOAD) else value for name, value in settings.items()}


def processor_trials() -> Path:
    """File of what was measured of this machine's processor."""
    return runs() / "processor.json"


def precision() -> str:
    """`GANAPP_PRECISION`: "float32" where nothing may be computed in bfloat16; anything else leaves it to a trial."""
    return os.environ.get("GANAPP_PRECISION", "").strip().lower()


def uploads() -> Path:
    """Folder of the pictures that visitors have sent, one folder each."""
    return runs() / "uploads"


def results() -> Path:
    """Folder of results that wait to be fetched, for an hour."""
    return runs() / "results"


def shell_records() -> Path:
    """Folder of the shell's records of which result was made from which photo, one for each folder of results."""
    return runs() / "shell"


def pictures(source: str) -> Path:
    """The folder or zip file that an order's `source` names: a path, or "upload:<name>" for what a visitor has sent."""
    if not source.startswith(UPLOAD):
        return Path(source)
    folder = uploads() / Path(source.removeprefix(UPLOAD)).name / "pictures"
    held = [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
    packed = len(held) == 1 and held[0].is_file() and held[0].suffix.lower() == ".zip"
    return held[0] if packed else folder


@dataclass(frozen=True)
class Limits:
    """What a deployer allows; 0 is no limit. seconds, steps: of a job; jobs: of a visitor, waiting or running at once; address_jobs: the
    same of all visitors at one address; waiting: of all visitors, in the queue; disk_mb: of all a visitor's jobs and pictures together;
    address_disk_mb: the same of all visitors at one address; upload_mb: of one upload; days: after which an ended job is removed;
    free_mb: what must stay free on the disk for a new job or pictures; hand: seconds that a run driven by hand may wait for its driver in
    all before it makes room."""

    seconds: int = 0
    steps: int = 0
    jobs: int = 0
    address_jobs: int = 0
    waiting: int = 1000
    disk_mb: int = 0
    address_disk_mb: int = 0
    upload_mb: int = 200
    days: int = 0
    free_mb: int = 200
    hand: int = 900


# Whoever opens a public Space is a stranger, and nobody may have set anything.
ON_A_SPACE = Limits(
    seconds=6 * 3600, steps=200_000, jobs=3, address_jobs=6, waiting=60, disk_mb=1500, address_disk_mb=3000, days=14, free_mb=1000, hand=600
)
VARIABLES = {
    "seconds": "JOB_SECONDS",
    "steps": "JOB_STEPS",
    "jobs": "JOBS_PER_VISITOR",
    "address_jobs": "JOBS_PER_ADDRESS",
    "waiting": "JOBS_WAITING",
    "disk_mb": "DISK_PER_VISITOR_MB",
    "address_disk_mb": "DISK_PER_ADDRESS_MB",
    "upload_mb": "UPLOAD_MB",
    "days": "KEEP_DAYS",
    "free_mb": "DISK_FREE_MB",
    "hand": "HAND_SECONDS",
}


def limits() -> Limits:
    """GANAPP_JOB_SECONDS, GANAPP_JOB_STEPS ... (`VARIABLES`); what is not set is as `ON_A_SPACE` on a Space (`SPACE_ID`), else as `Limits`
    says. For an address it is twice what a visitor is allowed, where only that is set."""
    given = {field: os.environ.get(f"GANAPP_{name}", "").strip() for field, name in VARIABLES.items()}
    numbers = {field: max(0, int(value)) for field, value in given.items() if value}
    for one, several in (("jobs", "address_jobs"), ("disk_mb", "address_disk_mb")):
        if one in numbers:
            numbers.setdefault(several, 2 * numbers[one])
    return replace(ON_A_SPACE if on_a_space() else Limits(), **numbers)


def on_a_space() -> bool:
    """Whether this is a Space of Hugging Face, which anybody may open (`SPACE_ID`)."""
    return bool(os.environ.get("SPACE_ID", "").strip())


def proxies() -> int | None:
    """How many proxies of the deployer's own stand in front (`GANAPP_PROXIES`, 0 by default); None on a Space, where nobody says."""
    given = os.environ.get("GANAPP_PROXIES", "").strip()
    if not given and os.environ.get("SPACE_ID"):
        return None
    return max(0, int(given or 0))


def administrator_password() -> str:
    """`GANAPP_ADMIN_PASSWORD`: who gives it sees and may change every job; empty when there is no administrator."""
    return os.environ.get("GANAPP_ADMIN_PASSWORD") or ""


def hub_image() -> str:
    """The container image of jobs on Hugging Face Jobs (`GANAPP_HUB_IMAGE`): any with Python 3.11 or newer and pip."""
    return os.environ.get("GANAPP_HUB_IMAGE") or "python:3.12"


ACTS_FOR, IMPLICIT_TOKEN = "GANAPP_ACTS_FOR", "HF_HUB_DISABLE_IMPLICIT_TOKEN"
FOR_DEPLOYER = {ACTS_FOR: "deployer", IMPLICIT_TOKEN: "0"}  # of a process that may use the machine's Hub token
FOR_VISITOR = {ACTS_FOR: "visitor", IMPLICIT_TOKEN: "1"}  # of one that may not, whatever it asks the Hub's client for


def child_environment(**more: str) -> dict[str, str]:
    """This process's environment with `more`, for a process it starts on behalf of a visitor, or of the deployer where `more` holds
    FOR_DEPLOYER; the administrator's password is none of its business."""
    return {name: value for name, value in {**os.environ, **FOR_VISITOR, **more}.items() if name != "GANAPP_ADMIN_PASSWORD"}


def acts_for_deployer() -> bool:
    """Whether this process does what the owner of the machine asked for in the shell, with the Hub token kept there."""
    return os.environ.get(ACTS_FOR) == "deployer"


def hub_repositories() -> frozenset[str]:
    """Repositories, owner/name, that are fetched for everybody with the machine's Hub token (`GANAPP_HUB_REPOSITORIES`, by commas)."""
    return frozenset(filter(None, (name.strip() for name in os.environ.get("GANAPP_HUB_REPOSITORIES", "").split(","))))


def packs() -> tuple[Path, ...]:
    """Folders of the files of packs: `GANAPP_PACKS`; without it that of the environment, for all that use it, and that of the runs folder,
    for where the former cannot be written."""
    given = os.environ.get("GANAPP_PACKS")
    return (Path(given),) if given else (Path(sys.prefix) / "share" / "ganapp" / "packs", runs() / "packs")


def hub_cache() -> Path:
    """Folder of what was fetched from the Hub for visitors."""
    return runs() / "hub"


def hub_cache_mb() -> int:
    """Megabytes that this folder may take (`GANAPP_HUB_CACHE_MB`)."""
    return int(os.environ.get("GANAPP_HUB_CACHE_MB") or 8000)


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


def torch_weights() -> Path:
    """Where torch keeps weights that torchvision has fetched (`TORCH_HOME`, `XDG_CACHE_HOME`)."""
    home = os.environ.get("TORCH_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "torch"
    return Path(home).expanduser() / "hub" / "checkpoints"


def paintings() -> Path:
    """Folder of paintings that the recipe `stylize` learns from (`GANAPP_PAINTINGS`; runs/paintings without)."""
    return Path(os.environ.get("GANAPP_PAINTINGS") or runs() / "paintings")


def photographs() -> Path:
    """Photographs that the recipes `repair`, `upscale` and `stylize` learn from (`GANAPP_PHOTOGRAPHS`; runs/photographs without)."""
    return Path(os.environ.get("GANAPP_PHOTOGRAPHS") or runs() / "photographs")
