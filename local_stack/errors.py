"""StackError: the one error of the stack on this machine, a sentence for the person at the terminal."""

from pathlib import Path

TAIL_LINES = 15


class StackError(RuntimeError):
    """The stack cannot do what was asked; the message says what happened and what to do."""


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log with its path above them, or that it is empty."""
    text = log.read_text(errors="replace").rstrip() if log.exists() else ""
    if not text:
        return f"{log} is empty."
    return f"{log}:\n" + "\n".join(f"  {line}" for line in text.splitlines()[-lines:])
