"""Which sources a bundle was trained with: the git commit they were checked out from."""

import functools
import subprocess
from pathlib import Path

SOURCES = Path(__file__).parents[2]
DESCRIBE = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


@functools.cache  # what runs is what was imported, not what is checked out later
def checked_out_commit(folder: Path = SOURCES) -> str | None:
    """The 40 digits of the commit, followed by -dirty where files were changed since; None where git cannot tell."""
    if not (folder / ".git").exists():  # a repository around the installed sources is not theirs
        return None
    try:
        told = subprocess.run(  # noqa: S603 - nothing in it comes from outside
            ("git", "-C", str(folder), *DESCRIBE),  # noqa: S607 - each machine has git somewhere else
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip() or None
