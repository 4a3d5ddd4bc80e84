"""Finds a Chromium for the browser tests, or installs one. As a program it prints its path."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local_stack.errors import StackError
from local_stack.settings import read_settings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT_GET = ("apt-get", "-o", "DPkg::Lock::Timeout=300")


def find() -> Path | None:
    """The Chromium of MOVIE_CHROMIUM, of the PATH, or Playwright's own; None if there is none."""
    if (chosen := read_settings().chromium) is not None:
        if shutil.which(chosen) is None:
            raise StackError(f"MOVIE_CHROMIUM={chosen} is no program. Unset it, or give the path of a Chromium.")
        return Path(chosen)
    for name in NAMES:
        if (path := shutil.which(name)) is not None:
            return Path(path)
    return _playwrights_own()


def find_or_install() -> Path:
    """A Chromium that is there, else Debian's where it may be installed, else Playwright's; raises StackError."""
    for install in (None, _install_debians, _install_playwrights):
        if install is not None:
            install()
        if (path := find()) is not None:
            return path
    raise StackError(
        "No Chromium was found and none could be installed (tried apt-get and playwright install): "
        "install one, or give its path in MOVIE_CHROMIUM."
    )


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def _install_debians() -> None:
    if shutil.which("apt-get") is None:
        return
    prefix: tuple[str, ...] = ()
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or _run("sudo", "--non-interactive", "true") != 0:
            return
        prefix = ("sudo", "--non-interactive")
    _run(*prefix, *APT_GET, "update")
    _run(*prefix, *APT_GET, "install", "--yes", "--no-install-recommends", "chromium")


def _install_playwrights() -> None:
    _run(sys.executable, "-m", "playwright", "install", "chromium")


def _run(*command: str) -> int:
    # what it says goes to stderr: stdout is the path alone
    return subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    print(find_or_install())
