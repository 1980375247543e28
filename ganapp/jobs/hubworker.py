"""`python -m ganapp.jobs.hubworker OWNER/NAME`: the far end of `ganapp.jobs.hubjobs`, on the rented machine.

Fetches the order from the repository, trains it in a process of its own, sends back status, log and grids every minute,
and checkpoint and result at the end. A file STOP in the repository ends the run; a checkpoint in it is gone on from.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ganapp.base import paths

EVERY = 30.0  # seconds between two reports
SMALL = ["status.json", "metrics.jsonl", "curves.json", "diagnostics.jsonl", "samples/*"]
WHOLE = [*SMALL, "checkpoint.pt", "output.txt", "result/*"]


def work(repository: str, folder: Path, every: float = EVERY) -> int:
    """Carry out the order in `repository`, using `folder`; the exit status of the training."""
    from huggingface_hub import HfApi

    api = HfApi()
    api.snapshot_download(repository, local_dir=folder, allow_patterns=["order.json", "checkpoint.pt", "metrics.jsonl", "samples/*"])
    environment = paths.child_environment(OMP_WAIT_POLICY="passive", **paths.FOR_DEPLOYER)  # its owner rents this machine
    with (folder / "output.txt").open("ab") as output:
        command = [sys.executable, "-m", "ganapp.training", str(folder)]
        run = subprocess.Popen(command, cwd=paths.ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        reported = time.monotonic()
        while run.poll() is None:
            time.sleep(min(0.5, every))
            if time.monotonic() - reported >= every:
                reported = time.monotonic()
                _report(api, repository, folder, SMALL)
                if not (folder / "STOP").exists() and api.file_exists(repository, "STOP"):
                    (folder / "STOP").write_text("stop", encoding="utf-8")
    print((folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-4000:])
    _report(api, repository, folder, WHOLE)
    return run.returncode


def _report(api: object, repository: str, folder: Path, patterns: list[str]) -> None:
    """Send files; a report that the Hub does not take is made up for by the next one, only the last one has to arrive."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HTTPError  # type: ignore[attr-defined]

    assert isinstance(api, HfApi)
    for left in (4, 3, 2, 1, 0) if patterns is WHOLE else (0,):
        try:
            api.upload_folder(repo_id=repository, folder_path=folder, allow_patterns=patterns, commit_message="Report")
            return
        except (HfHubHTTPError, HTTPError, OSError):
            if patterns is WHOLE and not left:
                raise
            time.sleep(10 if left else 0)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(work(sys.argv[1], Path(temporary)))
