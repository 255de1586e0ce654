"""mkdocs's hooks: the project's pages, written to be read in a repository, become a site that holds all it links to."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from streams.wiring import STAGES

sys.path.insert(0, str(Path(__file__).parent))
from arabic import isolate
from diagrams import picture
from markdown_layout import relay

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
ROOT_PAGES = {"README.md": "readme.md", "CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
ADDRESSES = {"home.md": "index.html", "index.md": "the-index.html"}
"""docs/index.md is the page about the search index; the site begins with home.md."""
LINK = re.compile(r"(\]\()(?!https?:|#|mailto:)([^)#\s]+)")
MERMAID = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Write the page of each stage into the navigation, in the order of the line."""
    (explanation,) = (part["Explanation"] for part in config.nav or () if "Explanation" in part)
    (stages,) = (part["The stages"] for part in explanation if isinstance(part, dict) and "The stages" in part)
    stages += [{str(stage.name): f"{stage.name}.md"} for stage in STAGES]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie in the root and every file outside docs/ that a page links to."""
    for source, name in ROOT_PAGES.items():
        files.append(File.generated(config, name, content=_from_root((ROOT / source).read_text(encoding="utf-8"))))
    for file in list(files):
        if file.src_uri in ADDRESSES:
            file.dest_uri = ADDRESSES[file.src_uri]
        if file.is_documentation_page():
            for target in _outside(file.content_string, file.src_uri):
                if files.get_file_from_path(f"repository/{target}") is None:
                    files.append(File.generated(config, f"repository/{target}", abs_src_path=str(ROOT / target)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lay the page out for Python-Markdown and lead its links to files outside docs/ to their copies."""
    here = page.file.src_uri

    def lead(link: re.Match[str]) -> str:
        target = _resolve(here, link[2])
        if not target.startswith("../"):
            return link[0]
        name = ROOT_PAGES.get(target[3:], f"repository/{target[3:]}")
        return link[1] + os.path.relpath(name, PurePosixPath(here).parent)

    drawn = MERMAID.sub(lambda diagram: _drawing(diagram[1], here), markdown)
    return relay(LINK.sub(lead, drawn))


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Tell the browser what is Arabic."""
    return isolate(html)


def _drawing(source: str, here: str) -> str:
    """Show a diagram as drawn by docs/site/draw.py, or its source where it was changed since."""
    name = picture(source)
    if (DOCS / name).exists():
        return f"![diagram]({os.path.relpath(name, PurePosixPath(here).parent)}){{ .diagram }}"
    return f"The diagram, as text:\n\n```text\n{source}```"


def _resolve(here: str, link: str) -> str:
    return os.path.normpath(str(PurePosixPath(here).parent / link))


def _outside(markdown: str, here: str) -> set[str]:
    """Name the files outside docs/ that a page links to, as paths in the repository."""
    targets = {_resolve(here, link[2]) for link in LINK.finditer(markdown)}
    named = {target[3:] for target in targets if target.startswith("../")} - set(ROOT_PAGES)
    return {target for target in named if (ROOT / target).is_file()}


def _from_root(markdown: str) -> str:
    """Turn links as seen from the root into links as seen from docs/; folders are named, not linked."""
    plain = re.sub(r"\[([^\]]+)\]\((\w+)\)", lambda link: link[1] if (ROOT / link[2]).is_dir() else link[0], markdown)
    return LINK.sub(lambda link: link[1] + os.path.relpath(link[2], "docs"), plain)
