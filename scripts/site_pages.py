"""A hook of mkdocs (see mkdocs.yml): README.md and the other pages of the root are pages of the site too.

So each is written once, and a link leads to the same page on the site as in the repository. Every decision is in the menu,
and a block that is a file has the file's name above it.
"""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md")
_NAMED_BLOCK = re.compile(r"^```(\w+) (\S+)$", re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the records below `Decisions`, in their order."""
    (decisions,) = (entry["Decisions"] for entry in config.nav or () if "Decisions" in entry)
    decisions += sorted(f"decisions/{path.name}" for path in ROOT.glob("docs/decisions/[0-9]*.md"))
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root; what they call docs/x is x on the site."""
    for name in PAGES:
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:  # noqa: ANN401 - what mkdocs hands to every hook
    """Return the page with the names of its blocks as the site's extension wants them, and links to the root's pages mended."""
    return _NAMED_BLOCK.sub(r'```\1 title="\2"', markdown).replace("](../../CHANGELOG.md", "](../CHANGELOG.md")
