"""A hook of the documentation's site generator: links that leave docs/ become plain text, and must lead to a file."""

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?![a-z]+:|#)(?P<target>[^)\s#]+)[^)]*\)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """Give the page without links to sources, which the site does not have; raise PluginError where one is dead."""
    docs = Path(config.docs_dir).resolve()
    folder = (docs / page.file.src_uri).parent

    def plain(link: re.Match[str]) -> str:
        target = (folder / link["target"]).resolve()
        if target.is_relative_to(docs):
            return link[0]
        if not target.exists():
            raise PluginError(f"{page.file.src_uri} links to {link['target']}, which does not exist.")
        return link["text"]

    return LINK.sub(plain, markdown)
