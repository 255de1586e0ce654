"""The documents' Mermaid diagrams in, pictures in docs/pictures/ out, so that readers load no library.

usage: python docs/site/draw.py mermaid.min.js    (from the npm package mermaid 11, `npm pack mermaid@11`)
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from diagrams import picture

DOCS = Path(__file__).parents[1]
FENCE = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = {"startOnLoad": False, "theme": "neutral", "flowchart": {"htmlLabels": False}, "htmlLabels": False}


def draw(library: Path) -> None:
    """Draw each diagram of README.md and docs/; pictures of earlier ones go."""
    texts = [path.read_text(encoding="utf-8") for path in [DOCS.parent / "README.md", *DOCS.rglob("*.md")]]
    sources = sorted({source for text in texts for source in FENCE.findall(text)})
    for old in (DOCS / "pictures").glob("diagram-*.svg"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.add_script_tag(path=library)
        page.evaluate("options => mermaid.initialize(options)", OPTIONS)
        for number, source in enumerate(sources):
            svg = page.evaluate(
                "([id, source]) => mermaid.render(id, source).then(drawn => drawn.svg)", [f"d{number}", source]
            )
            (DOCS / picture(source)).write_text(_standing(svg), encoding="utf-8")
            print(f"docs/{picture(source)}")  # noqa: T201 - a script says what it has written
        browser.close()


def _standing(svg: str) -> str:
    """Give a picture that was drawn into a page what it needs to stand alone: its size, a white ground."""
    width, height = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', svg).groups()  # type: ignore[union-attr]
    sized = re.sub(r'width="100%"', f'width="{width}" height="{height}"', svg, count=1)
    return re.sub(r'style="[^"]*"', 'style="background: white"', sized, count=1) + "\n"


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
