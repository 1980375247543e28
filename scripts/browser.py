"""Make sure that there is a Chromium for the tests: an installed one, else Playwright's own download, else the system package."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def installed() -> str | None:
    """Path of a Chromium or Chrome on this machine, or of the one that Playwright downloaded; None without one."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if MAC.exists():
        return str(MAC)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def attempt(*command: str) -> bool:
    """Run a command; whether it succeeded."""
    print("+", *command, flush=True)
    try:
        return subprocess.run(command, timeout=300, check=False).returncode == 0
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False


def main() -> int:
    """0 when a browser is there at the end."""
    if not installed():
        attempt(sys.executable, "-m", "playwright", "install", "chromium")
    if not installed() and shutil.which("apt-get"):
        attempt("apt-get", "-qq", "update")
        attempt("apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk")
    path = installed()
    print(f"browser: {path}" if path else "No browser for the tests could be found or installed. Install Chromium and repeat.")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
