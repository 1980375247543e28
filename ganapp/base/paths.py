"""Every path from the root of the project, and every environment setting. No other module reads either."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ganapp.base import writing
from ganapp.base.limits import NEVER_NONE, NUMBERS_ONLY, ON_A_SPACE, TWICE, VARIABLES, Limits

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "ganapp" / "shipped"  # in an installed package, where models and assets lie beside the code (setup.py)
INSTALLED = SHIPPED.is_dir()
NAME = "likeness"  # of the command, and of its folder in the home of whoever installed it


def shipped() -> Path:
    """Folder that holds `models/`, `assets/` and `requirements.txt`: the project, or a folder of the installed package."""
    return SHIPPED if INSTALLED else ROOT


def shipped_models() -> Path:
    """Folder of the generators that come with the project."""
    return shipped() / "models"


def trained_models() -> Path:
    """Folder that training jobs write model folders into; `GANAPP_RUNS` moves it (a Space's persistent disk)."""
    return runs() / "models"


def runs() -> Path:
    """Folder of training jobs."""
    return Path(os.environ.get("GANAPP_RUNS") or (_home() if INSTALLED else ROOT) / "runs")


def _home() -> Path:
    """Where an installed program keeps what it makes: nothing is written beside its code."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / NAME
    where = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_DATA_HOME")
    return (Path(where) if where else Path.home() / ".local" / "share") / NAME


def assets() -> Path:
    """Style sheets, scripts, locales, examples and shipped data sets."""
    return shipped() / "assets"


def requirements() -> Path:
    """The file of the packages that the program needs."""
    return shipped() / "requirements.txt"


def memory_budget_mb() -> int:
    """Megabytes of loaded weights that the catalogue keeps before it drops the least recently used (`GANAPP_MEMORY_MB`)."""
    return int(os.environ.get("GANAPP_MEMORY_MB") or 1024)


def most_megapixels() -> int:
    """Millions of pixels that a picture of a request may have (`GANAPP_MEGAPIXELS`, 1 to 50; 50 without, 24 on a Space)."""
    return limits().megapixels


def result_megapixels() -> int:
    """Millions of pixels that a result may have (`GANAPP_RESULT_MEGAPIXELS`; without it 0, no limit, and 100 on a Space)."""
    return limits().result_megapixels


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


def limits() -> Limits:
    """GANAPP_JOB_SECONDS, GANAPP_JOB_STEPS ... (`VARIABLES`); what is not set is as `ON_A_SPACE` on a Space (`SPACE_ID`), else as `Limits`
    says. For an address it is twice what a visitor is allowed, where only that is set."""
    given = {field: os.environ.get(f"GANAPP_{name}", "").strip() for field, name in VARIABLES.items()}
    given = {field: value for field, value in given.items() if value and (value.isdigit() or field not in NUMBERS_ONLY)}
    numbers = {field: max(0, int(value)) for field, value in given.items()}
    numbers = {field: number for field, number in numbers.items() if number or field not in NEVER_NONE}
    for one, several in TWICE:
        if one in numbers:
            numbers.setdefault(several, 2 * numbers[one])
    return replace(ON_A_SPACE if on_a_space() else Limits(), **numbers)


def on_a_space() -> bool:
    """Whether this is a Space of Hugging Face, which anybody may open (`SPACE_ID`)."""
    return bool(os.environ.get("SPACE_ID", "").strip())


def hosts() -> frozenset[str] | None:
    """Names under which the app is reached (`GANAPP_HOSTS`, by commas), beside localhost and bare addresses; None for any. Without a
    setting there are none where only this machine can reach the app: another site's name that leads here is an attack (DNS rebinding)."""
    given = frozenset(filter(None, (name.strip().lower() for name in os.environ.get("GANAPP_HOSTS", "").split(","))))
    listens = os.environ.get("GRADIO_SERVER_NAME", "").strip().lower() or "127.0.0.1"
    shared = os.environ.get("GRADIO_SHARE", "").strip().lower() == "true"
    if "*" in given or not given and (on_a_space() or shared or listens not in ("127.0.0.1", "localhost", "::1")):
        return None
    return given


def log_as_json() -> bool:
    """Whether log lines are JSON, one for each request among them (`GANAPP_LOG=json`)."""
    return os.environ.get("GANAPP_LOG", "").strip().lower() == "json"


def proxies() -> int | None:
    """How many proxies of the deployer's own stand in front (`GANAPP_PROXIES`, 0 by default); None on a Space, where nobody says."""
    given = os.environ.get("GANAPP_PROXIES", "").strip()
    if not given and os.environ.get("SPACE_ID"):
        return None
    return max(0, int(given or 0))


def administrator_password() -> str:
    """`GANAPP_ADMIN_PASSWORD`: who gives it sees and may change every job; empty when there is no administrator."""
    return os.environ.get("GANAPP_ADMIN_PASSWORD") or ""


def provenance() -> bool:
    """Whether results say where they come from (`GANAPP_PROVENANCE`, "off" to leave it out)."""
    return os.environ.get("GANAPP_PROVENANCE", "").strip().lower() not in ("off", "0", "no", "false")


def certificate() -> tuple[str, str]:
    """The deployer's certificate chain and its private key (`GANAPP_C2PA_CERTIFICATE`, `GANAPP_C2PA_KEY`): PEM, or files of it."""
    return os.environ.get("GANAPP_C2PA_CERTIFICATE", "").strip(), os.environ.get(SIGNING_KEY, "").strip()


def mark_key() -> bytes:
    """The key of invisible marks (`GANAPP_MARK_KEY`; without it this installation's own secret). Who has it can read and forge them."""
    return os.environ.get(MARK_KEY, "").encode() or secret()


def training() -> str:
    """Who may train and publish (`GANAPP_TRAINING`): "open", everybody; "off", the administrator alone; "password", who gives
    `GANAPP_TRAINING_PASSWORD` or the administrator's; "account", who has signed in as one of `GANAPP_TRAINING_ACCOUNTS`; "either"."""
    if os.environ.get("GANAPP_TRAINING", "").strip().lower() == "off":
        return "off"
    given, named = bool(training_password()), bool(training_accounts())
    return {(False, False): "open", (True, False): "password", (False, True): "account", (True, True): "either"}[given, named]


def training_password() -> str:
    """`GANAPP_TRAINING_PASSWORD`: who gives it may train where not everybody may; empty where there is none."""
    return os.environ.get("GANAPP_TRAINING_PASSWORD") or ""


def training_accounts() -> frozenset[str]:
    """`GANAPP_TRAINING_ACCOUNTS`: users and organisations of Hugging Face, by commas, in small letters; "*" for whoever signs in."""
    return frozenset(filter(None, (name.strip().casefold() for name in os.environ.get("GANAPP_TRAINING_ACCOUNTS", "").split(","))))


def openid() -> tuple[str, str, str] | None:
    """Address of the OpenID provider, and the client's id and secret there (`OPENID_PROVIDER_URL`, `OAUTH_CLIENT_ID`,
    `OAUTH_CLIENT_SECRET`, which a Space with hf_oauth has); None where nobody can sign in."""
    client, secret = (os.environ.get(name, "").strip() for name in ("OAUTH_CLIENT_ID", CLIENT_SECRET))
    provider = os.environ.get("OPENID_PROVIDER_URL", "").strip().rstrip("/") or "https://huggingface.co"
    return (provider, client, secret) if client and secret else None


def space_host() -> str:
    """Name under which a Space is reached (`SPACE_HOST`; with a name of one's own the first of several is the Space's); "" elsewhere."""
    return os.environ.get("SPACE_HOST", "").partition(",")[0].strip() if on_a_space() else ""


def hub_image() -> str:
    """The container image of jobs on Hugging Face Jobs (`GANAPP_HUB_IMAGE`): any with Python 3.11 or newer and pip."""
    return os.environ.get("GANAPP_HUB_IMAGE") or "python:3.12"


def prepare_to_serve() -> None:
    """Set what other packages read from the environment. Before gradio, torch or the Hub's client is imported."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # nothing is reported anywhere
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # idle threads do not spin
    # ganapp/ui/server/address.py reads who is behind a proxy; uvicorn would believe any X-Forwarded-For from this machine.
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
    # Gradio asks itself whether it can be reached; no proxy may stand in between.
    past = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, [past, "127.0.0.1", "localhost"]))
    os.environ.update(FOR_VISITOR)  # who sends a request is no owner of this machine: the Hub token kept here is not theirs


SIGNING_KEY = "GANAPP_C2PA_KEY"
MARK_KEY = "GANAPP_MARK_KEY"
CLIENT_SECRET = "OAUTH_CLIENT_SECRET"
SECRETS = frozenset({"GANAPP_ADMIN_PASSWORD", "GANAPP_TRAINING_PASSWORD", CLIENT_SECRET, SIGNING_KEY, MARK_KEY})
ACTS_FOR, IMPLICIT_TOKEN = "GANAPP_ACTS_FOR", "HF_HUB_DISABLE_IMPLICIT_TOKEN"
FOR_DEPLOYER = {ACTS_FOR: "deployer", IMPLICIT_TOKEN: "0"}  # of a process that may use the machine's Hub token
FOR_VISITOR = {ACTS_FOR: "visitor", IMPLICIT_TOKEN: "1"}  # of one that may not, whatever it asks the Hub's client for


def child_environment(**more: str) -> dict[str, str]:
    """This process's environment with `more`, for a process it starts on behalf of a visitor, or of the deployer where `more` holds
    FOR_DEPLOYER; passwords and the keys of marks and certificate are none of its business."""
    return {name: value for name, value in {**os.environ, **FOR_VISITOR, **more}.items() if name not in SECRETS}


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


def agent_hosts() -> frozenset[str]:
    """Names in the deployer's own network that pictures for agents may be fetched from (`GANAPP_AGENT_HOSTS`, by commas)."""
    return frozenset(filter(None, (name.strip().lower() for name in os.environ.get("GANAPP_AGENT_HOSTS", "").split(","))))


def hub_cache() -> Path:
    """Folder of what was fetched from the Hub for visitors."""
    return runs() / "hub"


def hub_cache_mb() -> int:
    """Megabytes that this folder may take (`GANAPP_HUB_CACHE_MB`)."""
    return limits().hub_mb


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


def serving_environment(**more: str) -> dict[str, str]:
    """This process's environment with `more`, for the web app that the owner of the machine starts from the shell."""
    return {**os.environ, **more}
