"""Files on a serving host that others read meanwhile: written whole, or not at all."""

from pathlib import Path


def replace_file(path: Path, content: str | bytes, *, part: Path | None = None) -> None:
    """Put the content under `path`, readable by its owner only; a reader sees the old file or the new.

    It is written to `part` before, by default beside it; that must be on the same file system.
    """
    part = part or path.with_name(f"{path.name}.part")
    part.touch(mode=0o600)
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    part.replace(path)
