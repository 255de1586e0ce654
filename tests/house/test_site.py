"""The documentation as pages: built strictly, nothing loaded from elsewhere, its Arabic told to the browser."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.script import load

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "site"
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
"""What a browser fetches by itself; a `link` too, but for the canonical address and its like."""


class Page(HTMLParser):
    """Anchors, links and loaded addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag holds."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in LOADED and given.get(LOADED[tag]) and given.get("rel") not in {"canonical", "prev", "next"}:
            self.loaded.append(given[LOADED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make docs` does: a warning ends it."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_document_is_a_page(site: Path) -> None:
    """Each file of docs/ is built, under its own name, but for the page that is about the search index."""
    for source in (ROOT / "docs").rglob("*.md"):
        name = source.relative_to(ROOT / "docs").with_suffix(".html")
        name = Path("index.html") if name.name == "home.html" else name
        assert (site / name).exists(), name
    assert (site / "the-index.html").exists()
    assert "From zero to the first answer" in (site / "tutorial.html").read_text(encoding="utf-8")


def test_links_and_anchors_lead_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    """Every link within the site names a file of it, and every anchor is on its page."""
    broken = []
    for path, page in pages.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme or address.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            target = target / "index.html" if target.is_dir() else target
            known = pages.get(target)
            if not target.exists() or (address.fragment and known and unquote(address.fragment) not in known.anchors):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_another_host(site: Path, pages: dict[Path, Page]) -> None:
    """Scripts, styles, fonts and pictures come with the site, and diagrams ask for no library."""
    foreign = {link for page in pages.values() for link in page.loaded if urlsplit(link).netloc}
    assert foreign == set()
    styles = "".join(style.read_text(encoding="utf-8") for style in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\"']+", styles) == []
    assert not any('class="mermaid"' in path.read_text(encoding="utf-8") for path in pages)
    missing = {
        f"{path.name}: {link}"
        for path, page in pages.items()
        for link in page.loaded
        if path.name != "404.html" and not (path.parent / unquote(urlsplit(link).path)).exists()
    }
    assert missing == set()


def test_arabic_is_told_to_the_browser(site: Path) -> None:
    """Arabic in English is isolated, an Arabic cell runs from right to left, code is left alone."""
    page = (site / "python-api.html").read_text(encoding="utf-8")
    assert '<bdi lang="ar">«منذ ساعتين»</bdi>' in page
    assert "<bdi" not in "".join(re.findall(r"<pre.*?</pre>", page, re.DOTALL))
    assert "unicode-bidi: plaintext" in (site / "site" / "sada.css").read_text(encoding="utf-8")
    assert 'dir="rtl"' in "".join(path.read_text(encoding="utf-8") for path in site.glob("*.html"))


def test_lists_and_tables_are_read_as_in_the_repository(site: Path) -> None:
    """A table within a list is a table, a list right below a line is a list."""
    how_to = (site / "how-to-add-a-site.html").read_text(encoding="utf-8")
    assert how_to.count("<ol>") == 1
    assert "<table>" in how_to.split("<ol>")[1].split("</ol>")[0]
    left = [
        path.name for path in site.glob("*.html") if re.search(r"<p>[^<]*\n- |<p>\|", path.read_text(encoding="utf-8"))
    ]
    assert left == []


@pytest.mark.parametrize("name", ["arabic", "diagrams", "markdown_layout"])
def test_the_hooks_examples(name: str) -> None:
    """The doctests of the hooks hold."""
    outcome = doctest.testmod(load(SITE / f"{name}.py"))
    assert outcome.failed == 0
    assert outcome.attempted > 0


def test_diagrams_are_pictures_of_what_is_written(site: Path) -> None:
    """Each picture of a diagram is that of one in the documents as it is now, and is shown."""
    texts = [path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]]
    sources = [
        source for text in texts for source in re.findall(r"^```mermaid\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    ]
    drawn = {path.name for path in (ROOT / "docs" / "pictures").glob("diagram-*.svg")}
    picture = load(SITE / "diagrams.py").picture
    stale = drawn - {Path(picture(source)).name for source in sources}
    assert stale == set(), "delete it (the text is shown then) or run: python docs/site/draw.py mermaid.min.js"
    shown = "".join(path.read_text(encoding="utf-8") for path in site.glob("*.html"))
    assert all(f'src="pictures/{name}"' in shown for name in drawn)
