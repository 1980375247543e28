"""`python -m ganapp.shell.rented_worker OWNER/NAME`: the far end of `ganapp.shell.rented`, on the rented machine.

Fetches the order and the photos from the repository and carries it out as `batch` does in a shell, so that the job's log is that of the
command. Results go to the data set while it works; into a bucket, which lies here as a folder, the command writes by itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganapp.base import paths
from ganapp.shell import rented

if TYPE_CHECKING:
    from huggingface_hub import HfApi

EVERY = 60.0  # seconds between two commits of results
TRIES, PAUSE = 5, 10.0


def work(repository: str, folder: Path, every: float = EVERY) -> int:
    """Carry out the order in `repository`, using `folder`; what its command returned."""
    from huggingface_hub import HfApi

    api = HfApi()
    api.snapshot_download(repository, local_dir=folder, allow_patterns=[rented.ORDER, f"{rented.SENT}/**"])
    order = json.loads((folder / rented.ORDER).read_text(encoding="utf-8"))
    target = rented.Out(**order["out"])
    out = Path(rented.MOUNT if target.kind == "bucket" else folder / "results", target.folder)
    results = Results(api, target, out) if target.kind == "dataset" else None
    words = [sys.executable, "-m", "ganapp", "batch", order["task"], *_here(order["words"], folder), "--out", f"{out}/"]
    environment = paths.serving_environment(PYTHONUNBUFFERED="1", GANAPP_RUNS=str(folder / "runs"), PYTHONPATH=str(paths.ROOT))
    run = subprocess.Popen(words, cwd=paths.ROOT, env=environment)
    sent = time.monotonic()
    while run.poll() is None:
        time.sleep(min(0.5, every))
        if results and time.monotonic() - sent >= every:
            sent = time.monotonic()
            results.send(1)
    if results:
        results.send(TRIES)
    report = json.dumps({"status": run.returncode}).encode()
    _tried(TRIES, lambda: api.upload_file(path_or_fileobj=report, path_in_repo=rented.REPORT, repo_id=repository))
    return 0 if run.returncode in (0, 1) else run.returncode  # 1: some photos could not be done, which the log tells


def _here(words: list[str], folder: Path) -> list[str]:
    """The words of the order, with what was sent where it lies here."""
    return [word.replace(f"{rented.SENT}/", f"{folder / rented.SENT}/", 1) if _sent(word) else word for word in words]


def _sent(word: str) -> bool:
    return word.startswith(f"{rented.SENT}/") or word.startswith("--") and f"={rented.SENT}/" in word


class Results:
    """The results of a run in `out`, and which of them the data set has. What it has already lies there as empty files, so that the
    command makes only what is missing."""

    def __init__(self, api: HfApi, target: rented.Out, out: Path) -> None:
        self.api, self.target, self.out = api, target, out
        inside = f"{target.folder}/" if target.folder else ""
        for name in api.list_repo_files(target.repository, repo_type="dataset"):
            if name.startswith(inside) and not Path(name).name.startswith("."):
                path = out / name.removeprefix(inside)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
        self.there: set[Path] = set()

    def send(self, tries: int) -> None:
        """Put what is new into the data set, in one commit."""
        from huggingface_hub import CommitOperationAdd

        fresh = [path for path in sorted(self.out.rglob("*")) if path not in self.there and _whole(path)]
        if not fresh:
            return
        inside = f"{self.target.folder}/" if self.target.folder else ""
        operations = [CommitOperationAdd(f"{inside}{path.relative_to(self.out).as_posix()}", str(path)) for path in fresh]
        commit: dict[str, Any] = {"repo_type": "dataset", "commit_message": f"{len(fresh)} results"}
        if _tried(tries, lambda: self.api.create_commit(self.target.repository, operations, **commit)):
            self.there |= set(fresh)


def _whole(path: Path) -> bool:
    """Whether it is a result: files are written under a hidden name first."""
    return path.is_file() and not path.name.startswith(".") and path.stat().st_size > 0


def _tried(tries: int, call: Any) -> bool:
    """Whether the Hub took it, at the last of so many tries; the last error of several is not kept back."""
    from huggingface_hub.errors import HfHubHTTPError, HTTPError  # type: ignore[attr-defined]

    for left in range(tries - 1, -1, -1):
        try:
            call()
        except (HfHubHTTPError, HTTPError, OSError) as problem:
            print(problem, file=sys.stderr)
            if left:
                time.sleep(PAUSE)
            elif tries > 1:
                raise
        else:
            return True
    return False


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        sys.exit(work(sys.argv[1], Path(place)))
