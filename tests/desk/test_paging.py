"""Cursors, deep pages and names with an index made of lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desk.asks import Asks
from desk.labels import Labels
from desk.paging import Cursor, Wish, _fill
from desk.query import Field, parse
from schemas.indices import Index

WISH = Wish(page=1, size=3, every_copy=False, facets=False, marks=("*", "*"))


class Shelf:
    """An index of articles in the order in which they are found; every third tells the first story."""

    def __init__(self, number: int) -> None:
        self.articles = [self._hit(place) for place in range(number)]
        self.asked = 0

    @staticmethod
    def _hit(place: int) -> dict[str, Any]:
        name = f"{place:03d}"
        source = {
            "article_id": name, "story_id": "000" if place % 3 == 0 else name, "captured_at": "2025-01-01T00:00:00Z",
            "site": "rt", "embedded": False, "paths": ["a"],
            "entities": [{"entity_id": "loc:EG", "name": "مصر", "kind": "LOC"}],
        }  # fmt: skip
        return {"_source": source, "_score": 1.0, "sort": [place]}

    async def search(self, index: Index, body: dict[str, Any], pit: str | None = None) -> dict[str, Any]:
        """Answer as the index does to what follows an article, and to the best of some stories."""
        self.asked += 1
        if "search_after" in body:
            (after,) = body["search_after"]
            return {"hits": {"hits": self.articles[after + 1 : after + 1 + body["size"]]}}
        wanted = body["query"]["bool"]["filter"][0]["terms"]["story_id"]
        best: dict[str, Any] = {}
        for hit in self.articles:
            best.setdefault(hit["_source"]["story_id"], hit)
        return {"hits": {"hits": [best[story] for story in wanted]}}

    async def searches(self, asked: Sequence[tuple[Index, dict[str, Any]]]) -> list[dict[str, Any]]:
        """Answer each with the first article."""
        self.asked += 1
        return [{"hits": {"hits": self.articles[:1]}} for _ in asked]

    async def open_moment(self, index: Index) -> str:
        """Hold nothing: these articles do not change."""
        return "now"

    async def close_moment(self, pit: str) -> None:
        """Let nothing go."""


@given(
    st.integers(1, 10**6),
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32) | st.text(max_size=9) | st.none()),
    st.none() | st.text(),
)
def test_cursors_read_back(page: int, values: list[Any], pit: str | None) -> None:
    """A cursor in an address is the cursor that was written, and needs no quoting there."""
    text = str(Cursor(page, tuple(values), pit))
    assert Cursor.read(text) == Cursor(page, tuple(values), pit)
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@given(st.text())
def test_what_is_no_cursor_is_none(text: str) -> None:
    """Whatever stands in an address, reading it raises nothing."""
    found = Cursor.read(text)
    assert found is None or isinstance(found.page, int)


async def test_deep_page_leaves_copies_out_and_goes_on_exactly() -> None:
    """Copies of a story shown higher up are passed over, and the pages together are all other articles."""
    shelf: Any = Shelf(20)
    asks: Asks = shelf
    shown, after = [], (0,)
    while after is not None:
        hits, after = await _fill(asks, parse("خبر"), after, WISH, "now")
        assert len(hits) == 3 or after is None
        shown += [hit.article_id for hit in hits]
    assert shown == [f"{place:03d}" for place in range(1, 20) if place % 3]


async def test_names_are_asked_once() -> None:
    """A name learnt from one article serves for its id and the other way round; unknown ids are left out."""
    shelf: Any = Shelf(1)
    labels = Labels(shelf)
    assert await labels.of(["loc:EG", "loc:XX", "none"]) == {"loc:EG": "مصر"}
    assert await labels.ids([(Field.PLACE, "مصر")]) == {(Field.PLACE, "مصر"): "loc:EG"}
    assert await labels.of(["loc:EG"]) == {"loc:EG": "مصر"}
    assert shelf.asked == 1
